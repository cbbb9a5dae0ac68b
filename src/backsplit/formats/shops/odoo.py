"""Odoo: sale orders with their lines, as the list view exports them to CSV.

The order's cells, its number too, are on its first row only. The SKU is the reference in brackets before the
product's name, `[FURN_7777] Office Chair`, or has its own column. Quantities look like `10.0`. Quotations are
not open. The delivered quantity is sent, if the file has it. If not, the delivery status says it for the order as a
whole; without that, too, any number of units may be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_CONFIRMED
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    Sent,
    TableFormat,
    close_by_status,
    first,
    nothing,
    number,
    order_from_rows,
    rows_by_order,
    units,
    untold,
)
from backsplit.formats.statuses import status_word

COLUMNS = {
    "order": ("Order Reference", "name", "Number"),
    "placed_at": ("Order Date", "date_order", "Creation Date"),
    "status": ("Status", "state"),
    "delivery": ("Delivery Status", "delivery_status"),
    "product": (
        "Order Lines/Product",
        "Order Lines/Product Variant",
        "Order Lines/Product/Display Name",
        "order_line/product_id",
        "order_line/product_id/display_name",
    ),
    "sku": (
        "Order Lines/Product/Internal Reference",
        "order_line/product_id/default_code",
        "Order Lines/Product/SKU",
    ),
    "name": ("Order Lines/Product/Name", "order_line/product_id/name"),
    "quantity": ("Order Lines/Quantity", "Order Lines/Ordered Quantity", "order_line/product_uom_qty"),
    "delivered": (
        "Order Lines/Delivered Quantity",
        "Order Lines/Delivery Quantity",
        "Order Lines/Delivered",
        "order_line/qty_delivered",
    ),
}
OPEN = {"sales order", "sale order", "sale", "locked", "done", "to invoice", "confirmed"}
CLOSING: Closing = {
    "quotation": (NOT_CONFIRMED, None),
    "quotation sent": (NOT_CONFIRMED, None),
    "draft": (NOT_CONFIRMED, None),
    "sent": (NOT_CONFIRMED, None),
    "cancelled": (CANCELLED, Status.CANCELLED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "cancel": (CANCELLED, Status.CANCELLED),
}
_REFERENCE = re.compile(r"\[([^\]]+)\]\s*(.*)", re.DOTALL)


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        delivery = status_word(first(rows, "delivery"))
        if delivery in ("fully delivered", "full"):
            order.close(FULFILLED, Status.SHIPPED)
        sent = None if order.closed else nothing if delivery in ("not delivered", "pending") else untold
        # A section or a note among the lines has neither a product nor a quantity.
        order.lines = [
            _line(row, sent) for row in rows if row["product"] or row["sku"] or _is_something(row["quantity"])
        ]
        yield order


def _line(row: Row, sent: Sent | None) -> FoundLine:
    """`sent` is what the order says of a line that does not tell what is delivered."""
    match = _REFERENCE.match(row["product"])
    sku, name = (match[1], match[2]) if match else ("", row["product"])
    line = FoundLine(row.at, row["sku"] or sku.strip(), row["quantity"], row["name"] or name)
    delivered, wanted = number(row["delivered"]), number(row["quantity"])
    line.sent = sent if delivered is None else units(delivered)
    if delivered and wanted is not None and delivered >= wanted:
        line.left_out = FULFILLED
    return line


def _is_something(quantity: str) -> bool:
    return bool(quantity.strip("0."))


ORDERS = TableFormat(
    name="odoo-orders",
    title="Odoo sale orders (CSV)",
    recognised_by="Columns Order Reference, Order Lines/Product and Order Lines/Quantity.",
    tells="wanted, per line; sent with a column of what is delivered; what is closed",
    columns=COLUMNS,
    needs=("order", "product", "quantity"),
    orders=orders,
)

FORMATS = (ORDERS,)
