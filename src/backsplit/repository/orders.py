"""Orders as domain values: read one, some, or all of a status."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from backsplit.domain.orders import Holder, KitPart, Line, Order, Status, Tracking
from backsplit.domain.split import part_number
from backsplit.repository.policy import kept_for_earlier
from backsplit.values import NamedTuple


class Fact(NamedTuple):
    """Something that an order says of itself: the field of `Order`, and how it is read from its column."""

    field: str
    read: Callable[[Any], Any]
    column: str = ""  # where it is not called like the field
    selected: str = "o.{name}"  # the SQL that reads it, in a query of `orders o`
    value: str = ":{field}"  # the SQL that makes the column's value of the field's
    rewritten: bool = True  # when an order is written anew
    copied: bool = True  # to a part that is split from it

    @property
    def name(self) -> str:
        return self.column or self.field


def read_tracking(text: str | None) -> tuple[Tracking, ...]:
    """The labels of an order, of its column."""
    if not text:
        return ()
    return tuple(Tracking(*pair) for pair in json.loads(text))


FACTS = (
    Fact("placed_at", str),
    Fact("priority", int),
    Fact("customer", str),
    Fact("note", str),
    Fact("ship_complete", bool),
    Fact(
        "source",
        lambda name: name or "",
        column="source_id",
        selected="(SELECT name FROM sources WHERE id = o.source_id)",
        value="(SELECT id FROM sources WHERE name = :source)",
    ),
    Fact("pick", lambda number: number, column="pick_list", rewritten=False, copied=False),
    Fact("tracking", read_tracking, rewritten=False, copied=False),
    Fact(
        "until",
        lambda day: day,
        column="hold_until",
        value="CASE WHEN :status = 'On Hold' THEN :until END",
        copied=False,
    ),
)
REWRITTEN = tuple(fact for fact in FACTS if fact.rewritten)

# Lines and what they want off the shelf: of a kit its parts (rule 18). In a file without kits, each line costs a look
# into an empty table. A subquery of this would keep SQLite from choosing where to begin.
DEMANDING = "order_lines l LEFT JOIN kit_parts k ON k.kit_id = l.product_id"
DEMANDED, DEMANDED_UNITS = "coalesce(k.part_id, l.product_id)", "l.quantity * coalesce(k.quantity, 1)"

SELECTED = ", ".join(fact.selected.format(name=fact.name) for fact in FACTS)
REWRITTEN_VALUES = ", ".join(fact.value.format(field=fact.field) for fact in REWRITTEN)
REWRITTEN_COLUMNS = ", ".join(fact.name for fact in REWRITTEN)  # the columns that REWRITTEN_VALUES fills
COPIED = ", ".join(fact.name for fact in FACTS if fact.copied)  # from an order to its part


def rewritten_values(order: Order) -> dict[str, Any]:
    """The parameters of REWRITTEN_VALUES, by field."""
    return {fact.field: getattr(order, fact.field) for fact in REWRITTEN}


def facts(values: tuple[Any, ...]) -> dict[str, Any]:
    """The fields of an `Order`, of values in the order of FACTS."""
    return {fact.field: fact.read(value) for fact, value in zip(FACTS, values, strict=True)}


def json_array(values: Collection[str] | Collection[int]) -> str:
    """For SQLite's `json_each`. Ids need no module for it, which costs a split 2 %."""
    if all(isinstance(value, int) for value in values):
        return f"[{','.join(map(str, values))}]"
    return json.dumps(list(values))


NAMED = "SELECT number, placed_at FROM json_each(?) w CROSS JOIN orders o ON o.id = w.value ORDER BY w.key"
ORDER = f"""SELECT o.id, o.number, o.status, o.family_id,
  (SELECT number FROM orders origin WHERE origin.id = o.split_from),
  EXISTS (SELECT 1 FROM orders part WHERE part.split_from = o.id), {SELECTED}
FROM orders o"""
LINES = """SELECT sku, quantity, name, is_insert, line_no, available, {kept}, line_group,
  EXISTS (SELECT 1 FROM kit_parts WHERE kit_id = product_id)
FROM order_lines l JOIN products p ON p.id = product_id
WHERE order_id = ?1 ORDER BY line_no"""
KIT_PARTS = """SELECT line_no, sku, k.quantity, name, available, {kept}
FROM order_lines l CROSS JOIN kit_parts k ON kit_id = product_id JOIN products p ON p.id = part_id
WHERE order_id = ?1 ORDER BY line_no, place"""


class Reads(NamedTuple):
    """The statements that read the lines of an order, and the parts of those that are kits."""

    lines: str
    parts: str


