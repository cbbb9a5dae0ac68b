"""Printing: sentences, tables, JSON, CSV, workbooks, progress, and a question before a change; errors to stderr."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from backsplit.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.render.terminal import STAND_IN, inert, inert_json, wrapped
from backsplit.repository import open_repository
from backsplit.repository.files import written
from backsplit.services.status import Changed

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType
    from rich.progress import Progress
    from typing_extensions import Self

    from backsplit.errors import Code
    from backsplit.render.layout import Drawable


T = TypeVar("T")

WHOLE = 1_000_000  # no table is wider than this
PAPER = 80
TOGETHER = 100  # items that are encoded together: one by one is slower, and all at once takes much memory
NAME = "backsplit:"


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def print_lines(lines: Iterable[str]) -> None:
    """Sentences; on a terminal none is divided within a word."""
    width = _width(sys.stdout)
    for line in lines:
        print_line(wrapped(line, width))


def _width(stream: TextIO) -> int:
    """The columns of a terminal; no end to them elsewhere."""
    if not stream.isatty():
        return WHOLE
    typed = os.environ.get("COLUMNS", "")
    if typed.isascii() and typed.isdigit() and int(typed):
        return int(typed)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PAPER
    except OSError:  # a stream of a test is no terminal
        return PAPER


def print_json(document: Any) -> None:
    print_line(_json(document))


def print_json_items(documents: Iterable[Any]) -> None:
    """One JSON array with an item on each line, written as they come: memory does not grow with it."""
    before, encode = "[", _encoder()
    for document in documents:
        print_line(before + inert_json(encode(document)))
        before = ","
    print_line("]" if before == "," else "[]")


def print_json_array(documents: Iterable[Any]) -> None:
    """The same on one line, as `print_json` would write it."""
    before, encode, left = "[", _encoder(), iter(documents)
    while some := list(islice(left, TOGETHER)):
        sys.stdout.write(before + inert_json(encode(some)[1:-1]))
        before = ", "
    print_line("]" if before == ", " else "[]")


def _json(document: Any) -> str:
    return inert_json(_encoder()(document))


def _encoder() -> Callable[[Any], str]:
    """As `json.dumps`, which would make an encoder for each document, and look for circles in it."""
    import json  # noqa: PLC0415 - only for --json

    return json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def print_csv(rows: Iterable[list[object]]) -> None:
    """Cells as they are where another program reads them; on a terminal, nothing that acts on it."""
    import csv  # noqa: PLC0415 - only for --csv

    _reconfigure(sys.stdout, errors="backslashreplace")  # a SKU with × must not become one with x
    writer = csv.writer(_Lines(), lineterminator="\r\n")
    on_terminal = sys.stdout.isatty()
    found = iter(rows)
    begin = list(islice(found, 2))  # where an order or a SKU is not known, no header is printed either
    for row in chain(begin, found):
        writer.writerow([inert(cell) if on_terminal and isinstance(cell, str) else cell for cell in row])


class _Lines:
    """Rows end in a line feed alone. A carriage return within a cell is quoted, as if rows ended in CRLF."""

    def write(self, row: str) -> None:
        sys.stdout.write(row[:-2] + "\n")


def check_alone(xlsx: Path | None, *others: bool) -> None:
    """Raises WrongUsage where --xlsx cannot be done, before the file is asked."""
    if xlsx is None:
        return
    from importlib.util import find_spec  # noqa: PLC0415 - only for --xlsx

    from backsplit.errors import WrongUsage  # noqa: PLC0415 - as above
    from backsplit.repository.files import WORKBOOK, check_place  # noqa: PLC0415 - as above

    if any(others):
        raise WrongUsage("say --xlsx FILE, --json or --csv, not several")
    if find_spec("xlsxwriter") is None:
        raise WrongUsage("--xlsx needs one more package: pip install 'backsplit[xlsx]', or use --csv")
    check_place(xlsx, WORKBOOK)


def draw(drawn: Iterable[Drawable], *, wide: bool = False) -> None:
    """Tables, and texts around them. A pipe gets every cell whole and no colour, unless colour is forced."""
    if _has_rich(sys.stdout):
        from backsplit.render.rich import renderables  # noqa: PLC0415 - 25 ms

        draw_with_rich(renderables(drawn), wide=wide)
    else:
        from backsplit.render.layout import lines  # noqa: PLC0415 - only where a table is drawn

        for line in lines(drawn, sys.stdout.encoding or "utf-8"):
            print_line(line)


def _has_rich(stream: TextIO) -> bool:
    """Whether Rich draws: on a terminal, and on what Rich is told to take for one."""
    forced = os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE") == "1"
    return bool(forced) or stream.isatty()


def draw_with_rich(renderables: Iterable[RenderableType], *, wide: bool = False, in_a_pipe: int = WHOLE) -> None:
    """Colour and width follow the terminal.

    Where it is to be `wide`, and in a pipe, every column is there and every cell whole, unless a pipe has its width.
    """
    from rich.console import Console  # noqa: PLC0415 - 25 ms

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if wide or not console.is_terminal or not sys.stdout.isatty():
        width, whole = in_a_pipe, in_a_pipe == WHOLE
        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width, soft_wrap=whole)
    for renderable in renderables:
        console.print(renderable)


def asks(*, yes: bool, dry_run: bool, as_json: bool) -> bool:
    """Whether a command asks first: only where both ends are a terminal, and no option has answered already."""
    return not (yes or dry_run or as_json) and sys.stdin.isatty() and sys.stdout.isatty()


def asked(run: Callable[..., T], question: str, preview: Callable[[T], bool]) -> T:
    """Show what `run(dry_run=True)` would do, ask, and do it. Raises typer.Exit where the answer is no.

    `preview` prints it, and is false where there is nothing to ask about. `run` gets as `shown` what was seen,
    and refuses to do anything else.
    """
    import typer  # noqa: PLC0415 - there already

    seen = run(dry_run=True)
    if preview(seen) and not typer.confirm(inert(question)):
        print_line("nothing was changed")
        raise typer.Exit(1)
    return run(dry_run=False, shown=seen)


def fail(code: Code, lines: Sequence[str], exit_code: int, *, as_json: bool) -> int:
    """Say on stderr what is wrong, a line each; the exit code."""
    if as_json:
        said = _json({"error": {"code": code, "message": "\n".join(lines)}})
    else:
        first, *rest = lines
        width = _width(sys.stderr)
        said = "\n".join(wrapped(inert(line), width) for line in (f"{NAME} {first}", *rest))
        if _has_colour(sys.stderr):
            said = said.replace(NAME, f"\x1b[31m{NAME}\x1b[0m", 1)
    with contextlib.suppress(OSError):  # stderr is closed, but the exit code still tells
        sys.stderr.write(said + "\n")
    return exit_code


def _has_colour(stream: TextIO) -> bool:
    """As Rich decides it, which would take too long to import for one word."""
    if os.environ.get("NO_COLOR"):
        return False
    return "FORCE_COLOR" in os.environ or (stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown"))


def prepare_streams(*, as_json: bool) -> None:
    """Make sure that a closed stream, or a character that a stream cannot hold, does not end a command."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
    for stream in (sys.stdout, sys.stderr):
        _reconfigure(stream, encoding="utf-8" if as_json else None, errors="backslashreplace" if as_json else STAND_IN)
    is_ascii = codecs.lookup(getattr(sys.stdin, "encoding", None) or "utf-8").name == "ascii"  # as under LC_ALL=C
    _reconfigure(sys.stdin, encoding="utf-8" if is_ascii else None, errors="surrogateescape")
    if os.environ.get("FORCE_COLOR", "no").lower() in ("", "0", "false"):
        # Rich takes any FORCE_COLOR for a yes.
        del os.environ["FORCE_COLOR"]
        os.environ["NO_COLOR"] = "1"


