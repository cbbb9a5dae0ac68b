"""A shop's table as a list of columns, each with its own parser, and the rule of what is open.

class Rows(ShopRow):
    order = Text("Order ID", needed=True)
    sku = Text("SKU", needed=True)
    quantity = Text("Quantity", needed=True)
    shipped = Filled("Date Shipped")
    status = State("Order Status", open_={"awaiting shipment"}, closing={"shipped": (FULFILLED, Status.SHIPPED)})

FORMAT = declared(Rows, name="shop-orders", title=…, line=…, rule=…)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    close_by_status,
    grouped_as,
    number,
    order_from_rows,
)
from backsplit.formats.statuses import status_word

T = TypeVar("T")


class Column(Generic[T]):
    """A column: the names that it has in the shop's files, and what becomes of a cell.

    A file may lack it, unless it is `needed`.
    """

    def __init__(self, *names: str, parse: Callable[[str], T], needed: bool = False) -> None:
        self.names, self.parse, self.needed = names, parse, needed
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Column[T]: ...
    @overload
    def __get__(self, row: ShopRow, owner: type) -> T: ...
    def __get__(self, row: ShopRow | None, owner: type) -> Column[T] | T:
        return self if row is None else self.parse(row[self.name])


class Text(Column[str]):
    """A cell as it is, without outer blanks."""

    def __init__(self, *names: str, needed: bool = False) -> None:
        super().__init__(*names, parse=str, needed=needed)


class Units(Column["int | None"]):
    """Whole units; None where the cell says nothing that can be read."""

    def __init__(self, *names: str, needed: bool = False) -> None:
        super().__init__(*names, parse=number, needed=needed)


class Filled(Column[bool]):
    """Whether the cell holds anything, such as the date on which something was done."""

    def __init__(self, *names: str, needed: bool = False) -> None:
        super().__init__(*names, parse=bool, needed=needed)


class State(Column[str]):
    """A status, of which the words in `open_` leave an order open and those in `closing` close it."""

    def __init__(self, *names: str, open_: Collection[str], closing: Closing, needed: bool = False) -> None:
        super().__init__(*names, parse=status_word, needed=needed)
        self.open, self.closing = (
            frozenset(map(status_word, open_)),
            {status_word(w): end for w, end in closing.items()},
        )


class ShopRow(Row):
    """A row of a shop's file. A shop declares its columns as attributes of a class of its own."""

    __slots__ = ()

    order: Column[str]

    @classmethod
    def declared(cls) -> list[Column[Any]]:
        return [
            column for base in reversed(cls.__mro__) for column in vars(base).values() if isinstance(column, Column)
        ]


Rows = TypeVar("Rows", bound=ShopRow)


def declared(
    row: type[Rows],
    line: Callable[[Rows, FoundOrder], FoundLine],
    *,
    rule: Callable[[FoundOrder, Sequence[Rows], Table], None] | None = None,
    keys: tuple[str, ...] = (),
    **of_the_format: Any,
) -> TableFormat:
    """The format of a shop's orders, by its columns.

    An order is closed by its columns of state, in the order in which they are declared, and before that by the `rule`.
    `line` is the line of one row. The `keys` are the columns that tell orders apart, the first that is filled.
    """
    columns = {column.name: column.names for column in row.declared()}
    states = [column for column in row.declared() if isinstance(column, State)]

    def orders(table: Table) -> Iterator[FoundOrder]:
        for rows in grouped_as(row, table, columns, *keys):
            order = order_from_rows(rows, *keys)
            if rule is not None:
                rule(order, rows, table)
            for state in states:
                close_by_status(order, (one[state.name] for one in rows), state.open, state.closing, table.report)
            order.lines = [line(one, order) for one in rows]
            yield order

    needs = tuple(column.name for column in row.declared() if column.needed)
    return TableFormat(columns=columns, needs=needs, orders=orders, **of_the_format)
