"""Plain files: any table or JSON whose columns have the usual names, or are named by --map."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any, TypeVar

from backsplit.domain.deliveries import ExpectedLine
from backsplit.domain.imports import (
    ArrivingLine,
    ArrivingOrder,
    DeliveryItem,
    DeliveryLine,
    ExpectedItem,
    LabelLine,
    LeftOut,
    OrderItem,
    OrdersRead,
    PartLine,
    Said,
    why_not_one,
)
from backsplit.domain.limits import MOST_LINES
from backsplit.domain.orders import Tracking
from backsplit.formats import ReadOptions
from backsplit.formats import cells as parse
from backsplit.formats.cells import Numbers, Remembered
from backsplit.formats.columns import CUSTOMER, FACTS, FIELDS, PLACED_AT, Check, What, checks, places_of
from backsplit.formats.csv_rows import Table
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Part, Records, flat_cells, order_cells
from backsplit.formats.recognise import not_read
from backsplit.formats.report import (
    ANOTHER_ORDER,
    CANCELLED,
    NO_DAY,
    NO_SKU,
    NO_UNITS,
    NOT_ARRIVED,
    NOT_CONFIRMED,
    NOT_PAID,
    NOT_SHIPPED,
    NOTHING_TO_COME,
    RECEIVED,
    FieldError,
    Report,
    quoted,
)
from backsplit.formats.shops._toolkit import FoundCount, FoundLine, FoundOrder, number, units, untold
from backsplit.formats.state_columns import FOOTERS, End, Seen, StateColumns, is_footer, look, units_are_open
from backsplit.formats.validate import WithoutSku, taken
from backsplit.values import NamedTuple

_Fact = tuple[int, int, Check]  # of each fact with a column: its place in Said, its place in a row, its check
Rows = Iterable[tuple[int, Sequence[str]]]
_FACTS = frozenset(fact.name for fact in FACTS)
_WITHOUT_STATE = ("stock", "kits")
_MOST_NAMES = 1_000  # of values in JSON that hold no field


class Plain(NamedTuple):
    """A plain file as rows, with the places of its fields, the names of its columns, and what its states say."""

    file: Table | Records
    what: What
    options: ReadOptions
    names: Sequence[str]
    places: dict[str, int]
    states: StateColumns

    @property
    def columns(self) -> dict[str, str]:
        """The names of the fields' columns, for sentences; of JSON there are none."""
        return (
            {} if isinstance(self.file, Records) else {name: self.names[place] for name, place in self.places.items()}
        )

    def column(self, field: str) -> str:
        """The name of a field's column, for sentences; blank if it has none."""
        return field if isinstance(self.file, Records) else self.columns.get(field, "")

    @property
    def units_are_open(self) -> bool:
        """Whether the quantity is what is left to send."""
        return "quantity" in self.places and units_are_open(self.names[self.places["quantity"]])

    def rows(self, *, again: bool = False) -> Iterable[tuple[int, Sequence[str]]]:
        """Each row with its place; `again`: without reporting bad rows a second time."""
        file = self.file.again() if again else self.file
        if isinstance(file, Table):
            return file.numbered()
        return ((part.at, self._row(part)) for part in parts(file, self.what, self.options))

    def _row(self, part: Part) -> list[str]:
        fields = [part.cells.get(field.name, "") for field in FIELDS[self.what]]
        return fields + [part.others.get(name, "") for name in self.names[len(fields) :]]


def parts(records: Records, what: What, options: ReadOptions) -> Iterator[Part]:
    """The lines of JSON orders, or the records of anything else."""
    if what == "orders":
        return order_cells(records, options.map, records.lines_at)
    return flat_cells(records, FIELDS[what], options.map)


