"""ShipStation: orders as CSV, a row per item, with columns such as `Order - Number` and `Item - SKU`.

Orders are open if they await shipment, are on hold, or their fulfilment is pending; not if they await payment.
A shipped order was sent as a whole, since ShipStation splits an order that is not. A file without the status does not
say what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID
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

COLUMNS = {
    "order": ("Order - Number",),
    "placed_at": ("Date - Order Date", "Order - Date", "Order Date"),
    "status": ("Order - Status",),
    "sku": ("Item - SKU",),
    "quantity": ("Item - Qty", "Item - Quantity"),
    "name": ("Item - Name",),
}
OPEN = {"awaiting shipment", "on hold", "pending fulfillment", "awaiting fulfillment"}
CLOSING: Closing = {
    "shipped": (FULFILLED, Status.SHIPPED),
    "cancelled": (CANCELLED, Status.CANCELLED),
    "canceled": (CANCELLED, Status.CANCELLED),
    "awaiting payment": (NOT_PAID, None),
}


def orders(table: Table) -> Iterator[FoundOrder]:
    told = table.place(COLUMNS, "status") is not None
    if not told:
        table.report.notice("There is no column Order - Status: every order was taken as open.")
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        sent = None if told else untold
        order.lines = [FoundLine(row.at, row["sku"], row["quantity"], row["name"], sent=sent) for row in rows]
        yield order


ORDERS = TableFormat(
    name="shipstation-orders",
    title="ShipStation orders (CSV)",
    recognised_by="Columns Order - Number, Item - SKU and Item - Qty.",
    tells="wanted, per line; with Order - Status also what is sent as a whole or cancelled",
    columns=COLUMNS,
    needs=("order", "sku", "quantity"),
    spelled=("Order - Number",),  # `Order Number` is WooCommerce's
    orders=orders,
    passes_through=True,
)

FORMATS = (ORDERS,)
