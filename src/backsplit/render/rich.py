"""Drawing with Rich, for a terminal: in colour, and in the room that it has. This takes some 25 ms to import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table as RichTable
from rich.text import Text as RichText

from backsplit.render.layout import GAP, Drawable, Fitted, FittedCell, Kind, Table, items
from backsplit.render.terminal import WIDEST, Text, cells, fitting

HEADED = 2  # the columns that begin a block, without their headers


def renderables(drawn: Iterable[Drawable]) -> Iterator[RenderableType]:
    """The same for Rich's console."""
    for item in drawn:
        if isinstance(item, Table):
            yield _Drawn(item)
        else:
            yield item if isinstance(item, str) else _text(item)


def draw_on(stream: TextIO, drawn: Iterable[Drawable], *, wide: bool) -> None:
    """Colour and width follow the terminal. Where it is to be `wide`, and in a pipe, every cell is there, whole."""
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    if wide or not console.is_terminal or not stream.isatty():
        console = Console(file=stream, highlight=False, markup=False, emoji=False, width=WIDEST, soft_wrap=True)
    for renderable in renderables(drawn):
        console.print(renderable)


def _text(text: Text) -> RichText:
    """It is Rich's Text, and not str: Rich would take square brackets in a SKU as markup."""
    return RichText.assemble(*text.words)


class _Drawn:
    """A table that fits its terminal, or blocks where that is too narrow for one."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType | Segment]:
        if self._table.title:
            yield _text(self._table.title)
        fitted = self._table.fitted(options.max_width, options.encoding)
        if fitted.widths is None:
            yield from self._blocks(fitted, console, options.max_width)
        else:
            yield from self._rows(fitted.rows, fitted.widths, console, options)

    def _rows(
        self, rows: list[list[FittedCell]], widths: dict[int, int], console: Console, options: ConsoleOptions
    ) -> Iterator[Segment]:
        """Rich draws the rows; blanks at the end of a line would make a pager wrap it."""
        columns = self._table.columns
        table = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
        for place, width in widths.items():
            column = columns[place]
            table.add_column(
                column.header,
                justify="right" if column.kind is Kind.NUMBER else "left",
                no_wrap=column.kind in (Kind.NAME, Kind.ITEMS),
                overflow="fold",
                style=column.style,
                width=width,
            )
        marker = fitting("…", options.encoding)
        for row, (_, style) in zip(rows, self._table.rows, strict=True):
            table.add_row(
                *(_cut(row[place], columns[place].kind, width, marker) for place, width in widths.items()), style=style
            )
        for line in console.render_lines(table, options, pad=False):
            yield from _without_blanks_at_the_end(line)
            yield Segment.line()

    def _blocks(self, fitted: Fitted, console: Console, width: int) -> Iterator[RenderableType]:
        """For each row its first cells, then a line for each other cell, behind its header."""
        columns = self._table.columns
        labelled = fitted.kept[HEADED:]
        indent = max((cells(columns[place].header) for place in labelled), default=0) + 2 * GAP
        for row, (_, style) in zip(fitted.rows, self._table.rows, strict=True):
            head = [row[place].plain for place in fitted.kept[:HEADED]]
            yield from RichText("  ".join(filter(None, head)), f"bold {style}".strip()).wrap(console, width)
            for place in labelled:
                column = columns[place]
                if said := row[place].plain:
                    yield from _labelled(column.header, RichText(said, column.style or style), indent, console, width)


def _labelled(header: str, said: RichText, indent: int, console: Console, width: int) -> Iterator[RichText]:
    """The cell behind its header; below it where a word is longer than the room there, since none is divided."""
    longest = max(map(cells, said.plain.split()), default=0)
    beside = indent + longest <= width
    indent = indent if beside else min(2 * GAP, max(0, width - longest))
    first, *rest = said.wrap(console, max(1, width - indent))
    first.rstrip()
    label = RichText(" " * GAP + header)
    if beside:
        label.pad_right(indent - cells(label.plain))
        yield label + first
    else:
        yield label
        rest = [first, *rest]
    for line in rest:
        line.rstrip()
        line.pad_left(indent)
        yield line


def _cut(cell: FittedCell, kind: Kind, width: int, marker: str) -> RichText:
    """The cell in a column that is so wide."""
    if not isinstance(cell.said, str):
        return RichText(items(cell.said, width, cells))
    text = RichText(cell.said, cell.style)
    if kind is Kind.NAME and cells(cell.said) > width:
        text.truncate(max(0, width - cells(marker)))
        return RichText(text.plain.rstrip() + marker, cell.style)
    return text


def _without_blanks_at_the_end(line: Sequence[Segment]) -> Sequence[Segment]:
    while line and not line[-1].text.strip():
        line = line[:-1]
    return [*line[:-1], Segment(line[-1].text.rstrip(), line[-1].style)] if line else []
