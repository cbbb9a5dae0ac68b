"""ship"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import (
    DEFAULT_FILE,
    Db,
    DryRun,
    Json,
    OrderNumbers,
    PickList,
    Yes,
    examples,
    orders_not_lists,
    read_numbers,
)
from backsplit.domain.errors import WrongUsage
from backsplit.domain.outcomes.changing import Changed
from backsplit.services.every_day import picking
from backsplit.services.putting_right import changing

app = typer.Typer()


@app.command(
    epilog=examples("backsplit ship M9681118 M9681121", "backsplit ship --list 12", "backsplit ship - < packed.txt")
)
def ship(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    pick_list: PickList = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Ship Processing orders, all of them or none: their units leave the shelf.

    With --list, what is still on that pick list; the answer names what is not.
    """
    if (pick_list is None) == (not orders):
        raise WrongUsage("name at least one order, or a pick list with --list")
    service: Callable[..., Changed]
    if pick_list is not None:
        service, question = partial(picking.ship_list, number=pick_list), f"Ship pick list {pick_list}?"
    else:
        numbers = read_numbers(orders)
        service, question = partial(changing.ship, numbers=numbers), f"Ship {', '.join(numbers)}?"
    with orders_not_lists():
        change("ship", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)
