"""Which columns of a table are shown, and how wide, where the terminal is too narrow for all of them.

SKUs, numbers and dates are never divided. Names give way first; then the column that helps least is left out; only
then does a sentence take a second line. All widths are in cells of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

GAP = 2  # between two columns
NAME_LEAST = 10  # of a name that gives way
ITEMS_WANTED = 28  # of a list of SKUs, before a column that helps less gets room
SENTENCE_WANTED = 60


class Kind(Enum):
    """What the cells of a column hold, and so how they give way."""

    WHOLE = auto()  # a SKU, a number of an order, a date: never divided
    NUMBER = auto()  # the same, set to the right
    NAME = auto()  # is cut, with …
    ITEMS = auto()  # whole items, with `+2 more`
    SENTENCE = auto()  # takes more lines


class Column(NamedTuple):
    """A column by its header. `rank` 0 is always shown; the higher it is, the earlier the column is left out."""

    header: str
    kind: Kind = Kind.WHOLE
    rank: int = 0
    style: str = ""


class Room(NamedTuple):
    """What a column needs: at least, before one that helps less is shown, and for all of its cells."""

    least: int
    wanted: int
    natural: int


def needs(column: Column, cells: Sequence[str | Sequence[str]], length: Callable[[str], int]) -> Room:
    """The room for the header, which may take two lines, and for the cells."""
    word = _in_two_lines(column.header.split(), length)
    longest = max((length(cell if isinstance(cell, str) else ", ".join(cell)) for cell in cells), default=0)
    natural = max(longest, length(column.header))
    if column.kind is Kind.NAME:
        least = wanted = max(word, min(longest, NAME_LEAST))
    elif column.kind is Kind.ITEMS:
        least = max(word, max((length(shortest(cell)) for cell in cells), default=0))
        wanted = max(least, min(longest, ITEMS_WANTED))
    elif column.kind is Kind.SENTENCE:
        least = max(word, max((length(part) for cell in cells for part in str(cell).split()), default=0))
        wanted = max(least, min(longest, SENTENCE_WANTED))
    else:
        least = wanted = max(word, longest)
    return Room(least, wanted, natural)


def fit(columns: Sequence[Column], rooms: Sequence[Room], width: int) -> Mapping[int, int] | None:
    """The width of each column that is shown, by its place; None where not even those that must be shown have room."""
    shown = [place for place, column in enumerate(columns) if column.rank == 0]
    if _total([rooms[place].least for place in shown]) > width:
        return None
    by_rank = sorted(range(len(columns)), key=lambda place: (columns[place].rank, place))
    for place in by_rank:
        if place not in shown and _total([rooms[it].wanted for it in (*shown, place)]) <= width:
            shown.append(place)
    widths = {place: rooms[place].least for place in shown}
    left = width - _total(list(widths.values()))
    by_rank.sort(key=lambda place: columns[place].kind in (Kind.WHOLE, Kind.NUMBER))  # their headers alone want more
    for goal in ("wanted", "natural"):
        for place in by_rank:
            if place in widths:
                more = min(left, getattr(rooms[place], goal) - widths[place])
                widths[place] += more
                left -= more
    return {place: widths[place] for place in sorted(shown)}


def shortest(cell: str | Sequence[str]) -> str:
    """A list of items in the least room that names one of them."""
    if isinstance(cell, str):
        return cell
    return _first(cell, 1) if cell else ""


def items(cell: Sequence[str], width: int, length: Callable[[str], int]) -> str:
    """As many whole items as have room, and how many more there are."""
    for shown in range(len(cell), 1, -1):
        if length(said := _first(cell, shown)) <= width:
            return said
    return shortest(cell)


def _first(cell: Sequence[str], shown: int) -> str:
    more = len(cell) - shown
    return ", ".join([*cell[:shown], *([f"+{more} more"] if more else [])])


def _in_two_lines(words: Sequence[str], length: Callable[[str], int]) -> int:
    """The width in which the words take two lines."""
    halves = ((" ".join(words[:place]), " ".join(words[place:])) for place in range(len(words)))
    return min((max(length(first), length(second)) for first, second in halves), default=0)


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)
