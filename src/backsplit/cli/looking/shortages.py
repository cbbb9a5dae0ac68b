"""shortages"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Csv, Db, Json, Wide, Xlsx, complete_order, examples
from backsplit.cli.output import check_alone, draw, print_csv, print_json
from backsplit.render import documents, rows
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()


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
    """Show what to buy: the SKUs that are short, first those that alone let most orders go.

    Short are the units that Backorder orders want beyond what is available, which is what no Processing order holds.
    """
    check_alone(xlsx, as_json, as_csv)
    with open_repository(db) as repository:
        found = reading.shortages(repository, order)
    if as_json:
        print_json(documents.shortages(found))
    elif xlsx:
        from backsplit.cli.workbooks import save_workbook  # noqa: PLC0415 - only for --xlsx

        save_workbook(xlsx, {"shortages": rows.shortages(found, said=str)})
    elif as_csv:
        print_csv(rows.shortages(found))
    else:
        from backsplit.render import tables  # noqa: PLC0415 - only for tables

        draw([tables.shortages(found, datetime.now(timezone.utc), order)] if found else ["nothing is short"], wide=wide)
