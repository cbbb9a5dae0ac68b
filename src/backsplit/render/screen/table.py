"""A table, and what of it an output has room for. Who draws it is decided elsewhere: `plain`, or Rich `in_colour`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backsplit.render.inert import fitting, inert
from backsplit.render.screen.layout import GAP, Column, Room, fit, needs
from backsplit.render.screen.text import Text, cells

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
