"""Backorder orders that are read one after the other, with what those before them in the queue want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backsplit.domain.values import Status

if TYPE_CHECKING:
    from backsplit.domain.values import Order, Policy, QueueKey
    from backsplit.repository.orders import Orders
    from backsplit.repository.queue import Queue


class InTurn:
    """Where they come in queue order, each row of the queue is added up once, however many orders are read.

    That holds while what an order wants is changed at its place or behind it, as by splits.
    """

    def __init__(self, orders: Orders, queue: Queue, policy: Policy, *, many: bool = False) -> None:
        """`many`: so many orders are read that it pays to add up the whole queue first."""
        self._orders, self._queue, self._policy = orders, queue, policy
        self._at_most = queue.owed() if many else None  # splits only take from the queue
        self._counted: dict[str, tuple[QueueKey, int]] = {}
        self._last: QueueKey | None = None

    def order(self, order_id: int) -> Order:
        """An order, with what is kept for those before it if it waits (rule 5)."""
        order = self._orders.without_kept(order_id)
        if not self._policy.keeps or order.status is not Status.BACKORDER:
            return order
        place = order.queue_key
        kept = [min(line.available, self._wanted(line.sku, place)) for line in order.lines]
        lines = [line._replace(kept=units) for line, units in zip(order.lines, kept, strict=True)]
        return order._replace(lines=tuple(lines))

    def want_more(self, sku: str, units: int, place: QueueKey) -> bool:
        """Whether the orders before a place want more than so many units."""
        if self._at_most is not None and self._at_most.get(sku, 0) <= units:
            return False
        return self._wanted(sku, place) > units

    def _wanted(self, sku: str, place: QueueKey) -> int:
        if self._last is not None and place < self._last:
            self._counted.clear()
        self._last = place
        since, units = self._counted.get(sku, (None, 0))
        if since != place:
            units += self._queue.wanted_before(sku, place, since)
            self._counted[sku] = (place, units)
        return units
