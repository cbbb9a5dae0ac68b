"""demo"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.render import demonstrating
from backsplit.services.demonstrating import write_samples

app = typer.Typer()
EXAMPLES = Path("examples")


@app.command(epilog=examples("backsplit demo", "backsplit demo samples"))
def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files go.", readable=False)] = EXAMPLES,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Write a few sample files into a folder for a first try, and say what to type next."""
    samples = write_samples(folder)
    if as_json:
        print_json(demonstrating.document(samples))
    else:
        print_lines(demonstrating.lines(samples, str(db) if db.exists() else None))
