"""Rule 11: orders in bulk. New orders are written a hundred at a time."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import merge
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from backsplit.domain.history import EventKind
from backsplit.domain.imports import ArrivingOrder, Said
from backsplit.domain.orders import Order, Policy, QueueKey, Status
from backsplit.domain.queue import Claim, release
from backsplit.domain.report import FillRates
from backsplit.domain.sync import exported_units, fingerprint, fingerprint_of_open, joined, mark_of
from backsplit.repository.connection import SORTING
from backsplit.repository.history import History
from backsplit.repository.orders import DEMANDED, DEMANDED_UNITS, DEMANDING
from backsplit.repository.policy import PLACE, policy_of
from backsplit.repository.queue import SkuClaim
from backsplit.repository.sources import Sources
from backsplit.repository.transitions import ENQUEUE_WHERE
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


LINES_BY_PRODUCT = "order_lines_by_product"
TAKEN_OFF = {
    "index": (LINES_BY_PRODUCT, "orders_backorder", "orders_processing", "orders_in_queue"),
    "trigger": ("orders_come", "orders_go", "orders_change", "events_are_not_replaced"),
}

# While it is there, it hides the table of the file. SQLite copies a whole table of the same shape page after page, and
# fills them; of a table of this kind that grows at its end, it leaves an eighth of each page empty.
GATHERED = """CREATE TEMP TABLE order_lines (
  order_id    INTEGER NOT NULL,
  line_no     INTEGER NOT NULL CHECK (line_no > 0),
  product_id  INTEGER NOT NULL,
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  line_group  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (order_id, line_no)
) STRICT, WITHOUT ROWID"""


class TakenOff:
    """What was taken off the tables, to be made again when all rows are there."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._made_by: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._made_by)

    def take(self) -> None:
        for kind, names in TAKEN_OFF.items():
            for name in names:
                (sql,) = self._db.execute(
                    "SELECT sql FROM sqlite_master WHERE type = ? AND name = ?", (kind, name)
                ).fetchone()
                self._db.execute(f"DROP {kind} {name}")
                self._made_by[name] = sql
        self._db.execute(GATHERED)

    def put_lines(self) -> None:
        """All lines have arrived: write them, with their index."""
        if self:
            self._db.execute("INSERT INTO main.order_lines SELECT * FROM temp.order_lines")
            self._db.execute("DROP TABLE temp.order_lines")
            self._make([LINES_BY_PRODUCT])

    def put_back(self) -> None:
        """Make again all that is still off."""
        self._make(list(self._made_by))

    def _make(self, names: Iterable[str]) -> None:
        (cache,) = self._db.execute("PRAGMA cache_size").fetchone()
        self._db.execute(SORTING)
        for name in names:
            self._db.execute(self._made_by.pop(name))
        self._db.execute(f"PRAGMA cache_size = {cache}")


DAY = "substr(placed_at, 1, 10)"
ADD = """INSERT INTO fill_rate_days (day, orders, lines, units, orders_at_once, lines_at_once, units_at_once)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET
  orders = orders + excluded.orders, orders_at_once = orders_at_once + excluded.orders_at_once,
  lines = lines + excluded.lines, lines_at_once = lines_at_once + excluded.lines_at_once,
  units = units + excluded.units, units_at_once = units_at_once + excluded.units_at_once"""
TAKE_BACK = """UPDATE fill_rate_days SET orders = orders - ?2, lines = lines - ?3, units = units - ?4,
  orders_at_once = orders_at_once - ?5, lines_at_once = lines_at_once - ?6, units_at_once = units_at_once - ?7
WHERE day = ?1"""

