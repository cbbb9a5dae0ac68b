"""An order, its lines and its statuses; the stock of a SKU. Quantities are whole units; times are ISO 8601 in UTC."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import NoReturn

from backsplit.errors import Code, Refused
from backsplit.values import NamedTuple


class Status(str, Enum):
    """Where an order stands. The order of the members is the order of the groups in `list`."""

    BACKORDER = "Backorder"
    PROCESSING = "Processing"
    ON_HOLD = "On Hold"
    SHIPPED = "Shipped"
    CANCELLED = "Cancelled"


CLOSED = (Status.SHIPPED, Status.CANCELLED)


class Policy(str, Enum):
    """Rule 5, fairness: may a later order pass an earlier one that cannot be covered?"""

    SKIP_OVER = "skip-over"
    STRICT = "strict"

    @property
    def keeps(self) -> bool:
        """Whether stock that an earlier order wants is kept for it, as far as there is any.

        This is the only place that tells the policies apart; a new one must be answered for here.
        """
        if self is Policy.SKIP_OVER:
            return False
        if self is Policy.STRICT:
            return True
        return _unhandled(self)


def _unhandled(value: NoReturn) -> NoReturn:
    """The type checker refuses a call that can be reached."""
    raise AssertionError(value)


DEFAULT_PRIORITY = 100
HIGHEST_PRIORITY, LOWEST_PRIORITY = 1, 10_000


class QueueKey(NamedTuple):
    """Rule 2: priority, then when it was placed, then when it came in. The smaller goes first.

    A part has the `family` (the arrival) of the order it was split from, and so keeps its place.
    """

    priority: int
    placed_at: str
    family: int
    order_id: int


class KitPart(NamedTuple):
    """A SKU that a kit is made of (rule 18): `each` units of it are in one kit.

    `available` and `kept` are those of a Line, in units of the part.
    """

    sku: str
    each: int
    name: str = ""
    available: int = 0
    kept: int = 0

    @property
    def free(self) -> int:
        """Units of the part that an order could be given."""
        return max(0, self.available - self.kept)


class Line(NamedTuple):
    """One SKU and a quantity, with what the shelf held of that SKU when the line was read.

    `kept` are units of `available` that earlier orders in the queue keep for themselves: always 0
    under skip-over. `position` is the line's place in the order that came in; a part's lines keep it.
    A line of a kit has its `parts`; its `available` and `kept` are then whole kits. Lines of an order that have
    the same `group`, if it is not blank, go together or wait together.
    """

    sku: str
    quantity: int
    name: str = ""
    insert: bool = False
    position: int = 0
    available: int = 0
    kept: int = 0
    parts: tuple[KitPart, ...] = ()
    group: str = ""

    @property
    def free(self) -> int:
        """Units of the SKU that this order could be given."""
        return max(0, self.available - self.kept)

    def made_of(self, parts: tuple[KitPart, ...]) -> Line:
        """The line of a kit with its parts: as many kits are available as all of the parts suffice for."""
        available = min(part.available // part.each for part in parts)
        free = min(part.free // part.each for part in parts)
        return self._replace(parts=parts, available=available, kept=available - free)

    def needs(self, units: int) -> tuple[tuple[str, int], ...]:
        """What so many units of the line take off the shelf, per SKU: a kit takes its parts."""
        if self.parts:
            return tuple([(part.sku, part.each * units) for part in self.parts])
        return ((self.sku, units),)

    def covered_by(self, left: Mapping[str, int]) -> int:
        """How many units of the line what is `left` of each SKU suffices for."""
        if self.parts:
            return min(left[part.sku] // part.each for part in self.parts)
        return left[self.sku]


class Tracking(NamedTuple):
    """What a label says: the carrier, and the number under which the carrier finds the parcel."""

    carrier: str
    number: str

    def __str__(self) -> str:
        return " ".join(filter(None, self))


class Order(NamedTuple):
    """A customer's request. `split_from` and `split_into` are the numbers of its neighbours in the family.

    `source` names the shop's file that brought it; it is blank for an order that was typed in.
    One that is `ship_complete` goes out whole. `pick` is the number of the pick list that it is on. `tracking` are the
    labels with which it shipped. `promised` is the day of rule 15, as `2026-12-03`, where it was asked for. `until` is
    the last day of its hold, if that has one.
    """

    number: str
    status: Status
    placed_at: str
    lines: tuple[Line, ...]
    priority: int = DEFAULT_PRIORITY
    customer: str = ""
    note: str = ""
    source: str = ""
    ship_complete: bool = False
    pick: int | None = None
    tracking: tuple[Tracking, ...] = ()
    promised: str | None = None
    until: str | None = None
    split_from: str | None = None
    split_into: tuple[str, ...] = ()
    id: int = 0
    family: int = 0

    @property
    def queue_key(self) -> QueueKey:
        return QueueKey(self.priority, self.placed_at, self.family, self.id)

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def wanted(self) -> Counter[str]:
        """Units per SKU, in the order of the lines; several lines of one SKU are added up."""
        total: Counter[str] = Counter()
        for line in self.lines:
            total[line.sku] += line.quantity
        return total

    @property
    def demand(self) -> Counter[str]:
        """Units per SKU that the order wants off the shelf: as `wanted`, but the parts of kits instead of kits."""
        return demand(self.lines)

    @property
    def free(self) -> dict[str, int]:
        """Units that this order could be given of each SKU that it wants off the shelf."""
        return {part.sku: part.free for line in self.lines for part in line.parts or (line,)}

    @property
    def available(self) -> dict[str, int]:
        """Units of each SKU that it wants off the shelf, also those that are kept for earlier orders."""
        return {part.sku: part.available for line in self.lines for part in line.parts or (line,)}

    @property
    def short(self) -> tuple[int, ...]:
        """Per line, the units that are missing: served in their order, two lines of one SKU share.

        Of a kit, the kits that cannot be made. Only an order in Backorder is short of anything.
        """
        if self.status is not Status.BACKORDER:
            return (0,) * len(self.lines)
        left = self.free
        missing = []
        for line in self.lines:
            missing.append(max(0, line.quantity - line.covered_by(left)))
            for sku, units in line.needs(line.quantity):
                left[sku] -= min(units, left[sku])
        return tuple(missing)

    @property
    def missing(self) -> tuple[dict[str, int], ...]:
        """Per line, the units that it lacks of each SKU that it wants off the shelf, 0 where it lacks none."""
        if self.status is not Status.BACKORDER:
            return tuple({sku: 0 for sku, _ in line.needs(line.quantity)} for line in self.lines)
        left = self.free
        missing = []
        for line in self.lines:
            lacks = {}
            for sku, units in line.needs(line.quantity):
                given = min(units, left[sku])
                left[sku] -= given
                lacks[sku] = units - given
            missing.append(lacks)
        return tuple(missing)

    @property
    def waiting_for(self) -> dict[str, int]:
        """Units short per SKU, the parts of kits instead of kits; empty unless the order is in Backorder."""
        total: Counter[str] = Counter()
        for lacks in self.missing:
            total.update(lacks)
        return {sku: units for sku, units in total.items() if units}


def demand(lines: Iterable[Line]) -> Counter[str]:
    """Units per SKU that lines want off the shelf, the parts of kits instead of kits (rule 18)."""
    total: Counter[str] = Counter()
    for line in lines:
        if line.parts:
            for sku, units in line.needs(line.quantity):
                total[sku] += units
        else:
            total[line.sku] += line.quantity
    return total


class Stock(NamedTuple):
    """The figures of one SKU: on hand and allocated are counted, the others follow from them. A kit has none.

    `first_day`, as `2026-12-03`: until `due` opens the SKU on that day, nothing of it is available (rule 19).
    `shop` is what its shop counted last, and `differs` are the units here above that, where it was asked for.
    """

    sku: str
    on_hand: int
    allocated: int
    owed: int = 0
    name: str = ""
    insert: bool = False
    first_day: str | None = None
    kit: bool = False
    shop: int | None = None
    differs: int | None = None

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated if self.first_day is None else 0

    @property
    def final(self) -> int:
        """What would be left if every backorder were served; negative means: buy that many."""
        return self.available - self.owed

    def counted_by_shop(self, shop: int, differs: int) -> Stock:
        return self._replace(shop=shop, differs=differs)


class Shortage(NamedTuple):
    """What to buy of one SKU: units short beyond what is available, and whom buying it would help.

    `orders` wait for it; for `blocks_alone` of them it is the only thing missing; `oldest` is when the
    first of them was placed. `incoming` are units that are expected, the overdue ones too; `next` is the next day
    from today on which any come. `kits` are those on the lines of orders that lack it as a part.
    """

    sku: str
    name: str
    short: int
    orders: int
    blocks_alone: int
    oldest: str
    incoming: int = 0
    to_buy: int = 0
    next: str | None = None
    kits: int = 0


Lines = tuple[Line, ...]


def take(
    lines: Sequence[Line], units: Mapping[str, int], *, last_first: bool = False
) -> tuple[Lines, Lines, Counter[str]]:
    """Take units per SKU off the lines: the lines that are left, those that hold what was taken, and the units that
    no line had."""
    missing = Counter(units)
    left, taken = [], []
    for line in reversed(lines) if last_first else lines:
        goes = min(missing[line.sku], line.quantity)
        missing[line.sku] -= goes
        if goes:
            taken.append(line._replace(quantity=goes))
        if goes < line.quantity:
            left.append(line._replace(quantity=line.quantity - goes))
    step = -1 if last_first else 1
    return tuple(left[::step]), tuple(taken[::step]), +missing


def join(lines: Iterable[Line], more: Iterable[Line]) -> Lines:
    """All lines at their positions; two halves of one line are one line again."""
    joined = {line.position: line for line in lines}
    for line in more:
        half = joined.get(line.position)
        joined[line.position] = line._replace(quantity=line.quantity + half.quantity) if half else line
    return tuple(joined[position] for position in sorted(joined))


def add(order: Order, line: Line) -> Order:
    """The order with the units of `line`: on its last line of that SKU, or on the new line."""
    same = [own for own in order.lines if own.sku == line.sku]
    if not same:
        return order._replace(lines=join(order.lines, [line]))
    more = same[-1]._replace(quantity=line.quantity)
    return order._replace(lines=join(order.lines, [more]))


def next_position(family: Iterable[Order]) -> int:
    """A position that no line of the family has."""
    return max((line.position for order in family for line in order.lines), default=0) + 1


# The statuses from which each command may take an order.
ALLOWED_FROM = {
    "ship": (Status.PROCESSING,),
    "hold": (Status.BACKORDER, Status.PROCESSING),
    "cancel": (Status.BACKORDER, Status.PROCESSING, Status.ON_HOLD),
    "resume": (Status.ON_HOLD,),
    "prioritize": (Status.BACKORDER, Status.PROCESSING, Status.ON_HOLD),
}
NEXT_STEP = {
    ("ship", Status.BACKORDER): "it still waits for stock (backsplit show says for what)",
    ("ship", Status.ON_HOLD): "resume it first",
    ("hold", Status.ON_HOLD): "`hold --until DATE` gives its hold a last day, `resume` ends it",
}


def check_allowed(command: str, order: Order, family: Iterable[tuple[str, Status]] = ()) -> None:
    """Raise Refused (`shipped` or `not-allowed`) where `order` is in no status that `command` can take.

    It names those of the `family` that the command would take.
    """
    if order.status in ALLOWED_FROM[command]:
        return
    code: Code = "shipped" if order.status is Status.SHIPPED else "not-allowed"
    takes = " or ".join(status.value for status in ALLOWED_FROM[command])
    advice = NEXT_STEP.get((command, order.status), f"{command} takes an order in {takes}")
    instead = [
        f"{number}, of the same order, is {status.value}: backsplit {command} {shlex.quote(number)}"
        for number, status in family
        if status in ALLOWED_FROM[command]
    ]
    raise Refused(code, f"{order.number} is {order.status.value}: {advice}", *instead)


def give_back(holders: Iterable[tuple[QueueKey, int]], excess: int) -> list[QueueKey]:
    """Choose the orders that go back to Backorder so that `excess` units of a SKU are given up.

    `holders` are the Processing orders of the SKU with their units. The last in the queue go first.
    """
    chosen = []
    for key, quantity in sorted(holders, reverse=True):
        if excess <= 0:
            break
        chosen.append(key)
        excess -= quantity
    return chosen


def mergeable(part: Order, original: Order | None) -> Order:
    """The order to which `part` returns. Raises Refused where there is none, or where either has shipped or been
    cancelled (rule 8)."""
    if original is None:
        advice = f"name its part, {part.split_into[-1]}" if part.split_into else "there is nothing to merge it into"
        raise Refused("not-allowed", f"{part.number} was not split off another order: {advice}")
    closed: tuple[tuple[Status, Code, str], ...] = (
        (Status.SHIPPED, "shipped", "has shipped"),
        (Status.CANCELLED, "not-allowed", "is cancelled"),
    )
    for status, code, said in closed:
        for order in (part, original):
            if order.status is status:
                raise Refused(code, f"{part.number} cannot be merged: {order.number} {said}")
    return original


def merged_lines(original: Order, part: Order) -> tuple[Line, ...]:
    """The lines of both, at their old places; the two halves of a divided line are one line again."""
    return join(original.lines, part.lines)


class Holder(NamedTuple):
    """Who has stock of a SKU that another order lacks: a Processing order, or one kept for under strict."""

    number: str
    quantity: int


class Addressee(NamedTuple):
    """An order in Processing, for whom it is, and its family."""

    number: str
    customer: str
    family: int


def together(orders: Iterable[Addressee]) -> tuple[tuple[str, ...], ...]:
    """Orders of one customer that could go in one parcel, in the order given. A family alone is no hint: it is merged.

    Without a customer nothing is known.
    """
    by_customer: dict[str, list[Addressee]] = {}
    for order in orders:
        if order.customer:
            by_customer.setdefault(order.customer, []).append(order)
    return tuple(
        tuple(order.number for order in group)
        for group in by_customer.values()
        if len({order.family for order in group}) > 1
    )
