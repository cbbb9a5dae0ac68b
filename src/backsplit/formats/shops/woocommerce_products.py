"""WooCommerce: Products, Export, as CSV. `Stock` is blank where the shop does not track it.

A `'` stands before a number below 0, which is an oversold product and counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.formats.finding.found import FoundCount
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.rows.table import Table

COLUMNS = {
    "sku": ("SKU",),
    "name": ("Name",),
    "on_hand": ("Stock",),
}


def counts(table: Table) -> Iterator[FoundCount]:
    for row in table.rows(COLUMNS):
        yield FoundCount(row.at, row["sku"], row["on_hand"], row["name"])


FORMAT = TableFormat(
    name="woocommerce-products",
    title="WooCommerce products (CSV)",
    recognised_by="Columns SKU, Name, Stock and In stock? or Backorders allowed?.",
    tells="units on hand",
    columns=COLUMNS,
    needs=("sku", "name", "on_hand"),
    marks=(("In stock?", "Backorders allowed?"),),
    counts=counts,
)
