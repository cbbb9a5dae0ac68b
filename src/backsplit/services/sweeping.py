"""Rule 4: after anything that frees or adds stock, release what it now covers. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from backsplit.domain.lifecycle import give_back
from backsplit.domain.queue import last_served, release
from backsplit.domain.values import Order, QueueKey, Status
from backsplit.repository import Change, Repository


class Sweep(NamedTuple):
    """Who was released, in queue order, and per SKU the place of the last that was served with it."""

    released: tuple[Order, ...]
    last: dict[str, QueueKey]

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(order.number for order in self.released)


def sweep(repository: Repository, skus: Iterable[str]) -> Sweep:
    """Release the Backorder orders with one of these SKUs that available stock covers."""
    policy = repository.policy
    touched = {sku: units for sku, units in repository.queue.available(set(skus)).items() if units > 0}
    if not touched:
        return Sweep((), {})
    claims = list(release(repository.queue.claims(touched, policy), policy, touched))
    ids = [claim.order.order_id for claim in claims]
    repository.orders.move(ids, Status.BACKORDER, Status.PROCESSING)
    orders = tuple(repository.orders.by_id(ids, policy))
    repository.history.record(Change("released", order.number) for order in orders)
    return Sweep(orders, last_served((claim.order, [sku for sku, _, _ in claim.wants]) for claim in claims))


def lower(repository: Repository, sku: str, on_hand: int) -> tuple[Order, ...]:
    """Set what is on hand; the last in the queue go back to Backorder until it covers what is allocated.

    Rule 7. Returns the orders that went back.
    """
    stock = repository.stock.get(sku)
    assert stock is not None
    returned: tuple[Order, ...] = ()
    if stock.allocated > on_hand:
        holders = {order.queue_key: (order, units) for order, units in repository.orders.holders(sku)}
        keys = give_back([(key, units) for key, (_, units) in holders.items()], stock.allocated - on_hand)
        returned = tuple(holders[key][0] for key in keys)
        repository.orders.move([order.id for order in returned], Status.PROCESSING, Status.BACKORDER)
        repository.history.record(
            Change("returned", order.number, reason=f"only {on_hand} of {sku} on hand") for order in returned
        )
    repository.stock.count(sku, on_hand)
    return returned
