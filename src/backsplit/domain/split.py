"""Rules 3 and 14: divide an order into what goes now and what waits."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping

from backsplit.domain.orders import Line, Order, Status, demand, take
from backsplit.errors import BadQuantity, NotOnOrder, Refused
from backsplit.values import NamedTuple

PART_ENDING = re.compile(r"-backorder(-[1-9][0-9]*)?\Z")


class SplitPlan(NamedTuple):
    """What a split does to `order`, which is as it was read. Together the lines are those of the order.

    `stays` goes out now, `moves` waits on the part called `part_number`, in `part_status`, and `dropped` is on neither.
    A line that is divided stands in two of them with the same position. `promised` is the day of the part (rule 15).
    """

    order: Order
    stays: tuple[Line, ...]
    moves: tuple[Line, ...]
    dropped: tuple[Line, ...] = ()
    part_number: str | None = None
    part_status: Status = Status.BACKORDER
    warnings: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()  # what else to know before the split is done
    promised: str | None = None

    @property
    def taken(self) -> Counter[str]:
        """Units per SKU that the order now allocates, the parts of kits instead of kits."""
        return demand(self.stays)

    @property
    def processing(self) -> Order:
        """The order as it is after the split."""
        into = (*self.order.split_into, self.part_number) if self.part_number else self.order.split_into
        lines = self._after(self.stays)
        return self.order._replace(status=Status.PROCESSING, lines=lines, split_into=into)

    @property
    def backorder(self) -> Order | None:
        """The part that waits, or None where nothing does."""
        if self.part_number is None:
            return None
        return self.order._replace(
            number=self.part_number,
            status=self.part_status,
            lines=self._after(self.moves),
            split_from=self.order.number,
            split_into=(),
            pick=None,
            promised=self.promised,
        )

    def _after(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        if self.order.status is Status.PROCESSING:  # it had its stock already, and gives some of it back
            free = demand(self.moves)
        else:
            free = Counter({sku: -quantity for sku, quantity in self.taken.items()})
        return tuple(_with_more(line, free) for line in lines)


class NoWholeLine(Refused):
    """Some units are in stock, and no line of the order whole: --partial divides lines."""


def plan_split(order: Order, *, partial: bool = False, drop_inserts: bool = False) -> SplitPlan:
    """Say which lines stay, move or are dropped, given what is free for each line of `order`.

    Lines are served in their order; without `partial` a line goes whole or not at all. The part has
    no number yet. Raises Refused with the code of the first reason that holds.
    """
    if order.status is not Status.BACKORDER:
        raise Refused("not-backorder", f"{order.number} is {order.status.value}: only a Backorder order can be split")
    check_may_be_split(order)
    stays, missing = _serve(order, partial=partial)
    only_inserts_missing = all(map(_may_be_dropped, missing))
    if not missing:
        raise Refused("nothing-short", f"{order.number} cannot be split: nothing is out of stock")
    if not stays:
        there, _ = _serve(order, partial=True)
        if not there:
            raise Refused("nothing-in-stock", f"{order.number} cannot be split: nothing of it is in stock")
        units = ", ".join(f"{line.quantity} × {line.sku}" for line in there)
        raise NoWholeLine(
            "nothing-in-stock",
            f"{order.number} cannot be split: no line of it is in stock whole; --partial divides lines and sends"
            f" {units}",
        )
    if only_inserts_missing and not drop_inserts:
        raise Refused(
            "only-inserts-short",
            f"{order.number} cannot be split: the only SKUs out of stock are inserts ({_skus(missing)});"
            " --drop-inserts sends it without them",
        )
    if not only_inserts_missing and all(line.insert for line in stays):
        raise Refused(
            "only-inserts-in-stock",
            f"{order.number} cannot be split: the only SKUs in stock are inserts ({_skus(stays)})",
        )
    dropped = tuple(line for line in missing if drop_inserts and _may_be_dropped(line))
    moves = tuple(line for line in missing if not (drop_inserts and _may_be_dropped(line)))
    return SplitPlan(order, stays, moves, dropped)


class Limits(NamedTuple):
    """Rule 14: which splits are worth a parcel. Inserts do not count; `min_share` is in percent of the order's units.

    `max_parts`: an order whose family has so many members, cancelled ones aside, is not split again. `due_by`, as
    `2026-12-03`: an order that is promised for that day or an earlier one waits for it.
    """

    min_units: int = 0
    min_share: int = 0
    max_parts: int | None = None
    due_by: str | None = None


def check_may_be_split(order: Order) -> None:
    """Raise Refused for an order that is to go out whole."""
    if order.ship_complete:
        lift = f"backsplit ship-complete {shlex.quote(order.number)} --off"
        raise Refused("ship-complete", f"{order.number} ships complete, so it is not split; `{lift}` lifts that")


def check_worthwhile(plan: SplitPlan, members: int, limits: Limits, promised: str | None = None) -> None:
    """Raise Refused where the limits do not allow the split. `members` are those of the family, cancelled ones aside.

    `promised` is the promised day of the whole order. The limits do not apply where no part would arise.
    """
    number = plan.order.number
    if not plan.moves:
        return
    if limits.due_by is not None and promised is not None and promised <= limits.due_by:
        raise Refused("due-soon", f"{number} cannot be split: all of it can go on {promised}")
    if limits.max_parts is not None and members >= limits.max_parts:
        raise Refused("max-parts", f"{number} cannot be split: its family has {members} parts already")
    goes = sum(line.quantity for line in plan.stays if not line.insert)
    held = sum(line.quantity for line in plan.order.lines if not line.insert)
    could = f"{number} cannot be split: {goes} of {held} units could go"
    if goes < limits.min_units:
        raise Refused("too-little", f"{could}: fewer than {limits.min_units}")
    if goes * 100 < held * limits.min_share:
        raise Refused("too-little", f"{could}: less than {limits.min_share} %")


def can_go(order: Order) -> int:
    """Units that a split without options would send now; 0 if it would be refused."""
    if order.status is not Status.BACKORDER or order.ship_complete:
        return 0
    return units_that_can_go(order.lines)


def units_that_can_go(lines: tuple[Line, ...]) -> int:
    """The same of the lines of a Backorder order that may be split.

    0 for what `plan_split` refuses: nothing or only inserts missing, nothing or only inserts in stock. The SQL of
    `repository/today.py` asks the same of plain lines.
    """
    free = {part.sku: part.free for line in lines for part in line.parts or (line,)}
    stays, missing = serve(lines, free, partial=False)
    if all(map(_may_be_dropped, missing)) or all(line.insert for line in stays):
        return 0
    return sum(line.quantity for line in stays)


def plan_by_hand(order: Order, now: Mapping[str, int], *, hold_rest: bool) -> SplitPlan:
    """Say which lines stay and which move so that exactly the units `now`, by SKU, are sent (rule 14).

    The order is in Backorder, and the units must be available to it, or it is in Processing and has them. The part has
    no number yet. Raises Refused, BadQuantity, NotOnOrder.
    """
    if order.status not in (Status.BACKORDER, Status.PROCESSING):
        raise Refused("not-backorder", f"{order.number} is {order.status.value}: --now takes Backorder or Processing")
    check_may_be_split(order)
    wanted = order.wanted
    if not any(now.values()):
        raise Refused("nothing-named", f"--now names nothing of {order.number} to send")
    for sku, quantity in now.items():
        if sku not in wanted:
            raise NotOnOrder(f"{order.number} has no {sku}{_named_instead(order, sku)}")
        if not 0 <= quantity <= wanted[sku]:
            raise BadQuantity(f"{order.number} has {wanted[sku]} × {sku}: {quantity} of them cannot go now")
    moves, stays, _ = take(order.lines, now)
    if order.status is Status.BACKORDER:
        free = order.free
        for sku, quantity in demand(stays).items():
            if quantity > free[sku]:
                raise Refused("not-enough", f"{free[sku]} × {sku} are available to {order.number}, not {quantity}")
    if not moves:
        raise Refused("nothing-left", f"--now names all of {order.number}: nothing would be left for a part")
    _check_not_torn(order, stays, moves)
    return SplitPlan(order, stays, moves, part_status=Status.ON_HOLD if hold_rest else Status.BACKORDER)


def part_number(root: str, attempt: int) -> str:
    """The `attempt`-th number (from 1) that a part may have in the family of the order `root`.

    A root that itself ends in `-backorder` counts without that ending, so that endings never pile up.
    """
    base = PART_ENDING.sub("", root) or root
    return f"{base}-backorder" if attempt == 1 else f"{base}-backorder-{attempt}"


def part_of(order: Order, lines: tuple[Line, ...], status: Status, number: str) -> Order:
    """A new part of the order with these lines; it has no id yet."""
    return order._replace(
        id=0, number=number, status=status, lines=lines, split_from=order.number, split_into=(), pick=None
    )


def serve(
    lines: Iterable[Line], free: Mapping[str, int], *, partial: bool
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines that go, and those that wait, where `free` units of each SKU are there.

    Lines are served in their order. Without `partial` a line goes whole or not at all; with it, a line of a kit is
    divided in whole kits. Lines of a group go or wait together, where the first of them stands (rule 18).
    """
    left = dict(free)
    of_group: dict[str, bool] = {}  # whether the group goes
    lines = tuple(lines)
    goes, waits = [], []
    for line in lines:
        if line.group and line.group not in of_group:
            wants = demand(other for other in lines if other.group == line.group)
            of_group[line.group] = all(units <= left[sku] for sku, units in wants.items())
            if of_group[line.group]:
                left.update({sku: left[sku] - units for sku, units in wants.items()})
        if line.group:
            units = line.quantity if of_group[line.group] else 0
        else:
            there = min(line.quantity, line.covered_by(left) if line.parts else left[line.sku])
            units = there if partial or there == line.quantity else 0
            if line.parts:
                for sku, taken in line.needs(units):
                    left[sku] -= taken
            else:
                left[line.sku] -= units
        if units:
            goes.append(_part(line, units))
        if units < line.quantity:
            waits.append(_part(line, line.quantity - units))
    return tuple(goes), tuple(waits)


