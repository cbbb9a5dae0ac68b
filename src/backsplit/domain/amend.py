"""Rule 12: change the lines of an open order."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from backsplit.domain.kits import Recipe, made_of
from backsplit.domain.limits import LARGEST_QUANTITY
from backsplit.domain.orders import Line, Order, Status, add, next_position, take
from backsplit.domain.split import part_of, serve
from backsplit.domain.sync import NewNumber
from backsplit.errors import BadQuantity, NotOnOrder, Refused, WrongUsage
from backsplit.values import NamedTuple

NO_KITS: Mapping[str, Recipe] = {}


@dataclass(frozen=True, slots=True)
class Edits:
    """What is to change, by SKU: `swap` puts a SKU in place of another, `set` makes it so many units in all (0 takes it
    off), `add` adds units. The swaps come first, and the others then see the new SKU."""

    set: Mapping[str, int] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    swap: Mapping[str, str] = field(default_factory=dict)

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs that the order may have afterwards and must be known."""
        return (*self.swap.values(), *(sku for sku, units in self.set.items() if units), *self.add)

    @property
    def words(self) -> list[str]:
        """The options that say it."""
        said = [("--swap", self.swap), ("--set", self.set), ("--add", self.add)]
        return [word for option, units in said for sku, value in units.items() for word in (option, f"{sku}={value}")]


class IfShort(Enum):
    """What becomes of a Processing order that would need more than is available."""

    REFUSE = "refuse"
    WAIT = "wait"  # the whole order goes back to Backorder, at its place
    AS_PART = "as-part"  # the missing units go on its part

    @property
    def words(self) -> list[str]:
        """The option that says it."""
        return [] if self is IfShort.REFUSE else [f"--{self.value}"]


