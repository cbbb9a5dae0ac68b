"""Rules 7 and 8: what each status allows, who gives stock back, and how a part returns."""

from __future__ import annotations

from collections.abc import Iterable

from backsplit.domain.errors import Code, Refused
from backsplit.domain.lines import join
from backsplit.domain.values import Line, Order, QueueKey, Status

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
}


def check_allowed(command: str, order: Order) -> None:
    """Raise Refused (`shipped` or `not-allowed`) where `order` is in no status that `command` can take."""
    if order.status in ALLOWED_FROM[command]:
        return
    code: Code = "shipped" if order.status is Status.SHIPPED else "not-allowed"
    takes = " or ".join(status.value for status in ALLOWED_FROM[command])
    advice = NEXT_STEP.get((command, order.status), f"{command} takes an order in {takes}")
    raise Refused(code, f"{order.number} is {order.status.value}: {advice}")


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
