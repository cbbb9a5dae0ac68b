"""Rules 7 and 8: ship, hold, resume, cancel, merge, prioritize."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from backsplit.domain.history import EventKind
from backsplit.domain.limits import check_words
from backsplit.domain.orders import CLOSED, Order, Status, Tracking, check_allowed, mergeable, merged_lines
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.times import placed_before
from backsplit.domain.undo import snapshots
from backsplit.errors import Refused
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import sweep
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.history import Done
    from backsplit.domain.orders import Stock
    from backsplit.domain.parcels import SinceTaken


class Changed(NamedTuple):
    """`orders` as they are now; what it did to others; notes to the user.

    `stock` are the figures of the SKU that was corrected, if one was; `changed_since` the orders on a pick list that
    were left because they are not what was picked.
    """

    orders: tuple[Order, ...]
    effects: Effects = NO_EFFECTS
    notes: tuple[str, ...] = ()
    stock: Stock | None = None
    dry_run: bool = False
    changed_since: tuple[SinceTaken, ...] = ()


class Undone(NamedTuple):
    """What it did, and the change that was taken back. `stays`: the last change, where that cannot be undone."""

    done: Changed
    change: Done
    stays: Done | None = None


MOVES = {
    "hold": (Status.ON_HOLD, EventKind.HELD),
    "cancel": (Status.CANCELLED, EventKind.CANCELLED),
    "resume": (Status.BACKORDER, EventKind.RESUMED),
}


def ship(
    repository: Repository,
    numbers: Sequence[str],
    *,
    tracking: Sequence[Tracking] = (),
    dry_run: bool = False,
    shown: Changed | None = None,
) -> Changed:
    """Processing orders leave the building, all of them or none, with these labels.

    `shown` is what a dry run said before. Raises OrderNotFound, Refused.
    """
    with repository.change("ship", dry_run=dry_run):
        orders = _allowed(repository, "ship", numbers)
        ship_orders(repository, orders, dict.fromkeys((order.id for order in orders), tracking))
        outcome = Changed(_now(repository, orders), dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


def ship_orders(
    repository: Repository, orders: Sequence[Order], tracking: Mapping[int, Sequence[Tracking]] | None = None
) -> None:
    """Processing orders leave the building, within a change that has been begun; `tracking` by the order's id."""
    repository.transitions.ship([order.id for order in orders])
    labels = {order_id: labels for order_id, labels in (tracking or {}).items() if labels}
    if labels:
        repository.shop_updates.track(labels)
    for order in orders:
        label = ", ".join(map(str, labels.get(order.id, ()))) or None
        repository.history.record(
            Entry(EventKind.SHIPPED, order.number, sku, -units, label) for sku, units in order.demand.items()
        )


