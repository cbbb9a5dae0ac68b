"""mark"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, complete_sku, examples
from backsplit.cli.output import print_json_array, print_lines
from backsplit.domain.errors import WrongUsage
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services.putting_right import counting

app = typer.Typer()


@app.command(epilog=examples("backsplit mark FLYER-WINTER CARD-THANKS --insert"))
def mark(
    skus: Annotated[list[str], typer.Argument(metavar="SKU...", autocompletion=complete_sku)],
    insert: Annotated[
        bool | None, typer.Option("--insert/--no-insert", help="A flyer, card or sample, or not one.")
    ] = None,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Say what is an insert: something put into parcels that the customer did not buy."""
    if insert is None:
        raise WrongUsage("say --insert or --no-insert")
    with open_repository(db) as repository:
        marked = counting.mark(repository, skus, insert=insert)
    if as_json:
        print_json_array(documents.stock(marked))
    else:
        print_lines(sentences.marked(marked))
