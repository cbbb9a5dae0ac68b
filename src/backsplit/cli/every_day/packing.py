"""slip"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Db,
    Json,
    OrderNumbers,
    PickList,
    examples,
    orders_not_lists,
    read_numbers,
)
from backsplit.cli.output import print_json, print_line, print_lines
from backsplit.cli.writing import MARKUP, check_place, written
from backsplit.domain.errors import WrongUsage
from backsplit.render import sentences, slips
from backsplit.render.inert import inert
from backsplit.repository import open_repository
from backsplit.services.every_day import packing

app = typer.Typer()


@app.command(epilog=examples("backsplit slip M9681118", "backsplit slip --list 12 --html slips.html"))
def slip(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    pick_list: PickList = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page an order, to be printed by a browser.")
    ] = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Print packing slips: what is in the parcel, and what follows.

    Each also says what was sent before, and what is not sent any more.
    """
    if (pick_list is None) == (not orders):
        raise WrongUsage("name orders, or a pick list with --list")
    check_place(html, MARKUP)
    with orders_not_lists(), open_repository(db) as repository:
        found = packing.slips(repository, read_numbers(orders), pick_list)
    if html is not None:
        with written(html) as new:
            new.write_text(slips.html(found), encoding="utf-8")
    if as_json:
        print_json(slips.documents(found))
    elif html is not None:
        print_line(f"wrote {inert(str(html))}: {sentences.count(len(found), 'page')}, to be printed from a browser")
    else:
        print_lines(slips.lines(found))
