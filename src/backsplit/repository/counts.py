"""Rule 11: what each shop counted at the last look, and what it has not been told since."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from backsplit.repository.orders import json_array

if TYPE_CHECKING:
    from backsplit.domain.counts import ShopCount


# CROSS JOIN: begin with the SKUs that are asked for, and not with all that there are.
LOOK = """SELECT sku, on_hand, counted, due, untold, differed
FROM json_each(?) CROSS JOIN products p ON sku = value LEFT JOIN shop_counts ON product_id = p.id AND source_id = ?"""
KEEP = """INSERT INTO shop_counts (source_id, counted, due, untold, differs, differed, product_id)
SELECT ?1, ?2, ?3, ?4, ?5, ?5, id FROM products WHERE sku = ?6
ON CONFLICT (product_id, source_id) DO UPDATE SET (counted, due, untold, differs, differed)
  = (excluded.counted, excluded.due, excluded.untold, excluded.differs, excluded.differed)"""
OF_SKU = "product_id = (SELECT id FROM products WHERE sku = ?2)"
UNTOLD = f"UPDATE shop_counts SET untold = untold + ?1, differs = differs + ?1 WHERE {OF_SKU}"
SENT = f"UPDATE shop_counts SET due = due - ?1 WHERE {OF_SKU} AND source_id = ?3"
# Of a SKU that several shops count, the first in which the books differ.
TOLD = """SELECT sku, counted, differs FROM shop_counts JOIN products ON id = product_id
ORDER BY differs <> 0, source_id DESC"""

# Units by SKU as the shops name it; those of a kit are the units of its parts (rule 18).
BY_PARTS = """SELECT sku, sum(units * coalesce(k.quantity, 1)) FROM ({units})
LEFT JOIN kit_parts k ON k.kit_id = product_id JOIN products ON products.id = coalesce(k.part_id, product_id)
GROUP BY products.id"""
# The families of some sources, each with the lines of all its members.
LINES = """SELECT family_id, product_id, quantity, status = 'Shipped' AS shipped
FROM orders CROSS JOIN order_lines ON order_id = orders.id"""
OF_SOURCES = "source_id IN (SELECT value FROM json_each(?))"
# As `to_mark` in the domain, of all families of which the shop does not know that something has shipped.
TO_MARK = f"""WITH families AS (
  SELECT DISTINCT family_id AS id FROM to_mark JOIN orders ON id = order_id WHERE {OF_SOURCES}),
lines AS (
  {LINES} WHERE orders.id IN families
  UNION ALL {LINES} WHERE split_from IS NOT NULL AND family_id IN families),
units AS (
  SELECT family_id, product_id, sum(quantity) AS wanted, sum(quantity * shipped) AS shipped FROM lines GROUP BY 1, 2)
{
    BY_PARTS.format(
        units='''
  SELECT u.product_id, sum(max(
    0, min(u.shipped + coalesce(sent_by_shop, 0), coalesce(a.wanted, u.wanted)) - coalesce(sent, 0))) AS units
  FROM units u LEFT JOIN shop_state a USING (family_id, product_id) GROUP BY u.product_id'''
    )
}"""
# What these shops want and have not sent, as they said it at the last look.
TO_SEND = BY_PARTS.format(
    units=f"""
  SELECT product_id, sum(quantity) AS units FROM orders CROSS JOIN order_lines ON order_id = orders.id
  WHERE {OF_SOURCES} GROUP BY product_id
  UNION ALL SELECT product_id, sum(sent_by_shop + wanted_not_on_lines - sent)
  FROM orders CROSS JOIN shop_state s ON s.family_id = orders.id
  WHERE {OF_SOURCES} GROUP BY product_id"""
)


class ShopCounts:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def last_counts(self, skus: Collection[str], shop: int) -> Iterator[tuple[str, int, ShopCount | None]]:
        """Each of these SKUs that is known: what is on hand, and what the shop counted last."""
        from backsplit.domain.counts import ShopCount  # noqa: PLC0415 - to book units needs none of it

        for sku, on_hand, *figures in self._db.execute(LOOK, (json_array(skus), shop)):
            yield sku, on_hand, None if figures[0] is None else ShopCount(*figures)

    def how_many(self, shop: int) -> int:
        """SKUs that a shop has counted."""
        ((skus,),) = self._db.execute("SELECT count(*) FROM shop_counts WHERE source_id = ?", (shop,)).fetchall()
        return int(skus)

    def keep(self, shop: int, counts: Iterable[tuple[str, ShopCount]]) -> None:
        """Remember what the shop counts of these SKUs."""
        self._db.executemany(KEEP, [(shop, *count, sku) for sku, count in counts])

    def booked(self, units: Mapping[str, int], *, by: int | None = None) -> None:
        """Units came in or were corrected here: the shops have not counted them, but for the one that said so."""
        others = "" if by is None else f" AND source_id <> {by:d}"
        self._db.executemany(UNTOLD + others, [(n, sku) for sku, n in units.items()])

    def missed(self, shop: int, units: Mapping[str, int]) -> None:
        """The shop sent units that were not on hand here, so that they could not be taken off."""
        self._db.executemany(f"{UNTOLD} AND source_id = ?3", [(n, sku, shop) for sku, n in units.items()])

    def sent(self, shop: int, units: Mapping[str, int]) -> None:
        """The shop has sent so many units more of known orders, or below 0 taken back: it should count so many less."""
        self._db.executemany(SENT, [(n, sku, shop) for sku, n in units.items() if n])

    def told(self) -> dict[str, tuple[int, int]]:
        """Of each SKU that a shop has counted, that count, and the units here above it."""
        return {sku: (counted, differs) for sku, counted, differs in self._db.execute(TOLD)}

    def to_mark(self, sources: Collection[int]) -> dict[str, int]:
        """Units of the orders of these sources that have shipped here and that the shop does not know to be sent.

        Those of kits are told by their parts.
        """
        return {sku: n for sku, n in self._db.execute(TO_MARK, (json_array(sources),)) if n}

    def to_send(self, sources: Collection[int]) -> dict[str, int]:
        """Units that these sources want and have not sent, as they said at the last look; of kits, their parts."""
        return {sku: n for sku, n in self._db.execute(TO_SEND, (json_array(sources), json_array(sources))) if n}
