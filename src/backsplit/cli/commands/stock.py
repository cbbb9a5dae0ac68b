"""stock, adjust, mark, shortages."""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Csv,
    Db,
    DryRun,
    Json,
    Limit,
    Mark,
    Reason,
    SkuFrom,
    Wide,
    Xlsx,
    complete_order,
    complete_sku,
    examples,
    parse_units,
)
from backsplit.cli.output import Form, answer, change
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import calendar as calendar_render
from backsplit.render import documents, sentences, spreadsheets, tables
from backsplit.repository import open_repository
from backsplit.services import calendar, queries
from backsplit.services import skus as skus_service
from backsplit.services import stock as stock_service
from backsplit.services.promises import day_to_come

app = typer.Typer()
TELLING = "A file for the shop to take in"
SHOWN = 100  # SKUs that a table shows unless they are named, or --limit says otherwise


@app.command(
    epilog=examples(
        "backsplit stock --short",
        "backsplit stock TEAPOT-CAST MUG-BLUE",
        "backsplit stock --forget 'Grand Total'",
        "backsplit stock --through inventory_export.csv --out inventory.csv",
    )
)
def stock(
    skus: Annotated[list[str] | None, typer.Argument(metavar="SKU...", autocompletion=complete_sku)] = None,
    short: Annotated[bool, typer.Option("--short", help="Only SKUs of which more is owed than there is.")] = False,
    forget: Annotated[
        list[str] | None,
        typer.Option(
            "--forget",
            metavar="SKU",
            help="Take away a SKU that no order and no delivery has. Repeatable.",
            autocompletion=complete_sku,
        ),
    ] = None,
    through: Annotated[
        str | None,
        typer.Option(
            "--through", rich_help_panel=TELLING, metavar="EXPORT", help="The shop's own export of its inventory."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", rich_help_panel=TELLING, metavar="FILE", help="Where it is written.")
    ] = None,
    location: Annotated[
        str | None,
        typer.Option(
            "--location",
            rich_help_panel=TELLING,
            metavar="L",
            help="The location of a SKU that is in several rows.",
        ),
    ] = None,
    source: Annotated[
        str, typer.Option("--source", rich_help_panel=TELLING, metavar="NAME", help="The shop's name, as in sync.")
    ] = "",
    decimal: Mark = None,
    sku_from: SkuFrom = None,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Show on hand, allocated, available, owed and final by SKU.

    On hand are the units in the building. Allocated are those of them that Processing orders will send; available are
    all others. Owed are the units that Backorder orders want. Final is available less owed: below 0, buy that many.

    A table shows the first 100 SKUs unless they are named or --limit is given; --json and --csv give all.

    With --through, the shop's inventory export is written again with the counts that are true here, for the shop to
    take in: what is on hand and what is to be marked, or what of that is left to sell. All else in it stays as it is.
    """
    if forget:
        if skus or short:
            raise WrongUsage("--forget names the SKUs by itself: repeat it for each")
        with open_repository(db) as repository:
            forgotten = skus_service.forget(repository, forget)
        answer(
            Form(as_json),
            lambda: documents.stock(forgotten),
            lines=lambda: [sentences.forgotten([one.sku for one in forgotten])],
        )
        return
    reading = ReadOptions(location=location, decimal=decimal, sku_from=sku_from)
    if through is not None or out is not None or source or reading != ReadOptions():
        if skus or short or limit or as_csv or xlsx or through is None or out is None:
            raise WrongUsage(
                "--through EXPORT and --out FILE go together, with --location, --source, --decimal and --sku-from alone"
            )
        from backsplit.cli.commands.shop_updates import write_counts  # noqa: PLC0415 - only for --through

        write_counts(db, through, out, reading, source, as_json=as_json)
        return
    with open_repository(db) as repository:
        most = SHOWN if not (skus or limit or as_json or as_csv or xlsx) else limit
        shelf = queries.stock(repository, skus or [], short=short, limit=most)
    answer(
        Form(as_json, as_csv, xlsx, wide, db),
        lambda: documents.stock(shelf.shown),
        sheets={"stock": partial(spreadsheets.stock, shelf.shown)},
        tables=lambda: tables.stock(shelf, explained=sys.stdout.isatty()),
    )


@app.command(
    epilog=examples(
        "backsplit adjust --sku TEAPOT-CAST --by -2 --reason broken",
        "backsplit adjust TEAPOT-CAST=25 --reason 'counted again'",
    )
)
def adjust(
    reason: Reason,
    unit: Annotated[
        str | None, typer.Argument(metavar="[SKU=N]", help="As --sku SKU --to N.", autocompletion=complete_sku)
    ] = None,
    sku: Annotated[
        str | None, typer.Option("--sku", metavar="SKU", help="Which SKU.", autocompletion=complete_sku)
    ] = None,
    by: Annotated[int | None, typer.Option("--by", metavar="N", help="Units more, or with a minus fewer.")] = None,
    to: Annotated[int | None, typer.Option("--to", "--qty", metavar="N", help="Units that are really there.")] = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Correct what is on hand. Where that is too little for the Processing orders, the last wait again."""
    if unit is not None and sku is None and by is None and to is None:
        ((sku, to),) = parse_units("adjust", [unit]).items()
    if sku is None or (unit is not None and to is None) or (by is None) == (to is None):
        raise WrongUsage("say SKU=N, or --sku SKU with either --by N or --to N")
    service = partial(stock_service.adjust, sku=sku, by=by, to=to, reason=reason)
    change("adjust", db, service, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "backsplit mark FLYER-WINTER CARD-THANKS --insert",
        "backsplit mark TEAPOT-NEW --from 2027-01-15",
    )
)
def mark(
    skus: Annotated[list[str], typer.Argument(metavar="SKU...", autocompletion=complete_sku)],
    insert: Annotated[
        bool | None, typer.Option("--insert/--no-insert", help="A flyer, card or sample, or not one.")
    ] = None,
    first_day: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="A pre-order: none of it goes out before that day."),
    ] = None,
    no_from: Annotated[bool, typer.Option("--no-from", help="It may go out at once.")] = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Say which SKUs are inserts, or from which day on they may go.

    An insert is put into parcels, but the customer did not buy it. Units of a SKU before its first day are on hand and
    not available; Processing orders that hold some keep them. `backsplit due` opens the SKU on its day.
    """
    if [insert is not None, first_day is not None, no_from].count(True) != 1:
        raise WrongUsage("say one of --insert, --no-insert, --from DATE and --no-from")
    if insert is None:
        _set_first_day(db, skus, first_day, as_json=as_json)
        return
    with open_repository(db) as repository:
        marked = stock_service.mark(repository, skus, insert=insert)
    answer(Form(as_json), lambda: documents.stock(marked), lines=lambda: sentences.marked(marked))


def _set_first_day(db: Path, skus: list[str], typed: str | None, *, as_json: bool) -> None:
    day = day_to_come("--from", typed) if typed is not None else None
    with open_repository(db) as repository:
        dated = calendar.set_first_day(repository, skus, day)
    answer(
        Form(as_json),
        lambda: documents.stock(dated.stock),
        lines=lambda: calendar_render.dated(dated),
    )


@app.command(epilog=examples("backsplit shortages --csv > to-buy.csv", "backsplit shortages --for M9681118"))
def shortages(
    order: Annotated[
        str | None,
        typer.Option("--for", metavar="ORDER", help="Only what this order lacks.", autocompletion=complete_order),
    ] = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Show what to buy. First come the SKUs that alone let most orders go.

    Short are the units that Backorder orders want beyond what is available, which is what no Processing order holds.
    """
    with open_repository(db) as repository:
        found = queries.shortages(repository, order)
    now = datetime.now(timezone.utc)
    answer(
        Form(as_json, as_csv, xlsx, wide, db),
        lambda: documents.shortages(found),
        sheets={"shortages": partial(spreadsheets.shortages, found)},
        tables=lambda: [tables.shortages(found, now, order)] if found else ["nothing is short"],
    )
