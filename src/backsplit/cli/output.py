"""Printing: sentences, tables, JSON, CSV, workbooks, progress, and a question before a change; errors to stderr."""

from __future__ import annotations

import codecs
import contextlib
import csv
import importlib.util
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import typer

from backsplit.cli.options import DEFAULT_FILE
from backsplit.errors import WrongUsage, how_to_add
from backsplit.render import documents, sentences
from backsplit.render.terminal import STAND_IN, WIDEST, inert, inert_json, wrapped
from backsplit.repository import Repository, open_repository
from backsplit.repository.files import answer_file, check_place
from backsplit.values import NamedTuple

T = TypeVar("T")

if TYPE_CHECKING:
    from typing import Protocol

    from rich.progress import Progress
    from typing_extensions import Self

    from backsplit.errors import Code
    from backsplit.render.layout import Drawable
    from backsplit.render.spreadsheets import Row
    from backsplit.services.status import Changed

    class Service(Protocol):
        """Changes orders, or says with `dry_run` what it would change."""

        def __call__(self, repository: Repository, /, *, dry_run: bool) -> Changed: ...

    class AskedService(Protocol):
        """The same, and with `shown`, which is what a dry run said, it refuses to do anything else."""

        def __call__(self, repository: Repository, /, *, dry_run: bool, shown: Changed | None = None) -> Changed: ...

    class Run(Protocol[T]):
        """The same of a service that has its file already."""

        def __call__(self, *, dry_run: bool, shown: T | None = None) -> T: ...


PAPER = 80
TOGETHER = 100  # items that are encoded together: one by one is slower, and all at once takes much memory
NAME = "backsplit:"
FORMS = {"--json": "as_json", "--csv": "as_csv", "--xlsx": "xlsx"}  # the parameter of each option


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def print_notes(lines: Iterable[str]) -> None:
    """What is said on stderr, where standard output has something else; on a terminal no word is divided."""
    width = _width(sys.stderr)
    for line in lines:
        sys.stderr.write(f"{wrapped(line, width)}\n")


def print_lines(lines: Iterable[str]) -> None:
    """Sentences; on a terminal none is divided within a word."""
    width = _width(sys.stdout)
    for line in lines:
        print_line(wrapped(line, width))


def _width(stream: TextIO, default: int = WIDEST) -> int:
    """The columns of a terminal; `default` where it is none."""
    if not stream.isatty():
        return default
    typed = os.environ.get("COLUMNS", "")
    if typed.isascii() and typed.isdigit() and len(typed) < 6 and int(typed):
        return int(typed)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PAPER
    except OSError:  # a stream of a test is no terminal
        return PAPER


def print_json(document: Any) -> None:
    """One JSON document. Of a list, items are encoded as they come: memory does not grow with it."""
    if isinstance(document, dict):
        print_line(_json(document))
        return
    before, encode, left = "[", _encoder(), iter(document)
    while some := list(islice(left, TOGETHER)):
        sys.stdout.write(before + inert_json(encode(some)[1:-1]))
        before = ", "
    print_line("[]" if before == "[" else "]")


def _json(document: Any) -> str:
    return inert_json(_encoder()(document))


def _encoder() -> Callable[[Any], str]:
    """As `json.dumps`, which would make an encoder for each document, and look for circles in it."""
    return json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def print_csv(rows: Iterable[list[object]]) -> None:
    """Cells as they are where another program reads them; on a terminal, nothing that acts on it."""
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


class Form(NamedTuple):
    """The form of the answer: JSON, CSV, a workbook in a file, else text. `wide`: tables have every column.

    `db` is the database whose place the file of a workbook must not take.
    """

    json: bool = False
    csv: bool = False
    xlsx: Path | None = None
    wide: bool = False
    db: Path = DEFAULT_FILE

    @property
    def is_text(self) -> bool:
        return not (self.json or self.csv or self.xlsx)


def check_form(typed: Mapping[str, Any]) -> None:
    """Raises WrongUsage where two forms of an answer are asked for, or a workbook that cannot be written.

    `typed` are the options of any command, by the names of their parameters. Asked before the database is opened.
    """
    asked = [option for option, name in FORMS.items() if typed.get(name)]
    if len(asked) > 1:
        raise WrongUsage(f"{' and '.join(asked)} are two forms of one answer: choose one")
    if (xlsx := typed.get("xlsx")) is not None:
        if importlib.util.find_spec("xlsxwriter") is None:
            raise WrongUsage(f"--xlsx needs one more package: {how_to_add('xlsx')}, or use --csv")
        from backsplit.render.workbooks import is_workbook  # noqa: PLC0415 - as above

        check_place(Path(xlsx), Path(typed["db"]), is_workbook)


