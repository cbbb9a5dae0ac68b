"""Orders on their way: from status to status, divided and put together, with what they allocate and want.

`products.allocated` and the table `queue` follow from the orders. They are written here, in the same statements
that change the orders, and `backsplit check` proves them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from backsplit.domain.orders import Order, Status
from backsplit.domain.split import SplitPlan
from backsplit.repository.orders import (
    COPIED,
    DEMANDED,
    DEMANDED_UNITS,
    DEMANDING,
    REWRITTEN_COLUMNS,
    REWRITTEN_VALUES,
    json_array,
    rewritten_values,
)
from backsplit.values import NamedTuple

ONE, MANY = "= ?", "IN (SELECT value FROM json_each(?))"  # orders, by id

# The wants of some Backorder orders, into the queue.
# Lines of one SKU are added up by the conflict: to group them would cost a sort for every order.
ENQUEUE_WHERE = f"""INSERT INTO queue (product_id, priority, placed_at, family_id, order_id, quantity)
SELECT {DEMANDED}, priority, placed_at, family_id, id, {DEMANDED_UNITS}
FROM orders JOIN {DEMANDING} WHERE l.order_id = id AND {{which}}
ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity"""

ANY_LIST = "SELECT 1 FROM orders WHERE pick_list IS NOT NULL LIMIT 1"
ON_LIST = "SELECT number, pick_list FROM orders WHERE id = ? AND +pick_list IS NOT NULL"
PART = f"""INSERT INTO orders (number, status, family_id, split_from, {COPIED})
SELECT ?, 'Backorder', family_id, id, {COPIED} FROM orders WHERE id = ?"""

ORIGIN = "(SELECT id FROM orders WHERE number = :split_from)"
WRITE_NEW = f"""INSERT INTO orders (id, number, status, family_id, split_from, {REWRITTEN_COLUMNS})
VALUES (:id, :number, :status, :family, {ORIGIN}, {REWRITTEN_VALUES}) RETURNING id"""
WRITE = f"""UPDATE orders SET (number, status, split_from, {REWRITTEN_COLUMNS})
 = (:number, :status, {ORIGIN}, {REWRITTEN_VALUES})
