"""Indexes and triggers that an import into an empty file is faster without."""

from __future__ import annotations

import sqlite3

from backsplit.repository.file.connecting import SORTING

LINES_BY_PRODUCT = "order_lines_by_product"
TAKEN_OFF = {
    "index": (
        LINES_BY_PRODUCT,
        "orders_backorder",
        "orders_processing",
        "orders_on_hold",
        "orders_shipped",
        "orders_cancelled",
        "orders_in_queue",
        "orders_parts",
        "orders_families",
    ),
    "trigger": ("orders_come", "orders_go", "orders_change", "events_are_not_replaced"),
}


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

    def put_back(self, name: str | None = None) -> None:
        """Make again what is called so; without a name all that is still off."""
        (cache,) = self._db.execute("PRAGMA cache_size").fetchone()
        self._db.execute(SORTING)
        for each in [name] if name else list(self._made_by):
            if sql := self._made_by.pop(each, None):
                self._db.execute(sql)
        self._db.execute(f"PRAGMA cache_size = {cache}")
