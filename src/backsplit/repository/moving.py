"""Orders on their way: from status to status, divided and put together, with what they allocate and want.

`products.allocated` and the table `waiting` follow from the orders. They are written here, in the same statements
that change the orders, and `backsplit check` proves them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from backsplit.domain.split import SplitPlan
from backsplit.domain.values import Line, Order, Status
from backsplit.repository.columns import COPIED

# The wants of some Backorder orders, into the queue.
ENQUEUE_WHERE = """INSERT INTO waiting (product_id, priority, placed_at, family_id, order_id, quantity)
SELECT product_id, priority, placed_at, family_id, id, sum(quantity)
FROM orders JOIN order_lines ON order_id = id WHERE {which} GROUP BY id, product_id"""
ENQUEUE = ENQUEUE_WHERE.format(which="id = ?")
DEQUEUE = "DELETE FROM waiting WHERE order_id = ?"

UNITS = "(SELECT product_id, sum(quantity) AS units FROM order_lines WHERE order_id = ? GROUP BY product_id)"
SHIP = f"""UPDATE products SET on_hand = on_hand - units, allocated = allocated - units
FROM {UNITS} WHERE id = product_id"""
PART = f"""INSERT INTO orders (number, status, family_id, split_from, {COPIED})
SELECT ?, 'Backorder', family_id, id, {COPIED} FROM orders WHERE id = ?"""


class Moving:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def move(self, ids: Sequence[int], old: Status, new: Status) -> None:
        """Take orders from one status to another, with what they allocate and their places in the queue."""
        rows = [(order_id,) for order_id in ids]
        if old is Status.PROCESSING:
            self._db.executemany(_allocate("-"), rows)
        elif old is Status.BACKORDER:
            self._db.executemany(DEQUEUE, rows)
        self._db.executemany(f"UPDATE orders SET status = '{new.value}' WHERE id = ?", rows)
        if new is Status.PROCESSING:
            self._db.executemany(_allocate("+"), rows)
        elif new is Status.BACKORDER:
            self._db.executemany(ENQUEUE, rows)

    def ship(self, ids: Sequence[int]) -> None:
        """Take what Processing orders hold out of the building: on hand and allocated go down together."""
        rows = [(order_id,) for order_id in ids]
        self._db.executemany(SHIP, rows)
        self._db.executemany("UPDATE orders SET status = 'Shipped' WHERE id = ?", rows)

    def split(self, plan: SplitPlan) -> None:
        """Apply a split plan: the original allocates what stays, the part queues up for what moves."""
        original = (plan.order.id,)
        self._db.execute(DEQUEUE, original)
        part_id = self._divide(plan)
        self._db.execute("UPDATE orders SET status = 'Processing' WHERE id = ?", original)
        self._db.executemany(
            "UPDATE products SET allocated = allocated + ? WHERE sku = ?",
            [(units, sku) for sku, units in plan.taken.items()],
        )
        if part_id is not None:
            self._db.execute(ENQUEUE, (part_id,))

    def merge(self, original: Order, part: Order, lines: Sequence[Line]) -> None:
        """Put `lines`, those of both, on `original` in Backorder; the part is gone, its own parts move up."""
        for order in (original, part):
            if order.status is not Status.ON_HOLD:
                self.move([order.id], order.status, Status.ON_HOLD)
        self._db.execute(
            "UPDATE order_lines SET order_id = ?1 WHERE order_id = ?2 AND line_no NOT IN"
            " (SELECT line_no FROM order_lines WHERE order_id = ?1)",
            (original.id, part.id),
        )
        self._db.executemany(
            "UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?",
            [(line.quantity, original.id, line.position) for line in lines],
        )
        self._db.execute("DELETE FROM order_lines WHERE order_id = ?", (part.id,))
        self._db.execute("UPDATE orders SET split_from = ? WHERE split_from = ?", (original.id, part.id))
        self._db.execute("DELETE FROM orders WHERE id = ?", (part.id,))
        self.move([original.id], Status.ON_HOLD, Status.BACKORDER)

    def prioritize(self, orders: Sequence[Order], priority: int) -> None:
        """Give orders a priority, and those that wait their new place in the queue."""
        self._db.executemany("UPDATE orders SET priority = ? WHERE id = ?", [(priority, order.id) for order in orders])
        waiting = [(order.id,) for order in orders if order.status is Status.BACKORDER]
        self._db.executemany(DEQUEUE, waiting)
        self._db.executemany(ENQUEUE, waiting)

    def _divide(self, plan: SplitPlan) -> int | None:
        """Give lines of the original to the part that is made for them; the part's id."""
        order, part_id = plan.order, None
        stays = {line.position: line.quantity for line in plan.stays}
        if plan.part_number is not None:
            part_id = self._db.execute(PART, (plan.part_number, order.id)).lastrowid
            self._db.executemany(
                "UPDATE order_lines SET order_id = ? WHERE order_id = ? AND line_no = ?",
                [(part_id, order.id, line.position) for line in plan.moves if line.position not in stays],
            )
        if divided := [line for line in (*plan.moves, *plan.dropped) if line.position in stays]:
            self._db.executemany(
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity)"
                " SELECT ?, line_no, product_id, ? FROM order_lines WHERE order_id = ? AND line_no = ?",
                [(part_id, line.quantity, order.id, line.position) for line in divided if line in plan.moves],
            )
            self._db.executemany(
                "UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line_no = ?",
                [(stays[line.position], order.id, line.position) for line in divided],
            )
        if plan.dropped:
            self._db.executemany(
                "DELETE FROM order_lines WHERE order_id = ? AND line_no = ?",
                [(order.id, line.position) for line in plan.dropped if line.position not in stays],
            )
            self._db.executemany(
                "UPDATE orders SET units = units - ? WHERE id = ?",
                [(line.quantity, order.family) for line in plan.dropped],
            )
        return part_id


def _allocate(sign: str) -> str:
    return f"UPDATE products SET allocated = allocated {sign} units FROM {UNITS} WHERE id = product_id"