# Of orders that have just arrived, all between two ids.
ARRIVED_BY_DAY = f"""SELECT {DAY}, count(DISTINCT o.id), count(*), sum(quantity)
FROM orders o CROSS JOIN order_lines ON order_id = o.id WHERE o.id BETWEEN ? AND ? GROUP BY 1"""
# CROSS JOIN: by the index of products, so that inserts alone are read.
INSERTS = f"""SELECT {DAY}, 0, count(*), sum(quantity)
FROM products p CROSS JOIN order_lines ON product_id = p.id CROSS JOIN orders o ON o.id = order_id
WHERE is_insert = 1 AND order_id BETWEEN ? AND ? GROUP BY 1"""
# What the orders lack that wait. Lines of one SKU are served in order and share what there is (rule 3); to add them up
# takes three times as long as all the rest, so it is done only where there are several.
LINES = "order_lines l WHERE l.order_id = lacks.order_id AND l.product_id = lacks.product_id"
SHORT = f"""WITH lacks AS (
  SELECT q.order_id, q.product_id, q.placed_at, q.quantity, {{free}} AS free
  FROM queue q INDEXED BY queue_by_order CROSS JOIN products p ON p.id = q.product_id {{kept}}
  WHERE q.order_id BETWEEN ? AND ? AND is_insert = 0 AND q.quantity > {{free}})
SELECT {DAY}, count(DISTINCT order_id),
  sum(CASE (SELECT count(*) FROM {LINES}) WHEN 1 THEN 1 ELSE (
    SELECT count(*) FROM (SELECT sum(quantity) OVER (ORDER BY line_no) AS units FROM {LINES}) WHERE units > free) END),
  sum(quantity - free)
FROM lacks GROUP BY 1"""
OF_ALL = SHORT.format(free="available", kept="")
# The same where there are kits: a line of one lacks the kits that cannot be made of what the lines before it leave.
SHORT_WITH_KITS = f"""WITH wants AS (
  SELECT o.id AS order_id, o.placed_at, l.line_no, l.quantity, own.is_insert, {DEMANDED} AS product_id,
    coalesce(k.quantity, 1) AS each,
    sum({DEMANDED_UNITS}) OVER (PARTITION BY o.id, {DEMANDED} ORDER BY l.line_no ROWS UNBOUNDED PRECEDING)
      - {DEMANDED_UNITS} AS before
  FROM orders o CROSS JOIN {DEMANDING} JOIN products own ON own.id = l.product_id
  WHERE l.order_id = o.id AND o.status = 'Backorder' AND +o.id BETWEEN ? AND ?),
lacks AS (
  SELECT q.order_id, q.placed_at, max(q.quantity - max(0, {{free}} - before) / each) AS short
  FROM wants q CROSS JOIN products p ON p.id = q.product_id {{kept}}
  WHERE q.is_insert = 0 GROUP BY q.order_id, q.line_no)
SELECT {DAY}, count(DISTINCT order_id), count(*), sum(short) FROM lacks WHERE short > 0 GROUP BY 1"""
ANY_KITS = "SELECT 1 FROM kit_parts LIMIT 1"
KEPT = f"""CROSS JOIN (SELECT order_id, product_id,
  sum(quantity) OVER (PARTITION BY product_id ORDER BY {PLACE} ROWS UNBOUNDED PRECEDING) - quantity AS kept
  FROM queue) k ON k.order_id = q.order_id AND k.product_id = p.id"""
FREE = "max(0, available - kept)"
NOT_KEPT = SHORT.format(free=FREE, kept=KEPT)
OF_ALL_WITH_KITS = SHORT_WITH_KITS.format(free="available", kept="")
NOT_KEPT_WITH_KITS = SHORT_WITH_KITS.format(free=FREE, kept=KEPT)


class FillRateTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, placed_at: str, came: FillRates) -> None:
        """One order has come in."""
        self._db.execute(ADD, (placed_at[:10], *_figures(came)))

    def take_back(self, placed_at: str, came: FillRates) -> None:
        """An order that was counted so has never come."""
        self._db.execute(TAKE_BACK, (placed_at[:10], *_figures(came)))


