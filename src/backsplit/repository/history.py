"""The history: a row for every change, written in the transaction that makes it, never altered (rule 9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

from backsplit.domain.history import Event, Happened

EVENTS = """SELECT at, event, order_number, sku, quantity, coalesce(e.reason, c.reason), user, c.id, c.command
FROM events e JOIN changes c ON c.id = e.change_id"""
# The story of a SKU: its own events, and the events of every family in which it was ordered. A part that was merged
# back is found by the events in which it had the SKU.
OF_SKU = """e.id IN (
  WITH families AS (SELECT o.family_id FROM products p JOIN order_lines l ON l.product_id = p.id
                    JOIN orders o ON o.id = l.order_id WHERE p.sku = ?1)
  SELECT id FROM events WHERE sku = ?1
  UNION SELECT x.id FROM events x WHERE x.sku IS NULL AND x.order_number IN (
    SELECT number FROM orders WHERE id IN families
    UNION SELECT number FROM orders WHERE split_from IS NOT NULL AND family_id IN families
    UNION SELECT order_number FROM events WHERE sku = ?1))"""


class Entry(NamedTuple):
    """An event to be recorded. `reason` is None where the reason of the whole command says it."""

    event: Happened
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
    def begun(self) -> int | None:
        """The number of this change, if anything of it is in the history."""
        return self._change_id

    @property
    def change_id(self) -> int:
        """The number of this change, which is in the history from now on."""
        if self._change_id is None:
            row = self._db.execute(
                "INSERT INTO changes (at, command, reason, user) VALUES (?, ?, ?, ?) RETURNING id", self._command
            ).fetchone()
            self._change_id = int(row[0])
        return self._change_id

    def record(self, entries: Iterable[Entry]) -> None:
        rows = [(self.change_id, entry[0].word, *entry[1:]) for entry in entries]
        self._db.executemany(
            "INSERT INTO events (change_id, event, order_number, sku, quantity, reason) VALUES (?, ?, ?, ?, ?, ?)", rows
        )

    def of_order(self, number: str, limit: int | None = None) -> list[Event]:
        """The last `limit` events of an order, the oldest first; also of a part that was merged back."""
        return self._last("e.order_number = ?1", [number], limit)

    def of_sku(self, sku: str, limit: int | None = None) -> list[Event]:
        """The last `limit` events of a SKU and of the orders that held it, the oldest first."""
        return self._last(OF_SKU, [sku], limit)

    def of_both(self, number: str, sku: str, limit: int | None = None) -> list[Event]:
        """Those of the order's events that belong to the story of the SKU."""
        return self._last(f"e.order_number = ?2 AND {OF_SKU}", [sku, number], limit)

    def all(self, limit: int | None = None) -> list[Event]:
        return self._last("true", [], limit)

    def knows_order(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM events WHERE order_number = ?", (number,)).fetchone() is not None

    def _last(self, where: str, values: list[Any], limit: int | None) -> list[Event]:
        count = -1 if limit is None else limit
        rows = self._db.execute(f"{EVENTS} WHERE {where} ORDER BY e.id DESC LIMIT {count:d}", values).fetchall()
        return [Event(*row) for row in reversed(rows)]
