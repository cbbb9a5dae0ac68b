"""Copies of the file through SQLite, which others may read and write meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from backsplit.domain.errors import DatabaseError
from backsplit.repository.file import connecting
from backsplit.repository.file.backups import advice
from backsplit.repository.file.connecting import (
    CANTOPEN,
    FULL,
    HELD_BY_OTHERS,
    IOERR,
    READONLY,
    Patience,
    patiently,
    primary,
)
from backsplit.repository.file.guarding import Advised, reachable, translated
from backsplit.repository.file.placing import beside, has_changes_beside, put_in_place
from backsplit.repository.file.proving import defects

PAGES_AT_ONCE = 2_000  # copied between two looks at whether Ctrl-C was pressed


@contextmanager
def copied(path: Path, target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Lend a copy of the file as it is at this moment; it gets the name `target` if nothing was wrong with it.

    Raises FileExistsError where the name is taken, unless `overwrite`.
    """
    with reachable(target), beside(target) as new:
        with translated(path):
            copy(path, new, target)
            prove(new, path)
        yield new
        put_in_place(new, target, overwrite=overwrite)


def copy(path: Path, to: Path, target: Path, how: str = "mode=rw") -> None:
    """SQLite's online backup of `path` into the empty file `to`, which the user knows as `target`.

    `how` are words of SQLite's URI for `path`. Raises sqlite3.Error about `path`, and DatabaseError about `target`.
    """
    with closing(connecting.connect(path, how)) as source, closing(connecting.connect(to)) as new:
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
            with translated(to, of=target):
                raise


def prove(new: Path, path: Path, advised: Advised = advice) -> None:
    """Raises DatabaseError about `path` where SQLite finds its copy `new` damaged, with what is `advised`."""
    with closing(connecting.connect(new)) as db:
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
