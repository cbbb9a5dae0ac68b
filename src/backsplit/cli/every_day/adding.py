"""add"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, Priority, complete_sku, examples, parse_units
from backsplit.domain.age import parse_moment
from backsplit.domain.errors import WrongUsage
from backsplit.domain.values import DEFAULT_PRIORITY
from backsplit.services.every_day.adding import add as take_in

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit add TEAPOT-CAST=1 MUG-BLUE=2 --customer 'Anna, by phone'", "backsplit add W-17 TEAPOT-CAST=1"
    )
)
def add(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[ORDER] SKU=N...",
            help="Its number, else the next of P1, P2, …; and units of each SKU.",
            autocompletion=complete_sku,
        ),
    ],
    customer: Annotated[str, typer.Option("--customer", metavar="TEXT", help="Who ordered it.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A note to it.")] = "",
    priority: Priority = DEFAULT_PRIORITY,
    placed_at: Annotated[
        str | None, typer.Option("--placed-at", metavar="TIME", help="When it was placed; now unless said.")
    ] = None,
    ship_complete: Annotated[
        bool, typer.Option("--ship-complete", help="It goes out whole and is never split.")
    ] = False,
    create: Annotated[bool, typer.Option("--create", help="Take in SKUs that are not known yet.")] = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Type in one order, as by phone. It gets the stock that is there for it, or waits in the queue."""
    numbers = [word for word in words if "=" not in word]
    if len(numbers) > 1:
        raise WrongUsage(f"{numbers[1]!r} is no SKU=N, such as TEAPOT-CAST=2")
    service = partial(
        take_in,
        number=numbers[0] if numbers else None,
        wanted=[pair for word in words if "=" in word for pair in parse_units("add", [word]).items()],
        customer=customer,
        note=note,
        priority=priority,
        placed_at=parse_moment(placed_at) if placed_at is not None else None,
        ship_complete=ship_complete,
        create=create,
    )
    change("add", db, service, dry_run=dry_run, as_json=as_json)