WITHOUT_KEPT = Reads(LINES.format(kept="0"), KIT_PARTS.format(kept="0"))
LINES_OF = dict.fromkeys(Status, WITHOUT_KEPT)
LINES_OF[Status.BACKORDER] = Reads(
    LINES.format(kept=kept_for_earlier("l.product_id")),
    KIT_PARTS.format(kept=kept_for_earlier("k.part_id")),
)
PARCELS = """SELECT count(*) FROM orders WHERE id = ?1 AND status <> 'Cancelled'
UNION ALL SELECT count(*) FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL AND status <> 'Cancelled'"""
PARTS = "SELECT number FROM orders WHERE split_from = ? ORDER BY id"

# CROSS JOIN makes SQLite begin with the orders that are asked about.
MERGEABLE = """SELECT part.number FROM json_each(?1) CROSS JOIN orders part ON part.id = value
JOIN orders origin ON origin.id = part.split_from WHERE part.status = 'Processing' AND origin.status = 'Processing'
UNION SELECT part.number FROM json_each(?1) CROSS JOIN orders origin ON origin.id = value
JOIN orders part ON part.split_from = origin.id WHERE part.status = 'Processing' AND origin.status = 'Processing'"""

FREE_NUMBER = """WITH RECURSIVE taken (n) AS (
  SELECT 1 UNION ALL SELECT n + 1 FROM taken
  WHERE EXISTS (SELECT 1 FROM orders WHERE number = :start || n)
     OR EXISTS (SELECT 1 FROM events WHERE order_number = :start || n))
SELECT max(n) FROM taken"""

IS_KIT = itemgetter(-1)  # of a row of LINES
QUEUE_ORDER = "o.priority, o.placed_at, o.family_id, o.id"


SORTED = {
    "placed": "o.placed_at, o.id",
    "age": "o.placed_at DESC, o.id DESC",
    "customer": "o.customer = '', casefolded(o.customer), o.placed_at, o.id",
    "units": "(SELECT sum(quantity) FROM order_lines WHERE order_id = o.id) DESC, o.placed_at, o.id",
    "queue": QUEUE_ORDER,
}


class Which(NamedTuple):
    """Orders with this SKU, placed before one moment and not before another (ISO 8601 in UTC)."""

    sku: str | None = None
    placed_before: str | None = None
    placed_since: str | None = None
    sort: str | None = None  # a word of SORTED; without one the oldest first
    can_split: bool = False  # only those of which some line could be served: a split may divide them
    customer: str | None = None  # has this text, in whatever case
    split: bool = False  # only those of families that were split and of which something waits still


