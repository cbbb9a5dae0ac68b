"""Amazon: order reports, tab-delimited and unquoted as Amazon writes them, or saved as CSV.

The report of new orders holds only unshipped ones, with `quantity-purchased`. The report of all orders has a
status for each. We leave out orders that Amazon ships from its own warehouses, and pending orders, which
Amazon asks not to ship. In that report each item has a status, too. Where a file has `quantity-shipped`, it says how
many units were sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    Sent,
    TableFormat,
    all_of_it,
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

ORDER_COLUMNS = {
    "order": ("order-id", "amazon-order-id"),
    "placed_at": ("purchase-date", "Date"),
    "changed_at": ("last-updated-date",),
    "sku": ("sku",),
    "quantity": ("quantity-purchased", "quantity", "qty"),
    "shipped": ("quantity-shipped",),
    "name": ("product-name",),
    "status": ("order-status", "status"),
    "item status": ("item-status",),
    "channel": ("fulfillment-channel", "fulfilment", "fulfillment"),
}
FULFILLED_BY_AMAZON = "fulfilled by Amazon"

IN_PART = {"partiallyshipped", "partially shipped"}
OPEN = {"unshipped", *IN_PART}
CLOSING: Closing = {
    "cancelled": (CANCELLED, Status.CANCELLED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "pending": (NOT_PAID, None),
    "pendingavailability": (NOT_PAID, None),
}


def orders_of_report(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, ORDER_COLUMNS):
        order = order_from_rows(rows)
        if first(rows, "channel").lower() in ("amazon", "afn"):
            order.close(FULFILLED_BY_AMAZON, None)
        statuses = [row["status"] for row in rows]
        cancelled = any(status_word(status) in ("cancelled", "canceled") for status in statuses)
        # "Shipped - Delivered to Buyer" and "Shipped - Returned to Seller" have both left the warehouse.
        if not cancelled and status_word(next(filter(None, statuses), "")).startswith("shipped"):
            order.close(FULFILLED, Status.SHIPPED)
        close_by_status(order, statuses, OPEN, CLOSING, table.report)
        in_part = status_word(next(filter(None, statuses), "")) in IN_PART
        order.lines = [_line_of_report(row, untold if in_part else None) for row in rows]
        yield order


def only_open_orders(table: Table) -> bool:
    return all(table.place(ORDER_COLUMNS, name) is None for name in ("status", "item status", "shipped"))


def _line_of_report(row: Row, sent: Sent | None) -> FoundLine:
    """`sent` is what the order's status says of an item that has none."""
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    status = status_word(row["item status"])
    shipped = number(row["shipped"])
    if shipped is not None:
        line.sent = units(shipped)
    elif not status or status in IN_PART:
        line.sent = sent
    if status in ("cancelled", "canceled"):
        line.left_out = CANCELLED
        line.sent = line.sent or nothing
    elif status == "shipped":
        line.left_out = FULFILLED
        line.sent = line.sent or all_of_it
    elif status == "unshipped":
        line.sent = line.sent or nothing
    return line


ORDERS = TableFormat(
    name="amazon-orders",
    title="Amazon order reports",
    recognised_by="Columns order-id or amazon-order-id, sku, quantity-purchased or quantity, and purchase-date.",
    tells="wanted, and with a status column also what is sent and closed, per line; else only what is open",
    columns=ORDER_COLUMNS,
    needs=("order", "sku", "quantity", "placed_at"),
    marks=(("order-item-id", "amazon-order-id", "merchant-order-id", "Courier Status"),),
    without=("quantity-to-ship",),  # the unshipped orders report has it
    orders=orders_of_report,
    passes_through=True,
    only_open=only_open_orders,
    quoted=False,
)


UNSHIPPED_COLUMNS = {
    "order": ("order-id", "amazon-order-id"),
    "placed_at": ("purchase-date",),
    "sku": ("sku",),
    "quantity": ("quantity-to-ship",),
    "shipped": ("quantity-shipped",),
    "name": ("product-name",),
}


def orders_of_unshipped(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, UNSHIPPED_COLUMNS):
        order = order_from_rows(rows)
        order.lines = [_line_of_unshipped(row) for row in rows]
        yield order


def only_unshipped(table: Table) -> bool:
    return table.place(UNSHIPPED_COLUMNS, "shipped") is None


def _line_of_unshipped(row: Row) -> FoundLine:
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    if row["quantity"] == "0" and row["shipped"] not in ("", "0"):
        line.left_out = FULFILLED
    left, shipped = number(row["quantity"]), number(row["shipped"])
    if left is not None and shipped:
        line.quantity, line.sent = str(left + shipped), units(shipped)
    return line


UNSHIPPED = TableFormat(
    name="amazon-unshipped",
    title="Amazon unshipped orders report",
    recognised_by="Columns order-id, sku, quantity-to-ship and purchase-date.",
    tells="wanted and sent, per line; without quantity-shipped only what is open; not what is closed",
    columns=UNSHIPPED_COLUMNS,
    needs=("order", "sku", "quantity", "placed_at"),
    orders=orders_of_unshipped,
    passes_through=True,
    only_open=only_unshipped,
    quoted=False,
)

FORMATS = (ORDERS, UNSHIPPED)
