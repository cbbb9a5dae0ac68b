"""BigCommerce: orders as CSV, a row per order, with all of its items in one cell, `Product Details`.

Each item begins with `Product ID:`. Between items there is a `|`, or nothing in newer files. SKUs and names may
hold commas and hyphens, so each part of an item ends only where the name of the next part begins. Open orders
await anything but payment, or are shipped in part; for those the file does not say which lines. Any number of
their units may be sent, as of an order that is cancelled or refunded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, REFUNDED
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    close_by_status,
    order_from_rows,
    rows_by_order,
    untold,
)
from backsplit.formats.statuses import status_word

COLUMNS = {
    "order": ("Order ID", "Order Number"),
    "placed_at": ("Order Date", "Date Created"),
    "status": ("Order Status",),
    "items": ("Product Details",),
    "shipped": ("Date Shipped",),
}
OPEN = {
    "awaiting fulfillment",
    "awaiting shipment",
    "awaiting pickup",
    "partially shipped",
    "partially refunded",
    "manual verification required",
}
CLOSING: Closing = {
    "shipped": (FULFILLED, Status.SHIPPED),
    "completed": (FULFILLED, Status.SHIPPED),
    "cancelled": (CANCELLED, Status.CANCELLED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "declined": (CANCELLED, Status.CANCELLED),
    "refunded": (REFUNDED, Status.CANCELLED),
    "pending": (NOT_PAID, None),
    "incomplete": (NOT_PAID, None),
    "awaiting payment": (NOT_PAID, None),
    "disputed": ("disputed", None),
}
_IN_PART = ("partially shipped", "partially refunded")

_PART = re.compile(
    r"(?:^|,\s*)Product (ID|Qty|SKU|Name|Weight|Variation Details|Unit Price|Total Price):", re.IGNORECASE
)


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        in_part = status_word(rows[0]["status"]) in _IN_PART
        if status_word(rows[0]["status"]) == "partially refunded" and rows[0]["shipped"]:
            order.close(FULFILLED, Status.SHIPPED)
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        order.lines = [line for row in rows for line in _lines(row)]
        if in_part and not order.left_out:
            for line in order.lines:
                line.sent = untold
            table.report.tally(
                "{n} {orders are|order is} shipped or refunded in part, and the file does not say which lines: taken"
                " whole",
                order.number,
            )
        yield order


def _lines(row: Row) -> Iterator[FoundLine]:
    for item in re.split(r"\|?\s*(?=Product ID:)", row["items"]):
        if item.strip():
            parts = _parts(item.strip().rstrip("|"))
            yield FoundLine(row.at, parts.get("sku", ""), parts.get("qty", ""), parts.get("name", ""))


def _parts(item: str) -> dict[str, str]:
    """The parts of an item by their names, in lower case."""
    marks = list(_PART.finditer(item))
    ends = [mark.start() for mark in marks[1:]] + [len(item)]
    return {
        mark[1].lower(): item[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=False)
    }  # no marks, no parts


ORDERS = TableFormat(
    name="bigcommerce-orders",
    title="BigCommerce orders (CSV)",
    recognised_by="Columns Order ID, Order Status and Product Details.",
    tells="wanted, per line; sent only for an order as a whole; what is closed",
    columns=COLUMNS,
    needs=("order", "status", "items"),
    orders=orders,
)

FORMATS = (ORDERS,)
