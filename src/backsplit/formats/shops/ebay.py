"""eBay: the orders report of Seller Hub. The header is on the second line; blank rows and a footer surround the rows.

An order of several items has a summary row without an item number, and then a row per item. The summary row is
not a line, but it says whether the whole order was paid or shipped. An unpaid order is not open, since eBay asks
not to ship it. An item with a Shipped On Date was sent, all of it; in the United Kingdom the column is Dispatched on
date. A file without that column does not say what was sent.

Seen in a real file: the American header, without rows. Only read about: the British one, in programs that read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import FULFILLED, NOT_PAID
from backsplit.formats.shops._columns import Filled, ShopRow, Text, declared
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder


class ReportRow(ShopRow):
    order = Text("Order Number")
    record = Text("Sales Record Number", needed=True)
    placed_at = Text("Sale Date", "Paid On Date")
    paid = Filled("Paid On Date")
    shipped = Filled("Shipped On Date", "Dispatched On Date", tells_sent=True)
    item = Text("Item Number", needed=True)
    sku = Text("Custom Label", "Custom Label (SKU)", needed=True)
    quantity = Text("Quantity", needed=True)
    name = Text("Item Title")


def rule(order: FoundOrder, rows: Sequence[ReportRow], table: Table) -> None:
    items = [row for row in rows if row.item]
    if any(row.shipped for row in rows if not row.item) or (items and all(row.shipped for row in items)):
        order.close(FULFILLED, Status.SHIPPED)
    elif not any(row.paid for row in rows) and ReportRow.paid.is_in(table):
        order.close(NOT_PAID, None)
        order.withheld = NOT_PAID


def lines(_: FoundOrder, rows: Sequence[ReportRow], __: Table) -> Iterator[FoundLine]:
    for row in rows:
        if row.item:
            yield FoundLine(row.at, row.sku, row.quantity, row.name, FULFILLED if row.shipped else "")


def footer(cells: Sequence[str]) -> bool:
    """Whether this is `12,record(s) downloaded` or `Seller ID : …`, which stand below the last row."""
    said = [cell.strip().lower() for cell in cells if cell.strip()]
    return bool(said) and (said[0].startswith("seller id") or "record(s) downloaded" in " ".join(said[:2]))


ORDERS = declared(
    ReportRow,
    lines,
    rule=rule,
    keys=("order", "record"),
    name="ebay-orders",
    title="eBay orders report (CSV)",
    recognised_by="Columns Sales Record Number, Item Number, Custom Label and Quantity, on any of the first lines.",
    tells="wanted and sent, per line; what is sent as a whole",
    passes_through=True,
    footer=footer,
)

FORMATS = (ORDERS,)
