"""What is expected since a command, and whom it moves, or would under `--dry-run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.promises.expected import Expected


class Moved(NamedTuple):
    """An order whose promised day is another one than before; None where there is no day."""

    order: str
    customer: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ExpectedOutcome:
    """What is now expected where it has changed, and whose promised day that moves. `today` is a day of the shop."""

    rows: tuple[Expected, ...]
    moved: tuple[Moved, ...]
    today: str
    dry_run: bool = False
