"""What was done with the whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.values import Policy


class Checked(NamedTuple):
    """What is wrong with the file, a sentence each, and what to do about it."""

    breaches: tuple[str, ...]
    advice: str | None = None


class Backup(NamedTuple):
    """A copy of the file that was checked, and its size in bytes."""

    path: str
    size: int


class Restored(NamedTuple):
    """A backup with its figures, and the name under which the file is kept whose place it has taken.

    `last_change` is when the backup's history ends (ISO 8601 in UTC), None where it has none.
    `whole`: what was there was copied by SQLite. Else its bytes are kept as they were, because it could not be read.
    """

    backup: str
    orders: int
    skus: int
    last_change: str | None
    kept: str | None = None
    whole: bool = True


class PolicySet(NamedTuple):
    policy: Policy
    changed: bool
    released: tuple[str, ...] = ()
    dry_run: bool = False
