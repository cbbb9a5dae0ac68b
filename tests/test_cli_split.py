"""split and merge, as they are typed."""

from __future__ import annotations

import pytest

from conftest import Shop


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    """M1 can be split, M2 lacks everything, M3 only an insert."""
    shop.stock("A5 B0 CARD0", inserts="CARD")
    shop.order("M1", "A1 B1", "2026-01-01T09:00:00Z")
    shop.order("M2", "B2", "2026-01-02T09:00:00Z")
    shop.order("M3", "A1 CARD1", "2026-01-03T09:00:00Z")
    return shop


def test_can_split_several_orders_at_once(waiting: Shop) -> None:
    waiting.order("M4", "A1 B1", "2026-01-04T09:00:00Z")
    answer = waiting.done("split M1 M4 --json").json
    assert [it["backorder"]["number"] for it in answer["splits"]] == ["M1-backorder", "M4-backorder"]


def test_cannot_split_some_of_several_orders(waiting: Shop) -> None:
    before = waiting.state()
    answer = waiting("split M1 M2 --json")
    assert (answer.code, answer.error) == (1, "nothing-in-stock")
    assert [(it["order"], it["code"]) for it in answer.json["refused"]] == [("M2", "nothing-in-stock")]
    assert waiting.state() == before


def test_a_refusal_says_of_several_orders_alone_that_none_was_split(waiting: Shop) -> None:
    assert "none of the orders was split" in waiting("split M1 M2").err
    assert "none of the orders" not in waiting("split M2").err


def test_cannot_split_an_order_that_is_not_there(waiting: Shop) -> None:
    before = waiting.state()
    answer = waiting("split M1 M9 --json")
    assert (answer.code, answer.error) == (3, "not-found")
    assert waiting.state() == before


def test_a_dry_run_says_what_the_split_then_does(waiting: Shop) -> None:
    before = waiting.state()
    said = waiting.done("split M1 --dry-run --json").json
    assert waiting.state() == before
    assert said["dry_run"] is True
    assert waiting.done("split M1 --json").json["splits"] == said["splits"]


def test_the_answer_holds_the_promised_keys(waiting: Shop) -> None:
    (one,) = waiting.done("split M1 --json").json["splits"]
    assert one == {
        "processing": {
            "number": "M1",
            "status": "Processing",
            "placed_at": "2026-01-01T09:00:00Z",
            "priority": 100,
            "customer": "",
            "note": "",
            "split_from": None,
            "split_into": ["M1-backorder"],
            "can_go": 0,
            "ship_complete": False,
            "pick": None,
            "promised": None,
            "until": None,
            "tracking": [],
            "source": "csv",
            "lines": [
                {"sku": "A", "name": "", "quantity": 1, "insert": False, "available": 4, "short": 0, "parts": []}
            ],
        },
        "backorder": {
            "number": "M1-backorder",
            "status": "Backorder",
            "placed_at": "2026-01-01T09:00:00Z",
            "priority": 100,
            "customer": "",
            "note": "",
            "split_from": "M1",
            "split_into": [],
            "can_go": 0,
            "ship_complete": False,
            "pick": None,
            "promised": None,
            "until": None,
            "tracking": [],
            "source": "csv",
            "lines": [
                {"sku": "B", "name": "", "quantity": 1, "insert": False, "available": 0, "short": 1, "parts": []}
            ],
        },
        "dropped": [],
        "warnings": [],
    }


def test_a_split_that_takes_what_an_older_order_wants_says_so(waiting: Shop) -> None:
    waiting.order("M0", "A5 B1", "2025-12-01T09:00:00Z")
    (one,) = waiting.done("split M1 --json").json["splits"]
    assert one["warnings"] == [
        "M1 took A: the 4 left do not suffice for orders before it in the queue: M0 (since 2025-12-01)"
    ]


