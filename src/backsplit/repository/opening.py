"""Make the database file, open it for one command, copy it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from backsplit.domain.orders import Policy
from backsplit.errors import DatabaseError
from backsplit.repository import connection, schema
from backsplit.repository.connection import (
    CANTOPEN,
    FAILURES,
    FULL,
    HELD_BY_OTHERS,
    IOERR,
    READONLY,
    Patience,
    begin,
    header_of,
    interruptible,
    is_cut_off,
    is_in_wal_mode,
    is_sqlite,
    patiently,
    primary,
)
from backsplit.repository.failures import Advised, advice, command, sentence_of_missing, translate_os, translate_sqlite
from backsplit.repository.files import (
    beside,
    changes_beside,
    database_beside,
    has_changes_beside,
    has_two_names,
    put_in_place,
    share_with_group,
)
from backsplit.signals import ignore_from_now_on, upgraded

SQLITE_VERSION = sqlite3.sqlite_version  # of the library that is used, as `3.40.1`
SHORT_WAIT = 1.0  # seconds for an `init` to take away its second name after putting a file in place


def create(path: Path, policy: Policy) -> bool:
    """Make the file, readable by its owner alone. False if a backsplit file is there already.

    It is made beside and put in place when it is whole, so that a disk that is full leaves nothing behind.
    """
    with translate_os(path), translate_sqlite(path):
        empty = _is_empty(path)
        if empty is not False:
            real = Path(os.path.realpath(path))  # a link may point to where the file shall be
            check_name(path)
            check_nothing_left_of(real)
            with suppress(FileExistsError), beside(real) as new:  # another `init` may be faster
                with translate_sqlite(new, of=path):
                    _fill(new, path, policy)
                ignore_from_now_on()
                if empty:
                    _over_empty(new, real)
                else:
                    put_in_place(new, real, overwrite=False)
                return True
    with open_connection(path):
        return False


def check_name(path: Path) -> None:
    """Raises DatabaseError for `x.db-wal` and its like: SQLite would take the file for changes of `x.db`."""
    if other := database_beside(path):
        raise DatabaseError("not-a-database", f"{path} belongs to the database {other}: name another file")


def check_nothing_left_of(path: Path) -> None:
    """Raises DatabaseError where changes of a database that is gone lie beside its place.

    SQLite would take them for changes of the file that is put there.
    """
    if left := changes_beside(path):
        raise DatabaseError(
            "not-a-database",
            f"{left} lies there without its {path.name}: put that file back, or move {left.name} away, and try again",
        )


@contextmanager
def open_connection(
    path: Path,
    *,
    of: Path | None = None,
    is_lent: bool = False,
    advised: Advised | None = None,
    longest: float | None = None,
) -> Iterator[sqlite3.Connection]:
    """Open an existing file, brought up to date; every SQLite error leaves as a DatabaseError.

    `of` is the file that the user named, where `path` is a copy of it or for it. `is_lent`: nobody needs to know
    that such a copy was brought up to date. `advised` says what to do about damage. `longest`: seconds that its proof
    may take.
    """
    named = of or path
    too_long = f"{named} takes too long to check: {(advised or advice)(named)}" if longest else ""
    with translate_os(named):
        header = check_there(path, named, advised)
    with translate_sqlite(path, of=of, advised=advised), _connected(path, longest, too_long) as db:
        _bring_up_to_date(db, path, named, advised, is_lent=is_lent)
        _set_up(db, header)
        yield db


@contextmanager
def _connected(path: Path, longest: float | None, too_long: str) -> Iterator[sqlite3.Connection]:
    with closing(connection.connect(path)) as db, interruptible(db, longest=longest, too_long=too_long):
        yield db


def _set_up(db: sqlite3.Connection, header: bytes) -> None:
    if not is_in_wal_mode(header):
        set_wal(db)
    db.execute("PRAGMA foreign_keys = ON")
    # With WAL, FULL syncs at every commit: what was reported is there after a power cut.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA cache_size = -65536")


def set_wal(db: sqlite3.Connection) -> None:
    """Write through a log, so that readers go on while a long import writes; the mode stays with the file.

    An `init` that was killed may have left another one. Where others read the file just now, or the disk fails, the
    next command does it.
    """
    with suppress(*FAILURES):
        db.execute("PRAGMA journal_mode = WAL").fetchone()


def schema_of(path: Path) -> str:
    """The schema of a file, as it is: nothing is brought up to date. Raises DatabaseError."""
    with translate_os(path):
        check_there(path, path)
    too_long = f"{path} takes too long to read: name another file with --db"
    with (
        translate_sqlite(path),
        closing(connection.connect(path)) as db,
        interruptible(db, longest=connection.LONGEST_LOOK, too_long=too_long),
    ):
        applied = check_ours(db, path, None)
    unapplied = schema.unapplied(applied)
    last = [name for name in schema.MIGRATIONS if name in applied][-1:]
    older = f", older than this program: the next command brings it up to {[*schema.MIGRATIONS][-1]}"
    return f"schema {''.join(last) or 'unknown'}{older if unapplied else ''}"


def check_there(path: Path, named: Path, advised: Advised | None = None) -> bytes:
    """The first bytes of a file that may be a database. Raises DatabaseError, with what is `advised` about damage."""
    try:
        check_regular(path, named)
        _check_one_name(path, named)
        header = header_of(path)
    except (FileNotFoundError, NotADirectoryError):
        raise DatabaseError("no-database", sentence_of_missing(named)) from None
    if not header:
        raise DatabaseError("not-a-database", f"{named} is empty: {_init(named)} makes a database of it")
    if not is_sqlite(header):
        another = "name another file with --db" if advised is None else advised(named)
        raise DatabaseError("not-a-database", f"{named} is not a backsplit database: {another}")
    if is_cut_off(path, header):
        raise DatabaseError("not-a-database", f"{named} is cut off: {(advised or _advice)(named)}")
    return header


def check_regular(path: Path, named: Path) -> None:
    """Raises DatabaseError for what is there and no file, and FileNotFoundError."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise DatabaseError("not-a-database", f"{named} is a folder: name the database file in it")
    if not stat.S_ISREG(mode):
        raise DatabaseError("not-a-database", f"{named} is a device or a pipe, not a database file")


