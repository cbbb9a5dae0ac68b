"""Why the file cannot be used, in one sentence with the next step."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from backsplit.domain.errors import Code
from backsplit.repository.file import connecting
from backsplit.repository.file.connecting import (
    CANTOPEN,
    CORRUPT,
    DAMAGED,
    FAILURES,
    FULL,
    HELD_BY_OTHERS,
    IOERR,
    NOTADB,
    PERM,
    READONLY,
    Failure,
    primary,
    unlockable,
)
from backsplit.repository.file.guarding import FULL_DISK
from backsplit.repository.file.rights import what_keeps_out

Explained = tuple[Code, str]

READ_AT_ONCE = 1 << 20
# Of a table that is gone or text that is none, of damage itself, and of a length that no value has.
BY_DAMAGE = (sqlite3.OperationalError, sqlite3.DatabaseError, sqlite3.DataError)


def explained(error: Failure, path: Path, named: Path, advised: Callable[[Path], str]) -> Explained | None:
    """The code and the sentence of an error of SQLite's; None for one that only a mistake of this program causes.

    `named` is the file that the user named, where `path` is a copy of it or for it. `advised` says what to do about
    damage.
    """
    code = primary(error)
    if code in HELD_BY_OTHERS:
        return unlockable(path) or ("busy", "is busy: other programs are using it; try again later")
    if code == PERM:
        return "read-only", "cannot be written: you have no permission"
    if code == FULL or (code == IOERR and _is_full(path.parent)):
        return "disk-full", f"could not be written: {_full(path)}"
    if code == IOERR:
        return "disk-error", f"could not be read or written ({error}); nothing was changed, look after the disk"
    if code in (READONLY, CANTOPEN):
        word, reason = what_keeps_out(path, named)
        return word, f"cannot be {'written' if code == READONLY else 'opened'}: {reason}"
    return _damage(error, path, named, advised)


def _damage(error: Failure, path: Path, named: Path, advised: Callable[[Path], str]) -> Explained | None:
    code = primary(error)
    if code in DAMAGED and (unread := _unread(path)):
        return "disk-error", f"could not be read ({unread}); nothing was changed, look after the disk"
    if code in DAMAGED and _is_sound(path):
        again = "is sound at a second look; nothing was changed, try again and look after the disk"
        return "disk-error", f"could not be read ({error}), but {again}"
    if code == CORRUPT:
        sentence = "is damaged"
    elif code == NOTADB:
        sentence = "is damaged, or not a backsplit database"
    elif isinstance(error, sqlite3.IntegrityError):  # no command breaks a rule of the schema by itself
        sentence = f"does not fit together ({error}), nothing was changed; `backsplit check` says more"
    elif type(error) in BY_DAMAGE:
        sentence = f"is damaged, or was changed by another program ({error})"
    else:
        return None
    return "not-a-database", f"{sentence}: {advised(named)}"


def _unread(path: Path) -> str | None:
    """Why the disk does not yield the bytes of a file, which SQLite calls damage, too."""
    try:
        for ending in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError), Path(f"{path}{ending}").open("rb", buffering=0) as file:
                while file.read(READ_AT_ONCE):
                    pass
    except OSError as error:
        return str(error.strerror or error).lower()
    return None


def _is_sound(path: Path) -> bool:
    """Whether a fresh look finds nothing wrong: a single read may have failed."""
    try:
        with closing(connecting.connect(path)) as db:
            return [found for (found,) in db.execute("PRAGMA integrity_check(1)")] == ["ok"]
    except (*FAILURES, OSError):
        return False


def _full(path: Path) -> str:
    """SQLite sorts in the temporary folder what is too much for memory, and says the same of both disks."""
    if not _is_full(path.parent):
        import tempfile  # noqa: PLC0415 - hardly ever

        folder = Path(os.environ.get("SQLITE_TMPDIR") or tempfile.gettempdir())
        if _is_full(folder):
            return f"the temporary folder {folder} is full; nothing was changed, make room in it and try again"
    return FULL_DISK


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail == 0 or found.f_favail == 0
