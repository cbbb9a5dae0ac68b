"""Files of orders, stock and deliveries, as shops export them: bytes in, domain values out.

    with read_orders("orders.csv", ReadOptions(skip_bad=True)) as reading:
        for item in reading: ...

A file is opened and recognised at once, and read while it is iterated over. Only open orders and their open
lines come out as arriving; whatever else the file holds is told as left out, with a reason. All errors are
BadInput, with the file's name, the line and the value; WrongUsage where an option names something unknown.

The readers are imported when a file is read: most commands read none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backsplit.formats.options import ReadOptions

if TYPE_CHECKING:
    from backsplit.domain.arrivals import DeliveryLine, OrderItem, StockItem
    from backsplit.formats.reading import Reading
    from backsplit.formats.registry import FormatInfo

__all__ = ["FormatInfo", "ReadOptions", "Reading", "known_formats", "read_delivery", "read_orders", "read_stock"]

_PLAIN = ReadOptions()


def read_orders(path: str, options: ReadOptions = _PLAIN) -> Reading[OrderItem]:
    """The orders of a file: `-` is standard input."""
    from backsplit.formats import reading_files  # noqa: PLC0415

    return reading_files.read_orders(path, options)


def read_stock(path: str, options: ReadOptions = _PLAIN) -> Reading[StockItem]:
    """The counts of a file, one a SKU, in the order in which the file first names them."""
    from backsplit.formats import reading_files  # noqa: PLC0415

    return reading_files.read_stock(path, options)


def read_delivery(path: str, options: ReadOptions = _PLAIN) -> Reading[DeliveryLine]:
    """The lines of a delivery: plain files only, with columns sku, quantity and, where it has one, ref."""
    from backsplit.formats import reading_files  # noqa: PLC0415

    return reading_files.read_delivery(path, options)


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format there is, for people to choose from."""
    from backsplit.formats import registry  # noqa: PLC0415

    return registry.known_formats()


def __getattr__(name: str) -> object:
    if name == "Reading":
        from backsplit.formats.reading import Reading  # noqa: PLC0415

        return Reading
    if name == "FormatInfo":
        from backsplit.formats.registry import FormatInfo  # noqa: PLC0415

        return FormatInfo
    raise AttributeError(name)
