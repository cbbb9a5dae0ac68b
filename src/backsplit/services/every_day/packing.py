"""Rule 16: packing slips."""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.errors import Refused
from backsplit.domain.packing.slip import Slip, slip
from backsplit.domain.values import Order, Status
from backsplit.repository import Repository
from backsplit.services.every_day import promising
from backsplit.services.every_day.picking import listed


def slips(repository: Repository, numbers: Sequence[str], pick_list: int | None = None) -> list[Slip]:
    """The slips of the named orders, or of those that are on a pick list.

    Raises OrderNotFound, and Refused for an order of which no parcel goes or went.
    """
    with repository.reading():
        if pick_list is not None:
            orders: Sequence[Order] = listed(repository, pick_list).orders
        else:
            orders = list({order.id: order for order in map(repository.order, numbers)}.values())
        for order in orders:
            if order.status not in (Status.PROCESSING, Status.SHIPPED):
                status = order.status.value
                raise Refused(
                    "not-allowed", f"{order.number} is {status}: a slip goes with a Processing or Shipped order"
                )
        families = {order.family: repository.orders.members(order.family) for order in orders}
        waiting = any(member.status is Status.BACKORDER for family in families.values() for member in family)
        days = promising.days(repository) if waiting else {}
        return [slip(order, families[order.family], repository.asked.of(order.family), days) for order in orders]
