"""A connection to the file whose statements fail as a test wants them to: the fixture `disk` has it used."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Fault = Callable[[sqlite3.Connection, str], None]


class Faulty(sqlite3.Connection):
    """A connection on a bad disk: `fault` sees each statement before it runs."""

    fault: Fault

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
        Faulty.fault(self, sql)
        return super().execute(sql, *values)
