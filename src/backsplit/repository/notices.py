"""Rule 21: what customers were told, and the orders of which they must hear."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from backsplit.domain.notices import LastTold
from backsplit.values import NamedTuple

# CROSS JOIN: read in the order of the queue's index, so that nothing is sorted.
OF_ORDER = """o.number, o.customer, o.placed_at, o.family_id,
  (SELECT number FROM orders origin WHERE origin.id = o.split_from)"""
OF_ORDERS = f"""SELECT {OF_ORDER}, sku, quantity
FROM {{orders}} CROSS JOIN order_lines l ON l.order_id = o.id CROSS JOIN products p ON p.id = l.product_id
{{where}} ORDER BY {{order}}, l.line_no"""
WAITING = OF_ORDERS.format(
    orders="orders o INDEXED BY orders_in_queue",
    where="WHERE o.status = 'Backorder'",
    order="o.priority, o.placed_at, o.family_id, o.id",
)
CANCELLED = OF_ORDERS.format(
    orders="cancelled_untold CROSS JOIN orders o ON o.id = cancelled_untold.order_id", where="", order="o.id"
)
WAITING_WITHOUT_LINES = f"SELECT {OF_ORDER} FROM orders o WHERE o.status = 'Backorder'"
SPLIT_FROM = """SELECT (SELECT number FROM orders origin WHERE origin.id = part.split_from) FROM orders part
WHERE part.number = ?"""


class Concerned(NamedTuple):
    """An order of which a customer may have to hear, with its lines as SKU and units."""

    number: str
    customer: str
    placed_at: str
    family: int
    split_from: str | None
    lines: tuple[tuple[str, int], ...]


class Notices:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def waiting(self) -> Iterator[Concerned]:
        """The Backorder orders, in queue order."""
        return _concerned(self._db.execute(WAITING))

    def waiting_without_lines(self) -> Iterator[Concerned]:
        """The same, for who only counts them: in no order, and without their lines."""
        rows = self._db.execute(WAITING_WITHOUT_LINES)
        return (Concerned._make([*row, ()]) for row in rows)

    def cancelled(self) -> Iterator[Concerned]:
        """The orders that were given up here, and nobody was told."""
        return _concerned(self._db.execute(CANCELLED))

    def told(self) -> dict[str, LastTold]:
        """What customers were last told, by number of the order."""
        rows = self._db.execute("SELECT order_number, day, agreed FROM customer_told")
        return {number: LastTold(day, bool(agreed)) for number, day, agreed in rows}

    def split_from(self, number: str) -> str | None:
        """The order that an order was split from."""
        row = self._db.execute(SPLIT_FROM, (number,)).fetchone()
        return row[0] if row else None

    def tell(self, told: Mapping[str, LastTold | None]) -> None:
        """Note what was told of orders, by number, or forget it."""
        self._db.executemany(
            "INSERT OR REPLACE INTO customer_told VALUES (?, ?, ?)",
            [(number, *last) for number, last in told.items() if last is not None],
        )
        forgotten = [(number,) for number, last in told.items() if last is None]
        self._db.executemany("DELETE FROM customer_told WHERE order_number = ?", forgotten)

    def add_cancelled(self, ids: Iterable[int]) -> None:
        """Orders were given up, and nobody was told yet."""
        self._db.executemany("INSERT OR IGNORE INTO cancelled_untold VALUES (?)", [(order,) for order in ids])

    def tell_cancelled(self, numbers: Iterable[str]) -> None:
        """The customers of these orders were told that they are given up."""
        self._db.executemany(
            "DELETE FROM cancelled_untold WHERE order_id = (SELECT id FROM orders WHERE number = ?)",
            [(number,) for number in numbers],
        )


def _concerned(rows: Iterable[tuple[Any, ...]]) -> Iterator[Concerned]:
    for (number, customer, placed_at, family, split_from), lines in groupby(rows, key=itemgetter(0, 1, 2, 3, 4)):
        yield Concerned(number, customer, placed_at, family, split_from, tuple([line[5:] for line in lines]))
