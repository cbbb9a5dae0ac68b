"""What a shop's format hands over, and what is then done alike for every shop.

A format only finds: which rows are one order, what its cells say, and whether a line is still to be
shipped. Numbers, SKUs, quantities and dates are checked here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

from backsplit.domain.arrivals import MOST_LINES, ArrivingLine, ArrivingOrder, ClosedOrder, LeftOut, OrderItem
from backsplit.domain.values import Status
from backsplit.formats import fields
from backsplit.formats.options import ReadOptions
from backsplit.formats.report import FieldError, Report, shown

if TYPE_CHECKING:
    from backsplit.formats.columns import Header
    from backsplit.formats.dates import Dates
    from backsplit.formats.json_records import Record, Records
    from backsplit.formats.table import Columns, Row, Table

# Reasons for leaving a line out. They are counted by users, so a reason never changes its words.
CANCELLED = "cancelled"
FULFILLED = "fulfilled"
REFUNDED = "refunded"
VOIDED = "voided"
NOT_PAID = "not paid"
NOT_CONFIRMED = "not confirmed"
NOT_SHIPPED = "not to be shipped"
GIFT_CARD = "gift card"
TIP = "tip"
NO_SKU = "no SKU"
NO_LINES = "no lines"
NOTHING_LEFT = "nothing left to ship"
UNKNOWN_STATUS = "unknown status"
NOT_TRACKED = "not tracked"
OTHER_LOCATION = "another location"

# With these a line is rightly left out; with any other, goods that were ordered are missing.
EXPECTED = frozenset(
    {
        CANCELLED,
        FULFILLED,
        REFUNDED,
        VOIDED,
        NOT_PAID,
        NOT_CONFIRMED,
        NOT_SHIPPED,
        GIFT_CARD,
        TIP,
        NOTHING_LEFT,
        UNKNOWN_STATUS,
        NOT_TRACKED,
        OTHER_LOCATION,
    }
)

# With these an order's line was never anything to ship: an order of which the rest went out is shipped.
_NO_GOODS = {NOT_SHIPPED, GIFT_CARD, TIP, NOTHING_LEFT}


@dataclass(slots=True)
class FoundLine:
    """A line as the file has it; `left_out` is the reason where it is not to be taken."""

    at: int
    sku: str
    quantity: str
    name: str = ""
    left_out: str = ""


@dataclass(slots=True)
class FoundOrder:
    """An order as the file has it. `left_out` is the reason where nothing of it is to be taken, and
    `closed` then says whether the shop has shipped or cancelled it."""

    number: str
    at: int
    placed: str = ""
    lines: list[FoundLine] = field(default_factory=list)
    left_out: str = ""
    closed: Status | None = None
    priority: str = ""
    customer: str = ""
    note: str = ""

    def close(self, reason: str, status: Status | None) -> None:
        if not self.left_out:
            self.left_out, self.closed = reason, status


@dataclass(slots=True)
class FoundCount:
    """A count as the file has it, before it is checked.

    `plus` is added to it and `less` taken off. `location` is blank where the file knows none.
    """

    at: int
    sku: str
    count: str
    name: str = ""
    location: str = ""
    plus: str = ""
    less: str = ""
    insert: str = ""


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A shop's delimited file. It fits a header that has, for each of `needs`, one of its `columns`.

    Exactly one of `orders` and `counts` is given. `marks` are columns that must be there besides, one of
    each group: they tell formats apart whose needed columns are alike.
    """

    name: str
    title: str
    recognised_by: str
    columns: Columns
    needs: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...] = ()
    orders: Callable[[Table], Iterator[FoundOrder]] | None = None
    counts: Callable[[Table], Iterator[FoundCount]] | None = None
    quoted: bool = True
    footer: Callable[[Any], bool] | None = None

    @property
    def what(self) -> str:
        return "orders" if self.orders else "stock"

    def missing(self, header: Header) -> list[str]:
        """The columns for want of which it is not this format; empty where it is."""
        missing = [self.columns[name][0] for name in self.needs if header.find(*self.columns[name]) is None]
        return missing + [group[0] for group in self.marks if header.find(*group) is None]


@dataclass(frozen=True, slots=True)
class RecordFormat:
    """A shop's orders as JSON. `fits` looks at the first record."""

    name: str
    title: str
    recognised_by: str
    fits: Callable[[Record], bool]
    orders: Callable[[Records], Iterator[FoundOrder]]

    @property
    def what(self) -> str:
        return "orders"


Format = Union[TableFormat, RecordFormat]


def grouped(table: Table, columns: Columns, *keys: str) -> Iterator[list[Row]]:
    """The rows of one order after the other. A row without any of the `keys` belongs to the order above it.

    Raises BadInput for an order of more than MOST_LINES rows.
    """
    keys = keys or ("order",)
    group: list[Row] = []
    current = ""
    for row in table.rows(columns):
        key = next((row[name] for name in keys if row[name]), "")
        if group and (not key or key == current):
            if len(group) == MOST_LINES:
                detail = f"order {shown(current)} has more than {MOST_LINES:,} lines"
                raise table.report.refuse(f"{table.report.unit} {row.at}: {detail}.")
            group.append(row)
            continue
        if group:
            yield group
        group, current = [row], key
    if group:
        yield group


