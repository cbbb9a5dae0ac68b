"""The three kinds of files, read: what a path and the options come to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from backsplit.domain.arrivals import DeliveryLine, OrderItem, StockItem
from backsplit.formats import plain_orders, plain_stock, stock
from backsplit.formats.columns import DELIVERY_FIELDS, ORDER_FIELDS, STOCK_FIELDS, Field, checked_map
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Records, is_json
from backsplit.formats.options import ReadOptions
from backsplit.formats.reading import Reading
from backsplit.formats.recognising import What, check_format, recognise_records, recognise_table
from backsplit.formats.registry import PLAIN_RECORDS
from backsplit.formats.report import Report
from backsplit.formats.shops import RecordFormat, TableFormat, taken
from backsplit.formats.source import Source
from backsplit.formats.table import Table

_FIELDS: dict[What, tuple[Field, ...]] = {"orders": ORDER_FIELDS, "stock": STOCK_FIELDS, "delivery": DELIVERY_FIELDS}


def read_orders(path: str, options: ReadOptions) -> Reading[OrderItem]:
    options, source, report = _begun(path, options, "orders")
    with ExitStack() as on_error:
        on_error.callback(source.close)
        file, form = _recognised(source, report, options, "orders")
        items = _orders(file, form, options)
        on_error.pop_all()
    return Reading(source, report, _name(file, form), items)


def read_stock(path: str, options: ReadOptions) -> Reading[StockItem]:
    options, source, report = _begun(path, options, "stock")
    with ExitStack() as on_error:
        on_error.callback(source.close)
        file, form = _recognised(source, report, options, "stock")
        items = _stock(file, form, options)
        on_error.pop_all()
    return Reading(source, report, _name(file, form), items)


def read_delivery(path: str, options: ReadOptions) -> Reading[DeliveryLine]:
    options, source, report = _begun(path, options, "delivery")
    with ExitStack() as on_error:
        on_error.callback(source.close)
        file, form = _recognised(source, report, options, "delivery")
        items = plain_stock.deliveries(file, options)
        on_error.pop_all()
    return Reading(source, report, _name(file, form), items)


def _begun(path: str, options: ReadOptions, what: What) -> tuple[ReadOptions, Source, Report]:
    options = replace(options, map=checked_map(options.map, _FIELDS[what]))
    check_format(options.format, what)
    source = Source(path, options.encoding)
    return options, source, Report(source.path, skip_bad=options.skip_bad, may_skip=what != "delivery")


def _recognised(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
) -> tuple[Table | Records, TableFormat | RecordFormat | None]:
    try:
        if options.format in PLAIN_RECORDS or is_json(source):
            records = Records(source, report)
            return records, recognise_records(records, options, what)
        return recognise_table(source, report, options, what)
    except (UnicodeError, EOFError, OSError) as error:
        raise source.explain(error) from None


def _name(file: Table | Records, form: TableFormat | RecordFormat | None) -> str:
    if form is not None:
        return form.name
    if isinstance(file, Records):
        return file.format
    return "tsv" if file.layout.delimiter == "\t" else "csv"


def _orders(
    file: Table | Records,
    form: TableFormat | RecordFormat | None,
    options: ReadOptions,
) -> Iterator[OrderItem]:
    if isinstance(file, Table):
        if isinstance(form, TableFormat) and form.orders is not None:
            find, column = form.orders, file.namer(form.columns)
            dates = Dates(
                file.report,
                options.date_order,
                lambda: ((order.at, order.placed) for order in find(file.again())),
                column("placed_at"),
            )
            return taken(find(file), file.report, options, dates, column)
        return plain_orders.from_table(file, options)
    if isinstance(form, RecordFormat):
        find_records = form.orders
        dates = Dates(
            file.report,
            options.date_order,
            lambda: ((order.at, order.placed) for order in find_records(file.again())),
        )
        return taken(find_records(file), file.report, options, dates, lambda field: field)
    return plain_orders.from_records(file, options)


def _stock(
    file: Table | Records,
    form: TableFormat | RecordFormat | None,
    options: ReadOptions,
) -> Iterator[StockItem]:
    if isinstance(file, Table) and isinstance(form, TableFormat) and form.counts is not None:
        column = file.namer(form.columns)
        return stock.counted(form.counts(file), file.report, options, shop=True, column=column)
    column = plain_stock.column_names(file, STOCK_FIELDS, options)
    return stock.counted(plain_stock.counts(file, options), file.report, options, shop=False, column=column)
