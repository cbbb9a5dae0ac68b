"""Rule 11: what the shop asked for and had sent at the last look, of each family."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from backsplit.domain.following import Asked

OF_FAMILY = """SELECT sku, wanted, sent, elsewhere, apart FROM asked JOIN products ON id = product_id
WHERE family_id = ?"""
WRITE = """INSERT INTO asked (family_id, product_id, wanted, sent, elsewhere, apart)
SELECT ?, id, ?, ?, ?, ? FROM products WHERE sku = ?"""


class AskedTable:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def of(self, family: int) -> dict[str, Asked]:
        """What is noted of a family, by SKU. Where nothing is, its lines are what the shop asked for."""
        return {sku: Asked(*figures) for sku, *figures in self._db.execute(OF_FAMILY, (family,))}

    def write(self, family: int, asked: Mapping[str, Asked]) -> None:
        """Note these figures of a family, and nothing else; what its lines say anyway is not noted."""
        self._db.execute("DELETE FROM asked WHERE family_id = ?", (family,))
        self._db.executemany(
            WRITE, [(family, *it, sku) for sku, it in asked.items() if it.sent or it.elsewhere or it.apart]
        )
