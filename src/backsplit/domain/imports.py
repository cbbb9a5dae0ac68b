"""What arrives in files: orders, counts, deliveries, expected receipts; and what became of it (rules 1, 6, 11, 15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Generic, TypeVar, Union

from backsplit.domain.counts import BooksDiffer
from backsplit.domain.deliveries import ExpectedLine
from backsplit.domain.orders import Order, Status, Tracking
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.times import read_moment
from backsplit.errors import Code
from backsplit.values import NamedTuple


class ArrivingLine(NamedTuple):
    """Units that are wanted of a SKU in all, and units of them that the shop has sent.

    `unsure` more units may have been sent, where the file says that a line was sent in part and not how much. Lines of
    an order with the same `group`, if it is not blank, belong together (rule 18).
    """

    sku: str
    quantity: int
    name: str = ""
    sent: int = 0
    unsure: int = 0
    group: str = ""

    @property
    def open(self) -> int:
        """Units that are still to be sent, as far as the file tells."""
        return self.quantity - self.sent


class Said(NamedTuple):
    """The facts that a file says of an order, besides its number and its lines; None where it says nothing.

    The fields are named as the columns of the table `orders`. `placed_at` and `changed_at`, when the order was changed
    last in the shop, are ISO 8601 in UTC. `withheld` is the state in which the shop shows an order that is not to be
    sent for now, in the shop's words: its payment is pending, say.
    """

    placed_at: str | None = None
    priority: int | None = None
    customer: str | None = None
    note: str | None = None
    ship_complete: bool | None = None
    changed_at: str | None = None
    withheld: str | None = None


class ArrivingOrder(NamedTuple):
    """An order of a file, open or not. `at` is the line of the file (from 1) on which it begins.

    `lines` are also those that are sent, but none that is not wanted. `closed` is Shipped for an order that the shop
    has fulfilled as a whole, and Cancelled for one that it has cancelled: it wants no more than is sent.
    """

    number: str
    lines: tuple[ArrivingLine, ...]
    said: Said = Said()
    at: int = 0
    closed: Status | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is anything to send."""
        if self.closed is None:
            for _, quantity, _, sent, _, _ in self.lines:
                if quantity > sent:
                    return True
        return False


class NamedOnly(NamedTuple):
    """An order that the file names, and of whose lines nothing counts: it is not paid, say.

    `set_aside` are the lines for which the shop has taken units off what is left to sell all the same.
    """

    number: str
    at: int = 0
    said: Said = Said()
    set_aside: tuple[ArrivingLine, ...] = ()


class LeftOut(NamedTuple):
    """A line, or a whole order, that the file holds and that is not taken, with the reason."""

    order: str
    line: int
    reason: str


class StockCount(NamedTuple):
    """What a stock file says of one SKU; None where it says nothing, so that it is left as it is."""

    sku: str
    on_hand: int | None
    name: str | None = None
    insert: bool | None = None
    at: int = 0


class DeliveryLine(NamedTuple):
    """Units of a SKU that have arrived; `ref` names the delivery where the file does."""

    sku: str
    quantity: int
    ref: str | None = None
    at: int = 0


class PartLine(NamedTuple):
    """Units of a SKU that are in one kit."""

    kit: str
    sku: str
    quantity: int
    at: int = 0


class LabelLine(NamedTuple):
    """A label that was bought for a parcel of an order; its carrier or its number may be blank."""

    order: str
    label: Tracking
    at: int = 0


OrderItem = Union[ArrivingOrder, NamedOnly, LeftOut]
StockItem = Union[StockCount, LeftOut]
DeliveryItem = Union[DeliveryLine, LeftOut]
ExpectedItem = Union[ExpectedLine, LeftOut]


class Imported(NamedTuple):
    """What a file brought. For stock, `added` and `known` count SKUs, otherwise orders.

    `raised` and `lowered` are the known SKUs whose count went up or down. `differ` are the known orders of which the
    shop says something else than at the last look, and `conflicts` those that are other orders. `books_differ` are the
    SKUs of which the shop counts something else than is here.
    """

    format: str
    added: int
    known: int
    processing: int = 0
    backorder: int = 0
    skipped: tuple[LeftOut, ...] = ()
    new_skus: tuple[str, ...] = ()
    effects: Effects = NO_EFFECTS
    raised: int = 0
    lowered: int = 0
    differ: tuple[Differs, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notices: tuple[str, ...] = ()
    dry_run: bool = False
    books_differ: tuple[BooksDiffer, ...] = ()


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


class LeftWaiting(NamedTuple):
    """An order that waited for units which are given up, and why."""

    order: str
    reason: str


class Units(NamedTuple):
    sku: str
    quantity: int


class UnmarkedOrder(NamedTuple):
    """An order with the units that shipped here and that the shop does not know to be sent."""

    order: str
    sent: tuple[Units, ...]


class FollowedOrder(NamedTuple):
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


class Synced(NamedTuple):
    """What following the shop's files did (rule 11). `missing` are the numbers of open orders that no file holds.

    `marked`, which are among those to `count_again`, are units that the shop only calls sent. `held` and `resumed` are
    open orders that the shop shows as not to be sent, or to be sent again.
    `filtered`: no file holds any order that is closed, as if such orders were left out of it. `empty` are files without
    any order. `are_closed`: the missing orders were closed by this run. `only_open`: the files tell only what is
    open. `books_differ` are the SKUs of which the shop counts something else than is here, `newly_differ` those for
    which that is new. `uncounted` are the new SKUs of which there is no count. `doubts` are signs that a file is not
    whole. `routine` are those of the notices that say the same of every such file.
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
    to_mark: tuple[UnmarkedOrder, ...] = ()
    count_again: tuple[str, ...] = ()
    marked: tuple[Units, ...] = ()
    stock: Counted | None = None
    effects: Effects = NO_EFFECTS
    held: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()
    left_waiting: tuple[LeftWaiting, ...] = ()
    filtered: bool = False
    empty: tuple[str, ...] = ()
    are_closed: bool = False
    only_open: bool = False
    notices: tuple[str, ...] = ()
    dry_run: bool = False
    books_differ: tuple[BooksDiffer, ...] = ()
    newly_differ: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()

    @property
    def brought_news(self) -> bool:
        """Whether orders came in, or what is known of them changed."""
        return bool(self.added or self.followed)

    @property
    def did_something(self) -> bool:
        """Whether anything changed here, or was found that the shop must put right: --quiet and --exit-code ask it."""
        counted = self.stock is not None and bool(self.stock.raised or self.stock.lowered)
        return bool(
            self.brought_news
            or counted
            or self.effects.released
            or self.effects.returned
            or self.conflicts
            or self.held
            or self.resumed
            or self.marked
        )


# Whether rows of one number can be the rows of one order

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