@pytest.mark.parametrize(("older", "ending"), [(3, "M03 (since 2025-12-03)"), (4, "M03 (since 2025-12-03) and others")])
def test_that_warning_names_three_orders_and_says_where_there_are_others(
    waiting: Shop, older: int, ending: str
) -> None:
    for day in range(1, older + 1):
        waiting.done("import orders -", f"order,sku,quantity,placed_at\nM0{day},A,9,2025-12-0{day}\nM0{day},B,1,\n")
    (one,) = waiting.done("split M1 --json").json["splits"]
    assert one["warnings"][0].endswith(f": M01 (since 2025-12-01), M02 (since 2025-12-02), {ending}")


def test_a_split_that_leaves_enough_for_older_orders_says_nothing(waiting: Shop) -> None:
    waiting.order("M0", "A4 B1", "2025-12-01T09:00:00Z")
    (one,) = waiting.done("split M1 --json").json["splits"]
    assert one["warnings"] == []


def test_what_older_orders_want_is_added_up_however_the_orders_are_named(shop: Shop) -> None:
    shop.stock("A4 B0")
    for day, lines in enumerate(("A1 B1", "A2 B1", "A1 B1", "A1 B1"), 1):
        shop.order(f"M{day}", lines, f"2026-01-0{day}T09:00:00Z")
    warned = {it["processing"]["number"]: it["warnings"] for it in shop.done("split M4 M2 M3 --json").json["splits"]}
    assert {number: [w.partition(":")[0] for w in said] for number, said in warned.items()} == {
        "M4": ["M4 took A"],  # 3 left, and M1 to M3 want 4
        "M2": [],  # 1 left, and M1 wants 1
        "M3": ["M3 took A"],
    }


def test_a_dry_run_says_that_orders_would_be_split(waiting: Shop) -> None:
    assert "1 order would be split, 2 not" in waiting.done("split --all --dry-run").out
    assert "1 order split, 2 not" in waiting.done("split --all").out


def test_splitting_all_reports_what_cannot_be_split_and_is_no_failure(waiting: Shop) -> None:
    answer = waiting.done("split --all --json").json
    assert [it["processing"]["number"] for it in answer["splits"]] == ["M1"]
    assert [(it["order"], it["code"]) for it in answer["refused"]] == [
        ("M2", "nothing-in-stock"),
        ("M3", "only-inserts-short"),
    ]


def test_splitting_all_again_changes_nothing_and_quietly_says_nothing(waiting: Shop) -> None:
    assert "M1 → Processing" in waiting.done("split --all --quiet").out
    before = waiting.done("history --json").json
    assert waiting.done("split --all --quiet").out == ""
    assert waiting.done("history --json").json == before


def test_splitting_all_leaves_nothing_for_a_second_call(shop: Shop) -> None:
    shop.stock("A1 B1 C0 CARD0", inserts="CARD")
    shop.order("M1", "A1 B1 CARD1", "2026-01-01T09:00:00Z")
    shop.order("M2", "B1 C1", "2026-01-02T09:00:00Z")
    first = shop.done("split --all --json").json
    assert [it["processing"]["number"] for it in first["splits"]] == ["M2", "M1"]
    assert first["refused"] == []
    before = shop.state()
    assert shop.done("split --all --json").json["splits"] == []
    assert shop.state() == before


def test_splitting_all_can_leave_young_orders_alone(waiting: Shop) -> None:
    waiting.order("YOUNG", "A1 B1", "2999-01-01T00:00:00Z")
    answer = waiting.done("split --all --older-than 4d --json").json
    assert [it["processing"]["number"] for it in answer["splits"]] == ["M1"]
    assert waiting.state()["YOUNG"] == "Backorder A1 B1"


def test_an_order_without_its_missing_inserts_goes_whole(waiting: Shop) -> None:
    answer = waiting.done("split M3 --drop-inserts --json").json["splits"][0]
    assert answer["backorder"] is None
    assert [it["sku"] for it in answer["dropped"]] == ["CARD"]
    assert waiting.state()["M3"] == "Processing A1"
    assert "dropped" in [event["event"] for event in waiting.done("history M3 --json").json]


