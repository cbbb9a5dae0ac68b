"""Following the shop: orders that are open here and that a file shows as shipped or cancelled there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backsplit.domain.history import Happened
from backsplit.domain.values import Order, Status
from backsplit.repository import Repository
from backsplit.services.changing import move_orders, ship_orders
from backsplit.services.sweeping import sweep

CLOSED = (Status.SHIPPED, Status.CANCELLED)


class Followed(NamedTuple):
    """Who was released by it, and what there is to say."""

    released: tuple[str, ...]
    notices: list[str]


def follow(repository: Repository, closed: Mapping[str, Status], *, sync: bool) -> Followed:
    """Close here, with `sync`, every open order of these families; without it only say how many there are.

    What the shop shipped ships here if it is in Processing. A waiting or held order has no stock to ship: it is
    cancelled with that reason, so that it does not go out a second time.
    """
    to_ship: list[Order] = []
    to_cancel: dict[Status, list[Order]] = {status: [] for status in CLOSED}
    for order, at_the_shop in _open_here(repository, closed):
        if at_the_shop is Status.SHIPPED and order.status is Status.PROCESSING:
            to_ship.append(order)
        else:
            to_cancel[at_the_shop].append(order)
    cancelled = [order for orders in to_cancel.values() for order in orders]
    count = len(to_ship) + len(cancelled)
    if not count:
        return Followed((), [])
    if not sync:
        return Followed(
            (), [f"open here but shipped or cancelled at the shop since: {count:,}; --sync ships or cancels them here"]
        )
    ship_orders(repository, to_ship)
    for at_the_shop, orders in to_cancel.items():
        move_orders(
            repository, orders, Status.CANCELLED, Happened.CANCELLED, f"{at_the_shop.value.lower()} at the shop"
        )
    released = sweep(repository, {line.sku for order in cancelled for line in order.lines}).numbers
    said = [f"followed the shop: {len(to_ship):,} shipped, {len(cancelled):,} cancelled"]
    if without_stock := to_cancel[Status.SHIPPED]:
        said.append(
            f"{len(without_stock):,} of those cancelled went out at the shop without stock here: count again what"
            " they held"
        )
    return Followed(released, said)


def _open_here(repository: Repository, closed: Mapping[str, Status]) -> Iterator[tuple[Order, Status]]:
    for number, at_the_shop in closed.items():
        order = repository.orders.get(number)
        for member, status in repository.orders.family(order) if order else ():
            if status not in CLOSED:
                yield repository.order(member), at_the_shop
