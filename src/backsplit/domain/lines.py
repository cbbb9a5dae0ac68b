"""Lines taken from orders and put on others. A line keeps its position in the family: two halves of it fit together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from backsplit.domain.values import Line, Order

Lines = tuple[Line, ...]


def take(lines: Sequence[Line], sku: str, units: int, *, last_first: bool = False) -> tuple[Lines, Lines]:
    """Divide the lines into those that are left and those that hold up to `units` of the SKU."""
    left, taken = [], []
    for line in reversed(lines) if last_first else lines:
        goes = min(units, line.quantity) if line.sku == sku else 0
        units -= goes
        if goes:
            taken.append(replace(line, quantity=goes))
        if goes < line.quantity:
            left.append(replace(line, quantity=line.quantity - goes))
    step = -1 if last_first else 1
    return tuple(left[::step]), tuple(taken[::step])


def take_all(lines: Sequence[Line], units: dict[str, int], *, last_first: bool = False) -> tuple[Lines, Lines]:
    """The same for several SKUs. What is taken is subtracted from `units`."""
    left, taken = tuple(lines), list[Line]()
    for sku, wanted in units.items():
        left, some = take(left, sku, wanted, last_first=last_first)
        taken += some
        units[sku] = wanted - sum(line.quantity for line in some)
    return left, tuple(sorted(taken, key=lambda line: line.position))


def join(lines: Iterable[Line], more: Iterable[Line]) -> Lines:
    """All lines at their positions; two halves of one line are one line again."""
    joined = {line.position: line for line in lines}
    for line in more:
        half = joined.get(line.position)
        joined[line.position] = replace(line, quantity=line.quantity + half.quantity) if half else line
    return tuple(joined[position] for position in sorted(joined))


def add(order: Order, line: Line) -> Order:
    """The order with the units of `line`: on its last line of that SKU, or on the new line."""
    same = [own for own in order.lines if own.sku == line.sku]
    if not same:
        return replace(order, lines=join(order.lines, [line]))
    more = replace(same[-1], quantity=line.quantity)
    return replace(order, lines=join(order.lines, [more]))


def next_position(family: Iterable[Order]) -> int:
    """A position that no line of the family has."""
    return max((line.position for order in family for line in order.lines), default=0) + 1