def plain_file(file: Table | Records, what: What, options: ReadOptions, governed: Collection[str]) -> Plain:
    """The file with what its columns of state say. Raises BadInput where a word of state is not known."""
    if isinstance(file, Table):
        names: Sequence[str] = file.header.names
        places = places_of(file.header, FIELDS[what], options.map)
        seen = look(names, set(places.values()), lambda: file.again().numbered()) if what not in _WITHOUT_STATE else {}
    else:
        places = {field.name: place for place, field in enumerate(FIELDS[what])}
        others: dict[str, Seen] = {}
        for part in parts(file.again(), what, options) if what not in _WITHOUT_STATE else ():
            for name, text in part.others.items():
                if name in others or len(others) < _MOST_NAMES:
                    others.setdefault(name, Seen(name)).add(text)
        quantity = options.map.get("quantity", "quantity")
        names = [quantity if name == "quantity" else name for name in places] + list(others)
        seen = {len(places) + place: column for place, column in enumerate(others.values())}
    states = StateColumns(
        seen,
        what if what in ("expected", "delivery") else "orders",
        file.report,
        names=names,
        open_words=options.open,
        governed=governed,
        units_are_open="quantity" in places and units_are_open(names[places["quantity"]]),
    )
    if isinstance(file, Table) and (unread := not_read(file.source, file.layout, {*places.values(), *states.places})):
        file.report.notice(unread, is_routine=True)
    for notice in states.notices():
        file.report.notice(notice, is_routine=True)
    return Plain(file, what, options, names, places, states)


def orders(plain: Plain) -> Iterator[OrderItem]:
    """The orders of a plain file, and the rows of it that are closed. Raises BadInput."""
    if plain.states or plain.units_are_open:
        return _by_state(plain)
    report, options = plain.file.report, plain.options
    return _orders(plain.rows(), lambda: plain.rows(again=True), plain.places, plain.columns, report, options)


def _by_state(plain: Plain) -> Iterator[OrderItem]:
    """The orders of a file that says of its rows which are open."""
    report, options = plain.file.report, plain.options

    def name(field: str) -> str:
        return plain.columns.get(field, "")

    dates = Dates(report, options.date_order, lambda: _column(plain, PLACED_AT.name), name(PLACED_AT.name))
    numbers = Numbers(report, options.decimal, lambda: _column(plain, "quantity"), "quantity", name("quantity"))
    return taken(_found(plain, numbers), report, options, dates, name, bad_without_sku=True)


def found_orders(plain: Plain) -> Iterator[FoundOrder]:
    """The orders of a plain file as it has them, unchecked."""
    return _found(plain, _numbers(plain, "quantity"))


def _found(plain: Plain, numbers: Numbers) -> Iterator[FoundOrder]:
    """The rows of each order, with what their columns of state say."""
    report, number_at = plain.file.report, plain.places["order"]
    group: list[tuple[int, Sequence[str]]] = []
    facts = [place for name, place in plain.places.items() if name in _FACTS]
    identity = [plain.places[field.name] for field in (CUSTOMER, PLACED_AT) if field.name in plain.places]
    number = ""
    for at, row in plain.rows():
        key = row[number_at].strip()
        if not any(map(str.strip, row)):
            continue
        if is_footer(row, plain.places):
            report.tally(FOOTERS, f"{report.unit} {at}")
            continue
        if not key and (not group or any(row[place].strip() for place in facts)):
            report.bad(at, "no order number", "there is no order number", column=plain.columns.get("order", ""))
            continue
        if key and (key != number or _differs(row, group[0][1], identity)):
            if group:
                yield _order(plain, group, numbers)
            group, number = [], key
        if len(group) == MOST_LINES:
            report.bad(at, "too many lines", f"is beyond the {MOST_LINES:,} lines that an order may have", order=number)
            continue
        group.append((at, row))
    if group:
        yield _order(plain, group, numbers)


def _order(plain: Plain, rows: Sequence[tuple[int, Sequence[str]]], numbers: Numbers) -> FoundOrder:
    at, first = rows[0]
    said = {
        name: next((cell for _, row in rows if (cell := row[place].strip())), "")
        for name, place in plain.places.items()
        if name in _FACTS
    }
    order = FoundOrder(first[plain.places["order"]].strip(), at, {name: cell for name, cell in said.items() if cell})
    ends = []
    for place, row in rows:
        end = plain.states.of(row, first if row is not first else None, is_bare=_is_bare(plain, row, first))
        ends.append(end)
        order.lines.append(_line(plain, place, row, end, numbers))
    closed = {(end.reason, end.status) if end and not end.is_part else ("", None) for end in ends}
    if len(closed) == 1:
        reason, status = closed.pop()
        order.close(reason, status)
        if reason in (NOT_PAID, NOT_CONFIRMED):
            order.withheld = reason
    return order


def _differs(row: Sequence[str], first: Sequence[str], places: Sequence[int]) -> bool:
    """Whether the rows of one number name another customer or time: they may be rows of two orders."""
    return any((cell := row[place].strip()) and cell != (first[place].strip() or cell) for place in places)