def _check_one_name(path: Path, named: Path) -> None:
    """Raises DatabaseError for a file with hard links: each name would have a write-ahead log of its own."""
    deadline = time.monotonic() + SHORT_WAIT
    real = Path(os.path.realpath(path))
    while has_two_names(real):
        if time.monotonic() > deadline:
            raise DatabaseError(
                "not-a-database",
                f"{named} has a second name (a hard link), under which its changes would get lost:"
                f" remove the other name; `find / -xdev -samefile {named.name}` finds it",
            )
        time.sleep(0.01)


def check_ours(db: sqlite3.Connection, named: Path, advised: Advised | None) -> set[str]:
    """The migrations that a file has. Raises DatabaseError for one of another program, or of a newer backsplit."""
    applied = patiently(named, lambda: _applied(db))
    if not applied and application_id(db) == schema.APPLICATION_ID:
        raise DatabaseError("not-a-database", f"{named} is damaged: {(advised or _advice)(named)}")
    if not applied or application_id(db) != schema.APPLICATION_ID:
        raise DatabaseError("not-a-database", f"{named} is a database of another program: name backsplit's own file")
    if unknown := applied - set(schema.MIGRATIONS):
        raise DatabaseError(
            "newer-database",
            f"{named} was written by a newer backsplit ({', '.join(sorted(unknown))}): upgrade backsplit to use it",
        )
    return applied


def application_id(db: sqlite3.Connection) -> int:
    number: int = db.execute("PRAGMA application_id").fetchone()[0]
    return number


def _fill(new: Path, named: Path, policy: Policy) -> None:
    """Make a database of an empty file."""
    with closing(connection.connect(new)) as db:
        begin(db, named)
        schema.migrate(db)
        db.execute("INSERT INTO settings VALUES ('policy', ?)", (policy.value,))
        db.execute("COMMIT")
        set_wal(db)


