"""split"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from backsplit.cli.options import Age, Db, DryRun, Json, OrderNumbers, Yes, file_path, from_standard_input
from backsplit.cli.output import confirm, draw, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.errors import WrongUsage
from backsplit.domain.outcomes import SplitOutcome
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import splitting

app = typer.Typer()


@app.command(epilog="Examples: backsplit split M9681118 · backsplit split --all --older-than 4d --quiet")
def split(
    ctx: typer.Context,
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    every: Annotated[bool, typer.Option("--all", help="Try every Backorder order, in queue order.")] = False,
    older_than: Age = None,
    partial: Annotated[bool, typer.Option("--partial", help="Divide a line's quantity too.")] = False,
    drop_inserts: Annotated[
        bool, typer.Option("--drop-inserts", help="Leave missing inserts off; they go on neither part.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing where nothing was done.")] = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Split Backorder orders: what is in stock goes now, the rest waits on <number>-backorder."""
    numbers = _named(orders, every=every, older_than=older_than)
    with open_repository(file_path(ctx, db)) as repository:

        def run(*, dry_run: bool, shown: SplitOutcome | None = None) -> SplitOutcome:
            if every:
                with Progressing("splitting"):
                    return splitting.split_all(
                        repository,
                        older_than=older_than,
                        partial=partial,
                        drop_inserts=drop_inserts,
                        dry_run=dry_run,
                        shown=shown,
                    )
            return splitting.split(
                repository, numbers, partial=partial, drop_inserts=drop_inserts, dry_run=dry_run, shown=shown
            )

        seen: list[SplitOutcome] = []

        def preview() -> bool:
            seen.append(run(dry_run=True))
            _show_plan(seen[0], as_tables=not every)
            return bool(seen[0].splits)

        question = "Split these orders?" if every else f"Split {', '.join(numbers)}?"
        try:
            if not dry_run and not confirm(question, yes=yes, as_json=as_json, preview=preview):
                raise typer.Exit(1)
            outcome = run(dry_run=dry_run, shown=seen[0] if seen else None)
        except splitting.SplitRefused as refused:
            if as_json:
                print_json(documents.split(refused.outcome))
            raise
    if as_json:
        print_json(documents.split(outcome))
    elif seen and every:  # all was said above the question
        print_lines(sentences.split_count(outcome))
    elif outcome.splits or not quiet:
        print_lines(sentences.split(outcome, noted=not seen, refused=not quiet))


def _named(orders: list[str], *, every: bool, older_than: str | None) -> list[str]:
    """The orders that are named, none where --all is. Raises WrongUsage for both, or neither."""
    if older_than and not every:
        raise WrongUsage("--older-than goes with --all")
    if every and orders:
        raise WrongUsage("name orders, or say --all, not both")
    return [] if every else from_standard_input(orders)


def _show_plan(outcome: SplitOutcome, *, as_tables: bool) -> None:
    """What would be done, above the question: tables for the orders that were named, a line each for all."""
    if not as_tables:
        print_lines(sentences.split(replace(outcome, dry_run=False)))
        return
    from backsplit.render import tables  # noqa: PLC0415 - only on a terminal

    draw(tables.plan(outcome))
