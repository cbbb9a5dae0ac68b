"""Why a database file cannot be used, in one sentence with the next step."""

from __future__ import annotations

import errno
import os
import pwd
import shlex
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from backsplit.errors import Code, DatabaseError, WrongUsage
from backsplit.repository import connection, schema
from backsplit.repository.connection import (
    CANTOPEN,
    CORRUPT,
    DAMAGED,
    DISK_FAILS,
    FAILURES,
    FULL,
    HELD_BY_OTHERS,
    IOERR,
    NOTADB,
    PERM,
    READONLY,
    Failure,
    header_of,
    interruptible,
    is_backsplit,
    is_backsplit_file,
    longest_proof,
    primary,
    unlockable,
)
from backsplit.repository.files import KEPT_BESIDE, NO_ROOM, has_changes_beside
from backsplit.repository.policy import policy_of
from backsplit.signals import may_have_committed

ROWS, VALUES = "backsplit.repository.", "backsplit.domain."
NOTHING_FOUND = "the system refused it, but refuses nothing at a second look; try again"


def what_keeps_out(path: Path, named: Path) -> tuple[Code, str]:
    """The file or folder that may not be written, whose it is, and what to do about it; or another reason.

    `named` is the file that the user named, where `path` is a copy of it or for it.
    """
    real = Path(os.path.realpath(path))
    if not real.exists():
        return "no-database", "it was moved away while the command ran; nothing was changed, look where it is"
    shown = real if named == path else named
    with ExitStack() as opened:  # all of them at once, as SQLite does: there may be too many open files
        for ending in ("", *KEPT_BESIDE):
            name = Path(f"{real}{ending}")
            try:
                descriptor = os.open(name, os.O_RDWR)
            except FileNotFoundError:
                continue
            except PermissionError:
                return "read-only", _permission(name, real)
            except OSError as error:
                code: Code = "disk-error" if error.errno == errno.EIO else "read-only"
                return code, f"{shown}{ending}: {str(error.strerror or error).lower()}"
            opened.callback(os.close, descriptor)
        if not os.access(real.parent, os.W_OK | os.X_OK):
            folder = f"its folder {real.parent} may not be written; give yourself permission to write in it"
            return "read-only", folder
    return "read-only", NOTHING_FOUND


def _permission(name: Path, real: Path) -> str:
    if name == real:
        return "it is read-only, or you have no permission; make it writable"
    owner = _owner(name)
    if owner is not None:
        return f"{name} beside it belongs to {owner}: ask {owner} to give you permission to write it"
    if name.name.endswith("-shm"):  # it is made anew; what is in the others is not
        return f"{name} beside it was left read-only: remove that file when nobody uses the database"
    return f"{name} beside it was left read-only: make that file writable, and keep it, for it holds changes"


def _owner(name: Path) -> str | None:
    """The name of the user whose file that is; None where it is one's own."""
    try:
        number = name.stat().st_uid
    except OSError:
        return None
    if number == os.geteuid():
        return None
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


BEGINNING = """SELECT c.at, c.command, c.user, e.event, e.order_number, e.sku, e.quantity
FROM events e JOIN changes c ON c.id = change_id WHERE e.id < 10 ORDER BY e.id"""
# in the name of a file that a backup has taken the place of: not a backup, but better than none
BEFORE_RESTORE = ".before-restore-"
LOOKED_AT = 5  # files beside, the newest first: a proof reads all of a file


def command(path: Path, *words: str) -> str:
    """A command line on this file, to be pasted into a shell."""
    return f"`{_typed('backsplit', '--db', str(path), *words)}`"


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
        for file in path.parent.iterdir():
            with suppress(OSError):
                if _may_be_backup(file, path):
                    is_backup = BEFORE_RESTORE not in file.name
                    found.append((is_backup, file.stat().st_mtime, file))
    newest = [file for _, _, file in sorted(found, reverse=True)[:LOOKED_AT]]
    begins = _beginning(path, "mode=rw")
    return next((file for file in newest if _belongs(file, begins) and is_good(file)), None)


def _may_be_backup(file: Path, path: Path) -> bool:
    is_another = file.is_file() and not file.name.startswith(".") and not file.samefile(path)
    return is_another and is_backsplit(header_of(file))


def _belongs(backup: Path, begins: list[tuple[object, ...]] | None) -> bool:
    """Whether it is of the same shop: others may lie in the folder. Where the file cannot be read, nobody knows."""
    return begins is None or begins == _beginning(backup, "mode=ro&immutable=1")


def _beginning(path: Path, how: str) -> list[tuple[object, ...]] | None:
    """The first lines of the history; None where they cannot be read."""
    try:
        with closing(connection.connect(path, how)) as db, interruptible(db, longest=connection.LONGEST_LOOK):
            return db.execute(BEGINNING).fetchall()
    except (*FAILURES, OSError, DatabaseError):
        return None


def is_good(path: Path) -> bool:
    """Whether a backup is sound, and can be used by this program; it is not touched."""
    from backsplit.repository.check import defects, schema_faults, wrong  # noqa: PLC0415 - only where a file is broken

    if has_changes_beside(path):
        return False
    try:
        with (
            closing(connection.connect(path, "mode=ro&immutable=1")) as db,
            interruptible(db, longest=longest_proof(path)),
        ):
            rows = db.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (schema.MIGRATION_SET,))
            applied = {name for (name,) in rows}
            if applied - set(schema.MIGRATIONS) or schema_faults(db, applied):
                return False
            # Most questions are about today's tables: `restore` asks them once an older copy is brought up to date.
            found = defects(db) if schema.unapplied(applied) else wrong(db, lambda: policy_of(db))
            return next(found, None) is None
    except (sqlite3.Error, OSError, ValueError, DatabaseError):
        return False


