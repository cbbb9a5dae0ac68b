"""What `list`, `show` and `stock` show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.history import Event
    from backsplit.domain.promises.promise import Promise
    from backsplit.domain.values import Order, Status, Stock


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


class Shown(NamedTuple):
    """An order with all that explains it; `promise` where it waits and something is to come."""

    order: Order
    waits: tuple[Waits, ...]
    family: tuple[tuple[str, Status], ...]
    history: tuple[Event, ...]
    promise: Promise | None = None


class Group(NamedTuple):
    """The orders of one status that are shown, and how many there are; None if there are more, not counted.

    `only_counted`: no orders were asked for, only how many there are.
    """

    status: Status
    orders: tuple[Order, ...]
    total: int | None
    only_counted: bool = False


class Shelf(NamedTuple):
    """The figures of the SKUs that are shown, and how many SKUs there are."""

    shown: list[Stock]
    total: int
