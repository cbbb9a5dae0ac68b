"""import orders, import stock, import formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import typer

from backsplit.cli.files import (
    DateFormat,
    Encoding,
    Files,
    Format,
    Location,
    Map,
    Mark,
    Prefix,
    Sheet,
    SkipBad,
    SkuFrom,
    Source,
    Twice,
    parse_map,
)
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, examples
from backsplit.cli.output import draw, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.outcomes import Imported
from backsplit.formats import ReadOptions, known_formats
from backsplit.render import incoming
from backsplit.repository import open_repository
from backsplit.services import importing

app = typer.Typer()
imports = typer.Typer(no_args_is_help=True)
app.add_typer(
    imports,
    name="import",
    help="Take in open orders and counted stock from files.",
    epilog=examples("backsplit import orders export.csv", "backsplit import stock inventory.csv"),
)


@imports.command(
    "orders",
    epilog=examples(
        "backsplit import orders export.csv",
        "backsplit import orders sheet.csv --map order=InvoiceNo,sku=StockCode",
    ),
)
def orders(
    files: Files,
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    skip_bad: SkipBad = False,
    sku_from: SkuFrom = None,
    prefix: Prefix = "",
    source: Source = "",
    date_order: DateFormat = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Add the open orders of files. Known orders are left alone; those that the shop has changed are named.

    The fields of a plain file, also for --map: order, sku, quantity, placed_at, priority, customer, note, name.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns or []),
        encoding=encoding,
        sheet=sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        prefix=prefix,
        date_order=date_order,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = importing.import_orders(
            repository, files, options, source=source, dry_run=dry_run, progress=bar.update
        )
    _answer(outcome, incoming.imported_orders, as_json=as_json)


@imports.command(
    "stock",
    epilog=examples(
        "backsplit import stock inventory.csv", "backsplit import stock inventory_export.csv --location Berlin"
    ),
)
def stock(
    files: Files,
    file_format: Format = None,
    columns: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    skip_bad: SkipBad = False,
    sku_from: SkuFrom = None,
    location: Location = None,
    duplicates: Twice = "refuse",
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Set counted stock. A SKU that the file does not name keeps its count.

    The fields of a plain file, also for --map: sku, on_hand, name, insert.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns or []),
        encoding=encoding,
        sheet=sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        location=location,
        duplicates=duplicates,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = importing.import_stock(repository, files, options, dry_run=dry_run, progress=bar.update)
    _answer(outcome, incoming.imported_stock, as_json=as_json)


@imports.command("formats", epilog=examples("backsplit import formats"))
def formats(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:  # noqa: ARG001 - every command takes it
    """Show the file formats that are known, and what each is recognised by."""
    known = known_formats()
    if as_json:
        print_json(
            [
                {
                    "format": it.name,
                    "what": it.what,
                    "title": it.title,
                    "recognised_by": it.recognised_by,
                    "tells": it.tells,
                }
                for it in known
            ]
        )
        return
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw([tables.formats((f.name, f.what, f.recognised_by, f.tells) for f in known)])


def _answer(outcome: Imported, say: Callable[[Imported], Iterable[str]], *, as_json: bool) -> None:
    if as_json:
        print_json(incoming.imported_document(outcome))
    else:
        print_lines(say(outcome))
