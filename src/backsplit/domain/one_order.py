"""Rule 11, one order: whether rows of one number can be the rows of one order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from backsplit.domain.imports import ArrivingOrder, LeftOut, OrderItem, Said
from backsplit.domain.times import read_moment

SAME_ORDER = timedelta(days=1)  # that two dates of one order may differ
MOST_READ = 100_000  # orders that are remembered, and as many before them; each takes some 300 bytes
T = TypeVar("T")


class OrdersRead(Generic[T]):
    """What a file has said of its orders, by number: of the `MOST_READ` orders that were read last."""

    def __init__(self) -> None:
        self._lately: dict[str, T] = {}
        self._before: dict[str, T] = {}

    def said_of(self, number: str) -> T | None:
        """What the file has said before of the order of this number."""
        return self._lately.get(number) or self._before.get(number)

    def keep(self, number: str, said: T) -> None:
        if len(self._lately) >= MOST_READ:
            self._before, self._lately = self._lately, {}
        self._lately[number] = said


def why_not_one(first: Said, other: Said) -> str:
    """How two places of a file that name an order contradict each other: "customer 'Bob', not 'Ann'"; else blank."""
    if other.customer and first.customer and not same_customer(first.customer, other.customer):
        return f"customer {other.customer!r}, not {first.customer!r}"
    if other.placed_at and first.placed_at and days_apart(first.placed_at, other.placed_at):
        return f"placed on {other.placed_at[:10]}, not on {first.placed_at[:10]}"
    return ""


class Ends(NamedTuple):
    """What a file of orders begins and ends with, and its latest times; a time is blank where the file tells none."""

    source: str
    first: ArrivingOrder | None
    last: ArrivingOrder | None
    placed_at: str
    changed_at: str


def ends(source: str, items: Iterable[OrderItem]) -> Ends:
    """The ends of a file with these items. `source` is the same for files of one kind."""
    first: ArrivingOrder | None = None
    last: ArrivingOrder | None = None
    placed_at = changed_at = ""
    for item in items:
        if isinstance(item, LeftOut):
            continue
        placed_at = max(placed_at, item.said.placed_at or "")
        changed_at = max(changed_at, item.said.changed_at or "")
        last = item if isinstance(item, ArrivingOrder) else None
        first = first or last
    return Ends(source, first, last, placed_at, changed_at)


def goes_on(before: Ends, after: Ends) -> str:
    """The number of the order whose rows end one file and go on in the next, as in an export in pages; else blank.

    The rows in the next file say nothing of the order as a whole, or they are other lines of it: two exports of one
    order name the same SKUs.
    """
    last, first = before.last, after.first
    if last is None or first is None or before.source != after.source or last.number != first.number:
        return ""
    is_one = not why_not_one(last.said, first.said)
    shares = {line.sku for line in last.lines} & {line.sku for line in first.lines}
    says_nothing = last.said.placed_at is not None and first.said.placed_at is None
    return first.number if is_one and (says_nothing or not shares) else ""


def same_customer(one: str, other: str) -> bool:
    """Whether two names are one, however they are spaced and capitalised."""
    return one == other or one.casefold().split() == other.casefold().split()


def days_apart(one: str, other: str) -> bool:
    """Whether two moments are more than a day apart."""
    return one != other and abs(read_moment(one) - read_moment(other)) > SAME_ORDER
