"""A shop as it is in the world, for test_sixty_days.py: its orders, what its people do, its shelf, its exports.

Nothing here knows of backsplit. What is on the shelf and what has left in parcels is the truth that the file of
backsplit is held against, and `Told` is what an export says of an order, as somebody would read it off the page.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

SOLD = ["TEAPOT", "MUG", "MUG-BLUE", "BOWL", "PLATE", "CUP", "TRAY", "028-543", "07600.14 -0-0", "lamp", "LAMP", "A=B"]
SOLD += ["KIT/1"]
INSERTS = ["FLYER", "CARD"]
SKUS = SOLD + INSERTS
SHOPIFY_JSON, SHOPIFY_LEAN, SHOPIFY_CSV = "shopify json", "shopify json without parcels", "shopify csv"
WOO_CSV, WOO_JSON = "woocommerce csv", "woocommerce json"
CANCELLED, SHIPPED = "Cancelled", "Shipped"


@dataclass
class Line:
    """`taken_off` are units that the customer no longer wants and that were not marked as sent before."""

    id: int
    sku: str
    ordered: int
    taken_off: int = 0
    refunded: int = 0  # of those taken off, by a refund instead of an edit
    returned: int = 0  # of those sent
    sent: int = 0  # marked as sent in the shop

    @property
    def wanted(self) -> int:
        return self.ordered - self.taken_off


@dataclass(frozen=True)
class ExportedUnits:
    """What an export says of one order: per SKU the units wanted, and the fewest and the most that may be sent."""

    number: str
    units: dict[str, tuple[int, int, int]]
    closed: str | None
    nothing_counts: bool = False  # named, but not paid

    @property
    def is_exact(self) -> bool:
        return all(low == high for _, low, high in self.units.values())


@dataclass
class Order:
    number: str
    placed_at: str
    lines: list[Line]
    paid: bool = True
    cancelled: bool = False
    refunded: bool = False  # closed by paying all of it back
    completed: bool = False  # WooCommerce's word for sent
    shown_as_partial: bool = False  # WooCommerce's, with a plugin
    archived: bool = False
    was_shown: bool = False  # in an export
    parcels: list[dict[int, int]] = field(default_factory=list)  # marked in the shop, by the line's id
    parcels_shown: int = 0  # how many of them an export has shown
    taken_back: list[dict[int, int]] = field(default_factory=list)

    @property
    def is_off(self) -> bool:
        return self.cancelled or self.refunded

    @property
    def is_open(self) -> bool:
        return not (self.is_off or self.completed) and self.left > 0

    @property
    def left(self) -> int:
        return sum(line.wanted - line.sent for line in self.lines)

    @property
    def wanted(self) -> Counter[str]:
        """What the customer is to get in all; of an order that was closed, what is marked as sent."""
        return total((line.sku, line.sent if self.is_off else line.wanted) for line in self.lines)

    @property
    def sent(self) -> Counter[str]:
        return total((line.sku, line.sent) for line in self.lines)


def total(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    summed: Counter[str] = Counter()
    for sku, units in pairs:
        summed[sku] += units
    return summed


class SimulatedShop:
    """The people of one shop, and the shelf that its parcels leave from.

    `gone` is what has left of each order, in parcels sent from here or by the shop; `by_shop` what only the shop knew
    of until it marked it, or took a mark away. `book` is what the shop believes to be on the shelf: what it does not
    know to be sent is still in it, and a delivery is in it once somebody has entered it there.
    """

    def __init__(self, chance: random.Random, kind: str, shelf: Counter[str], first: int, prefix: str = "") -> None:
        self.chance = chance
        self.kind = kind
        self.shelf = shelf
        self.prefix = prefix
        self.orders: dict[str, Order] = {}
        self.gone: dict[str, Counter[str]] = {}
        self.by_shop: dict[str, Counter[str]] = {}
        self.book = Counter(shelf)
        self.at_most = 3  # orders a day
        self.puts_away = True
        self.is_careful = False  # nobody takes off what has left, takes a mark back, or sends what no export has shown
        self.left_alone: set[str] = set()  # orders that somebody at the warehouse has in hand
        self.not_to_send: set[str] = set()
        self._next = first

    @property
    def is_woo(self) -> bool:
        return self.kind in (WOO_CSV, WOO_JSON)

    # What happens in a day

    def day(self, date: str) -> None:
        for hour in range(self.chance.randint(1, self.at_most)):
            self.place(date, hour)
        happens = [self.edit, self.edit, self.cancel, self.send, self.mark_some, self.mark_some, self.take_back]
        happens += [self.refund, *([self.give_back, self.archive] if self.puts_away else [])]
        for _ in range(self.chance.randint(2, 6)):
            self.chance.choice(happens)()

    def place(self, date: str, hour: int) -> Order:
        number = f"{'' if self.is_woo else '#'}{self._next}"
        self._next += 1
        order = Order(number, f"{date}T{8 + hour:02}:30:00Z", [], paid=not self.is_woo or self.chance.random() > 0.1)
        for _ in range(self.chance.choice([1, 1, 2, 2, 3, 4])):
            self._add_line(order)
        if self.chance.random() < 0.3:
            self._add_line(order, self.chance.choice(INSERTS), 1)
        self.orders[number] = order
        self.gone[number], self.by_shop[number] = Counter(), Counter()
        return order

    def _add_line(self, order: Order, sku: str = "", units: int = 0) -> None:
        line = Line(
            len(order.lines) + 1, sku or self.chance.choice(SOLD), units or self.chance.choice([1, 1, 1, 2, 3, 5])
        )
        order.lines.append(line)

    def _one(self, orders: Iterable[Order]) -> Order | None:
        """Any of them, mostly a late one."""
        found = list(orders)
        return found[-1 - int(len(found) * self.chance.random() ** 2)] if found else None

    def shown(self) -> list[Order]:
        return [order for order in self.orders.values() if not order.archived]

    def _an_open_one(self) -> Order | None:
        return self._one(order for order in self.shown() if order.is_open and order.number not in self.left_alone)

    def edit(self) -> None:
        """More, less, another line."""
        order = self._an_open_one()
        if order is None:
            return
        line = self.chance.choice(order.lines)
        what = self.chance.choice(["more", "less", "less", "line"])
        if what == "line":
            self._add_line(order)
        elif what == "more" and line.wanted:
            line.ordered += self.chance.randint(1, 2)
        elif self._may_take_off(order) and line.wanted > line.sent:
            self._take_off(order, line, refund=self.is_woo)
        if not order.paid:
            order.paid = True

    def _take_off(self, order: Order, line: Line, *, refund: bool) -> None:
        fewer = self.chance.randint(1, line.wanted - line.sent)
        if order.left > fewer:  # else it is to cancel, or there would be nothing left to send
            line.taken_off += fewer
            line.refunded += fewer * refund
            # WooCommerce cannot say whether units it paid back had left: so an export shows that before more is sent.
            order.was_shown = order.was_shown and not (self.is_careful and self.is_woo)

    def _may_take_off(self, order: Order) -> bool:
        """Somebody careful marks first what has left. WooCommerce cannot tell that of a part of an order."""
        if self.is_careful and not self.is_woo:
            self.mark(order)
        return not (self.is_careful and self.is_woo and +self.gone[order.number])

    def refund(self) -> None:
        """Units that were not sent are paid back, so that they are no longer wanted. Shopify's CSV says no line."""
        order = self._an_open_one()
        kinds = (SHOPIFY_JSON, SHOPIFY_LEAN, WOO_CSV, WOO_JSON)
        if order is not None and self.kind in kinds and self._may_take_off(order):
            line = self.chance.choice(order.lines)
            if line.wanted > line.sent:
                self._take_off(order, line, refund=True)

    def cancel(self) -> None:
        order = self._an_open_one()
        if order is not None and self.chance.random() < 0.6 and self._may_take_off(order) and order.is_open:
            order.refunded = self.chance.random() < 0.3
            order.cancelled = not order.refunded

    def send(self) -> None:
        """The shop packs an order itself, or a part of it, once it has marked what has left already."""
        order = self._an_open_one()
        if order is None or not order.paid or (self.is_careful and not order.was_shown):
            return
        if order.number in self.not_to_send:
            return
        self.mark(order)
        if self.is_woo:
            needs = order.wanted - self.gone[order.number]
            if self._leaves(order, needs):
                self.mark(order)
            return
        lines = [line for line in order.lines if line.wanted > line.sent]
        if self.chance.random() < 0.6:
            lines = self.chance.sample(lines, self.chance.randint(0, len(lines)))
        parcel = {line.id: line.wanted - line.sent for line in lines}
        if len(parcel) == 1:
            ((at, units),) = parcel.items()
            parcel[at] = self.chance.randint(1, units)
        if parcel and self._leaves(order, total((line.sku, parcel[line.id]) for line in lines)):
            self._mark_parcel(order, parcel)

    def _leaves(self, order: Order, needs: Counter[str]) -> bool:
        """A parcel leaves, if all of it is there."""
        if any(self.shelf[sku] < units for sku, units in needs.items()):
            return False
        self.gone[order.number] += needs
        self.by_shop[order.number] += needs
        self.shelf.subtract(needs)
        return True

    def mark_some(self) -> None:
        """Somebody goes through what shipped here and marks it there, now and then not all of it."""
        for order in self.shown():
            if self.chance.random() < 0.35:
                self.mark(order, whole=self.chance.random() < 0.8)

    def mark(self, order: Order, *, whole: bool = True) -> None:
        """WooCommerce knows only orders that are sent as a whole, or, with a plugin, in part."""
        gone = self.gone[order.number]
        if not order.is_open or not order.paid:
            return
        if self.is_woo:
            if not order.wanted - gone:
                self._mark_parcel(order, {line.id: line.wanted for line in order.lines})
                order.completed = True
            elif +gone:
                order.shown_as_partial = order.shown_as_partial or self.chance.random() < 0.5
            return
        left = gone - order.sent
        parcel = {}
        for line in order.lines:
            units = min(line.wanted - line.sent, left[line.sku])
            left[line.sku] -= units
            parcel[line.id] = units if whole else self.chance.randint(0, units)
        if any(parcel.values()):
            self._mark_parcel(order, {at: units for at, units in parcel.items() if units})

    def mark_whole(self, order: Order) -> None:
        """Somebody calls the order sent, whatever went in the place of what it wants."""
        self._mark_parcel(order, {line.id: line.wanted - line.sent for line in order.lines})
        order.completed = self.is_woo

    def _mark_parcel(self, order: Order, parcel: dict[int, int]) -> None:
        for line in order.lines:
            line.sent += parcel.get(line.id, 0)
            self.book[line.sku] -= parcel.get(line.id, 0)
        order.parcels.append(parcel)

    def take_back(self) -> None:
        """A parcel comes back, and the shop takes its mark away: the order is to be sent again.

        Where no export has shown the mark, nobody can learn from the next one that it is gone.
        """
        order = self._one(order for order in self.shown() if order.parcels_shown and not order.is_off)
        if self.is_careful or order is None or self.chance.random() < 0.5 or any(it.returned for it in order.lines):
            return
        order.parcels_shown -= 1
        parcel = order.parcels.pop(self.chance.randint(0, order.parcels_shown))
        order.taken_back.append(parcel)
        for line in order.lines:
            back = parcel.get(line.id, 0)
            line.sent -= back
            self.gone[order.number][line.sku] -= back
            self.by_shop[order.number][line.sku] += back
            self.shelf[line.sku] += back
            self.book[line.sku] += back
        order.completed = order.shown_as_partial = False

    def give_back(self) -> None:
        """A customer gives units back and gets the money; what comes back is waste."""
        order = self._one(order for order in self.shown() if any(line.sent > line.returned for line in order.lines))
        if order is not None and not order.is_off and self.kind != SHOPIFY_CSV:
            line = self.chance.choice([line for line in order.lines if line.sent > line.returned])
            if not self.is_woo or order.completed:
                line.returned += 1

    def archive(self) -> None:
        """Orders that are closed are put away: later exports lack them, at times before one has shown that."""
        for order in self.shown():
            if not order.is_open and self.chance.random() < 0.15:
                order.archived = True

    # What the exports say

    def export(self, kind: str) -> tuple[str, str, list[ExportedUnits]]:
        """A name and the text of a file, and what it says."""
        orders = self.shown()
        for order in orders:
            order.parcels_shown, order.was_shown = len(order.parcels), True
        if kind in (SHOPIFY_JSON, SHOPIFY_LEAN):
            text = json.dumps([_shopify_record(order, lean=kind == SHOPIFY_LEAN) for order in orders])
        elif kind == WOO_JSON:
            text = json.dumps([_woo_record(order) for order in orders])
        elif kind == SHOPIFY_CSV:
            text = _table(SHOPIFY_COLUMNS, (row for order in reversed(orders) for row in _shopify_rows(order)))
        else:
            text = _table(WOO_COLUMNS, (row for order in orders for row in _woo_rows(order)))
        ending = "csv" if kind in (SHOPIFY_CSV, WOO_CSV) else "json"
        return f"{self.prefix or 'orders'}.{ending}", text, [self._told(order, kind) for order in orders]

    def _told(self, order: Order, kind: str) -> ExportedUnits:
        units: dict[str, tuple[int, int, int]] = {}
        for line in order.lines:
            said = _woo_said(order, line) if self.is_woo else _shopify_said(line, kind)
            if said[0] or said[2]:
                before = units.get(line.sku, (0, 0, 0))
                units[line.sku] = before[0] + said[0], before[1] + said[1], before[2] + said[2]
        return ExportedUnits(self.prefix + order.number, units, _closed(order), nothing_counts=not order.paid)

    def correct_the_book(self) -> None:
        """Somebody counts the shelf there: the book holds that, and all that the shop does not know to be sent.

        Units that left and are no longer wanted are never marked; whoever is told of them corrects the count there.
        """
        unknown: Counter[str] = Counter()
        for order in self.orders.values():
            unknown += (self.gone[order.number] & order.wanted) - order.sent
        self.book = Counter({sku: self.shelf[sku] + unknown[sku] for sku in SKUS})

    def own_counts(self) -> str:
        """Shopify's inventory says what is on hand by its book, WooCommerce's products what is left of that to sell."""
        if self.is_woo:
            set_aside: Counter[str] = Counter()
            for order in self.orders.values():
                if order.paid and not order.is_off:
                    set_aside += order.wanted - order.sent
            return _table(PRODUCT_COLUMNS, ([sku, "x", 1, self.book[sku] - set_aside[sku]] for sku in SKUS))
        item = ["h", "x", "Title", "Default Title"]
        rows = ([*item, sku, "", "", "Shop", 0, self.book[sku], self.book[sku]] for sku in SKUS)
        return _table(INVENTORY_COLUMNS, rows)


