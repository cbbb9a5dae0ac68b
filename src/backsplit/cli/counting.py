"""adjust, mark: what there is, and what is an insert."""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import Db, DryRun, Json, complete_sku, file_path
from backsplit.cli.output import print_json, print_line, print_lines
from backsplit.domain.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.render.inert import inert
from backsplit.repository import open_repository
from backsplit.services import counting, reading

app = typer.Typer()


@app.command(epilog="Examples: backsplit adjust --sku X --by -2 --reason broken · --to 25 --reason 'counted again'")
def adjust(
    ctx: typer.Context,
    sku: Annotated[str, typer.Option("--sku", metavar="SKU", help="Which SKU.", autocompletion=complete_sku)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stands in the history.")],
    by: Annotated[int | None, typer.Option("--by", metavar="N", help="Units more, or with a minus fewer.")] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="N", help="Units that are really there.")] = None,
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Correct what is on hand. Where it no longer covers what is allocated, the last in the queue wait again."""
    if (by is None) == (to is None):
        raise WrongUsage("say either --by N or --to N")
    with open_repository(file_path(ctx, db)) as repository:
        outcome = counting.adjust(repository, sku, by=by, to=to, reason=reason, dry_run=dry_run)
        (stock,) = reading.stock(repository, [sku])
    if as_json:
        print_json(documents.changed(outcome))
    else:
        if not dry_run:
            print_line(f"{inert(sku)}: {stock.on_hand} on hand, {stock.available} available")
        print_lines(sentences.changed("adjust", outcome))


@app.command(epilog="Example: backsplit mark FLYER-2026 CARD --insert")
def mark(
    ctx: typer.Context,
    skus: Annotated[list[str], typer.Argument(metavar="SKU...", autocompletion=complete_sku)],
    insert: Annotated[
        bool | None, typer.Option("--insert/--no-insert", help="A flyer, card or sample, or not one.")
    ] = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Say what is an insert: something put into parcels that the customer did not buy."""
    if insert is None:
        raise WrongUsage("say --insert or --no-insert")
    with open_repository(file_path(ctx, db)) as repository:
        marked = counting.mark(repository, skus, insert=insert)
    if as_json:
        print_json(documents.stock(marked))
    else:
        print_lines(f"{inert(stock.sku)}: {'insert' if stock.insert else 'no insert'}" for stock in marked)
