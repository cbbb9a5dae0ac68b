"""How a file becomes a Reading: open it, recognise it, and read and check its rows as they are asked for."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Generic, TypeVar, Union, cast

from backsplit.domain.counts import Kind
from backsplit.domain.imports import DeliveryItem, Ends, ExpectedItem, LabelLine, OrderItem, PartLine, StockItem, ends
from backsplit.errors import BacksplitError
from backsplit.formats import NOTHING, ReadOptions, Remembered, SkuFrom, plain
from backsplit.formats.columns import MAPPED, PLACED_AT, What, checked_map, header_key, remembered, shop_key
from backsplit.formats.csv_rows import Table, candidates
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Records, is_json
from backsplit.formats.plain import Plain, plain_file
from backsplit.formats.recognise import PLAIN_RECORDS, check_format, recognise_records, recognise_table
from backsplit.formats.report import Report, printable
from backsplit.formats.shops._toolkit import FoundCount, FoundOrder, RecordFormat, TableFormat
from backsplit.formats.source import Source
from backsplit.formats.statuses import status_word
from backsplit.formats.validate import counted, taken
from backsplit.values import NamedTuple

T = TypeVar("T")

# What was not done with a file of which rows are bad; and the files of which bad rows may be left out.
DONE: dict[What, str] = {"delivery": "received", "expected": "recorded", "labels": "shipped", "kits": "changed"}
MAY_SKIP: tuple[What, ...] = ("orders", "stock", "delivery", "expected")


class Unfit(NamedTuple):
    """A row that can be read, and names what the database does not know or forbids: where, why in short, and the error.

    `order` is the order or the reference that the row names.
    """

    at: int
    reason: str
    error: BacksplitError
    order: str = ""


class Reading(Generic[T]):
    """The items of one file. It can be iterated over once.

    Raises BadInput if the file cannot be taken; if for bad rows, then at its end, when all of them are known.
    `only_open`: the file tells what is open, and nothing of orders and units that are sent or cancelled.
    `counts`: what the figures of a file of counts are.
    `columns` are the names of a table's; none for JSON.
    `header_key` is what a --map for this file is remembered by; blank for JSON. `typed` is what is to be remembered of
    the options, None if nothing is. `shop_key` is what the typed `sku_from` is remembered by; blank for a plain file.
    `takes_names`: names may be SKUs, as it was typed now or before.
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
        counts: Kind,
        header_key: str,
        columns: tuple[str, ...],
        typed: Remembered | None,
        shop_key: str,
        sku_from: SkuFrom | None,
        takes_names: bool,
    ) -> None:
        self.format = format_name
        self.only_open = only_open
        self.counts = counts
        self.header_key, self.columns, self.typed = header_key, columns, typed
        self.shop_key, self.sku_from, self.takes_names = shop_key, sku_from, takes_names
        self.path = source.path
        self.goes_on: set[str] = set()  # orders whose rows go on from one file of a call to the next
        self._source, self._report, self._items, self._again = source, report, items, again
        self._check: Callable[[T], Unfit | None] | None = None

    @property
    def notices(self) -> list[str]:
        return self._report.notices

    @property
    def routine(self) -> list[str]:
        """Those of the notices that say the same of every such file: how it is read."""
        return self._report.routine

    def again(self) -> Iterable[T]:
        """The items once more from the start, whatever is wrong with the file."""
        return self._again()

    def check(self, check: Callable[[T], Unfit | None], *advice: str) -> None:
        """Let items for which `check` finds a reason be bad rows; `advice` is said where there are such."""

        def advised(item: T) -> Unfit | None:
            unfit = check(item)
            if unfit is not None:
                self._report.advice += [line for line in advice if line not in self._report.advice]
            return unfit

        self._check = advised

    def ends(self, whole: Iterable[OrderItem] | None = None) -> Ends:
        """What a file of orders begins and ends with, and its latest times.

        `whole` are its items where all of them were read. Else they are read from the start for this.
        """
        items = cast("Iterable[OrderItem]", self._again()) if whole is None else whole
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
            with self._source.explained():
                for item in self._items:
                    if self._check is not None and (unfit := self._check(item)):
                        self._report.unfit(unfit.at, unfit.reason, unfit.error, order=unfit.order)
                        continue
                    if self._report.is_refused:  # all that is left to do is to find the other bad rows
                        continue
                    if waiting:
                        yield from cast("list[T]", waiting)
                        waiting.clear()
                    yield item
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


LEFT_TO_SELL = "These counts are what is left to sell: what the shop's open orders want is added to them."


