"""What a command did, or would do under `--dry-run`: the values that are rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from backsplit.domain.errors import Code
from backsplit.domain.history import Done, Event
from backsplit.domain.queue import Passed
from backsplit.domain.split import SplitPlan
from backsplit.domain.values import Order, Policy, Status, Stock

if TYPE_CHECKING:
    from backsplit.domain.expected import Expected
    from backsplit.domain.promise import Promise


class Refusal(NamedTuple):
    """An order that could not be split, with the code and the sentence of the reason."""

    order: str
    code: Code
    message: str


@dataclass(frozen=True, slots=True)
class SplitOutcome:
    splits: tuple[SplitPlan, ...]
    refused: tuple[Refusal, ...] = ()
    released: tuple[str, ...] = ()
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()


class Received(NamedTuple):
    """Units of a SKU that arrived, and what is on hand since."""

    sku: str
    quantity: int
    on_hand: int


@dataclass(frozen=True, slots=True)
class Receipt:
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


@dataclass(frozen=True, slots=True)
class PolicySet:
    policy: Policy
    changed: bool
    released: tuple[str, ...] = ()
    dry_run: bool = False


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


class Holder(NamedTuple):
    """Who has stock of a SKU that another order lacks: a Processing order, or one kept for under strict."""

    number: str
    quantity: int


class Waits(NamedTuple):
    """Why an order waits for one SKU. `holders` are the first few of `holder_count` Processing orders."""

    sku: str
    name: str
    wanted: int
    available: int
    kept: int
    short: int
    holders: tuple[Holder, ...]
    holder_count: int
    ahead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An order with all that explains it; `promise` where it waits and something is to come."""

    order: Order
    waits: tuple[Waits, ...]
    family: tuple[tuple[str, Status], ...]
    history: tuple[Event, ...]
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The orders of one status that are shown, and how many there are; None if there are more, not counted."""

    status: Status
    orders: tuple[Order, ...]
    total: int | None