class Difference(NamedTuple):
    """Ordered so many units of a SKU, and sends so many of a SKU, which is another one after a swap."""

    ordered: int
    sku: str
    sends: int
    instead: str

    def __str__(self) -> str:
        sends = f"{self.sends} × {self.instead}" if self.sends else "none"
        return f"ordered {self.ordered} × {self.sku}, sends {sends}" if self.ordered else f"sends {sends} besides"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What becomes of `order`, which is as it was read, and of the part that takes what is missing, if there is one."""

    order: Order
    amended: Order
    part_before: Order | None
    part: Order | None
    differences: tuple[Difference, ...]

    @property
    def before(self) -> list[Order]:
        return [order for order in (self.order, self.part_before) if order]

    @property
    def after(self) -> list[Order]:
        return [order for order in (self.amended, self.part) if order]

    @property
    def moved(self) -> Counter[str]:
        """Units per SKU that the part has more than before."""
        had = self.part_before.wanted if self.part_before else Counter[str]()
        return (self.part.wanted if self.part else Counter[str]()) - had


def check_wishes(wishes: Edits) -> None:
    """Raises BadQuantity for a number of units that no line can have, WrongUsage where nothing is to change."""
    if not (wishes.set or wishes.add or wishes.swap):
        raise WrongUsage("say what changes: --set SKU=N, --add SKU=N, --remove SKU or --swap OLD=NEW")
    if set(wishes.swap) & set(wishes.swap.values()):
        raise WrongUsage("--swap names one SKU as the old and as the new one")
    for least, units in ((0, wishes.set), (1, wishes.add)):
        for sku, number in units.items():
            check_units(sku, number, least)


def check_units(sku: str, units: int, least: int = 1) -> None:
    """Raises BadQuantity unless a line can have so many units."""
    if not least <= units <= LARGEST_QUANTITY:
        raise BadQuantity(f"{units:,} of {sku} cannot be ordered: {least} to {LARGEST_QUANTITY:,} units")


def plan_amendment(
    family: Sequence[Order],
    order: Order,
    wishes: Edits,
    free: Mapping[str, int],
    otherwise: IfShort,
    new_number: NewNumber,
    recipes: Mapping[str, Recipe] = NO_KITS,
) -> Amendment:
    """Change an order's lines. `free` are available units per SKU that the order could be given besides its own, of the
    parts of a kit instead of the kit; `recipes` has the kits among its SKUs (rule 18).

    Raises Refused (`shipped`, `not-allowed`, `last-line`, `not-enough`), BadQuantity, and NotOnOrder for a SKU that is
    to be taken off and is not on the order.
    """
    _check_open(order, family)
    lines = made_of(_changed(family, order, wishes), recipes)
    if not lines:
        raise Refused("last-line", f"nothing would be left on {order.number}: `backsplit cancel` cancels it")
    amended = order._replace(lines=lines)
    said = tuple(_differences(order.wanted, amended.wanted, wishes.swap))
    plain = Amendment(order, amended, None, None, said)
    if order.status is not Status.PROCESSING:
        return plain
    more = amended.demand - order.demand
    missing = Counter({sku: units - max(0, free.get(sku, 0)) for sku, units in more.items()})
    missing = +missing
    if not missing:
        return plain
    if otherwise is IfShort.AS_PART and order.ship_complete:
        raise Refused("ship-complete", f"{order.number} ships complete: --wait puts it back in the queue whole")
    if otherwise is IfShort.WAIT:
        return replace(plain, amended=amended._replace(status=Status.BACKORDER))
    if otherwise is IfShort.AS_PART:
        return _with_part(family, plain, free, new_number)
    lacks = ", ".join(f"{units} × {sku}" for sku, units in missing.items())
    raise Refused(
        "not-enough",
        f"{order.number} is Processing, and for this {lacks} too few are available: --wait puts the whole order back in"
        " the queue, --as-part puts what is missing on its part",
    )


def _check_open(order: Order, family: Sequence[Order]) -> None:
    """Raises Refused, which names the open orders of the same family."""
    instead = [
        f"{member.number}, of the same order, is {member.status.value}: its lines can, with its number"
        for member in family
        if member.is_open
    ]
    if order.status is Status.SHIPPED:
        raise Refused("shipped", f"{order.number} has shipped: its lines cannot change any more", *instead)
    if order.status is Status.CANCELLED:
        raise Refused("not-allowed", f"{order.number} is cancelled: its lines cannot change any more", *instead)


def _changed(family: Sequence[Order], order: Order, wishes: Edits) -> tuple[Line, ...]:
    for old, new in wishes.swap.items():
        if old not in order.wanted:
            raise _not_on(old, order, family, "--swap", f"{old}={new}")
        order = _swapped(family, order, old, new)
    for sku, units in wishes.set.items():
        has = order.wanted[sku]
        if not has and not units:
            raise _not_on(sku, order, family, "--remove", sku)
        order = _more(family, order, sku, units - has) if units > has else _less(order, sku, has - units)
    for sku, units in wishes.add.items():
        order = _more(family, order, sku, units)
    return order.lines


def _not_on(sku: str, order: Order, family: Sequence[Order], *wish: str) -> NotOnOrder:
    """Names the open orders of the same family that have the SKU, with the line that does it there."""
    instead = [
        f"{member.number}, of the same order, has it: {shlex.join(['backsplit', 'amend', member.number, *wish])}"
        for member in family
        if member.is_open and member.wanted[sku]
    ]
    return NotOnOrder(f"{sku} is not on {order.number}, which has {', '.join(order.wanted)}", *instead)


def _swapped(family: Sequence[Order], order: Order, old: str, new: str) -> Order:
    """A line keeps its position, unless another member has a half of it, with which it could be joined no more."""
    elsewhere = {line.position for member in family if member.id != order.id for line in member.lines}
    lines: list[Line] = []
    for line in order.lines:
        if line.sku != old:
            lines.append(line)
            continue
        taken = line.position in elsewhere
        at = next_position([*family, order, order._replace(lines=tuple(lines))]) if taken else line.position
        lines.append(Line(new, line.quantity, position=at))
    return order._replace(lines=tuple(sorted(lines, key=lambda line: line.position)))


def _more(family: Sequence[Order], order: Order, sku: str, units: int) -> Order:
    more = add(order, Line(sku, units, position=next_position([*family, order])))
    check_units(sku, max(line.quantity for line in more.lines if line.sku == sku))
    return more


def _less(order: Order, sku: str, units: int) -> Order:
    left, _, _ = take(order.lines, {sku: units}, last_first=True)
    return order._replace(lines=left)


def _with_part(family: Sequence[Order], plain: Amendment, free: Mapping[str, int], new_number: NewNumber) -> Amendment:
    """What is neither free nor held goes on the newest Backorder member of the family, else on a new part."""
    held = plain.order.demand
    there = {sku: max(0, free.get(sku, 0)) + held[sku] for sku in plain.amended.demand}
    stays, goes = serve(plain.amended.lines, there, partial=True)
    if not stays:
        raise Refused(
            "last-line", f"nothing of {plain.order.number} could go now: --wait puts the whole order back in the queue"
        )
    waiting = [member for member in family if member.status is Status.BACKORDER]
    if waiting:
        part = waiting[-1]
        for line in goes:
            part = add(part, line)
    else:
        part = part_of(plain.order, goes, Status.BACKORDER, new_number())
    return replace(
        plain,
        amended=plain.amended._replace(lines=stays),
        part_before=waiting[-1] if waiting else None,
        part=part,
    )


def _differences(before: Counter[str], after: Counter[str], swap: Mapping[str, str]) -> Iterable[Difference]:
    """What was ordered beside what is sent. A SKU that came in place of another is told with it."""
    for sku, ordered in before.items():
        instead = swap.get(sku, sku)
        if instead != sku or after[sku] != ordered:
            yield Difference(ordered, sku, after[instead], instead)
    for sku, sends in after.items():
        if sku not in before and sku not in swap.values():
            yield Difference(0, sku, sends, sku)
