"""WooCommerce: Products, Export, as CSV. `Stock` is blank if the shop does not track it.

A `'` stands before numbers below 0. Such a product is oversold, and its count becomes 0.
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
