"""Rule 7: correct what is on hand; and say what is an insert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backsplit.domain.errors import BadQuantity
from backsplit.domain.history import Happened
from backsplit.domain.limits import LARGEST_ON_HAND
from backsplit.domain.outcomes.changing import Changed
from backsplit.domain.typed import check_figure, check_words
from backsplit.domain.values import Order, Stock
from backsplit.repository import Entry, Repository
from backsplit.services.every_day import promising
from backsplit.services.sweeping import lower, sweep


def adjust(
    repository: Repository,
    sku: str,
    *,
    by: int | None = None,
    to: int | None = None,
    reason: str,
    dry_run: bool = False,
) -> Changed:
    """Correct on hand, `by` or `to` a number of units. Raises UnknownSku, BadQuantity."""
    check_words("--reason", reason)
    check_figure("--to" if by is None else "--by", (by or 0) if to is None else to)
    with repository.change("adjust", reason, dry_run=dry_run):
        stock = repository.stock.known(sku)
        on_hand = to if to is not None else stock.on_hand + (by or 0)
        check_on_hand(sku, on_hand)
        returned, released = set_counts(repository, [(stock, on_hand)], Happened.ADJUSTED)
        orders = repository.orders.by_id([order.id for order in (*returned, *released)])
        return Changed(
            tuple(promising.dated(repository, orders)),
            tuple(order.number for order in released),
            tuple(order.number for order in returned),
            stock=repository.stock.get(sku),
            dry_run=dry_run,
        )


def check_on_hand(sku: str, on_hand: int) -> None:
    """Raises BadQuantity unless 0 ≤ on hand ≤ the most that is kept."""
    if on_hand < 0:
        raise BadQuantity(f"{sku} cannot have {on_hand} on hand: it is never below 0")
    if on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} cannot have {on_hand:,} on hand: at most {LARGEST_ON_HAND:,}")


def set_counts(
    repository: Repository, counts: Iterable[tuple[Stock, int]], event: Happened
) -> tuple[list[Order], list[Order]]:
    """Set on hand of several SKUs, then sweep once. The orders that went back, and those released.

    One that went back and is covered again by what others gave up has not changed, and is in neither.
    """
    returned, touched = take_counts(repository, counts, event)
    return without_both(returned, sweep(repository, touched).released)


def take_counts(
    repository: Repository, counts: Iterable[tuple[Stock, int]], event: Happened
) -> tuple[list[Order], set[str]]:
    """Set on hand of several SKUs, within a change that sweeps afterwards: the orders that went back (rule 7), and the
    SKUs to be swept."""
    returned: dict[int, Order] = {}
    touched: set[str] = set()
    for stock, on_hand in counts:
        if on_hand == stock.on_hand:
            continue
        if on_hand > stock.on_hand:
            touched.add(stock.sku)
        back = lower(repository, stock.sku, on_hand)
        repository.history.record([Entry(event, None, stock.sku, on_hand - stock.on_hand)])
        returned |= {order.id: order for order in back}
        touched |= {line.sku for order in back for line in order.lines}
    return list(returned.values()), touched


def without_both(returned: Iterable[Order], released: Iterable[Order]) -> tuple[list[Order], list[Order]]:
    """The same two lists without the orders that are in both: these have not changed."""
    back, forth = {order.id: order for order in returned}, {order.id: order for order in released}
    return (
        [order for order_id, order in back.items() if order_id not in forth],
        [order for order_id, order in forth.items() if order_id not in back],
    )


def mark(repository: Repository, skus: Sequence[str], *, insert: bool) -> list[Stock]:
    """Say that SKUs are inserts, or are not. Raises UnknownSku."""
    with repository.change("mark"):
        marked = []
        for sku in dict.fromkeys(skus):
            stock = repository.stock.known(sku)
            if stock.insert is not insert:
                repository.stock.describe(sku, None, insert)
                repository.history.record(
                    [Entry(Happened.MARKED, None, sku, reason="insert" if insert else "no insert")]
                )
            marked.append(repository.stock.known(sku))
        return marked
