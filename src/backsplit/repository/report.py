"""The figures of `report`, and the shortages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Policy, Shortage
from backsplit.domain.report import FillRates, Rate, Week
from backsplit.repository.history import History
from backsplit.repository.policy import needed

FILL_RATES = """SELECT coalesce(sum(orders), 0), coalesce(sum(orders_at_once), 0), coalesce(sum(lines), 0),
  coalesce(sum(lines_at_once), 0), coalesce(sum(units), 0), coalesce(sum(units_at_once), 0), coalesce(sum(earlier), 0)
FROM fill_rate_days WHERE day >= ?"""
WEEK = "date(day, 'weekday 0', '-6 days')"  # its Monday
FILL_RATES_BY_WEEK = f"""SELECT {WEEK}, sum(orders), sum(orders_at_once) FROM fill_rate_days WHERE day >= ?
GROUP BY 1 HAVING sum(orders) > 0"""
# A split or a shipment that was undone is none. What an undone receipt released stays released.
STANDS = "change_id NOT IN (SELECT undoes FROM changes WHERE undoes IS NOT NULL)"
DONE = f"""SELECT count(*) FILTER (WHERE event = '{EventKind.SPLIT.word}' AND {STANDS}),
  count(*) FILTER (WHERE event = '{EventKind.RELEASED.word}'),
  count(DISTINCT order_number) FILTER (WHERE event = '{EventKind.SHIPPED.word}' AND {STANDS})
FROM events WHERE id >= ? AND id < ?"""
PLACED = "SELECT placed_at FROM orders WHERE status = 'Backorder' ORDER BY placed_at"
# Of kits the queue holds the parts.
UNITS_WAITING = """SELECT CASE WHEN EXISTS (SELECT 1 FROM kit_parts)
  THEN (SELECT sum(quantity) FROM orders o CROSS JOIN order_lines ON order_id = o.id WHERE o.status = 'Backorder')
  ELSE (SELECT sum(quantity) FROM queue) END"""
WAITED = "SELECT days FROM waits WHERE released_at >= ? ORDER BY days"

MORE = 2**62  # than any number of a change


class ReportTable:
    """`since` is ISO 8601 in UTC; a blank one is before everything."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._history = History(db)

    def fill_rates(self, since: str) -> tuple[FillRates, int]:
        """What was placed from that day on; and how many of the orders came before lines and units were kept."""
        *figures, earlier = self._db.execute(FILL_RATES, (since[:10],)).fetchone()
        return FillRates(Rate(*figures[:2]), Rate(*figures[2:4]), Rate(*figures[4:])), earlier

    def weeks(self, since: str) -> list[Week]:
        """The weeks in which anything came or was done, in their order."""
        weeks = {week: Week(week, *counts) for week, *counts in self._db.execute(FILL_RATES_BY_WEEK, (since[:10],))}
        for week, first, end in self._runs(since):
            split, released, shipped = self._db.execute(DONE, (first, end)).fetchone()
            if split or released or shipped:
                before = weeks.get(week, Week(week))
                weeks[week] = before._replace(
                    split=before.split + split, released=before.released + released, shipped=before.shipped + shipped
                )
        return [weeks[week] for week in sorted(weeks)]

    def _runs(self, since: str) -> Iterator[tuple[str, int, int]]:
        """Each stretch of the history within one week: its Monday, its first event, and the first that is behind it.

        To group the events themselves by week takes twice as long: a million orders have several millions.
        """
        changes = self._db.execute("SELECT id, substr(at, 1, 10) FROM changes ORDER BY id")
        stretches = [
            (monday, next(of_week)[0])
            for monday, of_week in groupby(changes, lambda row: _monday(row[1]) if row[1] >= since[:10] else "")
        ]
        bounds = [self._history.first_event(change) for change in (*(change for _, change in stretches), MORE)]
        for (monday, _), (first, end) in zip(stretches, pairwise(bounds), strict=True):
            if monday:
                yield monday, first, end

    def placed(self) -> list[str]:
        """When the orders were placed that are in Backorder, the oldest first."""
        return [placed_at for (placed_at,) in self._db.execute(PLACED)]

    def units_waiting(self) -> int:
        """Units that the Backorder orders want, a kit as one."""
        ((units,),) = self._db.execute(UNITS_WAITING).fetchall()
        return int(units or 0)

    def waited(self, since: str) -> list[float]:
        """The days that orders had waited which were released, the shortest first; 0 where the clock was set back."""
        return [max(0.0, days) for (days,) in self._db.execute(WAITED, (since,))]


