"""A shop's format: how we recognise its file, and the function that finds orders or counts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Union

from backsplit.formats.columns.header import Header
from backsplit.formats.finding.found import FoundCount, FoundOrder
from backsplit.formats.rows.records import Record, Records
from backsplit.formats.rows.table import Columns, Table


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A shop's delimited file. Give either `orders` or `counts`.

    It fits a header that has a column for each of `needs`, and at least one column of each group in `marks`.
    `spelled` and `without` tell apart formats with similar columns: a header must have every name in `spelled`,
    and none in `without`, to the letter. They do not matter if the user names the format. `tells` says in a few
    words what its lines say of orders or stock; `only_open` whether a file tells nothing of what is sent or closed.
    `passes_through`: a row is a line, whose `quantity` can be written again (`to-ship`).
    """

    name: str
    title: str
    recognised_by: str
    tells: str
    columns: Columns
    needs: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...] = ()
    spelled: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    orders: Callable[[Table], Iterator[FoundOrder]] | None = None
    counts: Callable[[Table], Iterator[FoundCount]] | None = None
    quoted: bool = True
    footer: Callable[[Sequence[str]], bool] | None = None
    only_open: Callable[[Table], bool] | None = None
    passes_through: bool = False

    @property
    def what(self) -> str:
        return "orders" if self.orders else "stock"

    def fits(self, header: Header) -> bool:
        """Whether a header is one of this format. At most one format fits."""
        told = all(map(header.spells, self.spelled)) and not any(map(header.spells, self.without))
        return told and not self.missing(header)

    def missing(self, header: Header) -> list[str]:
        """The columns that this format cannot be read without, and that the header lacks."""
        groups = [*(self.columns[name] for name in self.needs), *self.marks]
        return [group[0] for group in groups if header.find(*group) is None]


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A shop's orders as JSON. `fits` looks at the first record. At most one format fits."""

    name: str
    title: str
    recognised_by: str
    tells: str
    fits: Callable[[Record], bool]
    orders: Callable[[Records], Iterator[FoundOrder]]

    @property
    def what(self) -> str:
        return "orders"


Format = Union[TableFormat, RecordFormat]
