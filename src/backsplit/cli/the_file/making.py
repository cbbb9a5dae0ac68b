"""init"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, Json, examples
from backsplit.cli.output import print_json, print_line
from backsplit.domain.values import Policy
from backsplit.render.inert import inert
from backsplit.repository import create, open_repository

app = typer.Typer()


@app.command(epilog=examples("backsplit init", "backsplit init --policy strict"))
def init(
    policy: Annotated[
        Policy, typer.Option("--policy", help="skip-over: a later order may pass an earlier one; strict: it may not.")
    ] = Policy.SKIP_OVER,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Make the database file. One that is there already is left as it is."""
    made, now = create(db, policy), policy
    if not made:
        with open_repository(db) as repository:
            now = repository.policy
    if as_json:
        print_json({"db": str(db), "created": made, "policy": now.value})
    elif made:
        print_line(f"made {inert(str(db))}, policy {now.value}; next: backsplit import stock FILE")
    else:
        print_line(f"{inert(str(db))} is there already, policy {now.value}: nothing was changed")
