"""import, sync."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    LARGEST,
    OUTPUT,
    READING,
    DateFormat,
    Db,
    DryRun,
    Encoding,
    ExitCode,
    Files,
    Format,
    Json,
    Location,
    Map,
    Mark,
    Open,
    Prefix,
    Recount,
    Sheet,
    SkipBad,
    SkuFrom,
    Source,
    Twice,
    Wide,
    Yes,
    check_done,
    examples,
    parse_map,
)
from backsplit.cli.output import Form, Progressing, answer, print_notes
from backsplit.formats import ReadOptions
from backsplit.formats.recognise import FormatInfo, known_formats
from backsplit.render import imports as render
from backsplit.render import tables
from backsplit.render.terminal import inert
from backsplit.repository import open_repository
from backsplit.services import imports as import_service
from backsplit.services import maps
from backsplit.services import sync as sync_service
from backsplit.services.sync import Missing

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
        "backsplit import orders sheet.csv --map 'quantity=Qty ordered' --dry-run",
    ),
)
def orders(
    files: Files,
    file_format: Format = None,
    columns: Map = None,
    open_words: Open = None,
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
    """Add the open orders of files. Known orders are left alone, and named where the shop has changed them.

    The fields of a plain file, also for --map: order, sku, quantity, placed_at, priority, customer, note, name.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns),
        open=tuple(open_words or ()),
        encoding=encoding,
        sheet=sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        prefix=prefix,
        date_order=date_order,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = import_service.import_orders(
            repository, files, options, source=source, dry_run=dry_run, progress=bar.update
        )
    answer(
        Form(as_json),
        lambda: render.imported_document(outcome),
        lines=lambda: render.imported_orders(outcome),
        of=repository,
    )


@imports.command(
    "stock",
    epilog=examples(
        "backsplit import stock inventory.csv",
        "backsplit import stock inventory_export.csv --location Berlin",
        "backsplit import stock sheet.csv --map sku=StockCode,on_hand=Shelf",
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
    source: Source = "",
    recount: Recount = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Set counted stock. A SKU that the file does not name keeps its count.

    A plain file is a count of the shelf, and is taken as it is. A shop's own export is another book of the shelf: what
    changed in it since the last look is done here, and what was booked here stays.

    The fields of a plain file, also for --map: sku, on_hand, name, insert.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns),
        encoding=encoding,
        sheet=sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        location=location,
        duplicates=duplicates,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = import_service.import_stock(
            repository, files, options, source=source, recount=recount, dry_run=dry_run, progress=bar.update
        )
    answer(
        Form(as_json),
        lambda: render.imported_document(outcome),
        lines=lambda: render.imported_stock(outcome),
        of=repository,
    )


@imports.command("formats", epilog=examples("backsplit import formats", "backsplit import formats --forget-map 1"))
def formats(
    forget_map: Annotated[
        int | None,
        typer.Option(
            "--forget-map", metavar="N", max=LARGEST, help="Forget the remembered map that is listed as `map N`."
        ),
    ] = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Show the known file formats, and each --map that is remembered."""
    if forget_map is not None:
        with open_repository(db) as repository:
            maps.forget(repository, forget_map)
    known = (*known_formats(), *_remembered_maps(db))
    answer(
        Form(as_json, wide=wide),
        lambda: [
            {
                "format": form.name,
                "what": form.what,
                "title": form.title,
                "recognised_by": form.recognised_by,
                "tells": form.tells,
            }
            for form in known
        ],
        tables=lambda: [tables.formats((form.name, form.what, form.recognised_by, form.tells) for form in known)],
    )


def _remembered_maps(db: Path) -> list[FormatInfo]:
    """The maps of the columns of files with a certain header, listed as formats of their own. No file: none."""
    if not db.is_file():
        return []
    with open_repository(db) as repository:
        return [
            FormatInfo(
                f"map {saved.number}",
                "orders, stock" if what == "shop" else what,
                "SKUs by --sku-from, remembered" if what == "shop" else "Columns by --map, remembered",
                f"All files of the shop{header}." if what == "shop" else f"The header{header}.",
                ", ".join(
                    [f"{field}={column}" for field, column in saved.columns.items()]
                    + [f"open is {word}" for words in saved.open.values() for word in words]
                    + ([f"--sku-from {saved.sku_from}"] if saved.sku_from else [])
                ),
            )
            for saved in repository.maps.all()
            for what, _, header in [saved.header.partition(":")]
        ]


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
    open_words: Open = None,
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
    recount: Recount = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help="Print nothing where nothing happened.")
    ] = False,
    exit_code: ExitCode = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Follow the shop: take in new orders, and what changed there.

    Orders that the shop has sent, cancelled or edited follow; what was done here stays. With --stock, what changed in
    the shop's counts is done here too, and what was booked here stays (docs/stock.md: who owns the stock). The same
    files again change nothing.
    """
    options = ReadOptions(
        format=file_format,
        map=parse_map(columns),
        open=tuple(open_words or ()),
        encoding=encoding,
        sheet=sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        prefix=prefix,
        date_order=date_order,
    )
    counting = ReadOptions(
        map=parse_map(stock_columns, "--stock-map"),
        encoding=encoding,
        sheet=stock_sheet,
        decimal=decimal,
        skip_bad=skip_bad,
        sku_from=sku_from,
        location=location,
        duplicates=duplicates,
    )
    with open_repository(db) as repository, Progressing() as bar:
        outcome = sync_service.sync(
            repository,
            files,
            options,
            stock=stock or [],
            stock_options=counting,
            missing=missing,
            source=source,
            recount=recount,
            sure=yes,
            dry_run=dry_run,
            progress=bar.update,
        )
    answer(
        Form(as_json),
        lambda: render.synced_document(outcome),
        lines=lambda: render.synced(outcome, quiet=quiet) if outcome.did_something or not quiet else (),
        of=repository,
    )
    if quiet and not as_json:
        print_notes(map(inert, render.must_know(outcome)))
    check_done(exit_code, outcome.did_something)
