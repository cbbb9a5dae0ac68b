"""What could go at once is kept when it comes in, as a count for each day on which orders were placed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import groupby

from backsplit.domain.report import Came
from backsplit.repository.fairness import PLACE, policy_of

DAY = "substr(placed_at, 1, 10)"
ADD = """INSERT INTO came (day, orders, lines, units, orders_at_once, lines_at_once, units_at_once)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET
  orders = orders + excluded.orders, orders_at_once = orders_at_once + excluded.orders_at_once,
  lines = lines + excluded.lines, lines_at_once = lines_at_once + excluded.lines_at_once,
  units = units + excluded.units, units_at_once = units_at_once + excluded.units_at_once"""
TAKE_BACK = """UPDATE came SET orders = orders - ?2, lines = lines - ?3, units = units - ?4,
  orders_at_once = orders_at_once - ?5, lines_at_once = lines_at_once - ?6, units_at_once = units_at_once - ?7
WHERE day = ?1"""

# Of orders that have just arrived, all between two ids.
ARRIVED = f"""SELECT {DAY}, count(DISTINCT o.id), count(*), sum(quantity)
FROM orders o CROSS JOIN order_lines ON order_id = o.id WHERE o.id BETWEEN ? AND ? GROUP BY 1"""
# CROSS JOIN: by the index of products, so that inserts alone are read.
INSERTS = f"""SELECT {DAY}, 0, count(*), sum(quantity)
FROM products p CROSS JOIN order_lines ON product_id = p.id CROSS JOIN orders o ON o.id = order_id
WHERE is_insert = 1 AND order_id BETWEEN ? AND ? GROUP BY 1"""
# What the orders lack that wait. Lines of one SKU are served in order and share what there is (rule 3); to add them up
# takes three times as long as all the rest, so it is done only where there are several.
LINES = "order_lines l WHERE l.order_id = lacks.order_id AND l.product_id = lacks.product_id"
SHORT = f"""WITH lacks AS (
  SELECT q.order_id, q.product_id, q.placed_at, q.quantity, {{free}} AS free
  FROM queue q INDEXED BY queue_by_order CROSS JOIN products p ON p.id = q.product_id {{kept}}
  WHERE q.order_id BETWEEN ? AND ? AND is_insert = 0 AND q.quantity > {{free}})
SELECT {DAY}, count(DISTINCT order_id),
  sum(CASE (SELECT count(*) FROM {LINES}) WHEN 1 THEN 1 ELSE (
    SELECT count(*) FROM (SELECT sum(quantity) OVER (ORDER BY line_no) AS units FROM {LINES}) WHERE units > free) END),
  sum(quantity - free)
FROM lacks GROUP BY 1"""
OF_ALL = SHORT.format(free="(on_hand - allocated)", kept="")
KEPT = f"""CROSS JOIN (SELECT order_id, product_id,
  sum(quantity) OVER (PARTITION BY product_id ORDER BY {PLACE} ROWS UNBOUNDED PRECEDING) - quantity AS kept
  FROM queue) k ON k.order_id = q.order_id AND k.product_id = p.id"""
NOT_KEPT = SHORT.format(free="max(0, on_hand - allocated - kept)", kept=KEPT)


class CameTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, placed_at: str, came: Came) -> None:
        """One order has come in."""
        self._db.execute(ADD, (placed_at[:10], *_figures(came)))

    def take_back(self, placed_at: str, came: Came) -> None:
        """An order that was counted so has never come."""
        self._db.execute(TAKE_BACK, (placed_at[:10], *_figures(came)))


class ArrivedTogether:
    """The orders of one import, as they are counted."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._days: dict[str, list[int]] = {}
        self.anew = False  # whether the lines of an order have changed since it was counted

    def count(self, placed_at: Sequence[str], lines: Sequence[int], units: Sequence[int]) -> None:
        """Orders, with inserts: the SQL finds these sooner."""
        begin = 0
        for day, same in groupby([moment[:10] for moment in placed_at]):
            end = begin + len(list(same))
            counts = self._days.setdefault(day, [0, 0, 0])
            counts[0] += end - begin
            counts[1] += sum(lines[begin:end])
            counts[2] += sum(units[begin:end])
            begin = end

    def keep(self, ids: range) -> None:
        """Keep what came, and what of it could go at once: of all that have arrived, when all is settled."""
        between = (ids.start, ids.stop - 1)
        if self.anew:
            self._days = {day: list(counts) for day, *counts in self._db.execute(ARRIVED, between)}
        self._less(self._days, INSERTS, between)
        at_once = {day: list(counts) for day, counts in self._days.items()}
        self._less(at_once, NOT_KEPT if policy_of(self._db).keeps else OF_ALL, between)
        self._db.executemany(ADD, [(day, *came, *at_once[day]) for day, came in self._days.items()])

    def _less(self, days: dict[str, list[int]], found: str, between: tuple[int, int]) -> None:
        for day, *counts in self._db.execute(found, between):
            days[day] = [had - one for had, one in zip(days[day], counts, strict=True)]


def _figures(came: Came) -> tuple[int, ...]:
    return (*(rate.came for rate in came), *(rate.at_once for rate in came))
