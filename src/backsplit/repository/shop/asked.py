"""Rule 11: what the shop asked for and had sent at the last look, of each family."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from backsplit.domain.shop.following import Asked

OF_FAMILY = """SELECT sku, wanted, sent, elsewhere, apart, unsaid FROM asked JOIN products ON id = product_id
WHERE family_id = ?"""
WRITE = """INSERT INTO asked (family_id, product_id, wanted, sent, elsewhere, apart, unsaid)
SELECT ?, id, ?, ?, ?, ?, ? FROM products WHERE sku = ?"""


OPEN_OF_SOURCES = """SELECT id, number, source_id FROM orders
WHERE source_id IN (SELECT value FROM json_each(?)) AND id IN (
  SELECT family_id FROM orders WHERE status = 'Backorder'
  UNION SELECT family_id FROM orders WHERE status = 'Processing'
  UNION SELECT family_id FROM orders WHERE status = 'On Hold')
ORDER BY priority, placed_at, id"""
UNMARKED = "SELECT family_id FROM unmarked JOIN orders ON id = order_id GROUP BY family_id"
UNMARK = "INSERT OR IGNORE INTO unmarked SELECT id FROM orders WHERE family_id = ? AND status = 'Shipped'"
MARKED = """DELETE FROM unmarked WHERE order_id = ?1 OR order_id IN (
  SELECT id FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL)"""


class Root(NamedTuple):
    """The order by which the shop knows a family."""

    id: int
    number: str
    source: int


class AskedTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, family: int) -> dict[str, Asked]:
        """What is noted of a family, by SKU. Where nothing is, its lines are what the shop asked for."""
        return {sku: Asked(*figures) for sku, *figures in self._db.execute(OF_FAMILY, (family,))}

    def write(self, family: int, asked: Mapping[str, Asked]) -> None:
        """Note these figures of a family, and nothing else; what its lines say anyway is not noted."""
        self._db.execute("DELETE FROM asked WHERE family_id = ?", (family,))
        self._db.executemany(
            WRITE, [(family, *it, sku) for sku, it in asked.items() if it.sent or it.elsewhere or it.apart]
        )

    def told(self, family: int, change: int) -> None:
        """Note the change in which the shop said something new of a family."""
        self._db.execute("UPDATE orders SET told_in = ? WHERE id = ?", (change, family))

    def looked(self, family: int, look: int | None, source: int | None) -> None:
        """Note the look at a family in the file of that source; an order that was typed in is that shop's now."""
        self._db.execute(
            "UPDATE orders SET last_look = ?, source_id = coalesce(source_id, ?) WHERE id = ?", (look, source, family)
        )
        self._db.execute(
            "UPDATE orders SET source_id = ? WHERE family_id = ? AND split_from IS NOT NULL AND source_id IS NULL",
            (source, family),
        )

    def look_of(self, family: int) -> int | None:
        """The last look at a family."""
        ((look,),) = self._db.execute("SELECT last_look FROM orders WHERE id = ?", (family,)).fetchall()
        return None if look is None else int(look)

    def source_name(self, source: int | None) -> str:
        row = self._db.execute("SELECT name FROM sources WHERE id = ?", (source,)).fetchone()
        return str(row[0]) if row else ""

    def open_of(self, sources: Collection[int]) -> Iterator[Root]:
        """The families of these sources that have something open, in queue order."""
        rows = self._db.execute(OPEN_OF_SOURCES, (json.dumps(sorted(sources)),))
        return map(Root._make, rows)

    def unmarked(self) -> list[int]:
        """The families of which something shipped here that the shop has not said to know of."""
        return [family for (family,) in self._db.execute(UNMARKED)]

    def mark(self, family: int) -> None:
        """The shop knows of all that shipped here of the family."""
        self._db.execute(MARKED, (family,))

    def unmark(self, family: int) -> None:
        """Something shipped here of the family that the shop does not know, or knows no longer."""
        self._db.execute(UNMARK, (family,))

    def source_of(self, family: int) -> int | None:
        """The id of the source that a family came from."""
        ((source,),) = self._db.execute("SELECT source_id FROM orders WHERE id = ?", (family,)).fetchall()
        return None if source is None else int(source)
