"""A file that is open and recognised, and is read item by item."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from types import TracebackType
from typing import Generic, TypeVar, cast

from backsplit.formats.opening.source import Source
from backsplit.formats.report import Report

T = TypeVar("T")


class Reading(Generic[T]):
    """The items of one file. It can be iterated over once.

    Raises BadInput if the file cannot be taken; if for bad rows, then at its end, when all of them are known.
    `only_open`: the file tells what is open, and nothing of orders and units that are sent or cancelled.
    `of_shop`: it is a shop's own export, and no plain file.
    `header_key` is what a --map for this file is remembered by; blank for JSON. `used_map` is the remembered one, if
    it was used.
    `notices` are sentences for the user. They are complete after the last item.
    """

    def __init__(
        self,
        source: Source,
        report: Report,
        format_name: str,
        items: Iterable[T],
        *,
        only_open: bool,
        of_shop: bool,
        header_key: str,
        used_map: Mapping[str, str] | None,
    ) -> None:
        self.format = format_name
        self.only_open = only_open
        self.of_shop = of_shop
        self.header_key, self.used_map = header_key, used_map
        self.path = source.path
        self._source, self._report, self._items = source, report, items

    @property
    def notices(self) -> list[str]:
        return self._report.notices

    def progress(self) -> float | None:
        """The share of the file's bytes on disk that was read, 0 to 1; None if its size is unknown."""
        return self._source.progress()

    def fingerprint(self) -> str:
        """By which the same file is known again. Ask before the items are read."""
        return self._source.fingerprint()

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
