"""history"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Csv, Db, Json, Limit, Sku, Wide, complete_order, examples
from backsplit.cli.output import draw, print_csv, print_json_items
from backsplit.render import documents, rows
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()
SHOWN = 50  # events that a table shows unless --limit says otherwise


@app.command(epilog=examples("backsplit history M9681118", "backsplit history --sku TEAPOT-CAST --csv"))
def history(
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", autocompletion=complete_order)] = None,
    sku: Sku = None,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Show what happened, the oldest first: to an order, to a SKU, or to everything.

    A table shows the last 50 events unless --limit is given; --json and --csv give all.
    """
    with open_repository(db) as repository:
        events = reading.history(repository, order, sku=sku, limit=limit or (None if as_json or as_csv else SHOWN))
    if as_json:
        print_json_items(documents.history(events))
    elif as_csv:
        print_csv(rows.history(events))
    else:
        from backsplit.render import tables  # noqa: PLC0415 - only for tables

        draw([tables.history(events)], wide=wide)
