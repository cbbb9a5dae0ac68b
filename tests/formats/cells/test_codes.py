"""Order numbers and SKUs that went through a spreadsheet."""

from __future__ import annotations

from typing import Any

import pytest

ROUNDED = ["5.76431E+17", "4,00638E+12", "1E+12", "4.00638e+12"]
FAILED = ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#BEZUG!", "#NV", "########"]


@pytest.mark.parametrize("cell", [*ROUNDED, *FAILED])
def test_what_a_spreadsheet_has_left_of_a_sku_is_a_bad_row_with_a_way_out(refused: Any, cell: str) -> None:
    said = refused("orders", f'order,sku,quantity\nM1,"{cell}",1\n')
    assert 'line 2, column "sku"' in said
    assert "spreadsheet" in said
    assert "format the column as text" in said


@pytest.mark.parametrize("cell", [*ROUNDED, *FAILED])
def test_what_a_spreadsheet_has_left_of_a_number_is_a_bad_row(refused: Any, orders: Any, cell: str) -> None:
    text = f'order,sku,quantity\n"{cell}",A,1\nM2,A,1\n'
    assert 'line 2, column "order"' in refused("orders", text, prefix="B-")
    skipped = orders(text, skip_bad=True)
    assert list(skipped.orders) == ["M2"]
    assert {left.reason for left in skipped.left_out} <= {
        "order number rounded by a spreadsheet",
        "order number lost by a spreadsheet",
    }


@pytest.mark.parametrize("sku", ["1E5", "4E12", "E+12", "#12", "##", "#REF", "AB-1E+5"])
def test_a_sku_that_only_looks_a_little_like_it_is_a_sku(orders: Any, sku: str) -> None:
    assert orders(f"order,sku,quantity\nM1,{sku},1\n").orders == {"M1": [(sku, 1)]}


def test_a_formula_that_shows_a_text_is_that_text(orders: Any, stock: Any) -> None:
    assert orders('order,sku,quantity\n"=""0017""",="00712",="2"\n').orders == {"0017": [("00712", 2)]}
    assert orders('order,sku,quantity\n="0017",="00712",2\n', prefix="B-").orders == {"B-0017": [("00712", 2)]}
    assert stock('sku,on_hand\n="00712",3\n').stock == {"00712": 3}
