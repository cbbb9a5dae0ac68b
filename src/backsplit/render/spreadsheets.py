"""CSV rows and workbooks: a header, then rows."""

from __future__ import annotations

import re
import tempfile
import traceback
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backsplit.domain.history import Event
from backsplit.domain.orders import Shortage

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.orders import Order, Stock
    from backsplit.domain.promises import Promise
    from backsplit.services.deliveries import Moved


Row = list[object]
ORDER_COLUMNS = (
    "number status placed_at priority customer note split_from sku name quantity available short promised".split()  # noqa: SIM905
)
STOCK_COLUMNS = ("sku", "name", "insert", "on_hand", "allocated", "available", "owed", "final")
PROMISE_COLUMNS = ("order", "promised", "sku", "short", "on", "ref")

FREE_TEXT = {"name", "customer", "note", "reason", "user", "ref"}  # columns whose text nobody at the shop has chosen
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how text begins that a spreadsheet would run


def without_formulas(rows: Iterable[Row]) -> Iterator[Row]:
    """For a CSV: put a `'` before free text that a spreadsheet would run as a formula. Spreadsheets take it for "text".

    Customers write names and notes, so these must not run at the shop. SKUs and order numbers are left alone: the
    shop chose them, and other programs look them up; nothing would find `'-12`. Tell the spreadsheet that such a
    column is text. JSON is never changed, and a workbook marks its text as text.
    """
    found = iter(rows)
    for header in found:
        free = [place for place, name in enumerate(header) if name in FREE_TEXT]
        yield header
        for row in found:
            for place in free:
                text = row[place]
                if isinstance(text, str) and text.startswith(FORMULA):
                    row[place] = f"'{text}"
            yield row


def orders(values: Iterable[Order]) -> Iterator[Row]:
    """A row for each line of each order."""
    yield [*ORDER_COLUMNS]
    for order in values:
        for line, short in zip(order.lines, order.short, strict=True):
            yield [
                order.number,
                order.status.value,
                order.placed_at,
                order.priority,
                order.customer,
                order.note,
                order.split_from,
                line.sku,
                line.name,
                line.quantity,
                line.available,
                short,
                order.promised,
            ]


def stock(values: Iterable[Stock]) -> Iterator[Row]:
    yield [*STOCK_COLUMNS]
    for one in values:
        insert = "yes" if one.insert else "no"
        yield [one.sku, one.name, insert, one.on_hand, one.allocated, one.available, one.owed, one.final]


def shortages(values: Iterable[Shortage]) -> Iterator[Row]:
    yield list(Shortage._fields[:-1])
    for *cells, _ in values:
        yield cells


def expected(values: Iterable[Expected], today: str) -> Iterator[Row]:
    yield ["ref", "sku", "expected", "received", "left", "on", "overdue"]
    for row in values:
        overdue = "yes" if row.is_overdue(today) else "no"
        yield [row.ref, row.sku, row.expected, row.received, row.left, row.on, overdue]


def moved(values: Iterable[Moved]) -> Iterator[Row]:
    yield ["order", "customer", "from", "to"]
    for one in values:
        yield [one.order, one.customer, one.before, one.after]


def promises(values: Iterable[Promise]) -> Iterator[Row]:
    """A row for each SKU that an order waits for, one for an order that waits for none."""
    yield [*PROMISE_COLUMNS]
    for promise in values:
        for it in promise.waits:
            yield [promise.order, promise.on, it.sku, it.short, it.on, it.ref]
        if not promise.waits:
            yield [promise.order, promise.on, None, None, None, None]


def history(values: Iterable[Event]) -> Iterator[Row]:
    yield list(Event._fields)
    for event in values:
        yield list(event)


MOST_ROWS = 1_048_575  # of a sheet, below its header
DAY, TIME = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"
DATED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", re.ASCII)
# The columns that hold a day, or a time (in UTC: a workbook knows no zones). All other text stays text.
DATES = {"placed_at", "promised", "oldest", "next", "on"}
WIDTHS = {"customer": 24, "name": 28, "note": 28, "sku": 22, "number": 20, "order": 20, "orders": 30, "split_from": 20}
OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


