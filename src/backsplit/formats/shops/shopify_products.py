"""Shopify: Products, Export, as CSV. A row per variant; rows for further pictures are among them.

Rows for pictures have no SKU and no cells of a variant, so they say nothing about stock. Only the first row of a
product has its title. Shops with several locations have no quantities here; they need the inventory export. This
export has had two sets of column names, and we know both.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.formats.finding.found import FoundCount
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.rows.table import Table
from backsplit.formats.shops.shopify_inventory import AVAILABLE_ONLY, variant_name

COLUMNS = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "sku": ("Variant SKU", "SKU"),
    "option 1": ("Option1 Value",),
    "option 2": ("Option2 Value",),
    "option 3": ("Option3 Value",),
    "price": ("Variant Price", "Price"),
    "on_hand": ("Variant Inventory Qty", "Inventory quantity"),
}


def counts(table: Table) -> Iterator[FoundCount]:
    if table.place(COLUMNS, "on_hand") is None:
        raise table.report.refuse(
            "has no Variant Inventory Qty, perhaps since the shop has several locations: export the inventory instead.",
        )
    table.report.notice(AVAILABLE_ONLY)
    handle = title = ""
    for row in table.rows(COLUMNS):
        if row["title"] or row["handle"] != handle:
            handle, title = row["handle"], row["title"]
        if not any(row[cell] for cell in ("sku", "option 1", "price", "on_hand")):
            continue
        name = variant_name(title, row["option 1"], row["option 2"], row["option 3"])
        yield FoundCount(row.at, row["sku"], row["on_hand"], name)


FORMAT = TableFormat(
    name="shopify-products",
    title="Shopify products (CSV)",
    recognised_by="Columns Handle, Title, Variant SKU, Option1 Value and Variant Price.",
    tells="units on hand, less what open orders hold",
    columns=COLUMNS,
    needs=("handle", "title", "sku", "option 1", "price"),
    marks=(("Variant SKU", "Inventory tracker", "Continue selling when out of stock"),),
    without=("COO", "HS Code", "On hand (current)"),  # columns of the inventory
    counts=counts,
)
