"""The options and arguments that several commands share."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from backsplit.domain.orders import DEFAULT_PRIORITY, HIGHEST_PRIORITY, LOWEST_PRIORITY
from backsplit.errors import OrderNotFound, WrongUsage
from backsplit.formats import DateOrder, Decimal, Duplicates
from backsplit.formats import SkuFrom as SkuSource
from backsplit.render.terminal import quoted
from backsplit.repository import open_repository

DEFAULT_FILE = Path("backsplit.db")

# The headings of options in `--help`, where several commands share them.
WHICH = "Which orders"
READING = "How the file is read"
TRYING = "Before anything is changed"
OUTPUT = "How it is shown"


def examples(*lines: str) -> str:
    """The end of a command's help: lines to copy."""
    return "\n".join(["Example:" if len(lines) == 1 else "Examples:", *lines])


def _on_tab(find: str) -> Callable[[typer.Context, str], list[Any]]:
    """What Tab offers: the words that a function of `completion` finds."""

    def complete(ctx: typer.Context, incomplete: str) -> list[Any]:
        from backsplit.cli import completion  # noqa: PLC0415 - only when Tab is pressed

        found: list[Any] = getattr(completion, find)(ctx, incomplete)
        return found

    return complete


complete_change, complete_format = _on_tab("changes"), _on_tab("formats")
complete_list, complete_order = _on_tab("lists"), _on_tab("orders")
complete_ref, complete_sku = _on_tab("refs"), _on_tab("skus")


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
Xlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", rich_help_panel=OUTPUT, metavar="FILE", help="Write a workbook for a spreadsheet program."),
]
Csv = Annotated[bool, typer.Option("--csv", rich_help_panel=OUTPUT, help="Print CSV.")]
Wide = Annotated[
    bool,
    typer.Option("--wide", rich_help_panel=OUTPUT, help="Show every column, and cells whole, however wide that is."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help="Print nothing where nothing was done.")
]
LARGEST = 2**63 - 1  # the largest number that SQLite keeps
DryRun = Annotated[
    bool, typer.Option("--dry-run", rich_help_panel=TRYING, help="Say what would be done, and change nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", rich_help_panel=TRYING, help="Do not ask.")]
NOTHING_DONE = 10  # the exit code of --exit-code


def check_done(exit_code: bool, done: object) -> None:
    """Ends the command with its own code where --exit-code was typed and nothing was done."""
    if exit_code and not done:
        raise typer.Exit(NOTHING_DONE)


