"""init, policy, check, backup, restore, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, Yes, examples
from backsplit.cli.output import Form, Progressing, answer, asked, asks, print_lines
from backsplit.domain.orders import Policy
from backsplit.render import documents, sentences
from backsplit.render.terminal import inert
from backsplit.repository import create, open_repository
from backsplit.services import database
from backsplit.services.database import PolicySet, Restored, write_samples

app = typer.Typer()
IN_FIVE_WORDS = {Policy.SKIP_OVER: "a later order may pass", Policy.STRICT: "an earlier order comes first"}


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
    name = inert(str(db))
    policy_ = f"policy {now.value} ({IN_FIVE_WORDS[now]})"
    said = f"made {name}, {policy_}; next: backsplit import stock FILE"
    if not made:
        said = f"{name} is there already, {policy_}: nothing was changed"
    answer(Form(as_json), lambda: {"db": str(db), "created": made, "policy": now.value}, lines=lambda: [said])


@app.command(epilog=examples("backsplit policy", "backsplit policy strict"))
def policy(
    policy: Annotated[Policy | None, typer.Argument(metavar="[skip-over|strict]", help="The policy to set.")] = None,
    dry_run: DryRun = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Show or set whether an order may pass an earlier one.

    skip-over: a later order may pass one that cannot be covered whole. strict: stock is kept for the earlier order.
    Setting it releases what it allows.
    """
    with open_repository(db) as repository, Progressing("releasing"):
        if policy is None:
            outcome = PolicySet(repository.policy, changed=False)
        else:
            outcome = database.set_policy(repository, policy, dry_run=dry_run)
    answer(Form(as_json), lambda: documents.policy(outcome), lines=lambda: sentences.policy(outcome), of=repository)


@app.command(epilog=examples("backsplit check && backsplit backup nightly.db"))
def check(db: Db = DEFAULT_FILE, as_json: Json = False) -> None:
    """Prove that the file holds what must always hold. Says what does not."""
    with open_repository(db) as repository, Progressing("checking"):
        checked = database.checked(repository)
    answer(Form(as_json), lambda: documents.checked(checked), lines=lambda: sentences.checked(checked))
    if checked.breaches:
        raise typer.Exit(1)


@app.command(epilog=examples("backsplit backup nightly.db --force"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Copy the database file while others use it. The copy is checked; `backsplit restore` puts it back."""
    with open_repository(db) as repository, Progressing("copying"):
        made = database.back_up(repository, file, force=force)
    answer(Form(as_json), lambda: documents.backup(made), lines=lambda: sentences.backup(made))


@app.command(epilog=examples("backsplit restore nightly.db"))
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backsplit backup` made.")],
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

    def preview(seen: Restored) -> str:
        print_lines(sentences.would_restore(seen))
        return f"Put it in the place of {db}?"

    done = asked(run, preview) if asks(yes=yes, dry_run=False, as_json=as_json) else run()
    answer(Form(as_json), lambda: documents.restored(done), lines=lambda: sentences.restored(done))


EXAMPLES = Path("examples")


@app.command(epilog=examples("backsplit demo", "backsplit demo samples"))
def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files go.")] = EXAMPLES,
    db: Db = DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Write sample files for a first try. The answer says what to type next."""
    samples = write_samples(folder, db)
    there = str(db) if db.exists() else None
    answer(Form(as_json), lambda: sentences.demo_document(samples), lines=lambda: sentences.demo(samples, there))
