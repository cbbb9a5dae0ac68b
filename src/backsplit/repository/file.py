"""The database file: making it, opening it, and saying in one sentence why it cannot be used."""

from __future__ import annotations

import errno
import os
import shlex
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from backsplit import schema
from backsplit.domain.errors import Code, DatabaseError, WrongUsage
from backsplit.domain.values import Policy
from backsplit.repository.placing import OWNER_ALONE, beside, has_changes_beside, put_in_place
from backsplit.stopping import too_late, upgraded

T = TypeVar("T")

LONGEST_WAIT = 30.0  # seconds that a command waits for another one to finish writing
OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables
SQLITE_HEADER = b"SQLite format 3\x00"
HEADER_LENGTH = 100
FULL_DISK = "the disk is full; nothing was changed, make room and try again"
PAGES_AT_ONCE = 2_000  # copied between two looks at whether Ctrl-C was pressed

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html): sqlite3 names them from 3.11 on only.
PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB = 3, 5, 6, 8, 10, 11, 13, 14, 15, 26
HELD_BY_OTHERS = (BUSY, LOCKED, PROTOCOL)
# Python 3.10 tells the code by SQLite's text alone.
CODES = {
    "access permission denied": PERM,
    "database is locked": BUSY,
    "database table is locked": LOCKED,
    "attempt to write a readonly database": READONLY,
    "disk I/O error": IOERR,
    "database disk image is malformed": CORRUPT,
    "database or disk is full": FULL,
    "unable to open database file": CANTOPEN,
    "locking protocol": PROTOCOL,
    "file is not a database": NOTADB,
}


def create(path: Path, policy: Policy) -> bool:
    """Make the file, readable by its owner alone. False if a backsplit file is there already.

    It is made beside and put in place when it is whole, so that a disk that is full leaves nothing behind.
    """
    with reachable(path), translated(path):
        empty = _is_empty(path)
        if empty:  # one may have been made empty on purpose, with its owner and rights
            path.chmod(OWNER_ALONE)
            return _fill(path, policy)
        if empty is None:
            real = Path(os.path.realpath(path))  # a link may point to where the file shall be
            with suppress(FileExistsError), beside(real) as new:  # another `init` may be faster
                _fill(new, policy)
                put_in_place(new, real, overwrite=False)
                return True
    with connection(path):
        return False


@contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing file, brought up to date; every SQLite error leaves as a DatabaseError."""
    with reachable(path):
        _check_there(path)
    with translated(path), closing(_connect(path)) as db:
        _bring_up_to_date(db, path)
        db.execute("PRAGMA foreign_keys = ON")
        # With WAL, FULL syncs at every commit: what was reported is there after a power cut.
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA cache_size = -65536")
        yield db


def begin(db: sqlite3.Connection, path: Path) -> None:
    """Take the write lock before anything is read, waiting for another writer."""
    patiently(path, lambda: db.execute("BEGIN IMMEDIATE"))


def begin_reading(db: sqlite3.Connection, path: Path) -> None:
    """Fix the moment whose state is read from now on."""
    db.execute("BEGIN")
    patiently(path, lambda: db.execute("SELECT value FROM settings").fetchone())


def patiently(path: Path, call: Callable[[], T]) -> T:
    """Try again while another process holds the file; in short steps, so that Ctrl-C is heard."""
    deadline = time.monotonic() + LONGEST_WAIT
    while True:
        try:
            return call()
        except sqlite3.OperationalError as error:  # noqa: PERF203 - to try again is what it is for
            if _primary(error) not in HELD_BY_OTHERS:
                raise
            if time.monotonic() > deadline:
                raise DatabaseError(
                    "busy",
                    f"{path} is busy: another program has been writing to it for {LONGEST_WAIT:.0f} s; try again later",
                ) from error


@contextmanager
def copied(path: Path, target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Lend a copy of the file as it is at this moment; it gets the name `target` if nothing was wrong with it.

    Raises FileExistsError where the name is taken, unless `overwrite`.
    """
    with reachable(target), translated(target), beside(target) as new:
        _copy(path, new)
        yield new
        put_in_place(new, target, overwrite=overwrite)


@contextmanager
def reachable(path: Path) -> Iterator[None]:
    """Every way in which the system keeps a file from being made or opened, as one sentence about it."""
    try:
        yield
    except FileExistsError:  # for the caller to answer
        raise
    except FileNotFoundError:
        raise DatabaseError("no-database", f"{path} cannot be made: there is no folder {path.parent}") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DatabaseError("disk-full", f"{path} could not be written: {FULL_DISK}") from error
        reason = str(error.strerror or error).lower()
        raise DatabaseError(
            "read-only", f"{path} cannot be used ({reason}): check it, its folder and their permissions"
        ) from error
    except ValueError:  # a NUL in its name
        raise DatabaseError("no-database", f"{str(path)!r} cannot be the name of a file") from None


def _fill(path: Path, policy: Policy) -> bool:
    """Make a database of an empty file; False if another process did."""
    with closing(_connect(path)) as db:
        begin(db, path)
        if _applied(db):
            return False
        schema.migrate(db)
        db.execute("INSERT INTO settings VALUES ('policy', ?)", (policy.value,))
        too_late()
        db.execute("COMMIT")
        # WAL, so that readers go on while a long import writes; the mode stays with the file.
        patiently(path, lambda: db.execute("PRAGMA journal_mode = WAL").fetchone())
        return True


