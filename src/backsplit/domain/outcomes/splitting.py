"""What a split did, or would do under `--dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.errors import Code
    from backsplit.domain.split import SplitPlan


class Refusal(NamedTuple):
    """An order that could not be split, with the code and the sentence of the reason."""

    order: str
    code: Code
    message: str


class SplitOutcome(NamedTuple):
    splits: tuple[SplitPlan, ...]
    refused: tuple[Refusal, ...] = ()
    released: tuple[str, ...] = ()
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()
