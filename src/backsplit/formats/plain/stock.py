"""Plain files of stock, of deliveries and of what is expected: a row per SKU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from backsplit.domain.shop.arrivals import DeliveryLine, ExpectedLine
from backsplit.formats.cells import values
from backsplit.formats.cells.dates import Dates
from backsplit.formats.cells.numbers import Numbers
from backsplit.formats.columns.fields import places_of
from backsplit.formats.finding.found import FoundCount
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain.fields import FIELDS
from backsplit.formats.plain.records import flat_cells
from backsplit.formats.report import FieldError
from backsplit.formats.rows.records import Records
from backsplit.formats.rows.table import Table

Kind = Literal["stock", "delivery", "expected"]


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
            ref = values.words(cells.get("ref", ""), "ref") or None
            quantity = values.quantity(numbers(cells.get("quantity", "")))
            yield DeliveryLine(values.sku(cells.get("sku", "")), quantity, ref, at)
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
            sku, quantity = values.sku(cells.get("sku", "")), values.quantity(numbers(cells.get("quantity", "")))
            ref = values.words(cells.get("ref", ""), "ref") or None
            yield ExpectedLine(sku, quantity, dates.day(cells.get("date", "")), ref, at)
        except FieldError as error:  # noqa: PERF203 - one bad row does not end the file
            field = "date" if error.field == "placed_at" else error.field
            file.report.bad(at, error.reason, error.detail, column=column(field))


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
