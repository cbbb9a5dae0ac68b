"""What a delivery did, or would do under `--dry-run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.promises.expected import Expected
    from backsplit.domain.queue import Passed


class Received(NamedTuple):
    """Units of a SKU that arrived, and what is on hand since."""

    sku: str
    quantity: int
    on_hand: int


class Receipt(NamedTuple):
    """A delivery. `repeated`: its reference was booked before, so nothing changed.

    `of` is the reference under which it was expected, and `expected` all that this brings, as it is now.
    `mergeable`, here as everywhere, are parts that went to Processing beside the order they were split from.
    """

    received: tuple[Received, ...]
    released: tuple[str, ...] = ()
    passed_over: tuple[Passed, ...] = ()
    ref: str | None = None
    of: str | None = None
    expected: tuple[Expected, ...] = ()
    repeated: bool = False
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()
