"""The rows of a CSV or of a workbook: a header, then rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from backsplit.domain.history import Event
from backsplit.domain.orders import Shortage

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.orders import Order, Stock
    from backsplit.domain.promises import Promise
    from backsplit.services.deliveries import Moved


Row = list[object]
ORDER_COLUMNS = (
    "number status placed_at priority customer note split_from sku name quantity available short promised".split()  # noqa: SIM905
)
STOCK_COLUMNS = ("sku", "name", "insert", "on_hand", "allocated", "available", "owed", "final")
PROMISE_COLUMNS = ("order", "promised", "sku", "short", "on", "ref", "customer")

# Columns whose text nobody at the shop has chosen.
FREE_TEXT = {"name", "customer", "note", "reason", "user", "ref", "carrier", "tracking"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how text begins that a spreadsheet would run


def without_formulas(rows: Iterable[Row]) -> Iterator[Row]:
    """For a CSV: put a `'` before free text that a spreadsheet would run as a formula. Spreadsheets take it for "text".

    Customers write names and notes, so these must not run at the shop. SKUs and order numbers are left alone: the
    shop chose them, and other programs look them up; nothing would find `'-12`. Tell the spreadsheet that such a
    column is text. JSON is never changed, and a workbook marks its text as text.
    """
    found = iter(rows)
    for header in found:
        free = [place for place, name in enumerate(header) if name in FREE_TEXT]
        yield header
        for row in found:
            for place in free:
                text = row[place]
                if isinstance(text, str) and text.startswith(FORMULA):
                    row[place] = f"'{text}"
            yield row


def orders(values: Iterable[Order]) -> Iterator[Row]:
    """A row for each line of each order."""
    yield [*ORDER_COLUMNS]
    for order in values:
        for line, short in zip(order.lines, order.short, strict=True):
            yield [
                order.number,
                order.status.value,
                order.placed_at,
                order.priority,
                order.customer,
                order.note,
                order.split_from,
                line.sku,
                line.name,
                line.quantity,
                line.available,
                short,
                order.promised,
            ]


def stock(values: Iterable[Stock]) -> Iterator[Row]:
    yield [*STOCK_COLUMNS]
    for product in values:
        insert = "yes" if product.insert else "no"
        yield [
            product.sku,
            product.name,
            insert,
            product.on_hand,
            product.allocated,
            product.available,
            product.owed,
            product.final,
        ]


def shortages(values: Iterable[Shortage]) -> Iterator[Row]:
    yield list(Shortage._fields[:-1])
    for *cells, _ in values:
        yield cells


def expected(values: Iterable[Expected], today: str) -> Iterator[Row]:
    yield ["ref", "sku", "expected", "received", "left", "on", "overdue"]
    for row in values:
        overdue = "yes" if row.is_overdue(today) else "no"
        yield [row.ref, row.sku, row.expected, row.received, row.left, row.on, overdue]


def moved(values: Iterable[Moved]) -> Iterator[Row]:
    yield ["order", "customer", "from", "to"]
    for change in values:
        yield [change.order, change.customer, change.before, change.after]


def promises(values: Iterable[Promise]) -> Iterator[Row]:
    """A row for each SKU that an order waits for, one for an order that waits for none."""
    yield [*PROMISE_COLUMNS]
    for promise in values:
        for wait in promise.waits:
            yield [promise.order, promise.on, wait.sku, wait.short, wait.on, wait.ref, promise.customer]
        if not promise.waits:
            yield [promise.order, promise.on, None, None, None, None, promise.customer]


def history(values: Iterable[Event]) -> Iterator[Row]:
    yield list(Event._fields)
    for event in values:
        yield list(event)