class Orders:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.create_function("casefolded", 1, str.casefold, deterministic=True)  # SQLite knows the case of ASCII alone
        self.unsettled = _none  # gives the ids of orders that have just arrived, and hold nothing yet

    def get(self, number: str) -> Order | None:
        """The order of exactly that number."""
        return next(self._read(f"{ORDER} WHERE o.number = ?", (number,)), None)

    def typed(self, number: str) -> Order | None:
        """The order that a user means: a leading `#` may be left out where no order has the number without."""
        return self.get(number) or self.get(f"#{number}")

    def by_status(self, status: Status, which: Which, limit: int | None = None) -> Iterator[Order]:
        """The orders of one status."""
        where, values = _filter(status, which)
        values.append(-1 if limit is None else limit)
        return self._read(f"{ORDER} WHERE {where} ORDER BY {SORTED[which.sort or 'placed']} LIMIT ?", values)

    def by_id(self, ids: Iterable[int]) -> list[Order]:
        return [order for order_id in ids for order in self._read(f"{ORDER} WHERE o.id = ?", (order_id,))]

    def without_kept(self, order_id: int) -> Order:
        """An order as if nothing were kept for those before it: its reader adds that up by itself."""
        (order,) = self._read(f"{ORDER} WHERE o.id = ?", (order_id,), WITHOUT_KEPT)
        return order

    def count(self, status: Status, which: Which) -> int:
        if which._replace(sort=None) == Which():
            return _number(self._db.execute("SELECT orders FROM order_counts WHERE status = ?", (status.value,)))
        where, values = _filter(status, which)
        return _number(self._db.execute(f"SELECT count(*) FROM orders o WHERE {where}", values))

    def in_queue(self, placed_before: str | None = None) -> list[int]:
        """The ids of every Backorder order, or of those that were placed before a moment, in queue order."""
        where, values = _filter(Status.BACKORDER, Which(placed_before=placed_before))
        rows = self._db.execute(f"SELECT o.id FROM orders o WHERE {where} ORDER BY {QUEUE_ORDER}", values)
        return [order_id for (order_id,) in rows]

    def named(self, ids: Iterable[int]) -> list[tuple[str, str]]:
        """The number of each of these orders, and when it was placed (ISO 8601 in UTC)."""
        return self._db.execute(NAMED, (json_array(list(ids)),)).fetchall()

    def family(self, order: Order) -> list[tuple[str, Status]]:
        """The numbers and statuses of all that came of the same arrival, the first original first."""
        rows = self._db.execute(
            "SELECT id, number, status FROM orders WHERE id = ?1"
            " UNION SELECT id, number, status FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL ORDER BY id",
            (order.family,),
        )
        return [(number, Status(status)) for _, number, status in rows]

    def parcels(self, order: Order) -> int:
        """How many orders the family has, cancelled ones aside."""
        (of_the_first,), (parts,) = self._db.execute(PARCELS, (order.family,))
        return int(of_the_first + parts)

    def members(self, family: int) -> tuple[Order, ...]:
        """All orders that came of the same arrival, the first original first."""
        rows = self._db.execute(
            "SELECT id FROM orders WHERE id = ?1"
            " UNION SELECT id FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL ORDER BY id",
            (family,),
        ).fetchall()
        return tuple(self.by_id(order_id for (order_id,) in rows))

    def free_part_number(self, order: Order, given: Collection[str] = ()) -> str:
        """The first number of the family that no order in the file has, and that is not `given` already."""
        root = order.number
        if order.family != order.id:
            (root,) = self._db.execute("SELECT number FROM orders WHERE id = ?", (order.family,)).fetchone()
        attempt = 1
        while (number := part_number(root, attempt)) in given or self.exists(number):
            attempt += 1
        return number

    def open_of_customer(self, customer: str) -> list[Order]:
        """The open orders of a customer, by exactly that name."""
        statuses = ("Backorder", "Processing", "On Hold")
        ids = [
            order_id
            for status in statuses
            for (order_id,) in self._db.execute(
                f"SELECT id FROM orders WHERE status = '{status}' AND customer = ? ORDER BY id", (customer,)
            )
        ]
        return self.by_id(ids)

    def one_with_hash(self) -> str | None:
        """The number of an order that begins with #, if any does."""
        row = self._db.execute("SELECT number FROM orders WHERE number > '#' AND number < '$' LIMIT 1").fetchone()
        return str(row[0]) if row else None

    def customers_that_wait(self) -> dict[str, str]:
        """The customer of each Backorder order that has one, by its number."""
        query = "SELECT number, customer FROM orders WHERE status = 'Backorder' AND customer <> ''"
        return dict(self._db.execute(query).fetchall())

    def customers_complete(self, customer: str) -> list[str]:
        """The numbers of the customer's open orders that ship complete."""
        return [order.number for order in self.open_of_customer(customer) if order.ship_complete] if customer else []

    def set_ship_complete(self, ids: Iterable[int], *, on: bool) -> None:
        self._db.executemany("UPDATE orders SET ship_complete = ? WHERE id = ?", [(on, order_id) for order_id in ids])

    def is_complete_customer(self, customer: str) -> bool:
        """Whether the customer's orders ship complete, those to come, too."""
        query = "SELECT 1 FROM ship_complete_customers WHERE customer = ?"
        return self._db.execute(query, (customer,)).fetchone() is not None

    def set_complete_customer(self, customer: str, *, on: bool) -> bool:
        """Whether orders of this customer that are to come ship complete; False if that was so already."""
        add = "INSERT INTO ship_complete_customers VALUES (?) ON CONFLICT DO NOTHING"
        remove = "DELETE FROM ship_complete_customers WHERE customer = ?"
        return bool(self._db.execute(add if on else remove, (customer,)).rowcount)

    def free_number(self, start: str) -> str:
        """The first of `start`1, `start`2, … that no order has, nor ever had."""
        row = self._db.execute(FREE_NUMBER, {"start": start}).fetchone()
        return f"{start}{row[0]}"

    def exists(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM orders WHERE number = ?", (number,)).fetchone() is not None

    def mergeable(self, ids: Collection[int]) -> list[str]:
        """The parts in Processing whose original is there too, where either is one of these orders."""
        rows = self._db.execute(MERGEABLE, (json_array(ids),)) if ids else ()
        return [number for (number,) in rows]

    def has_id(self, order_id: int) -> bool:
        return self._db.execute("SELECT 1 FROM orders WHERE id = ?", (order_id,)).fetchone() is not None

    def holders(self, sku: str) -> dict[int, Holder]:
        """The Processing orders that hold units of the SKU, also in kits, by their ids; the newest first.

        Read backwards only until all allocated units are found, so that a long history costs nothing.
        """
        product, allocated = self._db.execute("SELECT id, allocated FROM products WHERE sku = ?", (sku,)).fetchone()
        units: dict[int, Holder] = {}
        unsettled = self.unsettled()
        if allocated:
            is_part = self._db.execute("SELECT 1 FROM kit_parts WHERE part_id = ?", (product,)).fetchone()
            found = HOLDING_IN_KITS if is_part else HOLDING
            lines = self._db.execute(found, (product, unsettled.start, unsettled.stop - 1))
            for order_id, number, quantity in lines:
                before = units[order_id].quantity if order_id in units else 0
                units[order_id] = Holder(number, before + quantity)
                allocated -= quantity
                if not allocated:
                    break
        return units

    def _read(self, sql: str, values: Sequence[Any], reads: Reads | None = None) -> Iterator[Order]:
        """The orders that a query finds; `reads` finds the lines of each, if not the statements of its status."""
        for order_id, number, word, family, split_from, has_parts, *said in self._db.execute(sql, values):
            status = Status(word)
            parts = self._db.execute(PARTS, (order_id,)) if has_parts else ()
            yield Order(
                id=order_id,
                number=number,
                status=status,
                family=family,
                split_from=split_from,
                split_into=tuple([part for (part,) in parts]),
                lines=self._lines(order_id, number, reads or LINES_OF[status]),
                **facts(said),
            )

    def _lines(self, order_id: int, number: str, reads: Reads) -> tuple[Line, ...]:
        rows = self._db.execute(reads.lines, (order_id,)).fetchall()
        if not rows:  # never, unless another program took them away
            raise ValueError(f"{number} has no lines")
        lines = tuple(
            [
                Line(sku, quantity, name, bool(insert), position, available, kept, (), group)
                for sku, quantity, name, insert, position, available, kept, group, _ in rows
            ]
        )
        return self._with_parts(order_id, lines, reads) if any(map(IS_KIT, rows)) else lines

    def _with_parts(self, order_id: int, lines: Iterable[Line], reads: Reads) -> tuple[Line, ...]:
        """The lines of an order that has kits."""
        rows = self._db.execute(reads.parts, (order_id,))
        parts = {
            position: tuple([KitPart(*part) for _, *part in same])
            for position, same in groupby(rows, key=itemgetter(0))
        }
        return tuple([line.made_of(parts[line.position]) if line.position in parts else line for line in lines])


# The lines by which Processing orders hold a product, the newest first.
HOLDING = """SELECT o.id, o.number, l.quantity FROM order_lines l JOIN orders o ON o.id = l.order_id
WHERE l.product_id = ? AND o.status = 'Processing' AND l.order_id NOT BETWEEN ? AND ?
ORDER BY l.order_id DESC"""
HOLDING_IN_KITS = """SELECT o.id, o.number, l.quantity * w.quantity FROM (
  SELECT kit_id AS product_id, quantity FROM kit_parts WHERE part_id = ?1 UNION ALL SELECT ?1, 1) w
JOIN order_lines l ON l.product_id = w.product_id JOIN orders o ON o.id = l.order_id
WHERE o.status = 'Processing' AND l.order_id NOT BETWEEN ?2 AND ?3 ORDER BY l.order_id DESC"""
ANY_AVAILABLE = """EXISTS (
  SELECT 1 FROM queue w JOIN products p ON p.id = w.product_id WHERE w.order_id = o.id AND p.available > 0)"""
COULD_SPLIT = f" AND o.ship_complete = 0 AND {ANY_AVAILABLE}"

WAITS_IN_PARTS = """ AND o.family_id IN (
  SELECT part.family_id FROM orders part WHERE part.split_from IS NOT NULL AND (
    part.status IN ('Backorder', 'On Hold') OR EXISTS (
      SELECT 1 FROM orders one WHERE one.status IN ('Backorder', 'On Hold')
        AND (one.id = part.family_id OR one.family_id = part.family_id AND one.split_from IS NOT NULL))))"""


def _filter(status: Status, which: Which) -> tuple[str, list[Any]]:
    # The status is written out: only so can SQLite use an index that holds one status alone.
    where, values = f"o.status = '{status.value}'", []
    if which.sku is not None:
        where += (
            " AND o.id IN (SELECT order_id FROM order_lines WHERE product_id IN ("
            "SELECT id FROM products WHERE sku = ?1"
            " UNION SELECT kit_id FROM kit_parts JOIN products ON id = part_id WHERE sku = ?1))"
        )
        values.append(which.sku)
    if which.can_split:
        where += COULD_SPLIT
    if which.split:
        where += WAITS_IN_PARTS
    if which.customer is not None:
        where += " AND instr(casefolded(o.customer), ?) > 0"
        values.append(which.customer.casefold())
    if which.placed_before is not None:
        where += " AND o.placed_at < ?"
        values.append(which.placed_before)
    if which.placed_since is not None:
        where += " AND o.placed_at >= ?"
        values.append(which.placed_since)
    return where, values


def _none() -> range:
    return range(0)


def _number(cursor: sqlite3.Cursor) -> int:
    number: int = cursor.fetchone()[0]
    return number
