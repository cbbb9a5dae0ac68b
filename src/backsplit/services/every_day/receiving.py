"""Rule 6: stock arrives, and what it covers is released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backsplit.domain.errors import BadQuantity, Refused, UnknownSku, WrongUsage
from backsplit.domain.history import Happened
from backsplit.domain.limits import LARGEST_ON_HAND, LARGEST_QUANTITY
from backsplit.domain.outcomes.receiving import Receipt, Received
from backsplit.domain.queue import Passed
from backsplit.domain.typed import check_figure, check_new_sku, check_ref
from backsplit.repository import Entry, Repository
from backsplit.services.sweeping import Sweep, sweep


def receive(
    repository: Repository,
    quantities: Mapping[str, int] | None,
    *,
    ref: str | None = None,
    of: str | None = None,
    contents: str | None = None,
    again: bool = False,
    create: bool = False,
    dry_run: bool = False,
) -> Receipt:
    """Book one delivery, units per SKU: all or nothing, then one sweep.

    `of` is the reference under which it was expected (rule 15); without `quantities` all that is left of that arrives.
    A `ref` that was booked before changes nothing. `contents` is the fingerprint of the file, by which one without a
    reference is known. Raises WrongUsage for a blank reference, BadQuantity, UnknownSku (unless `create`), RefNotFound,
    and Refused where the reference was booked with other contents, the same file without one (`same-file`, unless
    `again`), or where nothing is left of what was expected.
    """
    check_ref("--ref", ref)
    for sku, quantity in (quantities or {}).items():
        check_quantity(sku, quantity)
    with repository.change("receive", " of ".join(filter(None, (ref, of))), dry_run=dry_run):
        if ref is not None and (booked := repository.stock.receipt(ref)) is not None:
            return _repeated(ref, of, booked, quantities, dry_run=dry_run)
        if contents is not None and not again:
            _check_new_file(repository, contents, ref)
        if quantities is None:
            if of is None:
                raise WrongUsage("say what arrived, or what it was expected under")
            from backsplit.services.every_day.references import left_of  # noqa: PLC0415 - only for what was expected

            quantities = {row.sku: row.left for row in left_of(repository, of)}
        make_known(repository, quantities, create=create)
        repository.stock.receive(quantities)
        repository.stock.add_receipt(ref, quantities, repository.history.change_id, contents, of)
        if of is not None:
            from backsplit.services.every_day.references import draw_down  # noqa: PLC0415 - as above

            draw_down(repository, of, ref, quantities)
        repository.history.record(Entry(Happened.RECEIVED, None, sku, quantity) for sku, quantity in quantities.items())
        received = tuple(Received(sku, quantity, _on_hand(repository, sku)) for sku, quantity in quantities.items())
        released = sweep(repository, quantities)
        passed = _passed_over(repository, released, quantities)
        rows = tuple(repository.expected.of(of)) if of is not None else ()
        return Receipt(received, released.numbers, passed, ref, of, rows, dry_run=dry_run, mergeable=released.mergeable)


def check_quantity(sku: str, quantity: int, verb: str = "received") -> None:
    """Raises BadQuantity unless 1 ≤ quantity ≤ the largest that is taken."""
    check_figure("the quantity", quantity)
    if quantity < 1:
        raise BadQuantity(f"{quantity} of {sku} cannot be {verb}: the quantity must be 1 or more")
    if quantity > LARGEST_QUANTITY:
        raise BadQuantity(f"{quantity} of {sku} cannot be {verb}: at most {LARGEST_QUANTITY:,} at once")


def _repeated(
    ref: str, of: str | None, booked: Mapping[str, int], quantities: Mapping[str, int] | None, *, dry_run: bool
) -> Receipt:
    if quantities is not None and dict(booked) != dict(quantities):
        was = ", ".join(f"{quantity} × {sku}" for sku, quantity in booked.items())
        raise Refused("not-allowed", f"{ref} was received before with other contents ({was}); use another --ref")
    return Receipt((), ref=ref, of=of, repeated=True, dry_run=dry_run)


def _check_new_file(repository: Repository, contents: str, ref: str | None) -> None:
    """Two deliveries that both have a reference may have the same contents."""
    number = repository.stock.receipt_of_file(contents, only_without_ref=ref is not None)
    if number is not None:
        change = repository.history.change(number)
        raise Refused("same-file", f"this file was received before, in {change}; --again books it once more")


def make_known(repository: Repository, skus: Iterable[str], *, create: bool) -> None:
    """Take in the SKUs that nobody knows. Raises UnknownSku unless `create`, and WrongUsage for one that cannot be."""
    new = [sku for sku in skus if repository.stock.get(sku) is None]
    if new and not create:
        raise UnknownSku(new[0], "; --create takes it in as new")
    for sku in new:
        check_new_sku(sku)
    repository.stock.add(new)


def _on_hand(repository: Repository, sku: str) -> int:
    stock = repository.stock.known(sku)
    if stock.on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} would have {stock.on_hand:,} on hand: at most {LARGEST_ON_HAND:,} are kept")
    return stock.on_hand


def _passed_over(repository: Repository, released: Sweep, skus: Mapping[str, int]) -> tuple[Passed, ...]:
    """The orders with a received SKU that still wait although one behind them got some of it."""
    places = {key for sku in skus if sku in released.last for key in repository.queue.before(sku, released.last[sku])}
    orders = repository.orders.by_id([key.order_id for key in sorted(places)])
    return tuple(Passed(order.number, order.placed_at, order.waiting_for) for order in orders)