def _closed(order: Order) -> str | None:
    if order.cancelled:
        return CANCELLED
    if order.completed or not order.left:
        return SHIPPED
    return CANCELLED if order.refunded else None


def _shopify_said(line: Line, kind: str) -> tuple[int, int, int]:
    if kind != SHOPIFY_CSV or line.sent in (0, line.wanted):
        return line.wanted, line.sent, line.sent
    return line.wanted, 1, line.wanted - 1


def _woo_said(order: Order, line: Line) -> tuple[int, int, int]:
    """A refund lowers the quantity, also of units that were sent."""
    net, back = line.wanted - line.returned, line.refunded + line.returned
    if order.completed:
        return net, net, net + back
    if order.is_off:
        return net, 0, net + back
    return net, 0, net if order.shown_as_partial else 0


SHOPIFY_COLUMNS = ["Name", "Financial Status", "Fulfillment Status", "Created at", "Lineitem quantity", "Lineitem name"]
SHOPIFY_COLUMNS += ["Lineitem sku", "Lineitem requires shipping", "Lineitem fulfillment status", "Cancelled at"]
INVENTORY_COLUMNS = ["Handle", "Title", "Option1 Name", "Option1 Value", "SKU", "HS Code", "COO", "Location"]
INVENTORY_COLUMNS += ["Committed (not editable)", "Available (not editable)", "On hand (current)"]
PRODUCT_COLUMNS = ["SKU", "Name", "In stock?", "Stock"]
WOO_COLUMNS = ["Order Number", "Order Status", "Order Date", "Item Name", "SKU", "Quantity", "Quantity (- Refund)"]


