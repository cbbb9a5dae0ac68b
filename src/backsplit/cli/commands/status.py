"""ship, hold, resume, cancel, prioritize."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Age,
    Db,
    DryRun,
    EveryOld,
    Json,
    NoDay,
    OrderNumbers,
    PickList,
    Priority,
    Reason,
    Until,
    Yes,
    examples,
    named_or_all,
    orders_not_lists,
    read_numbers,
)
from backsplit.cli.output import change
from backsplit.errors import WrongUsage
from backsplit.services import parcels, status
from backsplit.services.promises import day_to_come
from backsplit.services.status import Changed

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit hold M9681118 --reason 'address to be checked'",
        "backsplit hold M9681118 --until 2027-01-15 --reason 'is on holiday'",
        "backsplit hold --all --older-than 60d --no-day",
    )
)
def hold(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    every: EveryOld = False,
    older_than: Age = None,
    no_day: NoDay = False,
    until: Until = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Put orders on hold. Others may have the stock that was kept for them.

    With --until the hold has a last day: `backsplit due` ends the hold on that day. An order that is on hold already
    gets the new day. --all takes Backorder orders only, each by itself.
    """
    numbers = named_or_all(orders, every=every, older_than=older_than, no_day=no_day)
    day = day_to_come("--until", until) if until is not None else None
    if older_than is not None:
        service = partial(status.move_all, command="hold", older_than=older_than, no_day=no_day)
    else:
        service = partial(status.move, command="hold", numbers=numbers)
    service = partial(service, reason=reason, until=day)
    question = "Put these orders on hold?" if every else ""
    change("hold", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(epilog=examples("backsplit resume M9681118"))
def resume(orders: OrderNumbers, dry_run: DryRun = False, db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Put held orders back in the queue, at their old place."""
    change(
        "resume",
        db,
        partial(status.move, command="resume", numbers=read_numbers(orders)),
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command(
    epilog=examples(
        "backsplit cancel M9681118-backorder --reason 'customer will not wait'",
        "backsplit cancel --all --older-than 60d --no-day",
    )
)
def cancel(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    every: EveryOld = False,
    older_than: Age = None,
    no_day: NoDay = False,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Cancel orders. Others may have the stock that was kept for them.

    A part, which was split from an order, and the order that it was split from are cancelled each by itself. --all
    takes Backorder orders only: what has shipped, is being packed or is on hold stays.
    """
    numbers = named_or_all(orders, every=every, older_than=older_than, no_day=no_day)
    if older_than is not None:
        service = partial(status.move_all, command="cancel", older_than=older_than, no_day=no_day, reason=reason)
    else:
        service = partial(status.move, command="cancel", numbers=numbers, reason=reason)
    question = "Cancel these orders?" if every else f"Cancel {', '.join(numbers)}?"
    change("cancel", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(epilog=examples("backsplit prioritize M9681118-backorder --priority 1"))
def prioritize(
    orders: OrderNumbers,
    priority: Priority,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Give orders another place in the queue."""
    service = partial(status.prioritize, numbers=read_numbers(orders), priority=priority)
    change("prioritize", db, service, dry_run=dry_run, as_json=as_json)


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
    """Ship Processing orders: their units leave the shelf.

    All of them are shipped, or none. With --list, what is still on that pick list; the answer names what is not.
    """
    if (pick_list is None) == (not orders):
        raise WrongUsage("name at least one order, or a pick list with --list")
    service: Callable[..., Changed]
    if pick_list is not None:
        service, question = partial(parcels.ship_list, number=pick_list), f"Ship pick list {pick_list}?"
    else:
        numbers = read_numbers(orders)
        service, question = partial(status.ship, numbers=numbers), f"Ship {', '.join(numbers)}?"
    with orders_not_lists():
        change("ship", db, service, question=question, yes=yes, dry_run=dry_run, as_json=as_json)
