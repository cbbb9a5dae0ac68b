"""Under `python -O` there are no asserts, and under -OO no docstrings: everything is checked all the same."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import Shop

LINES = [
    "import stock stock.csv",
    "import orders orders.csv",
    "split M1",
    "split M1",
    "receive --sku B --qty 2",
    "receive --sku NONE --qty 2",
    "receive --qty 2 --file stock.csv",
    "adjust --sku A --to 0 --reason count",
    "adjust --sku NONE --to 0 --reason count",
    "mark --sku NONE --insert",
    "undo",
    "undo",
    "merge M1",
    "check",
    "list --json",
]


@pytest.mark.parametrize("option", ["-O", "-OO"])
def test_nothing_is_let_through_without_asserts(shop: Shop, option: str) -> None:
    shop.write("stock.csv", "sku,on_hand\nA,1\nB,0\n")
    shop.write("orders.csv", "order,sku,quantity,placed_at\nM1,A,1,2026-01-01\nM1,B,1,2026-01-01\n")
    before = shop.db.read_bytes()
    usual = [_run(shop, line) for line in LINES]
    shop.db.write_bytes(before)
    assert [_run(shop, line, option) for line in LINES] == usual
    assert {code for code, _, _ in usual} >= {0, 1, 2, 3}


def _run(shop: Shop, line: str, *options: str) -> tuple[int, str, str]:
    words = [sys.executable, *options, "-m", "backsplit", "--db", str(shop.db), *line.split()]
    done = subprocess.run(words, capture_output=True, text=True, cwd=shop.folder, check=False)
    return done.returncode, re.sub(r"\d\d:\d\d UTC", "NOW", done.stdout), done.stderr
