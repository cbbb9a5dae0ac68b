"""`split --now`: exactly the units that are named go, whatever else there is."""

from __future__ import annotations

import pytest

from conftest import Shop


@pytest.fixture
def shop_(shop: Shop) -> Shop:
    shop.stock("A5 B0 C2")
    shop.order("M1", "A4 B2", "2026-01-01T09:00:00Z")
    shop.order("M2", "A1 C2", "2026-01-02T09:00:00Z")
    return shop


def test_can_send_some_units_of_an_order_that_waits(shop_: Shop) -> None:
    answer = shop_.done("split M1 --now A=3 --json").json
    assert shop_.state()["M1"] == "Processing A3"
    assert shop_.state()["M1-backorder"] == "Backorder A1 B2"
    (split,) = answer["splits"]
    assert split["backorder"]["lines"][0]["available"] == 1
    assert shop_.figures()["A"] == (5, 4)


def test_can_send_some_units_of_an_order_that_has_its_stock_and_the_rest_is_swept(shop_: Shop) -> None:
    answer = shop_.done("split M2 --now C=1 --json").json
    assert shop_.state() == {
        "M1": "Backorder A4 B2",
        "M2": "Processing C1",
        "M2-backorder": "Processing A1 C1",
    }
    assert answer["splits"][0]["processing"]["lines"][0]["available"] == 1
    assert (answer["released"], answer["mergeable"]) == (["M2-backorder"], ["M2-backorder"])


def test_can_hold_the_rest_and_what_it_held_is_free_for_others(shop_: Shop) -> None:
    shop_.order("M3", "C1", "2026-01-03T09:00:00Z")
    answer = shop_.done("split M2 --now A=1 --hold-rest --json").json
    assert answer["released"] == ["M3"]
    assert shop_.state()["M2-backorder"] == "On Hold C2"
    assert "M1-backorder → On Hold: 3 × A, 2 × B" in shop_.done("split M1 --now A=1 --hold-rest --dry-run").out


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("M1 --now B=1", "not-enough"),
        ("M1 --now A=5", "bad-quantity"),
        ("M1 --now A=-1 --now A=1", "nothing-named"),
        ("M1 --now C=1", "unknown-sku"),
        ("M1 --now A=0", "nothing-named"),
        ("M2 --now A=1 --now C=2", "nothing-left"),
    ],
)
def test_cannot_send_what_is_not_there_or_all_or_nothing(shop_: Shop, line: str, code: str) -> None:
    before = shop_.state()
    assert shop_(f"split {line} --json").error == code
    assert shop_.state() == before


def test_cannot_split_what_has_left_or_ships_complete(shop_: Shop) -> None:
    shop_.done("ship M2")
    assert shop_("split M2 --now A=1 --json").error == "not-backorder"
    shop_.done("ship-complete M1")
    assert shop_("split M1 --now A=1 --json").error == "ship-complete"


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("line", ["M1 M2 --now A=1", "--all --now A=1", "M1 --now A", "M1 --now =1", "M1 --hold-rest"])
def test_cannot_be_typed_in_a_way_that_cannot_be_meant(shop_: Shop, line: str) -> None:
    assert shop_(f"split {line}").code == 2
