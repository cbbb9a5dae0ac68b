"""adjust"""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from backsplit.cli.changing import change
from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, complete_sku, examples
from backsplit.domain.errors import WrongUsage
from backsplit.services.putting_right import counting

app = typer.Typer()


@app.command(
    epilog=examples(
        "backsplit adjust --sku TEAPOT-CAST --by -2 --reason broken",
        "backsplit adjust --sku TEAPOT-CAST --to 25 --reason 'counted again'",
    )
)
def adjust(
    sku: Annotated[str, typer.Option("--sku", metavar="SKU", help="Which SKU.", autocompletion=complete_sku)],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; the history keeps it.")],
    by: Annotated[int | None, typer.Option("--by", metavar="N", help="Units more, or with a minus fewer.")] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="N", help="Units that are really there.")] = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Correct what is on hand. Where that is too little for the Processing orders, the last wait again."""
    if (by is None) == (to is None):
        raise WrongUsage("say either --by N or --to N")
    service = partial(counting.adjust, sku=sku, by=by, to=to, reason=reason)
    change("adjust", db, service, dry_run=dry_run, as_json=as_json)
