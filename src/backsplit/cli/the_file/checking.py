"""check"""

from __future__ import annotations

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import print_json, print_line, print_lines
from backsplit.cli.progress import Progressing
from backsplit.render.inert import inert
from backsplit.repository import open_repository
from backsplit.services import reading

app = typer.Typer()


@app.command(epilog=examples("backsplit check && backsplit backup nightly.db"))
def check(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Prove that the file holds what must always hold. Prints each breach, and then exits with 1."""
    with open_repository(db) as repository, Progressing("checking"):
        breaches = reading.breaches(repository)
    if as_json:
        print_json({"ok": not breaches, "breaches": breaches})
    elif breaches:
        print_lines(inert(breach) for breach in breaches)
    else:
        print_line("all is well")
    if breaches:
        raise typer.Exit(1)
