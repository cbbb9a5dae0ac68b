"""What the shops' formats share: they find orders and counts in rows and records, unchecked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Union

from backsplit.domain.limits import LARGEST_QUANTITY, MOST_LINES
from backsplit.domain.orders import Status
from backsplit.formats import cells
from backsplit.formats.columns import CUSTOMER, FACTS, PLACED_AT, Header
from backsplit.formats.csv_rows import AnyRow, Columns, Row, Table
from backsplit.formats.json_records import Record, Records, text_of
from backsplit.formats.report import REFUNDED, UNKNOWN_STATUS, FieldError, Report, quoted
from backsplit.formats.statuses import status_word

Sent = Callable[[int], tuple[int, int]]


def nothing(_: int) -> tuple[int, int]:
    return 0, 0


def all_of_it(wanted: int) -> tuple[int, int]:
    return (wanted, 0) if wanted else untold(wanted)


def a_part(wanted: int) -> tuple[int, int]:
    """At least one unit, and at least one is left. Of a single unit there is no such part: we know nothing."""
    return (1, wanted - 2) if wanted > 1 else (0, wanted)


def untold(wanted: int) -> tuple[int, int]:
    """A file may show a cancelled line with 0 units. Any number may have been sent of it before."""
    return 0, wanted or LARGEST_QUANTITY


@lru_cache(maxsize=1_000)
def units(sent: int, unsure: int = 0) -> Sent:
    """The same for any number wanted."""
    said = min(sent, LARGEST_QUANTITY), min(unsure, LARGEST_QUANTITY)
    return lambda _: said


@lru_cache(maxsize=1_000)
def number(cell: str) -> int | None:
    """Units in a column that says what was sent or is left; None if it says nothing that can be read."""
    try:
        units = cells.whole(cell, "quantity")
    except FieldError:
        return None
    return units if units >= 0 else None


@dataclass(slots=True)
class FoundLine:
    """A line as the file has it. `quantity` are the units wanted in all, open and sent.

    `sent` tells how many of them are sent; None where the order's status decides. `left_out` is the reason if
    nothing of the line is taken. A line that is not for the shelf (`ships`) is not followed either. Lines of an order
    with the same `group`, if it is not blank, belong together (rule 18).
    """

    at: int
    sku: str
    quantity: str
    name: str = ""
    left_out: str = ""
    sent: Sent | None = None
    ships: bool = True
    group: str = ""

    def take_off(self, returned: int) -> None:
        """Want so many units less, which came back; a line of which none is left is left out."""
        quantity = number(self.quantity)
        if quantity is not None and returned:
            self.quantity = str(max(0, quantity - returned))
            self.left_out = "" if quantity > returned else REFUNDED


@dataclass(slots=True)
class FoundOrder:
    """An order as the file has it. `said` are the cells of its facts, by their names (`columns.FACTS`).

    `shop_id` is the shop's own id of the order, where the file has one besides the number. `withheld` is the state, in
    the shop's words, in which an order is not to be sent for now. `left_out` is the reason if the whole order is left
    out. `closed` then says whether the shop has shipped or cancelled it; None if neither. `set_aside`: the shop has
    set stock aside for it all the same. `in_part`: it is open, and its status says that some of it is sent.
    """

    number: str
    at: int
    said: dict[str, str] = field(default_factory=dict)
    lines: list[FoundLine] = field(default_factory=list)
    left_out: str = ""
    closed: Status | None = None
    shop_id: str = ""
    withheld: str = ""
    set_aside: bool = False
    in_part: bool = False

    def close(self, reason: str, status: Status | None) -> None:
        """Leave the order out. The first reason given stays."""
        if not self.left_out:
            self.left_out, self.closed = reason, status


@dataclass(slots=True)
class FoundCount:
    """A count as the file has it. `plus` is added to `count`, and `less` subtracted.

    `location` is blank in a file without locations.
    """

    at: int
    sku: str
    count: str
    name: str = ""
    location: str = ""
    plus: str = ""
    less: str = ""
    insert: str = ""


def each(
    records: Records,
    build: Callable[[int, Record, Records], FoundOrder],
    found: Iterable[tuple[int, Record]] | None = None,
) -> Iterator[FoundOrder]:
    """Each record as an order, or each that was `found` in them. One whose values are of the wrong kind is reported."""
    for at, record in records if found is None else found:
        try:
            order = build(at, record, records)
        except FieldError as error:
            records.report.bad(at, error.reason, error.detail, column=error.field)
            continue
        del record  # one at a time is in the memory
        yield order


def cell(record: Record, *keys: str) -> str:
    """The first of these values that is not blank, as text. Raises FieldError for a list or an object."""
    for key in keys:
        value = record.get(key)
        if text := (value if isinstance(value, str) else text_of(value, key)).strip():
            return text
    return ""


def utc(record: Record, key: str) -> str:
    """A time in UTC that the shop writes without its zone, with its zone; blank if there is none."""
    text = cell(record, key)
    return f"{text}Z" if len(text) == len("2026-01-31T09:00:00") else text


def parts(record: Record, key: str) -> list[Record]:
    """The list of objects under this key; empty if there is none. Raises FieldError for anything else."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise FieldError(key, "not a list of lines", "there should be a list of objects here")
    return value


def order_from_record(
    at: int, record: Record, records: Records, *, number: tuple[str, ...], **facts: tuple[str, ...]
) -> FoundOrder:
    """An order without its lines yet. `number` and `facts` are the keys that hold them; --map counts before these."""
    mapped = records.mapped

    def said(field: str, keys: tuple[str, ...]) -> str:
        return cell(record, mapped[field]) if field in mapped else cell(record, *keys)

    cells = {fact.name: said(fact.name, facts.get(fact.name, ())) for fact in FACTS}
    filled = {name: text for name, text in cells.items() if text}
    return FoundOrder(said("order", number), at, filled, shop_id=cell(record, "id"))


