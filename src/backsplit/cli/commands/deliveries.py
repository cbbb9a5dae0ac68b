"""receive, expect."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    OUTPUT,
    Create,
    Csv,
    DateFormat,
    Db,
    DryRun,
    Encoding,
    Json,
    Map,
    Mark,
    Open,
    Sheet,
    SkipBad,
    Units,
    Wide,
    complete_ref,
    complete_sku,
    examples,
    named_units,
    parse_map,
)
from backsplit.cli.output import Form, Progressing, answer
from backsplit.domain.deliveries import ExpectedLine
from backsplit.domain.times import parse_day
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import documents, sentences, spreadsheets
from backsplit.render.terminal import quoted
from backsplit.repository import open_repository
from backsplit.services import deliveries, promises
from backsplit.services.deliveries import receive as book

if TYPE_CHECKING:
    from backsplit.formats import ReadOptions
    from backsplit.repository import Repository
    from backsplit.services.deliveries import ExpectedOutcome


app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit receive TEAPOT-CAST=5 MUG-BLUE=2",
        "backsplit receive --sku TEAPOT-CAST --qty 5",
        "backsplit receive --file delivery.csv --ref ASN-77",
        "backsplit receive --file delivery.csv --map sku=StockCode,quantity=Pieces",
        "backsplit receive --of PO-7",
    )
)
def receive(
    units: Units = [],  # noqa: B006 - Typer's way to say "none"
    sku: Annotated[
        str | None,
        typer.Option(
            "--sku",
            rich_help_panel="What has arrived",
            metavar="SKU",
            help="The SKU that arrived.",
            autocompletion=complete_sku,
        ),
    ] = None,
    qty: Annotated[
        int | None, typer.Option("--qty", rich_help_panel="What has arrived", metavar="N", help="How many units of it.")
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            rich_help_panel="What has arrived",
            metavar="FILE",
            help="A delivery: sku, quantity[, ref]; - for standard input.",
        ),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Option(
            "--ref",
            rich_help_panel="What has arrived",
            metavar="REF",
            autocompletion=complete_ref,
            help="The delivery's name; the same name counts once.",
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            rich_help_panel="What has arrived",
            metavar="REF",
            help="What was expected under REF arrives; alone: all that is left of it.",
            autocompletion=complete_ref,
        ),
    ] = None,
    columns: Map = None,
    open_words: Open = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    skip_bad: SkipBad = False,
    again: Annotated[bool, typer.Option("--again", help="Book a file that was booked before once more.")] = False,
    create: Create = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Book arriving stock and release the orders that it covers. They are released in queue order."""
    quantities: dict[str, int] | None = named_units("receive", units, sku, qty) or None
    if (file is not None and quantities) or not (file or quantities or of):
        raise WrongUsage(
            f"say what arrived: SKU=N, --file FILE, or --of {quoted(ref or 'REF')} for all that is left of it"
        )
    with open_repository(db) as repository, Progressing("receiving"):
        delivery = None
        if file is not None:
            from backsplit.services.readings import read_delivery  # noqa: PLC0415 - only for files

            options = ReadOptions(
                map=parse_map(columns),
                open=tuple(open_words or ()),
                encoding=encoding,
                sheet=sheet,
                decimal=decimal,
                skip_bad=skip_bad,
            )
            delivery = read_delivery(repository, file, options, of=of, create=create)
            quantities = delivery.quantities
            if ref and delivery.ref and ref != delivery.ref:
                raise WrongUsage(f"the file names the reference {delivery.ref}, but --ref says {ref}")
            ref = ref or delivery.ref
        receipt = book(
            repository, quantities, ref=ref, of=of, file=delivery, again=again, create=create, dry_run=dry_run
        )
    answer(Form(as_json), lambda: documents.receipt(receipt), lines=lambda: sentences.receipt(receipt), of=repository)