def _serve(order: Order, *, partial: bool) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    return serve(order.lines, order.free, partial=partial)


def _may_be_dropped(line: Line) -> bool:
    """Whether --drop-inserts may leave the line off: not one that the shop's file puts into a group."""
    return line.insert and not line.group


def _check_not_torn(order: Order, stays: Iterable[Line], moves: Iterable[Line]) -> None:
    """Raise Refused (`group`) where some of a group would stay and some of it move."""
    moving = {line.group for line in moves}
    torn = {line.group for line in stays if line.group in moving} - {""}
    if torn:
        together = _skus(tuple(line for line in order.lines if line.group in torn))
        raise Refused(
            "group", f"{order.number}: {together} belong together in the shop's file, so they go or wait together"
        )


def _named_instead(order: Order, sku: str) -> str:
    """What to name instead of a SKU that is not on the order."""
    kits = tuple(line for line in order.lines if any(part.sku == sku for part in line.parts))
    return f" alone: it is in {_skus(kits)}, which goes whole" if kits else f": it has {_skus(order.lines)}"


def _with_more(line: Line, more: Mapping[str, int]) -> Line:
    """The line where so many more units of each SKU are available."""
    if not line.parts:
        return line._replace(available=line.available + more[line.sku])
    return line.made_of(tuple(part._replace(available=part.available + more[part.sku]) for part in line.parts))


def _part(line: Line, quantity: int) -> Line:
    return line if quantity == line.quantity else line._replace(quantity=quantity)


def _skus(lines: tuple[Line, ...]) -> str:
    return ", ".join(dict.fromkeys(line.sku for line in lines))
