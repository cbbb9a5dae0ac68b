"""A file that an answer is written to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backsplit.domain.errors import WrongUsage

WORKBOOK, MARKUP, ANYTHING = b"PK", b"<", b""  # how a file begins that an answer may be written over
DATABASE = b"SQLite format 3\0"


def check_place(path: Path | None, begins: bytes = ANYTHING) -> None:
    """Raises WrongUsage where an answer cannot be written to `path`, or something of another kind would be lost.

    Ask it before the database is opened: to read and close a file lets SQLite's locks on it go.
    """
    if path is None:
        return
    with _reachable(path):
        if path.is_dir():
            raise WrongUsage(f"{path} is a folder: name a file in it")
        if not path.is_file():  # nothing is there, or it is as /dev/stdout
            return
        with path.open("rb") as file:
            there = file.read(len(DATABASE))
        if there == DATABASE or (there and not there.startswith(begins)):
            kind = "is a database" if there == DATABASE else "holds something else"
            raise WrongUsage(f"{path} is there already, and {kind}: name another file")


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Lend the name of a file beside `path`, which takes its place when it is whole; or a pipe itself.

    Raises WrongUsage where it cannot be written.
    """
    if path.exists() and not path.is_file():  # such as /dev/stdout
        with _reachable(path):
            yield path
        return
    real = Path(os.path.realpath(path))
    new = real.with_name(f".{real.name}.new")
    with _reachable(path):
        try:
            yield new
            new.replace(real)
        finally:
            new.unlink(missing_ok=True)


@contextmanager
def _reachable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
