"""Pick lists: what to fetch, who is on which list, and who has left it."""

from __future__ import annotations

import pytest

from backsplit.domain.orders import Line, Order, Status
from backsplit.domain.parcels import to_fetch
from conftest import Shop


@pytest.fixture
def packing(shop: Shop) -> Shop:
    shop.stock("A9 B3 C0")
    shop.order("M1", "A2 B1", "2026-01-02T09:00:00Z")
    shop.order("M2", "A3", "2026-01-01T09:00:00Z")
    shop.order("M3", "C1", "2026-01-03T09:00:00Z")
    return shop


def test_each_sku_is_fetched_once_for_all_orders_by_sku() -> None:
    one = Order("M1", Status.PROCESSING, "", (Line("B", 1), Line("A", 2, position=2), Line("A", 1, position=3)))
    other = Order("M2", Status.PROCESSING, "", (Line("A", 4),))
    assert [(it.sku, it.quantity, it.orders) for it in to_fetch([one, other])] == [
        ("A", 7, ("M1", "M2")),
        ("B", 1, ("M1",)),
    ]


def test_can_see_what_is_to_be_picked_in_queue_order(packing: Shop) -> None:
    answer = packing.done("pick --json").json
    assert (answer["list"], [it["number"] for it in answer["orders"]]) == (None, ["M2", "M1"])
    assert answer["skus"] == [
        {"sku": "A", "name": "", "quantity": 5, "orders": ["M2", "M1"]},
        {"sku": "B", "name": "", "quantity": 1, "orders": ["M1"]},
    ]
    out = packing.done("pick").out
    assert "[ ]    5 × A" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_an_order_is_on_one_list_at_most(packing: Shop) -> None:
    assert packing.done("pick --take --json").json["list"] == 1
    assert {it["number"]: it["pick"] for it in packing.done("list --json").json} == {"M1": 1, "M2": 1, "M3": None}
    assert "nothing to pick" in packing.done("pick --take").out
    assert packing("pick M1 --take --json").error == "not-allowed"
    packing.order("M4", "B1")
    assert packing.done("pick --take --json").json["list"] == 2
    assert "on pick list 2" in packing.done("show M4").out


def test_a_list_is_not_taken_in_a_dry_run(packing: Shop) -> None:
    assert packing.done("pick --take --dry-run --json").json["list"] == 1
    assert packing("pick --list 1").code == 3


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("ship M1", "Shipped"),
        ("hold M1", "On Hold"),
        ("cancel M1", "Cancelled"),
        ("adjust --sku B --to 0 --reason broken", "Backorder"),
    ],
)
def test_an_order_that_leaves_processing_leaves_its_list_and_is_named_there(
    packing: Shop, line: str, status: str
) -> None:
    packing.done("pick --take")
    packing.done(line)
    again = packing.done("pick --list 1 --json").json
    assert [it["number"] for it in again["orders"]] == ["M2"]
    assert again["gone"] == [{"order": "M1", "status": status}]
    assert f"no longer on this list: M1 ({status})" in packing.done("pick --list 1").out


def test_can_ship_what_is_still_on_a_list(packing: Shop) -> None:
    packing.done("pick --take")
    packing.done("hold M1")
    answer = packing.done("ship --list 1 --json").json
    assert [it["number"] for it in answer["changed"]] == ["M2"]
    assert answer["notes"] == ["M1 is not on the list any more (On Hold)"]
    assert packing.state()["M1"] == "On Hold A2 B1"
    assert "nothing changed" in packing.done("ship --list 1").out
    assert packing("ship --list 2 --json").error == "not-found"
    assert packing("ship M1 --list 1").code == 2


def test_a_part_is_not_on_the_list_of_its_order(packing: Shop) -> None:
    packing.done("pick --take")
    packing.done("split M1 --now A=1")
    assert {it["number"]: it["pick"] for it in packing.done("list --json").json}["M1-backorder"] is None
    packing.done("merge M1-backorder")
    assert "M1" in [one["number"] for one in packing.done("pick --list 1 --json").json["orders"]]
    assert packing.done("ship --list 1 --json").json["changed_since"] == []


def test_cannot_pick_what_is_not_in_processing_or_not_there(packing: Shop) -> None:
    assert packing("pick M3 --json").error == "not-allowed"
    assert packing("pick M9 --json").error == "not-found"
    assert packing("pick --list 7 --json").error == "not-found"
    assert packing("pick M1 --list 1").code == 2


@pytest.mark.parametrize("line", ["pick --take --html p.html", "pick --html p.html", "pick --take --xlsx p.xlsx"])
def test_where_nothing_is_to_be_picked_no_page_is_written(shop: Shop, line: str) -> None:
    assert shop.done(line).out == "nothing to pick: no Processing order is without a list\n"
    assert not list(shop.folder.glob("p.*"))
