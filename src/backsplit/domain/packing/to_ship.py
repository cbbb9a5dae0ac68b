"""Rule 16: which rows of a shop's export go now, and with how many units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class ExportLine(NamedTuple):
    """A line of an order in the export: the line of the file where it begins, its SKU and its units."""

    at: int
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ToShip:
    """What was written: rows that are the same, rows with fewer units, and rows that were left out, by reason.

    `orders` are the numbers that go, as the shop knows them. `without_row` are units in Processing here for which the
    export has no row.
    """

    kept: int
    changed: int
    left_out: dict[str, int]
    orders: tuple[str, ...]
    without_row: dict[str, Counter[str]]
    out: str | None = None


def allot(lines: Sequence[ExportLine], going: Mapping[str, int]) -> tuple[dict[int, int], Counter[str]]:
    """Units for each line, by where it begins, until what goes of its SKU is used up; and what no line takes."""
    left = Counter(going)
    units = {}
    for line in lines:
        goes = min(line.quantity, left[line.sku])
        if goes > 0:
            units[line.at] = goes
            left[line.sku] -= goes
    return units, +left
