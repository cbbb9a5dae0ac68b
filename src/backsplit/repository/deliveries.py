"""What is expected (rule 15)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected


COLUMNS = 'ordered, on_day, received, "left", given_up'
ROWS = f"SELECT ref, sku, {COLUMNS} FROM expected JOIN products ON id = product_id"
THIS = "(ref, product_id) = (?1, (SELECT id FROM products WHERE sku = ?2))"
WRITE = f"""INSERT OR REPLACE INTO expected (ref, product_id, {COLUMNS})
SELECT ?1, id, ?3, ?4, ?5, ?6, ?7 FROM products WHERE sku = ?2"""


class ExpectedTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, ref: str, sku: str, on: str) -> Expected | None:
        return next(self._read(f"{ROWS} WHERE {THIS} AND on_day = ?3", (ref, sku, on)), None)

    def of_sku(self, ref: str, sku: str) -> list[Expected]:
        """All that a reference is to bring or has brought of one SKU, by day."""
        return list(self._read(f"{ROWS} WHERE {THIS} ORDER BY on_day", (ref, sku)))

    def of(self, ref: str) -> list[Expected]:
        """All that a reference is to bring or has brought, by day and SKU."""
        return list(self._read(f"{ROWS} WHERE ref = ? ORDER BY on_day, sku", (ref,)))

    def all(self, *, closed: bool = False) -> list[Expected]:
        """What is still to come, the earliest first; with `closed` also that of which nothing is left."""
        where = "" if closed else 'WHERE "left" > 0 '
        return list(self._read(f"{ROWS} {where}ORDER BY on_day, ref, sku", ()))

    def until(self, day: str) -> list[Expected]:
        """What should have come by that day, or comes on it, the earliest first."""
        return list(self._read(f'{ROWS} WHERE "left" > 0 AND on_day <= ? ORDER BY on_day, ref, sku', (day,)))

    def any_due(self, today: str) -> bool:
        """Whether anything is to come today or later."""
        row = self._db.execute('SELECT 1 FROM expected WHERE "left" > 0 AND on_day >= ? LIMIT 1', (today,)).fetchone()
        return row is not None

    def has_ref(self, ref: str) -> bool:
        return self._db.execute("SELECT 1 FROM expected WHERE ref = ?", (ref,)).fetchone() is not None

    def replace(self, changes: Iterable[tuple[Expected | None, Expected | None]]) -> None:
        """Write rows in the place of those that they were; None where there was none, or where none is any more."""
        changes = list(changes)
        gone = ((was.ref, was.sku, was.on) for was, _ in changes if was is not None)
        self._db.executemany(f"DELETE FROM expected WHERE {THIS} AND on_day = ?3", gone)
        self._db.executemany(WRITE, (now for _, now in changes if now is not None))

    def _read(self, sql: str, values: tuple[Any, ...]) -> Iterator[Expected]:
        from backsplit.domain.deliveries import Expected  # noqa: PLC0415 - most only ask whether anything is to come

        return (Expected(*row) for row in self._db.execute(sql, values))