class _ShopTable(NamedTuple):
    """A shop's own export, with its format."""

    file: Table
    form: TableFormat
    options: ReadOptions


class _ShopRecords(NamedTuple):
    """The same as JSON."""

    file: Records
    form: RecordFormat
    options: ReadOptions


_Opened = Union[Plain, _ShopTable, _ShopRecords]


PLAIN = ReadOptions()


def read_orders(path: str, options: ReadOptions = PLAIN) -> Reading[OrderItem]:
    """The orders of a file; `-` is standard input. Raises BadInput, WrongUsage."""
    return _read(path, options, "orders", _orders)


def read_stock(path: str, options: ReadOptions = PLAIN) -> Reading[StockItem]:
    """The counts of a file, one per SKU, in the file's order. Raises BadInput, WrongUsage."""
    return _read(path, options, "stock", _stock)


def read_delivery(path: str, options: ReadOptions = PLAIN) -> Reading[DeliveryItem]:
    """The lines of a delivery. The file is a plain one with sku, quantity and perhaps ref. Raises as read_stock."""
    return _read(path, options, "delivery", lambda file: plain.deliveries(cast("Plain", file)))


def read_expected(path: str, options: ReadOptions = PLAIN) -> Reading[ExpectedItem]:
    """The lines of purchase orders: a plain file with sku, quantity, date and perhaps ref. Raises as read_stock."""
    return _read(path, options, "expected", lambda file: plain.expected(cast("Plain", file)))


def read_labels(path: str, options: ReadOptions = PLAIN) -> Reading[LabelLine]:
    """The labels of a plain file with order, tracking and perhaps carrier. Raises as read_stock."""
    return _read(path, options, "labels", lambda file: plain.labels(cast("Plain", file)))


def read_kits(path: str, options: ReadOptions = PLAIN) -> Reading[PartLine]:
    """The parts of kits: a plain file with kit, sku and quantity. Raises as read_stock."""
    return _read(path, options, "kits", lambda file: plain.kits(cast("Plain", file)))


def _read(
    path: str,
    options: ReadOptions,
    what: What,
    items: Callable[[_Opened], Iterator[T]],
) -> Reading[T]:
    """Open and recognise the file now. `items` reads it later."""
    typed = options = options._replace(map=checked_map(options.map, MAPPED[what]))
    check_format(options.format, what)
    source = Source(path, options.encoding, options.sheet)
    with ExitStack() as on_error, source.explained():
        on_error.callback(source.close)
        unit = "row" if source.is_sheet else "line"
        report = Report(
            source.path,
            skip_bad=options.skip_bad,
            may_skip=what in MAY_SKIP,
            unit=unit,
            done=DONE.get(what, "imported"),
        )
        for sentence in source.notices:
            report.notice(sentence)
        options, before = with_remembered(source, report, options, what)
        report.open_words = frozenset(map(status_word, options.open))
        opened = _opened(source, report, options, what, before.open if before and not typed.open else ())
        source.begin()
        reading = Reading(
            source,
            report,
            _name(opened),
            items(opened),
            lambda: items(_again(opened)),
            only_open=_only_open(opened),
            counts=_kind(opened),
            header_key=header_key(what, opened.file.header) if isinstance(opened.file, Table) else "",
            columns=tuple(opened.file.header.names) if isinstance(opened.file, Table) else (),
            typed=_to_remember(typed, before, opened),
            shop_key="" if isinstance(opened, Plain) else shop_key(opened.form.name, options.shop, options.prefix),
            sku_from=typed.sku_from,
            takes_names=opened.options.takes_names,
        )
        if reading.counts is Kind.LEFT:
            report.notice(LEFT_TO_SELL)
        on_error.pop_all()
    return reading


def with_remembered(
    source: Source, report: Report, options: ReadOptions, what: What
) -> tuple[ReadOptions, Remembered | None]:
    """What was typed before for a file with this header, and the options with it, where nothing is typed now."""
    before = None
    if options.remembered:
        before = remembered(what, (layout.header for layout in candidates(source)), options.remembered)
    if before is None:
        return options, None
    options = _with_names(report, options, before.sku_from)
    used = Remembered(NOTHING if options.map else before.columns, NOTHING if options.open else before.open)
    said = [f"{printable(field)}={printable(column)}" for field, column in used.columns.items()]
    if words := [printable(word) for words in used.open.values() for word in words]:
        said.append(f"open is {', '.join(words)}")
    if said:
        report.notice(
            f"Columns as mapped before: {', '.join(said)}. To forget this map, see `backsplit import formats`.",
            is_routine=True,
        )
    if used.columns:
        options = options._replace(map=checked_map(used.columns, MAPPED[what]))
    if used.open:
        options = options._replace(open=tuple(word for words in used.open.values() for word in words))
    return options, before