def _reconfigure(stream: Any, **how: str | None) -> None:
    if hasattr(stream, "reconfigure"):  # a stream of a test may not
        stream.reconfigure(**how)


def drop_output() -> None:
    """Throw away what could not be written. Python would try once more when it ends, and fail once more."""
    with contextlib.suppress(OSError):  # a stream of a test is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


AFTER = 1.0  # seconds of work before anything appears


class Progressing:
    """Shows what is being done while a piece of work lasts, and how much of it is done if `update` says so."""

    def __init__(self, doing: str = "") -> None:
        self._doing = doing
        self._share: float | None = None
        self._bar: Progress | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(AFTER, self._begin) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._timer:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar:
                self._bar.stop()

    def update(self, doing: str, share: float | None) -> None:
        """Say what is being done, and the share of it that is done: 0 to 1, None if unknown."""
        with self._lock:
            self._doing, self._share = doing, share
            self._draw()

    def _begin(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only for long work
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        with self._lock:
            if self._timer is None:  # the work has ended in the meantime
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.add_task("")
            self._draw()
            self._bar.start()

    def _draw(self) -> None:
        if self._bar:
            total = None if self._share is None else 1.0
            self._bar.update(
                self._bar.task_ids[0], description=inert(self._doing), completed=self._share or 0.0, total=total
            )


def change(
    command: str,
    db: Path,
    service: Callable[..., Changed],
    *,
    dry_run: bool,
    as_json: bool,
    question: str = "",
    yes: bool = False,
) -> None:
    """Run a service over the file at `db`, and say what it did.

    `service` takes the repository and `dry_run`. With a `question`, which a terminal is asked unless `yes`, it also
    takes `shown`.
    """

    def preview(outcome: Changed) -> bool:
        print_lines(sentences.changed(command, replace(outcome, dry_run=False)))
        return bool(outcome.orders)

    with open_repository(db) as repository:
        run = partial(service, repository)
        ask = question and asks(yes=yes, dry_run=dry_run, as_json=as_json)
        outcome = asked(run, question, preview) if ask else run(dry_run=dry_run)
    if as_json:
        print_json(documents.changed(outcome))
    else:
        print_lines(sentences.changed(command, outcome))


def save_workbook(path: Path, sheets: Mapping[str, Iterable[list[object]]]) -> None:
    """Write the workbook and say so. Raises WrongUsage."""
    from backsplit.render import spreadsheets  # noqa: PLC0415 - 60 ms, only for --xlsx

    try:
        with written(path) as new, new.open("wb") as file:
            count = spreadsheets.save(file, sheets)
    except spreadsheets.TooManyRows:
        raise WrongUsage(
            f"a sheet holds {spreadsheets.MOST_ROWS:,} rows at most: use --csv, or --limit or --status for fewer"
        ) from None
    print_line(f"wrote {inert(str(path))}: {count:,} {'row' if count == 1 else 'rows'}")
