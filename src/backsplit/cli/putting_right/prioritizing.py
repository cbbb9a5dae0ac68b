"""prioritize"""

from __future__ import annotations

from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, Priority, examples, read_numbers
from backsplit.services.putting_right import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit prioritize M9681118-backorder --priority 1"))
def prioritize(
    orders: OrderNumbers,
    priority: Priority,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Give orders another place in the queue."""
    service = partial(changing.prioritize, numbers=read_numbers(orders), priority=priority)
    change("prioritize", db, service, dry_run=dry_run, as_json=as_json)
