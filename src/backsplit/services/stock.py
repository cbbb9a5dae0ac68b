"""Rule 7: correct and count what is on hand; say what is an insert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backsplit.domain.history import EventKind
from backsplit.domain.limits import LARGEST_ON_HAND, check_figure, check_words
from backsplit.domain.orders import Stock
from backsplit.domain.queue import Effects
from backsplit.errors import BadQuantity
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import check_no_kits, lower, sweep
from backsplit.services.status import Changed
from backsplit.values import NamedTuple


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
        check_no_kits(repository, [sku], "counted")
        on_hand = to if to is not None else stock.on_hand + (by or 0)
        check_on_hand(sku, on_hand)
        effects = set_counts(repository, [Corrected(sku, stock.on_hand, on_hand)], EventKind.ADJUSTED)
        orders = [repository.order(number) for number in (*effects.returned, *effects.released)]
        return Changed(
            tuple(promises.dated(repository, orders)),
            effects,
            notes=(f"nothing changed: {sku} had {on_hand} on hand before",) if on_hand == stock.on_hand else (),
            stock=repository.stock.get(sku),
            dry_run=dry_run,
        )


class Corrected(NamedTuple):
    """On hand of a SKU, as it was and as it is to be. Without a `reason` the command has one."""

    sku: str
    was: int
    on_hand: int
    reason: str = ""


def check_on_hand(sku: str, on_hand: int) -> None:
    """Raises BadQuantity unless 0 ≤ on hand ≤ the most that is kept."""
    if on_hand < 0:
        raise BadQuantity(f"{sku} cannot have {on_hand} on hand: it is never below 0")
    if on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} cannot have {on_hand:,} on hand: at most {LARGEST_ON_HAND:,}")


def set_counts(repository: Repository, counts: Iterable[Corrected], event: EventKind) -> Effects:
    """Set on hand of several SKUs, then sweep once."""
    returned, touched = take_counts(repository, counts, event)
    return returned.then(sweep(repository, touched))


def take_counts(
    repository: Repository, counts: Iterable[Corrected], event: EventKind, *, told_by: int | None = None
) -> tuple[Effects, set[str]]:
    """Set on hand of several SKUs, within a change that sweeps afterwards: the orders that went back (rule 7), and the
    SKUs to be swept.

    `told_by` is the shop whose count it is: all others have not counted the difference yet (rule 11).
    """
    returned: dict[str, None] = {}
    touched: set[str] = set()
    booked: dict[str, int] = {}
    for sku, was, on_hand, reason in counts:
        if on_hand == was:
            continue
        if on_hand > was:
            touched.add(sku)
        booked[sku] = on_hand - was
        back = lower(repository, sku, on_hand)
        repository.history.record([Entry(event, None, sku, on_hand - was, reason or None)])
        returned |= dict.fromkeys(order.number for order in back)
        touched |= {line.sku for order in back for line in order.lines}
    repository.counts.booked(booked, by=told_by)
    return Effects(returned=tuple(returned)), touched


def mark(repository: Repository, skus: Sequence[str], *, insert: bool) -> list[Stock]:
    """Say that SKUs are inserts, or are not. Raises UnknownSku."""
    with repository.change("mark"):
        marked = []
        for sku in dict.fromkeys(skus):
            stock = repository.stock.known(sku)
            if stock.insert is not insert:
                mark_insert(repository, sku, insert=insert)
            marked.append(repository.stock.known(sku))
        return marked


def mark_insert(repository: Repository, sku: str, *, insert: bool) -> None:
    """Say that a SKU is an insert, or is not, within a change that has been begun."""
    repository.stock.describe(sku, None, insert)
    repository.history.record([Entry(EventKind.MARKED, None, sku, reason="insert" if insert else "no insert")])
