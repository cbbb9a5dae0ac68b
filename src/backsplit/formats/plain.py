"""Plain files: any table or JSON whose columns have the usual names, or are named by --map."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import Any, Literal

from backsplit.domain.imports import ArrivingLine, ArrivingOrder, DeliveryLine, ExpectedLine, PartLine, Said
from backsplit.domain.limits import MOST_LINES
from backsplit.domain.one_order import why_not_one
from backsplit.formats import ReadOptions
from backsplit.formats import cells as parse
from backsplit.formats.cells import Numbers, Remembered
from backsplit.formats.columns import CUSTOMER, FIELDS, PLACED_AT, Check, checks, places_of
from backsplit.formats.csv_rows import Table
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Records, flat_cells, order_cells
from backsplit.formats.report import ANOTHER_ORDER, NO_SKU, FieldError, Report, quoted
from backsplit.formats.shops._toolkit import FoundCount
from backsplit.formats.statuses import ClosingColumns
from backsplit.formats.validate import WithoutSku

_Fact = tuple[int, int, Check]  # of each fact with a column: its place in Said, its place in a row, its check
Rows = Iterable[tuple[int, Sequence[str]]]


def from_table(table: Table, options: ReadOptions) -> Iterator[ArrivingOrder]:
    """The orders of a table that has columns for order, sku and quantity. Raises BadInput."""
    header = table.header
    places = places_of(header, FIELDS["orders"], options.map)
    names = {field: header.names[place] for field, place in places.items()}
    rows = ClosingColumns(header, table.report).only_open(table.numbered())
    return _orders(rows, lambda: table.again().numbered(), places, names, table.report, options)


def from_records(records: Records, options: ReadOptions) -> Iterator[ArrivingOrder]:
    """The orders of JSON records. Raises BadInput."""
    places = {field.name: place for place, field in enumerate(FIELDS["orders"])}

    def rows(records: Records) -> Iterator[tuple[int, list[str]]]:
        for at, cells in order_cells(records, options.map):
            yield at, [cells.get(name, "") for name in places]

    return _orders(rows(records), lambda: rows(records.again()), places, {}, records.report, options)


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
    facts = [(Said._fields.index(name), places[name], check) for name, check in checks(dates).items() if name in places]
    skus, quantities = Remembered(parse.sku), Remembered(lambda cell: parse.quantity(numbers(cell)))
    named = Remembered(lambda cell: parse.words(cell, "name"))

    without_sku = WithoutSku(report, options, bad=True)

    prefix = options.prefix
    new = tuple.__new__  # half the time of ArrivingOrder(…); a large file has a million of them
    bare = number = ""
    begun_with: str | None = None  # the cell of the order's first row, which most of its rows repeat
    begun = unsaid = 0
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
                        yield new(ArrivingOrder, (number, tuple(lines), new(Said, said), begun, None))
                    lines, said, unsaid = [], nothing[:], len(facts)
                    bare, number, begun_with = "", "", None
                    number = parse.number(stripped, prefix)
                    bare, begun_with, begun = stripped, key, at
                    begun_as = of_order(row) if of_order else None
            if of_order and of_order(row) != begun_as:
                _check_it_is_one(number, said, row, facts)
            name = "" if name_at is None else named[row[name_at]]
            sku = row[sku_at]
            if else_name is not None and not sku.strip():
                sku = row[else_name]
            line = new(ArrivingLine, (skus[sku], quantities[row[quantity_at]], name, 0, 0, ""))
            if unsaid:
                for fact, place, check in facts:
                    if said[fact] is None and (cell := row[place].strip()):
                        said[fact] = check(cell)
                        unsaid -= 1
        except FieldError as error:
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


Kind = Literal["stock", "delivery", "expected", "kits"]


def counts(file: Table | Records, options: ReadOptions) -> Iterator[FoundCount]:
    """The counts of a stock file. A blank count leaves the SKU's stock alone, and so does a blank insert."""
    column = column_names(file, "stock", options)
    numbers = _numbers(file, "stock", "on_hand", options)
    for at, cells in _cells(file, "stock", options):
        try:
            count = numbers(cells.get("on_hand", ""))
        except FieldError as error:
            file.report.bad(at, error.reason, error.detail, column=column(error.field))
            continue
        yield FoundCount(at, cells.get("sku", ""), count, cells.get("name", ""), insert=cells.get("insert", ""))


