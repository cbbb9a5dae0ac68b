"""Orders that are to go out whole: the mark comes with the file, and stays with every part."""

from __future__ import annotations

import pytest

from conftest import Shop


@pytest.mark.parametrize("column", ["ship_complete", "Ship complete", "no split"])
def test_can_come_marked_from_a_file(shop: Shop, column: str) -> None:
    shop.stock("A1")
    shop.done("import orders -", f"order,sku,quantity,{column}\nM1,A,1,yes\nM2,A,1,no\nM3,A,1,\n")
    assert {it["number"]: it["ship_complete"] for it in shop.done("list --json").json} == {
        "M1": True,
        "M2": False,
        "M3": False,
    }
    assert "M1 (complete)" in shop.done("list").out
    assert "ships complete" in shop.done("show M1").out


def test_cannot_come_marked_with_anything_but_yes_or_no(shop: Shop) -> None:
    answer = shop("import orders -", "order,sku,quantity,ship_complete\nM1,A,1,perhaps\n")
    assert answer.code == 5
    assert '"perhaps" is neither yes nor no' in answer.err
    assert shop.state() == {}