def with_shops_names(report: Report, options: ReadOptions, form: str) -> ReadOptions:
    """The same for --sku-from, which is remembered of a shop: all of its files have the same SKUs."""
    before = options.remembered.get(shop_key(form, options.shop, options.prefix))
    return _with_names(report, options, before.sku_from) if before else options


def _with_names(report: Report, options: ReadOptions, before: SkuFrom | None) -> ReadOptions:
    if options.sku_from is not None or before is None:
        return options
    report.notice(f"SKUs as before: --sku-from {before}. To take the column of SKUs again: --sku-from sku.")
    return options._replace(sku_from=before)


def _to_remember(typed: ReadOptions, before: Remembered | None, file: _Opened) -> Remembered | None:
    """What is typed now, with what was typed before of the other kind; None if nothing is typed."""
    of_header = typed.sku_from if isinstance(file, Plain) else None  # that of a shop is kept for the shop
    if not typed.map and not typed.open and not of_header:
        return None
    before = before or Remembered()
    columns = file.states.spoken_of if isinstance(file, Plain) else ()
    return Remembered(
        typed.map or before.columns,
        dict.fromkeys(columns or ("",), typed.open) if typed.open else before.open,
        of_header or before.sku_from,
    )


def _opened(source: Source, report: Report, options: ReadOptions, what: What, governed: Collection[str]) -> _Opened:
    """The file, recognised. Raises BadInput."""
    if options.format in PLAIN_RECORDS or is_json(source):
        records = Records(source, report)
        of_records = recognise_records(records, options, what)
        if of_records is not None:
            return _ShopRecords(records, of_records, with_shops_names(report, options, of_records.name))
        return plain_file(records, what, options, governed)
    table, form = recognise_table(source, report, options, what)
    if form is None:
        return plain_file(table, what, options, governed)
    return _ShopTable(table, form, with_shops_names(report, options, form.name))


def _again(opened: _Opened) -> _Opened:
    """The same file from its start, without reporting its bad rows a second time."""
    if isinstance(opened, _ShopTable):
        return opened._replace(file=opened.file.again())
    if isinstance(opened, _ShopRecords):
        return opened._replace(file=opened.file.again())
    return opened._replace(file=opened.file.again())


def _name(opened: _Opened) -> str:
    if not isinstance(opened, Plain):
        return opened.form.name
    if isinstance(opened.file, Records):
        return opened.file.format
    return "tsv" if opened.file.layout.delimiter == "\t" else "csv"


def _only_open(opened: _Opened) -> bool:
    if isinstance(opened, Plain):
        return not opened.states.closes
    return isinstance(opened, _ShopTable) and bool(opened.form.only_open and opened.form.only_open(opened.file))


def _kind(opened: _Opened) -> Kind:
    """What its counts are, if it is a file of counts."""
    if not isinstance(opened, _ShopTable):
        return Kind.SHELF
    left_to_sell = opened.form.left_to_sell
    return Kind.LEFT if left_to_sell is not None and left_to_sell(opened.file) else Kind.ON_HAND


def _orders(opened: _Opened) -> Iterator[OrderItem]:
    if isinstance(opened, Plain):
        return plain.orders(opened)
    if isinstance(opened, _ShopRecords):
        records, of_records = opened.file, opened.form.orders
        again = lambda: of_records(records.again())  # noqa: E731
        return _taken(of_records(records), again, records.report, opened.options, lambda field: field)
    table, find = opened.file, cast("Callable[[Table], Iterator[FoundOrder]]", opened.form.orders)
    column = table.namer(opened.form.columns)
    return _taken(find(table), lambda: find(table.again()), table.report, opened.options, column)


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


def _stock(opened: _Opened) -> Iterator[StockItem]:
    if isinstance(opened, Plain):
        counts = plain.counts(opened)
        return counted(counts, opened.file.report, opened.options, shop=False, column=opened.column)
    table, form = cast("Table", opened.file), cast("TableFormat", opened.form)  # no format of JSON has counts
    find = cast("Callable[[Table], Iterator[FoundCount]]", form.counts)
    return counted(find(table), table.report, opened.options, shop=True, column=table.namer(form.columns))
