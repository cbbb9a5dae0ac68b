"""due"""

from __future__ import annotations

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, ExitCode, Json, Quiet, check_done, examples
from backsplit.cli.output import Form, answer
from backsplit.render import calendar as render
from backsplit.repository import open_repository
from backsplit.services import calendar as service

app = typer.Typer()


@app.command(epilog=examples("backsplit due", "backsplit due --quiet"))
def due(
    dry_run: DryRun = False,
    quiet: Quiet = False,
    exit_code: ExitCode = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """End the holds and open the SKUs whose day has come.

    `hold --until DATE` gives a hold a last day, `mark SKU --from DATE` gives a SKU a first day. A day does nothing by
    itself. This command does what has come due, and then releases what stock covers. A second call finds nothing to do.
    """
    with open_repository(db) as repository:
        outcome = service.due(repository, dry_run=dry_run)
    something = bool(outcome.resumed or outcome.opened)
    answer(
        Form(as_json),
        lambda: render.due_document(outcome),
        lines=lambda: render.due(outcome) if something or not quiet else (),
        of=repository,
    )
    check_done(exit_code, something)
