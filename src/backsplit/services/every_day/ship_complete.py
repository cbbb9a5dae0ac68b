"""Rule 14: orders, and customers, whose orders go out whole."""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.errors import WrongUsage
from backsplit.domain.history import Happened
from backsplit.domain.outcomes.changing import Changed
from backsplit.domain.values import Order
from backsplit.repository import Entry, Repository
from backsplit.services.every_day import promising


def mark_orders(repository: Repository, numbers: Sequence[str], *, on: bool, dry_run: bool = False) -> Changed:
    """Mark orders with all parts of their families that are open, or take the mark off. Raises OrderNotFound."""
    with repository.change("ship-complete", dry_run=dry_run):
        named = {order.id: order for order in map(repository.order, numbers)}
        families = {order.family for order in named.values()}
        members = [order for family in families for order in repository.orders.members(family) if order.is_open]
        changed = [order for order in members if order.ship_complete is not on]
        _mark(repository, changed, on=on)
        if changed:
            _keep(repository, [order.number for order in changed], on=on)
        return Changed(tuple(promising.dated(repository, repository.orders.by_id(named))), dry_run=dry_run)


def mark_customer(repository: Repository, customer: str, *, on: bool, dry_run: bool = False) -> Changed:
    """Mark all open orders of a customer and those to come, or take the mark off. Raises WrongUsage."""
    if not customer.strip():
        raise WrongUsage("--customer is blank: name the customer as `backsplit list` shows it")
    with repository.change("ship-complete", dry_run=dry_run):
        new = repository.orders.set_complete_customer(customer, on=on)
        if new:
            how = "ship complete" if on else "no longer ship complete"
            repository.history.record([Entry(Happened.CUSTOMER, reason=f"{customer}: orders {how}")])
        orders = repository.orders.open_of_customer(customer)
        changed = [order for order in orders if order.ship_complete is not on]
        _mark(repository, changed, on=on)
        if new or changed:
            _keep(repository, ["--customer", customer], on=on, customer=customer if new else "")
        notes = (
            () if orders else (f"{customer} has no open orders; orders to come {'are' if on else 'are not'} marked",)
        )
        now = promising.dated(repository, repository.orders.by_id([order.id for order in changed]))
        return Changed(tuple(now), notes=notes, dry_run=dry_run)


def _mark(repository: Repository, orders: Sequence[Order], *, on: bool) -> None:
    repository.orders.set_ship_complete([order.id for order in orders], on=on)
    how = "ships complete" if on else "may be split again"
    repository.history.record(Entry(Happened.COMPLETE, order.number, reason=how) for order in orders)


def _keep(repository: Repository, words: Sequence[str], *, on: bool, customer: str = "") -> None:
    """For the undo. `customer`: whether their orders to come are marked has changed, too."""
    again = ["ship-complete", *words, *["--off"] * (not on)]
    repository.history.keep_before(on=on, customer=customer, again=again)