def _is_bare(plain: Plain, row: Sequence[str], first: Sequence[str]) -> bool:
    """Whether the order's own cells are on its first row, and not on this one."""
    places = [place for name, place in plain.places.items() if name == "order" or name in _FACTS]
    there = [place for place in places if first[place].strip()]
    return any(not row[place].strip() for place in there)


def _line(plain: Plain, at: int, row: Sequence[str], end: End | None, numbers: Numbers) -> FoundLine:
    """Of a file that says how many units were cancelled or sent, those count, too."""

    def cell(field: str) -> str:
        return row[plain.places[field]].strip() if field in plain.places else ""

    line = FoundLine(at, cell("sku"), _digits(numbers, cell("quantity")), cell("name"))
    if end is not None:
        line.left_out = end.reason
        line.sent = untold if end.is_part else None
        line.ships = end.reason != NOT_SHIPPED
    wanted, cancelled, sent = number(line.quantity), plain.states.cancelled(row), plain.states.sent(row)
    if wanted is not None and cancelled:
        line.quantity = str(max(wanted - cancelled, sent or 0))
        if wanted <= cancelled and not sent:
            line.left_out = line.left_out or CANCELLED
    if sent is not None and (sent or not line.left_out):
        line.sent = units(sent)
    return line


def _digits(numbers: Numbers, cell: str) -> str:
    """The digits of a quantity. One that is none stays as it is: it is reported if the line is taken."""
    try:
        return numbers(cell)
    except FieldError:
        return cell


def _orders(  # noqa: C901, PLR0912, PLR0915 - the loop that every line of every file runs through
    rows: Rows,
    again: Callable[[], Rows],
    places: Mapping[str, int],
    names: Mapping[str, str],
    report: Report,
    options: ReadOptions,
) -> Iterator[ArrivingOrder]:
    """`places` are the fields' places in a row, with order, sku and quantity among them; `names` their columns.

    `again` gives the rows from their start, for the columns of dates and numbers.
    """

    def column(field: str) -> Callable[[], Iterator[tuple[int, str]]]:
        return lambda: ((at, row[places[field]]) for at, row in again())

    dates = Dates(report, options.date_order, column(PLACED_AT.name), names.get(PLACED_AT.name, ""))
    numbers = Numbers(report, options.decimal, column("quantity"), "quantity", names.get("quantity", ""))
    number_at, quantity_at, name_at = places["order"], places["quantity"], places.get("name")
    sku_at = places["name"] if options.sku_from == "name" or "sku" not in places else places["sku"]
    else_name = name_at if options.sku_from == "sku-or-name" else None
    identity = [places[field.name] for field in (CUSTOMER, PLACED_AT) if field.name in places]
    of_order = itemgetter(*identity) if identity else None  # the cells by which rows of one number are one order
    identity_of = itemgetter(*map(Said._fields.index, (CUSTOMER.name, PLACED_AT.name)))
    read = OrdersRead[Sequence[Any]]()
    facts = [(Said._fields.index(name), places[name], check) for name, check in checks(dates).items() if name in places]
    skus, quantities = Remembered(parse.sku), Remembered(lambda cell: parse.quantity(numbers(cell)))
    named = Remembered(lambda cell: parse.words(cell, "name"))

    without_sku = WithoutSku(report, options, bad=True)

    prefix = options.prefix
    new = tuple.__new__  # half the time of ArrivingOrder(…); a large file has a million of them
    bare = number = ""
    begun_with: str | None = None  # the cell of the order's first row, which most of its rows repeat
    begun = facts_missing = 0
    lines: list[ArrivingLine] = []
    begun_as: object = None
    nothing: list[Any] = [None] * len(Said._fields)
    said = nothing[:]
    for at, row in rows:
        try:
            key = row[number_at]
            if key != begun_with:
                stripped = key.strip()
                if not stripped:
                    if not any(map(str.strip, row)):
                        continue
                    _check_it_belongs_above(number, row, facts)
                elif stripped != bare:
                    if lines:
                        if of_order:
                            read.keep(number, identity_of(said))
                        yield new(ArrivingOrder, (number, tuple(lines), new(Said, said), begun, None))
                    lines, said, facts_missing = [], nothing[:], len(facts)
                    bare, number, begun_with = "", "", None
                    number = parse.number(stripped, prefix)
                    bare, begun_with, begun = stripped, key, at
                    begun_as = of_order(row) if of_order else None
                    if of_order and (before := read.said_of(number)):  # the file comes back to the order
                        customer, placed_at = before
                        said = [*new(Said, nothing)._replace(customer=customer, placed_at=placed_at)]
                        facts_missing, begun_as = sum(said[fact] is None for fact, _, _ in facts), None
            if of_order and of_order(row) != begun_as:
                _check_it_is_one(number, said, row, facts)
            name = "" if name_at is None else named[row[name_at]]
            sku = row[sku_at]
            if else_name is not None and not sku.strip():
                sku = row[else_name]
            line = new(ArrivingLine, (skus[sku], quantities[row[quantity_at]], name, 0, 0, ""))
            if facts_missing:
                for fact, place, check in facts:
                    if said[fact] is None and (cell := row[place].strip()):
                        said[fact] = check(cell)
                        facts_missing -= 1
        except FieldError as error:
            if is_footer(row, places):
                report.tally(FOOTERS, f"{report.unit} {at}")
                continue
            if error.reason == NO_SKU:
                without_sku.count(row[name_at] if name_at is not None else "")
            field = "name" if error.field == "sku" and options.sku_from == "name" else error.field
            report.bad(at, error.reason, error.detail, column=names.get(field, ""), order=number)
            continue
        if len(lines) >= MOST_LINES:
            report.bad(at, "too many lines", f"is beyond the {MOST_LINES:,} lines that an order may have", order=number)
            continue
        lines.append(line)
    if lines:
        yield new(ArrivingOrder, (number, tuple(lines), new(Said, said), begun, None))
    without_sku.tell("order", others=bool(skus))


