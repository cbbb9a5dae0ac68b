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
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, NOT_SHIPPED, REFUNDED
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    all_of_it,
    close_by_status,
    number,
    order_from_rows,
    rows_by_order,
    units,
    untold,
)

COLUMNS = {
    "order": ("increment_id", "order_increment_id"),
    "placed_at": ("created_at", "order_created_at", "purchase_date"),
    "changed_at": ("updated_at", "order_updated_at"),
    "status": ("status", "order_status", "state"),
    "sku": ("sku", "item_sku", "product_sku"),
    "quantity": ("qty_ordered", "item_qty_ordered", "qty", "quantity"),
    "canceled": ("qty_canceled", "item_qty_canceled"),
    "refunded": ("qty_refunded", "item_qty_refunded"),
    "shipped": ("qty_shipped", "item_qty_shipped"),
    "name": ("name", "item_name", "product_name"),
    "type": ("product_type", "item_product_type"),
    "item": ("item_id", "order_item_id"),
    "parent": ("parent_item_id",),
    "price": ("price", "item_price", "base_price"),
}
OPEN = {"new", "pending", "processing", "holded", "on hold", "backordered", "backorder"}
CLOSING: Closing = {
    "complete": (FULFILLED, Status.SHIPPED),
    "completed": (FULFILLED, Status.SHIPPED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "cancelled": (CANCELLED, Status.CANCELLED),
    "closed": (REFUNDED, Status.CANCELLED),
    "pending payment": (NOT_PAID, None),
    "payment review": (NOT_PAID, None),
    "pending paypal": (NOT_PAID, None),
    "fraud": (NOT_PAID, None),
}
_WHOLES = ("bundle", "configurable", "grouped")
_NOT_SHIPPED = ("virtual", "downloadable", "giftcard")


def orders(table: Table) -> Iterator[FoundOrder]:
    told = table.place(COLUMNS, "shipped") is not None
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        order.lines = [_line(row, whole, order.closed, told=told) for row, whole in _goods(rows)]
        yield order


def _goods(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """The row that names the goods of each line, and the row of the product that they were bought as."""
    parents = [_parent(rows, place) for place in range(len(rows))]
    for place, row in enumerate(rows):
        if parents[place] is not None:
            continue
        children = [child for child, parent in zip(rows, parents, strict=True) if parent == place]
        if not children:
            below = rows[place + 1 : place + 2]
            if row["type"] in _WHOLES and not row["item"] and below and below[0]["type"] not in _WHOLES:
                continue  # its parts are the rows below it, and nothing ties them to it
            yield row, row
        elif row["type"] == "bundle" or len(children) > 1:
            yield from ((child, row) for child in children)
        else:
            yield children[0], row


def _parent(rows: Sequence[Row], place: int) -> int | None:
    """The place of the row of which this one is a part."""
    row = rows[place]
    if row["parent"] not in ("", "0"):
        return next((at for at, other in enumerate(rows) if other["item"] == row["parent"]), None)
    if row["item"] or not place:
        return None
    above = rows[place - 1]
    if _parent(rows, place - 1) is not None:
        return None
    if above["type"] == "configurable" and row["type"] not in _WHOLES:
        return place - 1
    if above["type"] or row["type"] or row["quantity"] != above["quantity"]:
        return None
    repeated = row["sku"] == above["sku"] and not row["price"].strip("0.,") and bool(above["price"].strip("0.,"))
    return place - 1 if repeated else None


def _line(row: Row, whole: Row, closed: Status | None, *, told: bool) -> FoundLine:
    """`told`: the file says what is shipped. Of a bundle that went out whole, so did each of its parts."""
    booked = row if whole["type"] == "bundle" or row["quantity"] != whole["quantity"] else whole
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    if row["type"] in _NOT_SHIPPED:
        line.left_out, line.ships = NOT_SHIPPED, False
        return line
    ordered = number(booked["quantity"])
    if ordered is None:
        return line  # it is told where the line is taken, should it be
    shipped, canceled, refunded = (number(booked[name]) or 0 for name in ("shipped", "canceled", "refunded"))
    left = max(0, ordered - canceled - max(shipped, refunded))
    line.quantity = str(shipped + left)
    if told:
        line.sent = units(shipped)
    elif closed is None:
        line.sent = untold
    if booked is not whole and told and 0 < (number(whole["quantity"]) or 0) <= (number(whole["shipped"]) or 0):
        line.sent = all_of_it
    if not left and not shipped:
        line.left_out = REFUNDED if refunded else CANCELLED
    return line


ORDERS = TableFormat(
    name="magento-order-items",
    title="Magento or Adobe Commerce order items (CSV)",
    recognised_by="Columns increment_id, sku, qty_ordered or qty, and status or qty_shipped.",
    tells="wanted, per line; sent with a column qty_shipped, else only for an order as a whole; what is closed",
    columns=COLUMNS,
    needs=("order", "sku", "quantity"),
    marks=(("status", "order_status", "state", "qty_shipped", "item_qty_shipped"),),
    orders=orders,
)

FORMATS = (ORDERS,)
