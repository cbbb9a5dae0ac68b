"""What `to-ship` wrote, and where the other rows went."""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.packing.to_ship import ToShip
from backsplit.render import sentences
from backsplit.render.documents import Document
from backsplit.render.inert import inert


def document(value: ToShip) -> Document:
    return {
        "kept": value.kept,
        "changed": value.changed,
        "left_out": sum(value.left_out.values()),
        "orders": list(value.orders),
        "out": value.out,
    }


def lines(value: ToShip) -> Iterator[str]:
    changed = f", {value.changed:,} of them with fewer units or the order's own cells" if value.changed else ""
    rows = sentences.count(value.kept + value.changed, "row")
    yield f"{sentences.count(len(value.orders), 'order')} to ship: {rows} written{changed}"
    for reason, count in value.left_out.items():
        yield f"left out: {sentences.count(count, 'row')}, {reason}"
    for number, units in value.without_row.items():
        missing = ", ".join(f"{quantity} × {inert(sku)}" for sku, quantity in units.items())
        yield f"note: {inert(number)} also sends {missing}, for which the export has no row"
