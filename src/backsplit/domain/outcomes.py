"""What a command did, or would do under `--dry-run`: the values that are rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from backsplit.domain.arrivals import LeftOut
from backsplit.domain.errors import Code
from backsplit.domain.history import Done, Event
from backsplit.domain.queue import Passed
from backsplit.domain.split import SplitPlan
from backsplit.domain.values import Order, Policy, Status, Stock


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

    `mergeable`, here as everywhere, are parts that went to Processing beside the order they were split from.
    """

    received: tuple[Received, ...]
    released: tuple[str, ...] = ()
    passed_over: tuple[Passed, ...] = ()
    ref: str | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Changed):
    """As `Changed`, with the change that was taken back."""

    change: Done


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought. For stock, `added` and `known` count SKUs, otherwise orders.

    `raised` and `lowered` are the known SKUs whose count went up or down. `differ` are the known orders of which the
    shop says something else than at the last look, and `conflicts` those that are other orders.
    """

    format: str
    added: int
    known: int
    processing: int = 0
    backorder: int = 0
    skipped: tuple[LeftOut, ...] = ()
    new_skus: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    raised: int = 0
    lowered: int = 0
    differ: tuple[Differs, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notices: tuple[str, ...] = ()
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()


class Change(NamedTuple):
    """A figure of a SKU in units, as it was at the last look, and as the shop says now."""

    sku: str
    here: int
    shop: int


class Differs(NamedTuple):
    """A known order of which the shop wants other units than at the last look, or has sent more or fewer."""

    order: str
    wanted: tuple[Change, ...]
    sent: tuple[Change, ...]


class Conflict(NamedTuple):
    """Something in which the shop could not be followed."""

    order: str
    code: Code
    message: str


class Units(NamedTuple):
    sku: str
    quantity: int


class ToMark(NamedTuple):
    """An order with the units that shipped here and that the shop does not know to be sent."""

    order: str
    sent: tuple[Units, ...]


@dataclass(frozen=True, slots=True)
class FollowedOrder:
    """What following the shop did to an order. `closed` is None as long as something is `open`."""

    order: str
    added: tuple[Units, ...]
    removed: tuple[Units, ...]
    sent: tuple[Units, ...]
    came_back: tuple[Units, ...]
    closed: Status | None
    open: tuple[Order, ...]


class Counted(NamedTuple):
    """How many SKUs were counted, and of how many known ones the count went up or down."""

    counted: int
    raised: int
    lowered: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What following the shop's files did (rule 11). `missing` are the numbers of open orders that no file holds.

    `filtered`: no file holds any order that is closed, as if such orders were left out of it.
    """

    format: str
    added: int
    known: int
    processing: int
    backorder: int
    skipped: tuple[LeftOut, ...] = ()
    new_skus: tuple[str, ...] = ()
    followed: tuple[FollowedOrder, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[str, ...] = ()
    to_mark: tuple[ToMark, ...] = ()
    count_again: tuple[str, ...] = ()
    stock: Counted | None = None
    released: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    filtered: bool = False
    notices: tuple[str, ...] = ()
    dry_run: bool = False
    mergeable: tuple[str, ...] = ()


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
    """An order with all that explains it."""

    order: Order
    waits: tuple[Waits, ...]
    family: tuple[tuple[str, Status], ...]
    history: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The orders of one status that are shown, and how many there are; None if there are more, not counted."""

    status: Status
    orders: tuple[Order, ...]
    total: int | None
