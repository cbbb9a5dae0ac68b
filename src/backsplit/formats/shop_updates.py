"""The ids of the items in Amazon's unshipped report, which a file that marks them as sent must name (rule 20)."""

from __future__ import annotations

from contextlib import closing

from backsplit.domain.shop_updates import Item, Items
from backsplit.formats import ReadOptions
from backsplit.formats.recognise import recognise_table
from backsplit.formats.report import Report
from backsplit.formats.shops._toolkit import number
from backsplit.formats.shops.amazon import UNSHIPPED, UNSHIPPED_COLUMNS
from backsplit.formats.source import Source

ITEM = "order-item-id"


def read_items(path: str) -> Items:
    """The items by the order's number, in the file's order. Raises BadInput."""
    with closing(Source(path, None)) as source:
        report = Report(source.path, skip_bad=False)
        table, _ = recognise_table(source, report, ReadOptions(format=UNSHIPPED.name), "orders")
        if table.header.find(ITEM) is None:
            raise report.refuse(f"has no column {ITEM}: download the unshipped orders report again, unchanged.")
        items: dict[str, list[Item]] = {}
        for row in table.rows({**UNSHIPPED_COLUMNS, "item": (ITEM,)}):
            left = number(row["quantity"])
            if left:
                items.setdefault(row["order"], []).append(Item(row["item"], row["sku"], left))
        report.finish()
        return items
