"""Where orders come from: each shop by its name, and what is known of its files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

NEWEST_OPEN = """SELECT coalesce(max(root.placed_at), '') FROM orders root WHERE root.source_id = ?1 AND root.id IN (
  SELECT family_id FROM orders WHERE status = 'Backorder'
  UNION SELECT family_id FROM orders WHERE status = 'Processing'
  UNION SELECT family_id FROM orders WHERE status = 'On Hold')"""


class Sources:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def newest(self, source: int) -> str:
        """When the newest order of the last look was placed; blank before the first look."""
        ((newest,),) = self._db.execute("SELECT newest FROM sources WHERE id = ?", (source,)).fetchall()
        return str(newest or "")

    def newest_open(self, source: int) -> str:
        """When the newest of the orders was placed that are open here; blank where none is."""
        ((newest,),) = self._db.execute(NEWEST_OPEN, (source,)).fetchall()
        return str(newest)

    def note_followed(self, names: Iterable[str], at: str) -> None:
        """Note when these shops were followed, and make them known."""
        self._db.executemany(
            "INSERT INTO sources (name, followed_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET followed_at = ?2",
            [(name, at) for name in names],
        )

    def last_followed(self) -> tuple[str, str] | None:
        """The shop that was followed last, and when (ISO 8601 in UTC)."""
        row = self._db.execute(
            "SELECT name, followed_at FROM sources WHERE followed_at IS NOT NULL ORDER BY followed_at DESC, id LIMIT 1"
        ).fetchone()
        return (row[0], row[1]) if row else None

    def note_newest(self, source: int, placed_at: str) -> None:
        self._db.execute("UPDATE sources SET newest = ? WHERE id = ?", (placed_at, source))

    def header_of(self, name: str) -> str | None:
        """The columns of the plain files of a source; None where there is no such source, or it has none yet."""
        row = self._db.execute("SELECT header FROM sources WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def of_header(self, header: str) -> list[str]:
        """The names of the sources whose plain files have these columns."""
        return [
            name for (name,) in self._db.execute("SELECT name FROM sources WHERE header = ? ORDER BY id", (header,))
        ]

    def note_header(self, name: str, header: str) -> None:
        """Note the columns of a source's plain files, and make it known."""
        self._db.execute(
            "INSERT INTO sources (name, header) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET header = ?2",
            (name, header),
        )
