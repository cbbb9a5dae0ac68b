"""The options and arguments that several commands share, and the file they work on."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from backsplit.domain.errors import WrongUsage

DEFAULT_FILE = "backsplit.db"
# Completion puts words into the shell's line as they are: `$(…)` in a SKU would run at the next Enter.
PLAIN = re.compile(r"[\w@%+=:,./#][\w@%+=:,./#-]*")


def complete_order(ctx: typer.Context, incomplete: str) -> list[str]:
    return _complete(ctx, incomplete, skus=False)


def complete_sku(ctx: typer.Context, incomplete: str) -> list[str]:
    return _complete(ctx, incomplete, skus=True)


def _complete(ctx: typer.Context, start: str, *, skus: bool) -> list[str]:
    from backsplit.domain.errors import BacksplitError  # noqa: PLC0415 - only when Tab is pressed
    from backsplit.repository import open_repository  # noqa: PLC0415
    from backsplit.services.reading import known_words  # noqa: PLC0415

    before_the_command = ctx.parent.params.get("db") if ctx.parent else None
    try:
        with open_repository(Path(ctx.params.get("db") or before_the_command or file_path(None, None))) as repository:
            return [word for word in known_words(repository, start, skus=skus) if PLAIN.fullmatch(word)]
    except BacksplitError:  # a word cannot be completed: that is no reason to disturb the typist
        return []


Db = Annotated[
    Path | None,
    typer.Option(
        "--db",
        metavar="PATH",
        help="The database file; else $BACKSPLIT_DB, else backsplit.db.",
        readable=False,  # is asked when it is opened, and is no wrong usage
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Age = Annotated[
    str | None,
    typer.Option("--older-than", metavar="AGE", help="Only orders placed longer ago: 4d, 36h, 2w."),
]
OrderNumber = Annotated[str, typer.Argument(metavar="ORDER", help="An order's number.", autocompletion=complete_order)]
OrderNumbers = Annotated[
    list[str],
    typer.Argument(
        metavar="ORDER...", help="Order numbers; - reads them from standard input.", autocompletion=complete_order
    ),
]
Sku = Annotated[
    str | None, typer.Option("--sku", metavar="SKU", help="Only what has this SKU.", autocompletion=complete_sku)
]

Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeated, or with commas between."),
]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Such as cp1252; UTF-8 unless said.")]


def file_path(ctx: typer.Context | None, db: Path | None) -> Path:
    """The database file: the command's --db, that before the command, $BACKSPLIT_DB, or backsplit.db here."""
    before_the_command: Path | None = ctx.obj if ctx else None
    return db or before_the_command or Path(os.environ.get("BACKSPLIT_DB") or DEFAULT_FILE)


def from_standard_input(numbers: Iterable[str]) -> list[str]:
    """The numbers as typed; a `-` stands for those on standard input, a line each. Raises WrongUsage."""
    typed: list[str] = []
    for number in numbers:
        if number == "-":
            typed += [line.strip() for line in sys.stdin if line.strip()]
        else:
            typed.append(number)
    if not typed and "-" not in numbers:
        raise WrongUsage("name at least one order")
    return typed


def parse_map(typed: list[str]) -> dict[str, str]:
    """`order=InvoiceNo,sku=StockCode`, or one a time. Raises WrongUsage."""
    columns: dict[str, str] = {}
    for pair in (pair for option in typed for pair in option.split(",")):
        field, equals, column = pair.partition("=")
        if not (equals and field.strip() and column.strip()):
            raise WrongUsage(f"--map takes field=column, as in --map sku=StockCode; not {pair!r}")
        columns[field.strip()] = column.strip()
    return columns
