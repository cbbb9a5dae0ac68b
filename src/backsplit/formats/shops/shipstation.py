"""ShipStation: orders as CSV, a row per item, with columns such as `Order - Number` and `Item - SKU`.

Orders are open if they await shipment, are on hold, or their fulfilment is pending; not if they await payment.
A shipped order was sent as a whole, since ShipStation splits an order that is not. A file without the status does not
say what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, HIDDEN, NOT_PAID
from backsplit.formats.shops._columns import Filled, ShopRow, State, Text, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder


class ItemRow(ShopRow):
    order = Text("Order - Number", needed=True)
    placed_at = Text("Date - Order Date", "Order - Date", "Order Date")
    status = State(
        "Order - Status",
        open_=("awaiting shipment", "on hold", "pending fulfillment", "awaiting fulfillment"),
        closing={
            "shipped": (FULFILLED, Status.SHIPPED),
            **dict.fromkeys(("cancelled", "canceled"), (CANCELLED, Status.CANCELLED)),
            "awaiting payment": (NOT_PAID, None),
        },
        tells_sent=True,
    )
    sku = Text("Item - SKU", needed=True)
    quantity = Text("Item - Qty", "Item - Quantity", needed=True)
    name = Text("Item - Name")


def line(row: ItemRow, _: FoundOrder) -> FoundLine:
    return FoundLine(row.at, row.sku, row.quantity, row.name)


ORDERS = declared(
    ItemRow,
    row_by_row(line),
    name="shipstation-orders",
    title="ShipStation orders (CSV)",
    recognised_by="Columns Order - Number, Item - SKU and Item - Qty.",
    tells="wanted, per line; with Order - Status also what is sent as a whole or cancelled",
    spelled=("Order - Number",),  # `Order Number` is WooCommerce's
    passes_through=True,
)


_HIDDEN = re.compile(r"\(\d+ items?\)", re.IGNORECASE)


class GridRow(ShopRow):
    order = Text("Order #", needed=True)
    placed_at = Text("Order Date")
    shipped = Filled("Ship Date", needed=True)
    sku = Text("Item SKU", needed=True)
    quantity = Text("Quantity", needed=True)
    name = Text("Item Name")


def grid_rule(order: FoundOrder, rows: Sequence[GridRow], table: Table) -> None:
    if all(row.shipped for row in rows):
        order.close(FULFILLED, Status.SHIPPED)
    elif any(_HIDDEN.fullmatch(row.sku) for row in rows):
        order.close(HIDDEN, None)
        table.report.tally(
            "{n} {orders are|order is} left out, since the grid hides the lines behind such as (2 Items);"
            " ShipStation's other export has a row for each item",
            order.number,
        )


def grid_line(row: GridRow, _: FoundOrder) -> FoundLine:
    sku, name = ("", "") if _HIDDEN.fullmatch(row.sku) else (row.sku, row.name)
    return FoundLine(row.at, sku, row.quantity, name, FULFILLED if row.shipped else "")


GRID = declared(
    GridRow,
    row_by_row(grid_line),
    rule=grid_rule,
    name="shipstation-grid",
    title="ShipStation grid of orders (CSV)",
    recognised_by="Columns Order #, Ship Date, Item SKU and Quantity.",
    tells="wanted, per line; sent for an order as a whole; of an order of several items no lines",
    spelled=("Order #",),
)

FORMATS = (ORDERS, GRID)
