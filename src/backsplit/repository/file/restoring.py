"""Rule 17: a backup takes the place of the file, and what was there is kept beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backsplit import schema
from backsplit.domain.errors import DatabaseError, Refused
from backsplit.repository.file import connecting
from backsplit.repository.file.backups import KEPT, command
from backsplit.repository.file.connecting import DAMAGED, FULL, HELD_BY_OTHERS, Patience, patiently, primary
from backsplit.repository.file.copying import PAGES_AT_ONCE, copy, prove, readable
from backsplit.repository.file.guarding import reachable, translated
from backsplit.repository.file.header import header_of, is_sqlite
from backsplit.repository.file.opening import application_id, check_regular, check_there
from backsplit.repository.file.placing import KEPT_BESIDE, beside, put_in_place, sync_folder
from backsplit.stopping import too_late

BETWEEN_LOOKS = 0.02  # seconds after which a file that others write to is tried again


class Kept(NamedTuple):
    """Where that is kept which was in the place of the file. `whole`: through SQLite, else its bytes as they were."""

    path: Path
    whole: bool = True


@contextmanager
def lent(backup: Path, path: Path) -> Iterator[Path]:
    """Lend a copy of `backup` in the folder of the file `path`, found sound by SQLite.

    Raises DatabaseError about `backup` where it cannot be used, and Refused where it is the file itself.
    """
    with reachable(backup):
        if not os.path.lexists(backup):
            raise DatabaseError("no-database", f"there is no {backup}: name a backup")
        with suppress(FileNotFoundError):
            if backup.samefile(path):
                raise Refused("not-allowed", f"{backup} is the database itself: name a backup of it")
        check_there(backup, backup, advised=another)
    real = Path(os.path.realpath(path))
    with reachable(path), beside(real) as new:
        with translated(backup, advised=another):
            copy(backup, new, path, readable(backup))
            prove(new, backup, another)
        yield new


def another(_: Path) -> str:
    return "nothing was changed, name another backup"


def take_place(new: Path, path: Path, now: datetime) -> Kept | None:
    """Let the lent copy take the place of the file. Others see the one or the other, whole. None: nothing was there.

    Raises DatabaseError where the file is another program's, where others keep it for over 30 s, or the disk fails.
    """
    real = Path(os.path.realpath(path))
    kept = _free_name(real if path.is_symlink() else path, now)
    with reachable(path), translated(path):
        if not os.path.lexists(real):
            return _onto_nothing(new, real, kept)
        check_regular(real, path)
        if is_sqlite(header_of(real)):
            try:
                _over_its_pages(new, real, path, kept)
            except sqlite3.DatabaseError as error:
                if primary(error) not in DAMAGED:
                    raise
            else:
                return Kept(kept)
        _over_what_is_left(new, real, kept)
        return Kept(kept, whole=False)


def _free_name(path: Path, now: datetime) -> Path:
    first = path.with_name(f"{path.name}{KEPT}{now:%Y-%m-%d-%H%M%S}")
    name, n = first, 1
    while os.path.lexists(name):
        n += 1
        name = Path(f"{first}-{n}")
    return name


def _over_its_pages(new: Path, real: Path, path: Path, kept: Path) -> None:
    """Write every page anew, in one transaction of SQLite's: it takes turns with others, who may have the file open.

    Once the first page is written nobody else can write, so what is kept then is what was there at the end.
    """
    with closing(connecting.connect(real)) as live, closing(connecting.connect(new)) as source:
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
        step = _Step(real, path, kept, at_once)
        try:
            source.backup(live, pages=at_once, progress=step, sleep=BETWEEN_LOOKS)
        except sqlite3.Error as error:
            if not step.commits or primary(error) == FULL:
                raise
            raise DatabaseError(
                "uncertain",
                f"{path} could not be written ({error}), and nobody knows whether the backup is in its place:"
                f" look with {command(path, 'history', '--limit', '1')}; {kept} is what was there before",
            ) from error
        finally:
            if step.is_kept and not step.commits:
                kept.unlink()


class _Step:
    """Called after each step of SQLite's copying."""

    def __init__(self, real: Path, path: Path, kept: Path, at_once: int) -> None:
        self._files = real, path, kept
        self._at_once = at_once
        self._patience = Patience(path)
        self.is_kept = False
        self.commits = False  # the next step, with the last pages

    def __call__(self, status: int, remaining: int, _: int) -> None:
        if status & 0xFF in HELD_BY_OTHERS:
            self._patience.check()
            return
        if not self.is_kept:
            _keep(*self._files)
            self.is_kept = True
        if remaining <= self._at_once and not self.commits:
            too_late()
            self.commits = True


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


def _keep(real: Path, path: Path, kept: Path) -> None:
    with beside(real) as old:
        copy(real, old, path)
        put_in_place(old, kept, overwrite=False)


def _onto_nothing(new: Path, real: Path, kept: Path) -> Kept | None:
    """Put the copy there. Changes of a file that is gone are set aside: SQLite would add them to the copy."""
    left = _set_aside(real, kept)
    too_late()
    put_in_place(new, real, overwrite=False)
    return Kept(left, whole=False) if left else None


def _over_what_is_left(new: Path, real: Path, kept: Path) -> None:
    """SQLite cannot use what is there, so nobody can have it open: keep it under another name."""
    too_late()
    _set_aside(real, kept)
    real.rename(kept)
    put_in_place(new, real, overwrite=False)


def _set_aside(real: Path, kept: Path) -> Path | None:
    """Give what lies beside the file the name that is kept; the first of these that holds anything."""
    first = None
    for ending in KEPT_BESIDE:
        one, to = Path(f"{real}{ending}"), Path(f"{kept}{ending}")
        with suppress(FileNotFoundError):
            holds = one.stat().st_size and ending != "-shm"
            one.rename(to)
            first = first or (to if holds else None)
    sync_folder(real.parent)
    return first
