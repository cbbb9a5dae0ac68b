"""Rows as a workbook for spreadsheets (.xlsx), written by XlsxWriter, which the extra `xlsx` brings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

import xlsxwriter

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


class TooManyRows(Exception):
    """A sheet cannot hold all of it."""


def save(file: IO[bytes], sheets: Mapping[str, Iterable[list[object]]]) -> int:
    """Write a sheet for each name: a header that stays in sight, then rows. The number of rows of all.

    Raises OSError and TooManyRows.
    """
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        formats = {DAY: book.add_format({"num_format": "yyyy-mm-dd"})}
        formats[TIME] = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        bold = book.add_format({"bold": True})
        return sum(_fill(book.add_worksheet(name), rows, formats, bold) for name, rows in sheets.items())


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
