"""The options of the commands that read files, and what is typed behind them."""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import READING
from backsplit.domain.errors import WrongUsage
from backsplit.formats.options import DateOrder, Decimal, Duplicates
from backsplit.formats.options import SkuFrom as SkuSource


def complete_format(ctx: typer.Context) -> list[str]:
    from backsplit.cli import completing  # noqa: PLC0415 - only when Tab is pressed

    return completing.formats(ctx)


Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="CSV, TSV, JSON, JSON Lines, gzip of any; .xlsx, .ods; - is standard input."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        rich_help_panel=READING,
        metavar="F",
        help="One of `backsplit import formats`; else the header decides.",
        autocompletion=complete_format,
    ),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", rich_help_panel=READING, help="Leave bad rows out and take the rest.")
]
SkuFrom = Annotated[
    SkuSource | None,
    typer.Option(
        "--sku-from",
        rich_help_panel=READING,
        help="Take the line's name as its SKU: always, or only where it has none.",
    ),
]
Prefix = Annotated[
    str,
    typer.Option(
        "--prefix", rich_help_panel=READING, metavar="P", help="Put before every number, to keep two shops apart."
    ),
]
Source = Annotated[
    str, typer.Option("--source", metavar="NAME", help="The shop's name; else the file's format and the prefix.")
]
DateFormat = Annotated[
    DateOrder | None, typer.Option("--date-order", rich_help_panel=READING, help="How to read dates like 12/03/2024.")
]
Mark = Annotated[
    Decimal | None,
    typer.Option(
        "--decimal", rich_help_panel=READING, help="What divides off decimals in a plain file: 1,00 and 1.200, or 1.00."
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", rich_help_panel=READING, metavar="NAME", help="The sheet of a workbook; else its first."),
]
Location = Annotated[
    str | None,
    typer.Option(
        "--location", rich_help_panel=READING, metavar="NAME", help="Only this location; all are added up unless said."
    ),
]
Twice = Annotated[
    Duplicates,
    typer.Option("--duplicates", rich_help_panel=READING, help="Which count holds where a file names a SKU twice."),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        rich_help_panel=READING,
        metavar="FIELD=COLUMN",
        help="Which column holds a field; repeat it, or put commas between.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", rich_help_panel=READING, metavar="NAME", help="Such as cp1252; UTF-8 unless said."),
]


def parse_map(typed: list[str]) -> dict[str, str]:
    """`order=InvoiceNo,sku=StockCode`, or one pair an option. Raises WrongUsage."""
    columns: dict[str, str] = {}
    for pair in (pair for option in typed for pair in option.split(",")):
        field, equals, column = pair.partition("=")
        if not (equals and field.strip() and column.strip()):
            raise WrongUsage(f"--map takes field=column, as in --map sku=StockCode; not {pair!r}")
        columns[field.strip()] = column.strip()
    return columns