def move(
    repository: Repository,
    command: str,
    numbers: Sequence[str],
    *,
    reason: str = "",
    until: str | None = None,
    dry_run: bool = False,
    shown: Changed | None = None,
) -> Changed:
    """`hold`, `cancel` or `resume` orders, all of them or none, then sweep their SKUs.

    `until` is the last day of a hold (rule 19); an order that is on hold already gets that day. `shown` is what a dry
    run said before. Raises OrderNotFound, Refused.
    """
    check_words("--reason", reason)
    with repository.change(command, reason, dry_run=dry_run):
        orders = repository.orders_named(numbers)
        for order in orders:
            if until is None or order.status is not Status.ON_HOLD:
                _check_allowed(repository, command, order)
        again = [command, *(order.number for order in orders)]
        outcome = _moved(repository, command, orders, Dated(reason, until), again, dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


def move_all(
    repository: Repository,
    command: str,
    *,
    older_than: str,
    no_day: bool = False,
    reason: str = "",
    until: str | None = None,
    dry_run: bool = False,
    shown: Changed | None = None,
) -> Changed:
    """`hold` or `cancel` the Backorder orders that were placed longer ago than `older_than`, each by itself (rule 7).

    `no_day`: only those without a promised day. Raises WrongUsage for what is no age, Refused where a dry run `shown`
    before was another one.
    """
    check_words("--reason", reason)
    before = placed_before(older_than, datetime.now(timezone.utc))
    with repository.change(f"{command} --all", reason, dry_run=dry_run):
        orders = [repository.orders.without_kept(order_id) for order_id in repository.orders.in_queue(before)]
        if no_day:
            days = promises.days(repository)
            orders = [order for order in orders if order.number not in days]
        again = [command, "--all", "--older-than", older_than, *["--no-day"] * no_day]
        outcome = _moved(repository, command, orders, Dated(reason, until), again, dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


class Dated(NamedTuple):
    """Why an order is held or cancelled, and until which day it is held."""

    reason: str
    until: str | None = None

    @property
    def words(self) -> list[str]:
        """The options that say it."""
        until, reason = self.until, self.reason
        return [*(["--until", until] if until else []), *(["--reason", reason] if reason else [])]

    def told(self, reason: str = "") -> str | None:
        """The reason of each event; None where that of the command says it. `reason`: where none was typed."""
        return ", ".join(filter(None, [f"until {self.until}", self.reason or reason])) if self.until else None


def _moved(
    repository: Repository, command: str, orders: Sequence[Order], why: Dated, again: list[str], *, dry_run: bool
) -> Changed:
    """Take orders to the status of `command`, within a change that has been begun, and sweep their SKUs."""
    status, event = MOVES[command]
    moving = [order for order in orders if order.status is not status or order.until != why.until]
    move_orders(repository, [order for order in moving if order.status is not status], status, event, why.told())
    repository.history.record(
        Entry(event, order.number, reason=why.told(repository.history.held_because(order)))
        for order in moving
        if order.status is status
    )
    if why.until:
        repository.calendar.set_until({order.number: why.until for order in moving})
    if command == "cancel":
        repository.notices.add_cancelled(order.id for order in moving)
    on_hold = {order.number: order.until for order in moving if order.status is Status.ON_HOLD}
    if moving and (on_hold or why.until or "--all" in again):
        repository.history.keep_before({"on_hold": on_hold, "again": [*again, *why.words]})
    effects = sweep(repository, _skus(moving))
    notes = tuple(_left_open(repository, orders)) if command != "resume" else ()
    return Changed(_now(repository, orders), effects, notes=notes, dry_run=dry_run)


def move_orders(
    repository: Repository, orders: Sequence[Order], status: Status, event: EventKind, reason: str | None = None
) -> None:
    """Take open orders to another status, within a change that has been begun and that sweeps afterwards."""
    for order in orders:
        repository.transitions.move([order.id], order.status, status)
    repository.history.record(Entry(event, order.number, reason=reason) for order in orders)


def prioritize(repository: Repository, numbers: Sequence[str], priority: int, *, dry_run: bool = False) -> Changed:
    """Give orders another place in the queue (1 first, 10,000 last), then sweep their SKUs."""
    with repository.change("prioritize", dry_run=dry_run):
        orders = [order for order in _allowed(repository, "prioritize", numbers) if order.priority != priority]
        give_priority(repository, orders, priority)
        if orders:
            again = ["prioritize", *(order.number for order in orders), "--priority", str(priority)]
            repository.history.keep_before({"priorities": {o.number: o.priority for o in orders}, "again": again})
        effects = sweep(repository, _skus(orders))
        now = repository.orders_named(numbers)
        return Changed(_now(repository, now), effects, notes=tuple(_left_open(repository, now)), dry_run=dry_run)


def give_priority(repository: Repository, orders: Sequence[Order], priority: int) -> None:
    """Orders get this priority, within a change that has been begun and that sweeps afterwards."""
    repository.transitions.prioritize(orders, priority)
    repository.history.record(
        Entry(EventKind.PRIORITIZED, order.number, reason=f"priority {order.priority} → {priority}") for order in orders
    )


def merge(repository: Repository, number: str, *, dry_run: bool = False, shown: Changed | None = None) -> Changed:
    """Undo a split: the part `number` returns to its original, which stands in the queue again.

    Where either was On Hold, the whole order is. `shown` is what a dry run said before. Raises OrderNotFound, Refused.
    """
    with repository.change("merge", dry_run=dry_run):
        part = repository.order(number)
        original = mergeable(part, repository.order(part.split_from) if part.split_from else None)
        lines = merged_lines(original, part)
        held = [half for half in (original, part) if half.status is Status.ON_HOLD]
        hold = _joint_hold(repository, held)
        status = Status.ON_HOLD if held else Status.BACKORDER
        whole = original._replace(status=status, lines=lines, until=hold.until)
        repository.transitions.reshape([original, part], [whole])
        repository.history.keep_before({"orders": snapshots([original, part]), "parts": part.split_into})
        repository.history.record(
            [
                Entry(EventKind.MERGED, part.number, quantity=part.units, reason=f"back into {original.number}"),
                Entry(
                    EventKind.WHOLE, original.number, quantity=original.units + part.units, reason=f"with {part.number}"
                ),
            ]
        )
        if held:
            repository.history.record([Entry(EventKind.HELD, original.number, reason=hold.told() or hold.reason)])
        effects = sweep(repository, {line.sku for line in lines})
        notes = tuple(f"{half.number} was On Hold, and so is the whole order: {resume(original)}" for half in held)
        outcome = Changed(_now(repository, [original]), effects, notes=notes, dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


def _joint_hold(repository: Repository, held: Sequence[Order]) -> Dated:
    """The hold of a half is that of the whole order; of two the later day counts, and no day is later than any."""
    why = dict.fromkeys(repository.history.held_because(half) for half in held)
    days = [half.until for half in held if half.until]
    return Dated(", ".join(filter(None, why)), max(days) if days and len(days) == len(held) else None)


def resume(order: Order) -> str:
    """The line to type."""
    return f"backsplit resume {shlex.quote(order.number)}"


def check_unchanged(shown: Changed | None, outcome: Changed) -> None:
    """Raises Refused where a command that was confirmed would now do something else than it showed."""
    if shown is not None and (shown.orders, shown.effects) != (outcome.orders, outcome.effects):
        raise Refused("not-allowed", "the stock or the orders changed meanwhile, nothing was done: look again")


def _left_open(repository: Repository, changed: Sequence[Order]) -> Iterator[str]:
    """The other halves of split orders, which go on by themselves."""
    named = {order.number for order in changed}
    for family in {order.family: order for order in changed}.values():
        for number, status in repository.orders.family(family):
            if status not in CLOSED and number not in named:
                yield f"{number} ({status.value}) belongs to the same order and is left as it is"


def _allowed(repository: Repository, command: str, numbers: Sequence[str]) -> list[Order]:
    orders = repository.orders_named(numbers)
    for order in orders:
        _check_allowed(repository, command, order)
    return orders


def _check_allowed(repository: Repository, command: str, order: Order) -> None:
    check_allowed(command, order, repository.orders.family(order) if order.status in CLOSED else ())


def _now(repository: Repository, orders: Sequence[Order]) -> tuple[Order, ...]:
    return tuple(promises.dated(repository, repository.orders.by_id([order.id for order in orders])))


def _skus(orders: Sequence[Order]) -> set[str]:
    return {line.sku for order in orders for line in order.lines}
