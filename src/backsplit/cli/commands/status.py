"""ship, hold, resume, cancel, merge, prioritize."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Age,
    Db,
    DryRun,
    Encoding,
    EveryOld,
    Json,
    Map,
    NoDay,
    OrderNumber,
    OrderNumbers,
    PickList,
    Priority,
    Reason,
    Sheet,
    Until,
    Yes,
    examples,
    named_or_all,
    orders_not_lists,
    parse_map,
    read_numbers,
)
from backsplit.cli.output import Form, answer, asked, asks, change, change_asked, draw, print_lines
from backsplit.domain.limits import parse_tracking
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import parcels, shop_updates, status
from backsplit.services.promises import day_to_come
from backsplit.services.status import Changed

if TYPE_CHECKING:
    from backsplit.cli.output import AskedService

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
    if every:
        _change_all("hold", db, service, "Put these orders on hold?", yes=yes, dry_run=dry_run, as_json=as_json)
    else:
        change("hold", db, service, dry_run=dry_run, as_json=as_json)


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
    if every:
        _change_all("cancel", db, service, "Cancel these orders?", yes=yes, dry_run=dry_run, as_json=as_json)
    else:
        question = f"Cancel {', '.join(numbers)}?"
        change_asked("cancel", db, service, question, yes=yes, dry_run=dry_run, as_json=as_json)


def _change_all(
    command: str, db: Path, service: AskedService, question: str, *, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Change all that waits too long: as a table on a terminal, with the question below it."""

    def show(outcome: Changed) -> str | None:
        from backsplit.render import tables  # noqa: PLC0415 - only for a terminal

        if outcome.orders:
            draw(tables.too_old(outcome, datetime.now(timezone.utc)))
            print_lines(sentences.all_changed(command, outcome, would=True))
        return question if outcome.orders else None

    with open_repository(db) as repository:
        run = partial(service, repository)
        ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
        outcome = asked(run, show) if ask else run(dry_run=dry_run)
        if dry_run and sys.stdout.isatty() and not as_json and show(outcome):
            return

        def lines() -> Iterator[str]:
            if not (ask and outcome.orders):  # else all was said above the question
                yield from sentences.changed(command, outcome._replace(dry_run=False))
            yield from sentences.all_changed(command, outcome)

        answer(Form(as_json), lambda: documents.changed(outcome), lines=lines, of=repository)


@app.command(epilog=examples("backsplit merge M9681118-backorder"))
def merge(
    order: OrderNumber, dry_run: DryRun = False, yes: Yes = False, db: Db = DEFAULT_FILE, as_json: Json = False
) -> None:
    """Undo a split: a part returns to the order it came from.

    That order goes back into the queue. ORDER is the part, as M9681118-backorder. `backsplit show` names the family: an
    order and all its parts.
    """
    service, question = partial(status.merge, number=order), f"Merge {order} back?"
    change_asked("merge", db, service, question, yes=yes, dry_run=dry_run, as_json=as_json)


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
    epilog=examples(
        "backsplit ship M9681118 M9681121",
        "backsplit ship M9681118 --tracking UPS:1Z9",
        "backsplit ship --list 12",
        "backsplit ship --file labels.csv",
        "backsplit ship - < packed.txt",
    )
)
def ship(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    pick_list: PickList = None,
    tracking: Annotated[
        list[str] | None,
        typer.Option(
            "--tracking", metavar="CARRIER:NUMBER", help="The label, as in UPS:1Z9; repeat it for several parcels."
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", metavar="FILE", help="What a label tool writes: order, carrier, tracking; - for standard input."
        ),
    ] = None,
    columns: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Ship Processing orders: their units leave the shelf.

    All of them are shipped, or none. With --tracking, the label's carrier and number are kept for the shop (backsplit
    to-mark), slips and the history. With --list, what is still on that pick list; the answer names what is not. With
    --file, the orders of a label tool's file: of an order that has shipped, its part in Processing.
    """
    if sum([pick_list is not None, bool(orders), file is not None]) != 1:
        raise WrongUsage("name at least one order, or a pick list with --list, or a label tool's file with --file")
    if tracking and not orders:
        raise WrongUsage("--tracking goes with orders that are named")
    labels = [parse_tracking(typed) for typed in tracking or []]
    service: AskedService
    if pick_list is not None:
        service, question = partial(parcels.ship_list, number=pick_list), f"Ship pick list {pick_list}?"
    elif file is not None:
        options = ReadOptions(map=parse_map(columns), encoding=encoding, sheet=sheet)
        read = cache(partial(shop_updates.labels_of, path=file, options=options))
        service, question = partial(shop_updates.ship_labels, read=read), f"Ship what is in {file}?"
    else:
        numbers = read_numbers(orders)
        service, question = partial(status.ship, numbers=numbers, tracking=labels), f"Ship {', '.join(numbers)}?"
    run = partial(change_asked, "ship", db, service, question, yes=yes, dry_run=dry_run, as_json=as_json)
    with orders_not_lists(db):
        if pick_list is None:
            run(lines=sentences.shipped)
        else:
            run(document=documents.list_shipped, lines=sentences.list_shipped)