def _check_it_is_one(number: str, said: Sequence[Any], row: Sequence[str], facts: Sequence[_Fact]) -> None:
    """Raises FieldError for a row that has the number of the order above, and cannot be a row of it."""
    cells: dict[str, Any] = {}
    for fact, place, check in facts:
        if (name := Said._fields[fact]) in ("customer", "placed_at") and (cell := row[place].strip()):
            with suppress(FieldError):  # the first row of the order counts
                cells[name] = check(cell)
    if why := why_not_one(Said(*said), Said(**cells)):
        raise FieldError("order", ANOTHER_ORDER, f"has the number {quoted(number)} of another order ({why})")


def _check_it_belongs_above(number: str, row: Sequence[str], facts: Sequence[_Fact]) -> None:
    """A row without a number belongs to the order above if it says nothing of its order.

    Raises FieldError if it does: then its number was lost.
    """
    if not number or any(row[place].strip() for _, place, _ in facts):
        raise FieldError("order", "no order number", "there is no order number")


Row = Sequence[str]
_T = TypeVar("_T", DeliveryItem, ExpectedItem, PartLine, LabelLine)


def counts(plain: Plain) -> Iterator[FoundCount]:
    """The counts of a stock file. A blank count leaves the SKU's stock alone, and so does a blank insert."""
    cell, numbers = _cell(plain), _numbers(plain, "on_hand")
    for at, row in _rows(plain):
        try:
            count = numbers(cell(row, "on_hand"))
        except FieldError as error:
            plain.file.report.bad(at, error.reason, error.detail, column=plain.column(error.field))
            continue
        yield FoundCount(at, cell(row, "sku"), count, cell(row, "name"), insert=cell(row, "insert"))


def deliveries(plain: Plain) -> Iterator[DeliveryItem]:
    """The lines of a delivery, and those that have not arrived. Bad rows are reported. Raises BadInput."""
    report, cell, numbers = plain.file.report, _cell(plain), _numbers(plain, "quantity")
    arrived = 0
    waiting: list[str] = []

    def line(at: int, row: Row) -> DeliveryItem:
        ref = parse.words(cell(row, "ref"), "ref") or None
        if end := plain.states.of(row, None, is_bare=False):
            return LeftOut(ref or "", at, end.reason)
        digits = numbers(cell(row, "quantity"))
        if not parse.whole(digits, "quantity"):
            return LeftOut(ref or "", at, NO_UNITS)
        quantity, received = parse.quantity(digits), plain.states.sent(row)
        if received is not None and received < quantity:
            column = plain.column("quantity")
            detail = f"the file says that {received} of {quantity} were received; name that column with --map quantity="
            raise FieldError("quantity", "not all received", f"{detail}COLUMN instead of {column}")
        return DeliveryLine(parse.sku(cell(row, "sku")), quantity, ref, at)

    for item in _lines(plain, line):
        arrived += isinstance(item, DeliveryLine)
        if isinstance(item, LeftOut) and item.reason == NOT_ARRIVED:
            waiting.append(item.order)
        yield item
    if plain.states.has_not_arrived or (waiting and not arrived):
        raise report.refuse(
            "nothing of it has arrived yet, by its own words. What is still to come is for backsplit expect --file."
        )


