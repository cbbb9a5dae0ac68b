"""pick"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import (
    DEFAULT_FILE,
    Db,
    DryRun,
    Json,
    OrderNumbers,
    PickList,
    Xlsx,
    examples,
    orders_not_lists,
    read_numbers,
)
from backsplit.cli.output import check_alone, print_json, print_lines
from backsplit.domain.errors import NotWritten, WrongUsage
from backsplit.render import picking as render
from backsplit.repository import open_repository
from backsplit.services.every_day import picking

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit pick", "backsplit pick --take > list.txt", "backsplit pick --list 12", "backsplit pick M1 M2"
    )
)
def pick(
    orders: OrderNumbers = [],  # noqa: B006 - Typer's way to say "none"
    take: Annotated[bool, typer.Option("--take", help="Make a numbered list of it.")] = False,
    pick_list: PickList = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
    xlsx: Xlsx = None,
) -> None:
    """Say what to fetch from the shelves: SKU by SKU, then order by order.

    Without ORDER, of all Processing orders that are on no list yet.
    """
    if pick_list is not None and (orders or take):
        raise WrongUsage("--list shows a list again: leave orders and --take out")
    check_alone(xlsx, as_json)
    numbers = read_numbers(orders)
    with orders_not_lists(), open_repository(db) as repository:
        if pick_list is not None:
            found = picking.show_list(repository, pick_list)
        elif take:
            found = picking.take(repository, numbers, dry_run=dry_run)
        else:
            found = picking.show(repository, numbers)
    if xlsx:
        from backsplit.cli.workbooks import save_workbook  # noqa: PLC0415 - only for --xlsx

        try:
            save_workbook(xlsx, {"by SKU": render.by_sku(found), "by order": render.by_order(found)})
        except WrongUsage as error:
            if not take or found.number is None or dry_run:
                raise
            again = f"`backsplit pick --list {found.number} --xlsx FILE`"
            raise NotWritten(f"pick list {found.number} is made, but {error}: {again} writes it") from None
    elif as_json:
        print_json(render.document(found))
    else:
        print_lines(render.lines(found))
