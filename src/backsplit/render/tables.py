"""Rich tables. This module takes some 50 ms to import, so import it only where a table is drawn."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from backsplit.domain.age import describe_age
from backsplit.domain.expected import Expected
from backsplit.domain.history import Event
from backsplit.domain.outcomes.looking import Group, Shown
from backsplit.domain.outcomes.splitting import SplitOutcome
from backsplit.domain.promise import Promise
from backsplit.domain.split import can_go
from backsplit.domain.values import DEFAULT_PRIORITY, Line, Order, Shortage, Status, Stock
from backsplit.render import sentences
from backsplit.render.inert import fitting, inert

COLOURS = {
    Status.BACKORDER: "yellow",
    Status.PROCESSING: "green",
    Status.ON_HOLD: "magenta",
    Status.SHIPPED: "blue",
    Status.CANCELLED: "bright_black",
}
NAMED = 4  # of one order, the lines and the missing SKUs that a list names


def groups(values: Sequence[Group], now: datetime) -> Iterator[RenderableType]:
    """A table for each status that has orders, in the order of the statuses."""
    shown = [group for group in values if group.total != 0]
    for group in shown:
        if group is not shown[0]:
            yield Text()
        yield _group(group, now) if group.orders else _title(group)
        if group.total is None:
            yield Text("… and more", style="dim")
        elif more := group.total - len(group.orders):
            yield _more(more)
    if not shown:
        yield Text("no orders")


def _title(group: Group) -> Text:
    total = f"more than {len(group.orders):,}" if group.total is None else f"{group.total:,}"
    return Text(f"{group.status.value} · {total}", style=f"bold {COLOURS[group.status]}")


def _group(group: Group, now: datetime) -> Table:
    waiting = group.status is Status.BACKORDER
    dated = any(order.promised for order in group.orders)
    special = any(order.priority != DEFAULT_PRIORITY for order in group.orders)
    picked = any(order.pick is not None for order in group.orders)
    table = _table(
        "|Number",
        *([">List"] if picked else []),
        "|Placed",
        ">Age",
        *([">Priority"] if special else []),
        "Customer",
        "Lines",
        *([">Can go", "Waits for"] if waiting else []),
        *(["|Promised"] if dated else []),
        title=_title(group),
    )
    for order in group.orders:
        _add(
            table,
            [
                f"{order.number} (complete)" if order.ship_complete else order.number,
                *([order.pick or ""] if picked else []),
                order.placed_at[:10],
                describe_age(order.placed_at, now),
                *([order.priority] if special else []),
                order.customer,
                _compact(order.lines),
                *([_can_go(order), _compact(_missing(order))] if waiting else []),
                *([order.promised or ""] if dated else []),
            ],
        )
    return table


def _can_go(order: Order) -> Text:
    """`3 of 4`, and the more of the order could go the more it is seen."""
    goes = can_go(order)
    if not goes:
        return Text("")
    return Text(f"{goes} of {order.units}", style="bold green" if goes * 2 >= order.units else "green")


def _missing(order: Order) -> list[Line]:
    return [Line(sku, quantity) for sku, quantity in order.waiting_for.items()]


def _compact(lines: Sequence[Line]) -> str:
    """As `sentences.lines`, without blanks around ×: a narrow column would wrap there."""
    return sentences.lines(lines, NAMED, times="×")


def shown(value: Shown, now: datetime) -> Iterator[RenderableType]:
    """An order: head, family, product information, why it waits, history."""
    order = value.order
    yield Text.assemble((inert(order.number), "bold"), "  ", (order.status.value, f"bold {COLOURS[order.status]}"))
    facts = [
        f"placed {sentences.day(order.placed_at)} UTC ({describe_age(order.placed_at, now)} ago)",
        f"priority {order.priority}",
        *(["ships complete"] if order.ship_complete else []),
        *([f"on pick list {order.pick}"] if order.pick is not None else []),
        *([f"customer {inert(order.customer)}"] if order.customer else []),
        *([f"note: {inert(order.note)}"] if order.note else []),
    ]
    yield Text(" · ".join(facts))
    if len(value.family) > 1:
        yield Text("family: " + ", ".join(f"{inert(number)} ({status.value})" for number, status in value.family))
    yield Text()
    yield _lines(order, "Product Information")
    if value.waits:
        yield Text("\nWhy it waits", style="bold")
        yield from (Text(sentence) for sentence in sentences.why(value))
    if value.promise:
        yield Text("\nPromised", style="bold")
        yield Text(sentences.promised(value.promise))
    if goes := can_go(order):
        command = f"backsplit split {shlex.quote(inert(order.number))}"
        yield Text(f"\n{goes} of {order.units} units can go now: {command}", style="green")
    yield Text()
    yield history(value.history, "History", with_order=False)


def _lines(order: Order, title: str) -> Table:
    """The lines of an order. An order that has its stock shows what is left for others."""
    waiting = order.status is Status.BACKORDER
    kept = any(line.kept for line in order.lines)
    table = _table(
        "SKU",
        "Name",
        ">Quantity",
        ">Available" if waiting else ">Left for others",
        *([">Kept for earlier"] if kept else []),
        *([">Short"] if waiting else []),
        title=Text(title, "bold"),
    )
    for line, short in zip(order.lines, order.short, strict=True):
        _add(
            table,
            [
                line.sku,
                f"{line.name} (insert)".strip() if line.insert else line.name,
                line.quantity,
                line.available,
                *([line.kept] if kept else []),
                *([short or ""] if waiting else []),
            ],
        )
    return table


def plan(outcome: SplitOutcome) -> Iterator[RenderableType]:
    """A split that is planned: for each order a table of the lines that go now, and of those that wait."""
    for one in outcome.splits:
        yield _lines(one.processing, f"{inert(one.order.number)} → Processing")
        if one.backorder:
            yield Text()
            day = f", promised {one.promised}" if one.promised else ""
            yield _lines(one.backorder, f"{inert(one.backorder.number)} → {one.part_status.value}{day}")
        if one.dropped:
            yield Text(f"left off, missing inserts: {sentences.lines(one.dropped)}")
        asides = [f"the order's note: {one.order.note}"] if one.order.note else []
        for said in (*asides, *one.asides, *one.warnings):
            yield Text(f"note: {inert(said)}", style="yellow")
        yield Text()


def stock(values: Sequence[Stock], most: int | None = None) -> Iterator[RenderableType]:
    """The figures of the first `most` SKUs, and how many more there are."""
    table = _table("SKU", "Name", ">On hand", ">Allocated", ">Available", ">Owed", ">Final")
    for one in values[:most]:
        name = f"{one.name} (insert)".strip() if one.insert else one.name
        row = [one.sku, name, one.on_hand, one.allocated, one.available, one.owed, one.final]
        _add(table, row, style="yellow" if one.final < 0 else "")
    yield table
    if most is not None and len(values) > most:
        yield _more(len(values) - most)


def _more(count: int) -> Text:
    return Text(f"… and {count:,} more", style="dim")


def shortages(values: Iterable[Shortage], now: datetime, order: str | None = None) -> Table:
    """What to buy. For one `order` the table leaves out how many orders would go at once."""
    if order is not None:
        table = _table("SKU", "Name", f">Short on {inert(order)}", ">Buy", "|Next comes", ">Orders waiting")
        for one in values:
            _add(table, [one.sku, one.name, one.short, one.to_buy, one.next or "", one.orders])
        return table
    columns = ["SKU", "Name", ">Short", ">Incoming", ">Buy", "|Next comes", ">Orders waiting", ">Lets go at once"]
    table = _table(*columns, "|Oldest waits since")
    for one in values:
        since = f"{one.oldest[:10]} ({describe_age(one.oldest, now)})"
        coming = [one.incoming or "", one.to_buy or "", one.next or ""]
        _add(table, [one.sku, one.name, one.short, *coming, one.orders, one.blocks_alone, since])
    return table


def expected(values: Sequence[Expected], today: str) -> Iterator[RenderableType]:
    """What is to come, the earliest first: so the overdue rows stand at the top."""
    table = _table("|Day", "|Ref", "SKU", ">Expected", ">Received", ">Left")
    overdue = [row for row in values if row.is_overdue(today)]
    for row in values:
        late = row.is_overdue(today)
        cells = [f"{row.on} overdue" if late else row.on, row.ref, row.sku, row.expected, row.received, row.left]
        _add(table, cells, style="red" if late else "")
    yield table
    if overdue:
        yield Text("Nothing is promised on what is overdue: receive it, --move it to another day, or --close it", "red")


def promises(values: Sequence[Promise], most: int | None = None) -> Iterator[RenderableType]:
    table = _table("|Order", "|Promised", "When")
    for one in values[:most]:
        _add(table, [one.order, one.on or "", sentences.promised(one) if one.waits else ""])
    yield table
    if most is not None and len(values) > most:
        yield _more(len(values) - most)


def history(values: Iterable[Event], title: str = "", *, with_order: bool = True) -> RenderableType:
    columns = [">No.", "|When (UTC)", *(["|Order"] if with_order else []), "What", "By"]
    table = _table(*columns, title=Text(title, "bold") if title else None)
    for event in values:
        number = [event.order or ""] if with_order else []
        _add(table, [event.change, sentences.day(event.at), *number, sentences.event(event), event.user])
    return table


def formats(values: Iterable[tuple[str, str, str, str]]) -> Table:
    table = _table("Format", "What", "Recognised by", "Tells")
    for row in values:
        _add(table, list(row))
    return table


def _table(*columns: str, title: Text | None = None) -> Table:
    """Columns by name. `>` before a name means numbers, set to the right; `|` means text. Neither is ever wrapped."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        right, whole = column.startswith(">"), column.startswith((">", "|"))
        table.add_column(column.lstrip(">|"), justify="right" if right else "left", no_wrap=whole, overflow="fold")
    return table


def _add(table: Table, row: Sequence[object], style: str = "") -> None:
    table.add_row(*(cell if isinstance(cell, Text) else _Cell(str(cell)) for cell in row), style=style)


class _Cell:
    """Text in the characters that the terminal has, so that columns stay straight where it lacks some."""

    def __init__(self, text: str) -> None:
        self._text = inert(text)

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[Text]:
        # Text, and not str: square brackets in a SKU would be taken as markup.
        yield Text(fitting(self._text, options.encoding))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Text(fitting(self._text, options.encoding)).__rich_measure__(console, options)
