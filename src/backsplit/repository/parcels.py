"""Pick lists: which orders are being picked, and what was on a list when it was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from backsplit.domain.orders import Addressee, Order
from backsplit.repository.orders import json_array

WAITING_TO_BE_PICKED = """SELECT id FROM orders WHERE status = 'Processing' AND pick_list IS NULL
ORDER BY priority, placed_at, family_id, id"""
ON_LIST = "SELECT id FROM orders WHERE pick_list = ? ORDER BY priority, placed_at, family_id, id"
ON_IT = ON_LIST.replace("id", "number", 1)
ADDRESSED_AS = """SELECT number, customer, family_id FROM orders
WHERE status = 'Processing' AND customer <> ''
  AND customer IN (SELECT customer FROM orders WHERE number IN (SELECT value FROM json_each(?)))
ORDER BY priority, placed_at, family_id, id"""
OPEN_LISTS = """SELECT l.id, at FROM pick_lists l JOIN changes c ON c.id = change_id
WHERE l.id IN (SELECT pick_list FROM orders WHERE pick_list IS NOT NULL) ORDER BY l.id"""


class PickLists:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def unpicked(self) -> list[int]:
        """The ids of the Processing orders that are on no list, in queue order."""
        return [order_id for (order_id,) in self._db.execute(WAITING_TO_BE_PICKED)]

    def on_list(self, number: int) -> list[int]:
        """The ids of the orders that are on the list still, in queue order."""
        return [order_id for (order_id,) in self._db.execute(ON_LIST, (number,))]

    def take(self, orders: Sequence[Order], change_id: int) -> int:
        """Make a list of these orders; its number."""
        ((number,),) = self._db.execute(
            "INSERT INTO pick_lists (change_id) VALUES (?) RETURNING id", (change_id,)
        ).fetchall()
        self._db.executemany("UPDATE orders SET pick_list = ? WHERE id = ?", [(number, order.id) for order in orders])
        self._db.executemany("INSERT INTO pick_list_orders VALUES (?, ?)", [(number, order.number) for order in orders])
        self._db.executemany(
            "INSERT INTO pick_list_units VALUES (?, ?, ?, ?)",
            [(number, order.number, sku, units) for order in orders for sku, units in order.wanted.items()],
        )
        return int(number)

    def units(self, number: int) -> dict[str, dict[str, int]]:
        """The units per SKU of each order on the list when it was taken. An older backsplit did not keep them."""
        found: dict[str, dict[str, int]] = {}
        rows = self._db.execute("SELECT order_number, sku, quantity FROM pick_list_units WHERE list_id = ?", (number,))
        for order, sku, quantity in rows:
            found.setdefault(order, {})[sku] = quantity
        return found

    def open(self) -> list[tuple[int, str, list[str]]]:
        """Each list that has an order on it: its number, when it was taken, and those orders in queue order."""
        rows = self._db.execute(OPEN_LISTS).fetchall()
        return [(number, at, [order for (order,) in self._db.execute(ON_IT, (number,))]) for number, at in rows]

    def close(self, number: int, change_id: int) -> None:
        """The list has been shipped: what comes back to Processing goes on no list that is closed."""
        self._db.execute("UPDATE pick_lists SET shipped_in = ? WHERE id = ?", (change_id, number))

    def reopen(self, change_id: int) -> None:
        """Open what this change had closed."""
        self._db.execute("UPDATE pick_lists SET shipped_in = NULL WHERE shipped_in = ?", (change_id,))

    def dissolve(self, number: int) -> None:
        """The list is gone, and its orders are on none."""
        self._db.execute("UPDATE orders SET pick_list = NULL WHERE pick_list = ?", (number,))
        self._db.execute("UPDATE orders SET left_list = NULL WHERE left_list = ?", (number,))
        self._db.execute("DELETE FROM pick_list_units WHERE list_id = ?", (number,))
        self._db.execute("DELETE FROM pick_list_orders WHERE list_id = ?", (number,))
        self._db.execute("DELETE FROM pick_lists WHERE id = ?", (number,))

    def taken(self, number: int) -> list[str] | None:
        """The numbers of the orders that were on the list when it was taken; None where there is no such list."""
        if self._db.execute("SELECT 1 FROM pick_lists WHERE id = ?", (number,)).fetchone() is None:
            return None
        rows = self._db.execute("SELECT order_number FROM pick_list_orders WHERE list_id = ?", (number,))
        return [order for (order,) in rows]

    def addressed_as(self, numbers: Sequence[str]) -> list[Addressee]:
        """The Processing orders of the customers that these orders have, in queue order. No customer is none."""
        return [Addressee(*row) for row in self._db.execute(ADDRESSED_AS, (json_array(numbers),))]

    def last(self) -> int | None:
        """The number of the list that was taken last."""
        ((number,),) = self._db.execute("SELECT max(id) FROM pick_lists").fetchall()
        return None if number is None else int(number)
