"""A copy of the file that can take its place."""

from __future__ import annotations

from pathlib import Path

from backsplit.domain.errors import Refused
from backsplit.domain.outcomes.the_file import Backup
from backsplit.repository import Repository, belongs_to, changes_beside, is_backsplit_file, reachable


def back_up(repository: Repository, path: Path, *, force: bool) -> Backup:
    """Copy the file to `path`, consistent while others write, and prove rule 10 on the copy.

    A copy that is not whole and sound never gets the name. Raises Refused, DatabaseError.
    """
    with reachable(path):
        _check_free(repository, path, force=force)
    try:
        with repository.copied(path, overwrite=force) as copy:
            # A sound copy of last night is worth more than a broken one of today.
            for reason in copy.unusable():
                raise Refused("not-allowed", f"no copy was kept: the file is broken ({reason}); see backsplit check")
            with reachable(path):  # once more: the name may have come into use meanwhile
                _check_free(repository, path, force=force)
    except FileExistsError:  # it came into being meanwhile
        raise _taken(path) from None
    return Backup(str(path), path.stat().st_size)


def _check_free(repository: Repository, path: Path, *, force: bool) -> None:
    """Raises Refused where a copy may not have that name. The name itself counts, not the file that a link names."""
    if belongs_to(repository.path, path):
        raise Refused("not-allowed", f"{path} belongs to the database itself: name another file")
    if path.is_symlink():
        raise Refused("not-allowed", f"{path} is a link: name the copy itself")
    if path.exists():
        if not path.is_file():
            raise Refused("not-allowed", f"{path} is not a file: name the copy itself")
        if not force:
            raise _taken(path)
        if not is_backsplit_file(path):
            raise Refused("not-allowed", f"{path} is not a backsplit file and stays as it is: name another file")
    if left := changes_beside(path):
        # SQLite would take what is in it for changes of the copy.
        raise Refused("not-allowed", f"{left} holds changes of another file: move it away, or name another file")


def _taken(path: Path) -> Refused:
    return Refused("not-allowed", f"{path} is there already: --force puts the copy in its place")
