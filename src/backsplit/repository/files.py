"""Files that are there whole or not at all: made beside their place, then put into it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backsplit.errors import WrongUsage

OWNER_ALONE = 0o600
KEPT_BESIDE = ("-wal", "-shm", "-journal")  # the endings of what SQLite keeps beside a file that is in use
PREFIX, SUFFIX = ".backsplit-", ".new"  # of a file that has not got its name yet
LEFT_BEHIND = 3600.0  # seconds after which such a file is one that a killed command has left


def changes_beside(path: Path) -> Path | None:
    """The file beside a database that has changes, or what to take back. A reader may leave empty ones."""
    beside = (Path(f"{path}{ending}") for ending in KEPT_BESIDE if ending != "-shm")
    return next((one for one in beside if _size(one)), None)


def belongs_to(database: Path, path: Path) -> bool:
    """Whether a path leads to a database or to what SQLite keeps beside it, by whatever name, link or mount."""
    original = Path(os.path.realpath(database))
    own = [original, *(Path(f"{original}{ending}") for ending in KEPT_BESIDE)]
    if Path(os.path.realpath(path)) in own:
        return True
    return path.exists() and any(one.exists() and path.samefile(one) for one in own)


def has_changes_beside(path: Path) -> bool:
    return changes_beside(path) is not None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Lend an empty file in the folder of `path`, for its owner's eyes only; it is gone afterwards unless placed."""
    import tempfile  # noqa: PLC0415 - only for a new file or a copy

    _remove_left_behind(path.parent)
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=path.parent)
    try:
        os.fchmod(descriptor, OWNER_ALONE)  # whatever the umask
        os.close(descriptor)
        yield Path(name)
    finally:
        _remove(Path(name))


def _remove(path: Path) -> None:
    for ending in ("", *KEPT_BESIDE):
        with suppress(OSError):
            Path(f"{path}{ending}").unlink()


def _remove_left_behind(folder: Path) -> None:
    """Take away what killed commands have left in a folder, if it is old and no process has it open."""
    with suppress(OSError):
        for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFT_BEHIND and _is_free(path):
                    _remove(path)


def _is_free(path: Path) -> bool:
    """Whether no process has the file locked, as SQLite does with a copy for as long as it is written or proved."""
    import fcntl  # noqa: PLC0415 - hardly ever

    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def put_in_place(new: Path, path: Path, *, overwrite: bool) -> None:
    """Give `new` its name, at once and for good. Raises FileExistsError where there is one, unless `overwrite`."""
    sync(new)
    if overwrite:
        new.replace(path)
    else:
        _link(new, path)
    sync_folder(path.parent)


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


def has_two_names(path: Path) -> bool:
    """Whether a file has hard links. One that a command killed in `put_in_place` has left is taken away."""
    found = path.stat()
    if found.st_nlink > 1:
        for new in path.parent.glob(f"{PREFIX}*{SUFFIX}"):
            with suppress(OSError):
                if new.samefile(path):
                    new.unlink()
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


WORKBOOK, MARKUP, ANYTHING = b"PK", b"<", b""  # how a file begins that an answer may be written over
DATABASE = b"SQLite format 3\0"


def check_place(path: Path | None, begins: bytes = ANYTHING) -> None:
    """Raises WrongUsage where an answer cannot be written to `path`, or something of another kind would be lost.

    Ask it before the database is opened: to read and close a file lets SQLite's locks on it go.
    """
    if path is None:
        return
    with _translate_os(path):
        if path.is_dir():
            raise WrongUsage(f"{path} is a folder: name a file in it")
        if not path.is_file():  # nothing is there, or it is as /dev/stdout
            return
        with path.open("rb") as file:
            there = file.read(max(len(DATABASE), len(begins)))
        if there.startswith(DATABASE) or (there and not there.startswith(begins)):
            kind = "is a database" if there.startswith(DATABASE) else "holds something else"
            raise WrongUsage(f"{path} is there already, and {kind}: name another file")


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Lend the name of a file beside `path`, which takes its place when it is whole; or a pipe itself.

    Raises WrongUsage where it cannot be written.
    """
    if path.exists() and not path.is_file():  # such as /dev/stdout
        with _translate_os(path):
            yield path
        return
    real = Path(os.path.realpath(path))
    new = real.with_name(f".{real.name}.new")
    with _translate_os(path):
        try:
            yield new
            new.replace(real)
        finally:
            new.unlink(missing_ok=True)


@contextmanager
def _translate_os(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
