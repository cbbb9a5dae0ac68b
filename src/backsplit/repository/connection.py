"""A connection to SQLite: its settings, its locks, its errors by number, and the header of a file."""

from __future__ import annotations

import errno
import fcntl
import math
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, Union

from backsplit.errors import Code, DatabaseError
from backsplit.repository import schema
from backsplit.repository.files import SQLITE, has_changes_beside
from backsplit.signals import check_stopped

T = TypeVar("T")
Failure = Union[sqlite3.Error, UnicodeDecodeError]
# How SQLite fails. Its own words about a damaged schema hold names from that schema, which may be no text.
FAILURES = (sqlite3.Error, UnicodeDecodeError)

STEPS_BETWEEN_LOOKS = 100_000  # of SQLite's: some milliseconds
LONGEST_WAIT = 30.0  # seconds that a command waits for another one to finish writing
LONGEST_LOOK = 5.0  # seconds to read a few rows of a file that somebody else may have made
OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables

# A size of the cache for statements that sort a whole table, or make an index of it: SQLite sorts in runs of this size,
# and runs that fit the processor's own cache take a third of the time.
SORTING = "PRAGMA cache_size = -2048"

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html): sqlite3 names them from 3.11 on only.
PERM, BUSY, LOCKED, READONLY, INTERRUPT, IOERR, CORRUPT = 3, 5, 6, 8, 9, 10, 11
FULL, CANTOPEN, PROTOCOL, NOTADB = 13, 14, 15, 26
HELD_BY_OTHERS = (BUSY, LOCKED, PROTOCOL)
DAMAGED = (CORRUPT, NOTADB)
# What the system says of a disk that fails, or takes no locks: often it is one of another computer.
DISK_FAILS = (errno.ENOLCK, errno.EIO, errno.ENOSYS, errno.ENOTSUP, errno.ESTALE)
# Python 3.10 tells the code by SQLite's text alone.
CODES = {
    "access permission denied": PERM,
    "database is locked": BUSY,
    "database table is locked": LOCKED,
    "attempt to write a readonly database": READONLY,
    "interrupted": INTERRUPT,
    "disk I/O error": IOERR,
    "database disk image is malformed": CORRUPT,
    "database or disk is full": FULL,
    "unable to open database file": CANTOPEN,
    "locking protocol": PROTOCOL,
    "file is not a database": NOTADB,
}

FIGURES = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM products), (SELECT max(at) FROM changes)"


def primary(error: Failure) -> int:
    """SQLite's primary result code of an error."""
    if isinstance(error, UnicodeDecodeError):
        return CORRUPT
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return CODES.get(str(error), 0) if code is None else code & 0xFF


def connect(path: Path, how: str = "mode=rw") -> sqlite3.Connection:
    """A connection to a file that is there. `how` are words of SQLite's URI."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(
            "newer-database",
            f"backsplit needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}:"
            " install backsplit with a newer Python",
        )
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, timeout=0.1, isolation_level=None, cached_statements=256
    )
    db.execute("PRAGMA trusted_schema = OFF")  # a file may come from anywhere
    return db


@contextmanager
def interruptible(db: sqlite3.Connection, *, longest: float | None = None, too_long: str = "") -> Iterator[None]:
    """Let a signal, and the end of `longest` seconds, break off any statement of this connection.

    Raises Stopped, and DatabaseError with the sentence `too_long`.
    """
    deadline = math.inf if longest is None else time.monotonic() + longest
    # Python hears a signal when it is called. Where it raises then, SQLite is interrupted all the same.
    db.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if primary(error) != INTERRUPT:
            raise
        check_stopped()
        raise DatabaseError("not-a-database", too_long) from error


def longest_proof(path: Path) -> float:
    """Seconds that the proof of a file may take which somebody else may have made."""
    return 60.0 + path.stat().st_size / 1_000_000


def begin(db: sqlite3.Connection, path: Path) -> None:
    """Take the write lock before anything is read, waiting for another writer."""
    patiently(path, lambda: db.execute("BEGIN IMMEDIATE"))


def begin_reading(db: sqlite3.Connection, path: Path) -> None:
    """Fix the moment whose state is read from now on."""
    db.execute("BEGIN")
    patiently(path, lambda: db.execute("SELECT count(*) FROM sqlite_master").fetchone())


def patiently(path: Path, call: Callable[[], T]) -> T:
    """Try again while another process holds the file; in short steps, so that Ctrl-C is heard."""
    patience = Patience(path)
    while True:
        try:
            return call()
        except sqlite3.OperationalError as error:  # noqa: PERF203 - to try again is what it is for
            if primary(error) not in HELD_BY_OTHERS:
                raise
            patience.check()


class Patience:
    """How long a command has waited for others by now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._deadline = time.monotonic() + LONGEST_WAIT

    def check(self) -> None:
        """Raises DatabaseError once that has been too long."""
        if time.monotonic() > self._deadline:
            busy = f"is busy: another program has been writing to it for {LONGEST_WAIT:.0f} s; try again later"
            code, sentence = unlockable(self._path) or ("busy", busy)
            raise DatabaseError(code, f"{self._path} {sentence}")


def unlockable(path: Path) -> tuple[Code, str] | None:
    """Says so where no file in that folder can be locked, which SQLite takes for a lock that somebody else has."""
    try:
        with tempfile.TemporaryFile(dir=path.absolute().parent) as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in DISK_FAILS:
            reason = str(error.strerror or error).lower()
            return "disk-error", f"cannot be locked ({reason}); nothing was changed, look after the disk or the network"
    return None


LENGTH = 100
PAGE_SIZE, WRITTEN_BY, PAGE_COUNT, APPLICATION = slice(16, 18), slice(18, 20), slice(28, 32), slice(68, 72)
IN_WAL_MODE = b"\2\2"


def header_of(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError.

    Never call it on a database that this process has open: closing the file would let SQLite's locks on it go.
    """
    with path.open("rb") as file:
        return file.read(LENGTH)


def is_sqlite(header: bytes) -> bool:
    return header.startswith(SQLITE)


def is_backsplit(header: bytes) -> bool:
    return is_sqlite(header) and header[APPLICATION] == schema.APPLICATION_ID.to_bytes(4, "big")


def is_backsplit_file(path: Path) -> bool:
    """Whether a file begins as a backsplit database does. As of `header_of`, not of one that this process has open."""
    return is_backsplit(header_of(path))


def is_in_wal_mode(header: bytes) -> bool:
    return header[WRITTEN_BY] == IN_WAL_MODE


def is_cut_off(path: Path, header: bytes) -> bool:
    """Whether the file is shorter than its header says, which SQLite sees only when it comes to what is missing.

    While a write-ahead log or a journal lies beside it, what is missing may be there.
    """
    page_size, page_count = int.from_bytes(header[PAGE_SIZE], "big"), int.from_bytes(header[PAGE_COUNT], "big")
    if has_changes_beside(path):
        return False
    return path.stat().st_size < max(LENGTH, page_count * (0x10000 if page_size == 1 else page_size))
