"""backup"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services.the_file import backing_up

app = typer.Typer()


@app.command(epilog=examples("backsplit backup nightly.db --force"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", readable=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Copy the database file while others use it, and check the copy. `backsplit restore` puts it back."""
    with open_repository(db) as repository, Progressing("copying"):
        made = backing_up.back_up(repository, file, force=force)
    if as_json:
        print_json(documents.backup(made))
    else:
        print_lines(sentences.backup(made))
