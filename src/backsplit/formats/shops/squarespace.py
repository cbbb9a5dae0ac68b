"""Squarespace: orders as CSV. The columns are Shopify's of some years ago, but for the Order ID and the variant.

It is read as Shopify's (`shopify_orders`). A cancelled order has CANCELED as its Fulfillment Status, or a date in
Cancelled at.

Only read about: the header and a row in a public sample; the three statuses in Squarespace's own documents.
"""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.formats.csv_rows import Table
from backsplit.formats.shops import shopify
from backsplit.formats.shops._columns import Text, Word, declared
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder


class Item(shopify.Item):
    order = Text("Order ID", needed=True)
    fulfillment = Word("Fulfillment Status", needed=True)
    variant = Text("Lineitem variant")


def lines(order: FoundOrder, rows: Sequence[Item], table: Table) -> list[FoundLine]:
    for row in rows:
        if row.variant:
            row["name"] = f"{row.name} - {row.variant}"
    return shopify.lines(order, rows, table)


ORDERS = declared(
    Item,
    lines,
    name="squarespace-orders",
    title="Squarespace orders (CSV)",
    recognised_by="Columns Order ID, Lineitem sku, Lineitem quantity, Lineitem name and Fulfillment Status.",
    tells="wanted, per line; sent for an order as a whole, or per line where that has a status; what is closed",
    passes_through=True,
)

FORMATS = (ORDERS,)
