"""SKUs: those that are new, and forgetting one that nothing refers to."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from backsplit.domain.history import EventKind
from backsplit.domain.limits import check_new_sku
from backsplit.domain.orders import Stock
from backsplit.errors import Refused, UnknownSku
from backsplit.repository import Entry, Repository

MOST_NAMED = 5  # SKUs of a purchase order that a sentence names


def make_known(repository: Repository, skus: Iterable[str], *, create: bool, advice: str = "") -> list[str]:
    """Take in the SKUs that nobody knows; those. Raises UnknownSku unless `create`, WrongUsage for one that cannot be.

    `advice` is put before that of the error.
    """
    new = [sku for sku in skus if repository.stock.get(sku) is None]
    if new and not create:
        raise UnknownSku(new[0], f"{advice}; --create takes it in as new")
    for sku in new:
        check_new_sku(sku)
    repository.stock.add(new)
    return new


def forget(repository: Repository, named: Collection[str]) -> list[Stock]:
    """Take away SKUs that nothing refers to: no order, no delivery, nothing expected, no kit.

    What was counted of them is taken off, and the history keeps it. Gives them as they were.
    Raises UnknownSku, Refused.
    """
    forgotten = []
    with repository.change("stock --forget"):
        for sku in dict.fromkeys(named):
            stock = repository.stock.known(sku)
            if not repository.stock.forget(sku):
                raise Refused(
                    "not-allowed",
                    f"{sku} cannot be forgotten: an order, a delivery, something expected or a kit has it",
                )
            repository.history.record([Entry(EventKind.ADJUSTED, None, sku, -stock.on_hand, "the SKU was forgotten")])
            forgotten.append(stock)
        return forgotten
