"""Rules 3 and 14: split one order, several, or every one that waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Order, Status
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.split import (
    Limits,
    NoWholeLine,
    SplitPlan,
    check_worthwhile,
    part_of,
    plan_by_hand,
    plan_split,
)
from backsplit.domain.times import placed_before
from backsplit.errors import Refused
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import sweep
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.undo import BeforeSplit
    from backsplit.errors import Code
    from backsplit.repository.queue import QueueReader


class Refusal(NamedTuple):
    """An order that could not be split, with the code and the sentence of the reason.

    `for_partial`: --partial would send some of it.
    """

    order: str
    code: Code
    message: str
    for_partial: bool = False


class SplitOutcome(NamedTuple):
    splits: tuple[SplitPlan, ...]
    refused: tuple[Refusal, ...] = ()
    effects: Effects = NO_EFFECTS
    dry_run: bool = False


NAMED_IN_A_WARNING = 3
NO_LIMITS = Limits()


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
        ids = [order.id for order in repository.orders_named(numbers)]
        outcome = _split_each(repository, ids, partial=partial, drop_inserts=drop_inserts, dry_run=dry_run)
        if outcome.refused:
            raise SplitRefused(outcome.refused, others=bool(outcome.splits), dry_run=dry_run)
        _check_unchanged(shown, outcome)
        if dry_run:
            outcome = outcome._replace(splits=tuple(_with_asides(repository, plan) for plan in outcome.splits))
    return outcome


def split_all(
    repository: Repository,
    *,
    older_than: str | None = None,
    partial: bool = False,
    drop_inserts: bool = False,
    limits: Limits = NO_LIMITS,
    unless_due: str | None = None,
    dry_run: bool = False,
    shown: SplitOutcome | None = None,
) -> SplitOutcome:
    """Try every Backorder order in queue order; those that cannot be split are in `refused`.

    `unless_due`, such as `3d`: an order whose promised day is within that time stays whole. Doing the same again at
    once changes nothing. Raises WrongUsage for what is no age.
    """
    before = placed_before(older_than, datetime.now(timezone.utc)) if older_than else None
    if unless_due is not None:
        limits = limits._replace(due_by=promises.day_within(unless_due))
    with repository.own_ids(), repository.change("split --all", dry_run=dry_run):
        ids = repository.orders.in_queue()
        outcome = _split_each(
            repository,
            ids,
            before=before,
            to_the_end=True,
            partial=partial,
            drop_inserts=drop_inserts,
            limits=limits,
            dry_run=dry_run,
        )
        _check_unchanged(shown, outcome)
    return outcome


def _check_unchanged(shown: SplitOutcome | None, outcome: SplitOutcome) -> None:
    """Raises Refused where what was confirmed is no longer what would be done."""
    if shown is not None and [plan._replace(asides=()) for plan in shown.splits] != list(outcome.splits):
        raise Refused("not-allowed", "the stock or the orders changed meanwhile, nothing was split: look again")


def _split_each(
    repository: Repository,
    ids: list[int],
    *,
    partial: bool,
    drop_inserts: bool,
    dry_run: bool,
    limits: Limits = NO_LIMITS,
    before: str | None = None,
    to_the_end: bool = False,
) -> SplitOutcome:
    """Split what can be split. What one takes, another that lacked only inserts may lack then: `to_the_end` tries
    those again, so that the same call a moment later finds nothing left to do."""
    plans: list[SplitPlan] = []
    events: list[Entry] = []
    refused: dict[int, Refusal] = {}
    turn = repository.queue_reader(many=to_the_end)
    promised = promises.days(repository) if limits.due_by else {}
    while ids:
        already = len(plans)
        for order_id in ids:
            order = turn.order(order_id)
            if before is not None and order.placed_at >= before:
                continue
            try:
                plan = plan_split(order, partial=partial, drop_inserts=drop_inserts)
                if limits is not NO_LIMITS:
                    check_worthwhile(plan, repository.orders.parcels(order), limits, promised.get(order.number))
                plan = _finished(repository, turn, plan)
            except Refused as error:
                refused[order_id] = Refusal(order.number, error.code, str(error), isinstance(error, NoWholeLine))
                continue
            with repository.keep_shop_state(order.family) if plan.dropped else nullcontext():
                repository.transitions.split(plan)
            events += _events(plan)
            plans.append(plan)
            refused.pop(order_id, None)
        again = to_the_end and len(plans) > already
        ids = [order_id for order_id, no in refused.items() if again and no.code == "only-inserts-short"]
    repository.history.record(events)
    if plans and (partial or drop_inserts):
        which = ["--all"] if to_the_end else [plan.order.number for plan in plans]
        options = [*["--partial"] * partial, *["--drop-inserts"] * drop_inserts]
        dropped = {plan.order.number: [(it.position, it.sku, it.quantity) for it in plan.dropped] for plan in plans}
        saved: BeforeSplit = {
            "again": ["split", *which, *options],
            "dropped": {number: lines for number, lines in dropped.items() if lines},
        }
        repository.history.keep_before(saved)
    # Lines that were dropped want nothing any more; those that moved stand behind older parts of their family.
    freed = {line.sku for plan in plans for line in (*plan.dropped, *plan.moves)}
    effects = sweep(repository, freed)
    plans = _dated(repository, plans)
    return SplitOutcome(tuple(plans), tuple(refused.values()), effects, dry_run)


def _dated(repository: Repository, plans: list[SplitPlan]) -> list[SplitPlan]:
    """The plans with the promised days of their parts (rule 15)."""
    days = promises.days(repository) if any(plan.part_number for plan in plans) else {}
    return [plan._replace(promised=days.get(plan.part_number or "")) for plan in plans] if days else plans


def _with_asides(repository: Repository, plan: SplitPlan) -> SplitPlan:
    """The plan with a word on other orders of the customer that are to go out whole."""
    complete = repository.orders.customers_complete(plan.order.customer)
    if not complete:
        return plan
    named = ", ".join(complete[:NAMED_IN_A_WARNING])
    return plan._replace(asides=(f"other orders of {plan.order.customer} ship complete: {named}",))


def split_by_hand(
    repository: Repository,
    number: str,
    now: Mapping[str, int],
    *,
    hold_rest: bool = False,
    dry_run: bool = False,
    shown: SplitOutcome | None = None,
) -> SplitOutcome:
    """Send exactly these units of an order, by SKU; the rest goes on a part, which is swept or put on hold (rule 14).

    Raises OrderNotFound, BadQuantity, NotOnOrder, Refused.
    """
    with repository.change("split", dry_run=dry_run):
        order = repository.order(number)
        plan = _finished(repository, repository.queue_reader(), plan_by_hand(order, now, hold_rest=hold_rest))
        part = part_of(order, plan.moves, plan.part_status, plan.part_number or "")
        repository.transitions.reshape([order], [order._replace(status=Status.PROCESSING, lines=plan.stays), part])
        units = [word for sku, n in now.items() for word in ("--now", f"{sku}={n}")]
        saved: BeforeSplit = {
            "again": ["split", order.number, *units, *["--hold-rest"] * hold_rest],
            "processing": order.status is Status.PROCESSING,
        }
        repository.history.keep_before(saved)
        repository.history.record(_events(plan))
        effects = sweep(repository, {line.sku for line in plan.moves})
        (plan,) = _dated(repository, [plan])
        outcome = SplitOutcome((plan,), (), effects, dry_run)
        _check_unchanged(shown, outcome)
    return outcome


def _finished(repository: Repository, turn: QueueReader, plan: SplitPlan) -> SplitPlan:
    """The plan with what only the file knows: the part's number, and whom it leaves with too little."""
    number = repository.orders.free_part_number(plan.order) if plan.moves else None
    return plan._replace(part_number=number, warnings=_warnings(repository, turn, plan))