def test_dropped_inserts_free_what_strict_kept_for_them(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A1 CARD1", inserts="CARD")
    shop.order("M1", "A1 CARD2")
    shop.order("M2", "CARD1", "2026-01-02T09:00:00Z")
    assert shop.state()["M2"] == "Backorder CARD1"
    assert shop.done("split M1 --drop-inserts --json").json["released"] == ["M2"]
    assert shop.state() == {"M1": "Processing A1", "M2": "Processing CARD1"}


def test_under_strict_an_older_part_passes_what_its_order_moves_behind_it(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A4 B1")
    shop.order("M1", "A5 B1")
    shop.done("split M1 --partial")
    shop.done("adjust --sku A --to 2 --reason broken")
    assert shop.state() == {"M1": "Backorder A4 B1", "M1-backorder": "Backorder A1"}
    assert shop.done("split M1 --json").json["released"] == ["M1-backorder"]


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    "line", ["split", "split --all M1", "split M1 --older-than 4d", "split --all --older-than soon", "split --no-such"]
)
def test_cannot_be_typed_in_a_way_that_means_nothing(waiting: Shop, line: str) -> None:
    assert waiting(line).code == 2


def test_a_hash_may_be_left_out_where_that_is_unambiguous(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("#1001", "A1 B1")
    assert shop.done("split 1001 --json").json["splits"][0]["backorder"]["number"] == "#1001-backorder"
    shop.order("1001", "B1")
    assert shop.done("show 1001 --json").json["number"] == "1001"
    assert shop.done("show '#1001' --json").json["number"] == "#1001"


def test_a_part_of_a_part_can_be_merged_and_its_own_parts_move_up(shop: Shop) -> None:
    shop.stock("A1 B0 C0")
    shop.order("M1", "A1 B1 C1")
    for line in ("split M1", "receive --sku B --qty 1", "split M1-backorder", "merge M1-backorder"):
        shop.done(line)
    assert shop.state() == {"M1": "Processing A1 B1", "M1-backorder-2": "Backorder C1"}
    assert shop.done("show M1-backorder-2 --json").json["split_from"] == "M1"
    shop.done("merge M1-backorder-2")
    assert shop.state() == {"M1": "Backorder A1 B1 C1"}
    assert shop.done("show M1 --json").json["split_into"] == []


def test_a_divided_line_is_one_line_again_after_a_merge(shop: Shop) -> None:
    shop.stock("A3 B1")
    shop.order("M1", "A5 B1")
    shop.done("split M1 --partial")
    shop.done("merge M1-backorder")
    assert shop.state() == {"M1": "Backorder A5 B1"}


def test_a_merged_part_keeps_its_history_and_frees_its_number(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("split M1")
    shop.done("merge M1-backorder")
    assert shop("show M1-backorder").code == 3
    assert [it["event"] for it in shop.done("history M1-backorder --json").json] == ["split-off", "merged"]
    assert shop.done("split M1 --json").json["splits"][0]["backorder"]["number"] == "M1-backorder"


def test_merging_an_original_is_refused_and_names_its_newest_part(shop: Shop) -> None:
    shop.stock("A1 B0 C0")
    shop.order("M1", "A1 B1 C1")
    for line in ("split M1", "receive --sku B --qty 1", "split M1-backorder", "merge M1-backorder"):
        shop.done(line)
    shop.done("adjust --sku B --to 0 --reason broken")
    shop.done("split M1")
    assert shop.done("show M1 --json").json["split_into"] == ["M1-backorder-2", "M1-backorder"]
    assert "name its part, M1-backorder\n" in shop("merge M1").err


def test_cannot_merge_an_order_that_is_no_part(shop: Shop) -> None:
    shop.stock("A1")
    shop.order("M1", "A1")
    assert shop("merge M1 --json").error == "not-allowed"
