"""A shop's table as a list of columns, each with its own parser, and the rule of what is open.

class Item(ShopRow):
    order = Text("Order ID", needed=True)
    sku = Text("SKU", needed=True)
    quantity = Text("Quantity", needed=True)
    shipped = Filled("Date Shipped")
    status = State("Order Status", open_={"awaiting shipment"}, closing={"shipped": (FULFILLED, Status.SHIPPED)})

FORMAT = declared(Item, row_by_row(line), name="shop-orders", title=…, recognised_by=…, tells=…)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.report import Report
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundLine,
    FoundOrder,
    TableFormat,
    close_by_status,
    first,
    number,
    order_from_rows,
    rows_by_order,
    untold,
)
from backsplit.formats.statuses import status_word

T = TypeVar("T")
OfItsKind = TypeVar("OfItsKind", bound="Column[Any]")


class Column(property, Generic[T]):
    """A column: the names that it has in the shop's files, and what becomes of a cell.

    A file may lack it, unless it is `needed`. If the column `tells_sent`, a file that lacks it does not say what was
    sent of an open order. It is a property, since the cells of a file are read some million times.
    """

    def __init__(self, *names: str, parse: Callable[[str], T], needed: bool = False, tells_sent: bool = False) -> None:
        super().__init__()
        self.names, self.parse, self.needed, self.tells_sent = names, parse, needed, tells_sent
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        cell, parse = itemgetter(name), self.parse
        super().__init__(cell if parse is str else lambda row: parse(cell(row)))

    if TYPE_CHECKING:

        @overload
        def __get__(self: OfItsKind, row: None, owner: type, /) -> OfItsKind: ...
        @overload
        def __get__(self, row: Any, owner: type | None = ..., /) -> T: ...
        def __get__(self, row: Any, owner: type | None = ..., /) -> Any: ...

    def first(self, rows: Iterable[ShopRow]) -> T:
        """What the first cell that is not blank says: shops leave an order's cells blank on its later rows."""
        return self.parse(first(rows, self.name))

    def is_in(self, table: Table) -> bool:
        """Whether a file has the column."""
        return table.place({self.name: self.names}, self.name) is not None


class Text(Column[str]):
    """A cell as it is, without outer blanks."""

    def __init__(self, *names: str, needed: bool = False) -> None:
        super().__init__(*names, parse=str, needed=needed)


class Units(Column["int | None"]):
    """Whole units; None where the cell says nothing that can be read."""

    def __init__(self, *names: str, needed: bool = False, tells_sent: bool = False) -> None:
        super().__init__(*names, parse=number, needed=needed, tells_sent=tells_sent)


class Filled(Column[bool]):
    """Whether the cell holds anything, such as the date on which something was done."""

    def __init__(self, *names: str, needed: bool = False, tells_sent: bool = False) -> None:
        super().__init__(*names, parse=bool, needed=needed, tells_sent=tells_sent)


class Word(Column[str]):
    """A status or a kind, in the shop's words (`status_word`)."""

    def __init__(self, *names: str, needed: bool = False, tells_sent: bool = False) -> None:
        super().__init__(*names, parse=status_word, needed=needed, tells_sent=tells_sent)


class State(Word):
    """A status, of which the words in `open_` leave an order open and those in `closing` close it.

    Those in `in_part` leave it open, too, but some of it is sent. If the file does not say of which lines, `partly`
    tells the user how it is sent.
    """

    def __init__(
        self,
        *names: str,
        open_: Collection[str],
        closing: Closing,
        in_part: Collection[str] = (),
        partly: str = "",
        needed: bool = False,
        tells_sent: bool = False,
    ) -> None:
        super().__init__(*names, needed=needed, tells_sent=tells_sent)
        self.in_part, self.partly = frozenset(map(status_word, in_part)), partly
        self.open = self.in_part.union(map(status_word, open_))
        self.closing = {status_word(word): end for word, end in closing.items()}

    def close(self, order: FoundOrder, cells: Iterable[str], report: Report) -> None:
        """Leave the order out unless these cells say that it is open."""
        close_by_status(order, cells, self.open, self.closing, report)

    def look_for_part(self, order: FoundOrder, cell: str, report: Report) -> None:
        """Note an open order that is sent in part, as its first cell says that is not blank."""
        if order.left_out or status_word(cell) not in self.in_part:
            return
        order.in_part = True
        if self.partly:
            report.tally(
                f"{{n}} {{orders are|order is}} {self.partly}, and the file does not say which lines: taken whole",
                order.number,
            )


class ShopRow(Row):
    """A row of a shop's file. A shop declares its columns as attributes of a class of its own."""

    __slots__ = ()

    order: Column[str]

    @classmethod
    def declared(cls) -> list[Column[Any]]:
        """Its columns. One that a class declares again counts as it is there, at its first place."""
        columns = {
            name: column
            for base in reversed(cls.__mro__)
            for name, column in vars(base).items()
            if isinstance(column, Column)
        }
        return list(columns.values())


Rows = TypeVar("Rows", bound=ShopRow)


def row_by_row(
    line: Callable[[Rows, FoundOrder], FoundLine],
) -> Callable[[FoundOrder, Sequence[Rows], Table], Iterable[FoundLine]]:
    """The lines of a shop whose rows are its lines."""
    return lambda order, rows, _: [line(row, order) for row in rows]


def declared(
    row: type[Rows],
    lines: Callable[[FoundOrder, Sequence[Rows], Table], Iterable[FoundLine]],
    *,
    rule: Callable[[FoundOrder, Sequence[Rows], Table], None] | None = None,
    after: Callable[[FoundOrder, Sequence[Rows], Table], None] | None = None,
    keys: tuple[str, ...] = (),
    **of_the_format: Any,
) -> TableFormat:
    """The format of a shop's orders, by its columns.

    `lines` finds those of an order in its rows; where each row is a line, give `row_by_row`. An order is closed by the
    `rule`, then by its columns of state, in the order in which they are declared, and then by what comes `after`. The
    `keys` are the columns that tell orders apart, the first that is filled.
    """
    of_row = row.declared()
    columns = {column.name: column.names for column in of_row}
    states = [column for column in of_row if isinstance(column, State)]
    partial = [state for state in states if state.in_part]
    telling = [column for column in of_row if column.tells_sent]

    def orders(table: Table) -> Iterator[FoundOrder]:
        lacking = [column for column in telling if not column.is_in(table)]
        for column in lacking:
            if isinstance(column, State):
                table.report.notice(f"There is no column {column.names[0]}: every order was taken as open.")
        for rows in rows_by_order(row, table, columns, *keys):
            order = order_from_rows(rows, *keys)
            if rule is not None:
                rule(order, rows, table)
            for state in states:
                state.close(order, (row[state.name] for row in rows), table.report)
            if after is not None:
                after(order, rows, table)
            for state in partial:
                state.look_for_part(order, first(rows, state.name), table.report)
            order.lines = list(lines(order, rows, table))
            for found in order.lines if lacking else ():
                found.sent = None if order.closed else untold
            yield order

    needs = tuple(column.name for column in of_row if column.needed)
    return TableFormat(columns=columns, needs=needs, orders=orders, **of_the_format)
