"""The help of a command, drawn: commands first, then options in groups, then examples to copy. It imports Rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

DOCS = "https://github.com/backsplit/backsplit/tree/main/docs"
TYPED_MOST = 26  # of the left column; an option with a longer value takes two lines
NARROW = 60


@dataclass(frozen=True)
class Parameter:
    """An option or an argument as it is typed, its help, and the heading below which it stands."""

    typed: str
    says: str
    group: str


@dataclass(frozen=True)
class Command:
    """The help of one command. The texts are paragraphs, examples are lines to type.

    `commands` are those below it: heading, name, and what each does.
    """

    words: str
    panel: str
    usage: str
    texts: Sequence[str]
    parameters: Sequence[Parameter]
    examples: Sequence[str]
    notes: Sequence[str]
    commands: Sequence[tuple[str, str, str]] = ()


def drawn(command: Command, last_group: str) -> Iterator[RenderableType]:
    """The help of a command; the group of that name stands below all others."""
    yield Text.assemble("\n Usage: ", (command.usage, "bold"), "\n")
    for text in command.texts:
        yield Padding(Text(text), (0, 1, 1, 1))
    yield from _groups(command.commands)
    by_group = sorted(command.parameters, key=lambda it: (it.group != "Arguments", it.group == last_group))
    yield from _groups([(it.group, it.typed, it.says) for it in by_group])
    if command.examples:
        yield Text("\n Example:" if len(command.examples) == 1 else "\n Examples:")
        yield from (Text(f" {line}", "green", no_wrap=True, overflow="ignore") for line in command.examples)
    for note in command.notes:
        yield Padding(Text(note), (1, 1, 0, 1))
    yield Padding(Text(f"Docs: {DOCS}"), (1, 1, 1, 1))


def _groups(rows: Iterable[tuple[str, str, str]]) -> Iterator[_Group]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for title, typed, says in rows:
        groups.setdefault(title, []).append((typed, says))
    width = max((len(typed) for group in groups.values() for typed, _ in group if len(typed) <= TYPED_MOST), default=0)
    for title, group in groups.items():
        yield _Group(title, group, width)


class _Group:
    """A panel; on a narrow terminal a heading with what is typed above what it does."""

    def __init__(self, title: str, rows: Sequence[tuple[str, str]], width: int) -> None:
        self._title, self._rows, self._width = title, rows, width

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        if options.max_width < NARROW:
            yield Text(f" {self._title}", "bold")
            for typed, says in self._rows:
                yield Text(f"  {typed}", "bold cyan")
                yield Padding(Text(says), (0, 1, 0, 4))
            yield Text()
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="bold cyan", width=self._width)
        grid.add_column(ratio=1)
        for typed, says in self._rows:
            grid.add_row(Text(typed), Text(says))
        yield Panel(grid, title=self._title, title_align="left", border_style="dim")
