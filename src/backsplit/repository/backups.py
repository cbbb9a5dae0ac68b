"""Rule 17: a backup takes the place of the file, and what was there is kept beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from backsplit.errors import DatabaseError, Refused
from backsplit.repository import Repository, commit, connection, schema
from backsplit.repository.check import SchemaFault, schema_faults
from backsplit.repository.commit import Identity, check_in_place, identity
from backsplit.repository.connection import (
    DAMAGED,
    FAILURES,
    HELD_BY_OTHERS,
    Patience,
    header_of,
    interruptible,
    is_sqlite,
    longest_proof,
    patiently,
    primary,
)
from backsplit.repository.failures import BEFORE_RESTORE, command, translate_os, translate_sqlite
from backsplit.repository.files import KEPT_BESIDE as BESIDE_IT
from backsplit.repository.files import beside, put_in_place, share_with_group, sync_folder
from backsplit.repository.opening import (
    PAGES_AT_ONCE,
    application_id,
    check_name,
    check_ours,
    check_regular,
    check_there,
    copy,
    open_connection,
    prove,
    readable,
)
from backsplit.signals import ignore_from_now_on
from backsplit.values import NamedTuple

OTHER_MIGRATIONS = """SELECT 1 FROM sqlite_master
WHERE name = '_sqlite_migrations' AND NOT (type = 'table' AND sql LIKE 'CREATE TABLE %')"""
TRIES = 2  # at pages that SQLite finds damaged: a single read may have failed
BETWEEN_LOOKS = 0.02  # seconds after which a file that others write to is tried again


class SetAside(NamedTuple):
    """Where that is kept which was in the place of the file. `whole`: through SQLite, else its bytes as they were."""

    path: Path
    whole: bool = True


class BackupCopy:
    """A copy of a backup in the folder of the file whose place it may take."""

    def __init__(self, copy: Path, backup: Path, path: Path, opened: Identity | None) -> None:
        self._copy, self._backup, self._path, self._opened = copy, backup, path, opened

    @contextmanager
    def opened(self) -> Iterator[Repository]:
        """Lend the repository over the copy, brought up to date. Raises DatabaseError about the backup."""
        longest = longest_proof(self._copy)
        with open_connection(self._copy, of=self._backup, is_lent=True, advised=another, longest=longest) as db:
            yield Repository(db, self._backup)

    def take_place(self, now: datetime) -> SetAside | None:
        """Let the copy take the place of the file: others see either the one or the other. None: nothing was there."""
        return take_place(self._copy, self._path, now, self._opened)


@contextmanager
def open_backup(backup: Path, path: Path) -> Iterator[BackupCopy]:
    """Lend a backup that SQLite finds sound, to be proved. Raises DatabaseError, and Refused for the file itself."""
    opened = identity(path)
    with proved_copy(backup, path) as copy:
        yield BackupCopy(copy, backup, path, opened)


@contextmanager
def proved_copy(backup: Path, path: Path) -> Iterator[Path]:
    """Lend a copy of `backup` in the folder of the file `path`, found sound by SQLite.

    Raises DatabaseError about `backup` where it cannot be used, and Refused where it is the file itself.
    """
    with translate_os(backup):
        if not os.path.lexists(backup):
            raise DatabaseError("no-database", f"there is no {backup}: name a backup")
        with suppress(FileNotFoundError):
            if backup.samefile(path):
                raise Refused("not-allowed", f"{backup} is the database itself: name a backup of it")
        check_there(backup, backup, advised=another)
    real = Path(os.path.realpath(path))
    with translate_os(path):
        check_name(path)
    with translate_os(path), beside(real) as new:
        with translate_sqlite(backup, advised=another):
            copy(backup, new, path, readable(backup))
            missing = _prove_schema(new, backup)
            prove(new, backup, another)
        with translate_sqlite(new, of=path):
            _make_again(new, missing)
        yield new


def _prove_schema(new: Path, backup: Path) -> list[SchemaFault]:
    """The indexes that `backup` lacks. Raises DatabaseError and Refused where it has another schema than its version's.

    Somebody else may have made it: nothing in it may run before that, nor when it is brought up to date.
    """
    with (
        closing(connection.connect(new)) as db,
        interruptible(db, longest=longest_proof(new), too_long=too_long(backup)),
    ):
        db.execute("PRAGMA query_only = ON")
        if db.execute(OTHER_MIGRATIONS).fetchall():
            raise Refused("not-allowed", f"{backup} is broken (its list of migrations is no table): {another(backup)}")
        faults = schema_faults(db, check_ours(db, backup, another))
        for fault in faults:
            if not fault.is_only_slow:
                raise Refused("not-allowed", f"{backup} is broken ({fault.sentence}): {another(backup)}")
        return faults


def _make_again(new: Path, indexes: Iterable[SchemaFault]) -> None:
    """Make the indexes that a backup lacks: no data is lost with one."""
    with closing(connection.connect(new)) as db, interruptible(db):
        for index in indexes:
            db.execute(index.sql)


def too_long(backup: Path) -> str:
    return f"{backup} takes too long to check: {another(backup)}"


def another(_: Path) -> str:
    return "nothing was changed, name another backup"


def take_place(new: Path, path: Path, now: datetime, opened: Identity | None) -> SetAside | None:
    """Let the lent copy take the place of the file. Others see the one or the other, whole. None: nothing was there.

    `opened` is the file that had the name when the command began. Raises DatabaseError where another one has it by now,
    where the file is another program's, where others keep it for over 30 s, or the disk fails.
    """
    real = Path(os.path.realpath(path))
    beginning = real if path.is_symlink() else path
    with translate_os(path), translate_sqlite(path), _alone(path):
        if opened is None and os.path.lexists(real):
            raise FileExistsError(real)
        check_in_place(path, opened, committed=False)
        if not os.path.lexists(real):
            return _onto_nothing(new, real, path, _free_name(beginning, now))
        check_regular(real, path)
        for _ in range(TRIES if is_sqlite(header_of(real)) else 0):
            if kept := _over_sound_pages(new, real, path, opened, lambda: _free_name(beginning, now)):
                check_in_place(path, opened, committed=True)
                return SetAside(kept)
        check_in_place(path, opened, committed=False)
        return _over_what_is_left(new, real, path, _free_name(beginning, now))


def figures_of(path: Path) -> tuple[int, int, str | None] | None:
    """The orders, SKUs and last change of a file that nobody has open, whatever version made it; None if unreadable.

    Signals are not heard by then: what takes too long is given up.
    """
    with (
        suppress(sqlite3.Error, DatabaseError),
        closing(connection.connect(path, "mode=ro&immutable=1")) as db,
        interruptible(db, longest=connection.LONGEST_LOOK),
    ):
        row: tuple[int, int, str | None] = db.execute(connection.FIGURES).fetchone()
        return row
    return None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Says so where another program has put a file in the place that was free."""
    try:
        yield
    except FileExistsError:
        raise DatabaseError(
            "busy", f"another program has made {path} meanwhile: nothing was changed, look again"
        ) from None


