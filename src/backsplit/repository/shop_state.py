"""Rule 11: what the shop asked for and had sent at the last look."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping

from backsplit.domain.sync import ShopState
from backsplit.repository.orders import json_array
from backsplit.values import NamedTuple

OF_FAMILY = """SELECT sku, wanted, sent, sent_by_shop, wanted_not_on_lines, assumed_sent,
  no_longer_wanted FROM shop_state JOIN products ON id = product_id WHERE family_id = ?"""
WRITE = """INSERT INTO shop_state (family_id, product_id, wanted, sent, sent_by_shop, wanted_not_on_lines, assumed_sent,
  no_longer_wanted)
SELECT ?, id, ?, ?, ?, ?, ?, ? FROM products WHERE sku = ?"""


OPEN_OF_SOURCES = """SELECT id, number, source_id FROM orders
WHERE source_id IN (SELECT value FROM json_each(?)) AND id IN (
  SELECT family_id FROM orders WHERE status = 'Backorder'
  UNION SELECT family_id FROM orders WHERE status = 'Processing'
  UNION SELECT family_id FROM orders WHERE status = 'On Hold')
ORDER BY priority, placed_at, id"""
UNMARKED = "SELECT family_id FROM to_mark JOIN orders ON id = order_id GROUP BY family_id"
UNMARK = "INSERT OR IGNORE INTO to_mark SELECT id FROM orders WHERE family_id = ? AND status = 'Shipped'"
MARKED = """DELETE FROM to_mark WHERE order_id = ?1 OR order_id IN (
  SELECT id FROM orders WHERE family_id = ?1 AND split_from IS NOT NULL)"""
SKUS_OF_FAMILY = """SELECT sku FROM shop_state JOIN products ON id = product_id WHERE family_id = ?1
UNION SELECT sku FROM order_lines JOIN products ON id = product_id WHERE order_id = ?1
UNION SELECT sku FROM orders o JOIN order_lines ON order_id = o.id JOIN products p ON p.id = product_id
  WHERE o.family_id = ?1 AND o.split_from IS NOT NULL"""
CALLED_SENT = """SELECT DISTINCT family_id FROM shop_state WHERE sent > 0 AND (
  EXISTS (SELECT 1 FROM orders WHERE id = shop_state.family_id AND status = 'Shipped')
  OR EXISTS (SELECT 1 FROM orders p WHERE p.family_id = shop_state.family_id AND split_from IS NOT NULL
             AND status = 'Shipped'))"""


class Root(NamedTuple):
    """The order by which the shop knows a family."""

    id: int
    number: str
    source: int


class ShopStateTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, family: int) -> dict[str, ShopState]:
        """What is noted of a family, by SKU. Where nothing is, its lines are what the shop asked for."""
        return {sku: ShopState(*figures) for sku, *figures in self._db.execute(OF_FAMILY, (family,))}

    def write(self, family: int, shop_state: Mapping[str, ShopState]) -> None:
        """Note these figures of a family, and nothing else; what its lines say anyway is not noted."""
        self._db.execute("DELETE FROM shop_state WHERE family_id = ?", (family,))
        self._db.executemany(
            WRITE,
            [
                (family, *state, sku)
                for sku, state in shop_state.items()
                if state.sent or state.sent_by_shop or state.wanted_not_on_lines
            ],
        )

    def note_change(self, family: int, change: int) -> None:
        """Note the change in which the shop said something new of a family."""
        self._db.execute("UPDATE orders SET shop_changed_in = ? WHERE id = ?", (change, family))

    def set_fingerprint(self, family: int, fingerprint: int | None, source: int | None) -> None:
        """Note the look at a family in the file of that source; an order that was typed in is that shop's now."""
        self._db.execute(
            "UPDATE orders SET fingerprint = ?, source_id = coalesce(source_id, ?) WHERE id = ?",
            (fingerprint, source, family),
        )
        self._db.execute(
            "UPDATE orders SET source_id = ? WHERE family_id = ? AND split_from IS NOT NULL AND source_id IS NULL",
            (source, family),
        )

    def fingerprint_of(self, family: int) -> int | None:
        """The last look at a family."""
        ((fingerprint,),) = self._db.execute("SELECT fingerprint FROM orders WHERE id = ?", (family,)).fetchall()
        return None if fingerprint is None else int(fingerprint)

    def open_of(self, sources: Collection[int]) -> Iterator[Root]:
        """The families of these sources that have something open, in queue order."""
        rows = self._db.execute(OPEN_OF_SOURCES, (json_array(sorted(sources)),))
        return map(Root._make, rows)

    def unmarked(self) -> list[int]:
        """The families of which something shipped here that the shop has not said to know of."""
        return [family for (family,) in self._db.execute(UNMARKED)]

    def mark(self, family: int) -> None:
        """The shop knows of all that shipped here of the family."""
        self._db.execute(MARKED, (family,))

    def unmark(self, family: int) -> None:
        """Something shipped here of the family that the shop does not know, or knows no longer."""
        self._db.execute(UNMARK, (family,))

    def skus_of(self, family: int) -> set[str]:
        """The SKUs that the shop wanted or had sent of a family at the last look, and those on its lines."""
        return {sku for (sku,) in self._db.execute(SKUS_OF_FAMILY, (family,))}

    def sent_there(self) -> set[int]:
        """The families of which something is Shipped, and the shop has called something sent."""
        return {family for (family,) in self._db.execute(CALLED_SENT)}

    def note_changed_at(self, moments: Mapping[int, str]) -> None:
        """Note when the shop has changed the orders last, by the order's id."""
        self._db.executemany(
            "UPDATE orders SET changed_at = ? WHERE id = ?", [(at, order) for order, at in moments.items()]
        )

    def name_customers(self, names: Mapping[int, str]) -> None:
        """Note the customers of orders that had none, and of their parts, by the id of the order that came in."""
        self._db.executemany(
            "UPDATE orders SET customer = ?1 WHERE customer = '' AND (id = ?2 OR id IN ("
            "SELECT id FROM orders WHERE family_id = ?2 AND split_from IS NOT NULL))",
            [(name, family) for family, name in names.items()],
        )

    def withhold(self, family: int, state: str | None) -> None:
        """Note the state in which the shop shows an order that is not to be sent; None where it is to be."""
        self._db.execute("UPDATE orders SET withheld = ? WHERE id = ?", (state, family))

    def held_by_shop(self, orders: Iterable[int]) -> None:
        """Note that these orders are On Hold for what the shop says, until somebody touches their hold."""
        self._db.executemany("UPDATE orders SET held_by_shop = 1 WHERE id = ?", [(order,) for order in orders])

    def is_held_by_shop(self, order: int) -> bool:
        """Whether the order is On Hold for what the shop says, and nobody has given the hold a last day or ended it."""
        rows = self._db.execute("SELECT held_by_shop AND hold_until IS NULL FROM orders WHERE id = ?", (order,))
        ((held,),) = rows.fetchall()
        return bool(held)

    def source_of(self, family: int) -> int | None:
        """The id of the source that a family came from."""
        ((source,),) = self._db.execute("SELECT source_id FROM orders WHERE id = ?", (family,)).fetchall()
        return None if source is None else int(source)
