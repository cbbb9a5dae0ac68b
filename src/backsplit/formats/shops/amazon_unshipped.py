"""Amazon: the unshipped orders report. Tab-delimited, unquoted, a row per order item.

`quantity-to-ship` is open and `quantity-shipped` was sent. We do not look at `quantity-purchased`: some of its units
may have been cancelled since.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_rows import begun, grouped
from backsplit.formats.finding.sent import number, units
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.reasons import FULFILLED
from backsplit.formats.rows.table import Row, Table

COLUMNS = {
    "order": ("order-id", "amazon-order-id"),
    "placed_at": ("purchase-date",),
    "sku": ("sku",),
    "quantity": ("quantity-to-ship",),
    "shipped": ("quantity-shipped",),
    "name": ("product-name",),
}


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in grouped(table, COLUMNS):
        order = begun(rows)
        order.lines = [_line(row) for row in rows]
        yield order


def only_open(table: Table) -> bool:
    return table.place(COLUMNS, "shipped") is None


def _line(row: Row) -> FoundLine:
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    if row["quantity"] == "0" and row["shipped"] not in ("", "0"):
        line.left_out = FULFILLED
    left, shipped = number(row["quantity"]), number(row["shipped"])
    if left is not None and shipped:
        line.quantity, line.sent = str(left + shipped), units(shipped)
    return line


FORMAT = TableFormat(
    name="amazon-unshipped",
    title="Amazon unshipped orders report",
    recognised_by="Columns order-id, sku, quantity-to-ship and purchase-date.",
    tells="wanted and sent, per line; without quantity-shipped only what is open; not what is closed",
    columns=COLUMNS,
    needs=("order", "sku", "quantity", "placed_at"),
    orders=orders,
    passes_through=True,
    only_open=only_open,
    quoted=False,
)
