"""The common body of the commands that take orders a step further, or a step back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from backsplit.cli.output import asked, asks, print_json, print_lines
from backsplit.domain.outcomes.changing import Changed
from backsplit.render import documents, sentences
from backsplit.repository import open_repository


def change(
    command: str,
    db: Path,
    service: Callable[..., Changed],
    *,
    dry_run: bool,
    as_json: bool,
    question: str = "",
    yes: bool = False,
) -> None:
    """Run a service over the file at `db`, and say what it did.

    `service` takes the repository and `dry_run`. With a `question`, which a terminal is asked unless `yes`, it also
    takes `shown`.
    """

    def preview(outcome: Changed) -> bool:
        print_lines(sentences.changed(command, replace(outcome, dry_run=False)))
        return bool(outcome.orders)

    with open_repository(db) as repository:
        run = partial(service, repository)
        ask = question and asks(yes=yes, dry_run=dry_run, as_json=as_json)
        outcome = asked(run, question, preview) if ask else run(dry_run=dry_run)
    if as_json:
        print_json(documents.changed(outcome))
    else:
        print_lines(sentences.changed(command, outcome))
