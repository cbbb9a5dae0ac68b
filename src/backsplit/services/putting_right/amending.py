"""Rule 12: change the lines of an open order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.amend import Amendment, Otherwise, Wishes, check_wishes, plan_amendment
from backsplit.domain.errors import UnknownSku
from backsplit.domain.history import Happened
from backsplit.domain.outcomes.changing import Changed
from backsplit.domain.typed import check_words
from backsplit.domain.undo import kept
from backsplit.domain.values import Status
from backsplit.repository import Entry, Repository
from backsplit.services.asking import still_asked
from backsplit.services.every_day import promising
from backsplit.services.sweeping import Sweep, sweep

NOBODY = Sweep((), {})


def amend(
    repository: Repository,
    number: str,
    wishes: Wishes,
    otherwise: Otherwise = Otherwise.REFUSE,
    *,
    reason: str = "",
    dry_run: bool = False,
) -> Changed:
    """Change an order's lines, then sweep the SKUs that it had and has. Raises OrderNotFound, UnknownSku, WrongUsage,
    BadQuantity, Refused."""
    check_words("--reason", reason)
    check_wishes(wishes)
    with repository.change("amend", reason, dry_run=dry_run):
        order = repository.order(number)
        for sku in wishes.skus:
            if repository.stock.get(sku) is None:
                raise UnknownSku(sku)
        family = repository.orders.members(order.family)
        again = ["amend", order.number, *wishes.words, *otherwise.words, *(["--reason", reason] if reason else [])]
        plan = plan_amendment(
            family,
            order,
            wishes,
            repository.queue.free({*wishes.skus, *order.wanted}, order.queue_key, repository.policy),
            otherwise,
            lambda: repository.orders.free_part_number(order),
        )
        swept = _apply(repository, plan, reason, again) if plan.differences else NOBODY
        now = tuple(promising.dated(repository, (repository.order(one.number) for one in plan.after)))
        notes = tuple(map(str, plan.differences))
        return Changed(now, swept.numbers, notes=notes, dry_run=dry_run, mergeable=swept.mergeable)


def _apply(repository: Repository, plan: Amendment, reason: str, again: Sequence[str]) -> Sweep:
    """The orders that could be released, the amended one among them perhaps."""
    with still_asked(repository, plan.order.family):
        repository.moving.reshape(plan.before, plan.after)
    repository.history.keep_before(orders=kept(plan.before), again=again)
    repository.history.record(_events(plan, reason))
    return sweep(repository, {line.sku for one in (*plan.before, *plan.after) for line in one.lines})


def _events(plan: Amendment, reason: str) -> Iterator[Entry]:
    because = f" ({reason})" if reason else ""
    number = plan.order.number
    for one in plan.differences:
        yield Entry(Happened.AMENDED, number, one.instead, one.sends, f"{one}{because}")
    if plan.amended.status is Status.BACKORDER and plan.order.status is Status.PROCESSING:
        yield Entry(Happened.RETURNED, number, reason="it would need more than is available")
    if plan.part is not None:
        for sku, units in plan.moved.items():
            yield Entry(Happened.SPLIT_OFF, plan.part.number, sku, units, f"from {number}")
