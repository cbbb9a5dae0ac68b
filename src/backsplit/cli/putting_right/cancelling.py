"""cancel"""

from __future__ import annotations

from functools import partial

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, OrderNumbers, Reason, Yes, examples, read_numbers
from backsplit.services.putting_right import changing

app = typer.Typer()


@app.command(epilog=examples("backsplit cancel M9681118-backorder --reason 'customer will not wait'"))
def cancel(
    orders: OrderNumbers,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Cancel orders. Others may have the stock that was kept for them.

    A part, which was split from an order, and the order that it was split from are cancelled each by itself.
    """
    numbers = read_numbers(orders)
    service = partial(changing.move, command="cancel", numbers=numbers, reason=reason)
    question = f"Cancel {', '.join(numbers)}?"
    change("cancel", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)
