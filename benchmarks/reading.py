"""`python -m benchmarks.reading DB FILE [COUNTS]`: read the files with the program's own reader, look all of it up.

The floor for `sync`: whoever follows an export of orders, and one of counts, must at least do this.
"""

from __future__ import annotations

import sqlite3
import sys

from backsplit.domain.imports import ArrivingOrder, StockCount
from backsplit.formats import ReadOptions, reader


def main(path: str, export: str, counts: str = "") -> None:
    db = sqlite3.connect(path)
    with reader.read_orders(export, ReadOptions()) as reading:
        for item in reading:
            if isinstance(item, ArrivingOrder):
                db.execute("SELECT fingerprint FROM orders WHERE number = ?", (item.number,)).fetchone()
    if counts:
        with reader.read_stock(counts, ReadOptions()) as shelf:
            for count in shelf:
                if isinstance(count, StockCount):
                    db.execute("SELECT on_hand FROM products WHERE sku = ?", (count.sku,)).fetchone()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
