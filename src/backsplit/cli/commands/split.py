"""split."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    WHICH,
    Age,
    Db,
    DryRun,
    ExitCode,
    Json,
    OrderNumbers,
    Quiet,
    Yes,
    check_done,
    examples,
    parse_units,
    read_numbers,
)
from backsplit.cli.output import Form, Progressing, answer, asked, asks, draw, print_json, print_lines
from backsplit.domain.split import Limits
from backsplit.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.repository import Repository, open_repository
from backsplit.services import split as split_service
from backsplit.services.split import SplitOutcome

app = typer.Typer()
MOST_PERCENT = 100


@app.command(
    epilog=examples(
        "backsplit split M9681118",
        "backsplit split M9681118 --dry-run",
        "backsplit split --all --older-than 4d --quiet",
        "backsplit split --all --older-than 2d --unless-due 3d",
        "backsplit split --all --min-units 2 --min-share 30% --max-parts 2",
        "backsplit split M9681118 --now MUG-BLUE=1 --hold-rest",
    )
)
def split(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    every: Annotated[
        bool, typer.Option("--all", rich_help_panel=WHICH, help="Try every Backorder order, in queue order.")
    ] = False,
    older_than: Age = None,
    partial: Annotated[
        bool, typer.Option("--partial", rich_help_panel="What goes", help="Divide a line's quantity too.")
    ] = False,
    drop_inserts: Annotated[
        bool,
        typer.Option(
            "--drop-inserts", rich_help_panel="What goes", help="Leave missing inserts off; they go on neither part."
        ),
    ] = False,
    min_units: Annotated[
        int | None,
        typer.Option(
            "--min-units", rich_help_panel=WHICH, metavar="N", min=1, help="With --all: send at least so many units."
        ),
    ] = None,
    min_share: Annotated[
        str | None,
        typer.Option(
            "--min-share", rich_help_panel=WHICH, metavar="P%", help="With --all: send at least so much of an order."
        ),
    ] = None,
    max_parts: Annotated[
        int | None,
        typer.Option(
            "--max-parts", rich_help_panel=WHICH, metavar="N", min=1, help="With --all: never more parcels an order."
        ),
    ] = None,
    unless_due: Annotated[
        str | None,
        typer.Option(
            "--unless-due",
            rich_help_panel=WHICH,
            metavar="AGE",
            help="With --all: keep whole what can go within 3d, 36h.",
        ),
    ] = None,
    now: Annotated[
        list[str] | None,
        typer.Option(
            "--now", rich_help_panel="What goes", metavar="SKU=N", help="Send exactly these units of one order."
        ),
    ] = None,
    hold_rest: Annotated[
        bool, typer.Option("--hold-rest", rich_help_panel="What goes", help="With --now: put the rest on hold.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    quiet: Quiet = False,
    exit_code: ExitCode = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Split orders: what is in stock goes now, the rest waits.

    The rest of a Backorder order waits on <number>-backorder, which is called a part. It keeps the customer and the
    place in the queue, and is released by itself once stock covers it. An insert is a flyer, card or sample that goes
    into parcels; none is sent or waited for alone.
    """
    limits = _limits(min_units, min_share, max_parts)
    numbers = _named(
        orders, every=every, for_all=any(option is not None for option in (older_than, unless_due, limits))
    )
    by_hand = _by_hand(numbers, now or [], hold_rest=hold_rest, others=every or partial or drop_inserts)
    ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
    with open_repository(db) as repository:

        def run(*, dry_run: bool, shown: SplitOutcome | None = None) -> SplitOutcome:
            if every:
                with Progressing("splitting"):
                    return split_service.split_all(
                        repository,
                        older_than=older_than,
                        partial=partial,
                        drop_inserts=drop_inserts,
                        limits=limits or split_service.NO_LIMITS,
                        unless_due=unless_due,
                        dry_run=dry_run,
                        shown=shown,
                    )
            if by_hand:
                (number,) = numbers
                return split_service.split_by_hand(
                    repository, number, by_hand, hold_rest=hold_rest, dry_run=dry_run, shown=shown
                )
            return split_service.split(
                repository, numbers, partial=partial, drop_inserts=drop_inserts, dry_run=dry_run, shown=shown
            )

        def show(seen: SplitOutcome) -> str | None:
            return _show_all(seen) if every else _show_plan(seen, numbers)

        try:
            outcome = asked(run, show) if ask else run(dry_run=dry_run)
        except split_service.SplitRefused as refused:
            if as_json:
                print_json(documents.split(refused.outcome) | documents.made(None, {}))
            raise
    _say(outcome, repository, every=every, asked=ask, quiet=quiet, as_json=as_json)
    check_done(exit_code, outcome.splits)


