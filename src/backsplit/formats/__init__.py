"""The user's options for reading a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

from backsplit.values import NamedTuple

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
