"""The options and arguments that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from backsplit.domain.errors import WrongUsage

DEFAULT_FILE = Path("backsplit.db")


def examples(*lines: str) -> str:
    """The end of a command's help: lines to copy."""
    return "\n".join(["Example:" if len(lines) == 1 else "Examples:", *lines])


def complete_order(ctx: typer.Context, incomplete: str) -> list[str]:
    from backsplit.cli import completing  # noqa: PLC0415 - only when Tab is pressed

    return completing.known(ctx, incomplete, skus=False)


def complete_sku(ctx: typer.Context, incomplete: str) -> list[str]:
    from backsplit.cli import completing  # noqa: PLC0415 - only when Tab is pressed

    return completing.known(ctx, incomplete, skus=True)


def complete_format(ctx: typer.Context) -> list[str]:
    from backsplit.cli import completing  # noqa: PLC0415 - only when Tab is pressed

    return completing.formats(ctx)


def _nearest(ctx: typer.Context, db: Path) -> Path:
    """The file that was typed after the command, else that before it, else $BACKSPLIT_DB, else the default."""
    source = ctx.get_parameter_source("db")
    typed_here = source is not None and source.name == "COMMANDLINE"
    return db if typed_here or ctx.parent is None else Path(ctx.find_root().params["db"])


Db = Annotated[
    Path,
    typer.Option(
        "--db",
        metavar="PATH",
        envvar="BACKSPLIT_DB",
        help="The database file.",
        callback=_nearest,
        readable=False,  # whether it can be read is asked when it is opened, and is no wrong usage
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, max=2**63 - 1, help="At most so many in all."),
]
Age = Annotated[
    str | None,
    typer.Option("--older-than", metavar="AGE", help="Only orders placed longer ago: 4d, 36h, 2w."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the history keeps it.")]
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
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field; repeat it, or put commas between."),
]
Encoding = Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Such as cp1252; UTF-8 unless said.")]


def read_numbers(typed: Iterable[str]) -> list[str]:
    """The numbers as typed. A `-` stands for those on standard input, a line each, which may be none."""
    numbers: list[str] = []
    for number in typed:
        if number == "-":
            numbers += [line.strip() for line in sys.stdin if line.strip()]
        else:
            numbers.append(number)
    return numbers


def parse_map(typed: list[str]) -> dict[str, str]:
    """`order=InvoiceNo,sku=StockCode`, or one pair an option. Raises WrongUsage."""
    columns: dict[str, str] = {}
    for pair in (pair for option in typed for pair in option.split(",")):
        field, equals, column = pair.partition("=")
        if not (equals and field.strip() and column.strip()):
            raise WrongUsage(f"--map takes field=column, as in --map sku=StockCode; not {pair!r}")
        columns[field.strip()] = column.strip()
    return columns
