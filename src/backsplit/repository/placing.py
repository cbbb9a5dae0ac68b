"""Files that are there whole or not at all: made beside their place, then put into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER_ALONE = 0o600
KEPT_BESIDE = ("-wal", "-shm", "-journal")  # the endings of what SQLite keeps beside a file that is in use


def has_changes_beside(path: Path) -> bool:
    """Whether a database has changes, or what to take back, in a file beside it. A reader may leave empty ones."""
    return any(_size(Path(f"{path}{ending}")) for ending in KEPT_BESIDE if ending != "-shm")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Lend an empty file in the folder of `path`, for its owner's eyes only; it is gone afterwards unless placed."""
    import tempfile  # noqa: PLC0415 - only for a new file or a copy

    descriptor, name = tempfile.mkstemp(prefix=".backsplit-", suffix=".new", dir=path.parent)
    try:
        os.fchmod(descriptor, OWNER_ALONE)  # whatever the umask
        os.close(descriptor)
        yield Path(name)
    finally:
        for ending in ("", *KEPT_BESIDE):
            with suppress(OSError):
                os.unlink(name + ending)  # noqa: PTH108 - a name with an ending


def put_in_place(new: Path, path: Path, *, overwrite: bool) -> None:
    """Give `new` its name, at once and for good. Raises FileExistsError where there is one, unless `overwrite`."""
    _sync(new)
    if overwrite:
        new.replace(path)
    else:
        _link(new, path)
    with suppress(OSError):  # a folder that may be written but not read, or a disk that knows no such thing
        _sync(path.parent)


def _link(new: Path, path: Path) -> None:
    try:
        os.link(new, path)  # fails where the name is taken; a rename would not
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, such as a USB stick
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        new.rename(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
