"""What is to be marked in the shop: as a table, JSON and CSV; and what a file tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from backsplit.domain import times
from backsplit.domain.shop_updates import Form, ToMark
from backsplit.render.documents import Document
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.sentences import count, names
from backsplit.render.terminal import Text, inert

if TYPE_CHECKING:
    from backsplit.services.shop_updates import Rewritten, ToldShop, Unmarked

MOST_NAMED = 20  # SKUs that the answer names


def document(values: Iterable[ToMark]) -> list[Document]:
    return [
        {
            "order": order.order,
            "parcels": [
                {
                    "number": parcel.number,
                    "shipped_at": parcel.shipped_at,
                    "carrier": parcel.carrier,
                    "tracking": parcel.tracking_numbers,
                    "sent": [{"sku": sku, "quantity": units} for sku, units in parcel.sent.items()],
                }
                for parcel in order.parcels
            ],
        }
        for order in values
    ]


def rows(values: Iterable[ToMark]) -> Iterator[list[object]]:
    """The columns of the form `csv`: a row for each SKU of a parcel."""
    yield [*Form.CSV.header]
    for order in values:
        for parcel in order.parcels:
            for sku, units in parcel.sent.items():
                day = times.day(parcel.shipped_at)
                yield [order.order, sku, units, day, parcel.carrier, parcel.tracking_numbers]


def table(value: Unmarked) -> Iterator[Drawable]:
    """What is to be marked, and below it what a person is to close in the shop."""
    if value.to_mark:
        yield from _to_mark(value.to_mark)
    else:
        yield "nothing is to be marked in the shop"
    if value.by_hand:
        orders = [
            f"{order.order} ({', '.join(f'{n} × {sku}' for sku, n in order.units.items())})" for order in value.by_hand
        ]
        yield f"to be closed there by hand, since what it waits for was swapped or given up here: {names(orders)}"


def _to_mark(values: Sequence[ToMark]) -> Iterator[Drawable]:
    found = Table(
        Column("Order"),
        Column("Parcel", rank=3),
        Column("Sent", rank=1),
        Column("Carrier", rank=2),
        Column("Tracking", rank=1),
        Column("Units", Kind.ITEMS),
    )
    told = 0
    for order in values:
        for parcel in order.parcels:
            is_told = not parcel.new
            told += is_told
            found.add(
                order.order,
                "" if parcel.number == order.order else parcel.number,
                times.day(parcel.shipped_at),
                parcel.carrier,
                parcel.tracking_numbers,
                [f"{units}×{sku}" for sku, units in parcel.sent.items()],
                style="dim" if is_told else "",
            )
    yield found
    units = sum(order.units for order in values)
    yield Text(f"{count(len(values), 'order')}, {count(units, 'unit')} to be marked in the shop")
    if told:
        yield Text(f"{count(told, 'parcel')} of these: in a file already (--take), and in no export yet", "dim")


def rewritten(value: Rewritten) -> Document:
    return {
        "changed": [{"sku": figure.sku, "from": figure.before, "to": figure.after} for figure in value.changed],
        "left": value.left,
        "notices": list(value.notices),
    }


def rewritten_lines(value: Rewritten) -> Iterator[str]:
    changed = count(len(value.changed), "count")
    yield (
        f"wrote {inert(value.out)}: {changed} changed, all else as it was"
        if value.changed
        else (f"wrote {inert(value.out)}: the same as before, no count differs")
    )
    for figure in value.changed[:MOST_NAMED]:
        yield f"{inert(figure.sku)}: {figure.before} → {figure.after}"
    if len(value.changed) > MOST_NAMED:
        yield f"… and {len(value.changed) - MOST_NAMED:,} more: --json names them"
    if value.left:
        yield f"left as they are: {count(value.left, 'row')} whose SKU is not known here"
    yield from (f"note: {inert(notice)}" for notice in value.notices)


def told(value: ToldShop) -> Document:
    return {
        "as": value.form.value,
        "orders": list(value.orders),
        "rows": value.rows,
        "left_out": [left._asdict() for left in value.left_out],
        "notices": list(value.notices),
        "made": value.made,
    }


def lines(value: ToldShop) -> Iterator[str]:
    rows_ = count(value.rows, "row")
    yield f"wrote {inert(value.out)}: {count(len(value.orders), 'order')}, {rows_}, as {value.form.value}"
    for left in value.left_out:
        yield f"left out: {inert(left.order)}, {inert(left.reason)}"
    yield from (f"note: {inert(notice)}" for notice in value.notices)
    if value.made is not None:
        yield f"remembered as change {value.made}: the next file has only what is new (backsplit undo takes it back)"