# How the first row begins that `save` writes, with its texts, and what it may hold: a column of any of our sheets.
FIRST_ROW = re.compile(rb'<sheetData><row r="1".*?</row>', re.DOTALL)
INLINE_TEXT = re.compile(rb't="inlineStr"><is><t[^>]*>([^<]*)</t></is>')
LONGEST_HEAD = 1 << 16
FEWEST_COLUMNS = 4
COLUMNS = {
    *ORDER_COLUMNS,
    *STOCK_COLUMNS,
    *Shortage._fields,
    *PROMISE_COLUMNS,
    "orders",
}


class TooManyRows(Exception):
    """A sheet cannot hold all of it."""


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook that `save` wrote, and that no spreadsheet program has saved since.

    Spreadsheet programs keep the texts of all sheets in one place; `save` writes each text into its cell.
    """
    try:
        with zipfile.ZipFile(path) as parts, parts.open("xl/worksheets/sheet1.xml") as sheet:
            first_row = FIRST_ROW.search(sheet.read(LONGEST_HEAD))
    except (OSError, KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False
    if first_row is None:
        return False
    header = [text.decode(errors="replace") for text in INLINE_TEXT.findall(first_row[0])]
    return len(header) == first_row[0].count(b"<c ") >= FEWEST_COLUMNS and COLUMNS.issuperset(header)


def save(path: Path, sheets: Mapping[str, Iterable[list[object]]]) -> int:
    """Write a sheet for each name: a header that stays in sight, then rows. The number of rows of all.

    Raises OSError and TooManyRows. What is half made lies in the folder of `path`, or of a pipe in a temporary one.
    """
    import xlsxwriter  # noqa: PLC0415 - 60 ms, only for --xlsx

    with _folder_for_parts(path) as folder, path.open("wb") as file:
        book = xlsxwriter.Workbook(file, OPTIONS | {"tmpdir": str(folder)})
        try:
            formats = {DAY: book.add_format({"num_format": "yyyy-mm-dd"})}
            formats[TIME] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            bold = book.add_format({"bold": True})
            count = sum(_fill(book.add_worksheet(name), rows, formats, bold) for name, rows in sheets.items())
            book.close()
        except BaseException as error:
            _forget(book, error)
            if isinstance(error, xlsxwriter.exceptions.FileCreateError):
                raise error.args[0] from None
            raise
        return count


@contextmanager
def _folder_for_parts(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path.parent
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _forget(book: Any, error: BaseException) -> None:
    """Let go of what a workbook that failed has open: else Python would try to finish it, and say that it cannot."""
    errors = [error, *(one for one in error.args if isinstance(one, BaseException))]
    for frame, _ in chain.from_iterable(traceback.walk_tb(one.__traceback__) for one in errors):
        for value in frame.f_locals.values():
            if isinstance(value, zipfile.ZipFile):
                value.fp = None
    for sheet in book.worksheets():
        with suppress(OSError):
            sheet.row_data_fh.close()


def _fill(sheet: Any, rows: Iterable[list[object]], formats: Mapping[str, Any], bold: Any) -> int:
    count = -1
    header: list[str] = []
    for count, row in enumerate(rows):
        if count > MOST_ROWS:
            raise TooManyRows
        if not count:
            header = [str(name) for name in row]
            for place, name in enumerate(header):
                sheet.set_column(place, place, 20 if name in DATES else WIDTHS.get(name, 11))
                sheet.write_string(0, place, name, bold)
            sheet.freeze_panes(1, 0)
            continue
        for place, (name, cell) in enumerate(zip(header, row, strict=True)):
            if isinstance(cell, int):
                sheet.write_number(count, place, cell)
            elif cell is not None and name in DATES and DATED.fullmatch(str(cell)):
                kind = TIME if "T" in str(cell) else DAY
                sheet.write_datetime(count, place, datetime.strptime(str(cell), kind), formats[kind])  # noqa: DTZ007
            elif cell not in (None, ""):
                sheet.write_string(count, place, str(cell))
    if count > 0:
        sheet.autofilter(0, 0, count, len(header) - 1)
    return max(0, count)