def _over_empty(new: Path, real: Path) -> None:
    """Put it in the place of an empty file, whose owner it gets. Raises FileExistsError if that is in use by now."""
    with real.open("rb+") as file:
        patience = Patience(real)
        while True:
            with suppress(BlockingIOError):  # another `init` does the same
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            patience.check()
            time.sleep(0.01)
        found = os.fstat(file.fileno())
        if found.st_size or not os.path.samestat(found, real.stat()):
            raise FileExistsError(real)
        if found.st_uid != new.stat().st_uid:
            os.chown(new, found.st_uid, found.st_gid)
        put_in_place(new, real, overwrite=True)


def _is_empty(path: Path) -> bool | None:
    """Whether the file has nothing in it; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return stat.S_ISREG(found.st_mode) and not found.st_size


def _bring_up_to_date(
    db: sqlite3.Connection, path: Path, named: Path, advised: Advised | None, *, is_lent: bool
) -> None:
    if schema.unapplied(check_ours(db, named, advised)):
        _upgrade(db, path, named, is_lent=is_lent)


def _upgrade(db: sqlite3.Connection, path: Path, named: Path, *, is_lent: bool) -> None:
    begin(db, named)
    needed = schema.unapplied(_applied(db))
    if not needed:  # another process did it while this one waited
        db.execute("ROLLBACK")
        return
    if not is_lent and schema.REWRITING.intersection(needed):
        kept = path.with_name(f"{path.name}.before-{needed[0]}")
        with copied(path, kept, overwrite=True):
            pass
    schema.migrate(db)
    if is_lent:
        db.execute("COMMIT")
        return
    ignore_from_now_on()
    db.execute("COMMIT")
    upgraded()


def _applied(db: sqlite3.Connection) -> set[str]:
    try:
        rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.MIGRATION_SET,))
        return {name for (name,) in rows}
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return set()
        raise


def _init(path: Path) -> str:
    return command(path, "init")


def _advice(path: Path) -> str:
    return advice(path)


PAGES_AT_ONCE = 2_000  # copied between two looks at whether Ctrl-C was pressed


@contextmanager
def copied(path: Path, target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Lend a copy of the file as it is at this moment; it gets the name `target` if nothing was wrong with it.

    Raises FileExistsError where the name is taken, unless `overwrite`.
    """
    with translate_os(target), beside(target) as new:
        with translate_sqlite(path):
            copy(path, new, target)
            prove(new, path)
        share_with_group(new, path)
        yield new
        put_in_place(new, target, overwrite=overwrite)


def copy(path: Path, to: Path, target: Path, how: str = "mode=rw") -> None:
    """SQLite's online backup of `path` into the empty file `to`, which the user knows as `target`.

    `how` are words of SQLite's URI for `path`. Raises sqlite3.Error about `path`, and DatabaseError about `target`.
    """
    with closing(connection.connect(path, how)) as source, closing(connection.connect(to)) as new:
        # What is read first stays what is read: a write of others meanwhile does not start the copy anew.
        source.execute("BEGIN")
        patiently(path, lambda: source.execute("PRAGMA schema_version").fetchone())
        patience = Patience(path)

        def waits(status: int, *_: int) -> None:
            if status & 0xFF in HELD_BY_OTHERS:
                patience.check()

        try:
            source.backup(new, pages=PAGES_AT_ONCE, progress=waits)
        except sqlite3.Error as error:
            if not _is_about_writing(error):
                raise
            with translate_sqlite(to, of=target):
                raise


def prove(new: Path, path: Path, advised: Advised = advice) -> None:
    """Raises DatabaseError about `path` where SQLite finds its copy `new` damaged, with what is `advised`."""
    from backsplit.repository.check import defects  # noqa: PLC0415 - only for a copy

    with closing(connection.connect(new)) as db, interruptible(db):
        for defect in defects(db):
            raise DatabaseError("not-a-database", f"{path} is damaged ({defect}): {advised(path)}")


def readable(path: Path) -> str:
    """Words of SQLite's URI for a file that is only read, perhaps where nothing may be written, as on a DVD."""
    is_writable = os.access(path.absolute().parent, os.W_OK)
    return "mode=rw" if is_writable or has_changes_beside(path) else "mode=ro&immutable=1"


def _is_about_writing(error: sqlite3.Error) -> bool:
    code = primary(error)
    reads = "READ" in str(getattr(error, "sqlite_errorname", "READ"))
    return code in (FULL, READONLY, CANTOPEN) or (code == IOERR and not reads)
