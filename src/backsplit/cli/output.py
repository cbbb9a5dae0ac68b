"""Printing: sentences, tables, JSON, CSV; errors to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from backsplit.render.inert import inert, inert_json

if TYPE_CHECKING:
    from rich.console import RenderableType

# A pipe gets whole cells: no table is wider than this.
WIDTH_OF_A_PIPE = 1_000_000


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print_line(line)


def warn(line: str) -> None:
    sys.stderr.write(inert(line) + "\n")


def print_json(document: Any) -> None:  # noqa: ANN401 - whatever is JSON
    print_line(_json(document))


def print_json_items(documents: Iterable[Any]) -> None:
    """One JSON array, written as its items come: memory does not grow with it."""
    before = "["
    for document in documents:
        print_line(before + _json(document))
        before = ","
    print_line("]" if before == "," else "[]")


def _json(document: Any) -> str:  # noqa: ANN401
    return inert_json(json.dumps(document, ensure_ascii=False))


def print_csv(rows: Iterable[list[object]]) -> None:
    import csv  # noqa: PLC0415 - only for --csv

    csv.writer(sys.stdout, lineterminator="\n").writerows(rows)


def draw(renderables: Iterable[RenderableType]) -> None:
    """Draw with Rich: colour and width follow the terminal; a pipe gets neither colour nor narrow cells."""
    from rich.console import Console  # noqa: PLC0415 - 50 ms, only where a table is drawn

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal or not sys.stdout.isatty():
        console = Console(
            file=sys.stdout, highlight=False, markup=False, emoji=False, width=WIDTH_OF_A_PIPE, soft_wrap=True
        )
    for renderable in renderables:
        console.print(renderable)


def on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def confirm(question: str, *, yes: bool, as_json: bool, preview: Callable[[], None]) -> bool:
    """Show and ask, where both ends are a terminal and nobody has answered beforehand."""
    if yes or as_json or not on_terminal():
        return True
    import typer  # noqa: PLC0415 - there already

    preview()
    if typer.confirm(question):
        return True
    print_line("nothing was changed")
    return False


def fail(code: str, message: str, exit_code: int, *, as_json: bool) -> int:
    """Say on stderr what is wrong; the exit code."""
    if as_json:
        sys.stderr.write(_json({"error": {"code": code, "message": message}}) + "\n")
    else:
        first, *rest = message.split("\n")
        sys.stderr.write("\n".join(inert(line) for line in (f"backsplit: {first}", *rest)) + "\n")
    return exit_code
