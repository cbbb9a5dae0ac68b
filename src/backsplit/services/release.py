"""Rule 4: after anything that frees or adds stock, release what it now covers. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Order, QueueKey, Status, give_back
from backsplit.domain.queue import Claim, last_served, release
from backsplit.repository import Entry, Repository


class Sweep(NamedTuple):
    """Who was released, in queue order, and per SKU the place of the last that was served with it.

    `mergeable` are parts that are now in Processing together with the order they were split from: one parcel would do.
    """

    released: tuple[Order, ...]
    last: dict[str, QueueKey]
    mergeable: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(order.number for order in self.released)


def sweep(repository: Repository, skus: Iterable[str]) -> Sweep:
    """Release the Backorder orders with one of these SKUs that available stock covers."""
    policy, touched = repository.policy, there(repository, skus)
    if not touched:
        return Sweep((), {})
    claims = list(release(repository.queue.claims(touched, policy), policy, touched))
    return moved(repository, claims)


def there(repository: Repository, skus: Iterable[str]) -> dict[str, int]:
    """Available units of those of the SKUs of which there are any."""
    return {sku: units for sku, units in repository.queue.available(set(skus)).items() if units > 0}


def moved(repository: Repository, claims: Sequence[Claim[QueueKey, str]]) -> Sweep:
    """Move orders that available stock covers from Backorder to Processing."""
    ids = [claim.order.order_id for claim in claims]
    repository.transitions.move(ids, Status.BACKORDER, Status.PROCESSING)
    orders = tuple(repository.orders.by_id(ids))
    repository.history.record(Entry(EventKind.RELEASED, order.number) for order in orders)
    last = last_served((claim.order, [sku for sku, _, _ in claim.wants]) for claim in claims)
    return Sweep(orders, last, tuple(repository.orders.mergeable(ids)))


def lower(repository: Repository, sku: str, on_hand: int) -> tuple[Order, ...]:
    """Set what is on hand; the last in the queue go back to Backorder until it covers what is allocated.

    Rule 7. Returns the orders that went back.
    """
    stock = repository.stock.known(sku)
    returned: tuple[Order, ...] = ()
    if stock.allocated > on_hand:
        units = repository.orders.holders(sku)
        holders = {order.queue_key: order for order in repository.orders.by_id(units)}
        keys = give_back([(key, units[key.order_id].quantity) for key in holders], stock.allocated - on_hand)
        returned = tuple(holders[key] for key in keys)
        repository.transitions.move([order.id for order in returned], Status.PROCESSING, Status.BACKORDER)
        repository.history.record(
            Entry(EventKind.RETURNED, order.number, reason=f"only {on_hand} of {sku} on hand") for order in returned
        )
    repository.stock.count(sku, on_hand)
    return returned
