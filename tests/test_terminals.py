"""Colours that nobody wants, and terminals that lack the characters of the tables."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from backsplit.render.terminal import fitting
from conftest import Shop, program


def printed(shop: Shop, line: str, **environment: str) -> bytes:
    process = subprocess.run(
        program("--db", shop.db, *line.split()),
        capture_output=True,
        check=True,
        env={**{name: value for name, value in os.environ.items() if name != "NO_COLOR"}, **environment},
    )
    return process.stdout


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("prioritize M1 --priority 1")
    return shop


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("value", ["0", "", "false"])
@pytest.mark.parametrize("line", ["list", "split --help"])
def test_colours_can_be_forced_off(waiting: Shop, value: str, line: str) -> None:
    assert b"\x1b" not in printed(waiting, line, FORCE_COLOR=value)


@pytest.mark.slow
def test_colours_can_be_forced_on_and_no_color_wins(waiting: Shop) -> None:
    assert b"\x1b[1;33m" in printed(waiting, "list", FORCE_COLOR="1")
    assert b"33m" not in printed(waiting, "list", FORCE_COLOR="1", NO_COLOR="1")


COLUMNS_WITH_ACCENTS = ("tiendanube-orders", "shopee-orders")  # formats whose columns have letters that ASCII lacks


@pytest.mark.parametrize(
    ("encoding", "went"),
    [
        ("ascii", "M1 -> Processing: 1 x A"),
        ("cp437", "M1 -> Processing: 1 x A"),
        ("cp1252", "M1 -> Processing: 1 × A"),
        ("utf-8", "M1 → Processing: 1 × A"),
    ],
)
@pytest.mark.slow
def test_a_terminal_without_a_character_gets_the_nearest(waiting: Shop, encoding: str, went: str) -> None:
    assert went in printed(waiting, "split M1 --dry-run", PYTHONIOENCODING=encoding).decode(encoding)
    for line in ("list --limit 1", "history", "show M1", "import formats", "shortages", "--help"):
        said = printed(waiting, line, PYTHONIOENCODING=encoding).decode(encoding)
        ours = [row for row in said.splitlines() if not row.startswith(COLUMNS_WITH_ACCENTS)]
        assert not [row for row in ours if "\\u" in row or "\\x" in row]


@pytest.mark.slow
def test_names_of_a_shops_columns_are_written_out_rather_than_changed(waiting: Shop) -> None:
    said = printed(waiting, "import formats", PYTHONIOENCODING="ascii").decode("ascii")
    assert "N\\xfamero de orden" in said


@pytest.mark.slow
def test_tables_stay_straight_where_a_stand_in_is_longer(waiting: Shop) -> None:
    lines = printed(waiting, "history", PYTHONIOENCODING="ascii").decode("ascii").splitlines()
    (row,) = [line for line in lines if "priority 100 -> 1" in line]
    assert row.rindex("|") == lines[0].rindex("|")


@pytest.mark.slow
def test_data_in_json_and_csv_keeps_its_characters(shop: Shop) -> None:
    shop.done("import stock -", "sku,on_hand\nA×B,1\n")
    assert json.loads(printed(shop, "stock --json", PYTHONIOENCODING="ascii").decode("utf-8"))[0]["sku"] == "A×B"
    assert b"A\\xd7B" in printed(shop, "stock --csv", PYTHONIOENCODING="ascii")


def test_other_characters_are_written_out() -> None:
    assert fitting("☕ → 2 × é", "cp437") == "\\u2615 -> 2 x é"
    assert fitting("☕ → 2 × é", "utf-8") == "☕ → 2 × é"
