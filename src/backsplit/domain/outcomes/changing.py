"""What a command that changes orders or stock did, or would do under `--dry-run`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backsplit.domain.history import Done
    from backsplit.domain.values import Order, Stock


@dataclass(frozen=True, slots=True)
class Changed:
    """`orders` as they are now; the numbers of those released, and of those that gave stock back; notes to the user.

    `stock` are the figures of the SKU that was corrected, if one was.
    """

    orders: tuple[Order, ...]
    released: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stock: Stock | None = None
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Changed):
    """As `Changed`, with the change that was taken back."""

    change: Done
