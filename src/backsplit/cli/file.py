"""init, policy, check, backup: the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import Db, DryRun, Json, file_path
from backsplit.cli.output import print_json, print_line, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.outcomes import PolicySet
from backsplit.domain.values import Policy
from backsplit.render import documents, sentences
from backsplit.render.inert import inert
from backsplit.repository import create, open_repository
from backsplit.services import backing_up, reading, setting

app = typer.Typer()


@app.command(epilog="Example: backsplit init --policy strict")
def init(
    ctx: typer.Context,
    policy: Annotated[
        Policy, typer.Option("--policy", help="skip-over: a later order may pass an earlier one; strict: it may not.")
    ] = Policy.SKIP_OVER,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Make the database file. One that is there already is left as it is."""
    path = file_path(ctx, db)
    made = create(path, policy)
    with open_repository(path) as repository:
        now = repository.policy
    if as_json:
        print_json({"db": str(path), "created": made, "policy": now.value})
    elif made:
        print_line(f"made {inert(str(path))}, policy {now.value}; next: backsplit import stock FILE")
    else:
        print_line(f"{inert(str(path))} is there already, policy {now.value}: nothing was changed")


@app.command(epilog="Example: backsplit policy strict")
def policy(
    ctx: typer.Context,
    policy: Annotated[Policy | None, typer.Argument(help="The policy to set.")] = None,
    dry_run: DryRun = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Show or set who may pass whom in the queue; setting it releases what it allows."""
    with open_repository(file_path(ctx, db)) as repository, Progressing("looking whom it releases"):
        if policy is None:
            outcome = PolicySet(repository.policy, changed=False)
        else:
            outcome = setting.set_policy(repository, policy, dry_run=dry_run)
    if as_json:
        print_json(documents.policy(outcome))
    else:
        print_lines(sentences.policy(outcome))


@app.command(epilog="Example: backsplit check && backsplit backup nightly.db")
def check(ctx: typer.Context, db: Db = None, as_json: Json = False) -> None:
    """Prove that the file holds what must always hold; exit 1 and each breach where it does not."""
    with open_repository(file_path(ctx, db)) as repository, Progressing("checking"):
        breaches = reading.breaches(repository)
    if as_json:
        print_json({"ok": not breaches, "breaches": breaches})
    elif breaches:
        print_lines(inert(breach) for breach in breaches)
    else:
        print_line("all is well")
    if breaches:
        raise typer.Exit(1)


@app.command(epilog="Example: backsplit backup nightly.db --force")
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", readable=False)],
    force: Annotated[bool, typer.Option("--force", help="Put it in the place of a file that is there.")] = False,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Copy the database file while others use it, and check the copy."""
    with open_repository(file_path(ctx, db)) as repository, Progressing("copying"):
        made = backing_up.back_up(repository, file, force=force)
    if as_json:
        print_json(documents.backup(made))
    else:
        print_lines(sentences.backup(made))
