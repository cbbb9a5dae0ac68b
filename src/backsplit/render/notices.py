"""Rule 21 in tables and words: who must be told what, and by which day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from backsplit.domain.orders import Line
from backsplit.render import sentences, tables
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.terminal import Text, inert

if TYPE_CHECKING:
    from backsplit.domain.notices import Notice
    from backsplit.services.notices import Agreed, Told

SHOWN = 10  # notices that a table shows: who tells nobody gets a short list, and not a wall
MEANS = {
    "cancel": "the last day has passed, and no yes is noted: cancel them, or notices --agreed ORDER",
    "again": "the day that was told has moved: tell them the new day, and ask for a yes",
    "late": "they go later than expected: tell them the day",
    "no-day": "no day can be promised: tell them, and ask for a yes",
    "split": "a part waits: tell them what follows, and when",
    "cancelled": "given up here: tell them",
}
NEEDS = {None: "", "yes": "a yes", "silence": "no answer"}  # what is wanted of the customer


def table(notices: Sequence[Notice]) -> Iterator[Drawable]:
    """The most urgent notices, how many more there are, and what each kind means."""
    if not notices:
        yield Text("nobody is to be told anything")
        return
    drawn = Table(
        Column("By"),
        Column("Order"),
        Column("Customer", Kind.NAME, 1),
        Column("What"),
        Column("New day"),
        Column("Told", rank=1),
        Column("Needs"),
        Column("Units", Kind.ITEMS, 3),
        title=Text(f"To be told · {len(notices):,}", "bold"),
    )
    for notice in notices[:SHOWN]:
        units = tables.each([Line(sku, quantity) for sku, quantity in notice.units])
        needs = NEEDS[notice.answer]
        cells = notice.by, notice.order, notice.customer, notice.kind, notice.day or "", notice.told or "", needs, units
        drawn.add(*cells, style="red" if notice.kind == "cancel" else "")
    yield drawn
    if len(notices) > SHOWN:
        yield Text(f"… and {len(notices) - SHOWN:,} more: backsplit notices --csv", "dim")
    yield Text()
    counts = Counter(notice.kind for notice in notices)
    for kind, means in MEANS.items():
        if counts[kind]:  # type: ignore[index]
            yield Text(f"{kind} · {counts[kind]:,}: {means}")  # type: ignore[index]


def count(notices: Sequence[Notice]) -> str:
    """How many are to be told what, and by which day the first of them."""
    kinds = Counter(notice.kind for notice in notices)
    counts = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    first = min(notices, key=lambda notice: notice.by)
    return f"to be told: {counts}; the first, {inert(first.order)}, by {first.by}: `backsplit notices` has them all"


def told(value: Told, *, taken: bool, out: str | None = None) -> Iterator[str]:
    """What became of the notices: where they are written, and of how many it is noted that the customer was told."""
    if out is not None:
        yield f"wrote {inert(out)}: the rows of {sentences.count(len(value.notices), 'notice')}"
    if value.without_row:
        yield f"not in the export: {sentences.names(value.without_row)}"
    if taken:
        noted = "1 customer was" if value.noted == 1 else f"{value.noted:,} customers were"
        if value.noted:
            yield f"noted that {noted} told; `backsplit undo` takes it back"
        elif value.last is None:
            yield "nothing new to note"
        else:
            undo = f"`backsplit undo {value.last.number}` makes new what it noted"
            yield f"nothing new to note since {value.last}: {undo}"


def agreed(value: Agreed) -> Iterator[str]:
    for number, day in value.orders:
        yield f"{inert(number)}: the customer agrees to wait{f' until {day}' if day else ', without a day'}"


def documents(notices: Iterable[Notice]) -> Iterator[dict[str, Any]]:
    for notice in notices:
        units = [{"sku": sku, "quantity": quantity} for sku, quantity in notice.units]
        yield notice._asdict() | {"units": units}


def rows(notices: Iterable[Notice]) -> Iterator[list[object]]:
    """The CSV, a row for each SKU of each notice."""
    yield ["order", "customer", "kind", "sku", "quantity", "told", "day", "by", "answer"]
    for notice in notices:
        for sku, quantity in notice.units:
            yield [
                notice.order,
                notice.customer,
                notice.kind,
                sku,
                quantity,
                notice.told,
                notice.day,
                notice.by,
                notice.answer,
            ]
