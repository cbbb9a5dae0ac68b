"""Lines taken from orders and put on others. A line keeps its position in the family: two halves of it fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from backsplit.domain.values import Line, Order

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
