"""Checked values, remembered by their cells: a large file repeats a few thousand cells again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_MOST = 50_000  # different cells of a column

T = TypeVar("T")


class Remembered(dict[str, T]):
    """A cell is checked once for as long as it is remembered. Each value is then one object."""

    def __init__(self, check: Callable[[str], T]) -> None:
        super().__init__()
        self._check = check

    def __missing__(self, cell: str) -> T:
        if len(self) >= _MOST:
            self.clear()
        value = self[cell] = self._check(cell)
        return value
