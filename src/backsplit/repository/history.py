"""The history: a row for every change, written in the transaction that makes it, never altered (rule 9)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from backsplit.domain.history import Done, Event, EventKind
from backsplit.repository.orders import json_array
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.orders import Order
    from backsplit.domain.undo import Before

EVENTS = """SELECT at, event, order_number, sku, quantity, coalesce(e.reason, c.reason), user, c.id, c.command
FROM events e JOIN changes c ON c.id = e.change_id"""
# The story of a SKU: its own events, and the events of every family in which it was ordered. A part that was merged
# back is found by the events in which it had the SKU.
OF_SKU = """e.id IN (
  WITH families AS (SELECT o.family_id FROM products p JOIN order_lines l ON l.product_id = p.id
                    JOIN orders o ON o.id = l.order_id WHERE p.sku = ?1)
  SELECT id FROM events WHERE sku = ?1
  UNION SELECT x.id FROM events x WHERE x.sku IS NULL AND x.order_number IN (
    SELECT number FROM orders WHERE id IN families
    UNION SELECT number FROM orders WHERE split_from IS NOT NULL AND family_id IN families
    UNION SELECT order_number FROM events WHERE sku = ?1))"""
# The same, asked of one event.
IS_OF_SKU = """(e.sku = ?1 OR e.sku IS NULL AND (
  EXISTS (SELECT 1 FROM events x WHERE x.order_number = e.order_number AND x.sku = ?1)
  OR EXISTS (SELECT 1 FROM products p JOIN orders o ON o.number = e.order_number WHERE p.sku = ?1 AND (
    EXISTS (SELECT 1 FROM order_lines WHERE order_id = o.family_id AND product_id = p.id)
    OR EXISTS (SELECT 1 FROM orders part JOIN order_lines ON order_id = part.id
               WHERE part.family_id = o.family_id AND part.split_from IS NOT NULL AND product_id = p.id)))))"""
LINES_OF_SKU = """SELECT count(*) FROM order_lines WHERE product_id = (SELECT id FROM products WHERE sku = ?)"""
READ_AT_ONCE = 1000  # order lines of a SKU, whose whole story is found at once

CHANGE = """SELECT c.id, at, command, reason, user, before, undoes, (SELECT id FROM changes u WHERE u.undoes = c.id)
FROM changes c"""
STANDS = "c.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM changes u WHERE u.undoes = c.id)"
# To tell a customer something changes no order.
TELLING = "event IN ('told', 'agreed')"
LAST_SINCE = f"""SELECT c.id, order_number FROM events e JOIN changes c ON c.id = e.change_id
WHERE order_number IN (SELECT value FROM json_each(?)) AND c.id > ? AND e.id >= ? AND {STANDS} AND {{which}}
ORDER BY e.id DESC LIMIT 1"""
CHANGED_SINCE = LAST_SINCE.format(which=f"NOT {TELLING}")
COUNTED_SINCE = f"""SELECT c.id, e.sku FROM events e JOIN changes c ON c.id = e.change_id
WHERE e.sku IN (SELECT value FROM json_each(?)) AND e.id >= ? AND event = 'counted' AND {STANDS}
ORDER BY e.id DESC LIMIT 1"""
NOT_COUNTED_SINCE = """SELECT value FROM json_each(?) WHERE (
  SELECT event FROM events WHERE sku = value AND event IN ('received', 'unreceived', 'adjusted', 'counted')
  ORDER BY id DESC LIMIT 1) <> 'counted'"""
TOLD_SINCE = f"""SELECT c.id, o.number FROM json_each(?) CROSS JOIN orders o ON o.number = value
JOIN orders root ON root.id = o.family_id JOIN changes c ON c.id = root.shop_changed_in
WHERE c.id > ? AND {STANDS} ORDER BY c.id DESC LIMIT 1"""

LEFT_BY = """SELECT event, change_id FROM events WHERE order_number = ? AND event IN ('shipped', 'sent-there')
ORDER BY id DESC LIMIT 1"""
KIT_CHANGED_AFTER = """SELECT change_id FROM events WHERE sku = ? AND event IN ('kit-made', 'kit-changed') AND id >= ?
ORDER BY id LIMIT 1"""


HELD_BECAUSE = f"""SELECT coalesce(e.reason, c.reason) FROM events e JOIN changes c ON c.id = e.change_id
WHERE order_number = ? AND event LIKE 'held%' AND {STANDS} ORDER BY e.id DESC LIMIT 1"""


class Entry(NamedTuple):
    """An event to be recorded. `reason` is None where the reason of the whole command says it."""

    event: EventKind
    order: str | None = None
    sku: str | None = None
    quantity: int | None = None
    reason: str | None = None


class Span(NamedTuple):
    """Which events of the history: at most `limit` of those since the change of that number, the first or the last."""

    limit: int | None = None
    change: int = 0
    first: bool = False


ALL = Span()


class History:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._command = ("", "", "", "")
        self._change_id: int | None = None

    def begin(self, at: str, command: str, reason: str, user: str) -> None:
        """Name the command that the next events belong to; it leaves no trace if there are none."""
        self._command = (at, command, reason, user)
        self._change_id = None

    def because(self, reason: str) -> None:
        """The reason of the command, where it is known only after its beginning."""
        at, command, _, user = self._command
        self._command = (at, command, reason, user)

    @property
    def begun(self) -> int | None:
        """The number of this change, if anything of it is in the history."""
        return self._change_id

    @property
    def change_id(self) -> int:
        """The number of this change, which is in the history from now on."""
        if self._change_id is None:
            row = self._db.execute(
                "INSERT INTO changes (at, command, reason, user) VALUES (?, ?, ?, ?) RETURNING id", self._command
            ).fetchone()
            self._change_id = int(row[0])
        return self._change_id

    def keep_before(self, before: Before) -> None:
        """Keep with this change what its events do not say and its undo needs, or the command that does it again."""
        self._db.execute("UPDATE changes SET before = ? WHERE id = ?", (json.dumps(before), self.change_id))

    def keep_undone(self, number: int) -> None:
        """Say that this change takes back that one."""
        self._db.execute("UPDATE changes SET undoes = ? WHERE id = ?", (number, self.change_id))

    def record(self, entries: Iterable[Entry]) -> None:
        rows = [(event.word, *of_what) for event, *of_what in entries]
        if rows:
            self._db.executemany(
                "INSERT INTO events (event, order_number, sku, quantity, reason, change_id)"
                f" VALUES (?, ?, ?, ?, ?, {self.change_id})",
                rows,
            )

    def of_order(self, number: str, span: Span = ALL) -> list[Event]:
        """Events of an order, the oldest first; also of a part that was merged back."""
        return self._some("e.order_number = ?1", [number], span)

    def of_family(self, family: int) -> list[Event]:
        """Events of an order and of all parts of it that are there, the oldest first."""
        return self._some(
            "e.order_number IN (SELECT number FROM orders WHERE id = ?1"
            " UNION ALL SELECT number FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL)",
            [family],
            ALL,
        )

    def of_sku(self, sku: str, span: Span = ALL) -> list[Event]:
        """Events of a SKU and of the orders that held it, the oldest first.

        The last of a SKU that many orders hold are most often not far back: they are looked for one by one, among as
        many events as there are such lines.
        """
        ((lines,),) = self._db.execute(LINES_OF_SKU, (sku,)).fetchall()
        if span.limit is not None and not span.first and lines > READ_AT_ONCE:
            found = self._some(f"e.id > {self._last_event() - lines:d} AND {IS_OF_SKU}", [sku], span)
            if len(found) == span.limit:
                return found
        return self._some(OF_SKU, [sku], span)

    def of_both(self, number: str, sku: str, span: Span = ALL) -> list[Event]:
        """Those of the order's events that belong to the story of the SKU."""
        return self._some(f"e.order_number = ?2 AND {IS_OF_SKU}", [sku, number], span)

    def held_because(self, order: Order) -> str:
        """Why an order is on hold; blank where nobody said why."""
        row = self._db.execute(HELD_BECAUSE, (order.number,)).fetchone()
        said = str(row[0] or "") if row else ""
        return said.removeprefix(f"until {order.until}").removeprefix(", ")

    def all(self, span: Span = ALL) -> list[Event]:
        return self._some("true", [], span)

    def first_change_since(self, at: str) -> int:
        """The number of the first change that was made at this moment (ISO 8601 in UTC) or later."""
        row = self._db.execute("SELECT id FROM changes WHERE at >= ? ORDER BY id LIMIT 1", (at,)).fetchone()
        if row is None:
            row = self._db.execute("SELECT coalesce(max(id), 0) + 1 FROM changes").fetchone()
        return int(row[0])

    def knows_order(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM events WHERE order_number = ?", (number,)).fetchone() is not None

    def change(self, number: int) -> Done | None:
        return self._change("c.id = ?", number)

    def last_change(self, commands: Collection[str] | None = None) -> Done | None:
        """The last change that stands: neither undone nor an undo; of these commands, if any are given."""
        of_these = "true" if commands is None else "c.command IN (SELECT value FROM json_each(?))"
        values = [] if commands is None else [json_array(commands)]
        return self._change(f"{STANDS} AND {of_these}", *values)

    def that_stand(self, commands: Collection[str], most: int) -> list[Done]:
        """The last changes that stand, of these commands, the newest first."""
        of_these = f"{STANDS} AND c.command IN (SELECT value FROM json_each(?))"
        return self._changes(of_these, (json_array(commands),), most)

    def shipped_here(self, shipped: Iterable[str]) -> bool:
        """Whether any of these Shipped orders was shipped from here, and not by the shop."""
        found = (self._db.execute(LEFT_BY, (number,)).fetchone() for number in shipped)
        return any(left is not None and left[0] == EventKind.SHIPPED.word for left in found)

    def left_in(self, number: str) -> int | None:
        """The number of the change in which units of an order left last; None if they never did."""
        row = self._db.execute(LEFT_BY, (number,)).fetchone()
        return int(row[1]) if row else None

    def kit_changed_after(self, sku: str, number: int) -> Done | None:
        """The first change after this one in which a SKU became a kit, got other parts, or was no kit any more."""
        row = self._db.execute(KIT_CHANGED_AFTER, (sku, self.first_event(number + 1))).fetchone()
        return self.change(row[0]) if row else None

    def changed_since(self, number: int, orders: Collection[str]) -> tuple[str, Done] | None:
        """The last change after this one, and still standing, that did something to one of the orders."""
        named, begin = json_array(orders), self.first_event(number + 1)
        row = self._db.execute(CHANGED_SINCE, (named, number, begin)).fetchone()
        told = self._db.execute(TOLD_SINCE, (named, number)).fetchone()
        last = max((found for found in (row, told) if found), default=None)
        if last is None:
            return None
        change = self.change(last[0])
        if change is None:
            raise sqlite3.DatabaseError(f"the change {last[0]} is missing")
        return last[1], change

    def told_since(self, number: int, orders: Collection[str]) -> Done | None:
        """The last change after this one, and still standing, that noted what one of the customers was told."""
        values = (json_array(orders), number, self.first_event(number + 1))
        row = self._db.execute(LAST_SINCE.format(which=TELLING), values).fetchone()
        return self.change(row[0]) if row else None

    def counted_since(self, number: int, skus: Collection[str]) -> tuple[str, Done] | None:
        """The last count after this change, and still standing, of one of the SKUs."""
        row = self._db.execute(COUNTED_SINCE, (json_array(skus), self.first_event(number + 1))).fetchone()
        change = self.change(row[0]) if row else None
        return (row[1], change) if change else None

    def not_counted_since(self, skus: Collection[str]) -> list[str]:
        """Those of the SKUs that were received or corrected after they were last counted."""
        return [sku for (sku,) in self._db.execute(NOT_COUNTED_SINCE, (json_array(skus),)).fetchall()]

    def of_change(self, number: int) -> list[Event]:
        """The events of one change, in their order."""
        rows = self._db.execute(
            f"{EVENTS} WHERE e.id >= ? AND e.id < ? ORDER BY e.id",
            (self.first_event(number), self.first_event(number + 1)),
        )
        return [Event(*row) for row in rows]

    def named_in(self, number: int, most: int) -> list[str]:
        """The orders, else the SKUs, that the first events of a change name; `most`, and one more if there are more."""
        rows = self._db.execute(
            "SELECT DISTINCT coalesce(order_number, sku) FROM"
            " (SELECT order_number, sku FROM events WHERE id >= ? AND change_id = ? ORDER BY id LIMIT ?) LIMIT ?",
            (self.first_event(number), number, 20 * most, most + 1),
        )
        return [name for (name,) in rows if name]

    def _last_event(self) -> int:
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
        return int(last)

    def first_event(self, number: int) -> int:
        """The id of the first event of this change or of a later one. The numbers of changes rise with the ids of their
        events, so that the history needs no index of them."""
        low, high = 1, self._last_event() + 1
        while low < high:
            middle = (low + high) // 2
            (change,) = self._db.execute(
                "SELECT change_id FROM events WHERE id >= ? ORDER BY id LIMIT 1", (middle,)
            ).fetchone()
            low, high = (middle + 1, high) if change < number else (low, middle)
        return low

    def _change(self, where: str, *values: Any) -> Done | None:
        return next(iter(self._changes(where, values, 1)), None)

    def _changes(self, where: str, values: Sequence[Any], most: int) -> list[Done]:
        """At most so many, the newest first."""
        rows = self._db.execute(f"{CHANGE} WHERE {where} ORDER BY c.id DESC LIMIT {most:d}", values).fetchall()
        if not rows:
            return []
        return [
            Done(number, at, command, reason, user, json.loads(before or "null"), undoes, undone_by)
            for number, at, command, reason, user, before, undoes, undone_by in rows
        ]

    def _some(self, where: str, values: list[Any], span: Span) -> list[Event]:
        count = -1 if span.limit is None else span.limit
        after = f"e.id >= {self.first_event(span.change):d} AND " if span.change else ""
        way = "ASC" if span.first else "DESC"
        rows = self._db.execute(f"{EVENTS} WHERE {after}{where} ORDER BY e.id {way} LIMIT {count:d}", values).fetchall()
        return [Event(*row) for row in (rows if span.first else reversed(rows))]