def _table(columns: list[str], rows: Iterable[list[Any]]) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows(rows)
    return text.getvalue()


def _stamp(moment: str) -> str:
    return moment.replace("T", " ").replace("Z", " +0000")


def _payment(order: Order) -> str:
    return "refunded" if order.refunded else "voided" if order.cancelled else "paid"


def _shopify_status(order: Order) -> str:
    return "fulfilled" if not order.left else "partial" if +order.sent else "unfulfilled"


def _shopify_rows(order: Order) -> Iterator[list[Any]]:
    """Lines that were taken off as a whole are no longer in it. Only the first row has the order's own cells."""
    closed_on = _stamp(order.placed_at) if order.cancelled else ""
    own = [_payment(order), _shopify_status(order), _stamp(order.placed_at)]
    for line in order.lines:
        if line.wanted:
            status = "fulfilled" if line.sent == line.wanted else "partial" if line.sent else "pending"
            item = [line.wanted, f"Item {line.sku}", line.sku, "true", status]
            yield [order.number, *own, *item, closed_on]
            own, closed_on = ["", "", _stamp(order.placed_at)], ""


def _shopify_record(order: Order, *, lean: bool) -> dict[str, Any]:
    items = [
        {
            "id": line.id,
            "sku": line.sku,
            "name": f"Item {line.sku}",
            "quantity": line.ordered,
            "current_quantity": line.wanted - line.returned,
            "fulfillable_quantity": 0 if order.is_off else line.wanted - line.sent,
            "fulfillment_status": "partial" if 0 < line.sent < line.wanted else "fulfilled" if line.sent else None,
            "requires_shipping": True,
        }
        for line in order.lines
    ]
    refunds = []
    for line in order.lines:
        cancelled = line.wanted - line.sent if order.is_off else 0
        for units, kind in ((line.refunded + cancelled, "cancel"), (line.returned, "return")):
            if units:
                refunds.append(
                    {"refund_line_items": [{"line_item_id": line.id, "quantity": units, "restock_type": kind}]}
                )
    parcels = [("success", parcel) for parcel in order.parcels] + [("cancelled", parcel) for parcel in order.taken_back]
    record: dict[str, Any] = {
        "name": order.number,
        "created_at": order.placed_at,
        "cancelled_at": order.placed_at if order.cancelled else None,
        "financial_status": _payment(order),
        "fulfillment_status": None if _shopify_status(order) == "unfulfilled" else _shopify_status(order),
        "line_items": items,
        "refunds": refunds,
        "fulfillments": [
            {"status": status, "line_items": [{"id": at, "quantity": units} for at, units in parcel.items()]}
            for status, parcel in parcels
        ],
    }
    if lean:
        del record["fulfillments"]
    return record


