"""Workbooks: a sheet is read like a CSV file, with the numbers and dates that its cells hold."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from workbooks import ods, packed, xlsx

HEADER = ["order", "sku", "quantity", "date", "note"]
ROWS = [
    HEADER,
    ["1", 4711, 2, datetime(2026, 1, 31, 9, 30), "two\nlines"],  # noqa: DTZ001
    [1002, "007", 3.0, date(2026, 2, 1), None],
    ["3", 123456789012, 1, "03.11.2026", 1.5],
]


@pytest.mark.parametrize("write", [xlsx, ods])
def test_can_read_a_sheet_as_its_cells_hold_it(orders: Any, write: Any) -> None:
    read = orders(write({"Orders": ROWS}), "orders.xlsx")
    assert (read.format, read.notice) == ("csv", "")
    assert read.orders == {"1": [("4711", 2)], "1002": [("007", 3)], "3": [("123456789012", 1)]}
    assert [order.said.placed_at for order in read.arrived] == [
        "2026-01-31T09:30:00Z",
        "2026-02-01T00:00:00Z",
        "2026-11-03T00:00:00Z",
    ]
    assert read.arrived[2].said.note == "1.5"
    assert [order.at for order in read.arrived] == [2, 3, 4]


def test_can_read_a_shops_export_that_was_saved_as_a_workbook(orders: Any) -> None:
    header = ["Name", "Fulfillment Status", "Created at", "Lineitem quantity", "Lineitem name", "Lineitem sku"]
    rows = [
        header,
        ["#1", "unfulfilled", date(2026, 1, 1), 1, "Mug", "A"],
        ["#2", "fulfilled", None, 1, "Mug", "A"],
    ]
    read = orders(xlsx({"orders_export": rows}), "o.xlsx")
    assert (read.format, read.orders, read.closed) == ("shopify-orders", {"#1": [("A", 1)]}, {"#2": "Shipped"})


def test_can_read_counts_from_a_workbook(stock: Any) -> None:
    assert stock(xlsx({"S": [["sku", "on_hand"], [10, 1200], ["B", None]]}), "s.xlsx").stock == {"10": 1200, "B": None}


def test_can_choose_a_sheet(orders: Any, refused: Any) -> None:
    book = xlsx({"Notes": [["hello"]], "Open": ROWS, "Old": ROWS[:2], "Secret": ROWS}, hidden=["Notes"])
    first = orders(book, "o.xlsx")
    assert len(first.orders) == 3
    assert 'The sheet "Open" was read; not read: "Notes", "Old", "Secret"' in first.notice
    assert len(orders(book, "o.xlsx", sheet="Old").orders) == 1
    assert 'has no sheet "Neu"; it has "Notes", "Open", "Old", "Secret"' in refused("orders", book, sheet="Neu")
    assert "no workbook" in refused("orders", "order,sku,quantity\n", sheet="Neu")


def test_errors_name_the_row_of_the_sheet(refused: Any, orders: Any) -> None:
    rows = [[], ["Open orders"], HEADER, ["1", "A", 1, None, "a\nb\nc"], ["2", "B", 2.5]]
    assert 'row 5, column "quantity": "2.5" is not a whole number' in refused("orders", xlsx({"S": rows}), "o.xlsx")
    assert "row 3" in orders(xlsx({"S": rows[:4]}), "o.xlsx").notice


def test_a_number_that_has_lost_digits_is_told(orders: Any) -> None:
    read = orders(xlsx({"S": [HEADER[:3], [576460000000000100, "A", 1]]}), "o.xlsx")
    assert "more than 15 digits (576460000000000128)" in read.notice


def test_cannot_read_a_workbook_without_its_reader(refused: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert "pip install 'backsplit[xlsx]'" in refused("orders", xlsx({"S": ROWS}), "o.xlsx")


def test_cannot_fill_the_memory_with_a_small_workbook(refused: Any) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "too large" in refused("orders", _with_sheet(rows), "o.xlsx")


@pytest.mark.slow
def test_cannot_read_a_workbook_that_grows_beyond_measure(refused: Any) -> None:
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert "more than 200 times its size" in refused("orders", _with_sheet(row * 1_800_000), "o.xlsx")


def _with_sheet(rows: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx({"S": []}))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    files["xl/worksheets/sheet1.xml"] = files["xl/worksheets/sheet1.xml"].replace("<sheetData>", f"<sheetData>{rows}")
    return packed(files)


def test_cannot_read_a_broken_or_an_empty_workbook(refused: Any) -> None:
    whole = xlsx({"S": ROWS})
    assert "may be damaged" in refused("orders", whole[:-200], "o.xlsx")
    assert "is empty" in refused("orders", xlsx({"S": []}), "o.xlsx")
    assert "has no sheet" in refused("orders", xlsx({}), "o.xlsx")


def test_no_other_file_pays_for_workbooks(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("order,sku,quantity\n1,A,1\n")
    program = "import sys; from backsplit.formats import reader; list(reader.read_orders(sys.argv[1]))"
    program += "; print(*sys.modules)"
    command = [sys.executable, "-c", program, str(tmp_path / "o.csv")]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "backsplit.formats.reader" in loaded
    for name in ("python_calamine", "backsplit.formats.workbooks", "subprocess", "zipfile"):
        assert name not in loaded
