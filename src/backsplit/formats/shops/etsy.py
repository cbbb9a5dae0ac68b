"""Etsy: sold order items, as CSV (EtsySoldOrderItems2026-1.csv), a row per item with its order's cells repeated.

An item is sent, all of it, once it has a Date Shipped; cancelled orders are not in this file. Many shops leave the
SKUs blank. Then the line's name is the listing's number with the variations, since the title changes with every
season; what a customer had engraved is no variation.

Seen in a real file (266 rows, 2020 to 2023): the 33 columns, the dates as 12/31/20, all SKUs blank. Only read about:
Order Type for sales in person, which are not to be shipped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import FULFILLED, NOT_SHIPPED
from backsplit.formats.shops._columns import Filled, ShopRow, Text, Word, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder

_PERSONAL = re.compile(r"(?:^|,)\s*Personali[sz]ation\s*:.*", re.IGNORECASE | re.DOTALL)


class Item(ShopRow):
    order = Text("Order ID", needed=True)
    placed_at = Text("Sale Date", needed=True)
    transaction = Text("Transaction ID", needed=True)
    listing = Text("Listing ID", needed=True)
    sku = Text("SKU")
    quantity = Text("Quantity", needed=True)
    name = Text("Item Name")
    variations = Text("Variations")
    shipped = Filled("Date Shipped", needed=True)
    kind = Word("Order Type")

    @property
    def variant(self) -> str:
        return " ".join(f"{self.listing} {_PERSONAL.sub('', html.unescape(self.variations))}".split())


def rule(order: FoundOrder, rows: Sequence[Item], _: Table) -> None:
    if all(row.shipped for row in rows):
        order.close(FULFILLED, Status.SHIPPED)
    elif Item.kind.first(rows).replace(" ", "") == "inperson":
        order.close(NOT_SHIPPED, None)


def line(row: Item, _: FoundOrder) -> FoundLine:
    name = row.name if row.sku else row.variant
    return FoundLine(row.at, row.sku, row.quantity, name, FULFILLED if row.shipped else "")


ORDERS = declared(
    Item,
    row_by_row(line),
    rule=rule,
    name="etsy-order-items",
    title="Etsy sold order items (CSV)",
    recognised_by="Columns Order ID, Sale Date, Transaction ID, Listing ID, Quantity and Date Shipped.",
    tells="wanted and sent, per line; what is sent as a whole, not what is cancelled",
)

FORMATS = (ORDERS,)
