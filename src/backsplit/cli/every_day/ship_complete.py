"""ship-complete"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, examples, read_numbers
from backsplit.domain.errors import WrongUsage
from backsplit.services.every_day import ship_complete as service

app = typer.Typer()


@app.command(
    "ship-complete",
    epilog=examples(
        "backsplit ship-complete M9681118",
        "backsplit ship-complete --customer Okafor",
        "backsplit ship-complete M9681118 --off",
    ),
)
def ship_complete(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="C", help="All orders of this customer, also those to come.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Take the mark off: the orders may be split again.")] = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Mark orders that go out whole, and are never split.

    Each is released when all of it is in stock.
    """
    if (customer is None) == (not orders):
        raise WrongUsage("name orders, or a customer with --customer")
    if customer is not None:
        run = partial(service.mark_customer, customer=customer, on=not off)
    else:
        run = partial(service.mark_orders, numbers=read_numbers(orders), on=not off)
    change("ship-complete", db, run, dry_run=dry_run, as_json=as_json)
