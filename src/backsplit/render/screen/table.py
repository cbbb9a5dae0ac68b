"""A table that fits its terminal, or blocks where that is too narrow for one. In a pipe its cells stay whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text

from backsplit.render.inert import fitting, inert
from backsplit.render.screen.layout import GAP, Column, Kind, Room, fit, items, needs

NARROW = 60  # a table that does not fit such a terminal is drawn as blocks
HEADED = 2  # the columns that begin a block, without their headers

Cell = str | int | Text | Sequence[str]  # a sequence is a list of items


class Table:
    """Rows below headers. A column that may be left out is, where it has no cells."""

    def __init__(self, *columns: Column, title: Text | None = None) -> None:
        self._columns = columns
        self._title = title
        self._rows: list[tuple[Sequence[Cell], str]] = []

    def add(self, *cells: Cell, style: str = "") -> None:
        """Add a row, with a cell for each column."""
        self._rows.append((cells, style))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType | Segment]:
        if self._title:
            yield self._title
        rows = [[_fitting(cell, options.encoding) for cell in cells] for cells, _ in self._rows]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in self._columns]
        kept = [
            place for place, column in enumerate(self._columns) if not column.rank or any(map(_plain, columns[place]))
        ]
        rooms = [needs(self._columns[place], list(map(_measured, columns[place])), cell_len) for place in kept]
        widths = _widths([self._columns[place] for place in kept], rooms, options.max_width)
        if widths is None:
            yield from self._blocks(rows, kept, console, options.max_width)
        else:
            yield from self._drawn(rows, {kept[place]: width for place, width in widths.items()}, console, options)

    def _drawn(
        self, rows: list[list[Text | list[str]]], widths: dict[int, int], console: Console, options: ConsoleOptions
    ) -> Iterator[Segment]:
        """Rich draws the rows; blanks at the end of a line would make a pager wrap it."""
        table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
        for place, width in widths.items():
            column = self._columns[place]
            table.add_column(
                column.header,
                justify="right" if column.kind is Kind.NUMBER else "left",
                no_wrap=column.kind in (Kind.NAME, Kind.ITEMS),
                overflow="fold",
                style=column.style,
                width=width,
            )
        marker = fitting("…", options.encoding)
        for cells, (_, style) in zip(rows, self._rows, strict=True):
            table.add_row(
                *(_cut(cells[place], self._columns[place].kind, width, marker) for place, width in widths.items()),
                style=style,
            )
        for line in console.render_lines(table, options, pad=False):
            yield from _without_blanks_at_the_end(line)
            yield Segment.line()

    def _blocks(
        self, rows: list[list[Text | list[str]]], kept: list[int], console: Console, width: int
    ) -> Iterator[RenderableType]:
        """For each row its first cells, then a line for each other cell, behind its header."""
        labelled = kept[HEADED:]
        indent = max((cell_len(self._columns[place].header) for place in labelled), default=0) + 2 * GAP
        for cells, (_, style) in zip(rows, self._rows, strict=True):
            head = [_plain(cells[place]) for place in kept[:HEADED]]
            yield from Text("  ".join(filter(None, head)), f"bold {style}".strip()).wrap(console, width)
            for place in labelled:
                column = self._columns[place]
                if said := _plain(cells[place]):
                    yield from _labelled(column.header, Text(said, column.style or style), indent, console, width)


def _labelled(header: str, said: Text, indent: int, console: Console, width: int) -> Iterator[Text]:
    """The cell behind its header; below it where a word is longer than the room there, since none is divided."""
    longest = max(map(cell_len, said.plain.split()), default=0)
    beside = indent + longest <= width
    indent = indent if beside else min(2 * GAP, max(0, width - longest))
    first, *rest = said.wrap(console, max(1, width - indent))
    label = Text(" " * GAP + header)
    if beside:
        label.pad_right(indent - cell_len(label.plain))
        yield label + first
    else:
        yield label
        rest = [first, *rest]
    for line in rest:
        line.pad_left(indent)
        yield line


def _widths(columns: Sequence[Column], rooms: Sequence[Room], width: int) -> dict[int, int] | None:
    if width < NARROW and sum(room.natural + GAP for room in rooms) - GAP > width:
        return None
    widths = fit(columns, rooms, width)
    return dict(widths) if widths else None


def _fitting(cell: Cell, encoding: str) -> Text | list[str]:
    """Text in the characters that the terminal has, and none that acts on it.

    It is Text, and not str: Rich would take square brackets in a SKU as markup.
    """
    if isinstance(cell, Text):
        return Text(fitting(inert(cell.plain), encoding), cell.style)
    if isinstance(cell, (str, int)):
        return Text(fitting(inert(str(cell)), encoding))
    return [fitting(inert(item), encoding) for item in cell]


def _plain(cell: Text | list[str]) -> str:
    return cell.plain if isinstance(cell, Text) else ", ".join(cell)


def _measured(cell: Text | list[str]) -> str | list[str]:
    return cell.plain if isinstance(cell, Text) else cell


def _cut(cell: Text | list[str], kind: Kind, width: int, marker: str) -> Text:
    """The cell in a column that is so wide."""
    if not isinstance(cell, Text):
        return Text(items(cell, width, cell_len))
    if kind is Kind.NAME and cell_len(cell.plain) > width:
        cut = cell.copy()
        cut.truncate(max(0, width - cell_len(marker)))
        return Text(cut.plain.rstrip() + marker, cell.style)
    return cell


def _without_blanks_at_the_end(line: list[Segment]) -> list[Segment]:
    while line and not line[-1].text.strip():
        line = line[:-1]
    return [*line[:-1], Segment(line[-1].text.rstrip(), line[-1].style)] if line else []
