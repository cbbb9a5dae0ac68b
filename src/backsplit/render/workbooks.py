"""Workbooks (.xlsx): a sheet for each table."""

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
from typing import Any

import xlsxwriter

from backsplit.domain.orders import Shortage
from backsplit.render.spreadsheets import ORDER_COLUMNS, PROMISE_COLUMNS, STOCK_COLUMNS, Row

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


def save(path: Path, sheets: Mapping[str, Iterable[Row]]) -> int:
    """Write a sheet for each name: a header that stays in sight, then rows. The number of rows of all.

    Raises OSError and TooManyRows. What is half made lies in the folder of `path`, or of a pipe in a temporary one.
    """
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
    errors = [error, *(cause for cause in error.args if isinstance(cause, BaseException))]
    for frame, _ in chain.from_iterable(traceback.walk_tb(cause.__traceback__) for cause in errors):
        for value in frame.f_locals.values():
            if isinstance(value, zipfile.ZipFile):
                value.fp = None
    for sheet in book.worksheets():
        with suppress(OSError):
            sheet.row_data_fh.close()


def _fill(sheet: Any, rows: Iterable[Row], formats: Mapping[str, Any], bold: Any) -> int:
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
            elif name in DATES and (at := _dated(str(cell))):
                sheet.write_datetime(count, place, at, formats[TIME if "T" in str(cell) else DAY])
            elif cell not in (None, ""):
                sheet.write_string(count, place, str(cell))
    if count > 0:
        sheet.autofilter(0, 0, count, len(header) - 1)
    return max(0, count)


def _dated(cell: str) -> datetime | None:
    """None for what is no date, which stays text: it is blank, or another program has written it."""
    if DATED.fullmatch(cell):
        with suppress(ValueError):
            return datetime.strptime(cell, TIME if "T" in cell else DAY)  # noqa: DTZ007 - a cell has no zone
    return None
