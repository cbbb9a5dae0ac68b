"""init, policy, check, backup, restore, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, Yes, examples
from backsplit.cli.output import Progressing, asked, asks, print_json, print_line, print_lines
from backsplit.domain.orders import Policy
from backsplit.render import documents, sentences
from backsplit.render.terminal import inert
from backsplit.repository import create, open_repository
from backsplit.services import database, queries
from backsplit.services.database import PolicySet, Restored, write_samples

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


@app.command(epilog=examples("backsplit policy", "backsplit policy strict"))
def policy(
    policy: Annotated[Policy | None, typer.Argument(metavar="[skip-over|strict]", help="The policy to set.")] = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Show or set whether an order may pass an earlier one in the queue.

    skip-over: a later order may pass one that cannot be covered whole. strict: stock is kept for the earlier order.
    Setting it releases what it allows.
    """
    with open_repository(db) as repository, Progressing("releasing"):
        if policy is None:
            outcome = PolicySet(repository.policy, changed=False)
        else:
            outcome = database.set_policy(repository, policy, dry_run=dry_run)
    if as_json:
        print_json(documents.policy(outcome))
    else:
        print_lines(sentences.policy(outcome))


@app.command(epilog=examples("backsplit check && backsplit backup nightly.db"))
def check(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Prove that the file holds what must always hold. Says what does not."""
    with open_repository(db) as repository, Progressing("checking"):
        checked = queries.checked(repository)
    if as_json:
        print_json(documents.checked(checked))
    else:
        print_lines(sentences.checked(checked))
    if checked.breaches:
        raise typer.Exit(1)


@app.command(epilog=examples("backsplit backup nightly.db --force"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.", readable=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Copy the database file while others use it, and check the copy. `backsplit restore` puts it back."""
    with open_repository(db) as repository, Progressing("copying"):
        made = database.back_up(repository, file, force=force)
    if as_json:
        print_json(documents.backup(made))
    else:
        print_lines(sentences.backup(made))


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
            return database.restore(db, file, dry_run=dry_run, shown=shown)

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
        print_json(sentences.demo_document(samples))
    else:
        print_lines(sentences.demo(samples, str(db) if db.exists() else None))
