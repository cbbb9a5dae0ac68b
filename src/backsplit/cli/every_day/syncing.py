"""sync"""

from __future__ import annotations

from typing import Annotated

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
from backsplit.cli.options import DEFAULT_FILE, OUTPUT, READING, Db, DryRun, Json, Yes, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.formats import ReadOptions
from backsplit.render import incoming
from backsplit.repository import open_repository
from backsplit.services.shop import syncing
from backsplit.services.shop.syncing import Missing

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit sync orders_export.csv --stock inventory_export.csv",
        "backsplit sync open_orders.csv --missing ship",
        "backsplit sync orders_export.csv --dry-run",
        "backsplit sync sheet.csv --map order=InvoiceNo,sku=StockCode --source berlin",
    )
)
def sync(
    files: Files,
    stock: Annotated[
        list[str] | None, typer.Option("--stock", metavar="FILE", help="Counts, taken after what was sent. Repeatable.")
    ] = None,
    missing: Annotated[
        Missing, typer.Option("--missing", help="Open orders that the files no longer hold: name them, or close them.")
    ] = Missing.REPORT,
    source: Source = "",
    prefix: Prefix = "",
    file_format: Format = None,
    columns: Map = None,
    stock_columns: Annotated[
        list[str] | None,
        typer.Option("--stock-map", rich_help_panel=READING, metavar="FIELD=COLUMN", help="As --map, for --stock."),
    ] = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    stock_sheet: Annotated[
        str | None,
        typer.Option("--stock-sheet", rich_help_panel=READING, metavar="NAME", help="As --sheet, for --stock."),
    ] = None,
    decimal: Mark = None,
    skip_bad: SkipBad = False,
    sku_from: SkuFrom = None,
    date_order: DateFormat = None,
    location: Location = None,
    duplicates: Twice = "refuse",
    dry_run: DryRun = False,
    yes: Yes = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help="Print nothing where nothing happened.")
    ] = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Follow the shop: take in its new orders, and do here what has changed there since the last look.

    Orders that the shop has sent, cancelled or edited follow; what was done here stays. With --stock the counts are
    part of it, so that nothing is counted twice. The same files again change nothing.
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
    counting = ReadOptions(
        map=parse_map(stock_columns or []),
        encoding=encoding,
        sheet=stock_sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        location=location,
        duplicates=duplicates,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = syncing.sync(
            repository,
            files,
            options,
            stock=stock or [],
            stock_options=counting,
            missing=missing,
            source=source,
            sure=yes,
            dry_run=dry_run,
            progress=bar.update,
        )
    if as_json:
        print_json(incoming.synced_document(outcome))
    elif incoming.happened(outcome) or not quiet:
        print_lines(incoming.synced(outcome))
