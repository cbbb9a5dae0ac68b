"""Rows of a delimited file as they stand in it, character for character, so that they can be written again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

LINE_END = re.compile(r"[\r\n]*\Z")


class RawRow(NamedTuple):
    """A row with its line end. `at` is the line on which it begins; `spans` say where each cell begins and ends."""

    at: int
    text: str
    spans: tuple[tuple[int, int], ...]

    def cell(self, place: int) -> str:
        """The text of a cell without its quotes and outer blanks; a cell that is not there is blank."""
        if place >= len(self.spans):
            return ""
        begin, end = self.spans[place]
        raw = self.text[begin:end].strip()
        return raw[1:-1].replace('""', '"').strip() if _is_quoted(raw) else raw

    def with_cells(self, cells: dict[int, str]) -> str:
        """The row with other raw text in these cells, and the same in all others."""
        parts, last = [], 0
        for place, (begin, end) in enumerate(self.spans):
            if place in cells:
                parts += [self.text[last:begin], cells[place]]
                last = end
        return "".join([*parts, self.text[last:]])

    def raw(self, place: int) -> str:
        """A cell with its quotes."""
        begin, end = self.spans[place] if place < len(self.spans) else (0, 0)
        return self.text[begin:end]

    def like(self, place: int, text: str) -> str:
        """The text as a cell in the place of another: quoted if that one is."""
        return f'"{text}"' if _is_quoted(self.raw(place).strip()) else text


def raw_rows(lines: Iterable[str], delimiter: str, *, quoted: bool) -> Iterator[RawRow]:
    """The rows of these lines, which keep their line ends. A row with a quote that is never closed ends the file."""
    held: list[str] = []
    begun = 1
    for at, line in enumerate(lines, 1):
        begun = begun if held else at
        held.append(line)
        if len(held) > 1 and '"' not in line:  # within the quotes still
            continue
        row = "".join(held)
        spans = _spans(row, delimiter, quoted=quoted)
        if spans is not None:
            yield RawRow(begun, row, spans)
            held.clear()
    if row := "".join(held):
        yield RawRow(begun, row, ((0, len(row)),))


def _spans(row: str, delimiter: str, *, quoted: bool) -> tuple[tuple[int, int], ...] | None:
    """Where the cells of a row are; None where a quote is open at its end."""
    match = LINE_END.search(row)
    end = match.start() if match else len(row)
    if not quoted or '"' not in row:
        spans, begin = [], 0
        for cell in row[:end].split(delimiter):
            spans.append((begin, begin + len(cell)))
            begin += len(cell) + len(delimiter)
        return tuple(spans)
    pattern = _cell(delimiter)
    spans, begin = [], 0
    while found := pattern.match(row, begin):
        stop = found.end()
        if not found["closed"] and row[begin:stop].lstrip(" ").startswith('"'):
            return None
        spans.append((begin, stop))
        if row[stop : stop + 1] != delimiter:
            break
        begin = stop + 1
    return tuple(spans)


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    """A quoted cell, whose quotes may hold anything, or one without quotes."""
    other = f"[^{re.escape(delimiter)}\\r\\n]*"
    return re.compile(f' *(?P<closed>"(?:[^"]|"")*"(?!"){other})|{other}')


def _is_quoted(raw: str) -> bool:
    return len(raw) > 1 and raw.startswith('"') and raw.endswith('"')
