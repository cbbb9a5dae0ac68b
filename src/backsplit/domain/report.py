"""How well it goes: first-time fill rates, waiting times, the ages of what waits, and all of it by week.

The rates are those that inventory textbooks call the order, line and unit fill rate (docs/report.md has the formulas
and their sources). Ages and waiting times are in days of 24 hours and begin when the order was placed, as every AGE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backsplit.domain.orders import Order
from backsplit.values import NamedTuple

# Upper ends, in days, of the rows of the histogram; above the last there is one more.
AGES = (1, 3, 7, 14, 28, 56)


class Rate(NamedTuple):
    """How many came, and how many of them could go at once when they came in."""

    came: int
    at_once: int

    @property
    def rate(self) -> float | None:
        """The share that could go at once, from 0 to 1, to four places. None where nothing came."""
        return round(self.at_once / self.came, 4) if self.came else None


class FillRates(NamedTuple):
    """Orders with their lines and units, inserts aside. An order could go at once if all its lines could."""

    orders: Rate
    lines: Rate
    units: Rate


class Bar(NamedTuple):
    """Orders that wait, by age: from so many days on and below so many; None for no end."""

    from_days: int
    to_days: int | None
    orders: int


class Waiting(NamedTuple):
    """The Backorder orders as they are now. `oldest` is when the first of them was placed."""

    orders: int
    units: int
    median_days: float | None
    p90_days: float | None
    oldest: str | None
    ages: tuple[Bar, ...]


class Released(NamedTuple):
    """Orders that waited and were released; the days from when they were placed."""

    orders: int
    median_days: float | None
    p90_days: float | None


class Week(NamedTuple):
    """`week` is its Monday. Orders that were placed in it, and could go at once; and what was done in it."""

    week: str
    came: int = 0
    at_once: int = 0
    split: int = 0
    released: int = 0
    shipped: int = 0


class Report(NamedTuple):
    """`since` is the first moment that counts, None for all. `earlier` orders came before lines and units were kept."""

    since: str | None
    fill_rates: FillRates
    earlier: int
    waiting: Waiting
    released: Released
    weeks: tuple[Week, ...]


def fill_rates(order: Order) -> FillRates:
    """What one order is to the rates when it comes in. Raises nothing; what it lacks is in `order.short`."""
    lines = [(line.quantity, short) for line, short in zip(order.lines, order.short, strict=True) if not line.insert]
    units = sum(quantity for quantity, _ in lines)
    return FillRates(
        Rate(1, int(not any(short for _, short in lines))),
        Rate(len(lines), sum(not short for _, short in lines)),
        Rate(units, units - sum(short for _, short in lines)),
    )


def median(sorted_days: Sequence[float]) -> float | None:
    """The middle one, or the mean of the two in the middle, to a tenth of a day."""
    if not sorted_days:
        return None
    half = len(sorted_days) // 2
    middle = sorted_days[half] if len(sorted_days) % 2 else (sorted_days[half - 1] + sorted_days[half]) / 2
    return round(middle, 1)


def ninety_percent(sorted_days: Sequence[float]) -> float | None:
    """The smallest that at least 90 % are not above (the nearest rank), to a tenth of a day."""
    return round(sorted_days[-(-len(sorted_days) * 9 // 10) - 1], 1) if sorted_days else None


def histogram(days: Iterable[float]) -> tuple[Bar, ...]:
    """How many are of which age, a row for each of AGES and one for what is older."""
    ends = (*AGES, None)
    counts = [0] * len(ends)
    for age in days:
        counts[next((at for at, end in enumerate(AGES) if age < end), len(AGES))] += 1
    return tuple(Bar(begin, end, count) for begin, end, count in zip((0, *AGES), ends, counts, strict=True))
