"""Rules 1, 4 and 5: who in the queue is covered by what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from backsplit.domain.orders import Policy, QueueKey
from backsplit.values import NamedTuple

SkuT = TypeVar("SkuT", bound=Hashable)
OrderT = TypeVar("OrderT")


# A SKU, the units of it that an order wants in all, and those available before anyone is released.
Want = tuple[SkuT, int, int]


class Claim(Generic[OrderT, SkuT]):
    """What one order in the queue wants. One that is not `tried` is not released, only passed or waited for."""

    __slots__ = ("order", "tried", "wants")

    def __init__(self, order: OrderT, wants: tuple[Want[SkuT], ...], tried: bool = True) -> None:
        self.order, self.wants, self.tried = order, wants, tried


def release(
    queue: Iterable[Claim[OrderT, SkuT]],
    policy: Policy,
    touched: Mapping[SkuT, int] | None = None,
) -> Iterator[Claim[OrderT, SkuT]]:
    """Yield the orders that available stock covers whole, taken in the order of `queue`.

    Under skip-over an order that is not covered holds nothing back. Under strict what it wants is kept
    for it, as far as there is any, so a later order may not take it. `touched` are the SKUs that the
    sweep is about, with their available units: once they are used up nobody further back can be released.
    """
    gone: Counter[SkuT] = Counter()
    for claim in queue:
        covered = claim.tried and _is_covered(claim.wants, gone)
        if covered:
            yield claim
        if covered or policy.keeps:
            for sku, units, _ in claim.wants:
                gone[sku] += units
            if touched is not None and all(gone[sku] >= available for sku, available in touched.items()):
                return


def _is_covered(wants: Iterable[Want[SkuT]], gone: Mapping[SkuT, int]) -> bool:
    """A loop, and not `all()` over a generator, which takes half as long again: a file may bring a million orders."""
    for sku, units, available in wants:  # noqa: SIM110 - see above
        if units > available - gone[sku]:
            return False
    return True


class Effects(NamedTuple):
    """What a change did to other orders than those it was about. Every outcome carries it whole.

    All are numbers of orders: `released` went to Processing, in queue order; `returned` gave stock back and wait again
    (rule 7). `mergeable` are parts that are now in Processing with the order they were split from: one parcel would do.
    """

    released: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    mergeable: tuple[str, ...] = ()

    def then(self, later: Effects) -> Effects:
        """Both, one after the other. An order that gave its stock back and got it again has not changed (rule 4)."""
        returned = dict.fromkeys((*self.returned, *later.returned))
        released = dict.fromkeys((*self.released, *later.released))
        return Effects(
            tuple(number for number in released if number not in returned),
            tuple(number for number in returned if number not in released),
            tuple(dict.fromkeys((*self.mergeable, *later.mergeable))),
        )


NO_EFFECTS = Effects()


class Passed(NamedTuple):
    """An order that still waits although an order behind it was served."""

    number: str
    placed_at: str
    short: dict[str, int]


def last_served(served: Iterable[tuple[QueueKey, Iterable[str]]]) -> dict[str, QueueKey]:
    """Per SKU the place in the queue of the last order that was given some of it."""
    last: dict[str, QueueKey] = {}
    for key, skus in served:
        for sku in skus:
            last[sku] = max(last.get(sku, key), key)
    return last
