"""Rules 3 and 14: divide an order into what goes now and what waits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from backsplit.domain.orders import Line, Order, Status, take
from backsplit.errors import BadQuantity, NotOnOrder, Refused

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
        """Units per SKU that the order now allocates."""
        return _units(self.stays)

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
            free = _units(self.moves)
        else:
            free = Counter({sku: -quantity for sku, quantity in self.taken.items()})
        return tuple(line._replace(available=line.available + free[line.sku]) for line in lines)


def plan_split(order: Order, *, partial: bool = False, drop_inserts: bool = False) -> SplitPlan:
    """Say which lines stay, move or are dropped, given what is free for each line of `order`.

    Lines are served in their order; without `partial` a line goes whole or not at all. The part has
    no number yet. Raises Refused with the code of the first reason that holds.
    """
    if order.status is not Status.BACKORDER:
        raise Refused("not-backorder", f"{order.number} is {order.status.value}: only a Backorder order can be split")
    check_may_be_split(order)
    stays, missing = _serve(order, partial=partial)
    only_inserts_missing = all(line.insert for line in missing)
    if not missing:
        raise Refused("nothing-short", f"{order.number} cannot be split: nothing is out of stock")
    if not stays:
        raise Refused("nothing-in-stock", f"{order.number} cannot be split: {_nothing_goes(order)}")
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
    dropped = tuple(line for line in missing if line.insert and drop_inserts)
    moves = tuple(line for line in missing if not (line.insert and drop_inserts))
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
        lift = f"backsplit ship-complete {order.number} --off"
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
    stays, missing = _serve(order, partial=False)
    if all(line.insert for line in missing) or all(line.insert for line in stays):
        return 0
    return sum(line.quantity for line in stays)


def plan_by_hand(order: Order, now: Mapping[str, int], *, hold_rest: bool = False) -> SplitPlan:
    """Say which lines stay and which move so that exactly the units `now`, by SKU, are sent (rule 14).

    The order is in Backorder, and the units must be available to it, or it is in Processing and has them. The part has
    no number yet. Raises Refused, BadQuantity, NotOnOrder.
    """
    if order.status not in (Status.BACKORDER, Status.PROCESSING):
        raise Refused("not-backorder", f"{order.number} is {order.status.value}: --now takes Backorder or Processing")
    check_may_be_split(order)
    wanted, free = order.wanted, {line.sku: line.free for line in order.lines}
    if not any(now.values()):
        raise Refused("nothing-named", f"--now names nothing of {order.number} to send")
    for sku, quantity in now.items():
        if sku not in wanted:
            raise NotOnOrder(f"{order.number} has no {sku}: it has {_skus(order.lines)}")
        if not 0 <= quantity <= wanted[sku]:
            raise BadQuantity(f"{order.number} has {wanted[sku]} × {sku}: {quantity} of them cannot go now")
        if order.status is Status.BACKORDER and quantity > free[sku]:
            raise Refused("not-enough", f"{free[sku]} × {sku} are available to {order.number}, not {quantity}")
    moves, stays, _ = take(order.lines, now)
    if not moves:
        raise Refused("nothing-left", f"--now names all of {order.number}: nothing would be left for a part")
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


def _serve(order: Order, *, partial: bool) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    left = {line.sku: line.free for line in order.lines}
    stays, missing = [], []
    for line in order.lines:
        there = min(line.quantity, left[line.sku])
        goes = there if partial or there == line.quantity else 0
        left[line.sku] -= goes
        if goes:
            stays.append(_part(line, goes))
        if goes < line.quantity:
            missing.append(_part(line, line.quantity - goes))
    return tuple(stays), tuple(missing)


def _nothing_goes(order: Order) -> str:
    there, _ = _serve(order, partial=True)
    if not there:
        return "nothing of it is in stock"
    units = ", ".join(f"{line.quantity} × {line.sku}" for line in there)
    return f"no line of it is in stock whole; --partial divides lines and sends {units}"


def _units(lines: Iterable[Line]) -> Counter[str]:
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return total


def _part(line: Line, quantity: int) -> Line:
    return line if quantity == line.quantity else line._replace(quantity=quantity)


def _skus(lines: tuple[Line, ...]) -> str:
    return ", ".join(dict.fromkeys(line.sku for line in lines))
