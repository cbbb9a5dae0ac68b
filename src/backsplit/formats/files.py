"""How a file becomes a Reading: open it, recognise it, and read and take in its rows as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TypeVar, Union

from backsplit.domain.shop.arrivals import DeliveryLine, ExpectedLine, OrderItem, StockItem
from backsplit.formats.cells.dates import Dates
from backsplit.formats.cells.facts import PLACED_AT
from backsplit.formats.columns.fields import checked_map
from backsplit.formats.columns.remembering import header_key, remembered
from backsplit.formats.finding.found import FoundOrder
from backsplit.formats.finding.shop_format import Format, RecordFormat, TableFormat
from backsplit.formats.opening.source import Source
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain import orders as plain_orders
from backsplit.formats.plain import stock as plain_stock
from backsplit.formats.plain.fields import FIELDS, What
from backsplit.formats.reading import Reading
from backsplit.formats.recognising.records import recognise_records
from backsplit.formats.recognising.tables import recognise_table
from backsplit.formats.registry import PLAIN_RECORDS, check_format
from backsplit.formats.report import Report
from backsplit.formats.rows.layout import candidates
from backsplit.formats.rows.records import Records, is_json
from backsplit.formats.rows.table import Table
from backsplit.formats.taking_in.counts import counted
from backsplit.formats.taking_in.orders import taken
from backsplit.formats.wording import printable

T = TypeVar("T")
File = Union[Table, Records]


def read_orders(path: str, options: ReadOptions) -> Reading[OrderItem]:
    return _read(path, options, "orders", _orders)


def read_stock(path: str, options: ReadOptions) -> Reading[StockItem]:
    return _read(path, options, "stock", _stock)


def read_delivery(path: str, options: ReadOptions) -> Reading[DeliveryLine]:
    return _read(path, options, "delivery", lambda file, _, options: plain_stock.deliveries(file, options))


def read_expected(path: str, options: ReadOptions) -> Reading[ExpectedLine]:
    return _read(path, options, "expected", lambda file, _, options: plain_stock.expected(file, options))


def _read(
    path: str,
    options: ReadOptions,
    what: What,
    items: Callable[[File, Format | None, ReadOptions], Iterator[T]],
) -> Reading[T]:
    """Open and recognise the file now. `items` reads it later; its format is None for a plain file."""
    options = options._replace(map=checked_map(options.map, FIELDS[what]))
    check_format(options.format, what)
    source = Source(path, options.encoding, options.sheet)
    with ExitStack() as on_error:
        on_error.callback(source.close)
        unit = "row" if source.is_sheet else "line"
        report = Report(source.path, skip_bad=options.skip_bad, may_skip=what in ("orders", "stock"), unit=unit)
        for sentence in source.notices:
            report.notice(sentence)
        used_map = _remembered(source, report, options, what)
        if used_map is not None:
            options = options._replace(map=checked_map(used_map, FIELDS[what]))
        file, form = _recognised(source, report, options, what)
        reading = Reading(
            source,
            report,
            _name(file, form),
            items(file, form, options),
            only_open=_only_open(file, form),
            of_shop=form is not None,
            header_key=header_key(what, file.header) if isinstance(file, Table) else "",
            used_map=used_map,
        )
        on_error.pop_all()
    return reading


def _remembered(source: Source, report: Report, options: ReadOptions, what: What) -> Mapping[str, str] | None:
    """The map that was given before for a file with this header, unless one is given now."""
    if options.map or not options.remembered:
        return None
    used = remembered(what, (layout.header for layout in candidates(source)), options.remembered)
    if used is not None:
        columns = ", ".join(f"{printable(field)}={printable(column)}" for field, column in used.items())
        report.notice(f"Columns as mapped before: {columns}. To forget this map, see `backsplit import formats`.")
    return used


def _recognised(source: Source, report: Report, options: ReadOptions, what: What) -> tuple[File, Format | None]:
    try:
        if options.format in PLAIN_RECORDS or is_json(source):
            records = Records(source, report)
            return records, recognise_records(records, options, what)
        return recognise_table(source, report, options, what)
    except (UnicodeError, EOFError, OSError) as error:
        raise source.explain(error) from None


def _name(file: File, form: Format | None) -> str:
    if form is not None:
        return form.name
    if isinstance(file, Records):
        return file.format
    return "tsv" if file.layout.delimiter == "\t" else "csv"


def _only_open(file: File, form: Format | None) -> bool:
    if isinstance(form, TableFormat) and isinstance(file, Table):
        return form.only_open is not None and form.only_open(file)
    return form is None


def _orders(file: File, form: Format | None, options: ReadOptions) -> Iterator[OrderItem]:
    if isinstance(file, Table):
        if isinstance(form, TableFormat) and form.orders is not None:
            find, column = form.orders, file.namer(form.columns)
            return _taken(find(file), lambda: find(file.again()), file.report, options, column)
        return plain_orders.from_table(file, options)
    if isinstance(form, RecordFormat):
        find_records = form.orders
        again = lambda: find_records(file.again())  # noqa: E731
        return _taken(find_records(file), again, file.report, options, lambda field: field)
    return plain_orders.from_records(file, options)


def _taken(
    found: Iterator[FoundOrder],
    again: Callable[[], Iterator[FoundOrder]],
    report: Report,
    options: ReadOptions,
    column: Callable[[str], str],
) -> Iterator[OrderItem]:
    def placed() -> Iterator[tuple[int, str]]:
        for order in again():
            yield order.at, order.said.get(PLACED_AT.name, "")

    dates = Dates(report, options.date_order, placed, column(PLACED_AT.name))
    return taken(found, report, options, dates, column)


def _stock(file: File, form: Format | None, options: ReadOptions) -> Iterator[StockItem]:
    if isinstance(file, Table) and isinstance(form, TableFormat) and form.counts is not None:
        column = file.namer(form.columns)
        return counted(form.counts(file), file.report, options, shop=True, column=column)
    column = plain_stock.column_names(file, "stock", options)
    return counted(plain_stock.counts(file, options), file.report, options, shop=False, column=column)
