"""Rule 3: divide a Backorder order into what can go now and what waits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from backsplit.domain.errors import Refused
from backsplit.domain.values import Line, Order, Status

PART_ENDING = re.compile(r"-backorder(-[1-9][0-9]*)?\Z")


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """What a split does to `order`, which is as it was read. Together the lines are those of the order.

    `stays` goes out now, `moves` waits on the part called `part_number`, `dropped` is on neither.
    A line that is divided stands in two of them with the same position.
    """

    order: Order
    stays: tuple[Line, ...]
    moves: tuple[Line, ...]
    dropped: tuple[Line, ...] = ()
    part_number: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def taken(self) -> dict[str, int]:
        """Units per SKU that the order now allocates."""
        taken: dict[str, int] = {}
        for line in self.stays:
            taken[line.sku] = taken.get(line.sku, 0) + line.quantity
        return taken

    @property
    def processing(self) -> Order:
        """The order as it is after the split."""
        into = (*self.order.split_into, self.part_number) if self.part_number else self.order.split_into
        lines = self._after(self.stays)
        return replace(self.order, status=Status.PROCESSING, lines=lines, split_into=into)

    @property
    def backorder(self) -> Order | None:
        """The part that waits, or None where nothing does."""
        if self.part_number is None:
            return None
        return replace(
            self.order,
            number=self.part_number,
            lines=self._after(self.moves),
            split_from=self.order.number,
            split_into=(),
        )

    def _after(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        taken = self.taken
        return tuple(replace(line, available=line.available - taken.get(line.sku, 0)) for line in lines)


def plan_split(order: Order, *, partial: bool = False, drop_inserts: bool = False) -> SplitPlan:
    """Say which lines stay, move or are dropped, given what is free for each line of `order`.

    Lines are served in their order; without `partial` a line goes whole or not at all. The part has
    no number yet. Raises Refused with the code of the first reason that holds.
    """
    if order.status is not Status.BACKORDER:
        raise Refused("not-backorder", f"{order.number} is {order.status.value}: only a Backorder order can be split")
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


def part_number(root: str, attempt: int) -> str:
    """The `attempt`-th number (from 1) that a part may have in the family of the order `root`.

    A root that itself ends in `-backorder` counts without that ending, so that endings never pile up.
    """
    base = PART_ENDING.sub("", root) or root
    return f"{base}-backorder" if attempt == 1 else f"{base}-backorder-{attempt}"


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


def _part(line: Line, quantity: int) -> Line:
    return line if quantity == line.quantity else replace(line, quantity=quantity)


def _skus(lines: tuple[Line, ...]) -> str:
    return ", ".join(dict.fromkeys(line.sku for line in lines))
