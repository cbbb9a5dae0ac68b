"""A split on a terminal, above its question: one order by its lines, many in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.errors import Code
from backsplit.domain.outcomes.splitting import Refusal, SplitOutcome
from backsplit.domain.split import SplitPlan
from backsplit.render import sentences, tables
from backsplit.render.inert import inert
from backsplit.render.screen.layout import Column, Kind
from backsplit.render.screen.table import Drawable, Table
from backsplit.render.screen.text import Text

FEW = 3  # orders that are shown by their lines
NOTED = 5  # notes below a table
REASONS: dict[Code, str] = {
    "nothing-in-stock": "nothing of it is in stock",
    "nothing-short": "nothing is out of stock",
    "only-inserts-short": "only inserts are out of stock",
    "only-inserts-in-stock": "only inserts are in stock",
    "ship-complete": "it ships complete",
    "max-parts": "it is in as many parts as allowed",
    "too-little": "too little could go",
}


def plan(outcome: SplitOutcome) -> Iterator[Drawable]:
    """A split that is planned: for each order a table of the lines that go now, and of those that wait."""
    if len(outcome.splits) > FEW:
        yield from many(outcome)
        return
    for one in outcome.splits:
        yield tables.lines(one.processing, f"{inert(one.order.number)} → Processing")
        if one.backorder:
            yield Text()
            day = f", promised {one.promised}" if one.promised else ""
            yield tables.lines(one.backorder, f"{inert(one.backorder.number)} → {one.part_status.value}{day}")
        if one.dropped:
            yield Text(f"left off, missing inserts: {sentences.lines(one.dropped)}")
        yield from _notes(one)
        yield Text()


def many(outcome: SplitOutcome, *, refused: bool = True) -> Iterator[Drawable]:
    """A row for each order that is divided, then for each reason the orders that are not."""
    if outcome.splits:
        table = Table(
            Column("Order"),
            Column("Customer", Kind.NAME, 3),
            Column("Goes", Kind.NUMBER, 1),
            Column("Goes now", Kind.ITEMS, style="green"),
            Column("Waits", Kind.ITEMS, style="yellow"),
            Column("Promised", rank=2),
            Column("Left off", Kind.ITEMS, 1),
            title=Text(f"Split · {len(outcome.splits):,}", "bold"),
        )
        for one in outcome.splits:
            goes = sum(line.quantity for line in one.stays)
            table.add(
                one.order.number,
                one.order.customer,
                f"{goes} of {one.order.units}",
                tables.each(one.stays),
                tables.each(one.moves),
                one.promised or "",
                tables.each(one.dropped),
            )
        yield table
        notes = [note for one in outcome.splits for note in _notes(one)]
        yield from notes[:NOTED]
        if len(notes) > NOTED:
            yield Text(f"… and {len(notes) - NOTED:,} more notes: backsplit split --all --dry-run | less", "yellow")
        yield Text()
    if refused and outcome.refused:
        yield _refused(outcome.refused)
        yield Text()


def _notes(one: SplitPlan) -> Iterator[Text]:
    asides = [f"{one.order.number} has the note: {one.order.note}"] if one.order.note else []
    for said in (*asides, *one.asides, *one.warnings):
        yield Text(f"note: {inert(said)}", "yellow")


def _refused(refused: Sequence[Refusal]) -> Table:
    by_code: dict[Code, list[str]] = {}
    for one in refused:
        by_code.setdefault(one.code, []).append(one.order)
    table = Table(
        Column("Orders", Kind.NUMBER),
        Column("Because"),
        Column("Numbers", Kind.ITEMS),
        title=Text(f"Not split · {len(refused):,}", "bold"),
    )
    for code, numbers in by_code.items():
        table.add(len(numbers), REASONS.get(code, code), numbers)
    return table
