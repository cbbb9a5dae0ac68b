"""TikTok Shop: orders as CSV or Excel, a row per SKU. Each row has a status of its own, so that a part of an order
may be cancelled or on its way.

Below the header stands a row that explains the columns. Open is what is to be shipped, awaits its carrier or is on
hold; what TikTok ships from its own warehouses is left out. What is returned of a row that is still to be shipped is
taken off.

Only read about: the columns and what each means in TikTok's own explanation, as dealers have put it up; the statuses
in programs that read these files. They are known in English alone: those of another language leave the order alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, REFUNDED
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    close_by_status,
    first,
    nothing,
    number,
    order_from_rows,
    rows_by_order,
)
from backsplit.formats.statuses import status_word

COLUMNS = {
    "order": ("Order ID",),
    "placed_at": ("Created Time",),
    "status": ("Order Status",),
    "sku": ("Seller SKU",),
    "quantity": ("Quantity",),
    "returned": ("Sku Quantity of return",),
    "name": ("Product Name",),
    "variation": ("Variation",),
    "shipped": ("Shipped Time",),
    "cancelled": ("Cancelled Time",),
    "warehouse": ("Fulfillment Type",),
}
FULFILLED_BY_TIKTOK = "fulfilled by TikTok"

OPEN = {"to ship", "awaiting shipment", "awaiting collection", "on hold", "processing", "partially shipping"}
CLOSING: Closing = {
    **dict.fromkeys(("shipped", "in transit", "delivered", "completed"), (FULFILLED, Status.SHIPPED)),
    **dict.fromkeys(("canceled", "cancelled"), (CANCELLED, Status.CANCELLED)),
    "unpaid": (NOT_PAID, None),
}


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        ends = [_end(row) for row in rows]
        if "tiktok" in first(rows, "warehouse").lower():
            order.close(FULFILLED_BY_TIKTOK, None)
        elif None not in ends and len(set(ends)) == 1:
            order.close(*CLOSING[ends[0] or ""])
            order.withheld = "" if order.closed else first(rows, "status")
        unknown = [row["status"] for row, end in zip(rows, ends, strict=True) if end is None and not _is_open(row)]
        close_by_status(order, unknown, OPEN, CLOSING, table.report)
        order.lines = [_line(row, end) for row, end in zip(rows, ends, strict=True)]
        yield order


def explains(cells: Sequence[str]) -> bool:
    """The row under the header says of each column what it holds."""
    return any(cell.strip().lower().startswith("platform unique order id") for cell in cells)


def _end(row: Row) -> str | None:
    """The status of `CLOSING` that a row has come to, one for each end; None if it is open or not known."""
    status = status_word(row["status"])
    if status in ("canceled", "cancelled") or row["cancelled"]:
        return "cancelled"
    if CLOSING.get(status, ("", None))[0] == FULFILLED or row["shipped"]:
        return "shipped"
    return status if status in CLOSING else None


def _is_open(row: Row) -> bool:
    return status_word(row["status"]) in OPEN


def _line(row: Row, end: str | None) -> FoundLine:
    name = f"{row['name']} - {row['variation']}" if row["variation"] not in ("", "Default") else row["name"]
    line = FoundLine(row.at, row["sku"], row["quantity"], name)
    if end is not None:
        line.left_out = CLOSING[end][0]
        line.sent = None if end == "shipped" or row["shipped"] else nothing
        return line
    quantity, back = number(row["quantity"]), number(row["returned"]) or 0
    if quantity is not None and back:
        line.quantity = str(max(0, quantity - back))
        line.left_out = "" if quantity > back else REFUNDED
    return line


ORDERS = TableFormat(
    name="tiktok-orders",
    title="TikTok Shop orders (CSV, Excel)",
    recognised_by="Columns Order ID, Order Status, Seller SKU, Quantity and Created Time.",
    tells="wanted and sent, per line; what is closed",
    columns=COLUMNS,
    needs=("order", "status", "sku", "quantity", "placed_at"),
    orders=orders,
    footer=explains,
)

FORMATS = (ORDERS,)
