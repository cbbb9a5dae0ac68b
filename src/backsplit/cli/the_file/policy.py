"""policy"""

from __future__ import annotations

from typing import Annotated

import typer

from backsplit.cli.options import DEFAULT_FILE, Db, DryRun, Json, examples
from backsplit.cli.output import print_json, print_lines
from backsplit.cli.progress import Progressing
from backsplit.domain.outcomes.the_file import PolicySet
from backsplit.domain.values import Policy
from backsplit.render import documents, sentences
from backsplit.repository import open_repository
from backsplit.services.the_file import setting

app = typer.Typer()


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
            outcome = setting.set_policy(repository, policy, dry_run=dry_run)
    if as_json:
        print_json(documents.policy(outcome))
    else:
        print_lines(sentences.policy(outcome))
