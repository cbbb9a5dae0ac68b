"""Shopify: Products, Inventory, Export, as CSV. A row per variant, in one of two forms.

The form with all quantities has a row per location. The stock is `On hand` less `Unavailable` (damaged, kept for
safety). We never take `Available` alone: Shopify has subtracted the open orders from it, so they would count
twice. If `On hand` is missing, `Available` plus `Committed` is the same.

The other form has a column per location, named after it, behind `COO`. It holds only what is available, and a
notice says so. In both forms `Not stocked` is 0, and a blank is not tracked. `Incoming` has no date: a notice tells of
it, and nothing is promised on it.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.formats.columns.header import normal
from backsplit.formats.finding.found import FoundCount
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.rows.table import Columns, Row, Table

COLUMNS = {
    "sku": ("SKU",),
    "title": ("Title",),
    "option 1": ("Option1 Value",),
    "option 2": ("Option2 Value",),
    "option 3": ("Option3 Value",),
    "location": ("Location",),
    "on_hand": ("On hand (current)", "On hand", "On hand (not editable)"),
    "unavailable": ("Unavailable (not editable)", "Unavailable"),
    "committed": ("Committed (not editable)", "Committed"),
    "available": ("Available (not editable)", "Available", "Available (current)"),
    "incoming": ("Incoming (not editable)", "Incoming"),
}
_OTHERS = ("Handle", "HS Code", "COO", "Bin name", "Barcode", "Vendor", "Type", "Status")
_QUANTITIES = ("incoming", "unavailable", "committed", "available", "onhand", "option")
AVAILABLE_ONLY = (
    "The counts are what the shop calls available, with open orders taken off already. If you import those orders "
    "too, export the inventory with all quantities, which has On hand."
)


INCOMING = (
    "Incoming is told without the day on which it comes (rows: {n}), so nothing is promised on it: "
    "backsplit expect --file takes quantities with their days"
)


def counts(table: Table) -> Iterator[FoundCount]:
    if table.place(COLUMNS, "on_hand") is not None:
        return _on_hand(table)
    available, committed = table.place(COLUMNS, "available"), table.place(COLUMNS, "committed")
    if available is not None and committed is not None:
        return _available_and_committed(table)
    if available is not None:
        raise table.report.refuse(
            "has no On hand, and its Available has the open orders taken off already. Export the inventory with all "
            "quantities.",
        )
    locations = _locations(table)
    if not locations:
        raise table.report.refuse("has no quantities: export the inventory with all quantities.")
    return _by_location(table, locations)


def variant_name(title: str, *options: str) -> str:
    """The name of a variant on an order's line: `Mug - Blue / Large`."""
    chosen = " / ".join(option for option in options if option and option != "Default Title")
    return f"{title} - {chosen}" if title and chosen else title or chosen


def _on_hand(table: Table) -> Iterator[FoundCount]:
    for row in _told(table, COLUMNS):
        yield FoundCount(row.at, row["sku"], row["on_hand"], _name(row), row["location"], less=row["unavailable"])


def _available_and_committed(table: Table) -> Iterator[FoundCount]:
    """On hand is available + committed + unavailable, so on hand less unavailable is available + committed."""
    for row in _told(table, COLUMNS):
        yield FoundCount(row.at, row["sku"], row["available"], _name(row), row["location"], plus=row["committed"])


def _by_location(table: Table, locations: list[str]) -> Iterator[FoundCount]:
    table.report.notice(AVAILABLE_ONLY)
    for row in _told(table, {**COLUMNS, **{name: (name,) for name in locations}}):
        for name in locations:
            yield FoundCount(row.at, row["sku"], row[name], _name(row), name)


def _told(table: Table, columns: Columns) -> Iterator[Row]:
    """The rows; that some tell of what is incoming becomes a notice."""
    for row in table.rows(columns):
        if row["incoming"].strip("0") and row["incoming"].lower() != "not stocked":
            table.report.tally(INCOMING, row["sku"])
        yield row


def _name(row: Row) -> str:
    return variant_name(row["title"], row["option 1"], row["option 2"], row["option 3"])


def _locations(table: Table) -> list[str]:
    """The columns behind COO whose names are not those of something else."""
    known = {normal(name) for names in COLUMNS.values() for name in names} | {normal(name) for name in _OTHERS}
    after = table.header.find("COO", "HS Code", "SKU") or 0
    return [
        name
        for name in table.header.names[after + 1 :]
        if name and normal(name) not in known and not normal(name).startswith(_QUANTITIES)
    ]


FORMAT = TableFormat(
    name="shopify-inventory",
    title="Shopify inventory (CSV)",
    recognised_by="Columns Title, SKU, Option1 Value and HS Code or COO, with On hand or a column for each location.",
    tells="units on hand, per location",
    columns=COLUMNS,
    needs=("title", "sku", "option 1"),
    marks=(("COO", "HS Code", "On hand (current)", "On hand", "Committed (not editable)"),),
    counts=counts,
)
