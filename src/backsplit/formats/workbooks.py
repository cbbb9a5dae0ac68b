"""Workbooks of spreadsheets, .xlsx and .ods: one sheet as CSV, which is then read like any other."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, cast

from backsplit.errors import how_to_add, listed
from backsplit.formats.report import printable, quoted
from backsplit.values import NamedTuple

_PROGRAM = Path(__file__).with_name("workbook_process.py")
_REFUSED = 3  # as there
_SAVE_AS = "save the sheet as CSV (UTF-8) and import that"


class Sheet(NamedTuple):
    """A sheet as CSV in UTF-8, a line for each of its rows, and what the user should know of it."""

    csv: IO[bytes]
    notices: list[str]


def is_workbook(head: bytes) -> bool:
    """Whether these first bytes of a file are those of an .xlsx or .ods."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    return b"xl/" in head or b"[Content_Types].xml" in head or b"application/vnd.oasis.opendocument.spreadsheet" in head


def opened(workbook: IO[bytes], sheet: str | None) -> Sheet:
    """The sheet of this name, else the first that is not hidden. Raises ValueError with a sentence for the user."""
    if importlib.util.find_spec("python_calamine") is None:
        missing = "is a workbook (.xlsx or .ods), and what reads those is not installed"
        raise ValueError(f"{missing}: {how_to_add('xlsx')}, or {_SAVE_AS}.")
    csv = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - closed with its Source
    try:
        return Sheet(csv, _unpack(workbook, sheet, csv))
    except BaseException:
        csv.close()
        raise


def _unpack(workbook: IO[bytes], sheet: str | None, csv: IO[bytes]) -> list[str]:
    """Write the sheet's CSV; return the notices."""
    arguments = [sys.executable, str(_PROGRAM), *([sheet] if sheet is not None else [])]
    done = subprocess.run(arguments, stdin=workbook, stdout=csv, stderr=subprocess.PIPE, check=False)  # noqa: S603
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == _REFUSED:
        raise ValueError(said)
    if done.returncode:
        raise ValueError(_why(done.returncode, said))
    return _notices(json.loads(said.splitlines()[-1]))


def _why(code: int, said: str) -> str:
    if "PasswordError" in said:
        return f"is locked with a password: take the password off, or {_SAVE_AS}."
    if code < 0 or "MemoryError" in said or "File too large" in said:
        return f"is too large for a workbook, repeats its rows without end, or has a cell far out: {_SAVE_AS}."
    return f"is a workbook that cannot be read; it may be damaged. Open it in a spreadsheet and {_SAVE_AS}."


def _notices(said: dict[str, object]) -> list[str]:
    notices = []
    others = cast("list[str]", said["others"])
    if others:
        names = listed(map(quoted, others), 5)
        notices.append(
            f"The sheet {quoted(str(said['sheet']))} was read; not read: {names}. To read one: --sheet NAME."
        )
    if said["long"]:
        notices.append(
            f"A number has more than 15 digits ({printable(str(said['long']))}), and spreadsheets forget those beyond: "
            "if it is a SKU or an order's number, format its column as text before it is filled in."
        )
    return notices