def _free_name(path: Path, now: datetime) -> Path:
    first = path.with_name(f"{path.name}{BEFORE_RESTORE}{now:%Y-%m-%d-%H%M%S}")
    name, n = first, 1
    while os.path.lexists(name):
        n += 1
        name = Path(f"{first}-{n}")
    return name


def _over_sound_pages(
    new: Path, real: Path, path: Path, opened: Identity | None, free_name: Callable[[], Path]
) -> Path | None:
    """As below; None where SQLite finds pages damaged that it must read."""
    try:
        return _over_its_pages(new, real, path, opened, free_name)
    except FAILURES as error:
        if primary(error) not in DAMAGED:
            raise
        return None


def _over_its_pages(new: Path, real: Path, path: Path, opened: Identity | None, free_name: Callable[[], Path]) -> Path:
    """Write every page anew, in one transaction of SQLite's: it takes turns with others, who may have the file open.

    Once the first page is written nobody else can write, so what is kept then is what was there at the end. Returns
    where it is kept.
    """
    with closing(connection.connect(real)) as live, closing(connection.connect(new)) as source:
        patiently(path, lambda: live.execute("PRAGMA schema_version").fetchone())
        if application_id(live) != schema.APPLICATION_ID:
            raise DatabaseError(
                "not-a-database", f"{path} is a database of another program: name backsplit's own file with --db"
            )
        patiently(path, lambda: _into_wal(live))
        live.execute("PRAGMA synchronous = FULL")
        _same_page_size(live, source)
        source.execute("BEGIN")
        (pages,) = source.execute("PRAGMA page_count").fetchone()
        at_once = max(1, min(PAGES_AT_ONCE, pages // 2))
        step = _Step(real, path, opened, free_name, at_once)
        is_there: bool | None = False
        try:
            source.backup(live, pages=at_once, progress=step, sleep=BETWEEN_LOOKS)
            is_there = True
        except sqlite3.Error as error:
            if step.commits:
                live.close()  # connections of a process share what one has found: perhaps that it may only read
                is_there = commit.is_committed(live, path, step.has_taken_place, error)
            if is_there is None:
                raise DatabaseError(
                    "uncertain",
                    f"{path} could not be written ({error}), and nobody knows whether the backup is in its place:"
                    f" look with {command(path, 'history', '--limit', '1')}; {step.kept} is what was there before",
                ) from error
            if not is_there:
                raise
        finally:
            if is_there is False:
                step.forget()
        return step.kept


class _Step:
    """Called after each step of SQLite's copying."""

    def __init__(
        self, real: Path, path: Path, opened: Identity | None, free_name: Callable[[], Path], at_once: int
    ) -> None:
        self._real, self._path, self._opened = real, path, opened
        self._free_name = free_name
        self._at_once = at_once
        self._patience = Patience(path)
        self._is_kept = False
        self.commits = False  # the next step, with the last pages

    def __call__(self, status: int, remaining: int, _: int) -> None:
        if status & 0xFF in HELD_BY_OTHERS:
            self._patience.check()
            return
        if not self._is_kept:
            check_in_place(self._path, self._opened, committed=False)
            self._keep()
        if remaining <= self._at_once and not self.commits:
            check_in_place(self._path, self._opened, committed=False)
            ignore_from_now_on()
            self.commits = True

    def has_taken_place(self, db: sqlite3.Connection) -> bool:
        return _version_of_schema(db) != self._version

    def forget(self) -> None:
        """What was there is there still."""
        if self._is_kept:
            with suppress(OSError):
                self.kept.unlink()

    def _keep(self) -> None:
        with closing(connection.connect(self._real)) as db:
            self._version = _version_of_schema(db)  # one more once all pages are written
        with beside(self._real) as old:
            copy(self._real, old, self._path)
            share_with_group(old, self._real)
            self.kept = self._free_name()  # nobody else takes it: one process at a time comes here
            self._is_kept = True
            put_in_place(old, self.kept, overwrite=False)


def _version_of_schema(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA schema_version").fetchone()[0]
    return version


def _into_wal(live: sqlite3.Connection) -> None:
    """So that what was there can be read while it is being replaced."""
    live.execute("PRAGMA journal_mode = WAL").fetchone()


def _same_page_size(live: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """SQLite does not copy pages of one size over pages of another one."""
    (wanted,), (has,) = (db.execute("PRAGMA page_size").fetchone() for db in (live, source))
    if has != wanted:
        source.execute("PRAGMA journal_mode = DELETE").fetchone()
        source.execute(f"PRAGMA page_size = {wanted:d}")
        source.execute("VACUUM")


def _onto_nothing(new: Path, real: Path, path: Path, kept: Path) -> SetAside | None:
    """Put the copy there. Changes of a file that is gone are set aside: SQLite would add them to the copy."""
    ignore_from_now_on()
    with _set_aside(real, path, kept, BESIDE_IT) as left:
        put_in_place(new, real, overwrite=False)
    return SetAside(left, whole=False) if left else None


def _over_what_is_left(new: Path, real: Path, path: Path, kept: Path) -> SetAside:
    """SQLite cannot use what is there, so nobody can have it open: keep it under another name."""
    ignore_from_now_on()
    with _set_aside(real, path, kept, (*BESIDE_IT, "")):
        put_in_place(new, real, overwrite=False)
    return SetAside(kept, whole=False)


@contextmanager
def _set_aside(real: Path, path: Path, kept: Path, endings: Sequence[str]) -> Iterator[Path | None]:
    """Give what lies there the name that is kept, and back where something fails. Lends the first that is not empty."""
    moved: list[tuple[Path, Path]] = []
    try:
        for ending in endings:
            one, to = Path(f"{real}{ending}"), Path(f"{kept}{ending}")
            with suppress(FileNotFoundError):
                one.rename(to)
                moved.append((one, to))
        sync_folder(real.parent)
        yield next((to for one, to in moved if to.stat().st_size and not one.name.endswith("-shm")), None)
    except OSError as error:
        try:
            for one, to in reversed(moved):
                to.rename(one)
        except OSError:
            raise DatabaseError(
                "uncertain",
                f"{path} could not be written ({str(error.strerror or error).lower()}), and nobody knows what is in its"
                f" place: {kept}, and what lies beside it, is what was there before; look after the disk",
            ) from error
        raise
