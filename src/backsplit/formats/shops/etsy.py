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
from collections.abc import Iterator

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import FULFILLED, NOT_SHIPPED
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder, TableFormat, first, order_from_rows, rows_by_order
from backsplit.formats.statuses import status_word

COLUMNS = {
    "order": ("Order ID",),
    "placed_at": ("Sale Date",),
    "sku": ("SKU",),
    "quantity": ("Quantity",),
    "name": ("Item Name",),
    "listing": ("Listing ID",),
    "variations": ("Variations",),
    "shipped": ("Date Shipped",),
    "transaction": ("Transaction ID",),
    "type": ("Order Type",),
}
_PERSONAL = re.compile(r"(?:^|,)\s*Personali[sz]ation\s*:.*", re.IGNORECASE | re.DOTALL)


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in rows_by_order(table, COLUMNS):
        order = order_from_rows(rows)
        if all(row["shipped"] for row in rows):
            order.close(FULFILLED, Status.SHIPPED)
        elif status_word(first(rows, "type")).replace(" ", "") == "inperson":
            order.close(NOT_SHIPPED, None)
        order.lines = [_line(row) for row in rows]
        yield order


def _line(row: Row) -> FoundLine:
    name = row["name"] if row["sku"] else _variant(row)
    return FoundLine(row.at, row["sku"], row["quantity"], name, FULFILLED if row["shipped"] else "")


def _variant(row: Row) -> str:
    variations = _PERSONAL.sub("", html.unescape(row["variations"]))
    return " ".join(f"{row['listing']} {variations}".split())


ORDERS = TableFormat(
    name="etsy-order-items",
    title="Etsy sold order items (CSV)",
    recognised_by="Columns Order ID, Sale Date, Transaction ID, Listing ID, Quantity and Date Shipped.",
    tells="wanted and sent, per line; what is sent as a whole, not what is cancelled",
    columns=COLUMNS,
    needs=("order", "placed_at", "transaction", "listing", "quantity", "shipped"),
    orders=orders,
)

FORMATS = (ORDERS,)
