"""Rule 19: holds with a last day, and SKUs with a first day."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

SET_UNTIL = "UPDATE orders SET hold_until = ? WHERE number = ? AND status = 'On Hold'"


class Calendar:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def set_until(self, days: Mapping[str, str | None]) -> None:
        """Give orders on hold, by number, the last day of their hold, or none."""
        self._db.executemany(SET_UNTIL, [(day, number) for number, day in days.items()])

    def held_until(self, today: str) -> list[int]:
        """The ids of the orders whose hold ends today or should have ended, the earliest first."""
        rows = self._db.execute(
            "SELECT id FROM orders WHERE hold_until IS NOT NULL AND hold_until <= ? ORDER BY hold_until, id", (today,)
        )
        return [order_id for (order_id,) in rows]

    def set_first_days(self, days: Mapping[str, str | None]) -> None:
        """Give SKUs their first day, or none."""
        self._db.executemany(
            "UPDATE products SET first_day = ? WHERE sku = ?", [(day, sku) for sku, day in days.items()]
        )

    def to_open(self, today: str) -> dict[str, str]:
        """The SKUs that are still closed although their first day has come, by SKU, with that day."""
        return dict(
            self._db.execute(
                "SELECT sku, first_day FROM products WHERE first_day IS NOT NULL AND first_day <= ? ORDER BY sku",
                (today,),
            )
        )

    def any_closed(self) -> bool:
        """Whether any SKU has a first day."""
        row = self._db.execute("SELECT 1 FROM products WHERE first_day IS NOT NULL LIMIT 1").fetchone()
        return row is not None
