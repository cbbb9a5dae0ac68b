"""Magento, or Adobe Commerce: order items as a table, as the many exporters write them that keep Magento's own names.

A configurable product has two rows, itself and the simple product that was chosen: they are one line. It has the
simple one's SKU, and the numbers of the configurable, on which Magento books shipments. Of a bundle its parts are
the lines. Where the file tells none of it, a row that repeats the SKU and the quantity of the one above, at no price,
is the second of such a pair.

Sent is `qty_shipped`; `qty_canceled` is taken off, and so is what was refunded beyond what was shipped, as Magento
itself reckons what is left to ship. Open are new, pending, processing and held orders; pending payment is not.

Only read about: the names in Magento's own documents of its tables, rows of pairs in the reports of a program that
reads them (quantities are 6.0000), and the statuses that Magento comes with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, NOT_SHIPPED, REFUNDED
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, declared
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder, all_of_it, number, units

_WHOLES = ("bundle", "configurable", "grouped")
_NOT_SHIPPED = ("virtual", "downloadable", "giftcard")


class Item(ShopRow):
    order = Text("increment_id", "order_increment_id", needed=True)
    placed_at = Text("created_at", "order_created_at", "purchase_date")
    changed_at = Text("updated_at", "order_updated_at")
    status = State(
        "status",
        "order_status",
        "state",
        open_=("new", "pending", "processing", "holded", "on hold", "backordered", "backorder"),
        closing={
            **dict.fromkeys(("complete", "completed"), (FULFILLED, Status.SHIPPED)),
            **dict.fromkeys(("canceled", "cancelled"), (CANCELLED, Status.CANCELLED)),
            "closed": (REFUNDED, Status.CANCELLED),
            **dict.fromkeys(("pending payment", "payment review", "pending paypal", "fraud"), (NOT_PAID, None)),
        },
    )
    sku = Text("sku", "item_sku", "product_sku", needed=True)
    quantity = Text("qty_ordered", "item_qty_ordered", "qty", "quantity", needed=True)
    canceled = Units("qty_canceled", "item_qty_canceled")
    refunded = Units("qty_refunded", "item_qty_refunded")
    shipped = Units("qty_shipped", "item_qty_shipped", tells_sent=True)
    name = Text("name", "item_name", "product_name")
    type = Text("product_type", "item_product_type")
    item = Text("item_id", "order_item_id")
    parent = Text("parent_item_id")
    price = Text("price", "item_price", "base_price")


def lines(_: FoundOrder, rows: Sequence[Item], __: Table) -> Iterator[FoundLine]:
    return (_line(row, whole) for row, whole in _goods(rows))


def _goods(rows: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """The row that names the goods of each line, and the row of the product that they were bought as."""
    parents = [_parent(rows, place) for place in range(len(rows))]
    for place, row in enumerate(rows):
        if parents[place] is not None:
            continue
        children = [child for child, parent in zip(rows, parents, strict=True) if parent == place]
        if not children:
            below = rows[place + 1 : place + 2]
            if row.type in _WHOLES and not row.item and below and below[0].type not in _WHOLES:
                continue  # its parts are the rows below it, and nothing ties them to it
            yield row, row
        elif row.type == "bundle" or len(children) > 1:
            yield from ((child, row) for child in children)
        else:
            yield children[0], row


def _parent(rows: Sequence[Item], place: int) -> int | None:
    """The place of the row of which this one is a part."""
    row = rows[place]
    if row.parent not in ("", "0"):
        return next((at for at, other in enumerate(rows) if other.item == row.parent), None)
    if row.item or not place:
        return None
    above = rows[place - 1]
    if _parent(rows, place - 1) is not None:
        return None
    if above.type == "configurable" and row.type not in _WHOLES:
        return place - 1
    if above.type or row.type or row.quantity != above.quantity:
        return None
    repeated = row.sku == above.sku and not row.price.strip("0.,") and bool(above.price.strip("0.,"))
    return place - 1 if repeated else None


def _line(row: Item, whole: Item) -> FoundLine:
    """Of a bundle that went out whole, so did each of its parts."""
    booked = row if whole.type == "bundle" or row.quantity != whole.quantity else whole
    line = FoundLine(row.at, row.sku, row.quantity, row.name)
    if row.type in _NOT_SHIPPED:
        line.left_out, line.ships = NOT_SHIPPED, False
        return line
    ordered = number(booked.quantity)
    if ordered is None:
        return line  # it is told where the line is taken, should it be
    shipped, canceled, refunded = booked.shipped or 0, booked.canceled or 0, booked.refunded or 0
    left = max(0, ordered - canceled - max(shipped, refunded))
    line.quantity = str(shipped + left)
    line.sent = units(shipped)
    if booked is not whole and 0 < (number(whole.quantity) or 0) <= (whole.shipped or 0):
        line.sent = all_of_it
    if not left and not shipped:
        line.left_out = REFUNDED if refunded else CANCELLED
    return line


ORDERS = declared(
    Item,
    lines,
    name="magento-order-items",
    title="Magento or Adobe Commerce order items (CSV)",
    recognised_by="Columns increment_id, sku, qty_ordered or qty, and status or qty_shipped.",
    tells="wanted, per line; sent with a column qty_shipped, else only for an order as a whole; what is closed",
    marks=((*Item.status.names, *Item.shipped.names),),
)

FORMATS = (ORDERS,)