@app.command(
    epilog=examples(
        "backsplit expect TEAPOT-CAST=10 MUG-BLUE=24 --on 2026-12-03 --ref PO-7",
        "backsplit expect --file po.csv",
        "backsplit expect --file po.csv --map date=ETA --date-order dmy --ref PO-8",
        "backsplit expect --move PO-7 --on 2026-12-10 --dry-run --csv",
        "backsplit expect --close PO-7",
        "backsplit expect",
    )
)
def expect(
    units: Units = [],  # noqa: B006 - Typer's way to say "none"
    sku: Annotated[
        str | None,
        typer.Option(
            "--sku",
            rich_help_panel="What is to arrive",
            metavar="SKU",
            help="The SKU that is to arrive.",
            autocompletion=complete_sku,
        ),
    ] = None,
    qty: Annotated[
        int | None,
        typer.Option("--qty", rich_help_panel="What is to arrive", metavar="N", help="How many units in all."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            rich_help_panel="What is to arrive",
            metavar="DATE",
            help="The day, as 2026-12-03, tomorrow or +3d; it counts from that day on.",
        ),
    ] = None,
    ref: Annotated[
        str | None,
        typer.Option(
            "--ref",
            rich_help_panel="What is to arrive",
            metavar="REF",
            autocompletion=complete_ref,
            help="The purchase order; else a free name is given.",
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            rich_help_panel="What is to arrive",
            metavar="FILE",
            help="sku, quantity, date[, ref]; - for standard input.",
        ),
    ] = None,
    move: Annotated[
        str | None,
        typer.Option(
            "--move",
            rich_help_panel="What comes later, or never",
            metavar="REF",
            help="All that is left of REF comes --on another day.",
            autocompletion=complete_ref,
        ),
    ] = None,
    close: Annotated[
        str | None,
        typer.Option(
            "--close",
            rich_help_panel="What comes later, or never",
            metavar="REF",
            help="No more comes of REF.",
            autocompletion=complete_ref,
        ),
    ] = None,
    columns: Map = None,
    open_words: Open = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    decimal: Mark = None,
    date_order: DateFormat = None,
    skip_bad: SkipBad = False,
    create: Create = False,
    every: Annotated[
        bool, typer.Option("--all", rich_help_panel=OUTPUT, help="List also that of which nothing is left.")
    ] = False,
    dry_run: DryRun = False,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Record or list expected deliveries. The answer names the orders whose promised day changes.

    A reference and SKU that were named before get the new quantity and day. The orders get a promised day by what is
    expected (backsplit promise); days are those of the shop, by the system's zone or TZ. After a change, --csv lists
    the orders whose day is another one.
    """
    form = Form(as_json, as_csv, wide=wide)
    quantities = named_units("expect", units, sku, qty, rest=f" --on {on or '2026-12-03'}")
    if sum(given is not None for given in (quantities or None, file, move, close)) > 1:
        raise WrongUsage("say one of SKU=N, --file, --move and --close")
    if (on is None) != (not quantities and move is None):
        raise WrongUsage("--on DATE goes with SKU=N, or with --move")
    day = parse_day(on, promises.today()) if on is not None else ""
    if move is not None:
        change = partial(deliveries.move, ref=move, on=day)
    elif close is not None:
        change = partial(deliveries.give_up, ref=close)
    elif quantities:
        lines = [ExpectedLine(sku, units, day) for sku, units in quantities.items()]
        change = partial(deliveries.expect, lines=lines, ref=ref, create=create)
    elif file is not None:
        options = ReadOptions(
            map=parse_map(columns),
            open=tuple(open_words or ()),
            encoding=encoding,
            sheet=sheet,
            decimal=decimal,
            date_order=date_order,
            skip_bad=skip_bad,
        )
        change = partial(_from_file, path=file, options=options, ref=ref, create=create)
    else:
        _list(db, form, every=every)
        return
    with open_repository(db) as repository:
        outcome = change(repository, dry_run=dry_run)
    answer(
        form,
        lambda: documents.expected_outcome(outcome),
        sheets={"moved": partial(spreadsheets.moved, outcome.moved)},
        lines=lambda: sentences.expected(outcome),
        of=repository,
    )


def _from_file(
    repository: Repository, *, path: str, options: ReadOptions, ref: str | None, create: bool, dry_run: bool
) -> ExpectedOutcome:
    from backsplit.services.readings import read_expected  # noqa: PLC0415 - only for files

    file = read_expected(repository, path, options, create=create)
    return deliveries.expect(repository, file.lines, ref=ref or file.ref, file=file, create=create, dry_run=dry_run)


def _list(db: Path, form: Form, *, every: bool) -> None:
    from backsplit.render import tables  # noqa: PLC0415 - not for receive

    with open_repository(db) as repository:
        listed = deliveries.expected(repository, closed=every)
    today = promises.today()
    answer(
        form,
        lambda: documents.expected(listed, today),
        sheets={"expected": partial(spreadsheets.expected, listed, today)},
        tables=lambda: tables.expected(listed, today) if listed else ["nothing is expected"],
    )
