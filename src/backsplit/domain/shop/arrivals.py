"""What an input file says: orders and stock counts, as the formats hand them over."""

from __future__ import annotations

from typing import NamedTuple, Union

from backsplit.domain.values import Status


class ArrivingLine(NamedTuple):
    """Units that are wanted of a SKU in all, and units of them that the shop has sent.

    `unsure` more units may have been sent, where the file says that a line was sent in part and not how much.
    """

    sku: str
    quantity: int
    name: str = ""
    sent: int = 0
    unsure: int = 0

    @property
    def open(self) -> int:
        """Units that are still to be sent, as far as the file tells."""
        return self.quantity - self.sent


class Said(NamedTuple):
    """The facts that a file says of an order, besides its number and its lines; None where it says nothing.

    The fields are named as the columns of the table `orders`. `placed_at` is ISO 8601 in UTC.
    """

    placed_at: str | None = None
    priority: int | None = None
    customer: str | None = None
    note: str | None = None
    ship_complete: bool | None = None


class ArrivingOrder(NamedTuple):
    """An order of a file, open or not. `at` is the line of the file (from 1) on which it begins.

    `lines` are also those that are sent, but none that is not wanted. `closed` is Shipped for an order that the shop
    has fulfilled as a whole, and Cancelled for one that it has cancelled: it wants no more than is sent.
    """

    number: str
    lines: tuple[ArrivingLine, ...]
    said: Said = Said()
    at: int = 0
    closed: Status | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is anything to send."""
        if self.closed is None:
            for _, quantity, _, sent, _ in self.lines:
                if quantity > sent:
                    return True
        return False


class NamedOnly(NamedTuple):
    """An order that the file names, and of which nothing else counts: it is not paid, say."""

    number: str
    at: int = 0


class LeftOut(NamedTuple):
    """A line, or a whole order, that the file holds and that is not taken, with the reason."""

    order: str
    line: int
    reason: str


class StockCount(NamedTuple):
    """What a stock file says of one SKU; None where it says nothing, so that it is left as it is."""

    sku: str
    on_hand: int | None
    name: str | None = None
    insert: bool | None = None
    at: int = 0


class DeliveryLine(NamedTuple):
    """Units of a SKU that have arrived; `ref` names the delivery where the file does."""

    sku: str
    quantity: int
    ref: str | None = None
    at: int = 0


class ExpectedLine(NamedTuple):
    """Units of a SKU that are to arrive on a day, as `2026-12-03`.

    `ref` names the purchase order where the file does.
    """

    sku: str
    quantity: int
    on: str
    ref: str | None = None
    at: int = 0


OrderItem = Union[ArrivingOrder, NamedOnly, LeftOut]
StockItem = Union[StockCount, LeftOut]
