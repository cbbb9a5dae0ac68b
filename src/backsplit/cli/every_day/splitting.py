"""split"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.asking import asked, asks
from backsplit.cli.options import DEFAULT_FILE, Age, Db, DryRun, Json, OrderNumbers, Yes, examples, read_numbers
from backsplit.cli.output import draw, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.errors import WrongUsage
from backsplit.domain.outcomes import SplitOutcome
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import splitting

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit split M9681118",
        "backsplit split M9681118 --dry-run",
        "backsplit split --all --older-than 4d --quiet",
    )
)
def split(
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
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Split Backorder orders: what is in stock goes now, the rest waits on <number>-backorder."""
    numbers = _named(orders, every=every, older_than=older_than)
    ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
    with open_repository(db) as repository:

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

        question = "Split these orders?" if every else f"Split {', '.join(numbers)}?"
        try:
            outcome = asked(run, question, _show_all if every else _show_plan) if ask else run(dry_run=dry_run)
        except splitting.SplitRefused as refused:
            if as_json:
                print_json(documents.split(refused.outcome))
            raise
    if as_json:
        print_json(documents.split(outcome))
    elif ask and every:  # all was said above the question
        print_lines(sentences.split_count(outcome))
    elif outcome.splits or not quiet:
        print_lines(sentences.split(outcome, noted=not ask, refused=not quiet))


def _named(orders: list[str], *, every: bool, older_than: str | None) -> list[str]:
    """The orders that are named, none with --all. Raises WrongUsage for both, or neither."""
    if older_than and not every:
        raise WrongUsage("--older-than goes with --all")
    if every and orders:
        raise WrongUsage("name orders, or say --all, not both")
    if not every and not orders:
        raise WrongUsage("name at least one order, or say --all")
    return read_numbers(orders)


def _show_all(outcome: SplitOutcome) -> bool:
    """A line for each order; whether any would be split."""
    print_lines(sentences.split(outcome, asked=True))
    return bool(outcome.splits)


def _show_plan(outcome: SplitOutcome) -> bool:
    """Tables of what goes and what waits; whether any order would be split."""
    from backsplit.render import tables  # noqa: PLC0415 - only on a terminal

    draw(tables.plan(outcome))
    return bool(outcome.splits)
