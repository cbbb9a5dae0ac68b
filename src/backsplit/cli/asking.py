"""Asking before something is changed: only where both ends are a terminal, and nobody has answered beforehand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import typer

from backsplit.cli.output import print_line
from backsplit.render.inert import inert

T = TypeVar("T")


def asks(*, yes: bool, dry_run: bool, as_json: bool) -> bool:
    """Whether a command asks before it changes anything."""
    return not (yes or dry_run or as_json) and sys.stdin.isatty() and sys.stdout.isatty()


def asked(run: Callable[..., T], question: str, preview: Callable[[T], bool]) -> T:
    """Show what `run(dry_run=True)` would do, ask, and do it. Raises typer.Exit where the answer is no.

    `preview` prints it, and is false where there is nothing to ask about. `run` gets as `shown` what was seen,
    and refuses to do anything else.
    """
    seen = run(dry_run=True)
    if preview(seen) and not typer.confirm(inert(question)):
        print_line("nothing was changed")
        raise typer.Exit(1)
    return run(dry_run=False, shown=seen)
