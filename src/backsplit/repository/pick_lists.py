"""Pick lists: which orders are being picked, and what was on a list when it was taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from backsplit.domain.orders import Order

WAITING_TO_BE_PICKED = """SELECT id FROM orders WHERE status = 'Processing' AND pick_list IS NULL
ORDER BY priority, placed_at, family_id, id"""
ON_LIST = "SELECT id FROM orders WHERE pick_list = ? ORDER BY priority, placed_at, family_id, id"


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
        return int(number)

    def dissolve(self, number: int) -> None:
        """The list is gone, and its orders are on none."""
        self._db.execute("UPDATE orders SET pick_list = NULL WHERE pick_list = ?", (number,))
        self._db.execute("DELETE FROM pick_list_orders WHERE list_id = ?", (number,))
        self._db.execute("DELETE FROM pick_lists WHERE id = ?", (number,))

    def taken(self, number: int) -> list[str] | None:
        """The numbers of the orders that were on the list when it was taken; None where there is no such list."""
        if self._db.execute("SELECT 1 FROM pick_lists WHERE id = ?", (number,)).fetchone() is None:
            return None
        rows = self._db.execute("SELECT order_number FROM pick_list_orders WHERE list_id = ?", (number,))
        return [order for (order,) in rows]

    def last(self) -> int | None:
        """The number of the list that was taken last."""
        ((number,),) = self._db.execute("SELECT max(id) FROM pick_lists").fetchall()
        return None if number is None else int(number)
