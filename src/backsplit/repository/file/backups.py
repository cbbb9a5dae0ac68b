"""The last good backup that lies beside a file, and how to put it in its place."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from backsplit import schema
from backsplit.repository.file import connecting
from backsplit.repository.file.connecting import FAILURES
from backsplit.repository.file.header import header_of, is_backsplit
from backsplit.repository.file.placing import has_changes_beside

BEGINNING = """SELECT c.at, c.command, c.user, e.event, e.order_number, e.sku, e.quantity
FROM events e JOIN changes c ON c.id = change_id WHERE e.id < 10 ORDER BY e.id"""
KEPT = (
    ".before-restore-"  # in the name of a file that a backup has taken the place of: not a backup, but better than none
)
LOOKED_AT = 5  # files beside, the newest first: a proof reads all of a file


def command(path: Path, *words: str) -> str:
    """A command line on this file, to be pasted into a shell."""
    return f"`backsplit --db {shlex.quote(str(path))} {' '.join(shlex.quote(word) for word in words)}`"


def advice(path: Path) -> str:
    """What to do about a file that is not sound."""
    good = last_good_beside(path)
    if good is None:
        return f"{command(path, 'restore', 'FILE')} puts a backup in its place"
    return f"the last good backup beside it is {good.name}: {command(path, 'restore', str(good))} puts it in its place"


def last_good_beside(path: Path) -> Path | None:
    """The newest sound backup in the folder of the file."""
    found: list[tuple[bool, float, Path]] = []
    with suppress(OSError):
        for one in path.parent.iterdir():
            with suppress(OSError):
                if _may_be_backup(one, path):
                    is_backup = KEPT not in one.name
                    found.append((is_backup, one.stat().st_mtime, one))
    newest = [one for _, _, one in sorted(found, reverse=True)[:LOOKED_AT]]
    begins = _beginning(path, "mode=rw")
    return next((one for one in newest if _belongs(one, begins) and is_good(one)), None)


def _may_be_backup(one: Path, path: Path) -> bool:
    is_another = one.is_file() and not one.name.startswith(".") and not one.samefile(path)
    return is_another and is_backsplit(header_of(one))


def _belongs(backup: Path, begins: list[tuple[object, ...]] | None) -> bool:
    """Whether it is of the same shop: others may lie in the folder. Where the file cannot be read, nobody knows."""
    return begins is None or begins == _beginning(backup, "mode=ro&immutable=1")


def _beginning(path: Path, how: str) -> list[tuple[object, ...]] | None:
    """The first lines of the history; None where they cannot be read."""
    try:
        with closing(connecting.connect(path, how)) as db:
            return db.execute(BEGINNING).fetchall()
    except (*FAILURES, OSError):
        return None


def is_good(path: Path) -> bool:
    """Whether a backup is sound, and can be used by this program; it is not touched."""
    from backsplit.repository.check import wrong  # noqa: PLC0415 - only where a file is broken
    from backsplit.repository.fairness import policy_of  # noqa: PLC0415
    from backsplit.repository.file.proving import defects  # noqa: PLC0415

    if has_changes_beside(path):
        return False
    try:
        with closing(connecting.connect(path, "mode=ro&immutable=1")) as db:
            rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.MIGRATION_SET,))
            applied = {name for (name,) in rows}
            if applied - set(schema.MIGRATIONS):
                return False
            # Most questions are about today's tables: `restore` asks them once an older copy is brought up to date.
            found = defects(db) if schema.unapplied(applied) else wrong(db, policy_of(db))
            return next(found, None) is None
    except (sqlite3.Error, OSError, ValueError):
        return False


def first_fault(path: Path) -> str | None:
    """The first thing that is wrong with a file, as `check` says it."""
    from backsplit.repository.check import wrong  # noqa: PLC0415 - only where a file is broken
    from backsplit.repository.fairness import policy_of  # noqa: PLC0415

    try:
        with closing(connecting.connect(path)) as db:
            return next(wrong(db, policy_of(db)), None)
    except (sqlite3.Error, ValueError) as error:
        return str(error)
    except OSError:
        return None
