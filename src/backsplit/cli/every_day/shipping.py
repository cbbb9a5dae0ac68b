"""ship"""

from __future__ import annotations

from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, Yes, examples, read_numbers
from backsplit.services import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit ship M9681118 M9681121", "backsplit ship - < packed.txt"))
def ship(
    orders: OrderNumbers, dry_run: DryRun = False, yes: Yes = False, db: Db = DEFAULT_FILE, as_json: Json = False
) -> None:
    """Ship Processing orders, all of them or none: their units leave the shelf."""
    numbers = read_numbers(orders)
    service, question = partial(changing.ship, numbers=numbers), f"Ship {', '.join(numbers)}?"
    change("ship", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)
