"""Rule 4: after anything that frees or adds stock, release what it now covers. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backsplit.domain.history import EventKind
from backsplit.domain.kits import no_count
from backsplit.domain.orders import Order, QueueKey, Status, give_back, together
from backsplit.domain.queue import Claim, Effects, release
from backsplit.repository import Entry, Repository

QueueClaim = Claim[QueueKey, str]


def sweep(repository: Repository, skus: Iterable[str]) -> Effects:
    """Release the Backorder orders with one of these SKUs that available stock covers."""
    return release_claims(repository, covered_claims(repository, skus))


def covered_claims(repository: Repository, skus: Iterable[str]) -> list[QueueClaim]:
    """The Backorder orders with one of these SKUs that a sweep would release, in queue order."""
    policy, touched = repository.policy, available_of(repository, skus)
    return list(release(repository.queue.claims(touched, policy), policy, touched)) if touched else []


def available_of(repository: Repository, skus: Iterable[str]) -> dict[str, int]:
    """Available units of those of the SKUs of which there are any."""
    return {sku: units for sku, units in repository.queue.available(set(skus)).items() if units > 0}


def release_claims(repository: Repository, claims: Sequence[QueueClaim]) -> Effects:
    """Move orders that available stock covers from Backorder to Processing."""
    ids = [claim.order.order_id for claim in claims]
    repository.transitions.move(ids, Status.BACKORDER, Status.PROCESSING)
    numbers = tuple(number for number, _ in repository.orders.named(ids))
    repository.history.record(Entry(EventKind.RELEASED, number) for number in numbers)
    return Effects(numbers, mergeable=tuple(repository.orders.mergeable(ids)))


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


def check_no_kits(repository: Repository, skus: Iterable[str], verb: str) -> None:
    """Raises Refused (`kit`) where one of the SKUs is a kit, which cannot be `verb` (received, counted, expected)."""
    for sku, recipe in repository.queue.recipes(skus).items():
        raise no_count(sku, recipe, verb)


def one_parcel(repository: Repository, numbers: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Processing orders that go to one customer, where one of these orders is among them."""
    return together(repository.picking.addressed_as(numbers)) if numbers else ()
