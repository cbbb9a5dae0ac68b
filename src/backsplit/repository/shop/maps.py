"""The --map of a file's columns that was given last for each header (`formats/columns/remembering.py` says which)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple


class RememberedMap(NamedTuple):
    """`number` is what the user calls it by. `columns` are the columns by field."""

    number: int
    header: str
    columns: dict[str, str]


class Maps:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> list[RememberedMap]:
        rows = self._db.execute("SELECT rowid, header, map FROM maps ORDER BY rowid").fetchall()
        if not rows:
            return []
        import json  # noqa: PLC0415 - most files have none

        return [RememberedMap(number, header, json.loads(text)) for number, header, text in rows]

    def remember(self, header: str, columns: Mapping[str, str]) -> None:
        """Keep it in the place of what was remembered for this header before."""
        import json  # noqa: PLC0415 - as above

        self._db.execute(
            "INSERT INTO maps (header, map) VALUES (?, ?) ON CONFLICT (header) DO UPDATE SET map = excluded.map",
            (header, json.dumps(dict(columns), ensure_ascii=False)),
        )

    def forget(self, number: int) -> bool:
        """Whether there was one of this number."""
        return self._db.execute("DELETE FROM maps WHERE rowid = ?", (number,)).rowcount > 0
