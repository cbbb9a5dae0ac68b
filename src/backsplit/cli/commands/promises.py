"""promise."""

from __future__ import annotations

from contextlib import closing

import typer

from backsplit.cli.options import DEFAULT_FILE, Csv, Db, Json, Limit, OrderNumbers, Wide, Xlsx, examples, read_numbers
from backsplit.cli.output import check_alone, draw, print_csv, print_json_items
from backsplit.render import documents, spreadsheets
from backsplit.repository import open_repository
from backsplit.services import promises

app = typer.Typer()
SHOWN = 50  # orders that a table shows unless they are named, or --limit says otherwise


@app.command(epilog=examples("backsplit promise M9681118", "backsplit promise --json"))
def promise(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Say on which day each Backorder order goes, by what is expected.

    It goes on that day if all that is expected comes on its day and nothing else happens. It is a forecast and holds
    nothing. Under skip-over, a later small order may take what was forecast for an earlier
    one. Under strict, it cannot. A receipt counts from its day on, and not at all once that day has passed. A table
    shows the first 50 orders unless they are named or --limit is given; --json and --csv give all.
    """
    check_alone(xlsx, as_json, as_csv)
    numbers = read_numbers(orders) if orders else None
    with open_repository(db) as repository, closing(promises.promises(repository, numbers, limit)) as found:
        if as_json:
            print_json_items(documents.promise(one) for one in found)
            return
        if xlsx:
            from backsplit.cli.output import save_workbook  # noqa: PLC0415 - only for --xlsx

            save_workbook(xlsx, {"promise": spreadsheets.promises(found)})
            return
        if as_csv:
            print_csv(spreadsheets.promises(found))
            return
        promised = list(found)
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw(
        tables.promises(promised, limit or (SHOWN if numbers is None else None)) if promised else ["no order waits"],
        wide=wide,
    )
