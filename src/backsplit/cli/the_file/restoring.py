"""restore"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, Yes, examples
from backsplit.cli.output import asked, asks, print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.outcomes.the_file import Restored
from backsplit.render import documents, sentences
from backsplit.services.the_file import restoring

app = typer.Typer()


@app.command(epilog=examples("backsplit restore nightly.db"))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backsplit backup` made.", readable=False)],
    yes: Yes = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database file.

    That file is kept as NAME.before-restore-DATE. The backup is checked first. Others may have the file open.
    """

    def run(*, dry_run: bool = False, shown: Restored | None = None) -> Restored:
        with Progressing("restoring"):
            return restoring.restore(db, file, dry_run=dry_run, shown=shown)

    def preview(seen: Restored) -> bool:
        print_lines(sentences.would_restore(seen))
        return True

    if asks(yes=yes, dry_run=False, as_json=as_json):
        done = asked(run, f"Put it in the place of {db}?", preview)
    else:
        done = run()
    if as_json:
        print_json(documents.restored(done))
    else:
        print_lines(sentences.restored(done))
