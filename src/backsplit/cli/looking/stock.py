"""stock"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Csv, Db, Json, Limit, Wide, Xlsx, complete_sku, examples
from backsplit.cli.output import check_alone, draw, print_csv, print_json_array
from backsplit.render import documents, rows
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()
SHOWN = 100  # SKUs that a table shows unless they are named, or --limit says otherwise


@app.command(epilog=examples("backsplit stock --short", "backsplit stock TEAPOT-CAST MUG-BLUE"))
def stock(
    skus: Annotated[list[str] | None, typer.Argument(metavar="SKU...", autocompletion=complete_sku)] = None,
    short: Annotated[bool, typer.Option("--short", help="Only SKUs of which more is owed than there is.")] = False,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Show on hand, allocated, available, owed and final of each SKU.

    On hand are the units in the building. Allocated are those of them that Processing orders will send; available are
    all others. Owed are the units that Backorder orders want. Final is available less owed: below 0, buy that many.

    A table shows the first 100 SKUs unless they are named or --limit is given; --json and --csv give all.
    """
    check_alone(xlsx, as_json, as_csv)
    with open_repository(db) as repository:
        most = SHOWN if not (skus or limit or as_json or as_csv or xlsx) else limit
        shelf = reading.stock(repository, skus or [], short=short, limit=most)
    if as_json:
        print_json_array(documents.stock(shelf.shown))
    elif xlsx:
        from backsplit.cli.workbooks import save_workbook  # noqa: PLC0415 - only for --xlsx

        save_workbook(xlsx, {"stock": rows.stock(shelf.shown, said=str)})
    elif as_csv:
        print_csv(rows.stock(shelf.shown))
    else:
        from backsplit.render import tables  # noqa: PLC0415 - only for tables

        draw(tables.stock(shelf, explained=sys.stdout.isatty()), wide=wide)
