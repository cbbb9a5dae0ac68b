"""The user's options for reading a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.imports import DeliveryItem, ExpectedItem, LabelLine, OrderItem, PartLine, StockItem
    from backsplit.domain.shop_updates import Items
    from backsplit.formats.reader import Reading
    from backsplit.formats.recognise import FormatInfo

__all__ = [
    "ReadOptions",
    "known_formats",
    "read_delivery",
    "read_expected",
    "read_items",
    "read_kits",
    "read_labels",
    "read_orders",
    "read_stock",
]


DateOrder = Literal["dmy", "mdy"]
SkuFrom = Literal["sku", "name", "sku-or-name"]
Decimal = Literal["comma", "point"]
Duplicates = Literal["refuse", "sum", "last", "first"]


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Remembered(NamedTuple):
    """What was typed before for files with one header, or of one shop.

    The columns by field, the words of --open by column, and --sku-from where that takes names.
    """

    columns: Mapping[str, str] = NOTHING
    open: Mapping[str, Sequence[str]] = NOTHING
    sku_from: SkuFrom | None = None


class ReadOptions(NamedTuple):
    """Options of the import commands, for the file. `map` is field to column.

    A line's name is its SKU under `sku_from` "name"; under "sku-or-name" only where the SKU is blank. `shop` is the
    name that the user gives the shop of the file.
    `decimal` is the mark before a fraction in the numbers of a plain file. `sheet` is the sheet of a workbook. `open`
    are values of a column of state that mean open. Without a `map`, `open` or `sku_from`, what is in `remembered`
    counts that belongs to the file's header (`columns.remembered`), or to its shop (`columns.shop_key`).
    """

    format: str | None = None
    map: Mapping[str, str] = NOTHING
    encoding: str | None = None
    skip_bad: bool = False
    sku_from: SkuFrom | None = None
    location: str | None = None
    duplicates: Duplicates = "refuse"
    date_order: DateOrder | None = None
    decimal: Decimal | None = None
    sheet: str | None = None
    open: tuple[str, ...] = ()
    remembered: Mapping[str, Remembered] = NOTHING
    prefix: str = ""
    shop: str = ""

    @property
    def takes_names(self) -> bool:
        """Whether a name may be a SKU."""
        return self.sku_from in ("name", "sku-or-name")

    def sku_of(self, sku: str, name: str) -> str:
        """The SKU of a line with these cells; blank if it has none."""
        if not self.takes_names:
            return sku.strip()
        return name.strip() if self.sku_from == "name" else sku.strip() or name.strip()


_PLAIN = ReadOptions()


def read_orders(path: str, options: ReadOptions = _PLAIN) -> Reading[OrderItem]:
    """The orders of a file; `-` is standard input. Raises BadInput, WrongUsage."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_orders(path, options)


def read_stock(path: str, options: ReadOptions = _PLAIN) -> Reading[StockItem]:
    """The counts of a file, one per SKU, in the file's order. Raises BadInput, WrongUsage."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_stock(path, options)


def read_delivery(path: str, options: ReadOptions = _PLAIN) -> Reading[DeliveryItem]:
    """The lines of a delivery. The file is a plain one with sku, quantity and perhaps ref. Raises as read_stock."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_delivery(path, options)


def read_expected(path: str, options: ReadOptions = _PLAIN) -> Reading[ExpectedItem]:
    """The lines of purchase orders: a plain file with sku, quantity, date and perhaps ref. Raises as read_stock."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_expected(path, options)


def read_kits(path: str, options: ReadOptions = _PLAIN) -> Reading[PartLine]:
    """The parts of kits: a plain file with kit, sku and quantity. Raises as read_stock."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_kits(path, options)


def read_labels(path: str, options: ReadOptions = _PLAIN) -> Reading[LabelLine]:
    """The labels of a plain file with order, tracking and perhaps carrier. Raises as read_stock."""
    from backsplit.formats import reader  # noqa: PLC0415

    return reader.read_labels(path, options)


def read_items(path: str) -> Items:
    """The items of Amazon's unshipped report, by the order's number. Raises BadInput for any other file."""
    from backsplit.formats import shop_updates  # noqa: PLC0415

    return shop_updates.read_items(path)


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format, for users to choose from."""
    from backsplit.formats import recognise  # noqa: PLC0415

    return recognise.known_formats()
