"""Rule 15: what is expected, and the days that are kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from backsplit.domain.orders import Order, Policy
from backsplit.domain.promises import Due, Promise, Replay, not_before
from backsplit.repository.orders import json_array

CACHED_BEYOND = 1_000  # waiting orders: of fewer, a replay is quicker than caching their days

# CROSS JOIN: read in the order of the queue's index, so that nothing is sorted.
QUEUE = """SELECT o.number, w.product_id, w.quantity
FROM orders o INDEXED BY orders_in_queue CROSS JOIN queue w ON w.order_id = o.id
WHERE o.status = 'Backorder' ORDER BY o.priority, o.placed_at, o.family_id, o.id, w.quantity, w.product_id"""
OF_PRODUCTS = """SELECT (SELECT number FROM orders WHERE id = order_id), product_id, quantity FROM queue
WHERE product_id IN (SELECT value FROM json_each(?))
ORDER BY priority, placed_at, family_id, order_id, quantity, product_id"""
# Of a SKU that is closed until its first day, what is there becomes available on that day.
PRODUCTS = "SELECT id, sku, available, on_hand - allocated - available, first_day FROM products"
OF_ORDER = f"{PRODUCTS} WHERE id IN (SELECT product_id FROM queue WHERE order_id = ?)"
DUE = """SELECT on_day, sku, "left", ref FROM expected JOIN products ON id = product_id
WHERE "left" > 0 AND on_day >= ?{of_products} ORDER BY on_day, ref, sku"""
ALL_DUE = DUE.format(of_products="")
DUE_OF_PRODUCTS = DUE.format(of_products=" AND product_id IN (SELECT value FROM json_each(?))")
CACHED = "SELECT number, on_day FROM promised ORDER BY place"
CACHED_OF = "SELECT number, on_day FROM json_each(?) CROSS JOIN promised ON number = value ORDER BY place"
AS_OF = "SELECT 1 FROM promised_as_of WHERE change_id = (SELECT max(id) FROM changes) AND day = ?"


class PromiseCache:
    """What becomes of the orders that wait. `today` is a day of the shop; what is due before it is not counted."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: tuple[str, dict[str, str]] | None = None  # days that are worth keeping, and of which day

    def days(self, policy: Policy, today: str) -> dict[str, str]:
        """The promised day of each order that has one, by its number."""
        if self._is_cached(today):
            return dict(self._db.execute(CACHED))
        return self._replay(policy, today).days

    def days_of(self, numbers: Collection[str], policy: Policy, today: str) -> dict[str, str]:
        """The same of some orders, and perhaps of others, too."""
        if self._is_cached(today):
            return self._cached_of(numbers)
        return self._replay(policy, today).days

    def promises(self, policy: Policy, today: str) -> Iterator[Promise]:
        """The promise of every order that waits, in the order of the queue. The view promised_days shows their days."""
        days = dict(self._db.execute(CACHED)) if self._is_cached(today) else None
        replay = self._replay(policy, today, days)
        if days is None:
            self._found = today, replay.days
        return replay.promises()

    def promise(self, order: Order, policy: Policy, today: str) -> Promise:
        """The promise of an order that waits, with how many others get each SKU before it."""
        if not self._is_cached(today):
            return self._replay(policy, today).promise(order.number)
        # Who else wants the SKUs of this order, and the days of these, say all of it.
        products = self._db.execute(OF_ORDER, (order.id,)).fetchall()
        skus = {product: sku for product, sku, *_ in products}
        ids = json_array(skus)
        rows = self._db.execute(OF_PRODUCTS, (ids,)).fetchall()
        wanted = [(number, skus[product], units) for number, product, units in rows]
        available = {sku: units for _, sku, units, *_ in products}
        due = self._due(DUE_OF_PRODUCTS, products, today, ids)
        days = self._cached_of({number for number, _, _ in rows})
        return Replay(wanted, available, due, policy, days).promise(order.number)

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything to keep."""
        return self._found is not None

    def save(self) -> None:
        """Write what was found last, within a change that does nothing more, or at the end of a question."""
        if self._found is None:
            return
        today, days = self._found
        self._found = None
        self._db.execute("DELETE FROM promised_as_of")
        self._db.execute("DELETE FROM promised")
        rows = [(number, place, day) for place, (number, day) in enumerate(days.items())]
        self._db.executemany("INSERT INTO promised VALUES (?, ?, ?)", rows)
        self._db.execute("INSERT INTO promised_as_of SELECT max(id), ? FROM changes", (today,))

    def _is_cached(self, today: str) -> bool:
        """Whether the days that are kept still hold: of the last change and of today, and nothing was written since.

        A change that is under way may have altered orders already, before it has an event.
        """
        return self._db.total_changes == 0 and self._db.execute(AS_OF, (today,)).fetchone() is not None

    def _cached_of(self, numbers: Collection[str]) -> dict[str, str]:
        return dict(self._db.execute(CACHED_OF, (json_array(numbers),)))

    def _replay(self, policy: Policy, today: str, days: dict[str, str] | None = None) -> Replay:
        skus: dict[int, str] = {}
        available: dict[str, int] = {}
        products = self._db.execute(PRODUCTS).fetchall()
        for product, sku, units, _, _ in products:
            skus[product], available[sku] = sku, units
        wanted = ((number, skus[product], units) for number, product, units in self._db.execute(QUEUE))
        replay = Replay(wanted, available, self._due(ALL_DUE, products, today), policy, days)
        if days is None and replay.orders > CACHED_BEYOND:
            self._found = today, replay.days
        return replay

    def _due(self, query: str, products: Sequence[tuple[Any, ...]], today: str, *values: str) -> list[Due]:
        """What comes, by day; no unit of a SKU before its first day (rule 19)."""
        due = [Due(*row) for row in self._db.execute(query, (today, *values))]
        opens = {sku: (max(day, today), units) for _, sku, _, units, day in products if day is not None}
        return not_before(due, opens) if opens else due
