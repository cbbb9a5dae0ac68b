"""What Tab offers: numbers, SKUs, references, lists and changes, found within a moment in a file of any size."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from backsplit.repository.orders import json_array
from backsplit.values import NamedTuple

MOST = 50  # words that a shell shows at once
# A range of the index ends where the start does; a function of every number would read on to the end.
NUMBERS = """SELECT number FROM orders WHERE number >= ?1 AND number < ?1 || char(0x10FFFF)
AND status IN (SELECT value FROM json_each(?2)) AND (?3 = 0 OR split_from IS NOT NULL) ORDER BY number LIMIT ?4"""
SKUS = "SELECT sku FROM products WHERE sku >= ?1 AND sku < ?1 || char(0x10FFFF) ORDER BY sku LIMIT ?2"
REFS = """SELECT ref FROM expected WHERE "left" > 0 GROUP BY ref ORDER BY min(on_day), ref"""
LISTS = "SELECT pick_list, count(*) FROM orders WHERE pick_list IS NOT NULL GROUP BY pick_list ORDER BY pick_list DESC"
CHANGES = """SELECT id, command, at, reason FROM changes c
WHERE command IN (SELECT value FROM json_each(?1)) AND undoes IS NULL
  AND NOT EXISTS (SELECT 1 FROM changes u WHERE u.undoes = c.id) ORDER BY id DESC LIMIT ?2"""


class CompletedChange(NamedTuple):
    """A change that undo may take back: its number, its command, when it was (ISO 8601 in UTC), and why."""

    number: int
    command: str
    at: str
    reason: str


class Completion:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def numbers(self, start: str, statuses: Collection[str], *, parts: bool = False) -> list[str]:
        """The first numbers that begin so, of orders in these statuses; with `parts` only of parts."""
        return self._words(NUMBERS, start, json_array(statuses), parts, MOST)

    def skus(self, start: str) -> list[str]:
        """The first SKUs that begin so."""
        return self._words(SKUS, start, MOST)

    def refs(self) -> list[str]:
        """The references under which something is still to come, the next first."""
        return self._words(REFS)

    def lists(self) -> list[tuple[int, int]]:
        """The pick lists that orders are on, and how many, the newest first."""
        return [(number, orders) for number, orders in self._db.execute(LISTS)]

    def changes(self, commands: Collection[str]) -> list[CompletedChange]:
        """The last changes by one of these commands that stand, the newest first."""
        return [CompletedChange(*row) for row in self._db.execute(CHANGES, (json_array(commands), MOST // 2))]

    def _words(self, sql: str, *values: object) -> list[str]:
        return [word for (word,) in self._db.execute(sql, values)]
