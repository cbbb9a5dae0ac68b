"""What is short, and whom it keeps waiting: found in the queue, or as it was kept by a question that was asked before.

Where many orders wait, to find it takes some 50 ms. So a question keeps what it has found; it holds until there is
another change in the history. Names, and what is to come, are not kept.
"""

from __future__ import annotations

import sqlite3

from backsplit.domain.values import Policy, Shortage
from backsplit.repository.fairness import needed

FEW = 1_000  # so many orders are looked through sooner than it is kept what they lack

# Only rows of products that are short can lack anything, under either policy. `alone` has a row for each order that
# lacks a single product.
FOUND = """WITH
short AS MATERIALIZED (
  SELECT product_id, units, orders, oldest, on_hand - allocated AS there
  FROM (SELECT product_id, sum(quantity) AS units, count(*) AS orders, min(placed_at) AS oldest
        FROM queue GROUP BY product_id)
    JOIN products ON id = product_id
  WHERE units > on_hand - allocated),
alone AS (
  SELECT min(product_id) AS product_id
  FROM (SELECT product_id, order_id, {needed} AS needed, there FROM short CROSS JOIN queue USING (product_id))
  WHERE needed > there GROUP BY order_id HAVING count(*) = 1),
blocked AS (SELECT product_id, count(*) AS orders FROM alone GROUP BY product_id)
SELECT product_id, units - there AS short, short.orders, coalesce(blocked.orders, 0) AS blocks_alone, oldest
FROM short LEFT JOIN blocked USING (product_id)"""
KEPT = "SELECT product_id, short, orders, blocks_alone, oldest FROM short"
# The view of this name takes the day from the clock of SQLite.
SHORTAGES = """WITH
found AS MATERIALIZED ({found}),
coming AS (SELECT product_id, sum("left") AS units, min(on_day) FILTER (WHERE on_day >= :today) AS day
           FROM expected WHERE "left" > 0 GROUP BY product_id)
SELECT sku, name, short, orders, blocks_alone, oldest, coalesce(units, 0), max(0, short - coalesce(units, 0)), day
FROM found JOIN products ON id = found.product_id LEFT JOIN coming ON coming.product_id = id
ORDER BY blocks_alone DESC, orders DESC, sku"""
AS_OF = "SELECT 1 FROM short_as_of WHERE change_id = (SELECT max(id) FROM changes)"


class ShortTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: list[Shortage] = []  # what is worth keeping

    def all(self, policy: Policy, today: str) -> list[Shortage]:
        """Every SKU of which more is owed than there is; the one that alone blocks most orders first."""
        is_kept = self._db.execute(AS_OF).fetchone() is not None
        found = SHORTAGES.format(found=KEPT if is_kept else FOUND.format(needed=needed(policy)))
        rows = [Shortage(*row) for row in self._db.execute(found, {"today": today})]
        if not is_kept and sum(row.orders for row in rows) > FEW:
            self._found = rows
        return rows

    @property
    def has_found(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self._found)

    def keep(self) -> None:
        """Write what was found, at the end of a question."""
        self._db.execute("DELETE FROM short_as_of")
        self._db.execute("DELETE FROM short")
        self._db.executemany(
            "INSERT INTO short SELECT id, ?, ?, ?, ? FROM products WHERE sku = ?",
            [(row.short, row.orders, row.blocks_alone, row.oldest, row.sku) for row in self._found],
        )
        self._db.execute("INSERT INTO short_as_of SELECT max(id) FROM changes")