def _copy(path: Path, to: Path) -> None:
    """SQLite's online backup: others may read and write the file meanwhile."""
    with closing(_connect(path)) as source, closing(_connect(to)) as target:
        # What is read first stays what is read: a write of others meanwhile does not start the copy anew.
        begin_reading(source, path)
        source.backup(target, pages=PAGES_AT_ONCE, progress=lambda *_: None)
        for (found,) in target.execute("PRAGMA integrity_check"):
            if found != "ok":
                raise DatabaseError("not-a-database", f"{path} is damaged ({found}): restore it from an older copy")


def _connect(path: Path) -> sqlite3.Connection:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(
            "newer-database", f"backsplit needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}"
        )
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0.1, isolation_level=None, cached_statements=256
    )


def _is_empty(path: Path) -> bool | None:
    """Whether the file has nothing in it; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return stat.S_ISREG(found.st_mode) and not found.st_size


def _check_there(path: Path) -> None:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise DatabaseError("not-a-database", f"{path} is a folder: name the database file in it")
        if not stat.S_ISREG(mode):
            raise DatabaseError("not-a-database", f"{path} is a device or a pipe, not a database file")
        with path.open("rb") as file:
            header = file.read(HEADER_LENGTH)
    except (FileNotFoundError, NotADirectoryError):
        raise DatabaseError("no-database", f"there is no {path}: make it with {_init(path)}") from None
    if not header:
        raise DatabaseError("not-a-database", f"{path} is empty: {_init(path)} makes a database of it")
    if not header.startswith(SQLITE_HEADER):
        raise DatabaseError("not-a-database", f"{path} is not a backsplit database: name another file with --db")
    if _is_cut_off(path, header):
        raise DatabaseError("not-a-database", f"{path} is cut off: restore it from a backup")


def _is_cut_off(path: Path, header: bytes) -> bool:
    """Whether the file is shorter than its header says, which SQLite sees only when it comes to what is missing.

    While a write-ahead log or a journal lies beside it, what is missing may be there.
    """
    page_size, page_count = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    if has_changes_beside(path):
        return False
    return path.stat().st_size < max(HEADER_LENGTH, page_count * (0x10000 if page_size == 1 else page_size))


def _init(path: Path) -> str:
    return f"`backsplit --db {shlex.quote(str(path))} init`"


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    applied = patiently(path, lambda: _applied(db))
    if not applied or _application_id(db) != schema.APPLICATION_ID:
        raise DatabaseError(
            "not-a-database", f"{path} is a database of another program: name backsplit's own file with --db"
        )
    if unknown := applied - set(schema.MIGRATIONS):
        raise DatabaseError(
            "newer-database",
            f"{path} was written by a newer backsplit ({', '.join(sorted(unknown))}): upgrade backsplit to use it",
        )
    if schema.unapplied(applied):
        _upgrade(db, path)


def _upgrade(db: sqlite3.Connection, path: Path) -> None:
    begin(db, path)
    needed = schema.unapplied(_applied(db))
    if not needed:  # another process did it while this one waited
        db.execute("ROLLBACK")
        return
    if schema.REWRITING.intersection(needed):
        kept = path.with_name(f"{path.name}.before-{needed[0]}")
        with copied(path, kept, overwrite=True):
            pass
    schema.migrate(db)
    too_late()
    db.execute("COMMIT")
    upgraded()


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
    """SQLite's primary result code of an error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return CODES.get(str(error), 0) if code is None else code & 0xFF


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Every way in which the file, or text on its way into it, cannot be used, as one sentence about it."""
    try:
        yield
    except sqlite3.Error as error:
        code, sentence = _explained(error, path)
        if code is None:
            raise
        raise DatabaseError(code, f"{path} {sentence}") from error
    except UnicodeEncodeError as error:  # bytes that are no text, from the command line or standard input
        raise WrongUsage(f"{error.object!r} is not UTF-8 text, so backsplit can neither keep nor find it") from None


def _explained(error: sqlite3.Error, path: Path) -> tuple[Code | None, str]:
    code = _primary(error)
    if code == IOERR:
        code = FULL if _is_full(path) else IOERR
    known: dict[int, tuple[Code, str]] = {
        BUSY: ("busy", "is busy: another program is using it; try again later"),
        LOCKED: ("busy", "is busy: another program is using it; try again later"),
        PROTOCOL: ("busy", "is busy: too many programs are using it; try again later"),
        PERM: ("read-only", "cannot be written: you have no permission"),
        READONLY: ("read-only", "cannot be written: it, its folder or its disk is read-only; make them writable"),
        CANTOPEN: ("read-only", "cannot be opened: check the permissions of the file and of its folder"),
        FULL: ("disk-full", f"could not be written: {FULL_DISK}"),
        IOERR: ("disk-error", f"could not be read or written ({error}); nothing was changed, look after the disk"),
        CORRUPT: ("not-a-database", "is damaged: restore it from a backup"),
        NOTADB: ("not-a-database", "is damaged, or not a backsplit database: restore it from a backup"),
    }
    if code in known:
        return known[code]
    if type(error) in (sqlite3.OperationalError, sqlite3.DatabaseError):  # a table that is gone, text that is none
        return "not-a-database", f"is damaged, or was changed by another program ({error}): restore it from a backup"
    return None, ""


def _is_full(path: Path) -> bool:
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return False
    return found.f_bavail == 0 or found.f_favail == 0
