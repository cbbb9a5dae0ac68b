"""Orders and their lines: reading them as domain values, and writing what a plan says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from backsplit.domain.split import SplitPlan, part_number
from backsplit.domain.values import Line, Order, Policy, Status

ORDER = """SELECT o.id, o.number, o.status, o.placed_at, o.priority, o.customer, o.note, o.family_id,
  (SELECT number FROM orders origin WHERE origin.id = o.split_from)
FROM orders o"""

LINES = """SELECT sku, quantity, name, is_insert, line_no, on_hand - allocated, {kept}
FROM order_lines l JOIN products p ON p.id = product_id
WHERE order_id = ?1 ORDER BY line_no"""
NOTHING_KEPT = LINES.format(kept="0")
# Rule 5, strict: what orders before this one want of the SKU is kept for them, as far as it is there.
KEPT_FOR_EARLIER = LINES.format(
    kept="""min(on_hand - allocated, coalesce((
      SELECT sum(w.quantity) FROM waiting w WHERE w.product_id = l.product_id
      AND (w.priority, w.placed_at, w.family_id, w.order_id) < (?2, ?3, ?4, ?1)), 0))"""
)

QUEUE_ORDER = "o.priority, o.placed_at, o.family_id, o.id"


class Which(NamedTuple):
    """Orders with this SKU, placed before that moment, oldest first unless in queue order."""

    sku: str | None = None
    placed_before: str | None = None
    in_queue: bool = False


class Orders:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # Reading

    def get(self, number: str, policy: Policy = Policy.SKIP_OVER) -> Order | None:
        """The order of exactly that number."""
        return next(self._read(f"{ORDER} WHERE o.number = ?", (number,), policy), None)

    def typed(self, number: str, policy: Policy = Policy.SKIP_OVER) -> Order | None:
        """The order that a user means: a leading `#` may be left out where no order has the number without."""
        return self.get(number, policy) or self.get(f"#{number}", policy)

    def by_status(self, status: Status, policy: Policy, which: Which, limit: int | None = None) -> Iterator[Order]:
        """The orders of one status, oldest first or in queue order."""
        where, values = _filter(status, which)
        values.append(-1 if limit is None else limit)
        order = QUEUE_ORDER if which.in_queue else "o.placed_at, o.id"
        return self._read(f"{ORDER} WHERE {where} ORDER BY {order} LIMIT ?", values, policy)

    def count(self, status: Status, which: Which) -> int:
        if which.sku is None and which.placed_before is None:
            return _number(self._db.execute("SELECT orders FROM order_counts WHERE status = ?", (status.value,)))
        where, values = _filter(status, which)
        return _number(self._db.execute(f"SELECT count(*) FROM orders o WHERE {where}", values))

    def in_queue(self) -> list[int]:
        """The ids of every Backorder order, in queue order."""
        rows = self._db.execute(f"SELECT o.id FROM orders o WHERE o.status = 'Backorder' ORDER BY {QUEUE_ORDER}")
        return [order_id for (order_id,) in rows]

    def starting(self, start: str) -> list[str]:
        """The first numbers that begin so."""
        rows = self._db.execute(
            "SELECT number FROM orders WHERE number >= ?1 AND substr(number, 1, length(?1)) = ?1"
            " ORDER BY number LIMIT 50",
            (start,),
        )
        return [number for (number,) in rows]

    def family(self, order: Order) -> list[tuple[str, Status]]:
        """The numbers and statuses of all that came of the same arrival, the first original first."""
        rows = self._db.execute(
            "SELECT id, number, status FROM orders WHERE id = ?1"
            " UNION SELECT id, number, status FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL ORDER BY id",
            (order.family,),
        )
        return [(number, Status(status)) for _, number, status in rows]

    def by_id(self, ids: Iterable[int], policy: Policy) -> list[Order]:
        return [order for order_id in ids for order in self._read(f"{ORDER} WHERE o.id = ?", (order_id,), policy)]

    def free_part_number(self, order: Order) -> str:
        """The first number of the family that no order in the file has."""
        root = order.number
        if order.family != order.id:
            (root,) = self._db.execute("SELECT number FROM orders WHERE id = ?", (order.family,)).fetchone()
        attempt = 1
        while self._exists(number := part_number(root, attempt)):
            attempt += 1
        return number

    def holders(self, sku: str) -> list[tuple[Order, int]]:
        """The Processing orders that hold units of the SKU, with their units; the newest first.

        Read backwards only until all allocated units are found, so that a long history costs nothing.
        """
        product, allocated = self._db.execute("SELECT id, allocated FROM products WHERE sku = ?", (sku,)).fetchone()
        found: list[tuple[int, int]] = []
        if allocated:
            lines = self._db.execute(
                "SELECT o.id, l.quantity FROM order_lines l JOIN orders o ON o.id = l.order_id"
                " WHERE l.product_id = ? AND o.status = 'Processing' ORDER BY l.order_id DESC",
                (product,),
            )
            for order_id, quantity in lines:
                found.append((order_id, quantity))
                allocated -= quantity
                if not allocated:
                    break
        units: dict[int, int] = {}
        for order_id, quantity in found:
            units[order_id] = units.get(order_id, 0) + quantity
        return [(order, units[order.id]) for order in self.by_id(units, Policy.SKIP_OVER)]

    def _exists(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM orders WHERE number = ?", (number,)).fetchone() is not None

    def _read(self, sql: str, values: Sequence[Any], policy: Policy) -> Iterator[Order]:
        strict = policy is Policy.STRICT
        for row in self._db.execute(sql, values):
            order_id, number, status, placed_at, priority, customer, note, family, split_from = row
            if strict and status == "Backorder":
                lines = self._db.execute(KEPT_FOR_EARLIER, (order_id, priority, placed_at, family))
            else:
                lines = self._db.execute(NOTHING_KEPT, (order_id,))
            parts = self._db.execute("SELECT number FROM orders WHERE split_from = ? ORDER BY id", (order_id,))
            yield Order(
                id=order_id,
                number=number,
                status=Status(status),
                placed_at=placed_at,
                priority=priority,
                customer=customer,
                note=note,
                family=family,
                split_from=split_from,
                split_into=tuple([part for (part,) in parts]),
                lines=tuple(
                    [
                        Line(sku, quantity, name, bool(insert), position, available, kept)
                        for sku, quantity, name, insert, position, available, kept in lines
                    ]
                ),
            )

    # Writing

    def move(self, ids: Sequence[int], old: Status, new: Status) -> None:
        """Take orders from one status to another, with what they allocate and their places in the queue."""
        rows = [(order_id,) for order_id in ids]
        if old is Status.PROCESSING:
            self._db.executemany(_allocate("-"), rows)
        elif old is Status.BACKORDER:
            self._db.executemany("DELETE FROM waiting WHERE order_id = ?", rows)
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
        self._db.execute("DELETE FROM waiting WHERE order_id = ?", original)
        part_id = self._divide(plan)
        self._db.execute("UPDATE orders SET status = 'Processing' WHERE id = ?", original)
        self._db.executemany(
            "UPDATE products SET allocated = allocated + ? WHERE sku = ?",
            [(units, sku) for sku, units in plan.taken.items()],
        )
        if part_id is not None:
            self._db.execute(ENQUEUE, (part_id,))

    def _divide(self, plan: SplitPlan) -> int | None:
        order, part_id = plan.order, None
        stays = {line.position: line.quantity for line in plan.stays}
        if plan.part_number is not None:
            part_id = self._db.execute(
                "INSERT INTO orders (number, status, placed_at, priority, family_id, split_from, customer, note)"
                " SELECT ?, 'Backorder', placed_at, priority, family_id, id, customer, note FROM orders WHERE id = ?",
                (plan.part_number, order.id),
            ).lastrowid
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
        self._db.executemany("UPDATE orders SET priority = ? WHERE id = ?", [(priority, order.id) for order in orders])
        waiting = [(order.id,) for order in orders if order.status is Status.BACKORDER]
        self._db.executemany("DELETE FROM waiting WHERE order_id = ?", waiting)
        self._db.executemany(ENQUEUE, waiting)


# What each of some Backorder orders wants, into the queue.
ENQUEUE_WHERE = """INSERT INTO waiting (product_id, priority, placed_at, family_id, order_id, quantity)
SELECT product_id, priority, placed_at, family_id, id, sum(quantity)
FROM orders JOIN order_lines ON order_id = id WHERE {which} GROUP BY id, product_id"""
ENQUEUE = ENQUEUE_WHERE.format(which="id = ?")

UNITS = "(SELECT product_id, sum(quantity) AS units FROM order_lines WHERE order_id = ? GROUP BY product_id)"
SHIP = f"""UPDATE products SET on_hand = on_hand - units, allocated = allocated - units
FROM {UNITS} WHERE id = product_id"""


def _allocate(sign: str) -> str:
    return f"UPDATE products SET allocated = allocated {sign} units FROM {UNITS} WHERE id = product_id"


def _filter(status: Status, which: Which) -> tuple[str, list[Any]]:
    # The status is written out: only so can SQLite use an index that holds one status alone.
    where, values = f"o.status = '{status.value}'", []
    if which.sku is not None:
        where += (
            " AND o.id IN (SELECT order_id FROM order_lines WHERE product_id = (SELECT id FROM products WHERE sku = ?))"
        )
        values.append(which.sku)
    if which.placed_before is not None:
        where += " AND o.placed_at < ?"
        values.append(which.placed_before)
    return where, values


def _number(cursor: sqlite3.Cursor) -> int:
    number: int = cursor.fetchone()[0]
    return number
