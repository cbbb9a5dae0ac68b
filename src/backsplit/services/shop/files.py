"""Files on their way in: their progress, and how they are named in the answer. Part of other jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from backsplit.formats.reading import Reading

T = TypeVar("T")
Progress = Callable[[str, "float | None"], None]
BATCH = 500  # orders handed on at once
AHEAD = 10_000  # orders or counts that are read before the database is locked; they take some 20 MB


def no_progress(doing: str, share: float | None) -> None:
    """Nobody looks."""


def watched(reading: Reading[T], progress: Progress) -> Iterator[T]:
    """The items of a file, with word of how far it has been read."""
    for count, item in enumerate(reading):
        if not count % 1000:
            progress(reading.path, reading.progress())
        yield item


def read_ahead(readings: Sequence[Reading[T]], progress: Progress) -> list[Iterator[T]]:
    """The items of each file. The first ones are read at once: before the database is locked, if this is called before.

    Thus most files are read whole, with all of their errors, while others may write.
    """
    files: list[Iterator[T]] = []
    left = AHEAD
    for reading in readings:
        items = watched(reading, progress)
        begun = list(islice(items, left))
        left -= len(begun)
        files.append(chain(begun, items))
    return files


def file_names(paths: Iterable[str]) -> str:
    """The names of files without their folders, as text that can be stored."""
    names = ["standard input" if path == "-" else path.rsplit("/", 1)[-1] for path in paths]
    return ", ".join(names).encode(errors="backslashreplace").decode()  # a file's name may hold any bytes


def format_names(readings: Sequence[Reading[Any]]) -> str:
    return ", ".join(dict.fromkeys(reading.format for reading in readings))


def notices(readings: Iterable[Reading[Any]]) -> list[str]:
    return [notice for reading in readings for notice in reading.notices]
