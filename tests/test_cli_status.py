"""ship, hold, resume, cancel, prioritize: one order's way."""

from __future__ import annotations

import json

import pytest

from conftest import Shop


@pytest.fixture
def two(shop: Shop) -> Shop:
    """P1 has its stock, B1 and B2 wait for the same SKU."""
    shop.stock("A1")
    shop.order("P1", "A1")
    shop.order("B1", "A1", "2026-01-02T09:00:00Z")
    shop.order("B2", "A1", "2026-01-03T09:00:00Z")
    return shop


def test_shipping_takes_on_hand_and_allocated_down_together(two: Shop) -> None:
    answer = two.done("ship P1 --json").json
    assert [order["status"] for order in answer["changed"]] == ["Shipped"]
    assert two.figures() == {"A": (0, 0)}


@pytest.mark.parametrize(
    ("line", "code"), [("ship B1", "not-allowed"), ("ship P1 B1", "not-allowed"), ("resume P1", "not-allowed")]
)
def test_cannot_take_an_order_in_another_status_and_changes_nothing(two: Shop, line: str, code: str) -> None:
    before = two.state()
    answer = two(f"{line} --json")
    assert (answer.code, answer.error) == (1, code)
    assert two.state() == before


def test_cannot_do_anything_with_what_has_left(two: Shop) -> None:
    two.done("ship P1")
    for line in ("ship P1", "hold P1", "cancel P1", "resume P1", "prioritize P1 --priority 1"):
        answer = two(f"{line} --json")
        assert (answer.code, answer.error) == (1, "shipped"), line


def test_can_ship_the_numbers_on_standard_input(two: Shop) -> None:
    listed = json.loads(two.done("list --status processing --json").out)
    answer = two.done("ship - --json", "\n".join(order["number"] for order in listed) + "\n")
    assert [order["number"] for order in answer.json["changed"]] == ["P1"]


def test_cannot_fail_on_an_empty_list_of_orders(two: Shop) -> None:
    assert two.done("ship - --json", "").json["changed"] == []


@pytest.mark.parametrize("command", ["hold", "cancel"])
def test_what_an_order_gives_up_goes_to_the_next(two: Shop, command: str) -> None:
    answer = two.done(f"{command} P1 --reason 'no longer wanted' --json").json
    assert answer["released"] == ["B1"]
    assert two.done("history P1 --json").json[-1]["reason"] == "no longer wanted"


def test_a_resumed_order_has_its_old_place(two: Shop) -> None:
    two.done("hold B1")
    two.done("resume B1")
    assert two.done("receive --sku A --qty 1 --json").json["released"] == ["B1"]


def test_resuming_releases_at_once_what_is_covered(two: Shop) -> None:
    two.done("hold B1 B2")
    two.done("receive --sku A --qty 1")
    assert two.done("resume B2 --json").json["released"] == ["B2"]


def test_under_strict_a_cancelled_backorder_frees_what_was_kept_for_it(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A2")
    shop.order("BIG", "A3")
    shop.order("SMALL", "A2", "2026-01-02T09:00:00Z")
    assert shop.done("cancel BIG --json").json["released"] == ["SMALL"]


def test_priority_decides_who_is_served_first(two: Shop) -> None:
    two.done("prioritize B2 --priority 1")
    assert two.done("receive --sku A --qty 1 --json").json["released"] == ["B2"]


def test_under_strict_priority_can_release_at_once(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A2")
    shop.order("BIG", "A3")
    shop.order("SMALL", "A2", "2026-01-02T09:00:00Z")
    answer = shop.done("prioritize SMALL --priority 1 --json").json
    assert answer["released"] == ["SMALL"]
    assert [(order["number"], order["priority"], order["status"]) for order in answer["changed"]] == [
        ("SMALL", 1, "Processing")
    ]


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("priority", ["0", "10001", "first", "-1"])
def test_cannot_have_a_priority_outside_the_scale(two: Shop, priority: str) -> None:
    assert two(f"prioritize B1 --priority {priority}").code == 2


def test_cancelling_an_original_leaves_its_part_alone(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("split M1")
    shop.done("cancel M1")
    assert shop.state() == {"M1": "Cancelled A1", "M1-backorder": "Backorder B1"}
    assert shop("merge M1-backorder --json").error == "not-allowed"
