"""The COMMIT of a change; and whether the change is in the file where that fails, or the file was moved meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from backsplit.errors import DatabaseError
from backsplit.repository import connection, schema
from backsplit.repository.connection import FAILURES, FULL, begin, patiently, primary
from backsplit.repository.failures import command
from backsplit.signals import ignore_from_now_on

# The row of a change and the last event in the history: nobody else's change looks like it.
MARK = """SELECT c.id, c.at, c.command, c.reason, c.user, e.*
FROM changes c LEFT JOIN events e ON e.id = (SELECT max(id) FROM events) WHERE c.id = ?"""
# Writes a page that holds afterwards what it held before. An UPDATE that changes no value writes nothing at all.
HARMLESS_WRITE = f"PRAGMA application_id = {schema.APPLICATION_ID}"

Mark = tuple[Any, ...]
Identity = tuple[int, int]
Sees = Callable[[sqlite3.Connection], bool]  # whether a connection sees what a commit was to write


def commit_change(db: sqlite3.Connection, path: Path, change: int | None) -> None:
    """Commit a change, without interruption. Returns also where the COMMIT fails and the change is in the file.

    Raises sqlite3.Error where it is not, and DatabaseError where nobody knows.
    """
    mark = _mark_of(db, change)
    ignore_from_now_on()
    try:
        patiently(path, lambda: db.execute("COMMIT"))
    except BaseException as error:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        if not isinstance(error, sqlite3.Error) or not _has_change(db, path, mark, error):
            raise


def _mark_of(db: sqlite3.Connection, change: int | None) -> Mark | None:
    """What tells a change from all others; None where the history has none of it."""
    if change is None:
        return None
    found: Mark | None = db.execute(MARK, (change,)).fetchone()
    return found


def _has_change(db: sqlite3.Connection, path: Path, mark: Mark | None, error: sqlite3.Error) -> bool:
    """After the COMMIT of a change has raised `error`: whether the change is in the file.

    Raises DatabaseError where nobody knows.
    """
    if mark is None:
        return False
    there = is_committed(db, path, lambda fresh: _mark_of(fresh, mark[0]) == mark, error)
    if there is None:
        raise _uncertain(path, error, mark)
    return there


def is_committed(db: sqlite3.Connection, path: Path, sees: Sees, error: sqlite3.Error) -> bool | None:
    """After a COMMIT over `db` has raised `error`: whether what it was to write is in the file. None: nobody knows.

    The log may hold all of it although a write or a sync after it failed. While a process has the file open it is not
    seen, and the next one to open it finds it. A harmless write removes the doubt: it overwrites what the failed commit
    left in the log, or makes the disk keep what is there. If that fails too, a connection that is alone with the file
    sees what the next process will see.
    """
    try:
        with closing(connection.connect(path)) as fresh:
            begin(fresh, path)
            there = sees(fresh)
            fresh.execute(HARMLESS_WRITE)
            fresh.execute("COMMIT")
            return there
    except (*FAILURES, DatabaseError):
        if primary(error) == FULL:  # comes from a write alone, and what is written last says that the change is whole
            return False
    return False if _sees_alone(db, path, sees) is False else None


def _sees_alone(db: sqlite3.Connection, path: Path, sees: Sees) -> bool | None:
    """The same of a connection that reads the log from the disk, as the next process will; None where none can."""
    try:
        db.close()
        with closing(connection.connect(path)) as alone:
            alone.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
            return sees(alone)
    except FAILURES:
        return None


def _uncertain(path: Path, error: sqlite3.Error, mark: Mark) -> DatabaseError:
    again = "; a receive that is repeated with the same --ref counts once" if mark[2] == "receive" else ""
    return DatabaseError(
        "uncertain",
        f"{path} could not be written ({error}), and nobody knows whether the change is in it: look after the disk, "
        f"then look with {command(path, 'history', '--limit', '1')}{again}",
    )


def identity(path: Path) -> Identity | None:
    """Which file has that name just now; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - at every command
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_in_place(path: Path, opened: Identity | None, *, committed: bool) -> None:
    """Raises DatabaseError where another file has got the name since this one was opened."""
    if identity(path) == opened:
        return
    if not committed:
        raise DatabaseError(
            "no-database", f"{path} was moved or replaced while the command ran: nothing was changed, try again"
        )
    raise DatabaseError(
        "uncertain",
        # SQLite looks for the log by the name: one that did not move with the file belongs to the new one now.
        f"{path} was moved or replaced while the command ran: the change is in the file that had the name before, or, "
        f"where its -wal file stayed here, in this one: look with {command(path, 'history', '--limit', '1')}",
    )