def _woo_status(order: Order) -> str:
    if not order.paid:
        return "pending"
    if order.is_off:
        return "cancelled" if order.cancelled else "refunded"
    return "completed" if order.completed else "partial-shipped" if order.shown_as_partial else "processing"


def _woo_rows(order: Order) -> Iterator[list[Any]]:
    for line in order.lines:
        ordered, net = line.ordered - line.taken_off + line.refunded, line.wanted - line.returned
        yield [order.number, _woo_status(order), order.placed_at[:19].replace("T", " "), "x", line.sku, ordered, net]


def _woo_record(order: Order) -> dict[str, Any]:
    items = [
        {"id": line.id, "name": "x", "sku": line.sku, "quantity": line.ordered - line.taken_off + line.refunded}
        for line in order.lines
    ]
    refunds = [
        {
            "id": line.id,
            "line_items": [
                {
                    "id": 900 + line.id,
                    "quantity": -(line.refunded + line.returned),
                    "meta_data": [{"key": "_refunded_item_id", "value": str(line.id)}],
                }
            ],
        }
        for line in order.lines
        if line.refunded + line.returned
    ]
    return {
        "id": 10_000 + int(order.number),
        "number": order.number,
        "status": _woo_status(order),
        "date_created_gmt": order.placed_at[:19],
        "line_items": items,
        "refunds": refunds,
    }