def deliveries(file: Table | Records, options: ReadOptions) -> Iterator[DeliveryLine]:
    """The lines of a delivery. Bad rows are reported."""
    column = column_names(file, "delivery", options)
    numbers = _numbers(file, "delivery", "quantity", options)
    for at, cells in _cells(file, "delivery", options):
        try:
            ref = parse.words(cells.get("ref", ""), "ref") or None
            quantity = parse.quantity(numbers(cells.get("quantity", "")))
            yield DeliveryLine(parse.sku(cells.get("sku", "")), quantity, ref, at)
        except FieldError as error:  # noqa: PERF203 - one bad row does not end the file
            file.report.bad(at, error.reason, error.detail, column=column(error.field))


def expected(file: Table | Records, options: ReadOptions) -> Iterator[ExpectedLine]:
    """The lines of purchase orders. Bad rows are reported."""
    column = column_names(file, "expected", options)

    def days() -> Iterator[tuple[int, str]]:
        return ((at, cells.get("date", "")) for at, cells in _cells(file.again(), "expected", options))

    dates = Dates(file.report, options.date_order, days, column("date"))
    numbers = _numbers(file, "expected", "quantity", options)
    for at, cells in _cells(file, "expected", options):
        try:
            sku, quantity = parse.sku(cells.get("sku", "")), parse.quantity(numbers(cells.get("quantity", "")))
            ref = parse.words(cells.get("ref", ""), "ref") or None
            yield ExpectedLine(sku, quantity, dates.day(cells.get("date", "")), ref, at)
        except FieldError as error:  # noqa: PERF203 - one bad row does not end the file
            field = "date" if error.field == "placed_at" else error.field
            file.report.bad(at, error.reason, error.detail, column=column(field))


def kits(file: Table | Records, options: ReadOptions) -> Iterator[PartLine]:
    """The parts of kits. Bad rows are reported."""
    column = column_names(file, "kits", options)
    numbers = _numbers(file, "kits", "quantity", options)
    for at, cells in _cells(file, "kits", options):
        try:
            kit = parse.sku(cells.get("kit", ""), "kit")
            quantity = parse.quantity(numbers(cells.get("quantity", "")))
            yield PartLine(kit, parse.sku(cells.get("sku", "")), quantity, at)
        except FieldError as error:  # noqa: PERF203 - one bad row does not end the file
            file.report.bad(at, error.reason, error.detail, column=column(error.field))


def column_names(file: Table | Records, kind: Kind, options: ReadOptions) -> Callable[[str], str]:
    """The name of a field's column in this file, for sentences; blank if it has none."""
    if isinstance(file, Records):
        return lambda field: field
    header = file.header
    places = places_of(header, FIELDS[kind], options.map)
    return lambda field: header.names[places[field]] if field in places else ""


def _numbers(file: Table | Records, kind: Kind, field: str, options: ReadOptions) -> Numbers:
    def cells() -> Iterator[tuple[int, str]]:
        for at, row in _cells(file.again(), kind, options):
            yield at, row.get(field, "")

    return Numbers(file.report, options.decimal, cells, field, column_names(file, kind, options)(field))


def _cells(file: Table | Records, kind: Kind, options: ReadOptions) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row's cells by field. Blank rows are skipped."""
    if isinstance(file, Records):
        yield from flat_cells(file, FIELDS[kind], options.map)
        return
    places = places_of(file.header, FIELDS[kind], options.map)
    for at, row in file.numbered():
        if any(map(str.strip, row)):
            yield at, {field: row[place] for field, place in places.items()}
