"""Products and what is there of them; receipts."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from backsplit.domain.orders import Stock
from backsplit.errors import UnknownSku
from backsplit.repository.orders import json_array
from backsplit.values import NamedTuple

STOCK = """SELECT sku, on_hand, allocated,
  coalesce((SELECT sum(quantity) FROM queue WHERE product_id = p.id), 0), name, is_insert, first_day,
  EXISTS (SELECT 1 FROM kit_parts WHERE kit_id = p.id)
FROM products p"""

# CROSS JOIN: begin with the SKUs that are asked for, and not with all that there are.
DESCRIBED = """SELECT sku, name, is_insert, EXISTS (SELECT 1 FROM kit_parts WHERE kit_id = p.id)
FROM json_each(?) CROSS JOIN products p ON sku = value"""
ON_HAND = "SELECT sku, on_hand FROM json_each(?) CROSS JOIN products ON sku = value"


class Described(NamedTuple):
    """What is known of a SKU besides its figures."""

    name: str = ""
    insert: bool = False
    kit: bool = False


class StockTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def get(self, sku: str) -> Stock | None:
        for stock in self._read(f"{STOCK} WHERE sku = ?", (sku,)):
            return stock
        return None

    def known(self, sku: str) -> Stock:
        """Raises UnknownSku."""
        stock = self.get(sku)
        if stock is None:
            raise UnknownSku(sku)
        return stock

    def described(self, skus: Collection[str]) -> dict[str, Described]:
        """Those of the SKUs that are known, without their figures."""
        rows = self._db.execute(DESCRIBED, (json_array(skus),))
        return {sku: Described(name, bool(insert), bool(kit)) for sku, name, insert, kit in rows}

    def on_hand(self, skus: Collection[str]) -> dict[str, int]:
        """Units on hand of those of the SKUs that are known."""
        return dict(self._db.execute(ON_HAND, (json_array(skus),)))

    def all(self, limit: int | None = None) -> Iterator[Stock]:
        """Every SKU, by SKU, or the first `limit` of them."""
        return self._read(f"{STOCK} ORDER BY sku LIMIT ?", (-1 if limit is None else limit,))

    def total(self) -> int:
        """How many SKUs there are."""
        ((total,),) = self._db.execute("SELECT count(*) FROM products").fetchall()
        return int(total)

    def waited_for(self) -> list[str]:
        """The SKUs that some Backorder order wants."""
        rows = self._db.execute("SELECT sku FROM products WHERE id IN (SELECT product_id FROM queue)")
        return [sku for (sku,) in rows]

    def skus(self) -> list[str]:
        """Every SKU, in no order."""
        return [sku for (sku,) in self._db.execute("SELECT sku FROM products")]

    def with_stock(self) -> list[str]:
        """The SKUs of which something is on hand."""
        return [sku for (sku,) in self._db.execute("SELECT sku FROM products WHERE on_hand > 0")]

    def forget(self, sku: str) -> bool:
        """Take a SKU away, with what shops have counted of it; False where a row of another table refers to it."""
        self._db.execute("DELETE FROM shop_counts WHERE product_id = (SELECT id FROM products WHERE sku = ?)", (sku,))
        try:
            self._db.execute("DELETE FROM products WHERE sku = ?", (sku,))
        except sqlite3.IntegrityError:
            return False
        return True

    def add(self, skus: Iterable[str]) -> None:
        """New SKUs, with nothing on hand."""
        self._db.executemany("INSERT INTO products (sku) VALUES (?)", [(sku,) for sku in skus])

    def count(self, sku: str, on_hand: int) -> None:
        self._db.execute("UPDATE products SET on_hand = ? WHERE sku = ?", (on_hand, sku))

    def take_off(self, sku: str, units: int) -> int:
        """Take units off the shelf, but none that is allocated; the units that were not there to be taken."""
        ((available,),) = self._db.execute("SELECT on_hand - allocated FROM products WHERE sku = ?", (sku,)).fetchall()
        there = min(units, int(available))
        self._db.execute("UPDATE products SET on_hand = on_hand - ? WHERE sku = ?", (there, sku))
        return units - there

    def receive(self, quantities: Mapping[str, int]) -> None:
        self._db.executemany(
            "UPDATE products SET on_hand = on_hand + ? WHERE sku = ?", [(n, sku) for sku, n in quantities.items()]
        )

    def describe(self, sku: str, name: str | None, insert: bool | None) -> None:
        """Set the name and whether it is an insert; None leaves what is there."""
        self._db.execute(
            "UPDATE products SET name = coalesce(?, name), is_insert = coalesce(?, is_insert) WHERE sku = ?",
            (name, insert, sku),
        )

    def receipt(self, ref: str) -> dict[str, int] | None:
        """Units per SKU of the receipt booked under that reference, or None."""
        row = self._db.execute("SELECT id FROM receipts WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            return None
        return dict(
            self._db.execute(
                "SELECT sku, quantity FROM receipt_lines JOIN products ON id = product_id WHERE receipt_id = ?", row
            )
        )

    def change_of_receipt(self, ref: str) -> int:
        """The number of the change that booked the receipt of a reference."""
        ((number,),) = self._db.execute("SELECT change_id FROM receipts WHERE ref = ?", (ref,)).fetchall()
        return int(number)

    def receipt_of_file(self, contents: str, *, only_without_ref: bool) -> int | None:
        """The last change that booked a file with this fingerprint."""
        without = " AND ref IS NULL" if only_without_ref else ""
        row = self._db.execute(
            f"SELECT max(change_id) FROM receipts WHERE contents = ?{without}", (contents,)
        ).fetchone()
        return row[0] if row else None

    def add_receipt(
        self,
        ref: str | None,
        quantities: Mapping[str, int],
        change_id: int,
        contents: str | None = None,
        of: str | None = None,
    ) -> None:
        """`of` is the reference under which the delivery was expected."""
        receipt = self._db.execute(
            "INSERT INTO receipts (ref, change_id, contents, expected_ref) VALUES (?, ?, ?, ?)",
            (ref, change_id, contents, of),
        ).lastrowid
        self._db.executemany(
            "INSERT INTO receipt_lines SELECT ?, id, ? FROM products WHERE sku = ?",
            [(receipt, quantity, sku) for sku, quantity in quantities.items()],
        )

    def remove_receipt(self, change_id: int) -> None:
        """Forget the receipt that this change booked: its reference is free again."""
        receipt = "(SELECT id FROM receipts WHERE change_id = ?)"
        self._db.execute(f"DELETE FROM receipt_lines WHERE receipt_id = {receipt}", (change_id,))
        self._db.execute("DELETE FROM receipts WHERE change_id = ?", (change_id,))

    def _read(self, sql: str, values: tuple[Any, ...]) -> Iterator[Stock]:
        for sku, on_hand, allocated, owed, name, insert, first_day, kit in self._db.execute(sql, values):
            yield Stock(sku, on_hand, allocated, owed, name, bool(insert), first_day, bool(kit))
