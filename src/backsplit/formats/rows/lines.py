"""The lines of a table. Those of the row that is being read are kept, so that they can be read again."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from backsplit.formats.opening.bounds import LONGEST_LINE

MOST_LINES = 10_000  # of one row; a product page in a cell has some hundred


class NotARowError(csv.Error):
    """A reason that is always the same, and what is wrong with the row."""


class Lines:
    """`held` are the lines since the caller last cleared it."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._characters = 0
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        """The lines that were given back, and then those that come. Raises NotARowError where a row has too many."""
        held, again = self.held, self._again
        while again:
            held.append(again.popleft())
            yield held[-1]
        for line in self._text:
            held.append(line)
            if len(held) > 1 and self._is_too_much():
                raise NotARowError("not a row", f"has a quote that is not closed within {MOST_LINES:,} lines")
            yield line

    def give_back(self) -> None:
        """All lines that are held, but the first, come again from a new iterator."""
        self._again.extendleft(reversed(self.held[1:]))

    def _is_too_much(self) -> bool:
        before = len(self.held[0]) if len(self.held) == 2 else self._characters
        self._characters = before + len(self.held[-1])
        return len(self.held) > MOST_LINES or self._characters > LONGEST_LINE