@cache
def _monday(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=date.fromisoformat(day).weekday())).isoformat()


CACHED_BEYOND = 1_000  # orders: of fewer, what they lack is found sooner than cached

# Only rows of products that are short can lack anything, under either policy. `alone` has a row for each order that
# lacks a single product.
FOUND = """WITH
short AS MATERIALIZED (
  SELECT product_id, units, orders, oldest, available AS there
  FROM (SELECT product_id, sum(quantity) AS units, count(*) AS orders, min(placed_at) AS oldest
        FROM queue GROUP BY product_id)
    JOIN products ON id = product_id
  WHERE units > available),
alone AS (
  SELECT min(product_id) AS product_id
  FROM (SELECT product_id, order_id, {needed} AS needed, there FROM short CROSS JOIN queue USING (product_id))
  WHERE needed > there GROUP BY order_id HAVING count(*) = 1),
blocked AS (SELECT product_id, count(*) AS orders FROM alone GROUP BY product_id)
SELECT product_id, units - there AS short, short.orders, coalesce(blocked.orders, 0) AS blocks_alone, oldest
FROM short LEFT JOIN blocked USING (product_id)"""
CACHED = "SELECT product_id, short, orders, blocks_alone, oldest FROM shortage_cache"
# The view of this name takes the day from the clock of SQLite.
SHORTAGES = """WITH
found AS MATERIALIZED ({found}),
coming AS (SELECT product_id, sum("left") AS units, min(on_day) FILTER (WHERE on_day >= :today) AS day
           FROM expected WHERE "left" > 0 GROUP BY product_id)
SELECT sku, name, short, orders, blocks_alone, oldest, coalesce(units, 0),
  max(0, short + available - (on_hand - allocated) - coalesce(units, 0)), day
FROM found JOIN products ON id = found.product_id LEFT JOIN coming ON coming.product_id = id
ORDER BY blocks_alone DESC, orders DESC, sku"""
KITS = """SELECT sku, sum(l.quantity)
FROM (SELECT product_id, order_id, {needed} AS needed FROM queue
      WHERE product_id IN (SELECT part_id FROM kit_parts)) w
  JOIN products p ON p.id = w.product_id
  CROSS JOIN order_lines l ON l.order_id = w.order_id
  JOIN kit_parts k ON k.kit_id = l.product_id AND k.part_id = w.product_id
WHERE needed > available GROUP BY sku"""
AS_OF = "SELECT 1 FROM shortage_cache_as_of WHERE change_id = (SELECT max(id) FROM changes)"


class ShortageCache:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._found: list[Shortage] = []  # what is worth keeping

    def all(self, policy: Policy, today: str) -> list[Shortage]:
        """Every SKU of which more is owed than there is; the one that alone blocks most orders first."""
        is_cached = self._db.execute(AS_OF).fetchone() is not None
        found = SHORTAGES.format(found=CACHED if is_cached else FOUND.format(needed=needed(policy)))
        kits = self._kits(policy)
        rows = [Shortage(*row) for row in self._db.execute(found, {"today": today})]
        rows = [row._replace(kits=kits[row.sku]) if row.sku in kits else row for row in rows]
        if not is_cached and sum(row.orders for row in rows) > CACHED_BEYOND:
            self._found = rows
        return rows

    def _kits(self, policy: Policy) -> dict[str, int]:
        """Per SKU the kits on the lines of orders that lack it as a part."""
        if self._db.execute("SELECT 1 FROM kit_parts LIMIT 1").fetchone() is None:
            return {}
        return dict(self._db.execute(KITS.format(needed=needed(policy))))

    @property
    def is_unsaved(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self._found)

    def save(self) -> None:
        """Write what was found, at the end of a question."""
        self._db.execute("DELETE FROM shortage_cache_as_of")
        self._db.execute("DELETE FROM shortage_cache")
        self._db.executemany(
            "INSERT INTO shortage_cache SELECT id, ?, ?, ?, ? FROM products WHERE sku = ?",
            [(row.short, row.orders, row.blocks_alone, row.oldest, row.sku) for row in self._found],
        )
        self._db.execute("INSERT INTO shortage_cache_as_of SELECT max(id) FROM changes")
