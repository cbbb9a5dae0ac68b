"""Worked cases: what a shop has, what is done, and what it has then. Many come from what other systems document."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conftest import Shop


@dataclass(frozen=True)
class Case:
    """Orders come in one after the other, a day apart, before the steps. A refused step names its code."""

    name: str
    stock: str
    orders: dict[str, str]
    steps: list[str]
    after: dict[str, str]
    figures: dict[str, tuple[int, int]]
    inserts: str = ""
    policy: str = "skip-over"
    priorities: dict[str, int] = field(default_factory=dict)


CASES = [
    Case(
        "a split leaves what is in stock on the order and moves what is missing to a part",
        "A2 B1 C0",
        {"M9681118": "A1 B1 C1"},
        ["split M9681118"],
        {"M9681118": "Processing A1 B1", "M9681118-backorder": "Backorder C1"},
        {"A": (2, 1), "B": (1, 1), "C": (0, 0)},
    ),
    Case(
        "stock that covers a backorder releases it and leaves the original alone",
        "A1 C0",
        {"M1": "A1 C1"},
        ["split M1", "receive --sku C --qty 1"],
        {"M1": "Processing A1", "M1-backorder": "Processing C1"},
        {"A": (1, 1), "C": (1, 1)},
    ),
    Case(
        "an order that lacks only inserts cannot be split",
        "A1 CARD0",
        {"M1": "A1 CARD1"},
        ["split M1 ! only-inserts-short"],
        {"M1": "Backorder A1 CARD1"},
        {"A": (1, 0), "CARD": (0, 0)},
        inserts="CARD",
    ),
    Case(
        "a product and an insert that are both out both move",
        "A1 B0 CARD0",
        {"M1": "A1 B1 CARD1"},
        ["split M1"],
        {"M1": "Processing A1", "M1-backorder": "Backorder B1 CARD1"},
        {"A": (1, 1), "B": (0, 0), "CARD": (0, 0)},
        inserts="CARD",
    ),
    Case(
        "an insert in stock stays on the original",
        "A1 B0 CARD5",
        {"M1": "A1 B1 CARD1"},
        ["split M1"],
        {"M1": "Processing A1 CARD1", "M1-backorder": "Backorder B1"},
        {"A": (1, 1), "B": (0, 0), "CARD": (5, 1)},
        inserts="CARD",
    ),
    Case(
        "a backorder holds nothing, not even of the SKUs that are there",
        "A50 B0",
        {"N1": "A5", "N2": "A10 B1"},
        [],
        {"N1": "Processing A5", "N2": "Backorder A10 B1"},
        {"A": (50, 5), "B": (0, 0)},
    ),
    Case(
        "an order on hold gets nothing, a later one is served",
        "A0",
        {"M1": "A1", "M2": "A1"},
        ["hold M1", "receive --sku A --qty 1"],
        {"M1": "On Hold A1", "M2": "Processing A1"},
        {"A": (1, 1)},
    ),
    Case(
        "what is on the shelf but promised counts as missing",
        "A1 B1",
        {"M1": "A1", "M2": "A1 B1"},
        ["split M2"],
        {"M1": "Processing A1", "M2": "Processing B1", "M2-backorder": "Backorder A1"},
        {"A": (1, 1), "B": (1, 1)},
    ),
    Case(
        "an order is released whole or not at all",
        "A0 B0",
        {"M1": "A1 B1"},
        ["receive --sku A --qty 1"],
        {"M1": "Backorder A1 B1"},
        {"A": (1, 0), "B": (0, 0)},
    ),
    Case(
        "an order is released when the last missing SKU arrives",
        "A0 B0",
        {"M1": "A1 B1"},
        ["receive --sku A --qty 1", "receive --sku B --qty 1"],
        {"M1": "Processing A1 B1"},
        {"A": (1, 1), "B": (1, 1)},
    ),
    Case(
        "an order of inserts alone cannot be split",
        "CARD1 FLYER0",
        {"M1": "CARD1 FLYER1"},
        ["split M1 ! only-inserts-short"],
        {"M1": "Backorder CARD1 FLYER1"},
        {"CARD": (1, 0), "FLYER": (0, 0)},
        inserts="CARD FLYER",
    ),
    Case(
        "a split that would send a parcel of flyers is refused",
        "B0 CARD5",
        {"M1": "B1 CARD1"},
        ["split M1 ! only-inserts-in-stock"],
        {"M1": "Backorder B1 CARD1"},
        {"B": (0, 0), "CARD": (5, 0)},
        inserts="CARD",
    ),
    Case(
        "an order that lacks nothing is not split",
        "A5",
        {"M1": "A1"},
        ["split M1 ! not-backorder"],
        {"M1": "Processing A1"},
        {"A": (5, 1)},
    ),
    Case(
        "an order of which nothing is there is not split",
        "B0 C0",
        {"M1": "B1 C1"},
        ["split M1 ! nothing-in-stock"],
        {"M1": "Backorder B1 C1"},
        {"B": (0, 0), "C": (0, 0)},
    ),
    Case(
        "a part can be split again as its SKUs arrive one by one",
        "A1 B0 C0",
        {"M1": "A1 B1 C1"},
        ["split M1", "receive --sku B --qty 1", "split M1-backorder", "receive --sku C --qty 1"],
        {"M1": "Processing A1", "M1-backorder": "Processing B1", "M1-backorder-2": "Processing C1"},
        {"A": (1, 1), "B": (1, 1), "C": (1, 1)},
    ),
    Case(
        "the queue goes by priority, then by age",
        "A0",
        {"M1": "A1", "M2": "A1", "M3": "A1"},
        ["receive --sku A --qty 2"],
        {"M1": "Processing A1", "M2": "Backorder A1", "M3": "Processing A1"},
        {"A": (2, 2)},
        priorities={"M3": 1},
    ),
    Case(
        "priority takes nothing from an order that has its stock",
        "A1",
        {"M1": "A1", "M2": "A1"},
        ["prioritize M2 --priority 1"],
        {"M1": "Processing A1", "M2": "Backorder A1"},
        {"A": (1, 1)},
    ),
    Case(
        "under skip-over a newer small order passes a big one",
        "A0",
        {"M1": "A10", "M2": "A2"},
        ["receive --sku A --qty 5"],
        {"M1": "Backorder A10", "M2": "Processing A2"},
        {"A": (5, 2)},
    ),
    Case(
        "under strict the older order keeps what there is",
        "A0",
        {"M1": "A10", "M2": "A2"},
        ["receive --sku A --qty 5"],
        {"M1": "Backorder A10", "M2": "Backorder A2"},
        {"A": (5, 0)},
        policy="strict",
    ),
    Case(
        "under skip-over small orders can starve a big one",
        "A0",
        {"BIG": "A10", "S1": "A3", "S2": "A3", "S3": "A3"},
        ["receive --sku A --qty 5", "receive --sku A --qty 5", "receive --sku A --qty 5"],
        {"BIG": "Backorder A10", "S1": "Processing A3", "S2": "Processing A3", "S3": "Processing A3"},
        {"A": (15, 9)},
    ),
    Case(
        "under strict the same deliveries serve the big order second",
        "A0",
        {"BIG": "A10", "S1": "A3", "S2": "A3", "S3": "A3"},
        ["receive --sku A --qty 5", "receive --sku A --qty 5", "receive --sku A --qty 5"],
        {"BIG": "Processing A10", "S1": "Processing A3", "S2": "Backorder A3", "S3": "Backorder A3"},
        {"A": (15, 13)},
        policy="strict",
    ),
    Case(
        "a waiting order keeps nothing from one that comes in later",
        "A1 B1",
        {"M1": "A1 B2", "M2": "A1"},
        [],
        {"M1": "Backorder A1 B2", "M2": "Processing A1"},
        {"A": (1, 1), "B": (1, 0)},
    ),
    Case(
        "under strict a waiting order keeps what it can from one that comes in later",
        "A1 B1",
        {"M1": "A1 B2", "M2": "A1"},
        [],
        {"M1": "Backorder A1 B2", "M2": "Backorder A1"},
        {"A": (1, 0), "B": (1, 0)},
        policy="strict",
    ),
    Case(
        "holding an order frees its stock for the next",
        "A1",
        {"M1": "A1", "M2": "A1"},
        ["hold M1"],
        {"M1": "On Hold A1", "M2": "Processing A1"},
        {"A": (1, 1)},
    ),
    Case(
        "a quantity can be divided",
        "A10",
        {"M1": "A20"},
        ["split M1 --partial"],
        {"M1": "Processing A10", "M1-backorder": "Backorder A10"},
        {"A": (10, 10)},
    ),
    Case(
        "without --partial a line goes whole or not at all, and leaves what there is to others",
        "A3 B1",
        {"M1": "A5 B1"},
        ["split M1"],
        {"M1": "Processing B1", "M1-backorder": "Backorder A5"},
        {"A": (3, 0), "B": (1, 1)},
    ),
    Case(
        "with --partial the same line is divided",
        "A3 B1",
        {"M1": "A5 B1"},
        ["split M1 --partial"],
        {"M1": "Processing A3 B1", "M1-backorder": "Backorder A2"},
        {"A": (3, 3), "B": (1, 1)},
    ),
    Case(
        "one unit goes to the oldest of two orders for it",
        "A0",
        {"M1": "A1", "M2": "A1"},
        ["receive --sku A --qty 1"],
        {"M1": "Processing A1", "M2": "Backorder A1"},
        {"A": (1, 1)},
    ),
    Case(
        "nothing and less than nothing cannot be received",
        "A0",
        {"M1": "A1"},
        ["receive --sku A --qty 0 ! bad-quantity", "receive --sku A --qty -5 ! bad-quantity"],
        {"M1": "Backorder A1"},
        {"A": (0, 0)},
    ),
    Case(
        "a split does not make units that are not there",
        "A0 B1",
        {"M1": "A10 B1"},
        ["split M1 --partial"],
        {"M1": "Processing B1", "M1-backorder": "Backorder A10"},
        {"A": (0, 0), "B": (1, 1)},
    ),
    Case(
        "two lines of one SKU share what there is",
        "A5",
        {"M1": "A3 A3"},
        ["split M1"],
        {"M1": "Processing A3", "M1-backorder": "Backorder A3"},
        {"A": (5, 3)},
    ),
    Case(
        "with --partial the second of two lines of one SKU is divided",
        "A5",
        {"M1": "A3 A3"},
        ["split M1 --partial"],
        {"M1": "Processing A3 A2", "M1-backorder": "Backorder A1"},
        {"A": (5, 5)},
    ),
    Case(
        "a count below what is promised makes the last in the queue wait again",
        "TABLE50",
        {"M1": "TABLE20", "M2": "TABLE20"},
        ["adjust --sku TABLE --to 25 --reason recount"],
        {"M1": "Processing TABLE20", "M2": "Backorder TABLE20"},
        {"TABLE": (25, 20)},
    ),
    Case(
        "three of eight go, the other five follow after the delivery",
        "A3",
        {"M1": "A8"},
        ["ship M1 ! not-allowed", "split M1 --partial", "ship M1", "receive --sku A --qty 10", "ship M1-backorder"],
        {"M1": "Shipped A3", "M1-backorder": "Shipped A5"},
        {"A": (5, 0)},
    ),
    Case(
        "under strict twenty units are promised 5, 3 and 12, and only whole orders go",
        "A0",
        {"P1": "A5", "P2": "A3", "P3": "A20", "P4": "A20", "P5": "A15"},
        ["receive --sku A --qty 20"],
        {
            "P1": "Processing A5",
            "P2": "Processing A3",
            "P3": "Backorder A20",
            "P4": "Backorder A20",
            "P5": "Backorder A15",
        },
        {"A": (20, 8)},
        policy="strict",
    ),
    Case(
        "a part's number that is taken is passed over for the next",
        "A1 B0",
        {"M1-backorder": "B1", "M1": "A1 B1"},
        ["split M1"],
        {"M1-backorder": "Backorder B1", "M1": "Processing A1", "M1-backorder-2": "Backorder B1"},
        {"A": (1, 1), "B": (0, 0)},
    ),
    Case(
        "merging back makes the order as if it had never been split",
        "A1 B0",
        {"M1": "A1 B1"},
        ["split M1", "merge M1-backorder"],
        {"M1": "Backorder A1 B1"},
        {"A": (1, 0), "B": (0, 0)},
    ),
    Case(
        "merging is refused once the original has left",
        "A1 B0",
        {"M1": "A1 B1"},
        ["split M1", "ship M1", "merge M1-backorder ! shipped"],
        {"M1": "Shipped A1", "M1-backorder": "Backorder B1"},
        {"A": (0, 0), "B": (0, 0)},
    ),
    Case(
        "a cancelled part leaves the original alone and is not revived",
        "A1 B0",
        {"M1": "A1 B1"},
        ["split M1", "cancel M1-backorder", "receive --sku B --qty 1"],
        {"M1": "Processing A1", "M1-backorder": "Cancelled B1"},
        {"A": (1, 1), "B": (1, 0)},
    ),
    Case(
        "a part keeps the original's place in the queue",
        "A1 B0",
        {"M1": "A1 B1", "M2": "B1"},
        ["split M1", "receive --sku B --qty 1"],
        {"M1": "Processing A1", "M1-backorder": "Processing B1", "M2": "Backorder B1"},
        {"A": (1, 1), "B": (1, 1)},
    ),
    Case(
        "splitting all splits what can be split and leaves the rest",
        "A2 B0 CARD0",
        {"M1": "A1 B1", "M2": "A1 CARD1", "M3": "B1"},
        ["split --all"],
        {
            "M1": "Processing A1",
            "M1-backorder": "Backorder B1",
            "M2": "Backorder A1 CARD1",
            "M3": "Backorder B1",
        },
        {"A": (2, 1), "B": (0, 0), "CARD": (0, 0)},
        inserts="CARD",
    ),
    Case(
        "the same delivery booked twice counts once",
        "A0",
        {"M1": "A5", "M2": "A5"},
        ["receive --sku A --qty 5 --ref ASN-77", "receive --sku A --qty 5 --ref ASN-77"],
        {"M1": "Processing A5", "M2": "Backorder A5"},
        {"A": (5, 5)},
    ),
]


@pytest.mark.quick_cases(20)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_worked_case(shop: Shop, case: Case) -> None:
    shop.done(f"policy {case.policy}")
    shop.stock(case.stock, case.inserts)
    for day, (number, lines) in enumerate(case.orders.items(), 1):
        shop.order(number, lines, f"2026-01-{day:02}T09:00:00Z", case.priorities.get(number, 100))
    for step in case.steps:
        line, _, refusal = step.partition(" ! ")
        if refusal:
            answer = shop(f"{line} --json")
            assert (answer.code, answer.error) == (1, refusal)
        else:
            shop.done(line)
        assert shop.done("check --json").json == {"ok": True, "breaches": []}
    assert shop.state() == case.after
    assert shop.figures() == case.figures


def test_the_figures_of_a_sku_follow_from_the_orders(shop: Shop) -> None:
    shop.stock("A50 B0")
    shop.order("N1", "A5")
    shop.order("N2", "A10 B1", "2026-01-02T09:00:00Z")
    stock = {one["sku"]: one for one in shop.done("stock --json").json}
    assert (stock["A"]["available"], stock["A"]["owed"], stock["A"]["final"]) == (45, 10, 35)
    assert (stock["B"]["available"], stock["B"]["owed"], stock["B"]["final"]) == (0, 1, -1)


def test_shortages_say_what_to_buy_to_clear_all_backorders(shop: Shop) -> None:
    shop.stock("A3 B0")
    shop.order("M1", "A2")
    shop.order("M2", "A4 B1", "2026-01-02T09:00:00Z")
    shop.order("M3", "B2", "2026-01-03T09:00:00Z")
    short = {one["sku"]: one for one in shop.done("shortages --json").json}
    assert {sku: one["short"] for sku, one in short.items()} == {"A": 3, "B": 3}
    assert short["B"] == {
        "sku": "B",
        "name": "",
        "short": 3,
        "orders": 2,
        "blocks_alone": 1,
        "oldest": "2026-01-02T09:00:00Z",
        "incoming": 0,
        "to_buy": 3,
        "next": None,
    }


def test_a_part_carries_the_data_of_its_order_and_both_know_each_other(shop: Shop) -> None:
    shop.stock("A1 B0")
    rows = "order,sku,quantity,placed_at,priority,customer,note\n"
    rows += "M1,A,1,2026-01-01T09:00:00Z,7,c7,gift wrap\nM1,B,1,,,,\n"
    shop.done("import orders -", rows)
    shop.done("split M1")
    part, original = (shop.done(f"show {number} --json").json for number in ("M1-backorder", "M1"))
    for key in ("placed_at", "priority", "customer", "note"):
        assert part[key] == original[key]
    assert (part["priority"], part["customer"], part["note"]) == (7, "c7", "gift wrap")
    assert (original["split_into"], part["split_from"]) == (["M1-backorder"], "M1")
