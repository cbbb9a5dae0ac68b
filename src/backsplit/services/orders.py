"""Rules 1, 12 and 14: add, amend, and mark an order to ship complete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from backsplit.domain.amend import Amendment, Edits, IfShort, check_units, check_wishes, plan_amendment
from backsplit.domain.history import EventKind
from backsplit.domain.limits import MOST_LINES, check_new_number, check_words
from backsplit.domain.orders import DEFAULT_PRIORITY, Line, Order, Status
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.report import fill_rates
from backsplit.domain.times import moment
from backsplit.domain.undo import snapshots
from backsplit.errors import Refused, UnknownSku, WrongUsage
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import sweep
from backsplit.services.skus import make_known
from backsplit.services.status import Changed

if TYPE_CHECKING:
    from backsplit.domain.undo import BeforeAdd

TYPED_IN = "P"  # the letter before the numbers of orders that were typed in without one


def add(
    repository: Repository,
    number: str | None,
    wanted: Sequence[tuple[str, int]],
    *,
    customer: str = "",
    note: str = "",
    priority: int = DEFAULT_PRIORITY,
    placed_at: str | None = None,
    ship_complete: bool = False,
    create: bool = False,
    dry_run: bool = False,
) -> Changed:
    """One order comes in, with units per SKU, a line each. Without a number it gets the next of P1, P2, …

    `placed_at` is ISO 8601 in UTC, now unless said. Raises WrongUsage, BadQuantity, UnknownSku (unless `create`), and
    Refused where the number is known already.
    """
    _check(number, wanted, customer, note)
    with repository.change("add", dry_run=dry_run):
        if number is not None and (known := repository.orders.typed(number)):
            raise Refused("not-allowed", f"{known.number} is known already: `backsplit amend` changes its lines")
        make_known(repository, dict(wanted), create=create)
        order = Order(
            number=number or repository.orders.free_number(TYPED_IN),
            status=Status.BACKORDER,
            placed_at=placed_at or moment(datetime.now(timezone.utc)),
            lines=tuple(Line(sku, units, position=at) for at, (sku, units) in enumerate(wanted, 1)),
            priority=priority,
            customer=customer,
            note=note,
            ship_complete=ship_complete or repository.orders.is_complete_customer(customer),
        )
        order_id = repository.transitions.bring(order)
        (waiting,) = repository.orders.by_id([order_id])
        happened = EventKind.BACKORDERED
        if not any(waiting.short):
            happened = EventKind.IMPORTED
            repository.transitions.move([order_id], Status.BACKORDER, Status.PROCESSING)
        counted = fill_rates(waiting)
        repository.fill_rates.add(order.placed_at, counted)
        again = _words(order) + ["--ship-complete"] * ship_complete
        before: BeforeAdd = {"again": again, "came": counted}
        repository.history.keep_before(before)
        repository.history.record([Entry(happened, order.number, quantity=order.units, reason="typed in")])
        return Changed(tuple(promises.dated(repository, repository.orders.by_id([order_id]))), dry_run=dry_run)


def _check(number: str | None, wanted: Sequence[tuple[str, int]], customer: str, note: str) -> None:
    if number is not None:
        check_new_number(number)
    if not wanted:
        raise WrongUsage("say what is ordered: SKU=N, such as TEAPOT-CAST=2")
    if len(wanted) > MOST_LINES:
        raise WrongUsage(f"an order of {len(wanted):,} lines cannot be taken in: at most {MOST_LINES:,}")
    for sku, units in wanted:
        check_units(sku, units)
    check_words("--customer", customer)
    check_words("--note", note)


def _words(order: Order) -> list[str]:
    facts = [("--customer", order.customer), ("--note", order.note), ("--placed-at", order.placed_at)]
    priority = ["--priority", str(order.priority)] if order.priority != DEFAULT_PRIORITY else []
    goods = [f"{line.sku}={line.quantity}" for line in order.lines]
    return ["add", order.number, *goods, *(word for fact in facts if fact[1] for word in fact), *priority]


def amend(
    repository: Repository,
    number: str,
    wishes: Edits,
    otherwise: IfShort = IfShort.REFUSE,
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
            repository.queue.recipes({*wishes.skus, *order.wanted}),
        )
        effects = _apply(repository, plan, reason, again) if plan.differences else NO_EFFECTS
        now = tuple(promises.dated(repository, (repository.order(order.number) for order in plan.after)))
        notes = tuple(map(str, plan.differences))
        return Changed(now, effects, notes=notes, dry_run=dry_run)


def _apply(repository: Repository, plan: Amendment, reason: str, again: Sequence[str]) -> Effects:
    """The orders that could be released, the amended one among them perhaps."""
    with repository.keep_shop_state(plan.order.family):
        repository.transitions.reshape(plan.before, plan.after)
    repository.history.keep_before({"orders": snapshots(plan.before), "again": again})
    repository.history.record(_events(plan, reason))
    return sweep(repository, {line.sku for order in (*plan.before, *plan.after) for line in order.lines})


def _events(plan: Amendment, reason: str) -> Iterator[Entry]:
    because = f" ({reason})" if reason else ""
    number = plan.order.number
    for difference in plan.differences:
        yield Entry(EventKind.AMENDED, number, difference.instead, difference.sends, f"{difference}{because}")
    if plan.amended.status is Status.BACKORDER and plan.order.status is Status.PROCESSING:
        yield Entry(EventKind.RETURNED, number, reason="it would need more than is available")
    if plan.part is not None:
        for sku, units in plan.moved.items():
            yield Entry(EventKind.SPLIT_OFF, plan.part.number, sku, units, f"from {number}")


def mark_orders(repository: Repository, numbers: Sequence[str], *, on: bool, dry_run: bool = False) -> Changed:
    """Mark orders with all parts of their families that are open, or take the mark off. Raises OrderNotFound."""
    with repository.change("ship-complete", dry_run=dry_run):
        named = repository.orders_named(numbers)
        families = {order.family for order in named}
        members = [order for family in families for order in repository.orders.members(family) if order.is_open]
        changed = [order for order in members if order.ship_complete is not on]
        mark_ship_complete(repository, changed, on=on)
        if changed:
            _keep(repository, [order.number for order in changed], on=on)
        now = promises.dated(repository, repository.orders.by_id([order.id for order in named]))
        return Changed(tuple(now), dry_run=dry_run)


def mark_customer(repository: Repository, customer: str, *, on: bool, dry_run: bool = False) -> Changed:
    """Mark all open orders of a customer and those to come, or take the mark off. Raises WrongUsage."""
    if not customer.strip():
        raise WrongUsage("--customer is blank: name the customer as `backsplit list` shows it")
    with repository.change("ship-complete", dry_run=dry_run):
        new = mark_orders_to_come(repository, customer, on=on)
        orders = repository.orders.open_of_customer(customer)
        changed = [order for order in orders if order.ship_complete is not on]
        mark_ship_complete(repository, changed, on=on)
        if new or changed:
            _keep(repository, ["--customer", customer], on=on, customer=customer if new else "")
        notes = (
            () if orders else (f"{customer} has no open orders; orders to come {'are' if on else 'are not'} marked",)
        )
        now = promises.dated(repository, repository.orders.by_id([order.id for order in changed]))
        return Changed(tuple(now), notes=notes, dry_run=dry_run)


def mark_orders_to_come(repository: Repository, customer: str, *, on: bool) -> bool:
    """Let a customer's orders to come ship complete, or no longer, within a change that has been begun.

    False where nothing changes.
    """
    changed = repository.orders.set_complete_customer(customer, on=on)
    if changed:
        how = "ship complete" if on else "no longer ship complete"
        repository.history.record([Entry(EventKind.CUSTOMER, reason=f"{customer}: orders {how}")])
    return changed


def mark_ship_complete(repository: Repository, orders: Sequence[Order], *, on: bool) -> None:
    """Mark orders to ship complete, or take the mark off, within a change that has been begun."""
    repository.orders.set_ship_complete([order.id for order in orders], on=on)
    how = "ships complete" if on else "may be split again"
    repository.history.record(Entry(EventKind.COMPLETE, order.number, reason=how) for order in orders)


def _keep(repository: Repository, words: Sequence[str], *, on: bool, customer: str = "") -> None:
    """For the undo. `customer`: whether their orders to come are marked has changed, too."""
    again = ["ship-complete", *words, *["--off"] * (not on)]
    repository.history.keep_before({"on": on, "customer": customer, "again": again})
