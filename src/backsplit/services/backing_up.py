"""A copy of the file that can take its place."""

from __future__ import annotations

import os
from pathlib import Path

from backsplit.domain.errors import Refused
from backsplit.domain.outcomes import Backup
from backsplit.repository import KEPT_BESIDE, Repository, has_changes_beside, reachable


def back_up(repository: Repository, path: Path, *, force: bool) -> Backup:
    """Copy the file to `path`, consistent while others write, and prove rule 10 on the copy.

    A copy that is not whole and sound never gets the name. Raises Refused, DatabaseError.
    """
    target = Path(os.path.realpath(path))
    with reachable(target):
        _check_free(repository, target, force=force)
    try:
        with repository.copied(target, overwrite=force) as copy:
            # A sound copy of last night is worth more than a broken one of today.
            for breach in copy.breaches():
                raise Refused("not-allowed", f"no copy was kept: the file is broken ({breach}); see backsplit check")
    except FileExistsError:  # it came into being meanwhile
        raise _taken(path) from None
    return Backup(str(path), target.stat().st_size)


def _check_free(repository: Repository, target: Path, *, force: bool) -> None:
    original = Path(os.path.realpath(repository.path))
    if target in (original, *(Path(f"{original}{ending}") for ending in KEPT_BESIDE)):
        raise Refused("not-allowed", f"{target} belongs to the database itself: name another file")
    if not target.exists():
        return
    if not target.is_file():
        raise Refused("not-allowed", f"{target} is not a file: name the copy itself")
    if not force:
        raise _taken(target)
    if has_changes_beside(target):
        # SQLite would take what is left in it for changes of the copy.
        raise Refused("not-allowed", f"{target} has changes in {target.name}-wal beside it: name another file")


def _taken(path: Path) -> Refused:
    return Refused("not-allowed", f"{path} is there already: --force puts the copy in its place")
