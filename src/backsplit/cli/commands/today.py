"""today"""

from __future__ import annotations

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import Form, answer
from backsplit.render import today as render
from backsplit.repository import open_repository
from backsplit.services import today as service

app = typer.Typer()


@app.command(epilog=examples("backsplit today", "backsplit today --json"))
def today(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Show what is to be done today, and the lines to type. The most urgent comes first.

    It tells when the shop was last followed, what is to be marked there and where the books differ, what is to be
    picked, what could be split, what came due, is overdue or arrives today, who must be told, and what to buy.
    """
    with open_repository(db) as repository:
        found = service.today(repository)
    answer(Form(as_json), lambda: render.document(found), tables=lambda: render.screen(found))
