"""The report, drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from backsplit.domain.report import Bar, Rate, Report, Week
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.sentences import count
from backsplit.render.terminal import Text

WEEKS = 13  # that a screen shows
LONGEST = 24  # of a bar, in characters
BAR = Column("", rank=9)
MOST_READ = 1 << 20  # bytes of a file that may be an earlier report
WIDTH = 80  # of a picture, in characters
# Rich's pictures fetch their letters from the network. Ours shall not: a browser has letters of its own.
FROM_THE_NETWORK = re.compile(r',?\s*url\("https?://[^"]*"\) format\("[^"]*"\)')


def drawn(value: Report) -> Iterator[Drawable]:
    """Rates, waiting times, the histogram of ages and the last weeks: some 30 lines, 80 columns wide."""
    since = f"since {value.since[:10]} (UTC)" if value.since else "of all orders"
    yield Text(f"Report {since}\n", "bold")
    yield _rates(value)
    if value.earlier:
        yield Text(
            f"{value.earlier:,} of the orders came in before backsplit kept their lines: they count as orders alone",
            style="dim",
        )
    yield Text()
    yield Text(_waiting(value))
    yield Text(_released(value) + "\n")
    if value.waiting.orders:
        yield _ages(value.waiting.ages)
        yield Text()
    yield _weeks(value.weeks[-WEEKS:])
    if more := len(value.weeks[:-WEEKS]):
        yield Text(f"… and {more:,} earlier: --csv or --json has them", "dim")


def _rates(value: Report) -> Table:
    columns = [Column(name, Kind.NUMBER) for name in ("Came", "At once", "Rate")]
    table = Table(Column("Could go at once"), *columns, BAR)
    for name, rate in zip(("Orders", "Lines", "Units"), value.fill_rates, strict=True):
        table.add(name, f"{rate.came:,}", f"{rate.at_once:,}", _percent(rate), _bar(rate.rate or 0, "green"))
    return table


def _waiting(value: Report) -> str:
    waiting = value.waiting
    if not waiting.orders:
        return "Nothing waits now."
    return (
        f"Waiting now: {count(waiting.orders, 'order')} for {waiting.units:,} units, median {waiting.median_days} days,"
        f" 90 % within {waiting.p90_days};\nthe oldest was placed on {str(waiting.oldest)[:10]}."
    )


def _released(value: Report) -> str:
    released = value.released
    if not released.orders:
        return "Released after waiting: none."
    return (
        f"Released after waiting: {count(released.orders, 'order')}, median {released.median_days} days,"
        f" 90 % within {released.p90_days}."
    )


def _ages(bars: Iterable[Bar]) -> Table:
    table = Table(Column("Age of what waits"), Column("Orders", Kind.NUMBER), BAR)
    most = max(bar.orders for bar in bars)
    for bar in bars:
        table.add(_age(bar), f"{bar.orders:,}", _bar(bar.orders / most, "yellow"))
    return table


def _age(bar: Bar) -> str:
    if bar.to_days is None:
        return f"{bar.from_days} days and more"
    return f"under {bar.to_days} days" if bar.from_days else "under a day"


def _weeks(weeks: Iterable[Week]) -> Table:
    names = ("Came", "At once", "Rate", "Split", "Released", "Shipped")
    columns = [Column(name, Kind.NUMBER, rank) for rank, name in enumerate(names)]
    table = Table(Column("Week of"), *columns, BAR)
    for week in weeks:
        rate = Rate(week.came, week.at_once)
        cells = (f"{count:,}" for count in (week.split, week.released, week.shipped))
        shown = _bar(rate.rate or 0, "green", LONGEST // 2)
        table.add(week.week, f"{week.came:,}", f"{week.at_once:,}", _percent(rate), *cells, shown)
    return table


def _percent(rate: Rate) -> str:
    return "" if rate.rate is None else f"{rate.rate:.1%}"


def _bar(share: float, colour: str, longest: int = LONGEST) -> Text:
    return Text("█" * round(share * longest), colour)


def is_report(path: Path) -> bool:
    """Whether a file is one that `exported` made."""
    with path.open("rb") as file:
        content = file.read(MOST_READ)
    of_svg = content.startswith(b'<svg class="rich-terminal"') and b">backsplit&#160;report<" in content
    return of_svg or (content.startswith(b"<!DOCTYPE html>\n<html>\n<head>") and b"Could go at once" in content)


def exported(value: Report, kind: str) -> str:
    """The report as a file: `svg` or `html`. It fetches nothing from the network."""
    from rich.console import Console  # noqa: PLC0415 - only for a file

    from backsplit.render.rich import renderables  # noqa: PLC0415 - as above

    console = Console(
        record=True, file=io.StringIO(), width=WIDTH, force_terminal=True, color_system="truecolor", no_color=False
    )
    for renderable in renderables(drawn(value)):
        console.print(renderable)
    if kind == "html":
        return console.export_html(inline_styles=True)
    return FROM_THE_NETWORK.sub("", console.export_svg(title="backsplit report"))


def document(value: Report) -> dict[str, Any]:
    """As JSON."""
    waiting = value.waiting
    return {
        "since": value.since,
        "orders": _rate_document(value.fill_rates.orders),
        "lines": _rate_document(value.fill_rates.lines),
        "units": _rate_document(value.fill_rates.units),
        "earlier": value.earlier,
        "waiting": waiting._asdict() | {"ages": [bar._asdict() for bar in waiting.ages]},
        "released": value.released._asdict(),
        "weeks": [week._asdict() for week in value.weeks],
    }


def _rate_document(rate: Rate) -> dict[str, Any]:
    return {"came": rate.came, "at_once": rate.at_once, "rate": rate.rate}


def rows(value: Report) -> Iterator[list[object]]:
    """The weeks, for a CSV or a sheet."""
    yield list(Week._fields)
    yield from (list(week) for week in value.weeks)
