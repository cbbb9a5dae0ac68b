"""list, show."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import datetime, timezone
from functools import partial
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    OUTPUT,
    WHICH,
    Age,
    Csv,
    Db,
    Json,
    Limit,
    OrderNumber,
    Since,
    Sku,
    Wide,
    Xlsx,
    examples,
)
from backsplit.cli.output import Form, answer, draw
from backsplit.domain import times
from backsplit.domain.orders import CLOSED, Status
from backsplit.errors import WrongUsage
from backsplit.render import documents, spreadsheets, tables
from backsplit.repository import SORTED, Which, open_repository
from backsplit.services import queries

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
    statuses = [Status.BACKORDER] if queue or can_split else [each for each in Status if each in (status or Status)]
    which = Which(
        sku,
        placed_before=times.placed_before(older_than, now) if older_than else None,
        placed_since=times.since(since, now) if since else None,
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