class ArrivedTogether:
    """The orders of one import, as they are counted."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._days: dict[str, list[int]] = {}
        self.anew = False  # whether the lines of an order have changed since it was counted

    def count(self, placed_at: Sequence[str], lines: Sequence[int], units: Sequence[int]) -> None:
        """Orders, with inserts: the SQL finds these sooner."""
        begin = 0
        for day, same in groupby([moment[:10] for moment in placed_at]):
            end = begin + len(list(same))
            counts = self._days.setdefault(day, [0, 0, 0])
            counts[0] += end - begin
            counts[1] += sum(lines[begin:end])
            counts[2] += sum(units[begin:end])
            begin = end

    def keep(self, ids: range) -> None:
        """Keep what came, and what of it could go at once: of all that have arrived, when all is settled."""
        between = (ids.start, ids.stop - 1)
        if self.anew:
            self._days = {day: list(counts) for day, *counts in self._db.execute(ARRIVED_BY_DAY, between)}
        self._less(self._days, INSERTS, between)
        at_once = {day: list(counts) for day, counts in self._days.items()}
        keeps, any_kits = policy_of(self._db).keeps, self._db.execute(ANY_KITS).fetchone()
        if any_kits:
            self._less(at_once, NOT_KEPT_WITH_KITS if keeps else OF_ALL_WITH_KITS, between)
        else:
            self._less(at_once, NOT_KEPT if keeps else OF_ALL, between)
        self._db.executemany(ADD, [(day, *came, *at_once[day]) for day, came in self._days.items()])

    def _less(self, days: dict[str, list[int]], found: str, between: tuple[int, int]) -> None:
        for day, *counts in self._db.execute(found, between):
            days[day] = [had - one for had, one in zip(days[day], counts, strict=True)]


def _figures(came: FillRates) -> tuple[int, ...]:
    return (*(rate.came for rate in came), *(rate.at_once for rate in came))


ProductClaim = Claim["int | More", int]  # of an order by its id, or of what another wants more
Place = tuple[Any, ...]  # in the queue

ROWS_AT_ONCE = 100  # of one INSERT: half the time of one by one
INSERT_ASKED = ("INSERT INTO shop_state VALUES", "(?, ?, ?, ?, ?, ?, 0, 0)")
ASK_MORE = """UPDATE shop_state SET wanted = wanted + :wanted, sent = sent + :sent, sent_by_shop = sent_by_shop + :sent
WHERE family_id = :family AND product_id = :product"""
ASK_FIRST = """INSERT INTO shop_state (family_id, product_id, wanted, sent, sent_by_shop, wanted_not_on_lines)
SELECT :family, :product, :sent + coalesce(sum(quantity), 0), :sent, :sent, 0
FROM order_lines WHERE order_id = :family AND product_id = :product"""
LOOK_UP = """SELECT number, id, family_id, source_id, fingerprint, placed_at, customer, changed_at, withheld
FROM orders"""
INSERT_LINES = ("INSERT INTO order_lines (order_id, line_no, product_id, quantity) VALUES", "(?, ?, ?, ?)")
LINE_VALUES = 4
GROUP = "UPDATE order_lines SET line_group = ? WHERE order_id = ? AND line_no = ?"
KITS = "SELECT kit_id, part_id, quantity FROM kit_parts ORDER BY kit_id, place"

# Only orders that want a SKU of which more is asked for than there is compete; all others get what they want.
COMPETE = """UPDATE orders SET status = 'Backorder' WHERE id IN (
  SELECT order_id FROM order_lines WHERE product_id IN (SELECT value FROM json_each(?)) AND order_id BETWEEN ? AND ?)"""
# CROSS JOIN and + keep SQLite from reading every line there is: it shall begin with the orders that wait.
ARRIVED = f"""SELECT o.priority, o.placed_at, o.family_id, o.id, p.id, sum({DEMANDED_UNITS}), available
FROM orders o CROSS JOIN {DEMANDING} JOIN products p ON p.id = {DEMANDED}
WHERE l.order_id = o.id AND o.status = 'Backorder' AND +o.id BETWEEN ? AND ?
GROUP BY o.priority, o.placed_at, o.family_id, o.id, p.id"""
WAITING = """SELECT priority, placed_at, family_id, order_id, product_id, quantity, available
FROM queue JOIN products ON id = product_id ORDER BY priority, placed_at, family_id, order_id"""
COMPLETE = """UPDATE orders SET ship_complete = 1
WHERE id BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM ship_complete_customers)
  AND customer IN (SELECT customer FROM ship_complete_customers)"""
GONE = "id BETWEEN ? AND ? AND units = 0"
FORGET_GONE = f"DELETE FROM shop_state WHERE family_id IN (SELECT id FROM orders WHERE {GONE})"
COUNT = "UPDATE order_counts SET orders = ? WHERE status = ?"
ENQUEUE = ENQUEUE_WHERE.format(which="status = 'Backorder' AND id BETWEEN ? AND ?")
EVENTS = f"""INSERT INTO events (change_id, event, order_number, quantity)
SELECT ?, CASE status WHEN 'Processing' THEN '{EventKind.IMPORTED.word}' ELSE '{EventKind.BACKORDERED.word}' END,
  number, units
