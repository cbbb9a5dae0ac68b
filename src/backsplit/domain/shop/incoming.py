"""What files brought, or would bring under `--dry-run`: the values of imports and of following the shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from backsplit.domain.errors import Code
from backsplit.domain.shop.arrivals import LeftOut
from backsplit.domain.values import Order, Status


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