def answer(
    form: Form,
    document: Callable[[], Any],
    *,
    sheets: Mapping[str, Callable[[], Iterable[Row]]] | None = None,
    tables: Callable[[], Iterable[Drawable]] | None = None,
    lines: Callable[[], Iterable[str]] | None = None,
    of: Repository | None = None,
) -> None:
    """Print the answer in its form; what is not asked for is not made.

    `document` makes the JSON, `tables` or `lines` the text. A workbook has all `sheets`; the first of them is the CSV.
    `of` is the repository that a command may have changed: the answer has the number of the change (`made`), and the
    orders on a pick list that it changed.
    """
    if form.json:
        print_json(document() if of is None else document() | documents.made(of.made, of.on_lists))
    elif form.xlsx is not None and sheets is not None:
        save_workbook(form.xlsx, form.db, {name: rows() for name, rows in sheets.items()})
    elif form.csv and sheets is not None:
        from backsplit.render.spreadsheets import without_formulas  # noqa: PLC0415 - only for --csv

        print_csv(without_formulas(next(iter(sheets.values()))()))
    elif tables is not None:
        draw(tables(), wide=form.wide)
    elif lines is not None:
        said = list(lines())
        if of is not None:
            end = said[-1:] if said[-1:] == [*sentences.dry(True)] else []
            said[len(said) - len(end) :] = [*sentences.on_lists(of.on_lists), *end]
        print_lines(said)


def draw(drawn: Iterable[Drawable], *, wide: bool = False) -> None:
    """Tables, and texts around them. A pipe gets every cell whole and no colour, unless colour is forced."""
    if _has_rich(sys.stdout):
        from backsplit.render.rich import draw_on  # noqa: PLC0415 - 25 ms

        draw_on(sys.stdout, drawn, wide=wide)
    else:
        from backsplit.render.layout import lines  # noqa: PLC0415 - only where a table is drawn

        for line in lines(drawn, sys.stdout.encoding or "utf-8"):
            print_line(line)


def _has_rich(stream: TextIO) -> bool:
    """Whether Rich draws: on a terminal, and on what Rich is told to take for one."""
    forced = os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE") == "1"
    return bool(forced) or stream.isatty()


def print_help(command: Any, context: Any) -> None:
    """The help of a command of Typer: 80 columns wide in a pipe."""
    from backsplit.cli.help import help_of, lines  # noqa: PLC0415 - only for help

    for line in lines(help_of(command, context), _width(sys.stdout, PAPER), bold=_has_colour(sys.stdout)):
        print_line(line)


def print_day(group: Any, context: Any, names: Iterable[str]) -> None:
    """The commands of a day, and how to see all."""
    from backsplit.cli.help import day, help_of  # noqa: PLC0415 - only where nothing else was typed

    rows = [(name, group.get_command(context, name)) for name in names]
    for line in day(help_of(group, context), rows, _width(sys.stdout, PAPER), bold=_has_colour(sys.stdout)):
        print_line(line)


def asks(*, yes: bool, dry_run: bool, as_json: bool) -> bool:
    """Whether a command asks first: only where both ends are a terminal, and no option has answered already."""
    return not (yes or dry_run or as_json) and sys.stdin.isatty() and sys.stdout.isatty()


def asked(run: Run[T], preview: Callable[[T], str | None]) -> T:
    """Show what `run(dry_run=True)` would do, ask, and do it. Raises typer.Exit where the answer is no.

    `preview` prints it, and gives the question; where there is nothing to ask about it prints nothing, since the answer
    says so. `run` gets as `shown` what was seen, and refuses to do anything else.
    """
    seen = run(dry_run=True)
    question = preview(seen)
    if question is not None and not typer.confirm(inert(question)):
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


def change(command: str, db: Path, service: Service, *, dry_run: bool, as_json: bool) -> None:
    """Run a service over the file at `db`, and say what it did."""
    with open_repository(db) as repository:
        outcome = service(repository, dry_run=dry_run)
        lines = partial(sentences.changed, command, outcome)
        answer(Form(as_json), lambda: documents.changed(outcome), lines=lines, of=repository)


def change_asked(
    command: str,
    db: Path,
    service: AskedService,
    question: str,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    document: Callable[[Any], dict[str, Any]] = documents.changed,
    lines: Callable[[Any], Iterable[str]] | None = None,
) -> None:
    """The same, but on a terminal the question is asked first, unless `yes`."""
    lines = lines or partial(sentences.changed, command)

    def preview(outcome: Changed) -> str | None:
        if not outcome.orders:
            return None
        said = (line for line in lines(outcome) if line not in sentences.dry(True))
        print_lines(chain(said, sentences.on_lists(repository.on_lists)))
        return question

    with open_repository(db) as repository:
        run = partial(service, repository)
        ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
        outcome = asked(run, preview) if ask else run(dry_run=dry_run)
        answer(Form(as_json), lambda: document(outcome), lines=lambda: lines(outcome), of=repository)


def save_workbook(path: Path, db: Path, sheets: Mapping[str, Iterable[Row]]) -> None:
    """Write the workbook and say so. Raises WrongUsage, NotWritten."""
    from backsplit.render import workbooks  # noqa: PLC0415 - 60 ms, only for --xlsx

    try:
        with answer_file(path, db, workbooks.is_workbook) as new:
            rows = workbooks.save(new, sheets)
    except workbooks.TooManyRows:
        raise WrongUsage(
            f"a sheet holds {workbooks.MOST_ROWS:,} rows at most: use --csv, or --limit or --status for fewer"
        ) from None
    print_line(f"wrote {inert(str(path))}: {sentences.count(rows, 'row')}")
