"""list, show, add, amend, ship-complete."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timezone
from functools import partial
from typing import Annotated, TypeVar

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    OUTPUT,
    WHICH,
    Age,
    Csv,
    Db,
    DryRun,
    Json,
    Limit,
    OrderNumber,
    OrderNumbers,
    Priority,
    Reason,
    Since,
    Sku,
    Wide,
    Xlsx,
    complete_sku,
    examples,
    parse_units,
    read_numbers,
)
from backsplit.cli.output import Form, answer, change, draw
from backsplit.domain.orders import CLOSED, DEFAULT_PRIORITY, Status
from backsplit.domain.times import parse_moment, placed_before
from backsplit.errors import WrongUsage
from backsplit.render import documents, spreadsheets, tables
from backsplit.repository import SORTED, Which, open_repository
from backsplit.services import queries
from backsplit.services.promises import today

app = typer.Typer()
SHOWN = 20  # orders of each status that a table shows unless --limit says otherwise
STATUSES = {status.value.lower().replace(" ", "-"): status for status in Status}
SORTS = [word for word in SORTED if word != "queue"]
SPELLINGS = {"onhold": "on-hold", "canceled": "cancelled"}


def _status(typed: str) -> str:
    """The status that a user means, however its words are joined. Raises WrongUsage."""
    key = "-".join(typed.lower().replace("_", " ").replace("-", " ").split())
    status = STATUSES.get(SPELLINGS.get(key, key))
    if status is None:
        raise WrongUsage(f"there is no status {typed!r}: {', '.join(STATUSES)}")
    return status.value


def _statuses() -> list[str]:
    return list(STATUSES)


def _sort(typed: str) -> str:
    if typed not in SORTS:
        raise WrongUsage(f"--sort takes {', '.join(SORTS)}; not {typed!r}")
    return typed


def _sorts() -> list[str]:
    return SORTS


@app.command(
    "list",
    epilog=examples(
        "backsplit list --status backorder --older-than 4d", "backsplit list --queue", "backsplit list --customer anna"
    ),
)
def list_(
    status: Annotated[
        list[Status] | None,
        typer.Option(
            "--status",
            rich_help_panel=WHICH,
            metavar="S",
            parser=_status,
            autocompletion=_statuses,
            help=f"Only these: {', '.join(STATUSES)}.",
        ),
    ] = None,
    sku: Sku = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer", rich_help_panel=WHICH, metavar="TEXT", help="Only orders whose customer has this in it."
        ),
    ] = None,
    older_than: Age = None,
    since: Since = None,
    queue: Annotated[
        bool,
        typer.Option(
            "--queue", rich_help_panel=WHICH, help="Only those in Backorder, in the order in which they are served."
        ),
    ] = False,
    can_split: Annotated[
        bool,
        typer.Option("--can-split", rich_help_panel=WHICH, help="Only Backorder orders that `split` would divide now."),
    ] = False,
    split: Annotated[
        bool,
        typer.Option(
            "--split", rich_help_panel=WHICH, help="Only orders that were split, and of which something still waits."
        ),
    ] = False,
    every: Annotated[
        bool,
        typer.Option(
            "--all", rich_help_panel=WHICH, help="Also those that are Shipped or Cancelled, and not only how many."
        ),
    ] = False,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            rich_help_panel=OUTPUT,
            metavar="BY",
            parser=_sort,
            autocompletion=_sorts,
            help=f"By {', '.join(SORTS)}: oldest first, newest first, A to Z, or largest first.",
        ),
    ] = None,
    limit: Limit = None,
    wide: Wide = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    as_csv: Csv = False,
    xlsx: Xlsx = None,
) -> None:
    """Show orders by status, the oldest first.

    A table shows the first 20 of each status unless --limit is given; --json and --csv give all. Shipped and Cancelled
    orders are only counted unless you ask for them; they come newest first. A terminal gets what waits last, next to
    your next command; a pipe gets it first.
    """
    form = Form(as_json, as_csv, xlsx, wide, db)
    if queue and sort:
        raise WrongUsage("--queue is an order of its own: leave --sort out")
    if (queue or can_split) and status:
        raise WrongUsage("--queue and --can-split show Backorder orders only: leave --status out")
    now = datetime.now(timezone.utc)
    statuses = [Status.BACKORDER] if queue or can_split else [one for one in Status if one in (status or Status)]
    which = Which(
        sku,
        placed_before=placed_before(older_than, now) if older_than else None,
        placed_since=placed_before(since, now) if since else None,
        sort="queue" if queue else sort,
        can_split=can_split,
        customer=customer,
        split=split,
    )
    with open_repository(db) as repository:
        if form.is_text:
            counted = () if every or status or split else CLOSED
            groups = queries.groups(repository, statuses, which, limit, each=SHOWN, counted=counted)
        else:
            # Closed before the file is, also where the reader goes away in the middle of the answer.
            with closing(queries.orders(repository, statuses, which, limit)) as found:
                answer(
                    form, lambda: map(documents.order, found), sheets={"orders": partial(spreadsheets.orders, found)}
                )
            return
    draw(tables.groups(groups[::-1] if sys.stdout.isatty() else groups, now), wide=wide)


@app.command(epilog=examples("backsplit show M9681118"))
def show(order: OrderNumber, wide: Wide = False, db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Show one order: lines, why it waits, family, history.

    A family is an order and its parts, which are the orders that were split from it.
    """
    with open_repository(db) as repository:
        shown = queries.show(repository, order)
    now = datetime.now(timezone.utc)
    brief = sys.stdout.isatty() and not wide
    answer(
        Form(as_json, wide=wide), lambda: documents.shown(shown), tables=lambda: tables.shown(shown, now, brief=brief)
    )


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
    from backsplit.services import orders  # noqa: PLC0415 - `list` and `show` need none of it

    numbers = [word for word in words if "=" not in word]
    if len(numbers) > 1:
        raise WrongUsage(f"{numbers[1]!r} is no SKU=N, such as TEAPOT-CAST=2")
    service = partial(
        orders.add,
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
    from backsplit.domain.amend import Edits, IfShort  # noqa: PLC0415 - `list` and `show` need none of it
    from backsplit.services import orders  # noqa: PLC0415 - `list` and `show` need none of it

    if wait and as_part:
        raise WrongUsage("say --wait or --as-part, not both")
    off = [(sku, 0) for sku in remove or []]
    wishes = Edits(
        set=_each_once([*_units("--set", make), *off]),
        add=_each_once(_units("--add", more)),
        swap=_each_once(map(_parse_swap, swap or [])),
    )
    otherwise = IfShort.WAIT if wait else IfShort.AS_PART if as_part else IfShort.REFUSE
    service = partial(orders.amend, number=order, wishes=wishes, otherwise=otherwise, reason=reason)
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
    from backsplit.services import orders as service  # noqa: PLC0415 - `list` and `show` need none of it

    if (customer is None) == (not orders):
        raise WrongUsage("name orders, or a customer with --customer")
    if customer is not None:
        run = partial(service.mark_customer, customer=customer, on=not off)
    else:
        run = partial(service.mark_orders, numbers=read_numbers(orders), on=not off)
    change("ship-complete", db, run, dry_run=dry_run, as_json=as_json)