def expected(plain: Plain) -> Iterator[ExpectedItem]:
    """What purchase orders are still to bring: what was ordered, less what came and what was cancelled."""
    cell, numbers = _cell(plain), _numbers(plain, "quantity")
    days = Dates(plain.file.report, plain.options.date_order, lambda: _column(plain, "date"), plain.column("date"))

    def line(at: int, row: Row) -> ExpectedItem:
        ref = parse.words(cell(row, "ref"), "ref") or None
        if end := plain.states.of(row, None, is_bare=False):
            return LeftOut(ref or "", at, end.reason)
        digits = numbers(cell(row, "quantity"))
        received, cancelled = plain.states.sent(row) or 0, plain.states.cancelled(row)
        left = parse.whole(digits, "quantity") - received - cancelled
        if left <= 0 <= parse.whole(digits, "quantity"):
            return LeftOut(ref or "", at, RECEIVED if received else CANCELLED if cancelled else NOTHING_TO_COME)
        sku, quantity = parse.sku(cell(row, "sku")), parse.quantity(str(left))
        if not cell(row, "date").strip():
            return LeftOut(ref or "", at, NO_DAY)
        is_left = plain.states.sent(row) is not None
        return ExpectedLine(sku, quantity, days.day(cell(row, "date")), ref, at, is_left)

    return _lines(plain, line)


def _lines(plain: Plain, read: Callable[[int, Row], _T]) -> Iterator[_T]:
    report = plain.file.report
    for at, row in _rows(plain):
        if is_footer(row, plain.places):  # a total reads like a line with a SKU of that name
            report.tally(FOOTERS, f"{report.unit} {at}")
            continue
        try:
            yield read(at, row)
        except FieldError as error:
            field = "date" if error.field == "placed_at" else error.field
            report.bad(at, error.reason, error.detail, column=plain.column(field))


def kits(plain: Plain) -> Iterator[PartLine]:
    """The parts of kits. Bad rows are reported."""
    cell, numbers = _cell(plain), _numbers(plain, "quantity")

    def line(at: int, row: Row) -> PartLine:
        kit, quantity = parse.sku(cell(row, "kit"), "kit"), parse.quantity(numbers(cell(row, "quantity")))
        return PartLine(kit, parse.sku(cell(row, "sku")), quantity, at)

    return _lines(plain, line)


def labels(plain: Plain) -> Iterator[LabelLine]:
    """The labels of a label tool's file. Bad rows are reported."""
    cell = _cell(plain)

    def line(at: int, row: Row) -> LabelLine:
        carrier, tracking = parse.words(cell(row, "carrier"), "carrier"), cell(row, "tracking")
        number = parse.number(cell(row, "order"))
        if not tracking.strip():
            detail = "there is no tracking number; what goes without one ships by its own number: backsplit ship ORDER"
            raise FieldError("tracking", "no tracking number", detail)
        return LabelLine(number, Tracking(carrier, parse.tracking(tracking)), at)

    return _lines(plain, line)


def _rows(plain: Plain) -> Iterator[tuple[int, Row]]:
    return ((at, row) for at, row in plain.rows() if any(map(str.strip, row)))


def _cell(plain: Plain) -> Callable[[Row, str], str]:
    places = plain.places
    return lambda row, field: row[places[field]] if field in places else ""


def _column(plain: Plain, field: str) -> Iterator[tuple[int, str]]:
    place = plain.places.get(field)
    return ((at, row[place]) for at, row in plain.rows(again=True) if place is not None)


def _numbers(plain: Plain, field: str) -> Numbers:
    return Numbers(plain.file.report, plain.options.decimal, lambda: _column(plain, field), field, plain.column(field))
