"""What is done with the whole file: init, policy, check, backup, restore, demo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Policy
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.errors import Refused, WrongUsage
from backsplit.repository import (
    Entry,
    Repository,
    is_backsplit_file,
    translate_os,
)
from backsplit.repository.backups import figures_of, open_backup
from backsplit.repository.files import beside, put_in_place, why_not, writable
from backsplit.services.release import sweep
from backsplit.values import NamedTuple

NAMES = ("stock.csv", "orders.csv", "delivery.csv", "shop_export.csv")
PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Samples:
    """What was asked for: the folder, the files that were written, and those that it held already."""

    folder: Path
    written: tuple[str, ...]
    there: tuple[str, ...]


def write_samples(folder: Path, database: Path) -> Samples:
    """Write the sample files into `folder`, which is made if need be.

    A file that is the same already is left alone. Raises Refused where another file has one of the names, WrongUsage
    where `folder` is no name for a folder, and NotWritten where the system does not let it be written. Nothing is
    written then, unless the disk is full.
    """
    samples = {name: (_source() / name).read_bytes() for name in NAMES}
    _check_folder(folder, database)
    with writable(folder):
        there = {name for name in NAMES if os.path.lexists(folder / name)}
        for name in sorted(there):
            if not _is_sample(folder / name, samples[name]):
                raise Refused(
                    "not-allowed",
                    f"{folder / name} is there already, and is not the sample: name another folder, as in "
                    "`backsplit demo samples`",
                )
        with _made(folder):
            for name in sorted(set(NAMES) - there):
                with beside(folder / name) as new:
                    new.write_bytes(samples[name])
                    put_in_place(new, folder / name, overwrite=False)
    return Samples(
        folder,
        written=tuple(name for name in NAMES if name not in there),
        there=tuple(name for name in NAMES if name in there),
    )


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, and those that it is in; those that were made are taken away where nothing can be put in it."""
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError:
        with suppress(OSError):  # such as a folder in which a first sample is
            for made in new:
                made.rmdir()
        raise


def _check_folder(folder: Path, database: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{folder} cannot be written: file exists")
    if folder.is_symlink() and not folder.exists():
        raise WrongUsage(f"{folder} is a link that leads nowhere: name the folder itself")
    if reason := why_not(folder, database):
        raise WrongUsage(f"{folder} {reason}: name another folder")


def _is_sample(path: Path, sample: bytes) -> bool:
    return path.is_file() and path.read_bytes() == sample


def _source() -> Path:
    """A wheel brings them beside the code. A checkout has them in its folder `examples`, and nowhere else."""
    installed = PACKAGE / "samples"
    return installed if installed.is_dir() else PACKAGE.parent.parent / "examples"


class Checked(NamedTuple):
    """What is wrong with the file, a sentence each, and what to do about it."""

    breaches: tuple[str, ...]
    advice: str | None = None


def checked(repository: Repository) -> Checked:
    """Everything that is wrong with the file, and what to do about it."""
    with repository.reading():
        breaches = tuple(repository.wrong())
    return Checked(breaches, repository.advice() if breaches else None)


class Backup(NamedTuple):
    """A copy of the file that was checked, and its size in bytes."""

    path: str
    size: int


class Restored(NamedTuple):
    """A backup with its figures, and the name under which the file is kept whose place it has taken.

    `last_change` is when the backup's history ends (ISO 8601 in UTC), None where it has none.
    `whole`: what was there was copied by SQLite. Else its bytes are kept as they were, because it could not be read.
    `before` are the orders, SKUs and last change of what was there.
    """

    backup: str
    orders: int
    skus: int
    last_change: str | None
    kept: str | None = None
    whole: bool = True
    before: tuple[int, int, str | None] | None = None


class PolicySet(NamedTuple):
    policy: Policy
    changed: bool
    effects: Effects = NO_EFFECTS
    dry_run: bool = False


def back_up(repository: Repository, path: Path, *, force: bool) -> Backup:
    """Copy the file to `path`, consistent while others write, and prove rule 10 on the copy.

    A copy that is not whole and sound never gets the name. Raises Refused, DatabaseError.
    """
    with translate_os(path):
        _check_free(repository, path, force=force)
    try:
        with repository.copied(path, overwrite=force) as copy:
            # A sound copy of last night is worth more than a broken one of today.
            for reason in copy.unusable():
                raise Refused("not-allowed", f"no copy was kept: the file is broken ({reason}); see backsplit check")
            with translate_os(path):  # once more: the name may have come into use meanwhile
                _check_free(repository, path, force=force)
    except FileExistsError:  # it came into being meanwhile
        raise _taken(path) from None
    return Backup(str(path), path.stat().st_size)


def _check_free(repository: Repository, path: Path, *, force: bool) -> None:
    """Raises Refused where a copy may not have that name. The name itself counts, not the file that a link names."""
    if reason := why_not(path, repository.path):
        # SQLite would take the copy for changes of another file, or changes of another file for those of the copy.
        raise Refused("not-allowed", f"{path} {reason}: name another file")
    if path.is_symlink():
        raise Refused("not-allowed", f"{path} is a link: name the copy itself")
    if path.exists():
        if not path.is_file():
            raise Refused("not-allowed", f"{path} is not a file: name the copy itself")
        if not force:
            raise _taken(path)
        if not is_backsplit_file(path):
            raise Refused("not-allowed", f"{path} is not a backsplit file and stays as it is: name another file")


def _taken(path: Path) -> Refused:
    return Refused("not-allowed", f"{path} is there already: --force puts the copy in its place")


def restore(path: Path, backup: Path, *, dry_run: bool = False, shown: Restored | None = None) -> Restored:
    """Let a backup take the place of the file at `path`, whatever state that is in, and keep what was there beside it.

    The backup is proved first, by SQLite and by rule 10; then others see either the one or the other. `shown` is what
    a dry run said before. Raises DatabaseError, Refused.
    """
    with open_backup(backup, path) as proved_copy:
        with proved_copy.opened() as copy:
            for reason in copy.unusable():
                raise Refused("not-allowed", f"{backup} is broken ({reason}): nothing was changed, name another backup")
            found = Restored(str(backup), *copy.figures())
        if shown not in (None, found):
            raise Refused("not-allowed", f"{backup} changed meanwhile, nothing was done: look again")
        if dry_run:
            return found
        kept = proved_copy.take_place(datetime.now(timezone.utc))
        if kept is None:
            return found
        before = figures_of(kept.path) if kept.whole else None
        return found._replace(kept=str(kept.path), whole=kept.whole, before=before)


def set_policy(repository: Repository, policy: Policy, *, dry_run: bool = False) -> PolicySet:
    """Choose who may pass whom (rule 5), and release what that now allows."""
    with repository.change("policy", dry_run=dry_run):
        before = repository.policy_word
        if before == policy.value:
            return PolicySet(policy, changed=False, dry_run=dry_run)
        repository.policy = policy
        repository.history.keep_before({"policy": before, "again": ["policy", policy.value]})
        repository.history.record([Entry(EventKind.POLICY, reason=f"{before} → {policy.value}")])
        effects = sweep(repository, repository.stock.waited_for())
        return PolicySet(policy, changed=True, effects=effects, dry_run=dry_run)
