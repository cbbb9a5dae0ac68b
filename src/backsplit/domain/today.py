"""Rule 23: what is to be done on a day, and what of it comes first. Days are the shop's, as `2026-12-03`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from backsplit.values import NamedTuple

LONG_AGO = 2  # days without a look at the shop: then that comes first

Work = Literal[
    "follow", "due", "tell", "overdue", "to-mark", "books", "lists", "pick", "split", "arriving", "buy"
]  # fmt: skip


class LastSync(NamedTuple):
    """When a shop was followed last (ISO 8601 in UTC), which, and how many days of the shop ago."""

    at: str
    source: str
    days: int


class Amount(NamedTuple):
    """So many orders, with so many units."""

    orders: int
    units: int


class OpenList(NamedTuple):
    """A pick list by its number, and how many orders are on it still."""

    list: int
    orders: int


class CanSplit(NamedTuple):
    """How many orders a split would divide, and when the oldest of them was placed (ISO 8601 in UTC)."""

    orders: int
    oldest: str | None


class CameDue(NamedTuple):
    """How many holds end and how many SKUs open, as soon as `due` runs."""

    holds: int
    skus: int


class Delivery(NamedTuple):
    """What a reference is still to bring of one SKU, in units, and the day for which it was expected."""

    ref: str
    sku: str
    left: int
    on: str


class ToTell(NamedTuple):
    """How many orders have a notice that is due, and the day by which the first customer must hear."""

    orders: int
    by: str | None


class ToBuy(NamedTuple):
    """How many SKUs are short beyond what is expected, and by how many units."""

    skus: int
    units: int


class Today(NamedTuple):
    """All that is to be done on a day. `last_sync` is None where no shop was followed yet.

    `to_mark` is what no file has told the shop yet, `books_differ` the SKUs of which the shop counts another figure.
    """

    day: str
    last_sync: LastSync | None
    to_mark: Amount
    to_pick: Amount
    lists: tuple[OpenList, ...]
    can_split: CanSplit
    due: CameDue
    overdue: tuple[Delivery, ...]
    arriving: tuple[Delivery, ...]
    to_tell: ToTell
    to_buy: ToBuy
    books_differ: int

    def work(self) -> Iterator[tuple[Work, bool]]:
        """The kinds of work of which there is something to do, the most urgent first; True where it is late."""
        late: dict[Work, bool] = {
            "follow": self.last_sync is not None and self.last_sync.days >= LONG_AGO,
            "due": any(self.due),
            "tell": self.to_tell.by is not None and self.to_tell.by <= self.day,
            "overdue": bool(self.overdue),
        }
        to_do: dict[Work, bool] = {
            "to-mark": bool(self.to_mark.orders),
            "books": bool(self.books_differ),
            "lists": bool(self.lists),
            "pick": bool(self.to_pick.orders),
            "split": bool(self.can_split.orders),
            "arriving": bool(self.arriving),
            "tell": bool(self.to_tell.orders),
            "buy": bool(self.to_buy.skus),
        }
        yield from ((kind, True) for kind, is_so in late.items() if is_so)
        yield from ((kind, False) for kind, is_so in to_do.items() if is_so and not late.get(kind))