def _warnings(repository: Repository, turn: QueueReader, plan: SplitPlan) -> tuple[str, ...]:
    """Whom the split leaves with too little of what it takes: orders before it in the queue (rule 3)."""
    if plan.order.status is Status.PROCESSING:
        return ()
    available = plan.order.available
    left = {sku: available[sku] - units for sku, units in plan.taken.items()}
    return tuple(
        _warning(repository, plan.order, sku, units)
        for sku, units in left.items()
        if turn.want_more(sku, units, plan.order.queue_key)
    )


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
    rest = "is on hold" if plan.part_status is Status.ON_HOLD else "waits"
    waits = f"the rest {rest} on {plan.part_number}" if plan.part_number else "whole, without the missing inserts"
    yield Entry(EventKind.SPLIT, plan.order.number, quantity=sum(line.quantity for line in plan.stays), reason=waits)
    for line in plan.dropped:
        yield Entry(EventKind.DROPPED, plan.order.number, line.sku, line.quantity, "missing insert left off")
    for sku, quantity in moved.items():
        reason = f"from {plan.order.number}"
        if plan.part_status is Status.BACKORDER:
            yield Entry(EventKind.SPLIT_OFF, plan.part_number, sku, quantity, reason)
        else:
            yield Entry(EventKind.PARTED, plan.part_number, sku, quantity, f"{plan.part_status.value}, {reason}")
