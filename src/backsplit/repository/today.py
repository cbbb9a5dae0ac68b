"""Rule 23: the figures of a day, and the answer that is kept until the next change."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from backsplit import __version__
from backsplit.domain.orders import KitPart, Line, Policy, demand
from backsplit.repository.orders import ANY_AVAILABLE, DEMANDED_UNITS, DEMANDING

LISTS = "SELECT pick_list, count(*) FROM orders WHERE pick_list IS NOT NULL GROUP BY pick_list ORDER BY pick_list"
# `allocated` is what all Processing orders hold, and only these are on lists.
UNITS_TO_PICK = f"""SELECT (SELECT coalesce(sum(allocated), 0) FROM products) - coalesce(sum({DEMANDED_UNITS}), 0)
FROM orders o CROSS JOIN {DEMANDING} WHERE o.pick_list IS NOT NULL AND l.order_id = o.id"""
BOOKS_DIFFER = "SELECT count(DISTINCT product_id) FROM shop_counts WHERE differs <> 0"
# CROSS JOIN: read in the order of the queue's index, so that nothing is sorted.
WAITING = f"""SELECT o.id, o.placed_at, o.ship_complete, sku, l.quantity, is_insert, line_no, p.available, line_group,
  EXISTS (SELECT 1 FROM kit_parts WHERE kit_id = p.id)
FROM orders o INDEXED BY orders_in_queue CROSS JOIN order_lines l ON l.order_id = o.id
CROSS JOIN products p ON p.id = l.product_id
WHERE o.status = 'Backorder' AND {ANY_AVAILABLE}
ORDER BY o.priority, o.placed_at, o.family_id, o.id, line_no"""
PARTS = """SELECT line_no, sku, k.quantity, name, available, 0
FROM order_lines l CROSS JOIN kit_parts k ON kit_id = product_id JOIN products p ON p.id = part_id
WHERE order_id = ? ORDER BY line_no, place"""
KEPT = "SELECT answer FROM today_cache WHERE day = ? AND program = ?"


class TodayTable:
    """`kept` and `keep` are the answer of a day as text. Each change of the file takes away what is kept."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: tuple[str, str] | None = None

    def kept(self, day: str) -> str | None:
        """The answer of that day, if nothing has changed since it was found."""
        row = self._db.execute(KEPT, (day, __version__)).fetchone()
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

    def waiting(self, policy: Policy) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """When each Backorder order was placed of which something is available, and its lines, in queue order.

        Those that ship complete are left out. One statement reads all of them: to read each by itself takes far longer.
        """
        wanted: Counter[str] = Counter()
        for (order_id, placed_at, whole), rows in groupby(self._db.execute(WAITING), key=itemgetter(0, 1, 2)):
            lines = self._lines(order_id, rows)
            if policy.keeps:
                kept = tuple([_with_kept(line, wanted) for line in lines])
                wanted.update(demand(lines))
                lines = kept
            if not whole:
                yield placed_at, lines

    def _lines(self, order_id: int, rows: Iterable[tuple[Any, ...]]) -> tuple[Line, ...]:
        lines, kits = [], False
        for _, _, _, sku, quantity, insert, position, available, group, is_kit in rows:
            lines.append(Line(sku, quantity, "", bool(insert), position, available, 0, (), group))
            kits = kits or is_kit
        if not kits:
            return tuple(lines)
        parts = {
            position: tuple([KitPart(*part) for _, *part in same])
            for position, same in groupby(self._db.execute(PARTS, (order_id,)), key=itemgetter(0))
        }
        return tuple([line.made_of(parts[line.position]) if line.position in parts else line for line in lines])


def _with_kept(line: Line, wanted: Counter[str]) -> Line:
    """The line with what is kept for orders earlier in the queue, which want so many units of each SKU (rule 5)."""
    if line.parts:
        return line.made_of(tuple([part._replace(kept=min(part.available, wanted[part.sku])) for part in line.parts]))
    return line._replace(kept=min(line.available, wanted[line.sku]))
