"""The nearest that the file knows of a word that it does not know. What is read does not grow with the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from backsplit.domain.spelling import nearest_of, spellings
from backsplit.errors import NotKnown, OrderNotFound, RefNotFound

COMPARED_AT_MOST = 2_000  # words; of more, those that begin alike
BESIDE = 50  # of more than a few, those that stand beside the word in the alphabet

ALL = "SELECT {word} FROM {table} LIMIT ?"
SPELT = "SELECT {word} FROM json_each(?) CROSS JOIN {table} ON {word} = value"
BEFORE = "SELECT {word} FROM {table} WHERE {word} < ? ORDER BY {word} DESC LIMIT ?"
AFTER = "SELECT {word} FROM {table} WHERE {word} > ? ORDER BY {word} LIMIT ?"
SKUS = {"word": "sku", "table": "products"}
KNOWN: dict[type[NotKnown], dict[str, str]] = {
    OrderNotFound: {"word": "number", "table": "orders"},
    RefNotFound: {"word": "ref", "table": "expected"},
}


class Spelling:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def nearest(self, error: NotKnown) -> list[str]:
        """The order numbers, the references or the SKUs that are nearest to the one that was typed."""
        known = next((words for kind, words in KNOWN.items() if isinstance(error, kind)), SKUS)
        return self._nearest(error.typed, known)

    def nearest_sku(self, sku: str, others: Collection[str]) -> str | None:
        """The known SKU that is nearest to this one, and none of the others."""
        return next(iter(self._nearest(sku, SKUS, {sku, *others})), None)

    def _nearest(self, typed: str, what: dict[str, str], others: Collection[str] = ()) -> list[str]:
        def found(sql: str, *values: object) -> set[str]:
            return {word for (word,) in self._db.execute(sql.format(**what), values)}

        few = found(ALL, COMPARED_AT_MOST + 1)
        if len(few) > COMPARED_AT_MOST:
            few = found(SPELT, json.dumps(list(spellings(typed))))
            for start in {typed, typed.upper(), typed.capitalize()}:
                few |= found(BEFORE, start, BESIDE) | found(AFTER, start, BESIDE)
        return nearest_of(typed, sorted(few.difference(others)))
