"""The history: a row for every change, written in the transaction that makes it, never altered (rule 9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from backsplit.domain.values import Event

EVENTS = """SELECT at, event, order_number, sku, quantity, coalesce(e.reason, c.reason), user
FROM events e JOIN changes c ON c.id = e.change_id"""
# A SKU's story: its own events, and what happened to the orders of each family in which it was ordered. A part
# that was merged back is found by the events in which it had the SKU.
OF_SKU = """e.id IN (
  WITH families AS (SELECT o.family_id FROM products p JOIN order_lines l ON l.product_id = p.id
                    JOIN orders o ON o.id = l.order_id WHERE p.sku = ?1)
  SELECT id FROM events WHERE sku = ?1
  UNION SELECT x.id FROM events x WHERE x.sku IS NULL AND x.order_number IN (
    SELECT number FROM orders WHERE id IN families
    UNION SELECT number FROM orders WHERE split_from IS NOT NULL AND family_id IN families
    UNION SELECT order_number FROM events WHERE sku = ?1))"""


class Change(NamedTuple):
    """One event to be recorded. `reason` is None where that of the whole command says it."""

    event: str
    order: str | None = None
    sku: str | None = None
    quantity: int | None = None
    reason: str | None = None


class History:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._command = ("", "", "", "")
        self._change_id: int | None = None

    def begin(self, at: str, command: str, reason: str, user: str) -> None:
        """Name the command that the next events belong to; it leaves no trace if there are none."""
        self._command = (at, command, reason, user)
        self._change_id = None

    @property
    def change_id(self) -> int:
        if self._change_id is None:
            self._change_id = self._db.execute(
                "INSERT INTO changes (at, command, reason, user) VALUES (?, ?, ?, ?)", self._command
            ).lastrowid
        assert self._change_id is not None
        return self._change_id

    def record(self, changes: Iterable[Change]) -> None:
        rows = [(self.change_id, *change) for change in changes]
        self._db.executemany(
            "INSERT INTO events (change_id, event, order_number, sku, quantity, reason) VALUES (?, ?, ?, ?, ?, ?)", rows
        )

    def of_order(self, number: str, limit: int | None = None) -> list[Event]:
        """The last `limit` events of an order, the oldest first; also of a part that was merged back."""
        return self._last("e.order_number = ?1", [number], limit)

    def of_sku(self, sku: str, limit: int | None = None) -> list[Event]:
        return self._last(OF_SKU, [sku], limit)

    def of_both(self, number: str, sku: str, limit: int | None = None) -> list[Event]:
        return self._last(f"e.order_number = ?2 AND {OF_SKU}", [sku, number], limit)

    def all(self, limit: int | None = None) -> list[Event]:
        return self._last("true", [], limit)

    def knows_order(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM events WHERE order_number = ?", (number,)).fetchone() is not None

    def _last(self, where: str, values: list[Any], limit: int | None) -> list[Event]:
        count = -1 if limit is None else limit
        rows = self._db.execute(f"{EVENTS} WHERE {where} ORDER BY e.id DESC LIMIT {count:d}", values).fetchall()
        return [Event(*row) for row in reversed(rows)]