FROM orders WHERE id BETWEEN ? AND ? ORDER BY id"""


class Known(NamedTuple):
    """An order that is known already: its place in the file, and what the shop said of it at the last look."""

    id: int
    family: int
    source: int | None
    fingerprint: int | None
    placed_at: str
    customer: str
    changed_at: str | None
    withheld: str | None


class More(NamedTuple):
    """Units that are wanted more of a SKU by an order in Processing; `key` is the order's place in the queue."""

    key: QueueKey
    sku: str
    units: int


class Settled(NamedTuple):
    """How many of the arrived orders are covered, and how many wait.

    Also what of that wanted more is covered, and the ids of the orders that waited before and are covered now.
    """

    processing: int
    backorder: int
    more: frozenset[More] = frozenset()
    released: tuple[int, ...] = ()


class Arrivals:
    """One import. Orders are known by number: those of an earlier import are left to the caller.

    Until `settle` all that arrived count as Processing without holding anything.
    """

    def __init__(self, db: sqlite3.Connection, history: History, now: str, *, later_holds: bool = False) -> None:
        """`later_holds`: where two files name an order, the later file counts; otherwise the earlier one does."""
        self._db = db
        self._history = history
        self._later_holds = later_holds
        self._source: int | None = None
        self._only_open = False
        defaults = Order._field_defaults | {"placed_at": now, "changed_at": None, "withheld": None}
        self._now = now
        self._defaults = {fact: defaults[fact] for fact in Said._fields}
        self._first = self._next_id("orders")
        self._next = self._first
        # The numbers of most new orders are greater than all that are known.
        ((self._greatest,),) = db.execute("SELECT coalesce(max(number), '') FROM orders").fetchall()
        self._of_file = self._first
        self._next_product = self._next_id("products")
        self._products: dict[str, int] = dict(db.execute("SELECT sku, id FROM products"))
        self._met: dict[str, tuple[int, int]] = {}  # the products that the files have named, each with its mark
        self._wanted = dict.fromkeys(self._products.values(), 0)  # units that have arrived; a Counter takes longer
        self._came = ArrivedTogether(db)
        self._off = TakenOff(db)
        self.unread: set[str] = set()  # orders of the batch that have lines which could not be read
        self.new_skus: list[str] = []
        self._emptied = False  # whether orders that have arrived lost all their lines
        self._gone = 0
        self._groups: list[tuple[str, int, int]] = []  # of lines that are to be written
        self._kits: dict[int, list[tuple[int, int]]] = {}  # the parts of each kit, with the units in one, to settle
        self._closed: set[str] = set()  # new orders that this file shows as cancelled; its other rows may not say so
        self._again: set[str] = set()  # orders of this file that an earlier one has brought
        self.twice: list[str] = []  # orders that two of the files name

    def __enter__(self) -> Self:
        self._db.execute("PRAGMA cache_size = -131072")  # 128 MB: a page is seldom written twice
        if self._first == 1:
            self._off.take()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and self.added:  # all is settled, also by the caller
            self._came.keep(self.ids)

    @property
    def added(self) -> int:
        return self._next - self._first - self._gone

    def brought(self, number: str) -> bool:
        """Whether the order came in with this import."""
        row = self._db.execute("SELECT id FROM orders WHERE number = ?", (number,)).fetchone()
        return row is not None and row[0] in self.ids

    @property
    def ids(self) -> range:
        """The ids of the orders that have arrived."""
        return range(self._first, self._next)

    def next_file(self, source: str, *, only_open: bool, goes_on: Collection[str] = ()) -> int:
        """Further orders are of another file, which came from this source; the source's id.

        The orders in `goes_on` began in a file before.
        """
        self._only_open = only_open
        self._of_file = self._next
        self._closed.intersection_update(goes_on)
        self._again.clear()
        self._again.update(goes_on)
        self._source = Sources(self._db).id_of(source)
        return self._source

    def add(self, batch: Sequence[ArrivingOrder]) -> list[tuple[ArrivingOrder, Known]]:
        """Write the orders of the batch that are new and have something open; those that were known before."""
        known = self._known([order.number for order in batch])
        again = self._bring([order for order in batch if order.number not in known] if known else batch)
        followed: list[tuple[ArrivingOrder, Known]] = []
        for order in batch if known else ():
            one = known.get(order.number)
            if one is None:
                continue
            if one.id >= self._of_file or (one.id >= self._first and order.number in self._again):
                again.append((order, one.id))
            elif one.id >= self._first:
                self._named_twice(order, one.id, again)
            else:
                followed.append((order, one))
        self._came.anew = self._came.anew or bool(again)
        for order, order_id in again:
            if order.closed is Status.CANCELLED:
                self._empty(order_id)
                self._closed.add(order.number)
            elif order.number not in self._closed:
                self._append(order, order_id)
        return followed

    def _bring(self, orders: Sequence[ArrivingOrder]) -> list[tuple[ArrivingOrder, int]]:
        """Write orders that are not known, if something is open.

        Those to which the batch itself comes back are left, with the ids that they have now.
        """
        ids: dict[str, int] = {}
        again: list[tuple[ArrivingOrder, int]] = []
        new: list[ArrivingOrder] = []
        for order in orders:
            number = order.number
            if number in ids:
                again.append((order, ids[number]))
            elif order.is_open and number not in self._closed:
                ids[number] = self._next + len(new)
                new.append(order)
            elif order.closed is Status.CANCELLED:
                self._closed.add(number)
        if new:
            self._write(new)
        return again

    def _write(self, orders: Sequence[ArrivingOrder]) -> None:
        """Write new orders with their lines. What is written of the orders is laid out in columns."""
        ids = range(self._next, self._next + len(orders))
        self._next = ids.stop
        lines: list[object] = []
        asked: list[object] = []
        ends, units, looks = [0], [], []
        for order_id, order in zip(ids, orders, strict=True):
            of_order, marks = self._add_lines(order, order_id, 0, lines, asked)
            units.append(of_order)
            if marks is None:
                looks.append(self.fingerprint(order))
            else:
                looks.append(fingerprint_of_open(marks, only_open=self._only_open, unread=order.number in self.unread))
            ends.append(len(lines))
        facts, numbers = self._said(orders), [order.number for order in orders]
        self._came.count(facts["placed_at"], [(end - begin) // LINE_VALUES for begin, end in pairwise(ends)], units)
        self._greatest = max(self._greatest, *numbers)
        columns = (ids, numbers, ids, units, looks)
        names = ", ".join(facts)
        self._insert(
            f"INSERT INTO orders (id, number, family_id, units, fingerprint, status, source_id, {names}) VALUES",
            f"(?, ?, ?, ?, ?, 'Processing', {self._source}{', ?' * len(facts)})",
            list(chain.from_iterable(zip(*columns, *facts.values(), strict=True))),
        )
        self._insert_lines(lines)
        self._insert(*INSERT_ASKED, asked)

    def _said(self, orders: Sequence[ArrivingOrder]) -> dict[str, list[Any]]:
        """The columns of what the file says of orders, with a default where it says nothing.

        A column of which nothing is said is left out: the table has the same default.
        """
        columns = zip(*(order.said for order in orders), strict=True)
        said: dict[str, list[Any]] = {
            name: [default if it is None else it for it in column]
            for (name, default), column in zip(self._defaults.items(), columns, strict=True)
            if any(column)
        }
        return {"placed_at": [self._now] * len(orders)} | said

    def fingerprint(self, order: ArrivingOrder) -> int:
        """The look at an order in this file."""
        return fingerprint(order, only_open=self._only_open, unread=order.number in self.unread)

    def make_known(self, skus: Iterable[str]) -> None:
        """Add the SKUs that are not known yet."""
        for sku in skus:
            if sku not in self._products:
                self._add_product(sku, "")

    def known_before(self, number: str) -> Known | None:
        """The order of this number, if it was known before this import."""
        one = self._known([number]).get(number)
        return one if one and one.id < self._first else None

    def settle(self, policy: Policy, more: Sequence[More] = (), waiting: Iterable[SkuClaim] = ()) -> Settled:
        """Rule 1: in queue order, Processing if what is available covers every line, else Backorder.

        In the same queue stand what orders in Processing want `more`, and those `waiting` orders that may be covered
        now. The caller releases these.
        """
        self._off.put_lines()
        arrived = (self._first, self._next - 1)
        if self._emptied:
            self._db.execute(FORGET_GONE, arrived)
            gone = self._db.execute(f"DELETE FROM orders WHERE {GONE}", arrived)
            self._gone = gone.rowcount
        self._db.execute(COMPLETE, arrived)
        self._want_parts()
        before = self._waiting_claims(policy, waiting)
        also = self._more_claims(more)
        competing = self._db.execute(COMPETE, (json.dumps(self._contended([*before, *also])), *arrived)).rowcount
        new = _claims(self._db.execute(ARRIVED, arrived))
        queue = (claim for _, claim in merge(before, also, new, key=itemgetter(0)))
        served = [claim.order for claim in release(queue, policy)]
        orders = [one for one in served if isinstance(one, int)]
        covered = [one for one in orders if one in self.ids]
        self._db.executemany("UPDATE orders SET status = 'Processing' WHERE id = ?", [(one,) for one in covered])
        self._db.execute(ENQUEUE, arrived)
        self._allocate()
        if self.added:
            self._db.execute(EVENTS, (self._history.change_id, *arrived))
        backorder = competing - len(covered)
        processing = self.added - backorder
        if self._off:
            self._off.put_back()
            # No trigger has counted them; there were no others.
            self._db.executemany(COUNT, [(processing, Status.PROCESSING.value), (backorder, Status.BACKORDER.value)])
        return Settled(
            processing=processing,
            backorder=backorder,
            more=frozenset(one for one in served if isinstance(one, More)),
            released=tuple(one for one in orders if one not in self.ids),
        )

    def _want_parts(self) -> None:
        """What has arrived for kits is wanted of their parts from now on."""
        for kit, part, each in self._db.execute(KITS):
            self._kits.setdefault(kit, []).append((part, each))
        for kit, parts in self._kits.items():
            units, self._wanted[kit] = self._wanted.get(kit, 0), 0
            for part, each in parts:
                self._wanted[part] += each * units

    def _contended(self, before: Iterable[tuple[Place, ProductClaim]]) -> list[int]:
        """The products of which more is asked for, also by those that keep it, than there is, and the kits with one."""
        asked = Counter({product: units for product, units in self._wanted.items() if units})
        for _, claim in before:
            for product, units, _ in claim.wants:
                asked[product] += units
        if not asked:
            return []
        available = dict(self._db.execute("SELECT id, available FROM products"))
        short = {product for product, units in asked.items() if units > available[product]}
        return [*short, *(kit for kit, parts in self._kits.items() if any(part in short for part, _ in parts))]

    def _allocate(self) -> None:
        """Give the orders that are covered what they want: all that arrived, less what waits."""
        waits = dict(
            self._db.execute(
                "SELECT product_id, sum(quantity) FROM queue WHERE order_id BETWEEN ? AND ? GROUP BY product_id",
                (self._first, self._next - 1),
            )
        )
        self._db.executemany(
            "UPDATE products SET allocated = allocated + ? WHERE id = ?",
            [(units - waits.get(product, 0), product) for product, units in self._wanted.items() if units],
        )

    def _add_lines(
        self, order: ArrivingOrder, order_id: int, before: int, rows: list[object], asked: list[object]
    ) -> tuple[int, int | None]:
        """Lay the open lines with `rows`, numbered on from those `before`.

        The units of them all, and their marks for the look; None if a part of them is sent.
        """
        met, wanted, units, marks, any_sent = self._met, self._wanted, 0, 0, 0
        for line_no, (sku, quantity, name, sent, unsure, group) in enumerate(order.lines, before + 1):
            product, mark = met.get(sku) or self._meet(sku, name)
            if sent or unsure:
                any_sent = True
                quantity -= sent  # noqa: PLW2901 - what is open
                if not quantity:
                    continue
            rows += (order_id, line_no, product, quantity)
            if group:
                self._groups.append((group, order_id, line_no))
            wanted[product] += quantity
            units += quantity
            marks += mark * quantity
        if not any_sent:
            return units, marks
        for sku, said in exported_units(order.lines).items():
            if said.sent:
                asked += (order_id, self._products[sku], said.wanted, said.sent, said.sent, 0)
        return units, None

    def _append(self, order: ArrivingOrder, order_id: int) -> None:
        """Put the lines of an order that the file has come back to on that order."""
        ((last,),) = self._db.execute(
            "SELECT coalesce(max(line_no), 0) FROM order_lines WHERE order_id = ?", (order_id,)
        ).fetchall()
        lines: list[object] = []
        units, _ = self._add_lines(order, order_id, last, lines, [])
        self._insert_lines(lines)
        for sku, said in exported_units(order.lines).items():
            figures = {"family": order_id, "product": self._products[sku], "wanted": said.wanted, "sent": said.sent}
            if not self._db.execute(ASK_MORE, figures).rowcount and said.sent:
                self._db.execute(ASK_FIRST, figures)
        ((before,),) = self._db.execute("SELECT fingerprint FROM orders WHERE id = ?", (order_id,)).fetchall()
        self._db.execute(
            "UPDATE orders SET units = units + ?, fingerprint = ? WHERE id = ?",
            (units, joined(before, self.fingerprint(order)), order_id),
        )

    def _named_twice(self, order: ArrivingOrder, order_id: int, again: list[tuple[ArrivingOrder, int]]) -> None:
        """Another file of this import has brought the order: the later one holds, or the earlier one."""
        self.twice.append(order.number)
        if self._later_holds:
            self._again.add(order.number)
            self._empty(order_id)
            again.append((order, order_id))

    def _empty(self, order_id: int) -> None:
        """Take all lines off an order that has arrived; it is gone unless it gets others."""
        self._emptied = True
        rows = self._db.execute("SELECT product_id, quantity FROM order_lines WHERE order_id = ?", (order_id,))
        for product, quantity in rows.fetchall():
            self._wanted[product] -= quantity
        self._db.execute("DELETE FROM order_lines WHERE order_id = ?", (order_id,))
        self._db.execute("DELETE FROM shop_state WHERE family_id = ?", (order_id,))
        self._db.execute("UPDATE orders SET units = 0, fingerprint = 0 WHERE id = ?", (order_id,))

    def _waiting_claims(self, policy: Policy, tried: Iterable[SkuClaim]) -> list[tuple[Place, ProductClaim]]:
        """Those that waited before: the ones to be `tried` and, if stock is kept for others, these too."""
        claims = {tuple(claim.order): self._by_product(claim) for claim in tried if claim.tried}
        if policy.keeps:
            claims = {
                place: claims.get(place, claim) for place, claim in _claims(self._db.execute(WAITING), tried=False)
            }
        return list(claims.items())

    def _by_product(self, claim: SkuClaim) -> ProductClaim:
        wants = tuple((self._products[sku], units, available) for sku, units, available in claim.wants)
        return Claim(claim.order.order_id, wants)

    def _more_claims(self, more: Sequence[More]) -> list[tuple[Place, ProductClaim]]:
        """What orders in Processing want more, as claims with their places."""
        if not more:
            return []
        available = dict(self._db.execute("SELECT id, available FROM products"))
        claims: list[tuple[Place, ProductClaim]] = []
        for one in sorted(more):
            product = self._products[one.sku]
            parts = self._kits.get(product, [(product, 1)])
            wants = tuple((part, each * one.units, available.get(part, 0)) for part, each in parts)
            claims.append((tuple(one.key), Claim(one, wants)))
        return claims

    def _insert_lines(self, lines: list[object]) -> None:
        """Insert lines, and let those that the file puts into a group have it: few files do."""
        self._insert(*INSERT_LINES, lines)
        if self._groups:
            self._db.executemany(GROUP, self._groups)
            self._groups.clear()

    def _insert(self, into: str, row: str, values: list[object]) -> None:
        """Insert values that stand one row after the other."""
        width = row.count("?")
        step = ROWS_AT_ONCE * width
        for start in range(0, len(values), step):
            some = values[start : start + step]
            self._db.execute(_statement(into, row, len(some) // width), some)

    def _meet(self, sku: str, name: str) -> tuple[int, int]:
        """The id of a product that the files name for the first time, and its mark."""
        met = self._met[sku] = self._products.get(sku) or self._add_product(sku, name), mark_of(sku)
        return met

    def _add_product(self, sku: str, name: str) -> int:
        product, self._next_product = self._next_product, self._next_product + 1
        self._db.execute("INSERT INTO products (id, sku, name) VALUES (?, ?, ?)", (product, sku, name))
        self._products[sku], self._wanted[product] = product, 0
        self.new_skus.append(sku)
        return product

    def _known(self, numbers: list[str]) -> dict[str, Known]:
        if not any(number <= self._greatest for number in numbers):
            return {}
        marks = ",".join("?" * len(numbers))
        rows = self._db.execute(f"{LOOK_UP} WHERE number IN ({marks})", numbers)
        return {number: Known(*row) for number, *row in rows}

    def _next_id(self, table: str) -> int:
        (last,) = self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        return int(last) + 1


@lru_cache(maxsize=32)
def _statement(into: str, row: str, rows: int) -> str:
    return into + ",".join([row] * rows)


def _claims(rows: Iterable[tuple[Any, ...]], *, tried: bool = True) -> Iterator[tuple[Place, ProductClaim]]:
    """Rows of a place in the queue and a want, as the claims of orders with their places."""
    for place, wants in groupby(rows, key=itemgetter(0, 1, 2, 3)):
        yield place, Claim(place[3], tuple([want[4:] for want in wants]), tried)
