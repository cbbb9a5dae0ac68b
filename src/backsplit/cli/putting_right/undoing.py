"""undo"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, LARGEST, Db, DryRun, Json, Yes, complete_change, examples
from backsplit.cli.output import asked, asks, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.outcomes.changing import Undone
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services.putting_right import undoing

app = typer.Typer()


@app.command(epilog=examples("backsplit undo", "backsplit undo 12 --dry-run"))
def undo(
    change: Annotated[
        int | None,
        typer.Argument(
            metavar="[CHANGE]",
            autocompletion=complete_change,
            max=LARGEST,
            help="Its number in the history; else the last change.",
        ),
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Take back what one command did. The history keeps both."""
    ask = asks(yes=yes, dry_run=dry_run, as_json=as_json)
    with open_repository(db) as repository:

        def run(*, dry_run: bool, shown: Undone | None = None) -> Undone:
            with Progressing("undoing"):
                return undoing.undo(repository, change, last_that_can=ask, dry_run=dry_run, shown=shown)

        question = "Undo it?" if change is None else f"Undo change {change}?"
        outcome = asked(run, question, _show) if ask else run(dry_run=dry_run)
    if as_json:
        print_json(documents.undone(outcome))
    else:
        print_lines(sentences.undone(outcome))


def _show(outcome: Undone) -> bool:
    print_lines(sentences.undone(replace(outcome, dry_run=False), asked=True))
    return True