def begun(rows: list[Row], *keys: str) -> FoundOrder:
    """An order without its lines yet: its number, its date, and what --map has named besides."""
    number = next((text for name in keys or ("order",) if (text := first(rows, name))), "")
    return FoundOrder(
        number,
        rows[0].at,
        first(rows, "placed_at"),
        priority=first(rows, "priority"),
        customer=first(rows, "customer"),
        note=first(rows, "note"),
    )


# What a shop calls its statuses: an open one is in the one, any other in the other, with its reason.
Closing = Mapping[str, tuple[str, Union[Status, None]]]


def close_by_status(
    order: FoundOrder, rows: Iterable[str], open_: Collection[str], closing: Closing, report: Report
) -> None:
    """Close the order unless its status is an open one: cancelled if any of its rows says so, else as the
    first row says that says anything. A status that is not known is not taken for open."""
    said = [text for text in rows if text]
    words = [status_word(text) for text in said]
    cancelled = (word for word in words if closing.get(word, ("", None))[1] is Status.CANCELLED)
    word = next(cancelled, words[0] if words else "")
    if word in closing:
        order.close(*closing[word])
    elif word and word not in open_:
        order.close(UNKNOWN_STATUS, None)
        report.tally(
            "{n} orders have a status that is not known, and were left out; to take them, see --format csv and --map",
            said[words.index(word)],
        )


def variant_name(title: str, *options: str) -> str:
    """A product's variant as Shopify names it on an order's line: `Mug - Blue / Large`."""
    chosen = " / ".join(option for option in options if option and option != "Default Title")
    return f"{title} - {chosen}" if title and chosen else title or chosen


def status_word(text: str) -> str:
    """`On-Hold`, `on_hold` and `wc-on-hold` are one status."""
    return " ".join(text.lower().removeprefix("wc-").replace("_", " ").replace("-", " ").split())


def first(rows: Iterable[Row], name: str) -> str:
    """What the first of an order's rows says that says anything: later rows leave the order's cells blank."""
    return next((row[name] for row in rows if row[name]), "")


def taken(
    found: Iterable[FoundOrder],
    report: Report,
    options: ReadOptions,
    dates: Dates,
    column: Callable[[str], str],
) -> Iterator[OrderItem]:
    """Found orders to arriving ones, with everything that is left out told line by line."""
    for order in found:
        try:
            number = fields.number(options.prefix + order.number if order.number.strip() else "")
        except FieldError as error:
            report.bad(order.at, error.reason, error.detail, column=column("order"))
            continue
        if order.left_out:
            yield from _closed(number, order)
            continue
        lines = yield from _lines(number, order, report, options, column)
        if lines:
            try:
                yield _arriving(number, order, lines, dates)
            except FieldError as error:
                report.bad(order.at, error.reason, error.detail, column=column(error.field), order=number)
        elif _all_gone(order.lines):
            yield ClosedOrder(number, Status.SHIPPED, order.at)


def _lines(
    number: str,
    order: FoundOrder,
    report: Report,
    options: ReadOptions,
    column: Callable[[str], str],
) -> Generator[LeftOut, None, list[ArrivingLine]]:
    """The lines to be taken; those that are left out are yielded."""
    if not order.lines:
        yield LeftOut(number, order.at, NO_LINES)
    lines = []
    for line in order.lines:
        try:
            arriving = _line(line, options)
        except FieldError as error:
            line.left_out = error.reason
            report.bad(line.at, error.reason, error.detail, column=column(error.field), order=number)
            continue
        if arriving is None:
            yield LeftOut(number, line.at, line.left_out)
        else:
            lines.append(arriving)
    return lines


def _closed(number: str, order: FoundOrder) -> Iterator[OrderItem]:
    for line in order.lines:
        yield LeftOut(number, line.at, order.left_out)
    if order.closed:
        yield ClosedOrder(number, order.closed, order.at)


def _arriving(number: str, order: FoundOrder, lines: list[ArrivingLine], dates: Dates) -> ArrivingOrder:
    return ArrivingOrder(
        number,
        tuple(lines),
        dates(order.placed) if order.placed else None,
        fields.priority(order.priority) if order.priority else None,
        fields.words(order.customer, "customer"),
        fields.words(order.note, "note"),
        order.at,
    )


def _line(line: FoundLine, options: ReadOptions) -> ArrivingLine | None:
    """None where it is left out, for the reason that `line.left_out` then has."""
    if not line.left_out:
        if not (line.name if options.sku_from_name else line.sku).strip():
            line.left_out = NO_SKU
        elif fields.whole(line.quantity, "quantity") == 0:  # `quantity-to-ship` 0
            line.left_out = NOTHING_LEFT
    if line.left_out:
        return None
    name = fields.words(line.name, "name")
    return ArrivingLine(fields.sku(name if options.sku_from_name else line.sku), fields.quantity(line.quantity), name)


def _all_gone(lines: list[FoundLine]) -> bool:
    """Some of it was fulfilled, and the rest never was anything to ship (a tip, a download)."""
    reasons = {line.left_out for line in lines}
    return FULFILLED in reasons and reasons <= _NO_GOODS | {FULFILLED}
