"""--xlsx: what the shop sends, opened again as a spreadsheet program would."""

from __future__ import annotations

import importlib.util
import zipfile
from datetime import date, datetime
from importlib.machinery import ModuleSpec
from typing import Any

import pytest
import python_calamine as calamine

from backsplit.render import workbooks
from conftest import Shop

EVERY = ["list", "stock", "shortages", "promise", "pick"]


def read(shop: Shop, name: str, sheet: int = 0) -> list[list[Any]]:
    return calamine.CalamineWorkbook.from_path(str(shop.folder / name)).get_sheet_by_index(sheet).to_python()


@pytest.fixture
def odd(shop: Shop) -> Shop:
    """SKUs and names that a spreadsheet would like to change."""
    shop.write("stock.csv", "sku,on_hand,name\n00712,5,=1+1\n1E5,0,\n-12,7,https://example.com\n")
    shop.done("import stock stock.csv")
    rows = "order,sku,quantity,placed_at,customer\n0001,00712,2,2026-01-05T09:00:00Z,+49 1\n0001,1E5,3,,\n2,-12,1,,\n"
    shop.done("import orders -", rows)
    shop.done("expect --sku 1E5 --qty 9 --on 2999-01-02 --ref PO-1")
    return shop


def test_a_list_has_numbers_times_and_days_as_such_and_skus_as_text(odd: Shop) -> None:
    assert odd.done("list --xlsx list.xlsx").out == "wrote list.xlsx: 3 rows\n"
    header, first, *_ = read(odd, "list.xlsx")
    row = dict(zip(header, first, strict=True))
    assert header == odd.done("list --csv").out.splitlines()[0].split(",")
    assert row["number"] == "0001"
    assert row["sku"] == "00712"
    assert row["quantity"] == 2.0
    assert row["placed_at"] == datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a workbook knows no zones
    assert row["promised"] == date(2999, 1, 2)
    assert row["customer"] == "+49 1"
    assert row["name"] == "=1+1"


def test_stock_keeps_skus_that_look_like_numbers(odd: Shop) -> None:
    odd.done("stock --xlsx stock.xlsx")
    assert [row[0] for row in read(odd, "stock.xlsx")] == ["sku", "-12", "00712", "1E5"]
    assert read(odd, "stock.xlsx")[3][3:] == [0.0, 0.0, 0.0, 3.0, -3.0]


def test_shortages_and_promises_have_their_days(odd: Shop) -> None:
    odd.done("shortages --xlsx shortages.xlsx")
    odd.done("promise --xlsx promise.xlsx")
    assert read(odd, "shortages.xlsx")[1][-1] == date(2999, 1, 2)
    assert read(odd, "promise.xlsx")[1] == ["0001", date(2999, 1, 2), "1E5", 3.0, date(2999, 1, 2), "PO-1", "+49 1"]


def test_pick_has_a_sheet_by_sku_and_a_sheet_by_order(odd: Shop) -> None:
    odd.done("pick --xlsx pick.xlsx")
    assert read(odd, "pick.xlsx")[1] == ["-12", "https://example.com", 1.0, "2"]
    assert read(odd, "pick.xlsx", 1)[1] == ["2", "", "", "-12", "https://example.com", 1.0]


def test_a_list_cannot_be_taken_where_its_workbook_could_not_be_written(odd: Shop) -> None:
    answer = odd("pick --take --xlsx nowhere/pick.xlsx")
    assert (answer.code, answer.out) == (2, "")
    assert "nowhere/pick.xlsx cannot be written" in answer.err
    assert odd("pick --list 1").code == 3


def test_where_a_list_is_taken_and_its_workbook_cannot_be_written_after_all_both_is_told(odd: Shop) -> None:
    answer = odd("pick --take --xlsx /dev/full")
    assert (answer.code, answer.out) == (0, "")
    assert "pick list 1 is made, but /dev/full cannot be written" in answer.err
    odd.done("pick --list 1 --xlsx pick.xlsx")


@pytest.mark.parametrize("how", ["", " --take --dry-run"])
def test_where_no_list_is_taken_a_workbook_that_cannot_be_written_is_an_error(odd: Shop, how: str) -> None:
    assert odd(f"pick{how} --xlsx nowhere/pick.xlsx").code == 2
    assert odd("pick --list 1").code == 3


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("command", EVERY)
def test_the_header_stays_in_sight(odd: Shop, command: str) -> None:
    odd.done(f"{command} --xlsx it.xlsx")
    with zipfile.ZipFile(odd.folder / "it.xlsx") as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert "<f>" not in sheet


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("command", EVERY)
def test_without_the_extra_the_error_has_the_line_that_installs_it(
    odd: Shop, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "xlsxwriter" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    answer = odd(f"{command} --xlsx it.xlsx")
    assert answer.code == 2
    assert "pip install 'backsplit[xlsx]'" in answer.err
    assert not (odd.folder / "it.xlsx").exists()


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("command", EVERY)
def test_a_workbook_goes_with_nothing_else(odd: Shop, command: str) -> None:
    assert odd(f"{command} --xlsx it.xlsx --json").error == "usage"


def test_a_workbook_that_cannot_be_written_is_named_and_leaves_nothing(odd: Shop) -> None:
    (odd.folder / "there.xlsx").mkdir()
    for path, reason in (("nowhere/it.xlsx", "cannot be written: "), ("there.xlsx", "is a folder: ")):
        answer = odd(f"stock --xlsx {path}")
        assert (answer.code, answer.err.startswith(f"backsplit: {path} {reason}")) == (2, True), answer.err
    assert not list(odd.folder.glob(".*.new"))


def test_more_rows_than_a_sheet_holds_are_refused(odd: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    answer = odd("stock --xlsx it.xlsx")
    assert answer.code == 2
    assert "a sheet holds 2 rows at most: use --csv" in answer.err
    assert not (odd.folder / "it.xlsx").exists()


def test_nothing_to_tell_is_a_header(shop: Shop) -> None:
    assert shop.done("stock --xlsx it.xlsx").out == "wrote it.xlsx: 0 rows\n"
    assert read(shop, "it.xlsx")[0][0] == "sku"
