"""The database file: making it, opening it, and saying in one sentence why it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from backsplit import schema
from backsplit.domain.errors import DatabaseError
from backsplit.domain.values import Policy

T = TypeVar("T")

LONGEST_WAIT = 30.0  # seconds that a command waits for another one to finish writing
OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables
SQLITE_HEADER = b"SQLite format 3\x00"

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html): sqlite3 names them from 3.11 on only.
PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 3, 5, 6, 8, 10, 11, 13, 14, 26


def create(path: Path, policy: Policy) -> bool:
    """Make the file, readable by its owner alone. False if a backsplit file is there already."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        if path.is_dir():
            raise DatabaseError("not-a-database", f"{path} is a folder, not a database file") from None
        if path.stat().st_size:
            with connection(path):
                return False
    except OSError as error:
        code = "disk-full" if error.errno == 28 else "read-only"
        raise DatabaseError(code, f"{path} cannot be made: {error.strerror}") from error
    with _translated(path):
        db = _connect(path)
        try:
            # WAL, so that readers go on while a long import writes; the mode stays with the file.
            patiently(path, lambda: db.execute("PRAGMA journal_mode = WAL").fetchone())
            begin(db, path)
            schema.migrate(db)
            db.execute("INSERT INTO settings VALUES ('policy', ?)", (policy.value,))
            db.execute("COMMIT")
        finally:
            db.close()
    return True


@contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing file, brought up to date; every SQLite error leaves as a DatabaseError."""
    _check_there(path)
    with _translated(path):
        db = _connect(path)
        try:
            _bring_up_to_date(db, path)
            db.execute("PRAGMA foreign_keys = ON")
            # With WAL, FULL syncs at every commit: what was reported is there after a power cut.
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA cache_size = -65536")
            yield db
        finally:
            db.close()


def begin(db: sqlite3.Connection, path: Path) -> None:
    """Take the write lock before anything is read, waiting for another writer."""
    patiently(path, lambda: db.execute("BEGIN IMMEDIATE"))


def patiently(path: Path, call: Callable[[], T]) -> T:
    """Try again while another process holds the file; in short steps, so that Ctrl-C is heard."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return call()
        except sqlite3.OperationalError as error:
            if _primary(error) not in (BUSY, LOCKED):
                raise
            if time.monotonic() > deadline:
                raise DatabaseError(
                    "busy",
                    f"{path} is busy: another program has been writing to it for {LONGEST_WAIT:.0f} s; try again later",
                ) from error


def _connect(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(
            "newer-database", f"backsplit needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}"
        )
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0.1, isolation_level=None, cached_statements=256
    )


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise DatabaseError("not-a-database", f"{path} is a folder, not a database file")
    try:
        with path.open("rb") as file:
            header = file.read(len(SQLITE_HEADER))
    except FileNotFoundError:
        raise DatabaseError("no-database", f"there is no {path}: make it with `backsplit --db {path} init`") from None
    except OSError as error:
        raise DatabaseError("read-only", f"{path} cannot be read: {error.strerror}") from error
    if not header:
        raise DatabaseError("not-a-database", f"{path} is empty: `backsplit --db {path} init` makes a database of it")
    if header != SQLITE_HEADER:
        raise DatabaseError("not-a-database", f"{path} is not a backsplit database")


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    applied = patiently(path, lambda: _applied(db))
    if not applied or _application_id(db) != schema.APPLICATION_ID:
        raise DatabaseError("not-a-database", f"{path} is a database of another program, not of backsplit")
    if unknown := applied - set(schema.MIGRATIONS):
        raise DatabaseError(
            "newer-database",
            f"{path} was written by a newer backsplit ({', '.join(sorted(unknown))}): upgrade backsplit to use it",
        )
    if schema.unapplied(applied):
        begin(db, path)
        schema.migrate(db)
        db.execute("COMMIT")


def _application_id(db: sqlite3.Connection) -> int:
    number: int = db.execute("PRAGMA application_id").fetchone()[0]
    return number


def _applied(db: sqlite3.Connection) -> set[str]:
    try:
        rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.MIGRATION_SET,))
        return {name for (name,) in rows}
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return set()
        raise


def _primary(error: sqlite3.Error) -> int:
    """SQLite's primary result code of an error, which Python 3.10 only tells by its text."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF
    text = str(error)
    known = {
        "database is locked": BUSY,
        "database table is locked": LOCKED,
        "attempt to write a readonly database": READONLY,
        "disk I/O error": IOERR,
        "database disk image is malformed": CORRUPT,
        "database or disk is full": FULL,
        "unable to open database file": CANTOPEN,
        "file is not a database": NOTADB,
    }
    return known.get(text, 0)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code, sentence = {
            BUSY: ("busy", "is busy: another program is using it; try again later"),
            LOCKED: ("busy", "is busy: another program is using it; try again later"),
            PERM: ("read-only", "cannot be written: no permission"),
            READONLY: ("read-only", "cannot be written: the file or its folder is read-only"),
            CANTOPEN: ("read-only", "cannot be opened: check the permissions of the file and of its folder"),
            FULL: ("disk-full", "could not be written: the disk is full; nothing was changed"),
            IOERR: ("disk-full", f"could not be read or written ({error}); nothing was changed"),
            CORRUPT: ("not-a-database", "is damaged: restore it from a backup"),
            NOTADB: ("not-a-database", "is not a backsplit database"),
        }.get(_primary(error), (None, None))
        if code is None:
            raise
        raise DatabaseError(code, f"{path} {sentence}") from error
