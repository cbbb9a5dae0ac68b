"""show"""

from __future__ import annotations

from datetime import datetime, timezone

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, OrderNumber, Wide, examples
from backsplit.cli.output import draw, print_json
from backsplit.render import documents
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()


@app.command(epilog=examples("backsplit show M9681118"))
def show(order: OrderNumber, wide: Wide = False, db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Show one order: its lines, why it waits, its family, its history.

    A family is an order and its parts, which are the orders that were split from it.
    """
    with open_repository(db) as repository:
        shown = reading.show(repository, order)
    if as_json:
        print_json(documents.shown(shown))
        return
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw(tables.shown(shown, datetime.now(timezone.utc)), wide=wide)
