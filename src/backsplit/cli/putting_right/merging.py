"""merge"""

from __future__ import annotations

from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumber, Yes, examples
from backsplit.services.putting_right import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit merge M9681118-backorder"))
def merge(
    order: OrderNumber, dry_run: DryRun = False, yes: Yes = False, db: Db = DEFAULT_FILE, as_json: Json = False
) -> None:
    """Undo a split: a part returns to the order it was split from, which goes back into the queue.

    ORDER is the part, as M9681118-backorder. `backsplit show` names the family: an order and all its parts.
    """
    service, question = partial(changing.merge, number=order), f"Merge {order} back?"
    change("merge", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)
