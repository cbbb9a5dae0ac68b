"""hold, resume"""

from __future__ import annotations

from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, Reason, examples, read_numbers
from backsplit.services.putting_right import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit hold M9681118 --reason 'address to be checked'"))
def hold(
    orders: OrderNumbers, reason: Reason = "", dry_run: DryRun = False, db: Db = DEFAULT_FILE, as_json: Json = False
) -> None:
    """Put orders on hold. Others may have the stock that was kept for them."""
    service = partial(changing.move, command="hold", numbers=read_numbers(orders), reason=reason)
    change("hold", db, service, dry_run=dry_run, as_json=as_json)


@app.command(epilog=examples("backsplit resume M9681118"))
def resume(orders: OrderNumbers, dry_run: DryRun = False, db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Put held orders back in the queue, at their old place."""
    change(
        "resume",
        db,
        partial(changing.move, command="resume", numbers=read_numbers(orders)),
        dry_run=dry_run,
        as_json=as_json,
    )
