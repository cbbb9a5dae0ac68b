"""The CSV of `list`, `stock`, `shortages` and `history`: a header, then rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from backsplit.domain.history import Event
from backsplit.domain.values import Shortage

if TYPE_CHECKING:
    from backsplit.domain.outcomes.expecting import Moved
    from backsplit.domain.promises.expected import Expected
    from backsplit.domain.promises.promise import Promise
    from backsplit.domain.values import Order, Stock

Row = list[object]
ORDER_COLUMNS = (
    "number status placed_at priority customer note split_from sku name quantity available short promised".split()  # noqa: SIM905
)


Said = Callable[[str], str]  # how free text is written


def plain(text: str) -> str:
    """Put a `'` before free text that a spreadsheet would run as a formula. Spreadsheets take it for "text".

    Customers write names and notes, so these must not run at the shop. SKUs and order numbers are left alone: the
    shop chose them, and other programs look them up; nothing would find `'-12`. Tell the spreadsheet that such a
    column is text. JSON is never changed.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def orders(values: Iterable[Order], said: Said = plain) -> Iterator[Row]:
    """A row for each line of each order."""
    yield [*ORDER_COLUMNS]
    for order in values:
        for line, short in zip(order.lines, order.short, strict=True):
            yield [
                order.number,
                order.status.value,
                order.placed_at,
                order.priority,
                said(order.customer),
                said(order.note),
                order.split_from,
                line.sku,
                said(line.name),
                line.quantity,
                line.available,
                short,
                order.promised,
            ]


def stock(values: Iterable[Stock], said: Said = plain) -> Iterator[Row]:
    yield ["sku", "name", "insert", "on_hand", "allocated", "available", "owed", "final"]
    for one in values:
        insert = "yes" if one.insert else "no"
        yield [one.sku, said(one.name), insert, one.on_hand, one.allocated, one.available, one.owed, one.final]


def shortages(values: Iterable[Shortage], said: Said = plain) -> Iterator[Row]:
    yield list(Shortage._fields)
    for one in values:
        yield list(one._replace(name=said(one.name)))


def expected(values: Iterable[Expected], today: str) -> Iterator[Row]:
    yield ["ref", "sku", "expected", "received", "left", "on", "overdue"]
    for row in values:
        overdue = "yes" if row.is_overdue(today) else "no"
        yield [row.ref, row.sku, row.expected, row.received, row.left, row.on, overdue]


def moved(values: Iterable[Moved]) -> Iterator[Row]:
    yield ["order", "customer", "from", "to"]
    for one in values:
        yield [one.order, plain(one.customer), one.before, one.after]


def promises(values: Iterable[Promise]) -> Iterator[Row]:
    """A row for each SKU that an order waits for, one for an order that waits for none."""
    yield ["order", "promised", "sku", "short", "on", "ref"]
    for promise in values:
        for it in promise.waits:
            yield [promise.order, promise.on, it.sku, it.short, it.on, it.ref]
        if not promise.waits:
            yield [promise.order, promise.on, None, None, None, None]


def history(values: Iterable[Event]) -> Iterator[Row]:
    yield list(Event._fields)
    for event in values:
        yield list(event._replace(reason=plain(event.reason), user=plain(event.user)))
