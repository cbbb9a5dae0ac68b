"""The CSV of `list`, `stock`, `shortages` and `history`: a header, then rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backsplit.domain.history import Event
from backsplit.domain.values import Order, Shortage, Stock

Row = list[object]
ORDER_COLUMNS = (
    "number status placed_at priority customer note split_from sku name quantity available short".split()  # noqa: SIM905
)


def orders(values: Iterable[Order]) -> Iterator[Row]:
    """A row a line of an order."""
    yield [*ORDER_COLUMNS]
    for order in values:
        for line, short in zip(order.lines, order.short, strict=True):
            yield [
                order.number,
                order.status.value,
                order.placed_at,
                order.priority,
                plain(order.customer),
                plain(order.note),
                order.split_from,
                line.sku,
                plain(line.name),
                line.quantity,
                line.available,
                short,
            ]


def stock(values: Iterable[Stock]) -> Iterator[Row]:
    yield ["sku", "name", "insert", "on_hand", "allocated", "available", "owed", "final"]
    for one in values:
        insert = "yes" if one.insert else "no"
        yield [one.sku, plain(one.name), insert, one.on_hand, one.allocated, one.available, one.owed, one.final]


def shortages(values: Iterable[Shortage]) -> Iterator[Row]:
    yield list(Shortage._fields)
    for one in values:
        yield list(one._replace(name=plain(one.name)))


def history(values: Iterable[Event]) -> Iterator[Row]:
    yield list(Event._fields)
    for event in values:
        yield list(event._replace(reason=plain(event.reason), user=plain(event.user)))


def plain(text: str) -> str:
    """Free text that a spreadsheet would run as a formula gets a `'` before it, which spreadsheets take for "text".

    A customer writes names and notes, so they must not run at the shop. SKUs and order numbers never pass here:
    the shop chose them, and they are keys that other programs look up; `-12` with a `'` before it would be found
    nowhere. Whoever opens such SKUs in a spreadsheet tells it that the column is text. JSON changes nothing at all.
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
