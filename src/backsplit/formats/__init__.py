"""Files of orders, stock and deliveries, as shops export them: bytes in, domain values out.

    with read_orders("orders.csv", ReadOptions(skip_bad=True)) as reading:
        for item in reading: ...

We open and recognise a file at once, and read it during the iteration. Only open orders and their open lines
arrive; each line left out comes as LeftOut, with a reason. All errors are BadInput, with the file's name, the
line and the value, or WrongUsage if an option names something unknown.

The rooms are the steps, in order: `opening` (bytes to text), `columns` (names to places), `recognising`, `rows`,
`cells` (text to checked values), `taking_in`. `shops` has a module for each shop's file, written with the tools
in `finding`; `plain` reads every other table. `files` runs the steps.

The readers are imported only when a file is read, since most commands read none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backsplit.formats.options import ReadOptions

if TYPE_CHECKING:
    from backsplit.domain.shop.arrivals import DeliveryLine, ExpectedLine, OrderItem, StockItem
    from backsplit.formats.reading import Reading
    from backsplit.formats.registry import FormatInfo

__all__ = ["ReadOptions", "known_formats", "read_delivery", "read_expected", "read_orders", "read_stock"]

_PLAIN = ReadOptions()


def read_orders(path: str, options: ReadOptions = _PLAIN) -> Reading[OrderItem]:
    """The orders of a file; `-` is standard input. Raises BadInput, WrongUsage."""
    from backsplit.formats import files  # noqa: PLC0415

    return files.read_orders(path, options)


def read_stock(path: str, options: ReadOptions = _PLAIN) -> Reading[StockItem]:
    """The counts of a file, one per SKU, in the file's order. Raises BadInput, WrongUsage."""
    from backsplit.formats import files  # noqa: PLC0415

    return files.read_stock(path, options)


def read_delivery(path: str, options: ReadOptions = _PLAIN) -> Reading[DeliveryLine]:
    """The lines of a delivery. The file is a plain one with sku, quantity and perhaps ref. Raises as read_stock."""
    from backsplit.formats import files  # noqa: PLC0415

    return files.read_delivery(path, options)


def read_expected(path: str, options: ReadOptions = _PLAIN) -> Reading[ExpectedLine]:
    """The lines of purchase orders: a plain file with sku, quantity, date and perhaps ref. Raises as read_stock."""
    from backsplit.formats import files  # noqa: PLC0415

    return files.read_expected(path, options)


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format, for users to choose from."""
    from backsplit.formats import registry  # noqa: PLC0415

    return registry.known_formats()
