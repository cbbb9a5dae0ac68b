"""Orders of a file, written in bulk: first all of them, then who of them is covered."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from backsplit.domain.arrivals import ArrivingLine, ArrivingOrder, Said
from backsplit.domain.history import Happened
from backsplit.domain.queue import Claim, release
from backsplit.domain.values import DEFAULT_PRIORITY, Policy
from backsplit.repository.history import History
from backsplit.repository.moving import ENQUEUE_WHERE

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

ProductClaim = Claim[int, int]
Place = tuple[Any, ...]  # in the queue

ROWS_AT_ONCE = 100  # of one INSERT: half the time of one by one
SAID = Said._fields
INSERT_ORDERS = (
    f"INSERT INTO orders (id, number, status, family_id, units, {', '.join(SAID)}) VALUES",
    f"(?, ?, 'Processing', ?, ?{', ?' * len(SAID)})",
)
INSERT_LINES = ("INSERT INTO order_lines VALUES", "(?, ?, ?, ?)")

# An import into an empty file is faster without these: they are taken off, and made again when all rows are there.
TAKEN_OFF = {
    "index": (
        "orders_backorder",
        "orders_processing",
        "orders_on_hold",
        "orders_shipped",
        "orders_cancelled",
        "orders_in_queue",
        "orders_parts",
        "orders_families",
        "order_lines_by_product",
    ),
    "trigger": ("orders_come", "orders_go", "orders_change"),
}

# Only orders that want a SKU of which more is asked for than there is compete; all others get what they want.
COMPETE = """UPDATE orders SET status = 'Backorder' WHERE id IN (
  SELECT order_id FROM order_lines WHERE product_id IN (SELECT value FROM json_each(?)) AND order_id >= ?)"""
# CROSS JOIN and + keep SQLite from reading every line there is: it shall begin with the orders that wait.
ARRIVED = """SELECT o.priority, o.placed_at, o.family_id, o.id, product_id, sum(quantity), on_hand - allocated
FROM orders o CROSS JOIN order_lines ON order_id = o.id JOIN products p ON p.id = product_id
WHERE o.status = 'Backorder' AND +o.id >= ?
GROUP BY o.priority, o.placed_at, o.family_id, o.id, product_id"""
WAITING = """SELECT priority, placed_at, family_id, order_id, product_id, quantity, on_hand - allocated
FROM waiting JOIN products ON id = product_id ORDER BY priority, placed_at, family_id, order_id"""
COUNT = "UPDATE order_counts SET orders = ? WHERE status = 'Processing'"  # as all are until they are settled
ENQUEUE = ENQUEUE_WHERE.format(which="status = 'Backorder' AND id >= ?")
EVENTS = f"""INSERT INTO events (change_id, event, order_number, quantity)
SELECT ?, CASE status WHEN 'Processing' THEN '{Happened.IMPORTED.word}' ELSE '{Happened.BACKORDERED.word}' END,
  number, units
