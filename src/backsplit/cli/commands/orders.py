"""add, amend, ship-complete."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, TypeVar

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Create,
    Db,
    DryRun,
    Json,
    OrderNumber,
    OrderNumbers,
    Priority,
    Reason,
    complete_sku,
    examples,
    parse_units,
    read_numbers,
)
from backsplit.cli.output import change
from backsplit.domain.amend import Edits, IfShort
from backsplit.domain.orders import DEFAULT_PRIORITY
from backsplit.domain.times import parse_moment
from backsplit.errors import WrongUsage
from backsplit.services import orders as orders_service
from backsplit.services.promises import today

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
    create: Create = False,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Type in one order, as by phone. It gets the stock that is there for it, or waits in the queue."""
    numbers = [word for word in words if "=" not in word]
    if len(numbers) > 1:
        raise WrongUsage(f"{numbers[1]!r} is no SKU=N, such as TEAPOT-CAST=2")
    service = partial(
        orders_service.add,
        number=numbers[0] if numbers else None,
        wanted=[pair for word in words if "=" in word for pair in parse_units("add", [word]).items()],
        customer=customer,
        note=note,
        priority=priority,
        placed_at=parse_moment(placed_at, today()) if placed_at is not None else None,
        ship_complete=ship_complete,
        create=create,
    )
    change("add", db, service, dry_run=dry_run, as_json=as_json)


T = TypeVar("T")


@app.command(
    epilog=examples(
        "backsplit amend M9681118 --set TEAPOT-CAST=2 --remove CARD-THANKS",
        "backsplit amend M9681118 --swap MUG-BLUE=MUG-RED --reason 'customer asked'",
        "backsplit amend M9681118 --add MUG-BLUE=3 --as-part",
    )
)
def amend(
    order: OrderNumber,
    make: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            rich_help_panel="What changes",
            metavar="SKU=N",
            help="So many units in all; 0 takes it off.",
            autocompletion=complete_sku,
        ),
    ] = None,
    more: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            rich_help_panel="What changes",
            metavar="SKU=N",
            help="So many units more.",
            autocompletion=complete_sku,
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove", rich_help_panel="What changes", metavar="SKU", help="Take it off.", autocompletion=complete_sku
        ),
    ] = None,
    swap: Annotated[
        list[str] | None,
        typer.Option(
            "--swap",
            rich_help_panel="What changes",
            metavar="OLD=NEW",
            help="Send NEW in place of OLD.",
            autocompletion=complete_sku,
        ),
    ] = None,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait",
            rich_help_panel="Where too little is available",
            help="Where too little is available, the whole order waits in the queue.",
        ),
    ] = False,
    as_part: Annotated[
        bool,
        typer.Option(
            "--as-part",
            rich_help_panel="Where too little is available",
            help="Where too little is available, what is missing waits on its part.",
        ),
    ] = False,
    reason: Reason = "",
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Change the lines of an open order. What it no longer needs is free for others."""
    if wait and as_part:
        raise WrongUsage("say --wait or --as-part, not both")
    off = [(sku, 0) for sku in remove or []]
    wishes = Edits(
        set=_each_once([*_units("--set", make), *off]),
        add=_each_once(_units("--add", more)),
        swap=_each_once(map(_parse_swap, swap or [])),
    )
    otherwise = IfShort.WAIT if wait else IfShort.AS_PART if as_part else IfShort.REFUSE
    service = partial(orders_service.amend, number=order, wishes=wishes, otherwise=otherwise, reason=reason)
    change("amend", db, service, dry_run=dry_run, as_json=as_json)


def _units(option: str, typed: list[str] | None) -> list[tuple[str, int]]:
    return [pair for word in typed or [] for pair in parse_units(option, [word]).items()]


def _parse_swap(typed: str) -> tuple[str, str]:
    old, _, new = typed.rpartition("=")
    if not (old and new):
        raise WrongUsage(f"--swap takes OLD=NEW, as in --swap MUG-BLUE=MUG-RED; not {typed!r}")
    return old, new


def _each_once(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    named: dict[str, T] = {}
    for sku, said in pairs:
        if sku in named:
            raise WrongUsage(f"{sku} is named twice")
        named[sku] = said
    return named


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
        run = partial(orders_service.mark_customer, customer=customer, on=not off)
    else:
        run = partial(orders_service.mark_orders, numbers=read_numbers(orders), on=not off)
    change("ship-complete", db, run, dry_run=dry_run, as_json=as_json)
