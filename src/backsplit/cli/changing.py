"""ship, hold, resume, cancel, merge, prioritize: one order's way, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from backsplit.cli.options import Db, DryRun, Json, OrderNumber, OrderNumbers, Yes, file_path, from_standard_input
from backsplit.cli.output import confirm, print_json, print_lines
from backsplit.domain.outcomes import Changed
from backsplit.domain.values import DEFAULT_PRIORITY, HIGHEST_PRIORITY, LOWEST_PRIORITY
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import changing

app = typer.Typer()
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the history.")]


@app.command(epilog="Example: backsplit list --status processing --json | jq -r '.[].number' | backsplit ship -")
def ship(
    ctx: typer.Context, orders: OrderNumbers, dry_run: DryRun = False, db: Db = None, as_json: Json = False
) -> None:
    """Processing orders leave the building, all of them or none."""
    numbers = from_standard_input(orders)
    with open_repository(file_path(ctx, db)) as repository:
        outcome = changing.ship(repository, numbers, dry_run=dry_run)
    _answer("ship", outcome, as_json=as_json)


@app.command(epilog="Example: backsplit hold M9681118 --reason 'address to be checked'")
def hold(
    ctx: typer.Context,
    orders: OrderNumbers,
    reason: Reason = "",
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Put orders on hold: what they had allocated is free for others."""
    numbers = from_standard_input(orders)
    with open_repository(file_path(ctx, db)) as repository:
        outcome = changing.move(repository, "hold", numbers, reason=reason, dry_run=dry_run)
    _answer("hold", outcome, as_json=as_json)


@app.command(epilog="Example: backsplit resume M9681118")
def resume(
    ctx: typer.Context, orders: OrderNumbers, dry_run: DryRun = False, db: Db = None, as_json: Json = False
) -> None:
    """Put held orders back in the queue, at their old place."""
    numbers = from_standard_input(orders)
    with open_repository(file_path(ctx, db)) as repository:
        outcome = changing.move(repository, "resume", numbers, dry_run=dry_run)
    _answer("resume", outcome, as_json=as_json)


@app.command(epilog="Example: backsplit cancel M9681118-backorder --reason 'customer does not want to wait'")
def cancel(
    ctx: typer.Context,
    orders: OrderNumbers,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Cancel orders: what they had allocated is free for others. Parts and originals are left alone."""
    numbers = from_standard_input(orders)
    with open_repository(file_path(ctx, db)) as repository:

        def run(*, dry_run: bool, shown: Changed | None = None) -> Changed:
            return changing.move(repository, "cancel", numbers, reason=reason, dry_run=dry_run, shown=shown)

        outcome = _asked(f"Cancel {', '.join(numbers)}?", "cancel", run, dry_run=dry_run, yes=yes, as_json=as_json)
    _answer("cancel", outcome, as_json=as_json)


@app.command(epilog="Example: backsplit merge M9681118-backorder")
def merge(
    ctx: typer.Context,
    order: OrderNumber,
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Undo a split: the part ORDER returns to the order it came from, which stands in the queue again."""
    with open_repository(file_path(ctx, db)) as repository:

        def run(*, dry_run: bool, shown: Changed | None = None) -> Changed:
            return changing.merge(repository, order, dry_run=dry_run, shown=shown)

        outcome = _asked(f"Merge {order} back?", "merge", run, dry_run=dry_run, yes=yes, as_json=as_json)
    _answer("merge", outcome, as_json=as_json)


@app.command(epilog="Example: backsplit prioritize M9681118-backorder --priority 1")
def prioritize(
    ctx: typer.Context,
    orders: OrderNumbers,
    priority: Annotated[
        int,
        typer.Option(
            "--priority",
            metavar="N",
            min=HIGHEST_PRIORITY,
            max=LOWEST_PRIORITY,
            help=f"{HIGHEST_PRIORITY} goes first, {LOWEST_PRIORITY} last; {DEFAULT_PRIORITY} unless said.",
        ),
    ],
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Give orders another place in the queue."""
    numbers = from_standard_input(orders)
    with open_repository(file_path(ctx, db)) as repository:
        outcome = changing.prioritize(repository, numbers, priority, dry_run=dry_run)
    _answer("prioritize", outcome, as_json=as_json)


def _asked(
    question: str, command: str, run: Callable[..., Changed], *, dry_run: bool, yes: bool, as_json: bool
) -> Changed:
    seen: list[Changed] = []

    def preview() -> bool:
        seen.append(run(dry_run=True))
        print_lines(sentences.changed(command, replace(seen[0], dry_run=False)))
        return bool(seen[0].orders)

    if not dry_run and not confirm(question, yes=yes, as_json=as_json, preview=preview):
        raise typer.Exit(1)
    return run(dry_run=dry_run, shown=seen[0] if seen else None)


def _answer(command: str, outcome: Changed, *, as_json: bool) -> None:
    if as_json:
        print_json(documents.changed(outcome))
    else:
        print_lines(sentences.changed(command, outcome))
