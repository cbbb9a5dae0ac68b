"""Files that are made to fill the memory: each gets a sentence, in 350 MiB."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Shop, program
from workbooks import ods, xlsx

MOST_MEMORY = 350 << 10  # KiB
HEADER = b"order,sku,quantity\n"
GOOD = b'{"order": "1", "sku": "A", "quantity": 1'
MB = 1 << 20

pytestmark = pytest.mark.slow


def packed(head: bytes, piece: bytes, megabytes: int) -> Callable[[Path], object]:
    """A gzip file that unpacks to so much of one piece, many times over."""

    def make(path: Path) -> None:
        block = gzip.compress(piece * (16 * MB // len(piece)))
        path.write_bytes(gzip.compress(head) + block * (megabytes // 16))

    return make


def sparse(head: bytes) -> Callable[[Path], object]:
    """2 GB of NULs on one line, none of them on the disk."""

    def make(path: Path) -> None:
        path.write_bytes(head)
        os.truncate(path, 2 << 30)

    return make


def text(*pieces: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(b"".join(pieces))


def workbook(path: Path) -> None:
    """A sheet of 400 MB."""
    row = '<row r="1">' + '<c r="A1"><v>1</v></c>' * 40_000 + "</row>"
    with zipfile.ZipFile(io.BytesIO(xlsx({"S": []}))) as small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as big:
        for name in small.namelist():
            before, tag, after = small.read(name).partition(b"<sheetData>")
            with big.open(name, "w", force_zip64=True) as member:
                member.write(before + tag)
                for _ in range(500 if tag else 0):
                    member.write(row.encode())
                member.write(after)


def repeated(rows: int, cells: int) -> Callable[[Path], object]:
    """An .ods of 1 KB in which a row and a cell of it are repeated."""

    def make(path: Path) -> None:
        small = zipfile.ZipFile(io.BytesIO(ods({"S": [["order", "sku", "quantity", "x"], ["M1", "A", 1, "last"]]})))
        with small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as big:
            for one in small.infolist():
                before, row, after = small.read(one).rpartition(b"<table:table-row")
                after = row + b' table:number-rows-repeated="%d"' % rows + after
                begin, cell, end = after.rpartition(b"<table:table-cell")
                repeats = begin + cell + b' table:number-columns-repeated="%d"' % cells + end
                big.writestr(one, before + repeats if row else small.read(one))

    return make


def far_out(path: Path) -> None:
    """An .xlsx with a cell in its last row."""
    cell = b'<row r="1048576"><c r="AD1048576"><v>1</v></c></row></sheetData>'
    small = zipfile.ZipFile(io.BytesIO(xlsx({"S": [["order", "sku", "quantity"]]})))
    with small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as big:
        for one in small.infolist():
            big.writestr(one, small.read(one).replace(b"</sheetData>", cell))


BOMBS = {
    "blank.csv.gz": (packed(HEADER + b"M1,A,1\n", b"\n", 3 << 10), "blank lines"),
    "rows.csv.gz": (packed(HEADER, b"M1,A,1\n", 3 << 10), "200 times its size"),
    "line.csv.gz": (packed(HEADER, b"x", 2 << 10), "a line of more than 8 MB"),
    "records.json.gz": (packed(b"[" + GOOD + b',"x":[', b"{},", 1 << 10), "200 times its size"),
    "blanks.json.gz": (packed(b"[", b" ", 2 << 10), "MB of blanks"),
    "line.csv": (sparse(HEADER), "a line of more than 8 MB"),
    "brace.csv": (sparse(b"{order,order,sku,quantity\n"), "MB of blanks"),
    "brace.csv.gz": (packed(b"{order,order,sku,quantity\n", b"x", 2 << 10), "200 times its size"),
    "brace.json": (text(b'{"a": "', b"x" * (100 * MB)), "more than 8 MB"),
    "columns.csv": (text(HEADER + (b"M1,A,1" + b",ab" * 10**6 + b"\n") * 9), "1,000,003 cells under 3 columns"),
    "header.csv": (
        text(b"order,sku,quantity" + b",ab" * 10**6 + b"\nM1,A,1" + b",ab" * 10**6 + b"\n"),
        "more than 64 KB",
    ),
    "deep.json": (text(b"[" + GOOD + b',"x":' + b'{"a":' * 10**5 + b"1" + b"}" * 10**5 + b"}]"), "nested too deeply"),
    "deep list.json": (text(b"[" * 10**5 + b"]" * 10**5), "nested too deeply"),
    "record.json": (text(b"[" + GOOD + b',"x":[' + b"{}," * (21 * MB) + b"1]}]"), "more than 8 MB"),
    "sheet.xlsx": (workbook, "200 times its size"),
    "rows.ods": (repeated(1_048_570, 1), "repeats its rows without end"),
    "cells.ods": (repeated(20_000, 1_000), "repeats its rows without end"),
    "far.xlsx": (far_out, "has a cell far out"),
    "quote.csv": (text(HEADER + b'M1,"A,1\n' + b"a\n" * 3 * MB), "more than 100,000 rows cannot be taken"),
    "one order.csv": (text(HEADER + b"M1,A,1\n" * MB), "more than 100,000 rows cannot be taken"),
}
FEW_BAD_ROWS = {"columns.csv"}  # which --skip-bad leaves out, as it does any


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_a_sentence(shop: Shop, name: str) -> None:
    make, said = BOMBS[name]
    make(shop.folder / name)
    # What is refused even with --skip-bad is refused without it.
    for options in [[], ["--skip-bad"]] if name in FEW_BAD_ROWS else [["--skip-bad"]]:
        code, answer, memory = _run(shop, name, *options)
        is_left_out = options and name in FEW_BAD_ROWS
        assert code == (0 if is_left_out else 5), answer
        assert ("left out: " if is_left_out else said) in answer
        assert memory < MOST_MEMORY, f"{memory >> 10} MiB"


def test_so_many_bad_rows_are_told_or_left_out(shop: Shop) -> None:
    shop.write("rows.csv", "order,sku,quantity\n" + "M1,A\n" * 100_000 + "M2,A,1\n")
    assert "100,000 rows cannot be taken" in shop("import orders rows.csv").err
    assert json.loads(shop.done("import orders rows.csv --skip-bad --json").out)["added"] == 1


@pytest.mark.parametrize("option", ["", " --skip-bad"])
def test_more_bad_rows_end_the_reading(shop: Shop, option: str) -> None:
    shop.write("rows.csv", "order,sku,quantity,name\n" + "M1,A\n" * 100_001 + "M2,A,1,x\n")
    refused = shop(f"import orders rows.csv{option}")
    assert refused.code == 5
    assert "more than 100,000 rows cannot be taken, so nothing was imported:" in refused.err
    assert "line 2: has 2 cells under 4 columns" in refused.err


OF_SHOPIFY = b"""{"name": "#%d", "created_at": "2026-01-01T09:00:00Z", "financial_status": "paid",
"fulfillment_status": null, "line_items": [{"sku": "A", "name": "Item", "quantity": 1, "fulfillable_quantity": 1}]"""
LARGEST = {
    "two records": [GOOD, GOOD.replace(b'"1"', b'"2"')],
    "two of a shop": [OF_SHOPIFY % 1, OF_SHOPIFY % 2],
}


@pytest.mark.parametrize("what", LARGEST)
def test_the_largest_records_fit_into_the_memory(shop: Shop, what: str) -> None:
    filler = b',"x":[' + b'{"":1},' * (8 * MB // 7 - 40) + b"1]}"
    (shop.folder / "record.json").write_bytes(b"[" + b",".join(begin + filler for begin in LARGEST[what]) + b"]")
    code, answer, memory = _run(shop, "record.json")
    assert code == 0, answer
    assert memory < MOST_MEMORY, f"{memory >> 10} MiB"


def test_endless_input_is_refused(shop: Shop) -> None:
    if shutil.disk_usage(tempfile.gettempdir()).free < 4 << 30:
        pytest.skip("there is too little room for temporary files")
    code, answer, memory = _run(shop, "/dev/zero")
    assert code == 5, answer
    assert "no end within 2 GB" in answer
    assert memory < MOST_MEMORY, f"{memory >> 10} MiB"


MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""


def _run(shop: Shop, file: str, *options: str) -> tuple[int, str, int]:
    """The exit code, the answer, and KiB of memory at most.

    A process begins with the peak of the one that started it, so a small one stands between it and the tests.
    """
    peak = shop.folder / "peak"
    words = program("--db", shop.db, "import", "orders", shop.folder / file, *options)
    done = subprocess.run([sys.executable, "-c", MEASURED, peak, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, int(peak.read_text())
