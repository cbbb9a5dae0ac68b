"""The Backorder orders in queue order: those that a sweep looks at, and those that are read one after the other."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from backsplit.domain.kits import Recipe, in_parts
from backsplit.domain.orders import Policy, QueueKey, Status
from backsplit.domain.queue import Claim, Want
from backsplit.repository.orders import json_array

if TYPE_CHECKING:
    from backsplit.domain.orders import Line, Order
    from backsplit.repository.orders import Orders


SkuClaim = Claim[QueueKey, str]

FIRST = QueueKey(0, "", 0, 0)  # before every place in the queue
KEY = "w.priority, w.placed_at, w.family_id, w.order_id"
# Only orders that no SKU is too short for by itself: the rule decides among these, in their order. The others are
# left out here, so that a SKU for which many wait in vain costs one look-up for each of them.
CANDIDATES = f"""SELECT {{distinct}} {KEY}
FROM queue w JOIN products p ON p.id = w.product_id
WHERE {{products}} AND w.quantity <= p.available
  AND NOT EXISTS (SELECT 1 FROM queue x JOIN products q ON q.id = x.product_id
                  WHERE x.order_id = w.order_id AND x.quantity > q.available)
ORDER BY {KEY}"""
OF_ONE = CANDIDATES.format(distinct="", products="w.product_id = (SELECT id FROM products WHERE sku = ?)")
OF_SEVERAL = CANDIDATES.format(
    distinct="DISTINCT",
    products="w.product_id IN (SELECT id FROM products WHERE sku IN (SELECT value FROM json_each(?)))",
)
MADE_OF = """SELECT p.sku, coalesce(k.quantity, 1), p.available
FROM products own LEFT JOIN kit_parts k ON k.kit_id = own.id JOIN products p ON p.id = coalesce(k.part_id, own.id)
WHERE own.sku = ? ORDER BY k.place"""
# json_each would load a module of Python's for the one SKU that most commands ask for.
RECIPES = """SELECT kit.sku, part.sku, quantity FROM products kit CROSS JOIN kit_parts ON kit_id = kit.id
CROSS JOIN products part ON part.id = part_id WHERE kit.sku IN ({skus}) ORDER BY kit_id, place"""
AT_ONCE = 500  # SKUs of which the recipes are looked up together
WANTS = """SELECT sku, quantity, available FROM queue JOIN products ON id = product_id WHERE order_id = ?"""
WAITING_FOR_ONE = f"""SELECT {KEY}, w.quantity FROM queue w
WHERE w.product_id = (SELECT id FROM products WHERE sku = ?) ORDER BY {KEY}"""
UP_TO = f"""SELECT {KEY}, p.sku, w.quantity, p.available
FROM queue w JOIN products p ON p.id = w.product_id
WHERE w.product_id IN (SELECT id FROM products WHERE sku IN (SELECT value FROM json_each(?)))
  AND (w.priority, w.placed_at, w.family_id, w.order_id) <= (?, ?, ?, ?) ORDER BY {KEY}"""


class Queue:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def available(self, skus: Collection[str]) -> dict[str, int]:
        """Available units of each of these SKUs, and of the parts of a kit instead of the kit."""
        return {part: units for sku in skus for part, _, units in self._db.execute(MADE_OF, (sku,))}

    def recipes(self, skus: Iterable[str]) -> dict[str, Recipe]:
        """Of those of the SKUs that are kits, their parts with the units of each in one kit (rule 18)."""
        named = [*skus]
        made_of: dict[str, dict[str, int]] = {}
        for start in range(0, len(named), AT_ONCE):
            some = named[start : start + AT_ONCE]
            for kit, part, each in self._db.execute(RECIPES.format(skus=", ".join("?" * len(some))), some):
                made_of.setdefault(kit, {})[part] = each
        return {**made_of}

    def in_parts(self, units: Mapping[str, int]) -> Counter[str]:
        """Units per SKU that are wanted off the shelf: the parts of kits instead of kits."""
        return in_parts(units, self.recipes(units))

    def owed(self) -> dict[str, int]:
        """Units of each SKU that the queue wants."""
        rows = self._db.execute(
            "SELECT sku, sum(quantity) FROM queue JOIN products ON id = product_id GROUP BY product_id"
        )
        return dict(rows)

    def free(self, skus: Collection[str], key: QueueKey, policy: Policy) -> dict[str, int]:
        """Available units of each of these SKUs that are not kept for orders before that place in the queue.

        Of a kit, those of its parts instead.
        """
        return {
            sku: max(0, available - (self.wanted_before(sku, key) if policy.keeps else 0))
            for sku, available in self.available(skus).items()
        }

    def claims(self, touched: Mapping[str, int], policy: Policy) -> Iterator[SkuClaim]:
        """The orders that a sweep over the `touched` SKUs must look at, in queue order.

        These are the orders that could be covered and, where the policy keeps stock for earlier orders, those
        before them that want any of the same SKUs.
        """
        if policy.keeps:
            return self._claims_with_those_before(touched)
        return (Claim(key, self._wants(key)) for key in self._candidates(touched))

    def before(self, sku: str, key: QueueKey, limit: int | None = None) -> list[QueueKey]:
        """The orders that wait for the SKU and stand before that place in the queue."""
        rows = self._db.execute(
            f"SELECT {KEY} FROM queue w WHERE w.product_id = (SELECT id FROM products WHERE sku = ?)"
            f" AND (w.priority, w.placed_at, w.family_id, w.order_id) < (?, ?, ?, ?) ORDER BY {KEY} LIMIT ?",
            (sku, *key, -1 if limit is None else limit),
        )
        return [QueueKey(*row) for row in rows]

    def wanted_before(self, sku: str, key: QueueKey, since: QueueKey | None = None) -> int:
        """Units of the SKU that orders want which stand before that place in the queue, and not before `since`."""
        ((units,),) = self._db.execute(
            "SELECT coalesce(sum(quantity), 0) FROM queue w"
            " WHERE w.product_id = (SELECT id FROM products WHERE sku = ?)"
            " AND (w.priority, w.placed_at, w.family_id, w.order_id) < (?, ?, ?, ?)"
            " AND (w.priority, w.placed_at, w.family_id, w.order_id) >= (?, ?, ?, ?)",
            (sku, *key, *(since or FIRST)),
        )
        return int(units)

    def _candidates(self, touched: Mapping[str, int]) -> Iterator[QueueKey]:
        if len(touched) == 1:  # read in the order of the index, so that it can stop early
            rows = self._db.execute(OF_ONE, tuple(touched))
        else:
            rows = self._db.execute(OF_SEVERAL, (json_array(touched),))
        return (QueueKey(*row) for row in rows)

    def _wants(self, key: QueueKey) -> tuple[Want[str], ...]:
        return tuple(self._db.execute(WANTS, (key.order_id,)))

    def _claims_with_those_before(self, touched: Mapping[str, int]) -> Iterator[SkuClaim]:
        within_reach = {key: self._wants(key) for sku, left in touched.items() for key in self._within_reach(sku, left)}
        skus = {sku for wants in within_reach.values() for sku, _, _ in wants}
        if not skus:
            return
        rows = self._db.execute(UP_TO, (json_array(skus), *max(within_reach)))
        for key, lines in groupby(rows, key=itemgetter(0, 1, 2, 3)):
            place = QueueKey(*key)
            if place in within_reach:
                yield Claim(place, within_reach[place])
            else:
                yield Claim(place, tuple([line[4:] for line in lines]), tried=False)

    def _within_reach(self, sku: str, left: int) -> Iterator[QueueKey]:
        """The orders up to which `left` units last if everyone in the queue is served in turn."""
        for *key, quantity in self._db.execute(WAITING_FOR_ONE, (sku,)):
            left -= quantity
            if left < 0:
                return
            yield QueueKey(*key)


class QueueReader:
    """Where they come in queue order, each row of the queue is added up once, however many orders are read.

    That holds while what an order wants is changed at its place or behind it, as by splits.
    """

    def __init__(self, orders: Orders, queue: Queue, policy: Policy, *, many: bool = False) -> None:
        """`many`: so many orders are read that it pays to add up the whole queue first."""
        self._orders, self._queue, self._policy = orders, queue, policy
        self._at_most = queue.owed() if many else None  # splits only take from the queue
        self._counted: dict[str, tuple[QueueKey, int]] = {}
        self._last: QueueKey | None = None

    def order(self, order_id: int) -> Order:
        """An order, with what is kept for those before it if it waits (rule 5)."""
        order = self._orders.without_kept(order_id)
        if not self._policy.keeps or order.status is not Status.BACKORDER:
            return order
        return order._replace(lines=tuple([self._with_kept(line, order.queue_key) for line in order.lines]))

    def _with_kept(self, line: Line, place: QueueKey) -> Line:
        if line.parts:
            kept = [min(part.available, self._wanted(part.sku, place)) for part in line.parts]
            parts = [part._replace(kept=units) for part, units in zip(line.parts, kept, strict=True)]
            return line.made_of(tuple(parts))
        return line._replace(kept=min(line.available, self._wanted(line.sku, place)))

    def want_more(self, sku: str, units: int, place: QueueKey) -> bool:
        """Whether the orders before a place want more than so many units."""
        if self._at_most is not None and self._at_most.get(sku, 0) <= units:
            return False
        return self._wanted(sku, place) > units

    def _wanted(self, sku: str, place: QueueKey) -> int:
        if self._last is not None and place < self._last:
            self._counted.clear()
        self._last = place
        since, units = self._counted.get(sku, (None, 0))
        if since != place:
            units += self._queue.wanted_before(sku, place, since)
            self._counted[sku] = (place, units)
        return units
