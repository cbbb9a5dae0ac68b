"""Rule 20: what shipped here and the shop does not know, what files have told it, and the labels of parcels."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from backsplit.domain.orders import Tracking
from backsplit.domain.shop_updates import Shipment
from backsplit.domain.sync import ShopState
from backsplit.repository.orders import json_array, read_tracking
from backsplit.values import NamedTuple

# The families of which something shipped here and the shop has not said that it knows all of it, where there is a shop.
FAMILIES = """WITH
families AS MATERIALIZED (
  SELECT DISTINCT o.family_id FROM to_mark JOIN orders o ON o.id = order_id WHERE o.source_id IS NOT NULL{which}),
members AS MATERIALIZED (
  SELECT family_id, family_id AS id FROM families
  UNION ALL SELECT f.family_id, o.id FROM families f JOIN orders o ON o.family_id = f.family_id
  WHERE o.split_from IS NOT NULL)
"""
# Of these families the shop has said nothing since they came in, and no file has told it anything.
TOLD = "SELECT told.family_id FROM told_units t JOIN orders told ON told.id = t.order_id"
STATED = "SELECT 1 FROM shop_state s WHERE s.family_id = o.family_id"
UNTOLD = f" AND NOT EXISTS ({STATED}) AND o.family_id NOT IN ({TOLD})"
OTHERS = f" AND (EXISTS ({STATED}) OR o.family_id IN ({TOLD}))"
AMOUNT_UNTOLD = f"""{FAMILIES.format(which=UNTOLD)} SELECT count(DISTINCT m.family_id), coalesce(sum(quantity), 0)
FROM members m JOIN orders o ON o.id = m.id JOIN order_lines l ON l.order_id = o.id WHERE o.status = 'Shipped'"""

LINES = """{families} SELECT m.family_id, m.id, sku, quantity, {told}
FROM members m JOIN order_lines l ON l.order_id = m.id JOIN products p ON p.id = l.product_id
LEFT JOIN told_units t ON t.order_id = m.id AND t.product_id = l.product_id ORDER BY m.family_id, m.id, line_no"""
TOLD_UNITS = "coalesce(t.units, 0)"
# What a file told before the last look at the shop has not reached it, if it does not know it by now.
TOLD_SINCE = "CASE WHEN t.is_seen THEN 0 ELSE coalesce(t.units, 0) END"
# The event by which an order became Shipped is the last of its kind.
ORDERS = """{families} SELECT m.id, o.number, o.tracking, coalesce(at, placed_at), coalesce(event = 'sent-there', 0)
FROM members m JOIN orders o ON o.id = m.id
LEFT JOIN events e ON e.id = (
  SELECT max(id) FROM events WHERE order_number = o.number AND event IN ('shipped', 'sent-there'))
