"""Orders of a file, written in bulk: first all of them, then who of them is covered."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from backsplit.domain.arrivals import ArrivingOrder
from backsplit.domain.queue import Claim, Want, release
from backsplit.domain.values import DEFAULT_PRIORITY, Policy
from backsplit.repository.history import History
from backsplit.repository.orders import ENQUEUE

ProductClaim = Claim[int, int]


class Settled(NamedTuple):
    """How many of the arrived orders are covered, and how many wait."""

    processing: int
    backorder: int


class Arrivals:
    """One import. Orders are known by number: those of an earlier import are left alone.

    Until `settle` they all count as Processing without holding anything.
    """

    def __init__(self, db: sqlite3.Connection, history: History, now: str) -> None:
        self._db = db
        self._history = history
        self._now = now
        self._first = self._next_id("orders")
        self._next = self._first
        self._next_product = self._next_id("products")
        self._products = dict(db.execute("SELECT sku, id FROM products"))
        # The lines of order `first + i` are those from `begins[i]` on; later ones of it stand in `appended`.
        self._begins = array("q", [0])
        self._product_ids = array("q")
        self._quantities = array("q")
        self._appended: dict[int, list[tuple[int, int]]] = {}
        self.new_skus: list[str] = []
        self.known = 0

    @property
    def added(self) -> int:
        return self._next - self._first

    def add(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the orders of the batch that are not known yet."""
        ids = self._known_ids([order.number for order in batch])
        orders: list[tuple[object, ...]] = []
        lines: list[tuple[int, int, int, int]] = []
        for order in batch:
            order_id = ids.get(order.number)
            if order_id is None:
                order_id = ids[order.number] = self._next
                self._next += 1
                units = self._add_lines(order, order_id, 0, lines)
                placed_at = order.placed_at or self._now
                priority = order.priority or DEFAULT_PRIORITY
                orders.append(
                    (order_id, order.number, placed_at, priority, order_id, units, order.customer, order.note)
                )
                self._begins.append(len(self._product_ids))
            elif order_id >= self._first:
                self._append_lines(order, order_id, orders, lines)
            else:
                self.known += 1
        self._db.executemany(
            "INSERT INTO orders (id, number, status, placed_at, priority, family_id, units, customer, note)"
            " VALUES (?, ?, 'Processing', ?, ?, ?, ?, ?, ?)",
            orders,
        )
        self._db.executemany("INSERT INTO order_lines VALUES (?, ?, ?, ?)", lines)

    def settle(self, policy: Policy) -> Settled:
        """Rule 1: in queue order, Processing if what is available covers every line, else Backorder."""
        available = dict(self._db.execute("SELECT id, on_hand - allocated FROM products"))
        allocated: dict[int, int] = {}
        covered = bytearray(self.added)
        for claim in release(self._queue(policy, available), policy):
            covered[claim.order - self._first] = 1
            for product, quantity, _ in claim.wants:
                allocated[product] = allocated.get(product, 0) + quantity
        waiting = [(self._first + i,) for i, is_covered in enumerate(covered) if not is_covered]
        self._db.executemany("UPDATE orders SET status = 'Backorder' WHERE id = ?", waiting)
        self._db.executemany(ENQUEUE, waiting)
        self._db.executemany(
            "UPDATE products SET allocated = allocated + ? WHERE id = ?", [(n, p) for p, n in allocated.items()]
        )
        if not self.added:
            return Settled(0, 0)
        self._db.execute(
            "INSERT INTO events (change_id, event, order_number, quantity)"
            " SELECT ?, CASE status WHEN 'Processing' THEN 'imported' ELSE 'backordered' END, number, units"
            " FROM orders WHERE id >= ? ORDER BY id",
            (self._history.change_id, self._first),
        )
        return Settled(self.added - len(waiting), len(waiting))

    def _queue(self, policy: Policy, available: dict[int, int]) -> Iterator[ProductClaim]:
        arrived = self._db.execute(
            "SELECT priority, placed_at, family_id, id FROM orders WHERE id >= ?"
            " ORDER BY priority, placed_at, family_id, id",
            (self._first,),
        )
        if policy is not Policy.STRICT:
            return (Claim(row[3], self._wants(row[3], available)) for row in arrived)
        waiting = self._db.execute(
            "SELECT priority, placed_at, family_id, order_id, product_id, quantity FROM waiting"
            " ORDER BY priority, placed_at, family_id, order_id"
        )
        place = itemgetter(0, 1, 2, 3)
        before = (
            (*key, Claim(key[3], tuple([(row[4], row[5], available[row[4]]) for row in rows]), tried=False))
            for key, rows in groupby(waiting, key=place)
        )
        new = ((*row, Claim(row[3], self._wants(row[3], available))) for row in arrived)
        return (row[4] for row in merge(before, new, key=place))

    def _wants(self, order_id: int, available: dict[int, int]) -> tuple[Want[int], ...]:
        i = order_id - self._first
        begin, end = self._begins[i], self._begins[i + 1]
        products = self._product_ids[begin:end]
        quantities = self._quantities[begin:end]
        if order_id in self._appended or len(set(products)) < len(products):
            return self._summed(order_id, list(zip(products, quantities, strict=True)), available)
        return tuple([(p, quantity, available[p]) for p, quantity in zip(products, quantities, strict=True)])

    def _summed(self, order_id: int, lines: list[tuple[int, int]], available: dict[int, int]) -> tuple[Want[int], ...]:
        units: dict[int, int] = {}
        for product, quantity in lines + self._appended.get(order_id, []):
            units[product] = units.get(product, 0) + quantity
        return tuple([(p, quantity, available[p]) for p, quantity in units.items()])

    def _add_lines(
        self, order: ArrivingOrder, order_id: int, lines_before: int, rows: list[tuple[int, int, int, int]]
    ) -> int:
        units = 0
        for line_no, line in enumerate(order.lines, lines_before + 1):
            sku, quantity, name = line
            product = self._products.get(sku)
            if product is None:
                product = self._add_product(sku, name)
            rows.append((order_id, line_no, product, quantity))
            if not lines_before:
                self._product_ids.append(product)
                self._quantities.append(quantity)
            else:
                self._appended.setdefault(order_id, []).append((product, quantity))
            units += quantity
        return units

    def _append_lines(
        self,
        order: ArrivingOrder,
        order_id: int,
        orders: list[tuple[object, ...]],
        lines: list[tuple[int, int, int, int]],
    ) -> None:
        """The file came back to an order that it had left: its lines go on that order."""
        i = order_id - self._first
        before = self._begins[i + 1] - self._begins[i] + len(self._appended.get(order_id, ()))
        units = self._add_lines(order, order_id, before, lines)
        for place, row in enumerate(orders):
            if row[0] == order_id:  # still in this batch
                orders[place] = (*row[:5], int(str(row[5])) + units, *row[6:])
                return
        self._db.execute("UPDATE orders SET units = units + ? WHERE id = ?", (units, order_id))

    def _add_product(self, sku: str, name: str) -> int:
        product, self._next_product = self._next_product, self._next_product + 1
        self._db.execute("INSERT INTO products (id, sku, name) VALUES (?, ?, ?)", (product, sku, name))
        self._products[sku] = product
        self.new_skus.append(sku)
        return product

    def _known_ids(self, numbers: list[str]) -> dict[str, int]:
        marks = ",".join("?" * len(numbers))
        return dict(self._db.execute(f"SELECT number, id FROM orders WHERE number IN ({marks})", numbers))

    def _next_id(self, table: str) -> int:
        (last,) = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return int(last) + 1
