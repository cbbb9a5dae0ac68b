"""prioritize"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, examples, read_numbers
from backsplit.domain.values import DEFAULT_PRIORITY, HIGHEST_PRIORITY, LOWEST_PRIORITY
from backsplit.services import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit prioritize M9681118-backorder --priority 1"))
def prioritize(
    orders: OrderNumbers,
    priority: Annotated[
        int,
        typer.Option(
            "--priority",
            metavar="N",
            min=HIGHEST_PRIORITY,
            max=LOWEST_PRIORITY,
            help=f"{HIGHEST_PRIORITY} goes first, {LOWEST_PRIORITY} last; {DEFAULT_PRIORITY} unless said.",
        ),
    ],
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Give orders another place in the queue."""
    service = partial(changing.prioritize, numbers=read_numbers(orders), priority=priority)
    change("prioritize", db, service, dry_run=dry_run, as_json=as_json)
