"""list, show, stock, shortages, history: what can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timezone
from typing import Annotated

import typer

from backsplit.cli.options import Age, Csv, Db, Json, OrderNumber, Sku, complete_order, complete_sku, file_path
from backsplit.cli.output import draw, print_csv, print_json, print_json_items
from backsplit.domain.errors import WrongUsage
from backsplit.domain.values import Status
from backsplit.render import documents, rows
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()
LISTED = 20  # orders of each status that a table shows unless --limit says otherwise
EVENTS_SHOWN = 50
SKUS_SHOWN = 100
MOST = 2**63 - 1  # the largest number that SQLite knows
STATUSES = {status.value.lower().replace(" ", "-"): status for status in Status}

Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, max=MOST, help="At most so many in all.")]


@app.command(
    "list", epilog="Examples: backsplit list --status backorder --older-than 4d · backsplit list --sku X --json"
)
def list_(
    ctx: typer.Context,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", metavar="S", help="Only these: backorder, processing, on-hold, shipped, cancelled."),
    ] = None,
    sku: Sku = None,
    older_than: Age = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="Only those in Backorder, in the order in which they are served.")
    ] = False,
    limit: Limit = None,
    db: Db = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Orders in tables grouped by status, the oldest first, with a count each.

    A table shows the first 20 of each status unless --limit is given; --json and --csv give all.
    """
    if as_json and as_csv:
        raise WrongUsage("say --json or --csv, not both")
    if queue and status:
        raise WrongUsage("--queue is about Backorder orders alone: leave --status out")
    statuses = [Status.BACKORDER] if queue else _statuses(status or [])
    selection = reading.Selection(statuses, sku, older_than, queue, limit)
    with open_repository(file_path(ctx, db)) as repository:
        if as_json or as_csv:
            # Closed before the file is, also where whoever reads the answer goes away in the middle of it.
            with closing(reading.orders(repository, selection)) as found:
                if as_json:
                    print_json_items(documents.order(order) for order in found)
                else:
                    print_csv(rows.orders(found))
            return
        groups = reading.groups(repository, selection, each=LISTED)
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw(tables.groups(groups, _now()))


@app.command(epilog="Example: backsplit show M9681118")
def show(ctx: typer.Context, order: OrderNumber, db: Db = None, as_json: Json = False) -> None:
    """One order: its lines, why it waits, its family, its history."""
    with open_repository(file_path(ctx, db)) as repository:
        shown = reading.show(repository, order)
    if as_json:
        print_json(documents.shown(shown))
        return
    from backsplit.render import tables  # noqa: PLC0415 - only for tables

    draw(tables.shown(shown, _now()))


@app.command(epilog="Example: backsplit stock --short")
def stock(
    ctx: typer.Context,
    skus: Annotated[list[str] | None, typer.Argument(metavar="SKU...", autocompletion=complete_sku)] = None,
    short: Annotated[bool, typer.Option("--short", help="Only SKUs of which more is owed than there is.")] = False,
    limit: Limit = None,
    db: Db = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """On hand, allocated, available, owed and final of each SKU.

    A table shows the first 100 SKUs unless they are named or --limit is given; --json and --csv give all.
    """
    with open_repository(file_path(ctx, db)) as repository:
        found = reading.stock(repository, skus or [], short=short)
    if as_json:
        print_json(documents.stock(found[:limit]))
    elif as_csv:
        print_csv(rows.stock(found[:limit]))
    else:
        from backsplit.render import tables  # noqa: PLC0415 - only for tables

        draw(tables.stock(found, limit or (None if skus else SKUS_SHOWN)))


@app.command(epilog="Example: backsplit shortages --csv > to-buy.csv")
def shortages(
    ctx: typer.Context,
    order: Annotated[
        str | None,
        typer.Option("--for", metavar="ORDER", help="Only what this order lacks.", autocompletion=complete_order),
    ] = None,
    db: Db = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """What to buy: the SKUs that are short, first those that alone let most orders go."""
    with open_repository(file_path(ctx, db)) as repository:
        found = reading.shortages(repository, order)
    if as_json:
        print_json(documents.shortages(found))
    elif as_csv:
        print_csv(rows.shortages(found))
    else:
        from backsplit.render import tables  # noqa: PLC0415 - only for tables

        draw([tables.shortages(found, _now(), order)] if found else ["nothing is short"])


@app.command(epilog="Examples: backsplit history M9681118 · backsplit history --sku X --csv")
def history(
    ctx: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="[ORDER]", autocompletion=complete_order)] = None,
    sku: Sku = None,
    limit: Limit = None,
    db: Db = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """What happened, the oldest first: of an order, of a SKU, or of everything.

    A table shows the last 50 events unless --limit is given; --json and --csv give all.
    """
    with open_repository(file_path(ctx, db)) as repository:
        shown = limit or (None if as_json or as_csv else EVENTS_SHOWN)
        events = reading.history(repository, order, sku=sku, limit=shown)
        if as_json:
            print_json_items(documents.history(events))
        elif as_csv:
            print_csv(rows.history(events))
        else:
            from backsplit.render import tables  # noqa: PLC0415 - only for tables

            draw([tables.history(events)])


def _statuses(typed: Sequence[str]) -> list[Status]:
    """The statuses by name, however their words are joined, in status order. Raises WrongUsage."""
    wanted = set()
    for word in typed:
        key = "-".join(word.lower().replace("_", " ").replace("-", " ").split())
        status = STATUSES.get(key) or STATUSES.get({"onhold": "on-hold", "canceled": "cancelled"}.get(key, ""))
        if status is None:
            raise WrongUsage(f"there is no status {word!r}: {', '.join(STATUSES)}")
        wanted.add(status)
    return [status for status in Status if status in wanted or not typed]


def _now() -> datetime:
    return datetime.now(timezone.utc)
