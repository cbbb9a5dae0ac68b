"""One way to write a file whole: it is made in a private folder beside its place, and gets its name when it is whole.

Backups, restored files, new databases and every answer in a file (--xlsx, --html, --svg, --out, demo) are written so.
Nobody can foresee the name of the private folder, and only its owner may enter it, so no link can be planted in it. It
is locked for as long as its process lives: what a killed command has left is taken away by the next one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backsplit.errors import NotWritten, WrongUsage
from backsplit.signals import ignore_from_now_on

OWNER_ALONE = 0o600
SQLITE = b"SQLite format 3\x00"
KEPT_BESIDE = ("-wal", "-shm", "-journal")  # the endings of what SQLite keeps beside a file that is in use
PREFIX, SUFFIX = ".backsplit-", ".new"  # of a private folder; in earlier versions, of the half-made file itself
HALF_MADE = "file"  # the name of the file in its private folder
LEFT_BEHIND = 3600.0  # seconds after which it was left by a killed command, where no lock tells
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

IsEarlier = Callable[[Path], bool]  # whether a file is an earlier answer of the same kind, by its contents


# Names that no new file may have


def changes_beside(path: Path) -> Path | None:
    """The file beside a database that has changes, or what to take back. A reader may leave empty ones."""
    beside = (Path(f"{path}{ending}") for ending in KEPT_BESIDE if ending != "-shm")
    return next((file for file in beside if _size(file)), None)


def has_changes_beside(path: Path) -> bool:
    return changes_beside(path) is not None


def belongs_to(database: Path, path: Path) -> bool:
    """Whether a path leads to a database or to what SQLite keeps beside it, by whatever name, link or mount."""
    original = Path(os.path.realpath(database))
    own = [original, *(Path(f"{original}{ending}") for ending in KEPT_BESIDE)]
    if Path(os.path.realpath(path)) in own:
        return True
    return path.exists() and any(file.exists() and path.samefile(file) for file in own)


def database_beside(path: Path) -> Path | None:
    """The database for which SQLite would take a file of this name: `x.db` for `x.db-wal`, if it is one.

    Never call it with a name beside a database that this process has open, as of `header_of`.
    """
    for name in (str(path), os.path.realpath(path)):
        for ending in KEPT_BESIDE:
            database = Path(name.removesuffix(ending))
            if name.endswith(ending) and database.is_file() and _begins_as_sqlite(database):
                return database
    return None


def why_not(path: Path, database: Path) -> str | None:
    """Why a command must not write a file of this name, whatever shall be in it; None where it may."""
    if str(path) == "-":
        return "is no name of a file, and standard output is not written to"
    if belongs_to(database, path):
        return "belongs to the database itself"
    if other := database_beside(path):
        return f"belongs to the database {other}"
    if left := changes_beside(path):
        return f"cannot be written while {left} holds changes of another file; move that away"
    return None


def _begins_as_sqlite(path: Path) -> bool:
    """Also true where nobody may look."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


# Half-made files


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Lend an empty file on the disk of `path`, for its owner's eyes only; it is gone afterwards unless placed.

    Raises OSError. Other files may be made beside the one that is lent: they are gone afterwards, too.
    """
    _remove_left_behind(path.parent)
    folder = path.parent / f"{PREFIX}{os.urandom(8).hex()}{SUFFIX}"  # named first: Ctrl-C may come once it is made
    lock = None
    try:
        lock = _make_private(folder)
        new = folder / HALF_MADE
        descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, OWNER_ALONE)
        os.fchmod(descriptor, OWNER_ALONE)  # whatever the umask
        os.close(descriptor)
        yield new
    finally:
        _remove(folder)
        if lock is not None:
            os.close(lock)


def put_in_place(new: Path, path: Path, *, overwrite: bool) -> None:
    """Give `new` its name, at once and for good. Raises FileExistsError where there is one, unless `overwrite`."""
    sync(new)
    if overwrite:
        new.replace(path)
    else:
        _link(new, path)
    sync_folder(path.parent)


def has_two_names(path: Path) -> bool:
    """Whether a file has hard links. One that a command killed in `put_in_place` has left is taken away."""
    found = path.stat()
    if found.st_nlink > 1:
        for left in path.parent.glob(f"{PREFIX}*{SUFFIX}"):
            for new in (left, left / HALF_MADE):
                with suppress(OSError):
                    if new.samefile(path):
                        new.unlink()
                        left.rmdir()
        found = path.stat()
    return found.st_nlink > 1


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written, too."""
    with suppress(OSError):  # a folder that may be written but not read, or a disk that knows no such thing
        sync(folder)


def _make_private(folder: Path) -> int:
    """Make a folder that only its owner may enter. Returns the lock on it."""
    while True:
        folder.mkdir(0o700)
        try:
            folder.chmod(0o700)  # whatever the umask
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:  # as below
            continue
        _lock(lock, wait=True)
        if os.fstat(lock).st_nlink:
            return lock
        os.close(lock)  # another command was quicker and has taken it for one that was left behind


