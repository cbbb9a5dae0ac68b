"""Indexes and triggers that an import into an empty file is faster without, and lines that it writes at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from backsplit.repository.file.connecting import SORTING

LINES_BY_PRODUCT = "order_lines_by_product"
TAKEN_OFF = {
    "index": (LINES_BY_PRODUCT, "orders_backorder", "orders_processing", "orders_in_queue"),
    "trigger": ("orders_come", "orders_go", "orders_change", "events_are_not_replaced"),
}

# While it is there, it hides the table of the file. SQLite copies a whole table of the same shape page after page, and
# fills them; of a table of this kind that grows at its end, it leaves an eighth of each page empty.
GATHERED = """CREATE TEMP TABLE order_lines (
  order_id    INTEGER NOT NULL,
  line_no     INTEGER NOT NULL CHECK (line_no > 0),
  product_id  INTEGER NOT NULL,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, line_no)
) STRICT, WITHOUT ROWID"""


class TakenOff:
    """What was taken off the tables, to be made again when all rows are there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._made_by: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._made_by)

    def take(self) -> None:
        for kind, names in TAKEN_OFF.items():
            for name in names:
                (sql,) = self._db.execute(
                    "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)
                ).fetchone()
                self._db.execute(f"DROP {kind} {name}")
                self._made_by[name] = sql
        self._db.execute(GATHERED)

    def put_lines(self) -> None:
        """All lines have arrived: write them, with their index."""
        if self:
            self._db.execute("INSERT INTO main.order_lines SELECT * FROM temp.order_lines")
            self._db.execute("DROP TABLE temp.order_lines")
            self._make([LINES_BY_PRODUCT])

    def put_back(self) -> None:
        """Make again all that is still off."""
        self._make(list(self._made_by))

    def _make(self, names: Iterable[str]) -> None:
        (cache,) = self._db.execute("PRAGMA cache_size").fetchone()
        self._db.execute(SORTING)
        for name in names:
            self._db.execute(self._made_by.pop(name))
        self._db.execute(f"PRAGMA cache_size = {cache}")
