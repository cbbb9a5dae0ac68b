"""Orders of a file, written in bulk: first all of them, then who of them is covered."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from backsplit.domain.arrivals import ArrivingLine, ArrivingOrder
from backsplit.domain.queue import Claim, release
from backsplit.domain.values import DEFAULT_PRIORITY, Policy
from backsplit.repository.history import History
from backsplit.repository.orders import ENQUEUE_WHERE

ProductClaim = Claim[int, int]

ROWS_AT_ONCE = 100  # of one INSERT: half the time of one by one
INSERT_ORDERS = (
    "INSERT INTO orders (id, number, status, placed_at, priority, family_id, units, customer, note) VALUES",
    "(?, ?, 'Processing', ?, ?, ?, ?, ?, ?)",
)
INSERT_LINES = ("INSERT INTO order_lines VALUES", "(?, ?, ?, ?)")

# CROSS JOIN and + keep SQLite from reading every line there is: it shall begin with the orders that wait.
# Whoever wants none of the SKUs that are asked for beyond what there is gets all it wants: the others compete.
COMPETE = """UPDATE orders SET status = 'Backorder' WHERE id IN (
  SELECT order_id FROM order_lines WHERE product_id IN (SELECT value FROM json_each(?)) AND order_id >= ?)"""
ARRIVED = """SELECT o.priority, o.placed_at, o.family_id, o.id, product_id, sum(quantity), on_hand - allocated
FROM orders o CROSS JOIN order_lines ON order_id = o.id JOIN products p ON p.id = product_id
WHERE o.status = 'Backorder' AND +o.id >= ?
GROUP BY o.priority, o.placed_at, o.family_id, o.id, product_id"""
WAITING = """SELECT priority, placed_at, family_id, order_id, product_id, quantity, on_hand - allocated
FROM waiting JOIN products ON id = product_id ORDER BY priority, placed_at, family_id, order_id"""
COUNT = "UPDATE order_counts SET orders = ? WHERE status = 'Processing'"  # as all are until they are settled
ENQUEUE = ENQUEUE_WHERE.format(which="status = 'Backorder' AND id >= ?")
EVENTS = """INSERT INTO events (change_id, event, order_number, quantity)
SELECT ?, CASE status WHEN 'Processing' THEN 'imported' ELSE 'backordered' END, number, units
FROM orders WHERE id >= ? ORDER BY id"""


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
        self._of_file = self._first
        self._next_product = self._next_id("products")
        self._products: dict[str, int] = dict(db.execute("SELECT sku, id FROM products"))
        self._wanted = dict.fromkeys(self._products.values(), 0)  # units that have arrived
        self._indexes = self._drop_indexes() if self._first == 1 else []
        self.new_skus: list[str] = []
        self.known = 0

    @property
    def added(self) -> int:
        return self._next - self._first

    def brought(self, number: str) -> bool:
        """Whether the order came in with this import."""
        row = self._db.execute("SELECT id FROM orders WHERE number = ?", (number,)).fetchone()
        return row is not None and row[0] >= self._first

    def next_file(self) -> None:
        """What comes now is of another file: orders of the files before it are known."""
        self._of_file = self._next

    def add(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the orders of the batch that are not known yet."""
        ids = self._known_ids([order.number for order in batch])
        orders: list[object] = []
        lines: list[object] = []
        again: list[ArrivingOrder] = []
        for order in batch:
            number, its_lines, (placed_at, priority, customer, note), _ = order
            known = ids.get(number)
            if known is None:
                order_id = ids[number] = self._next
                self._next += 1
                units = self._add_lines(its_lines, order_id, 0, lines)
                placed_at, priority = placed_at or self._now, priority or DEFAULT_PRIORITY
                orders += (order_id, number, placed_at, priority, order_id, units, customer or "", note or "")
            elif known >= self._of_file:
                again.append(order)
            else:
                self.known += 1
        self._insert(*INSERT_ORDERS, orders)
        self._insert(*INSERT_LINES, lines)
        if again:
            self._append(again, ids)

    def settle(self, policy: Policy) -> Settled:
        """Rule 1: in queue order, Processing if what is available covers every line, else Backorder."""
        self._make_indexes()
        competing = self._db.execute(COMPETE, (json.dumps(self._contended(policy)), self._first)).rowcount
        covered = [(claim.order,) for claim in release(self._queue(policy), policy)]
        self._db.executemany("UPDATE orders SET status = 'Processing' WHERE id = ?", covered)
        self._db.execute(ENQUEUE, (self._first,))
        self._allocate()
        if not self.added:
            return Settled(0, 0)
        self._db.execute(EVENTS, (self._history.change_id, self._first))
        waiting = competing - len(covered)
        return Settled(self.added - waiting, waiting)

    def _contended(self, policy: Policy) -> list[int]:
        """The products of which more is asked for than there is."""
        asked = Counter(self._wanted)
        if policy is Policy.STRICT:
            asked.update(dict(self._db.execute("SELECT product_id, sum(quantity) FROM waiting GROUP BY product_id")))
        available = dict(self._db.execute("SELECT id, on_hand - allocated FROM products"))
        return [product for product, units in asked.items() if units > available[product]]

    def _queue(self, policy: Policy) -> Iterator[ProductClaim]:
        arrived = _claims(self._db.execute(ARRIVED, (self._first,)), tried=True)
        if policy is not Policy.STRICT:
            return (claim for _, claim in arrived)
        before = _claims(self._db.execute(WAITING), tried=False)
        return (claim for _, claim in merge(before, arrived, key=itemgetter(0)))

    def _allocate(self) -> None:
        """Give the orders that are covered what they want: all that arrived, less what waits."""
        waits = dict(
            self._db.execute(
                "SELECT product_id, sum(quantity) FROM waiting WHERE order_id >= ? GROUP BY product_id", (self._first,)
            )
        )
        self._db.executemany(
            "UPDATE products SET allocated = allocated + ? WHERE id = ?",
            [(units - waits.get(product, 0), product) for product, units in self._wanted.items() if units],
        )

    def _add_lines(self, lines: Sequence[ArrivingLine], order_id: int, before: int, rows: list[object]) -> int:
        """Lay the lines with `rows`, numbered on from those `before`; the units of them all."""
        products, wanted, units = self._products, self._wanted, 0
        for line_no, (sku, quantity, name) in enumerate(lines, before + 1):
            product = products.get(sku) or self._add_product(sku, name)
            rows += (order_id, line_no, product, quantity)
            wanted[product] += quantity
            units += quantity
        return units

    def _append(self, orders: Sequence[ArrivingOrder], ids: dict[str, int]) -> None:
        """The file came back to orders that it had left: its lines go on those."""
        marks = ",".join("?" * len(orders))
        last = dict(
            self._db.execute(
                f"SELECT order_id, max(line_no) FROM order_lines WHERE order_id IN ({marks}) GROUP BY order_id",
                [ids[order.number] for order in orders],
            )
        )
        lines: list[object] = []
        for order in orders:
            order_id = ids[order.number]
            units = self._add_lines(order.lines, order_id, last[order_id], lines)
            last[order_id] += len(order.lines)
            self._db.execute("UPDATE orders SET units = units + ? WHERE id = ?", (units, order_id))
        self._insert(*INSERT_LINES, lines)

    def _insert(self, into: str, row: str, values: list[object]) -> None:
        """Insert values that stand one row after the other."""
        step = ROWS_AT_ONCE * row.count("?")
        for start in range(0, len(values), step):
            some = values[start : start + step]
            self._db.execute(into + ",".join([row] * (len(some) // row.count("?"))), some)

    def _add_product(self, sku: str, name: str) -> int:
        product, self._next_product = self._next_product, self._next_product + 1
        self._db.execute("INSERT INTO products (id, sku, name) VALUES (?, ?, ?)", (product, sku, name))
        self._products[sku] = product
        self._wanted[product] = 0
        self.new_skus.append(sku)
        return product

    def _known_ids(self, numbers: list[str]) -> dict[str, int]:
        marks = ",".join("?" * len(numbers))
        return dict(self._db.execute(f"SELECT number, id FROM orders WHERE number IN ({marks})", numbers))

    def _next_id(self, table: str) -> int:
        (last,) = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return int(last) + 1

    def _drop_indexes(self) -> list[str]:
        """Take indexes and triggers off the tables that are still empty; the statements that make them again."""
        dropped = self._db.execute(
            "SELECT type, name, sql FROM sqlite_master"
            " WHERE type IN ('index', 'trigger') AND tbl_name IN ('orders', 'order_lines') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in dropped:
            self._db.execute(f"DROP {kind} {name}")
        return [sql for _, _, sql in dropped]

    def _make_indexes(self) -> None:
        (cache,) = self._db.execute("PRAGMA cache_size").fetchone()
        # SQLite sorts in runs of this size: such that fit the processor's cache take half the time.
        self._db.execute("PRAGMA cache_size = -4096")
        for sql in self._indexes:
            self._db.execute(sql)
        self._db.execute(f"PRAGMA cache_size = {cache}")
        if self._indexes:
            self._db.execute(COUNT, (self.added,))


def _claims(rows: Iterable[tuple[Any, ...]], *, tried: bool) -> Iterator[tuple[tuple[Any, ...], ProductClaim]]:
    """Rows of a place in the queue and a want, as the claims of orders with their places."""
    for place, wants in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        yield place, Claim(place[3], tuple([want[4:] for want in wants]), tried)
