"""The figures of the report. The shares and the waits are read from the views that docs/sql.md tells of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import groupby, pairwise

from backsplit.domain.history import Happened
from backsplit.domain.report import Came, Rate, Week
from backsplit.repository.history import History

CAME = """SELECT coalesce(sum(orders), 0), coalesce(sum(orders_at_once), 0), coalesce(sum(lines), 0),
  coalesce(sum(lines_at_once), 0), coalesce(sum(units), 0), coalesce(sum(units_at_once), 0), coalesce(sum(earlier), 0)
FROM came WHERE day >= ?"""
WEEK = "date(day, 'weekday 0', '-6 days')"  # its Monday
CAME_BY_WEEK = f"""SELECT {WEEK}, sum(orders), sum(orders_at_once) FROM came WHERE day >= ?
GROUP BY 1 HAVING sum(orders) > 0"""
# A split or a shipment that was undone is none. What an undone receipt released stays released.
STANDS = "change_id NOT IN (SELECT undoes FROM changes WHERE undoes IS NOT NULL)"
DONE = f"""SELECT count(*) FILTER (WHERE event = '{Happened.SPLIT.word}' AND {STANDS}),
  count(*) FILTER (WHERE event = '{Happened.RELEASED.word}'),
  count(DISTINCT order_number) FILTER (WHERE event = '{Happened.SHIPPED.word}' AND {STANDS})
FROM events WHERE id >= ? AND id < ?"""
PLACED = "SELECT placed_at FROM orders WHERE status = 'Backorder' ORDER BY placed_at"
WAITED = "SELECT days FROM waits WHERE released_at >= ? ORDER BY days"

MORE = 2**62  # than any number of a change


class ReportTable:
    """`since` is ISO 8601 in UTC; a blank one is before everything."""

    def __init__(self, db: sqlite3.Connection, history: History) -> None:
        self._db = db
        self._history = history

    def came(self, since: str) -> tuple[Came, int]:
        """What was placed from that day on; and how many of the orders came before lines and units were kept."""
        *figures, earlier = self._db.execute(CAME, (since[:10],)).fetchone()
        return Came(Rate(*figures[:2]), Rate(*figures[2:4]), Rate(*figures[4:])), earlier

    def weeks(self, since: str) -> list[Week]:
        """The weeks in which anything came or was done, in their order."""
        weeks = {week: Week(week, *counts) for week, *counts in self._db.execute(CAME_BY_WEEK, (since[:10],))}
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
        ((units,),) = self._db.execute("SELECT coalesce(sum(quantity), 0) FROM queue").fetchall()
        return int(units)

    def waited(self, since: str) -> list[float]:
        """The days that orders had waited which were released, the shortest first."""
        return [days for (days,) in self._db.execute(WAITED, (since,))]


@cache
def _monday(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=date.fromisoformat(day).weekday())).isoformat()
