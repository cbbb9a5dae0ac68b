"""`python -m benchmarks.reading DB FILE`: read an export with the program's own reader, look every order up, no more.

The floor for `sync`: whoever follows a file must at least do this.
"""

from __future__ import annotations

import sqlite3
import sys

from backsplit import formats
from backsplit.domain.imports import ArrivingOrder
from backsplit.formats import ReadOptions


def main(path: str, export: str) -> None:
    db = sqlite3.connect(path)
    with formats.read_orders(export, ReadOptions()) as reading:
        for item in reading:
            if isinstance(item, ArrivingOrder):
                db.execute("SELECT fingerprint FROM orders WHERE number = ?", (item.number,)).fetchone()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