def line(at: int, part: Record, records: Records, quantity: str) -> FoundLine:
    """A line, with the keys for SKU and name that these shops use, or those of --map."""
    mapped = records.mapped
    return FoundLine(
        at,
        cell(part, mapped.get("sku", "sku")),
        cell(part, mapped["quantity"]) if "quantity" in mapped else quantity,
        cell(part, mapped.get("name", "name")) or cell(part, "title"),
    )


# A shop's export may hold names and addresses. We read a fact only from a column of the format, or by --map.
_BY_MAP_ONLY: Columns = {fact.name: () for fact in FACTS}
# Rows in which one of these differs are looked at as two orders of one number.
_OF_ONE_ORDER = ("id", PLACED_AT.name, CUSTOMER.name)


def rows_by_order(row_class: type[AnyRow], table: Table, columns: Columns, *keys: str) -> Iterator[list[AnyRow]]:
    """The rows of each order. A row whose `keys` are all blank belongs to the order above it.

    Rows of one number that name another id, time or customer come as another group: `taken` says whether they can be
    one order. Raises BadInput for an order of more than MOST_LINES rows.
    """
    may_differ = bool(keys)  # eBay puts together what was bought on several days
    keys = keys or ("order",)
    group: list[AnyRow] = []
    current = ""
    for row in table.rows_as(row_class, {**_BY_MAP_ONLY, **columns}):
        key = next((row[name] for name in keys if row[name]), "")
        if group and (not key or (key == current and (may_differ or not _differs(row, group[0])))):
            if len(group) == MOST_LINES:
                detail = f"order {quoted(current)} has more than {MOST_LINES:,} lines"
                raise table.report.refuse(f"{table.report.unit} {row.at}: {detail}.")
            group.append(row)
            continue
        if group:
            yield group
        group, current = [row], key
    if group:
        yield group


def _differs(row: Row, first_row: Row) -> bool:
    """Whether the rows name another id, time or customer."""
    return any((cell := row.get(name)) and cell != (first_row.get(name) or cell) for name in _OF_ONE_ORDER)


def order_from_rows(rows: Sequence[Row], *keys: str) -> FoundOrder:
    """An order without its lines yet: its number, which is the first of the `keys` it has, and its facts."""
    number = next((text for name in keys or ("order",) if (text := first(rows, name))), "")
    facts = {name: cell for name in _BY_MAP_ONLY if (cell := first(rows, name))}
    return FoundOrder(number, rows[0].at, facts, shop_id=rows[0].get("id", ""))


def first(rows: Iterable[Row], name: str) -> str:
    """The first cell of a column that is not blank."""
    for row in rows:
        if cell := row[name]:
            return cell
    return ""


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A shop's delimited file. Give either `orders` or `counts`.

    It fits a header that has a column for each of `needs`, and at least one column of each group in `marks`.
    `spelled` and `without` tell apart formats with similar columns: a header must have every name in `spelled`,
    and none in `without`, to the letter. They do not matter if the user names the format. `tells` says in a few
    words what its lines say of orders or stock; `only_open` whether a file tells nothing of what is sent or closed.
    `left_to_sell`: whether its counts have what open orders want taken off.
    `passes_through`: a row is a line, whose `quantity` can be written again (`to-ship`). `writes` gives the place of
    the column in which the shop takes a new count of a location, if that is not `on_hand` (`stock --through`).
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
    left_to_sell: Callable[[Table], bool] | None = None
    passes_through: bool = False
    writes: Callable[[Table, str], int | None] | None = None

    @property
    def what(self) -> str:
        return "orders" if self.orders else "stock"

    def fits(self, header: Header) -> bool:
        """Whether a header is one of this format. At most one format fits."""
        is_complete = next(self._lacking(header), None) is None
        return is_complete and all(map(header.spells, self.spelled)) and not any(map(header.spells, self.without))

    def missing(self, header: Header) -> list[str]:
        """The columns that this format cannot be read without, and that the header lacks."""
        return list(self._lacking(header))

    def _lacking(self, header: Header) -> Iterator[str]:
        for group in chain((self.columns[name] for name in self.needs), self.marks):
            if header.find(*group) is None:
                yield group[0]


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


# Statuses that are not open, each with the reason for leaving the order out, and whether it is shipped or cancelled.
Closing = Mapping[str, tuple[str, Union[Status, None]]]


def close_by_status(
    order: FoundOrder, cells: Iterable[str], open_: Collection[str], closing: Closing, report: Report
) -> None:
    """Leave the order out unless its status is open, in the shop's words or by --open. `cells` are those on its rows.

    If a row says cancelled, the order is cancelled; else the first status counts. We do not take an unknown
    status for open.
    """
    if order.left_out:
        return
    open_ = report.open_words.union(open_) if report.open_words else open_
    said = [text for text in cells if text]
    words = [status_word(text) for text in said]
    cancelled = (word for word in words if closing.get(word, ("", None))[1] is Status.CANCELLED)
    word = next(cancelled, words[0] if words else "")
    if word in closing and word not in report.open_words:
        order.close(*closing[word])
        if order.closed is None:
            order.withheld = said[words.index(word)]
    elif word and word not in open_:
        order.close(UNKNOWN_STATUS, None)
        report.tally(
            "{n} {orders have|order has} a status that backsplit does not know, and {are|is} left alone; if it means"
            " open, say so with --open WORD",
            said[words.index(word)],
        )