ExitCode = Annotated[
    bool,
    typer.Option("--exit-code", rich_help_panel=OUTPUT, help=f"End with {NOTHING_DONE} where there was nothing to do."),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", rich_help_panel=OUTPUT, metavar="N", min=1, max=LARGEST, help="At most so many in all."),
]
Age = Annotated[
    str | None,
    typer.Option(
        "--older-than", rich_help_panel=WHICH, metavar="AGE", help="Only orders placed longer ago: 4d, 36h, 2w."
    ),
]
EveryOld = Annotated[
    bool,
    typer.Option("--all", rich_help_panel=WHICH, help="Every Backorder order that was placed before --older-than."),
]
NoDay = Annotated[
    bool, typer.Option("--no-day", rich_help_panel=WHICH, help="With --all: only those without a promised day.")
]
Create = Annotated[bool, typer.Option("--create", help="Take in SKUs that are not known yet.")]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", rich_help_panel=WHICH, metavar="WHEN", help="Only orders placed since then: 4d, 36h, 2w, 1.11.2026."
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the history keeps it.")]
Priority = Annotated[
    int,
    typer.Option(
        "--priority",
        metavar="N",
        min=HIGHEST_PRIORITY,
        max=LOWEST_PRIORITY,
        help=f"{HIGHEST_PRIORITY} goes first, {LOWEST_PRIORITY} last; {DEFAULT_PRIORITY} unless said.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="The last day of the hold: from then on `due` ends it."),
]
Units = Annotated[
    list[str],
    typer.Argument(metavar="SKU=N...", help="Units of each SKU.", autocompletion=complete_sku),
]
OrderNumber = Annotated[
    str,
    typer.Argument(
        metavar="ORDER", help="An order's number; a # before it may be left out.", autocompletion=complete_order
    ),
]
OrderNumbers = Annotated[
    list[str],
    typer.Argument(
        metavar="ORDER...",
        help="Order numbers, with or without #; - reads them from standard input.",
        autocompletion=complete_order,
    ),
]
PickList = Annotated[
    int | None,
    typer.Option(
        "--list", metavar="N", autocompletion=complete_list, min=1, max=LARGEST, help="The pick list of this number."
    ),
]
Sku = Annotated[
    str | None,
    typer.Option(
        "--sku", rich_help_panel=WHICH, metavar="SKU", help="Only what has this SKU.", autocompletion=complete_sku
    ),
]


def read_numbers(typed: Iterable[str]) -> list[str]:
    """The numbers as typed. A `-` stands for those on standard input, a line each, which may be none."""
    numbers: list[str] = []
    for number in typed:
        if number == "-":
            numbers += [line.strip() for line in sys.stdin if line.strip()]
        else:
            numbers.append(number)
    return numbers


def named_or_all(orders: list[str], *, every: bool, older_than: str | None, no_day: bool) -> list[str]:
    """The orders that are named, none with --all. Raises WrongUsage for both, neither, or --all without an age."""
    if every and orders:
        raise WrongUsage("name orders, or say --all, not both")
    if every and older_than is None:
        raise WrongUsage("--all takes an age, as in --all --older-than 60d")
    if not every and (older_than is not None or no_day):
        raise WrongUsage("--older-than and --no-day go with --all")
    if not every and not orders:
        raise WrongUsage("name at least one order, or say --all --older-than AGE")
    return read_numbers(orders)


@contextmanager
def orders_not_lists(db: Path) -> Iterator[None]:
    """Where orders or a pick list can be named, a list is easily typed as if it were an order: name its option."""
    try:
        yield
    except OrderNotFound as error:
        if error.typed == "list" or _is_list(db, error.typed):
            error.lines += (f"a pick list is named by an option: --list {error.typed.replace('list', 'N')}",)
        raise


def _is_list(db: Path, typed: str) -> bool:
    """Whether there is a pick list of that number."""
    if not (re.fullmatch("[0-9]{1,19}", typed) and int(typed) <= LARGEST):
        return False
    from backsplit.services import parcels  # noqa: PLC0415 - as above

    with open_repository(db) as repository:
        return parcels.is_list(repository, int(typed))


def parse_units(option: str, typed: Iterable[str]) -> dict[str, int]:
    """`SKU=N`, divided at its last `=`; what is typed twice adds up. Raises WrongUsage."""
    units: dict[str, int] = {}
    for pair in typed:
        sku, equals, number = pair.rpartition("=")
        if not (equals and sku) or not re.fullmatch(r"-?[0-9]{1,20}", number.strip(), re.ASCII):
            raise WrongUsage(f"{option} takes SKU=N, as in {option} MUG-BLUE=2; not {pair!r}")
        units[sku] = units.get(sku, 0) + int(number)
    return units


def named_units(command: str, typed: Iterable[str], sku: str | None, qty: int | None, rest: str = "") -> dict[str, int]:
    """Units by SKU, typed as `SKU=N` or as `--sku SKU --qty N`; empty where neither is. Raises WrongUsage.

    `rest` are further words that the line to copy needs.
    """
    if (sku is None) != (qty is None):
        said = f"--sku {quoted(sku or 'TEAPOT-CAST')} --qty {qty or 5}{rest}"
        raise WrongUsage("--sku and --qty go together", f"As in: backsplit {command} {said}")
    try:
        units = parse_units(command, typed)
    except WrongUsage as error:
        instead = f"--sku TEAPOT-CAST --qty 5{rest}"
        raise WrongUsage(
            *error.lines,
            f"As in: backsplit {command} TEAPOT-CAST=5{rest}",
            f"As in: backsplit {command} {instead}",
            *([f"As in: backsplit {command} --file delivery.csv --ref ASN-77"] if command == "receive" else []),
        ) from None
    if sku is not None and qty is not None:
        units[sku] = units.get(sku, 0) + qty
    return units


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
        help="Take the line's name as its SKU: always, or only where it has none. Remembered; sku forgets it.",
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
Recount = Annotated[
    bool,
    typer.Option("--recount", help="Take a shop's own counts as they are, and forget what was booked here alone."),
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
Open = Annotated[
    list[str] | None,
    typer.Option(
        "--open",
        rich_help_panel=READING,
        metavar="WORD",
        help="A value of a status column that means open; all others are closed. Repeatable.",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", rich_help_panel=READING, metavar="NAME", help="Such as cp1252; UTF-8 unless said."),
]


def parse_map(typed: list[str] | None, option: str = "--map") -> dict[str, str]:
    """`order=InvoiceNo,sku=StockCode`, or one pair an option. Raises WrongUsage."""
    columns: dict[str, str] = {}
    for pair in (pair for words in typed or () for pair in words.split(",")):
        field, equals, column = pair.partition("=")
        if not (equals and field.strip() and column.strip()):
            raise WrongUsage(f"{option} takes field=column, as in {option} sku=StockCode; not {pair!r}")
        columns[field.strip()] = column.strip()
    return columns
