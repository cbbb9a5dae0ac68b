"""How rows of cells become a table that fits a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto

from backsplit.render.terminal import Text, cells, fitting, inert
from backsplit.values import NamedTuple

GAP = 2  # between two columns
NAME_LEAST = 10  # of a name that gives way
ITEMS_WANTED = 28  # of a list of SKUs, before a column that helps less gets room
SENTENCE_WANTED = 28  # of a sentence, which may take more lines, before a column that helps less gets room


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
        if place not in shown and _total([rooms[index].wanted for index in (*shown, place)]) <= width:
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


NARROW = 60  # a table that does not fit such a terminal is drawn as blocks

Cell = str | int | Text | Sequence[str]  # a sequence is a list of items


class Row(NamedTuple):
    cells: Sequence[Cell]
    style: str


class FittedCell(NamedTuple):
    """A cell in the characters that an output has: a text, or a list of items."""

    said: str | list[str]
    style: str = ""

    @property
    def plain(self) -> str:
        return self.said if isinstance(self.said, str) else ", ".join(self.said)


class Fitted(NamedTuple):
    """What is shown of a table: its columns by their places, with their widths if there is room for a table at all."""

    rows: list[list[FittedCell]]
    kept: list[int]
    widths: dict[int, int] | None


class Table:
    """Rows below headers. A column that may be left out is, where it has no cells."""

    def __init__(self, *columns: Column, title: Text | None = None) -> None:
        self.columns = columns
        self.title = title
        self.rows: list[Row] = []

    def add(self, *cells: Cell, style: str = "") -> None:
        """Add a row, with a cell for each column."""
        self.rows.append(Row(cells, style))

    def fitted(self, width: int, encoding: str) -> Fitted:
        """The table for an output of that width, in the characters that it has."""
        rows = [[_fitted(cell, encoding) for cell in row.cells] for row in self.rows]
        columns = list(zip(*rows, strict=True)) or [() for _ in self.columns]
        kept = [
            place
            for place, column in enumerate(self.columns)
            if not column.rank or any(cell.said for cell in columns[place])
        ]
        rooms = [needs(self.columns[place], [cell.said for cell in columns[place]], cells) for place in kept]
        widths = _widths([self.columns[place] for place in kept], rooms, width)
        return Fitted(rows, kept, widths and {kept[place]: cells for place, cells in widths.items()})


Drawable = str | Text | Table  # a text, in a style or not, stands in a line of its own


def _widths(columns: Sequence[Column], rooms: Sequence[Room], width: int) -> dict[int, int] | None:
    if width < NARROW and sum(room.natural + GAP for room in rooms) - GAP > width:
        return None
    widths = fit(columns, rooms, width)
    return dict(widths) if widths else None


def _fitted(cell: Cell, encoding: str) -> FittedCell:
    """None of its characters acts on a terminal."""
    if isinstance(cell, int):
        return FittedCell(str(cell))
    if isinstance(cell, str):
        return FittedCell(fitting(inert(cell), encoding))
    if isinstance(cell, Text):
        return FittedCell(fitting(inert(cell.plain), encoding), cell.style)
    return FittedCell([fitting(inert(item), encoding) for item in cell])


# Between two columns, below a header, and where the two meet.
LINES = " ", "─", "─"
LINES_IN_ASCII = "|", "-", "+"


def lines(drawn: Iterable[Drawable], encoding: str) -> Iterator[str]:
    """What is to be written, line by line."""
    for item in drawn:
        if isinstance(item, Table):
            yield from _table(item, encoding)
        else:
            yield item if isinstance(item, str) else item.plain


def _table(table: Table, encoding: str) -> Iterator[str]:
    if table.title:
        yield table.title.plain
    rows, _, widths = table.fitted(sys.maxsize, encoding)
    between, below, meeting = LINES if encoding.startswith("utf") else LINES_IN_ASCII
    columns = [(place, width, table.columns[place].kind is Kind.NUMBER) for place, width in (widths or {}).items()]
    gap = " " * (GAP - 1) + between
    yield gap.join(_padded(table.columns[place].header, width, right) for place, width, right in columns).rstrip()
    yield (below * (GAP - 1) + meeting).join(below * width for _, width, _ in columns)
    for row in rows:
        yield gap.join(_padded(row[place].plain, width, right) for place, width, right in columns).rstrip()


def _padded(cell: str, width: int, to_the_right: bool) -> str:
    characters = width + len(cell) - cells(cell)
    return cell.rjust(characters) if to_the_right else cell.ljust(characters)
