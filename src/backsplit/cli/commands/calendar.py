"""due"""

from __future__ import annotations

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, Quiet, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.render import calendar as render
from backsplit.repository import open_repository
from backsplit.services import calendar as service

app = typer.Typer()


@app.command(epilog=examples("backsplit due", "backsplit due --quiet"))
def due(dry_run: DryRun = False, quiet: Quiet = False, db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """End the holds and open the SKUs whose day has come, for cron.

    `hold --until DATE` gives a hold a last day, `mark SKU --from DATE` gives a SKU a first day. A day does nothing by
    itself. This command does what has come due, and then releases what stock covers. A second call finds nothing to do.
    """
    with open_repository(db) as repository:
        outcome = service.due(repository, dry_run=dry_run)
    if as_json:
        print_json(render.due_document(outcome))
    elif outcome.resumed or outcome.opened or not quiet:
        print_lines(render.due(outcome))