def _say(
    outcome: SplitOutcome, repository: Repository, *, every: bool, asked: bool, quiet: bool, as_json: bool
) -> None:
    """The answer: of --all a table on a terminal, unless that stood above the question."""
    was_shown, is_silent = asked and bool(outcome.splits), quiet and not outcome.splits

    def lines() -> Iterable[str]:
        if is_silent:
            return ()
        if was_shown and every:
            return sentences.split_count(outcome)
        return sentences.split(outcome, noted=not asked, refused=not quiet)

    if every and sys.stdout.isatty() and not (as_json or was_shown or is_silent):
        _draw_many(outcome, refused=not quiet)
    else:
        answer(Form(as_json), lambda: documents.split(outcome), lines=lines, of=repository)


def _named(orders: list[str], *, every: bool, for_all: bool) -> list[str]:
    """The orders that are named, none with --all. Raises WrongUsage for both, or neither."""
    if for_all and not every:
        raise WrongUsage("--older-than, --unless-due, --min-units, --min-share and --max-parts go with --all")
    if every and orders:
        raise WrongUsage("name orders, or say --all, not both")
    if not every and not orders:
        raise WrongUsage("name at least one order, or say --all")
    return read_numbers(orders)


def _limits(min_units: int | None, min_share: str | None, max_parts: int | None) -> Limits | None:
    """None where no limit was typed. Raises WrongUsage."""
    if min_units is None and min_share is None and max_parts is None:
        return None
    share = 0
    if min_share is not None:
        digits = min_share.strip().removesuffix("%").strip()
        if not (re.fullmatch("[0-9]{1,3}", digits) and 1 <= int(digits) <= MOST_PERCENT):
            raise WrongUsage(f"--min-share takes a percentage from 1 to 100, as in 30%; not {min_share!r}")
        share = int(digits)
    return Limits(min_units or 0, share, max_parts)


def _by_hand(numbers: list[str], typed: list[str], *, hold_rest: bool, others: bool) -> dict[str, int]:
    """Units by SKU of --now; empty where it was not typed. Raises WrongUsage."""
    if hold_rest and not typed:
        raise WrongUsage("--hold-rest goes with --now")
    if typed and (others or len(numbers) != 1):
        raise WrongUsage("--now takes one order, and goes without --all, --partial and --drop-inserts")
    return parse_units("--now", typed)


def _show_all(outcome: SplitOutcome) -> str | None:
    """A table of the orders, if any would be split."""
    if not outcome.splits:
        return None
    _draw_many(outcome, asked=True)
    return "Split these orders?"


def _draw_many(outcome: SplitOutcome, *, asked: bool = False, refused: bool = True) -> None:
    from backsplit.render import tables as render  # noqa: PLC0415 - only on a terminal

    draw(render.many(outcome, refused=refused))
    print_lines(sentences.split_end(outcome, asked=asked))


def _show_plan(outcome: SplitOutcome, numbers: list[str]) -> str:
    """Tables of what goes and what waits."""
    from backsplit.render import tables as render  # noqa: PLC0415 - only on a terminal

    draw(render.plan(outcome))
    return f"Split {', '.join(numbers)}?"
