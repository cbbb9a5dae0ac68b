"""Wix: orders as CSV, a row per item with its order's cells repeated.

Open are orders that are not fulfilled or fulfilled in part, of which the file does not say what. An order that is not
paid is open, since Wix takes its stock and shops have customers pay at the door, with a notice. `Quantity refunded`
is taken off.

Only read about: the header and two rows in the public tests of a program that reads these files; the statuses in
Wix's own documents. The date and the time have a column each.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, REFUNDED, VOIDED, Report
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    close_by_status,
    first,
    number,
    order_from_rows,
    rows_by_order,
)
from backsplit.formats.shops.woocommerce import sent
from backsplit.formats.statuses import status_word

COLUMNS = {
    "order": ("Order number",),
    "placed_at": ("Date created",),
    "time": ("Time",),
    "sku": ("SKU",),
    "quantity": ("Qty",),
    "refunded": ("Quantity refunded",),
    "name": ("Item",),
    "variant": ("Variant",),
    "payment": ("Payment status",),
    "fulfillment": ("Fulfillment status",),
}
IN_PART = "partially fulfilled"
OPEN = {"not fulfilled", "unfulfilled", IN_PART}
CLOSING: Closing = {
    "fulfilled": (FULFILLED, Status.SHIPPED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "cancelled": (CANCELLED, Status.CANCELLED),
}
PAID = {"paid", "partially paid", "partially refunded", "authorized"}
UNPAID = {"unpaid", "not paid", "pending", "pending merchant"}
CLOSING_PAYMENTS: Closing = {
    "refunded": (REFUNDED, Status.CANCELLED),
    "fully refunded": (REFUNDED, Status.CANCELLED),
    "voided": (VOIDED, Status.CANCELLED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "cancelled": (CANCELLED, Status.CANCELLED),
    "declined": (CANCELLED, Status.CANCELLED),
}


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        if "placed_at" in order.said and (time := first(rows, "time")):
            order.said["placed_at"] += f" {time}"
        close_by_status(order, (row["fulfillment"] for row in rows), OPEN, CLOSING, table.report)
        close_by_status(order, (row["payment"] for row in rows), PAID | UNPAID, CLOSING_PAYMENTS, table.report)
        in_part = _notices(order, rows, table.report)
        order.lines = [_line(row, order.closed, in_part=in_part) for row in rows]
        yield order


def _notices(order: FoundOrder, rows: list[Row], report: Report) -> bool:
    """Whether the order is open and fulfilled in part."""
    if order.left_out:
        return False
    if (payment := status_word(first(rows, "payment"))) in UNPAID:
        order.withheld = f"payment {payment}" if payment.startswith("pending") else payment
        report.tally("{n} open {orders are|order is} not paid yet", order.number)
    in_part = status_word(first(rows, "fulfillment")) == IN_PART
    if in_part:
        report.tally(
            "{n} {orders are|order is} fulfilled in part, and the file does not say which lines: taken whole",
            order.number,
        )
    return in_part


def _line(row: Row, closed: Status | None, *, in_part: bool) -> FoundLine:
    name = f"{row['name']} - {row['variant']}" if row["variant"] else row["name"]
    line = FoundLine(row.at, row["sku"], row["quantity"], name)
    quantity, back = number(row["quantity"]), number(row["refunded"]) or 0
    if quantity is None:
        return line  # it is told where the line is taken, should it be
    left = max(0, quantity - back)
    if back:
        line.quantity = str(left)
        line.left_out = "" if left else REFUNDED
    line.sent = sent(closed, left, back, in_part=in_part)
    return line


ORDERS = TableFormat(
    name="wix-orders",
    title="Wix orders (CSV)",
    recognised_by="Columns Order number, Item, SKU, Qty, Payment status and Fulfillment status.",
    tells="wanted, per line, less refunds; sent only for an order as a whole; what is closed",
    columns=COLUMNS,
    needs=("order", "name", "sku", "quantity", "payment", "fulfillment"),
    orders=orders,
)

FORMATS = (ORDERS,)
