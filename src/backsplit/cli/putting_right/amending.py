"""amend"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, TypeVar

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import (
    DEFAULT_FILE,
    Db,
    DryRun,
    Json,
    OrderNumber,
    Reason,
    complete_sku,
    examples,
    parse_units,
)
from backsplit.domain.amend import Otherwise, Wishes
from backsplit.domain.errors import WrongUsage
from backsplit.services.putting_right import amending

app = typer.Typer()
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
    if wait and as_part:
        raise WrongUsage("say --wait or --as-part, not both")
    off = [(sku, 0) for sku in remove or []]
    wishes = Wishes(
        set=_each_once([*_units("--set", make), *off]),
        add=_each_once(_units("--add", more)),
        swap=_each_once(map(_parse_swap, swap or [])),
    )
    otherwise = Otherwise.WAIT if wait else Otherwise.AS_PART if as_part else Otherwise.REFUSE
    service = partial(amending.amend, number=order, wishes=wishes, otherwise=otherwise, reason=reason)
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
