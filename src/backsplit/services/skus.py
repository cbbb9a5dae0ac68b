"""SKUs: what to say of those that a stock file brings, or leaves out; and forgetting one that nothing refers to."""

from __future__ import annotations

from collections.abc import Collection

from backsplit.domain import skus
from backsplit.domain.history import EventKind
from backsplit.domain.orders import Stock
from backsplit.errors import Refused
from backsplit.repository import Entry, Repository


def of_a_count(repository: Repository, new: Collection[str], counted: Collection[str]) -> list[str]:
    """What to say of the SKUs of stock files: `new` are those that came in with them, `counted` all that they count."""
    left = sum(sku not in counted for sku in repository.stock.with_stock())
    known_skus = "known SKUs" if left != 1 else "known SKU"
    said = [f"the file does not count {left:,} {known_skus} with stock: what is on hand stays"] if left else []
    known = set(repository.stock.skus()).difference(new) if new else set[str]()
    return [*said, *skus.notices(new, known)]


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