WHERE id = :id RETURNING id"""


def _change_products(what: str, which: str) -> str:
    """Change figures of products by the `units` that orders want of them."""
    return f"""UPDATE products SET {what} FROM (SELECT {DEMANDED} AS product, sum({DEMANDED_UNITS}) AS units
FROM {DEMANDING} WHERE order_id {which} GROUP BY product) WHERE id = product"""


SHIP = _change_products("on_hand = on_hand - units, allocated = allocated - units", MANY)


class Bookkeeping(NamedTuple):
    """What is stored besides an order because of its status: the statements that enter it, and take it out."""

    enter: str
    leave: str


def _bookkeeping(which: str) -> dict[Status, Bookkeeping]:
    return {
        Status.PROCESSING: Bookkeeping(
            _change_products("allocated = allocated + units", which),
            _change_products("allocated = allocated - units", which),
        ),
        Status.BACKORDER: Bookkeeping(
            ENQUEUE_WHERE.format(which=f"id {which}"), f"DELETE FROM queue WHERE order_id {which}"
        ),
        Status.SHIPPED: Bookkeeping(
            f"INSERT INTO to_mark SELECT id FROM orders WHERE id {which}", f"DELETE FROM to_mark WHERE order_id {which}"
        ),
    }


BOOKKEEPING = _bookkeeping(ONE)
ENQUEUE, DEQUEUE = BOOKKEEPING[Status.BACKORDER]
BOOKKEEPING_OF_MANY = _bookkeeping(MANY)  # a delivery that releases 8,000 orders takes 45 % less by it


class Transitions:
    """`on_lists` are the orders on a pick list that have changed since `begin`, with the list.

    So are those that have left theirs, or are back on it; not those that have left it and are back as they were.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.on_lists: dict[str, int] = {}
        self._have_only_left: set[str] = set()

    def begin(self) -> None:
        self.on_lists.clear()
        self._have_only_left.clear()

    def move(self, ids: Sequence[int], old: Status, new: Status) -> None:
        """Take orders from one status to another, with what they allocate and their places in the queue."""
        these = (json_array(ids),)
        if old is Status.PROCESSING:
            self._leave_lists(ids)
        if old in BOOKKEEPING_OF_MANY:
            self._db.execute(BOOKKEEPING_OF_MANY[old].leave, these)
        self._db.execute(f"UPDATE orders SET status = '{new.value}' WHERE id {MANY}", these)
        if new in BOOKKEEPING_OF_MANY:
            self._db.execute(BOOKKEEPING_OF_MANY[new].enter, these)
        if new is Status.PROCESSING:
            self._return_to_lists(ids)

    def ship(self, ids: Sequence[int]) -> None:
        """Take what Processing orders hold out of the building: on hand and allocated go down together."""
        these = (json_array(ids),)
        self._leave_lists(ids)
        self._db.execute(SHIP, these)
        self._db.execute(f"UPDATE orders SET status = 'Shipped' WHERE id {MANY}", these)
        self._db.execute(BOOKKEEPING_OF_MANY[Status.SHIPPED].enter, these)

    def unship(self, ids: Sequence[int], on_hand: Mapping[str, int]) -> None:
        """Put what Shipped orders took, by SKU, on the shelf again, and let them allocate what they want now."""
        self.put_on_hand(on_hand)
        self.move(ids, Status.SHIPPED, Status.PROCESSING)

    def put_on_hand(self, units: Mapping[str, int]) -> None:
        """Add units per SKU to the shelf, or take them off."""
        self._db.executemany(
            "UPDATE products SET on_hand = on_hand + ? WHERE sku = ?", [(n, sku) for sku, n in units.items()]
        )

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
        self._return_to_lists(original)

    def reshape(
        self, before: Sequence[Order], after: Sequence[Order], on_hand: Mapping[str, int] | None = None
    ) -> None:
        """Make orders of one family what `after` says, whatever they were; those that it no longer has are gone.

        An order of `after` without an id is new. `on_hand` are units per SKU that are added to the shelf, or taken off.
        """
        same = {order.id for order in after if order in before}
        old = [order for order in before if order.id not in same]
        new = [order for order in after if order.id not in same]
        self._change_on_lists({order.number: order.pick for order in old if order.pick is not None})
        for order in old:
            if order.status in BOOKKEEPING:
                self._db.execute(BOOKKEEPING[order.status].leave, (order.id,))
        self.put_on_hand(on_hand or {})
        new_ids = {order.id for order in new}
        for order in old:
            self._db.execute("DELETE FROM order_lines WHERE order_id = ?", (order.id,))
            if order.id not in new_ids:
                self._remove(order)
        old_ids = {order.id for order in old}
        ids = [self._write(order, is_new=order.id not in old_ids) for order in new]
        for order, order_id in zip(new, ids, strict=True):
            if order.status in BOOKKEEPING:
                self._db.execute(BOOKKEEPING[order.status].enter, (order_id,))
        self._change_on_lists(self._on_lists(ids))
        more = sum(order.units for order in new) - sum(order.units for order in old)
        self._db.execute("UPDATE orders SET units = units + ? WHERE id = ?", (more, before[0].family))

    def bring(self, order: Order) -> int:
        """A new order, which begins a family of its own; its id."""
        order_id = self._write(order, is_new=True)
        self._db.execute("UPDATE orders SET family_id = id, units = ? WHERE id = ?", (order.units, order_id))
        if order.status in BOOKKEEPING:
            self._db.execute(BOOKKEEPING[order.status].enter, (order_id,))
        return order_id

    def _write(self, order: Order, *, is_new: bool) -> int:
        """The row of the order and its lines; its id."""
        values = {"id": order.id or None, "number": order.number, "status": order.status.value}
        values |= {"family": order.family, "split_from": order.split_from} | rewritten_values(order)
        ((order_id,),) = self._db.execute(WRITE_NEW if is_new else WRITE, values).fetchall()
        self._db.executemany(
            "INSERT INTO order_lines (order_id, line_no, product_id, quantity, line_group)"
            " SELECT ?, ?, id, ?, ? FROM products WHERE sku = ?",
            [(order_id, line.position, line.quantity, line.group, line.sku) for line in order.lines],
        )
        return int(order_id)

    def _remove(self, order: Order) -> None:
        """Its own parts become parts of the order that it was split from."""
        self._db.execute(
            "UPDATE orders SET split_from = (SELECT split_from FROM orders WHERE id = ?1) WHERE split_from = ?1",
            (order.id,),
        )
        self._db.execute("DELETE FROM orders WHERE id = ?", (order.id,))

    def hang(self, part: str, original: str) -> None:
        """Make one order a part of the other, both of one family."""
        self._db.execute(
            "UPDATE orders SET split_from = (SELECT id FROM orders WHERE number = ?) WHERE number = ?", (original, part)
        )

    def prioritize(self, orders: Sequence[Order], priority: int) -> None:
        """Give orders a priority, and those that wait their new place in the queue."""
        self._change_on_lists({order.number: order.pick for order in orders if order.pick is not None})
        self._db.executemany("UPDATE orders SET priority = ? WHERE id = ?", [(priority, order.id) for order in orders])
        waiting = [(order.id,) for order in orders if order.status is Status.BACKORDER]
        self._db.executemany(DEQUEUE, waiting)
        self._db.executemany(ENQUEUE, waiting)

    def _on_lists(self, ids: Sequence[int]) -> dict[str, int]:
        """Those of the orders that are on a pick list, by number, and its number."""
        if self._db.execute(ANY_LIST).fetchone() is None:
            return {}
        return {number: its_list for order_id in ids for number, its_list in self._db.execute(ON_LIST, (order_id,))}

    def _change_on_lists(self, lists: Mapping[str, int]) -> None:
        """Keep in mind that orders on these lists are other ones than before."""
        self.on_lists |= lists
        self._have_only_left -= lists.keys()

    def _leave_lists(self, ids: Sequence[int]) -> None:
        """Keep in mind on which lists these orders are, before they leave them."""
        lists = self._on_lists(ids)
        self._have_only_left |= lists.keys() - self.on_lists.keys()
        self.on_lists |= lists

    def _return_to_lists(self, ids: Sequence[int]) -> None:
        """Keep in mind on which lists these orders are again; of those that had only left theirs, nothing is new."""
        lists = self._on_lists(ids)
        same = self._have_only_left & lists.keys()
        self.on_lists = {
            number: pick_list for number, pick_list in (self.on_lists | lists).items() if number not in same
        }
        self._have_only_left -= same

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
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity, line_group)"
                " SELECT ?, line_no, product_id, ?, line_group FROM order_lines WHERE order_id = ? AND line_no = ?",
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
