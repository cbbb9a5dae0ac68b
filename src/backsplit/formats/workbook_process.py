"""A program of its own: one sheet of a workbook, from standard input, as CSV to standard output.

    python workbook_process.py [SHEET] <orders.xlsx >orders.csv

We run it apart from backsplit, with little memory and time: a small file may unpack to very much, and the library
that reads it ends the whole process where memory is short. It must not import anything of backsplit.

Cells become text as follows. A whole number keeps all its digits and gets no point; any other has the 15 digits that
a spreadsheet knows. Dates are ISO 8601, to the second. Text stays as it is, `007` too, but a line break in it becomes
a blank: thus every row is one line, and the lines that are named in errors are the rows of the sheet.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import resource
import sys
import zipfile

import python_calamine as calamine

REFUSED = 3  # the exit status; the last line of standard error then says why
MOST_MEMORY = 1 << 30
MOST_SECONDS = 600
# A small workbook may say that its rows go on for ever. What is in it tells how much memory and time it can need.
MEMORY, MEMORY_GROWTH = 200 << 20, 6  # bytes, and times what it unpacks to; a sheet takes some 3 times that
SECONDS, SECONDS_EACH = 4, 1 << 20  # and one more for so many bytes
MOST_UNPACKED = 2 << 30  # bytes, of all that is in the workbook, and of the CSV
MOST_GROWTH = 200  # times; a sheet grows some 10 times when unpacked
MAY_GROW = 64 << 20  # bytes that any workbook may unpack to
_EXACT = 10**15  # spreadsheets keep 15 digits of a number


class Refusal(Exception):
    pass


def main(sheet: str | None) -> None:
    _limit(MOST_MEMORY, MOST_SECONDS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_UNPACKED, MOST_UNPACKED))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stderr.write(json.dumps(_write(sheet)))
    except Refusal as refusal:
        sys.stderr.write(str(refusal))
        sys.exit(REFUSED)


def _limit(memory: int, seconds: int) -> None:
    """Never more than before. Beyond it, this process is ended."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        resource.setrlimit(what, (most, most))


def _write(sheet: str | None) -> dict[str, object]:
    """What there is to tell: the sheet's name, the names of the other ones, and a number with too many digits."""
    with zipfile.ZipFile(sys.stdin.buffer) as packed:
        unpacked = sum(member.file_size for member in packed.infolist())
    if unpacked > MOST_UNPACKED:
        raise Refusal("unpacks to more than 2 GB: save the sheet as CSV (UTF-8) and import that.")
    if unpacked > max(MAY_GROW, MOST_GROWTH * sys.stdin.buffer.seek(0, 2)):
        raise Refusal(
            f"unpacks to more than {MOST_GROWTH} times its size: that is no export."
            " If it is sound, save the sheet as CSV (UTF-8) and import that."
        )
    _limit(min(MOST_MEMORY, MEMORY + MEMORY_GROWTH * unpacked), min(MOST_SECONDS, SECONDS + unpacked // SECONDS_EACH))
    sys.stdin.buffer.seek(0)
    with calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer) as workbook:
        names = [it.name for it in workbook.sheets_metadata if it.typ == calamine.SheetTypeEnum.WorkSheet]
        seen = [it.name for it in workbook.sheets_metadata if it.visible == calamine.SheetVisibleEnum.Visible]
        name = sheet if sheet is not None else next((name for name in names if name in seen), None)
        if name not in names:
            raise Refusal(f"has no sheet {json.dumps(sheet, ensure_ascii=False)}; it has {_listed(names)}.")
        long = _rows(workbook.get_sheet_by_name(name))
    return {"sheet": name, "others": [other for other in names if other != name], "long": long}


def _rows(sheet: calamine.CalamineSheet) -> str:
    """Write the rows; return the first number with more digits than a spreadsheet keeps, if there is one."""
    if sheet.start is None:  # nothing in it
        return ""
    with open(sys.stdout.fileno(), "w", encoding="utf-8", errors="replace", newline="", closefd=False) as out:
        writer = csv.writer(out, lineterminator="\n")
        long = ""
        for row in sheet.iter_rows():
            writer.writerow([_text(cell) for cell in row])
            long = long or next((_text(cell) for cell in row if isinstance(cell, float) and abs(cell) >= _EXACT), "")
    return long


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell if cell.isprintable() else " ".join(cell.splitlines())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, dt.datetime):
        return (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0).isoformat(" ")
    return str(cell)  # a date as ISO 8601; a time of day; a whole number


def _listed(names: list[str]) -> str:
    return ", ".join(json.dumps(name, ensure_ascii=False) for name in names[:20]) or "none"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
