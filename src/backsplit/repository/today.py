"""Rule 23: the figures of a day, and the answer that is kept until the next change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from backsplit import __version__
from backsplit.domain.orders import KitPart, Line, Policy
from backsplit.domain.split import units_that_can_go
from backsplit.repository.orders import DEMANDED_UNITS, DEMANDING

LISTS = "SELECT pick_list, count(*) FROM orders WHERE pick_list IS NOT NULL GROUP BY pick_list ORDER BY pick_list"
# `allocated` is what all Processing orders hold, and only these are on lists.
UNITS_TO_PICK = f"""SELECT (SELECT coalesce(sum(allocated), 0) FROM products) - coalesce(sum({DEMANDED_UNITS}), 0)
FROM orders o CROSS JOIN {DEMANDING} WHERE o.pick_list IS NOT NULL AND l.order_id = o.id"""
BOOKS_DIFFER = "SELECT count(DISTINCT product_id) FROM shop_counts WHERE differs <> 0"
# What each Backorder order wants of each product, and what of it is free for the order: under a policy that keeps
# stock for earlier orders, what these have left (rule 5).
WANTS = """wants AS (
  SELECT w.order_id, w.placed_at, w.product_id, w.quantity, p.is_insert, {free} AS free
  FROM queue w JOIN products p ON p.id = w.product_id)"""
EARLIER = """sum(w.quantity) OVER (
    PARTITION BY w.product_id ORDER BY w.priority, w.placed_at, w.family_id, w.order_id) - w.quantity"""
FREE = {False: "p.available", True: f"p.available - min(p.available, {EARLIER})"}
# The rule for orders of which each line wants another SKU, no line a kit or of a group: one goes and one waits, and
# neither is an insert. SQL counts these: one by one in Python they take four times as long at 50,000 orders.
PLAIN_LINES = """SELECT iif(min(l.line_group = '' AND l.product_id NOT IN (SELECT kit_id FROM kit_parts)), count(*), 0)
FROM order_lines l WHERE l.order_id = w.order_id"""
CAN_SPLIT = f"""WITH {WANTS}, found AS (
  SELECT w.order_id, w.placed_at, ({PLAIN_LINES}) = count(*) AS plain,
    max(is_insert = 0 AND quantity <= free) AND max(is_insert = 0 AND quantity > free) AS can
  FROM wants w JOIN orders o ON o.id = w.order_id AND NOT o.ship_complete GROUP BY w.order_id)
SELECT count(*) FILTER (WHERE plain), min(placed_at) FILTER (WHERE plain),
  json_group_array(order_id) FILTER (WHERE NOT plain)
FROM found WHERE can OR NOT plain"""
OTHER_LINES = f"""WITH {WANTS}
SELECT w.order_id, w.placed_at, l.line_no, line.sku, l.quantity, line.is_insert, l.line_group,
  part.sku, k.quantity, part.name, w.free
FROM json_each(:orders) CROSS JOIN order_lines l ON l.order_id = value LEFT JOIN kit_parts k ON k.kit_id = l.product_id
JOIN wants w ON w.order_id = l.order_id AND w.product_id = coalesce(k.part_id, l.product_id)
JOIN products line ON line.id = l.product_id JOIN products part ON part.id = w.product_id
ORDER BY w.order_id, l.line_no, k.place"""
CACHED = "SELECT answer FROM today_cache WHERE day = ? AND program = ?"


class TodayTable:
    """`cached` and `keep` are the answer of a day as text. Each change of the file takes away what is kept."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: tuple[str, str] | None = None

    def cached(self, day: str) -> str | None:
        """The answer of that day, if nothing has changed since it was found."""
        row = self._db.execute(CACHED, (day, __version__)).fetchone()
        return str(row[0]) if row else None

    def keep(self, day: str, answer: str) -> None:
        """Note what was found, to be written at the end of the question."""
        self._found = day, answer

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything to write."""
        return self._found is not None

    def save(self) -> None:
        """Write what was found, at the end of a question."""
        if self._found is not None:
            day, answer = self._found
            self._db.execute("DELETE FROM today_cache")
            self._db.execute("INSERT INTO today_cache VALUES (?, ?, ?)", (day, __version__, answer))

    def lists(self) -> list[tuple[int, int]]:
        """Each pick list that has an order on it, and how many it has."""
        return self._db.execute(LISTS).fetchall()

    def units_to_pick(self) -> int:
        """Units that the Processing orders hold which are on no list."""
        ((units,),) = self._db.execute(UNITS_TO_PICK).fetchall()
        return int(units)

    def books_differ(self) -> int:
        """The SKUs of which a shop counts another figure than it should."""
        ((skus,),) = self._db.execute(BOOKS_DIFFER).fetchall()
        return int(skus)

    def can_split(self, policy: Policy) -> tuple[int, str | None]:
        """How many Backorder orders can be split now, and when the oldest of them was placed."""
        free = FREE[policy.keeps]
        ((count, oldest, others),) = self._db.execute(CAN_SPLIT.format(free=free))
        placed = [oldest] if count else []
        if others != "[]":
            rows = self._db.execute(OTHER_LINES.format(free=free), {"orders": others})
            for (_, placed_at), of_order in groupby(rows, key=itemgetter(0, 1)):
                if units_that_can_go(_lines(of_order)):
                    count += 1
                    placed.append(placed_at)
        return count, min(placed, default=None)


def _lines(rows: Iterable[tuple[Any, ...]]) -> tuple[Line, ...]:
    """The lines of an order, with what is free for it as available: rows are products, those of a kit together."""
    lines = []
    for (position, sku, quantity, is_insert, group), parts in groupby(rows, key=itemgetter(2, 3, 4, 5, 6)):
        line = Line(sku, quantity, insert=bool(is_insert), position=position, group=group)
        made_of = [KitPart(*part[7:]) for part in parts]
        if made_of[0].each is None:
            lines.append(line._replace(available=made_of[0].available))
        else:
            lines.append(line.made_of(tuple(made_of)))
    return tuple(lines)
