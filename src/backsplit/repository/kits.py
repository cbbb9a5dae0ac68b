"""Kits and what they are made of (rule 18).

The table `queue` and `products.allocated` hold the parts of kits. So a kit changes only while no Processing order
holds it, and Backorder orders with a line of it are put into the queue again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter

from backsplit.domain.kits import MOST_NAMED, Kit, KitState, Recipe
from backsplit.domain.orders import KitPart
from backsplit.repository.orders import json_array
from backsplit.repository.transitions import DEQUEUE, ENQUEUE

PRODUCT = "(SELECT id FROM products WHERE sku = ?1)"
OF_SKU = "SELECT on_hand, first_day FROM products WHERE sku = ?"
RECIPE = f"SELECT sku, quantity FROM kit_parts JOIN products ON id = part_id WHERE kit_id = {PRODUCT} ORDER BY place"
PART_OF = f"SELECT sku FROM kit_parts JOIN products ON id = kit_id WHERE part_id = {PRODUCT} ORDER BY sku"
EXPECTED = f"""SELECT ref FROM expected WHERE product_id = {PRODUCT} AND "left" > 0 ORDER BY on_day, ref"""
HELD_BY = f"""SELECT DISTINCT o.number FROM order_lines l JOIN orders o ON o.id = l.order_id
WHERE l.product_id = {PRODUCT} AND o.status = 'Processing' LIMIT {MOST_NAMED + 1}"""
# Each of them wants a first part of the kit, or what is to be a kit itself.
FIRST_PART = f"SELECT part_id FROM kit_parts WHERE kit_id = {PRODUCT} ORDER BY place LIMIT 1"
WAITING = f"""SELECT DISTINCT q.order_id FROM queue q WHERE q.product_id = coalesce(({FIRST_PART}), {PRODUCT})
  AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = q.order_id AND l.product_id = {PRODUCT})"""
INSERT = """INSERT INTO kit_parts (kit_id, place, part_id, quantity)
SELECT kit.id, ?, part.id, ? FROM products kit, products part WHERE kit.sku = ? AND part.sku = ?"""
ALL = """SELECT kit.sku, kit.name, part.sku, k.quantity, part.name, part.available
FROM kit_parts k JOIN products kit ON kit.id = k.kit_id JOIN products part ON part.id = k.part_id
{where} ORDER BY kit.sku, k.place"""
OF_SOME = ALL.format(where="WHERE kit.sku IN (SELECT value FROM json_each(?))")
# The status is written out: only so can SQLite use an index that holds one status alone.
OPEN_LINES = " UNION ALL ".join(
    f"""SELECT order_id, product_id FROM orders o CROSS JOIN order_lines ON order_id = o.id
    WHERE o.status = '{status}' AND product_id IN (SELECT kit_id FROM kit_parts)"""
    for status in ("Backorder", "Processing", "On Hold")
)
OPEN_ORDERS = f"SELECT sku, count(DISTINCT order_id) FROM ({OPEN_LINES}) JOIN products ON id = product_id GROUP BY sku"


class KitsTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def recipe(self, sku: str) -> Recipe:
        """What one kit is made of; empty for a SKU that is no kit."""
        return dict(self._db.execute(RECIPE, (sku,)))

    def state(self, sku: str) -> KitState:
        """What keeps a known SKU from becoming a kit, and a kit from changing."""
        ((on_hand, first_day),) = self._db.execute(OF_SKU, (sku,)).fetchall()
        return KitState(
            self.recipe(sku),
            on_hand,
            self._words(PART_OF, sku),
            self._words(EXPECTED, sku),
            self._words(HELD_BY, sku),
            first_day,
        )

    def write(self, sku: str, recipe: Recipe) -> None:
        """Let a known SKU be made of these parts, of nothing for no kit; what waits for it stands in the queue anew."""
        waiting = self._db.execute(WAITING, (sku,)).fetchall()
        self._db.executemany(DEQUEUE, waiting)
        self._db.execute(f"DELETE FROM kit_parts WHERE kit_id = {PRODUCT}", (sku,))
        self._db.executemany(INSERT, [(place, each, sku, part) for place, (part, each) in enumerate(recipe.items(), 1)])
        self._db.executemany(ENQUEUE, waiting)

    def all(self) -> list[Kit]:
        """Every kit, by SKU."""
        return list(self._read(ALL.format(where="")))

    def some(self, skus: Collection[str]) -> list[Kit]:
        """Those of the SKUs that are kits, by SKU."""
        return list(self._read(OF_SOME, json_array(skus)))

    def _read(self, sql: str, *values: str) -> Iterator[Kit]:
        orders: dict[str, int] = dict(self._db.execute(OPEN_ORDERS))
        for (sku, name), rows in groupby(self._db.execute(sql, values), key=itemgetter(0, 1)):
            parts = tuple(KitPart(part, each, named, available) for _, _, part, each, named, available in rows)
            yield Kit(sku, name, parts, orders.get(sku, 0))

    def _words(self, sql: str, sku: str) -> tuple[str, ...]:
        return tuple(word for (word,) in self._db.execute(sql, (sku,)))
