"""promise."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    WHICH,
    Csv,
    Db,
    Json,
    Limit,
    OrderNumbers,
    Wide,
    Xlsx,
    examples,
    read_numbers,
)
from backsplit.cli.output import Form, answer
from backsplit.render import documents, spreadsheets, tables
from backsplit.repository import open_repository
from backsplit.services import promises

app = typer.Typer()
SHOWN = 50  # orders that a table shows unless they are named, or --limit says otherwise


@app.command(epilog=examples("backsplit promise M9681118", "backsplit promise --with-day --csv > days.csv"))
def promise(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    with_day: Annotated[
        bool, typer.Option("--with-day", rich_help_panel=WHICH, help="Only orders that have a promised day.")
    ] = False,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Show on which day each Backorder order goes.

    It goes on that day if all that is expected comes on its day and nothing else happens. It is a forecast and holds
    nothing. Under skip-over, a later small order may take what was forecast for an earlier
    one. Under strict, it cannot. A receipt counts from its day on, and not at all once that day has passed. A table
    shows the first 50 orders unless they are named or --limit is given; --json and --csv give all.
    """
    numbers = read_numbers(orders) if orders else None
    shown = limit or (SHOWN if numbers is None else None)
    with (
        open_repository(db) as repository,
        closing(promises.promises(repository, numbers, limit, with_day=with_day)) as found,
    ):
        answer(
            Form(as_json, as_csv, xlsx, wide, db),
            lambda: map(documents.promise, found),
            sheets={"promise": partial(spreadsheets.promises, found)},
            tables=lambda: tables.promises(list(found), shown),
        )
