"""The user's options for reading a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["dmy", "mdy"]
SkuFrom = Literal["name", "sku-or-name"]
Duplicates = Literal["refuse", "sum", "last", "first"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of the import commands, for the file. `map` is field to column.

    A line's name is its SKU under `sku_from` "name"; under "sku-or-name" only where the SKU is blank.
    """

    format: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    skip_bad: bool = False
    sku_from: SkuFrom | None = None
    location: str | None = None
    duplicates: Duplicates = "refuse"
    date_order: DateOrder | None = None
    prefix: str = ""

    def sku_of(self, sku: str, name: str) -> str:
        """The SKU of a line with these cells; blank if it has none."""
        if self.sku_from is None:
            return sku.strip()
        return name.strip() if self.sku_from == "name" else sku.strip() or name.strip()