def _lock(descriptor: int, *, wait: bool) -> bool | None:
    """Lock a private folder. False where its process lives; None where the disk knows no such locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove(folder: Path) -> None:
    with suppress(OSError):
        for file in list(folder.iterdir()):
            with suppress(OSError):
                file.unlink()
        folder.rmdir()


def _remove_left_behind(parent: Path) -> None:
    """Take away what killed commands have left in a folder: what no living process has locked."""
    with suppress(OSError):
        for left in list(parent.glob(f"{PREFIX}*{SUFFIX}")):
            with suppress(OSError):
                _remove_folder_of_the_dead(left) if left.is_dir() else _remove_file_of_the_dead(left)


def _remove_folder_of_the_dead(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        is_free = _lock(lock, wait=False)
        if is_free or (is_free is None and _is_old(folder)):
            _remove(folder)
    finally:
        os.close(lock)


def _remove_file_of_the_dead(path: Path) -> None:
    """An earlier version has left it, which locked such files only while SQLite wrote or proved them."""
    if not _is_old(path):
        return
    with path.open("rb+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for ending in ("", *KEPT_BESIDE):
            Path(f"{path}{ending}").unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    return time.time() - path.lstat().st_mtime > LEFT_BEHIND


def _link(new: Path, path: Path) -> None:
    try:
        os.link(new, path)  # fails where the name is taken; a rename would not
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, such as a USB stick
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        new.rename(path)
    else:
        with suppress(OSError):  # it has its name; who opens it takes the other one away
            new.unlink()  # a database with two names is refused


# Answers


def begins_with(*beginnings: bytes) -> IsEarlier:
    """Tells an earlier answer by how it begins, such as its header."""

    def is_earlier(path: Path) -> bool:
        with path.open("rb") as file:
            return file.read(max(map(len, beginnings))).startswith(beginnings)

    return is_earlier


def check_place(path: Path | None, database: Path, is_earlier: IsEarlier) -> None:
    """Raises WrongUsage where an answer must not be written to `path`, since something else would be lost.

    Ask it before the database is opened: to read and close a file lets SQLite's locks on it go.
    """
    if path is None:
        return
    if path.is_dir():
        raise WrongUsage(f"{path} is a folder: name a file in it")
    with suppress(FileNotFoundError):
        if path.samefile(database):
            raise WrongUsage(f"{path} is there already, and is a database: name another file")
    if reason := why_not(path, database):
        raise WrongUsage(f"{path} {reason}: name another file")
    if path.is_file():
        if kind := _another_kind(path, is_earlier):
            raise WrongUsage(f"{path} is there already, and {kind}: name another file")
    elif path.is_symlink() and not path.exists():
        raise WrongUsage(f"{path} is a link that leads nowhere: name the file itself")
    else:
        _check_folder(path)


def check_out(out: Path | None, through: str, database: Path, is_earlier: IsEarlier) -> None:
    """The same for an export that is written again: it does not take its own place either."""
    with suppress(OSError):  # one of the two is not there
        if out and out.samefile(through):
            raise WrongUsage(f"{out} is the export itself: name another file")
    check_place(out, database, is_earlier)


def _check_folder(path: Path) -> None:
    folder = Path(os.path.realpath(path)).parent
    if not folder.is_dir():
        raise WrongUsage(f"{path} cannot be written: no such file or directory; make the folder {path.parent} first")


def _another_kind(path: Path, is_earlier: IsEarlier) -> str | None:
    """What a file is that is not an earlier answer, nor empty."""
    with writable(path):
        if not path.stat().st_size:
            return None
        if _begins_as_sqlite(path):
            return "is a database"
        return None if is_earlier(path) else "holds something else"


@contextmanager
def answer_file(path: Path, database: Path, is_earlier: IsEarlier) -> Iterator[Path]:
    """Lend a file beside `path`, which takes its place when it is whole; or a pipe itself.

    Only the owner may read an answer, unless an earlier one had other rights. Raises WrongUsage as of `check_place`,
    which is asked once more at the end, and NotWritten where the system does not let it be written.
    """
    if path.exists() and not path.is_file():  # such as /dev/stdout
        with writable(path):
            yield path
        return
    _check_folder(path)
    real = Path(os.path.realpath(path))
    with writable(path), beside(real) as new:
        yield new
        check_place(path, database, is_earlier)
        _take_rights(new, real)
        ignore_from_now_on()
        put_in_place(new, real, overwrite=True)


def share_with_group(new: Path, of: Path) -> None:
    """Let the group of the file `of`, if it may read or write that, do the same with a copy of it."""
    with suppress(OSError):  # a group that we are not in: the copy is its maker's alone
        found = of.stat()
        if found.st_mode & stat.S_IRWXG:
            if found.st_gid != new.stat().st_gid:
                os.chown(new, -1, found.st_gid)
            new.chmod(OWNER_ALONE | found.st_mode & (stat.S_IRGRP | stat.S_IWGRP))


def _take_rights(new: Path, path: Path) -> None:
    """The owner and the rights of the file whose place it takes."""
    with suppress(FileNotFoundError):
        before, now = path.stat(), new.stat()
        mode = before.st_mode & 0o777
        try:
            if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
                os.chown(new, before.st_uid, before.st_gid)
        except OSError:  # its group is one that we are not in
            mode &= ~stat.S_IRWXG
        new.chmod(mode)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Every way in which the system keeps an answer from being written, as one sentence about it."""
    try:
        yield
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {_why(error)}") from error


def _why(error: OSError) -> str:
    if error.errno in NO_ROOM:
        return "the disk is full; make room and try again"
    reason = str(error.strerror or error).lower()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{reason}; check its folder and their permissions, or name another file"
    return f"{reason}; try again, or name another file"
