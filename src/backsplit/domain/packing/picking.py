"""Rule 16: what to fetch for the parcels of some orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from backsplit.domain.values import Order, Status


class ToFetch(NamedTuple):
    """A SKU with the units that some orders want of it, and their numbers."""

    sku: str
    name: str
    quantity: int
    orders: tuple[str, ...]


class Left(NamedTuple):
    """An order that was on a list and has left it; its status now, None if it was merged back."""

    number: str
    status: Status | None


@dataclass(frozen=True, slots=True)
class Pick:
    """What is to be picked: the orders, and for all of them the SKUs. `number` is that of a list that was taken."""

    orders: tuple[Order, ...]
    number: int | None = None
    gone: tuple[Left, ...] = ()
    dry_run: bool = False

    @property
    def skus(self) -> tuple[ToFetch, ...]:
        return to_fetch(self.orders)


def to_fetch(orders: Iterable[Order]) -> tuple[ToFetch, ...]:
    """Each SKU once, by SKU: a walk through the warehouse."""
    found: dict[str, ToFetch] = {}
    for order in orders:
        names = {line.sku: line.name for line in order.lines}
        for sku, quantity in order.wanted.items():
            before = found.get(sku, ToFetch(sku, names[sku], 0, ()))
            found[sku] = before._replace(quantity=before.quantity + quantity, orders=(*before.orders, order.number))
    return tuple(found[sku] for sku in sorted(found))
