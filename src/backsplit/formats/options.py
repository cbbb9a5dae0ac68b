"""The user's options for reading a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["dmy", "mdy"]
Duplicates = Literal["refuse", "sum", "last", "first"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of the import commands, for the file. `map` is field to column."""

    format: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    skip_bad: bool = False
    sku_from_name: bool = False
    location: str | None = None
    duplicates: Duplicates = "refuse"
    date_order: DateOrder | None = None
    prefix: str = ""