LEFT JOIN changes c ON c.id = e.change_id WHERE o.status = 'Shipped'"""
ROOTS = """{families} SELECT f.family_id, number, name FROM families f JOIN orders o ON o.id = f.family_id
JOIN sources s ON s.id = o.source_id"""
OPEN = """{families} SELECT DISTINCT m.family_id FROM members m JOIN orders o ON o.id = m.id
WHERE o.status IN ('Backorder', 'Processing', 'On Hold')"""
STATES = """{families} SELECT f.family_id, sku, wanted, sent, sent_by_shop
FROM families f JOIN shop_state a ON a.family_id = f.family_id JOIN products p ON p.id = product_id"""


class ShippedFamily(NamedTuple):
    """A family of which something shipped here: all units on its lines, and what is noted of the shop's state.

    `is_open`: something of it is still to be sent from here.
    """

    number: str
    source: str
    shipments: tuple[Shipment, ...]
    lines: dict[str, int]
    states: dict[str, ShopState]
    is_open: bool = False


class ShopUpdates:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def any(self) -> bool:
        """Whether anything has shipped here that the shop may not know."""
        return self._db.execute("SELECT 1 FROM to_mark LIMIT 1").fetchone() is not None

    def amount_untold(self) -> tuple[int, int]:
        """How many families, and units, have shipped of which the shop has said nothing, and no file has told it.

        All of it is to be marked. Where no shop is followed, this is all that ever shipped.
        """
        ((families, units),) = self._db.execute(AMOUNT_UNTOLD).fetchall()
        return int(families), int(units)

    def families(self, *, only_others: bool = False) -> Iterator[ShippedFamily]:
        """Every family that a shop brought and of which it may not know all that shipped, by arrival.

        `only_others`: without those of `amount_untold`; and of what files told only that which they told since the last
        look at the shop.
        """
        told_units = TOLD_SINCE if only_others else TOLD_UNITS
        families = FAMILIES.format(which=OTHERS if only_others else "")
        shipped = {order_id: row for order_id, *row in self._db.execute(ORDERS.format(families=families))}
        states: dict[int, dict[str, ShopState]] = {}
        for family, sku, wanted, sent, sent_by_shop in self._db.execute(STATES.format(families=families)):
            states.setdefault(family, {})[sku] = ShopState(wanted, sent, sent_by_shop)
        roots = {
            family: (number, source) for family, number, source in self._db.execute(ROOTS.format(families=families))
        }
        is_open = {family for (family,) in self._db.execute(OPEN.format(families=families))}
        for family, rows in groupby(self._db.execute(LINES.format(families=families, told=told_units)), itemgetter(0)):
            lines: dict[str, int] = {}
            shipments = []
            for order_id, of_order in groupby(rows, itemgetter(1)):
                units: dict[str, int] = {}
                told: dict[str, int] = {}
                for _, _, sku, quantity, of_sku in of_order:
                    units[sku] = units.get(sku, 0) + quantity
                    lines[sku] = lines.get(sku, 0) + quantity
                    if of_sku:
                        told[sku] = min(of_sku, units[sku])
                if order_id in shipped:
                    number, tracking, at, by_shop = shipped[order_id]
                    shipment = Shipment(number, at, units, read_tracking(tracking), told, bool(by_shop), order_id)
                    shipments.append(shipment)
            of_shop = states.get(family, {})
            yield ShippedFamily(*roots[family], tuple(shipments), lines, of_shop, family in is_open)

    def track(self, labels: Mapping[int, Sequence[Tracking]]) -> None:
        """Note the labels with which orders shipped, by their ids."""
        rows = [(json.dumps(of_order), order_id) for order_id, of_order in labels.items()]
        self._db.executemany("UPDATE orders SET tracking = ? WHERE id = ?", rows)

    def tell(self, order_id: int, sku: str, units: int) -> None:
        """Note that a file has told the shop of so many more units of a Shipped order."""
        self._db.execute(
            "INSERT INTO told_units SELECT ?, id, ?, 0 FROM products WHERE sku = ?"
            " ON CONFLICT DO UPDATE SET units = units + excluded.units, is_seen = 0",
            (order_id, units, sku),
        )

    def looked_at(self, sources: Collection[int]) -> None:
        """Note a look at these shops: what files told before has reached them now, or has not."""
        self._db.execute(
            "UPDATE told_units SET is_seen = 1 WHERE is_seen = 0"
            " AND order_id IN (SELECT id FROM orders WHERE source_id IN (SELECT value FROM json_each(?)))",
            (json_array(sources),),
        )

    def untell(self, number: str, sku: str, units: int) -> None:
        """Take that back, of the order of this number."""
        told = (
            "order_id = (SELECT id FROM orders WHERE number = ?)"
            " AND product_id = (SELECT id FROM products WHERE sku = ?)"
        )
        self._db.execute(f"DELETE FROM told_units WHERE {told} AND units <= ?", (number, sku, units))
        self._db.execute(f"UPDATE told_units SET units = units - ? WHERE {told}", (units, number, sku))
