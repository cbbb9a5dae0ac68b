"""A file on its way to the caller: opened, recognised, then read item by item."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from types import TracebackType
from typing import Generic, TypeVar, cast

from backsplit.formats.report import Report
from backsplit.formats.source import Source

T = TypeVar("T")


class Reading(Generic[T]):
    """The items of one file, which can be gone through once.

    Iterating raises BadInput where the file cannot be taken: at its end, when all bad rows are known.
    `notices` are sentences for the user, complete when iteration has ended.
    """

    def __init__(self, source: Source, report: Report, format_name: str, items: Iterable[T]) -> None:
        self.format = format_name
        self.path = source.path
        self._source, self._report, self._items = source, report, items

    @property
    def notices(self) -> list[str]:
        return self._report.notices

    def progress(self) -> float | None:
        """The share of the file that was read, 0 to 1, in bytes as they lie on the disk; None where unknown."""
        return self._source.progress()

    def __iter__(self) -> Iterator[T]:
        waiting = self._report.left_out
        with closing(self._source):
            try:
                for item in self._items:
                    if waiting:
                        yield from cast("list[T]", waiting)
                        waiting.clear()
                    yield item
            except (UnicodeError, EOFError, OSError, zlib.error) as error:
                raise self._source.explain(error) from None
            except csv.Error as error:
                raise self._source.refuse(f"is not a table that can be read: {error}.") from None
            yield from cast("list[T]", waiting)
            waiting.clear()
            self._report.finish()

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Reading[T]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
