"""Rule 17: put a backup in the place of the file."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from backsplit.domain.errors import Refused
from backsplit.domain.outcomes.the_file import Restored
from backsplit.repository import lent_backup


def restore(path: Path, backup: Path, *, dry_run: bool = False, shown: Restored | None = None) -> Restored:
    """Let a backup take the place of the file at `path`, whatever state that is in, and keep what was there beside it.

    The backup is proved first, by SQLite and by rule 10; then others see either the one or the other. `shown` is what
    a dry run said before. Raises DatabaseError, Refused.
    """
    with lent_backup(backup, path) as lent:
        with lent.opened() as copy:
            for reason in copy.unusable():
                raise Refused("not-allowed", f"{backup} is broken ({reason}): nothing was changed, name another backup")
            found = Restored(str(backup), *copy.figures())
        if shown not in (None, found):
            raise Refused("not-allowed", f"{backup} changed meanwhile, nothing was done: look again")
        if dry_run:
            return found
        kept = lent.take_place(datetime.now(timezone.utc))
        return found if kept is None else found._replace(kept=str(kept.path), whole=kept.whole)
