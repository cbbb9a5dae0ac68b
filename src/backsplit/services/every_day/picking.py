"""Rule 16: pick lists, and shipping what is on one."""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.errors import ListNotFound, Refused
from backsplit.domain.history import Happened
from backsplit.domain.outcomes.changing import Changed
from backsplit.domain.packing.picking import Left, Pick
from backsplit.domain.values import Order, Status
from backsplit.repository import Entry, Repository
from backsplit.services.putting_right.changing import check_unchanged, ship_orders


def show(repository: Repository, numbers: Sequence[str]) -> Pick:
    """What is to be picked for the named orders, else for all Processing orders that are on no list.

    Raises OrderNotFound, and Refused for an order that is not in Processing.
    """
    with repository.reading():
        return Pick(_wanted(repository, numbers))


def take(repository: Repository, numbers: Sequence[str], *, dry_run: bool = False) -> Pick:
    """Make a numbered list of the named orders, else of all that are on none. Raises OrderNotFound, Refused."""
    with repository.change("pick", dry_run=dry_run):
        orders = _wanted(repository, numbers)
        for order in orders:
            if order.pick is not None:
                raise Refused("not-allowed", f"{order.number} is on pick list {order.pick} already")
        if not orders:
            return Pick((), dry_run=dry_run)
        number = repository.picking.take(orders, repository.history.change_id)
        repository.history.record(Entry(Happened.PICKED, order.number, None, number) for order in orders)
        return Pick(tuple(repository.orders.by_id([order.id for order in orders])), number, dry_run=dry_run)


def ship_list(repository: Repository, number: int, *, dry_run: bool = False, shown: Changed | None = None) -> Changed:
    """Ship what is still on the list, and name what is not. `shown` is what a dry run said before.

    Raises ListNotFound, Refused.
    """
    with repository.change("ship", dry_run=dry_run):
        found = listed(repository, number)
        ship_orders(repository, found.orders)
        notes = tuple(
            f"{left.number} is not on the list any more ({left.status.value if left.status else 'merged back'})"
            for left in found.gone
        )
        orders = repository.orders.by_id([order.id for order in found.orders])
        outcome = Changed(tuple(orders), notes=notes, dry_run=dry_run)
        check_unchanged(shown, outcome)
        return outcome


def show_list(repository: Repository, number: int) -> Pick:
    """A list again: the orders that are still on it, and those that have left it. Raises ListNotFound."""
    with repository.reading():
        return listed(repository, number)


def listed(repository: Repository, number: int) -> Pick:
    """The same within a view or a change that has been begun."""
    taken = repository.picking.taken(number)
    if taken is None:
        last = repository.picking.last()
        advice = f"the last one is {last}" if last else "`backsplit pick --take` makes one"
        raise ListNotFound(f"there is no pick list {number}: {advice}")
    orders = tuple(repository.orders.by_id(repository.picking.on_list(number)))
    there = {order.number for order in orders}
    gone = [(one, repository.orders.get(one)) for one in taken if one not in there]
    return Pick(orders, number, tuple(Left(one, order.status if order else None) for one, order in gone))


def _wanted(repository: Repository, numbers: Sequence[str]) -> tuple[Order, ...]:
    if not numbers:
        return tuple(repository.orders.by_id(repository.picking.unpicked()))
    orders = {order.id: order for order in map(repository.order, numbers)}
    for order in orders.values():
        if order.status is not Status.PROCESSING:
            raise Refused("not-allowed", f"{order.number} is {order.status.value}: only Processing orders are picked")
    return tuple(orders.values())
