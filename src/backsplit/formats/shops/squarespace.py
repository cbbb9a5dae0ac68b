"""Squarespace: orders as CSV. The columns are Shopify's of some years ago, but for the Order ID and the variant.

It is read as Shopify's (`shopify_orders`). A cancelled order has CANCELED as its Fulfillment Status, or a date in
Cancelled at.

Only read about: the header and a row in a public sample; the three statuses in Squarespace's own documents.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.formats.csv_rows import Table
from backsplit.formats.shops import shopify
from backsplit.formats.shops._toolkit import FoundOrder, TableFormat, rows_by_order

COLUMNS = {**shopify.ORDER_COLUMNS, "order": ("Order ID",), "variant": ("Lineitem variant",)}


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        for row in rows:
            if row["variant"]:
                row["name"] = f"{row['name']} - {row['variant']}"
        yield shopify.found(rows, table.report)


ORDERS = TableFormat(
    name="squarespace-orders",
    title="Squarespace orders (CSV)",
    recognised_by="Columns Order ID, Lineitem sku, Lineitem quantity, Lineitem name and Fulfillment Status.",
    tells="wanted, per line; sent for an order as a whole, or per line where that has a status; what is closed",
    columns=COLUMNS,
    needs=("order", "sku", "quantity", "name", "fulfillment"),
    orders=orders,
    passes_through=True,
)

FORMATS = (ORDERS,)
