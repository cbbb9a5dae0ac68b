"""Split: one order, several, or every one that waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timezone

from backsplit.domain.age import placed_before
from backsplit.domain.errors import Refused
from backsplit.domain.history import Happened
from backsplit.domain.outcomes import Refusal, SplitOutcome
from backsplit.domain.split import SplitPlan, plan_split
from backsplit.domain.values import Order, QueueKey
from backsplit.repository import Entry, Repository
from backsplit.services.asking import still_asked
from backsplit.services.sweeping import sweep

NAMED_IN_A_WARNING = 3


class SplitRefused(Refused):
    """Some of the orders that were named cannot be split, so none was."""

    def __init__(self, refused: Sequence[Refusal], *, others: bool, dry_run: bool) -> None:
        lines = [refusal.message for refusal in refused]
        super().__init__(refused[0].code, *lines, *(["none of the orders was split"] if others else []))
        self.outcome = SplitOutcome((), tuple(refused), dry_run=dry_run)


def split(
    repository: Repository,
    numbers: Sequence[str],
    *,
    partial: bool = False,
    drop_inserts: bool = False,
    dry_run: bool = False,
    shown: SplitOutcome | None = None,
) -> SplitOutcome:
    """Split the named orders, in that order: all of them or none.

    `shown` is what a dry run said before: if it is not what would be done now, nothing is.
    Raises OrderNotFound, SplitRefused.
    """
    with repository.change("split", dry_run=dry_run):
        orders = {order.id: order for order in map(repository.order, numbers)}
        outcome = _split_each(repository, list(orders), partial=partial, drop_inserts=drop_inserts, dry_run=dry_run)
        if outcome.refused:
            raise SplitRefused(outcome.refused, others=bool(outcome.splits), dry_run=dry_run)
        _check_unchanged(shown, outcome)
    return outcome


def split_all(
    repository: Repository,
    *,
    older_than: str | None = None,
    partial: bool = False,
    drop_inserts: bool = False,
    dry_run: bool = False,
    shown: SplitOutcome | None = None,
) -> SplitOutcome:
    """Try every Backorder order in queue order; those that cannot be split are in `refused`.

    Doing the same again at once changes nothing.
    """
    before = placed_before(older_than, datetime.now(timezone.utc)) if older_than else None
    with repository.change("split --all", dry_run=dry_run):
        ids = repository.orders.in_queue()
        outcome = _split_each(
            repository, ids, before=before, to_the_end=True, partial=partial, drop_inserts=drop_inserts, dry_run=dry_run
        )
        _check_unchanged(shown, outcome)
    return outcome


def _check_unchanged(shown: SplitOutcome | None, outcome: SplitOutcome) -> None:
    """Raises Refused where what was confirmed is no longer what would be done."""
    if shown is not None and shown.splits != outcome.splits:
        raise Refused("not-allowed", "the stock or the orders changed meanwhile, nothing was split: look again")


def _split_each(
    repository: Repository,
    ids: list[int],
    *,
    partial: bool,
    drop_inserts: bool,
    dry_run: bool,
    before: str | None = None,
    to_the_end: bool = False,
) -> SplitOutcome:
    """Split what can be split. What one takes, another that lacked only inserts may lack then: `to_the_end` tries
    those again, so that the same call a moment later finds nothing left to do."""
    plans: list[SplitPlan] = []
    refused: dict[int, Refusal] = {}
    ahead = _Ahead(repository)
    while ids:
        already = len(plans)
        for order_id in ids:
            (order,) = repository.orders.by_id([order_id])
            if before is not None and order.placed_at >= before:
                continue
            try:
                plan = _finished(repository, ahead, plan_split(order, partial=partial, drop_inserts=drop_inserts))
            except Refused as error:
                refused[order_id] = Refusal(order.number, error.code, str(error))
                continue
            with still_asked(repository, order.family) if plan.dropped else nullcontext():
                repository.moving.split(plan)
            repository.history.record(_events(plan))
            plans.append(plan)
            refused.pop(order_id, None)
        again = to_the_end and len(plans) > already
        ids = [order_id for order_id, no in refused.items() if again and no.code == "only-inserts-short"]
    # Lines that were dropped want nothing any more; those that moved stand behind older parts of their family.
    freed = {line.sku for plan in plans for line in (*plan.dropped, *plan.moves)}
    released = sweep(repository, freed).numbers if freed else ()
    return SplitOutcome(tuple(plans), tuple(refused.values()), released, dry_run)


class _Ahead:
    """Units of a SKU that the orders before a place in the queue want.

    Where the places come in queue order, each row of the queue is added up once, however many orders are split.
    """

    def __init__(self, repository: Repository) -> None:
        self._queue = repository.queue
        self._counted: dict[str, tuple[QueueKey, int]] = {}
        self._last: QueueKey | None = None

    def units(self, sku: str, place: QueueKey) -> int:
        if self._last is not None and place < self._last:
            self._counted.clear()
        self._last = place
        since, units = self._counted.get(sku, (None, 0))
        units += self._queue.wanted_before(sku, place, since)
        self._counted[sku] = (place, units)
        return units


def _finished(repository: Repository, ahead: _Ahead, plan: SplitPlan) -> SplitPlan:
    """The plan with what only the file knows: the part's number, and whom it leaves with too little."""
    number = repository.orders.free_part_number(plan.order) if plan.moves else None
    left = {line.sku: line.available for line in plan.stays}
    for line in plan.stays:
        left[line.sku] -= line.quantity
    warnings = tuple(
        _warning(repository, plan.order, sku, units)
        for sku, units in left.items()
        if units < ahead.units(sku, plan.order.queue_key)
    )
    return replace(plan, part_number=number, warnings=warnings)


def _warning(repository: Repository, order: Order, sku: str, left: int) -> str:
    """Names the orders before this one for which what is left of a SKU does not suffice."""
    older = repository.queue.before(sku, order.queue_key, NAMED_IN_A_WARNING + 1)
    orders = repository.orders.named(key.order_id for key in older[:NAMED_IN_A_WARNING])
    names = ", ".join(f"{number} (since {placed_at[:10]})" for number, placed_at in orders)
    more = " and others" if len(older) > NAMED_IN_A_WARNING else ""
    return f"{order.number} took {sku}: the {left} left do not suffice for orders before it in the queue: {names}{more}"


def _events(plan: SplitPlan) -> Iterator[Entry]:
    moved: dict[str, int] = {}
    for line in plan.moves:
        moved[line.sku] = moved.get(line.sku, 0) + line.quantity
    waits = f"the rest waits on {plan.part_number}" if plan.part_number else "whole, without the missing inserts"
    yield Entry(Happened.SPLIT, plan.order.number, quantity=sum(line.quantity for line in plan.stays), reason=waits)
    for line in plan.dropped:
        yield Entry(Happened.DROPPED, plan.order.number, line.sku, line.quantity, "missing insert left off")
    for sku, quantity in moved.items():
        yield Entry(Happened.SPLIT_OFF, plan.part_number, sku, quantity, f"from {plan.order.number}")
