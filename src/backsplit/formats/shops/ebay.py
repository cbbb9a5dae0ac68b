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
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import FULFILLED, NOT_PAID
from backsplit.formats.shops._toolkit import (
    FoundLine,
    FoundOrder,
    Sent,
    TableFormat,
    first,
    order_from_rows,
    rows_by_order,
    untold,
)

COLUMNS = {
    "order": ("Order Number",),
    "record": ("Sales Record Number",),
    "placed_at": ("Sale Date", "Paid On Date"),
    "paid": ("Paid On Date",),
    "shipped": ("Shipped On Date", "Dispatched On Date"),
    "item": ("Item Number",),
    "sku": ("Custom Label", "Custom Label (SKU)"),
    "quantity": ("Quantity",),
    "name": ("Item Title",),
}


def orders(table: Table) -> Iterator[FoundOrder]:
    told = table.place(COLUMNS, "shipped") is not None
    must_be_paid = table.place(COLUMNS, "paid") is not None
    for rows in rows_by_order(table, COLUMNS, "order", "record"):
        order = order_from_rows(rows, "order", "record")
        items = [row for row in rows if row["item"]]
        wholes = [row for row in rows if not row["item"]]
        if any(row["shipped"] for row in wholes) or (items and all(row["shipped"] for row in items)):
            order.close(FULFILLED, Status.SHIPPED)
        elif must_be_paid and not first(rows, "paid"):
            order.close(NOT_PAID, None)
            order.withheld = NOT_PAID
        order.lines = [_line(row, None if told else untold) for row in items]
        yield order


def footer(cells: Sequence[str]) -> bool:
    """Whether this is `12,record(s) downloaded` or `Seller ID : …`, which stand below the last row."""
    said = [cell.strip().lower() for cell in cells if cell.strip()]
    return bool(said) and (said[0].startswith("seller id") or "record(s) downloaded" in " ".join(said[:2]))


def _line(row: Row, sent: Sent | None) -> FoundLine:
    left_out = FULFILLED if row["shipped"] else ""
    return FoundLine(row.at, row["sku"], row["quantity"], row["name"], left_out, sent)


ORDERS = TableFormat(
    name="ebay-orders",
    title="eBay orders report (CSV)",
    recognised_by="Columns Sales Record Number, Item Number, Custom Label and Quantity, on any of the first lines.",
    tells="wanted and sent, per line; what is sent as a whole",
    columns=COLUMNS,
    needs=("record", "item", "sku", "quantity"),
    orders=orders,
    passes_through=True,
    footer=footer,
)

FORMATS = (ORDERS,)