def first_fault(path: Path) -> str | None:
    """The first thing that is wrong with a file, as `check` says it."""
    from backsplit.repository.check import wrong  # noqa: PLC0415 - only where a file is broken

    try:
        with closing(connection.connect(path)) as db, interruptible(db):
            return next(wrong(db, lambda: policy_of(db)), None)
    except (sqlite3.Error, ValueError) as error:
        return str(error)
    except OSError:
        return None


def _typed(*words: str) -> str:
    return shlex.join(words)


def sentence_of_missing(named: Path) -> str:
    """Says that the file is not there. One of that name in a folder above comes first, then how to make one here."""
    made = f"make it with {command(named, 'init')}, or bring a backup back with {command(named, 'restore', 'FILE')}"
    if named.parent != Path() or named.is_absolute():
        return f"there is no {named}: {made}"
    here = Path.cwd()
    above = next((folder / named for folder in here.parents if _is_there(folder / named)), None)
    if above is None:
        return f"there is no {named} here ({here}): go to the folder that has it, {made}"
    use = f"use it with `{_typed('--db', str(above))}`"
    return f"there is no {named} here ({here}), but {above.parent} has one: {use}, {made}"


def _is_there(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and is_backsplit_file(path)
    return False


FULL_DISK = "the disk is full; nothing was changed, make room and try again"
PERMISSIONS = (errno.EACCES, errno.EPERM, errno.EROFS)
Advised = Callable[[Path], str]  # what to do about damage, with a colon before it


@contextmanager
def translate_os(path: Path) -> Iterator[None]:
    """Every way in which the system keeps a file from being made or opened, as one sentence about it."""
    try:
        yield
    except FileExistsError:  # for the caller to answer
        raise
    except FileNotFoundError:
        raise DatabaseError("no-database", f"{path} cannot be made: there is no folder {path.parent}") from None
    except OSError as error:
        if error.errno in NO_ROOM:
            raise DatabaseError("disk-full", f"{path} could not be written: {FULL_DISK}") from error
        reason = str(error.strerror or error).lower()
        if error.errno in DISK_FAILS:
            raise DatabaseError(
                "disk-error", f"{path} could not be read or written ({reason}): look after the disk"
            ) from error
        advised = "check it, its folder and their permissions" if error.errno in PERMISSIONS else "try again later"
        raise DatabaseError("read-only", f"{path} cannot be used ({reason}): {advised}") from error
    except ValueError:
        if "\0" not in str(path):
            raise
        raise DatabaseError("no-database", f"{str(path)!r} cannot be the name of a file") from None


@contextmanager
def translate_sqlite(path: Path, *, of: Path | None = None, advised: Advised | None = None) -> Iterator[None]:
    """Every way in which the file, or text on its way into it, cannot be used, as one sentence about it.

    `of` is the file that the user named, where another one is worked on. `advised` says what to do about damage.
    """
    try:
        yield
    except FAILURES as error:
        if isinstance(error, UnicodeDecodeError) and not _comes_of_rows(error):
            raise
        found = explained(error, path, of or path, advised or advice)
        if found is None:
            raise
        code, sentence = found
        raise DatabaseError(code, f"{of or path} {sentence}") from error
    except UnicodeEncodeError as error:  # bytes that are no text, from the command line or standard input
        raise WrongUsage(f"{error.object!r} is not UTF-8 text, so backsplit can neither keep nor find it") from None


@contextmanager
def diagnose(path: Path) -> Iterator[None]:
    """Where a row of the file cannot be what it says, say what is wrong with the file. If nothing is, we are wrong."""
    try:
        yield
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        fault = first_fault(path) if _comes_of_rows(error) else None
        if fault is None:
            raise
        raise DatabaseError(
            "not-a-database",
            f"{path} does not fit together ({fault}){'' if may_have_committed() else ', nothing was changed'};"
            f" `backsplit check` says more: {advice(path)}",
        ) from error


def _comes_of_rows(error: BaseException) -> bool:
    """Whether an error was raised where rows become values of the domain, which the repository alone does."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [module for module in modules if module.startswith("backsplit.")]
    return next((module.startswith(ROWS) for module in reversed(ours) if not module.startswith(VALUES)), False)


Explained = tuple[Code, str]

READ_AT_ONCE = 1 << 20
BLOCK = 4096  # bytes for which a disk must have room
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
        with closing(connection.connect(path)) as db, interruptible(db):
            return [found for (found,) in db.execute("PRAGMA integrity_check(1)")] == ["ok"]
    except (*FAILURES, OSError):
        return False


def _full(path: Path) -> str:
    """SQLite sorts in the temporary folder what is too much for memory, and says the same of both disks."""
    if not _is_full(path.parent):
        folder = Path(os.environ.get("SQLITE_TMPDIR") or tempfile.gettempdir())
        if _is_full(folder):
            return f"the temporary folder {folder} is full; nothing was changed, make room in it and try again"
    return FULL_DISK


def _is_full(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail == 0 or found.f_favail == 0 or _is_quota_used_up(folder)


def _is_quota_used_up(folder: Path) -> bool:
    """Whether the system lets us write no more there, which SQLite takes for a disk that fails."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(bytes(BLOCK))
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in NO_ROOM
    return False
