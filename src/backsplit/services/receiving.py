"""Rule 6: stock arrives, and what it covers is released."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from backsplit.domain.arrivals import LARGEST_ON_HAND, LARGEST_QUANTITY
from backsplit.domain.errors import BadQuantity, Refused, UnknownSku, WrongUsage
from backsplit.domain.history import Happened
from backsplit.domain.outcomes import Receipt, Received
from backsplit.domain.queue import Passed
from backsplit.domain.typed import check_figure, check_new_sku, check_words
from backsplit.repository import Entry, Repository
from backsplit.services.sweeping import Sweep, sweep


def receive(
    repository: Repository,
    quantities: Mapping[str, int],
    *,
    ref: str | None = None,
    create: bool = False,
    dry_run: bool = False,
) -> Receipt:
    """Book one delivery, units per SKU: all or nothing, then one sweep.

    A `ref` that was booked before changes nothing. Raises WrongUsage for a blank one, BadQuantity, UnknownSku
    (unless `create`), and Refused where the reference was booked with other contents.
    """
    if ref is not None and not ref.strip():
        raise WrongUsage("--ref is blank: name the delivery, or leave --ref out")
    check_words("--ref", ref or "")
    for sku, quantity in quantities.items():
        check_quantity(sku, quantity)
    with repository.change("receive", ref or "", dry_run=dry_run):
        if ref is not None and (booked := repository.stock.receipt(ref)) is not None:
            return _repeated(ref, booked, quantities, dry_run=dry_run)
        _make_known(repository, list(quantities), create=create)
        repository.stock.receive(quantities)
        repository.stock.add_receipt(ref, quantities, repository.history.change_id)
        repository.history.record(Entry(Happened.RECEIVED, None, sku, quantity) for sku, quantity in quantities.items())
        received = tuple(Received(sku, quantity, _on_hand(repository, sku)) for sku, quantity in quantities.items())
        released = sweep(repository, quantities)
        passed = _passed_over(repository, released, quantities)
        return Receipt(received, released.numbers, passed, ref, dry_run=dry_run, mergeable=released.mergeable)


def check_quantity(sku: str, quantity: int) -> None:
    """Raises BadQuantity unless 1 ≤ quantity ≤ the largest that is taken."""
    check_figure("the quantity", quantity)
    if quantity < 1:
        raise BadQuantity(f"{quantity} of {sku} cannot be received: the quantity must be 1 or more")
    if quantity > LARGEST_QUANTITY:
        raise BadQuantity(f"{quantity} of {sku} cannot be received: at most {LARGEST_QUANTITY:,} at once")


def unknown_sku(repository: Repository, sku: str, advice: str) -> UnknownSku:
    """The error for a SKU that nobody knows, with the nearest known ones in it."""
    known = {one.casefold(): one for one in repository.stock.skus()}
    near = [known[one] for one in get_close_matches(sku.casefold(), known, n=3)]
    nearest = f" (the nearest: {', '.join(near)})" if near else ""
    return UnknownSku(f"no SKU {sku} is known{nearest}{advice}")


def _repeated(ref: str, booked: Mapping[str, int], quantities: Mapping[str, int], *, dry_run: bool) -> Receipt:
    if dict(booked) != dict(quantities):
        was = ", ".join(f"{quantity} × {sku}" for sku, quantity in booked.items())
        raise Refused("not-allowed", f"{ref} was received before with other contents ({was}); use another --ref")
    return Receipt((), ref=ref, repeated=True, dry_run=dry_run)


def _make_known(repository: Repository, skus: list[str], *, create: bool) -> None:
    new = [sku for sku in skus if repository.stock.get(sku) is None]
    if new and not create:
        raise unknown_sku(repository, new[0], "; --create takes it in as new")
    for sku in new:
        check_new_sku(sku)
    repository.stock.add(new)


def _on_hand(repository: Repository, sku: str) -> int:
    stock = repository.stock.get(sku)
    assert stock is not None
    if stock.on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} would have {stock.on_hand:,} on hand: at most {LARGEST_ON_HAND:,} are kept")
    return stock.on_hand


def _passed_over(repository: Repository, released: Sweep, skus: Mapping[str, int]) -> tuple[Passed, ...]:
    """The orders with a received SKU that still wait although one behind them got some of it."""
    places = {key for sku in skus if sku in released.last for key in repository.queue.before(sku, released.last[sku])}
    orders = repository.orders.by_id([key.order_id for key in sorted(places)])
    return tuple(Passed(order.number, order.placed_at, order.waiting_for) for order in orders)
