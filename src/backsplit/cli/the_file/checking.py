"""check"""

from __future__ import annotations

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()


@app.command(epilog=examples("backsplit check && backsplit backup nightly.db"))
def check(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Prove that the file holds what must always hold. Says what does not."""
    with open_repository(db) as repository, Progressing("checking"):
        checked = reading.checked(repository)
    if as_json:
        print_json(documents.checked(checked))
    else:
        print_lines(sentences.checked(checked))
    if checked.breaches:
        raise typer.Exit(1)
