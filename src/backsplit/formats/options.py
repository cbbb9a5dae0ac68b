"""The user's options for reading a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

DateOrder = Literal["dmy", "mdy"]
SkuFrom = Literal["name", "sku-or-name"]
Decimal = Literal["comma", "point"]
Duplicates = Literal["refuse", "sum", "last", "first"]


NOTHING: Mapping[str, Any] = MappingProxyType({})


class ReadOptions(NamedTuple):
    """Options of the import commands, for the file. `map` is field to column.

    A line's name is its SKU under `sku_from` "name"; under "sku-or-name" only where the SKU is blank.
    `decimal` is the mark before a fraction in the numbers of a plain file. `sheet` is the sheet of a workbook. Without
    a `map`, the one in `remembered` counts that belongs to the file's header (`columns/remembering.py`).
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
    remembered: Mapping[str, Mapping[str, str]] = NOTHING
    prefix: str = ""

    def sku_of(self, sku: str, name: str) -> str:
        """The SKU of a line with these cells; blank if it has none."""
        if self.sku_from is None:
            return sku.strip()
        return name.strip() if self.sku_from == "name" else sku.strip() or name.strip()