FROM orders WHERE id >= ? ORDER BY id"""


class Settled(NamedTuple):
    """How many of the arrived orders are covered, and how many wait."""

    processing: int
    backorder: int


class Arrivals:
    """One import. Orders are known by number: those of an earlier import are left alone.

    Until `settle` all that arrived count as Processing without holding anything.
    """

    def __init__(self, db: sqlite3.Connection, history: History, now: str) -> None:
        self._db = db
        self._history = history
        self._unsaid = Said(placed_at=now, priority=DEFAULT_PRIORITY, customer="", note="")
        self._first = self._next_id("orders")
        self._next = self._first
        self._of_file = self._first
        self._next_product = self._next_id("products")
        self._products: dict[str, int] = dict(db.execute("SELECT sku, id FROM products"))
        self._wanted = dict.fromkeys(self._products.values(), 0)  # units that have arrived
        self._off: list[str] = []  # the statements that make again what was taken off
        self.new_skus: list[str] = []
        self.known = 0

    def __enter__(self) -> Self:
        if self._first == 1:
            self._take_off()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # After an error SQLite may have taken back the whole transaction already, and with it what was taken off.
        if self._off and self._db.in_transaction:
            self._put_back()

    @property
    def added(self) -> int:
        return self._next - self._first

    def brought(self, number: str) -> bool:
        """Whether the order came in with this import."""
        row = self._db.execute("SELECT id FROM orders WHERE number = ?", (number,)).fetchone()
        return row is not None and row[0] >= self._first

    def next_file(self) -> None:
        """Further orders are of another file: orders of the files before it are known."""
        self._of_file = self._next

    def add(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the orders of the batch that are not known yet."""
        ids = self._known_ids([order.number for order in batch])
        orders: list[object] = []
        lines: list[object] = []
        again: list[ArrivingOrder] = []
        for order in batch:
            known = ids.get(order.number)
            if known is None:
                order_id = ids[order.number] = self._next
                self._next += 1
                units = self._add_lines(order.lines, order_id, 0, lines)
                orders += (order_id, order.number, order_id, units, *self._said(order))
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
        self._put_back()
        before = list(_claims(self._db.execute(WAITING), tried=False)) if policy.keeps else []
        competing = self._db.execute(COMPETE, (json.dumps(self._contended(before)), self._first)).rowcount
        arrived = _claims(self._db.execute(ARRIVED, (self._first,)), tried=True)
        queue = (claim for _, claim in merge(before, arrived, key=itemgetter(0)))
        covered = [(claim.order,) for claim in release(queue, policy)]
        self._db.executemany("UPDATE orders SET status = 'Processing' WHERE id = ?", covered)
        self._db.execute(ENQUEUE, (self._first,))
        self._allocate()
        if not self.added:
            return Settled(0, 0)
        self._db.execute(EVENTS, (self._history.change_id, self._first))
        waiting = competing - len(covered)
        return Settled(self.added - waiting, waiting)

    def _contended(self, before: Iterable[tuple[Place, ProductClaim]]) -> list[int]:
        """The products of which more is asked for, also by those that keep it, than there is."""
        asked = Counter(self._wanted)
        for _, claim in before:
            for product, units, _ in claim.wants:
                asked[product] += units
        available = dict(self._db.execute("SELECT id, on_hand - allocated FROM products"))
        return [product for product, units in asked.items() if units > available[product]]

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

    def _said(self, order: ArrivingOrder) -> list[object]:
        """What the file says of the order, with a default where it says nothing."""
        return [default if said is None else said for said, default in zip(order.said, self._unsaid, strict=True)]

    def _add_lines(self, lines: Sequence[ArrivingLine], order_id: int, before: int, rows: list[object]) -> int:
        """Lay what is open of the lines with `rows`, numbered on from those `before`; the units of it all."""
        products, wanted, units = self._products, self._wanted, 0
        line_no = before
        for sku, quantity, name, sent, _ in lines:
            if sent:
                quantity -= sent  # noqa: PLW2901
                if not quantity:
                    continue
            line_no += 1
            product = products.get(sku) or self._add_product(sku, name)
            rows += (order_id, line_no, product, quantity)
            wanted[product] += quantity
            units += quantity
        return units

    def _append(self, orders: Sequence[ArrivingOrder], ids: dict[str, int]) -> None:
        """Put the lines of orders that the file has come back to on those orders."""
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

    def _take_off(self) -> None:
        for kind, names in TAKEN_OFF.items():
            for name in names:
                (sql,) = self._db.execute(
                    "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)
                ).fetchone()
                self._db.execute(f"DROP {kind} {name}")
                self._off.append(sql)

    def _put_back(self) -> None:
        """Make again what was taken off, and the count that a trigger would have kept."""
        if not self._off:
            return
        (cache,) = self._db.execute("PRAGMA cache_size").fetchone()
        # SQLite sorts in runs of this size: runs that fit the processor's cache take half the time.
        self._db.execute("PRAGMA cache_size = -4096")
        for sql in self._off:
            self._db.execute(sql)
        self._db.execute(f"PRAGMA cache_size = {cache}")
        self._db.execute(COUNT, (self.added,))
        self._off.clear()


def _claims(rows: Iterable[tuple[Any, ...]], *, tried: bool) -> Iterator[tuple[Place, ProductClaim]]:
    """Rows of a place in the queue and a want, as the claims of orders with their places."""
    for place, wants in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        yield place, Claim(place[3], tuple([want[4:] for want in wants]), tried)
