"""import orders, import stock, import formats."""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import Db, DryRun, Encoding, Json, Map, file_path, parse_map
from backsplit.cli.output import draw, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.errors import WrongUsage
from backsplit.domain.outcomes import Imported
from backsplit.formats import ReadOptions, known_formats
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import importing

app = typer.Typer()
imports = typer.Typer(no_args_is_help=True)
app.add_typer(imports, name="import", help="Take in open orders and counted stock from files.")

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="CSV, TSV, JSON, JSON Lines, gzip of any; - is standard input."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="F", help="One of `backsplit import formats`; else the header decides."),
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave bad rows out and take the rest.")]
SkuFrom = Annotated[
    str | None,
    typer.Option(
        "--sku-from",
        metavar="name|sku-or-name",
        help="Take the line's name as its SKU: always, or where it has none.",
    ),
]


@imports.command("orders", epilog="Example: backsplit import orders orders.csv --map order=InvoiceNo,sku=StockCode")
def orders(
    ctx: typer.Context,
    files: Files,
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    skip_bad: SkipBad = False,
    sku_from: SkuFrom = None,
    prefix: Annotated[
        str, typer.Option("--prefix", metavar="P", help="Put before every number, to keep two shops apart.")
    ] = "",
    date_order: Annotated[
        str | None, typer.Option("--date-order", metavar="dmy|mdy", help="How to read dates like 12/03/2024.")
    ] = None,
    sync: Annotated[
        bool, typer.Option("--sync", help="Ship or cancel here what the file shows as shipped or cancelled.")
    ] = False,
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Add the open orders of files. Orders that are known already are left alone.

    The fields of a plain file, also for --map: order, sku, quantity, placed_at, priority, customer, note, name.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns or []),
        encoding=encoding,
        skip_bad=skip_bad,
        sku_from=_one_of("--sku-from", sku_from, ("name", "sku-or-name")),  # type: ignore[arg-type]
        prefix=prefix,
        date_order=_one_of("--date-order", date_order, ("dmy", "mdy")),  # type: ignore[arg-type]
    )
    with open_repository(file_path(ctx, db)) as repository, Progressing() as bar:
        outcome = importing.import_orders(repository, files, options, sync=sync, dry_run=dry_run, progress=bar.update)
    _answer("orders", outcome, as_json=as_json)


@imports.command("stock", epilog="Example: backsplit import stock inventory_export.csv --location Berlin")
def stock(
    ctx: typer.Context,
    files: Files,
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    skip_bad: SkipBad = False,
    sku_from: SkuFrom = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="NAME", help="Only this location; all are added up unless said.")
    ] = None,
    duplicates: Annotated[
        str | None, typer.Option("--duplicates", metavar="sum|last|first", help="A SKU twice: which count holds.")
    ] = None,
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Set counted stock. A SKU that the file does not name keeps its count.

    The fields of a plain file, also for --map: sku, on_hand, name, insert.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns or []),
        encoding=encoding,
        skip_bad=skip_bad,
        sku_from=_one_of("--sku-from", sku_from, ("name", "sku-or-name")),  # type: ignore[arg-type]
        location=location,
        duplicates=_one_of("--duplicates", duplicates, ("sum", "last", "first")) or "refuse",  # type: ignore[arg-type]
    )
    with open_repository(file_path(ctx, db)) as repository, Progressing() as bar:
        outcome = importing.import_stock(repository, files, options, dry_run=dry_run, progress=bar.update)
    _answer("stock", outcome, as_json=as_json)


@imports.command("formats", epilog="Example: backsplit import formats")
def formats(db: Db = None, as_json: Json = False) -> None:  # noqa: ARG001 - as everywhere, though not needed
    """The file formats that are known, and what each is recognised by."""
    known = known_formats()
    if as_json:
        print_json(
            [
                {
                    "format": f.name,
                    "what": f.what,
                    "title": f.title,
                    "recognised_by": f.recognised_by,
                    "tells": f.tells,
                }
                for f in known
            ]
        )
        return
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw([tables.formats((f.name, f.what, f.recognised_by, f.tells) for f in known)])


def _answer(what: str, outcome: Imported, *, as_json: bool) -> None:
    if as_json:
        print_json(documents.imported(outcome))
    else:
        print_lines(sentences.imported(what, outcome))


def _one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is not None and value not in allowed:
        raise WrongUsage(f"{option} is {' or '.join(allowed)}, not {value!r}")
    return value
