"""How a file becomes a Reading: open it, recognise it, and read and check its rows as they are asked for."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Generic, TypeVar, Union, cast

from backsplit.domain.imports import DeliveryLine, ExpectedLine, OrderItem, PartLine, StockItem
from backsplit.domain.one_order import Ends, ends
from backsplit.formats import ReadOptions
from backsplit.formats import plain as plain_orders
from backsplit.formats import plain as plain_stock
from backsplit.formats.columns import FIELDS, PLACED_AT, What, checked_map, header_key, remembered
from backsplit.formats.csv_rows import Table, candidates
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Records, is_json
from backsplit.formats.recognise import PLAIN_RECORDS, check_format, recognise_records, recognise_table
from backsplit.formats.report import Report, printable
from backsplit.formats.shops._toolkit import Format, FoundOrder, RecordFormat, TableFormat
from backsplit.formats.source import Source
from backsplit.formats.validate import counted, taken

T = TypeVar("T")


class Reading(Generic[T]):
    """The items of one file. It can be iterated over once.

    Raises BadInput if the file cannot be taken; if for bad rows, then at its end, when all of them are known.
    `only_open`: the file tells what is open, and nothing of orders and units that are sent or cancelled.
    `of_shop`: it is a shop's own export, and no plain file.
    `header_key` is what a --map for this file is remembered by; blank for JSON. `used_map` is the remembered one, if
    it was used.
    `notices` are sentences for the user. They are complete after the last item.
    """

    def __init__(
        self,
        source: Source,
        report: Report,
        format_name: str,
        items: Iterable[T],
        again: Callable[[], Iterable[T]],
        *,
        only_open: bool,
        of_shop: bool,
        header_key: str,
        used_map: Mapping[str, str] | None,
    ) -> None:
        self.format = format_name
        self.only_open = only_open
        self.of_shop = of_shop
        self.header_key, self.used_map = header_key, used_map
        self.path = source.path
        self.goes_on: set[str] = set()  # orders whose rows go on from one file of a call to the next
        self._source, self._report, self._items, self._again = source, report, items, again

    @property
    def notices(self) -> list[str]:
        return self._report.notices

    def ends(self) -> Ends:
        """What a file of orders begins and ends with, and its latest times. Ask before the items are read."""
        items = cast("Iterable[OrderItem]", self._again())
        try:
            return ends(f"{self.format} {self.header_key}", items)
        except (UnicodeError, EOFError, OSError, zlib.error, csv.Error):
            return Ends("", None, None, "", "")  # told where the items are read

    def progress(self) -> float | None:
        """The share of the file's bytes on disk that was read, 0 to 1; None if its size is unknown."""
        return self._source.progress()

    def fingerprint(self) -> str:
        """By which the same file is known again. Ask before the items are read."""
        return self._source.fingerprint()

    def __iter__(self) -> Iterator[T]:
        waiting = self._report.left_out
        with closing(self._source):
            try:
                for item in self._items:
                    if waiting:
                        yield from cast("list[T]", waiting)
                        waiting.clear()
                    yield item
            except (UnicodeError, EOFError, OSError, zlib.error) as error:
                raise self._source.explain(error) from None
            except csv.Error as error:
                raise self._source.refuse(f"is not a table that can be read: {error}.") from None
            yield from cast("list[T]", waiting)
            waiting.clear()
            self._source.check_is_whole()
            self._report.finish()

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Reading[T]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


File = Union[Table, Records]


def read_orders(path: str, options: ReadOptions) -> Reading[OrderItem]:
    return _read(path, options, "orders", _orders)


def read_stock(path: str, options: ReadOptions) -> Reading[StockItem]:
    return _read(path, options, "stock", _stock)


def read_delivery(path: str, options: ReadOptions) -> Reading[DeliveryLine]:
    return _read(path, options, "delivery", lambda file, _, options: plain_stock.deliveries(file, options))


def read_expected(path: str, options: ReadOptions) -> Reading[ExpectedLine]:
    return _read(path, options, "expected", lambda file, _, options: plain_stock.expected(file, options))


def read_kits(path: str, options: ReadOptions) -> Reading[PartLine]:
    return _read(path, options, "kits", lambda file, _, options: plain_stock.kits(file, options))


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
            lambda: items(file.again(), form, options),
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
