"""kit: make a kit, sell it, split it, receive a part, ship it, and take all of that back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from conftest import Shop
from shopify import inventory, shopify


@pytest.fixture
def gifts(shop: Shop) -> Shop:
    """A SET is made of 2 A and 1 B."""
    shop.stock("A3 B5 C1")
    shop.done("kit SET A=2 B=1 --name 'Gift set'")
    return shop


def test_a_kit_is_listed_with_what_can_be_made_and_who_wants_it(gifts: Shop) -> None:
    gifts.order("M1", "SET2")
    (kit,) = gifts.done("kit --json").json
    parts = [{"sku": "A", "quantity": 2}, {"sku": "B", "quantity": 1}]
    assert kit == {"kit": "SET", "name": "Gift set", "parts": parts, "can_make": 1, "orders": 1}
    assert gifts.done("kit SET --json").json == [kit]
    assert "Gift set" in gifts.done("kit").out


def test_making_a_kit_says_what_it_is_made_of(shop: Shop) -> None:
    shop.stock("A3 B5")
    out = shop.done("kit SET A=2 B=1").out
    assert out.splitlines() == ["SET is a kit of 2 × A, 1 × B: 1 can be made", "SKUs that were not known before: SET"]
    assert shop.done("kit SET A=2 B=1").out.splitlines()[-1] == "nothing is changed: that is how it was"
    assert shop.done("kit SET A=2 --dry-run").out.splitlines()[-1] == "dry run: nothing was changed"


def test_a_kit_is_made_for_orders_that_wait_for_it_and_they_are_released(shop: Shop) -> None:
    shop.stock("A3 B5 SET0")
    shop.order("M1", "SET1")
    assert shop.done("kit SET A=2 B=1 --json").json["released"] == ["M1"]
    assert shop.figures() == {"A": (3, 2), "B": (5, 1), "SET": (0, 0)}


def test_under_strict_an_earlier_order_keeps_the_parts_of_its_kit(gifts: Shop) -> None:
    gifts.done("policy strict")
    gifts.order("M1", "SET2", "2026-01-01T09:00:00Z")
    gifts.order("M2", "A1", "2026-01-02T09:00:00Z")
    assert gifts.state() == {"M1": "Backorder SET2", "M2": "Backorder A1"}
    assert gifts.done("kit SET A=1 B=1 --json").json["released"] == ["M1", "M2"]


def test_a_kit_waits_whole_and_the_split_says_which_part_is_short(gifts: Shop) -> None:
    gifts.order("M1", "SET2 C1")
    shown = gifts.done("show M1 --json").json
    assert shown["waiting_for"] == [{"sku": "A", "short": 1}]
    assert shown["lines"][0]["short"] == 1
    assert shown["lines"][0]["parts"] == [
        {"sku": "A", "quantity": 4, "available": 3, "short": 1},
        {"sku": "B", "quantity": 2, "available": 5, "short": 0},
    ]
    assert "A: wants 4 (2 × SET needs it), 3 available, 1 short" in gifts.done("show M1").out
    gifts.done("split M1")
    assert gifts.state() == {"M1": "Processing C1", "M1-backorder": "Backorder SET2"}


def test_partial_divides_a_line_in_whole_kits(gifts: Shop) -> None:
    gifts.order("M1", "SET2")
    gifts.done("split M1 --partial")
    assert gifts.state() == {"M1": "Processing SET1", "M1-backorder": "Backorder SET1"}
    assert gifts.figures()["A"] == (3, 2)


def test_a_part_that_arrives_releases_the_kit_which_ships_by_its_parts(gifts: Shop) -> None:
    gifts.order("M1", "SET2")
    assert gifts.done("receive --sku A --qty 1 --json").json["released"] == ["M1"]
    assert "[ ]    4 × A" in gifts.done("pick").out
    assert "M1 · for SET" in gifts.done("pick").out
    gifts.done("ship M1")
    assert gifts.figures() == {"A": (0, 0), "B": (3, 0), "C": (1, 0), "SET": (0, 0)}
    slip = gifts.done("slip M1").out
    assert "     2 × SET  Gift set\n            4 × A" in slip
    gifts.done("undo")
    assert gifts.figures()["A"] == (4, 4)


def test_what_shipped_comes_back_as_it_was_written_though_the_kit_has_other_parts_now(gifts: Shop) -> None:
    gifts.order("M1", "SET1")
    gifts.done("ship M1")
    gifts.done("kit SET B=1")
    shipped = next(one["change"] for one in gifts.done("history --json").json if one["event"] == "shipped")
    gifts.done(f"undo {shipped}")
    assert gifts.figures() == {"A": (3, 0), "B": (5, 1), "C": (1, 0), "SET": (0, 0)}


def test_what_shipped_cannot_come_back_where_the_new_parts_are_missing(gifts: Shop) -> None:
    gifts.order("M1", "SET1")
    gifts.done("ship M1")
    gifts.done("kit SET C=2")
    shipped = next(one["change"] for one in gifts.done("history --json").json if one["event"] == "shipped")
    assert gifts(f"undo {shipped} --json").error == "not-enough"


def test_what_shipped_and_has_become_a_kit_since_comes_back_as_its_parts(shop: Shop) -> None:
    shop.stock("C3 Q1")
    shop.order("M1", "Q1")
    shop.done("ship M1")
    shop.done("kit Q C=2")
    shop.done("undo 3")
    assert shop.figures() == {"C": (5, 2), "Q": (0, 0)}
    shop.done("check")


@pytest.fixture
def sent(gifts: Shop) -> Callable[..., Shop]:
    """An order of 2 SET that has shipped here, which the shop knows; then lines are typed, and the shop says more."""

    def follow(*lines: str, says: str) -> Shop:
        gifts.stock("A9 B9 C9")
        for order in ("1 SET2", "1 SET2 fulfilled"):
            gifts.write("o.csv", shopify(order))
            gifts.done("sync o.csv")
            if order == "1 SET2":
                gifts.done("ship '#1'")
        for line in lines:
            gifts.done(line)
        gifts.write("o.csv", shopify(says))
        gifts.done("sync o.csv --yes")
        gifts.done("check")
        return gifts

    return follow


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    ("lines", "holds"),
    [
        (["kit SET C=1"], {"A": (9, 0), "B": (9, 0), "C": (9, 2)}),
        (["kit SET C=1", "kit SET B=3"], {"A": (9, 0), "B": (9, 6), "C": (9, 0)}),
        (["kit SET C=1", "undo"], {"A": (9, 4), "B": (9, 2), "C": (9, 0)}),
        (["kit SET C=1", "undo", "kit SET C=1"], {"A": (9, 0), "B": (9, 0), "C": (9, 2)}),
        (["kit SET --off"], {"A": (9, 0), "B": (9, 0), "C": (9, 0)}),
        ([], {"A": (9, 4), "B": (9, 2), "C": (9, 0)}),
    ],
)
def test_what_the_shop_takes_back_is_on_hand_again_as_it_was_written(
    sent: Callable[..., Shop], lines: list[str], holds: dict[str, tuple[int, int]]
) -> None:
    assert sent(*lines, says="1 SET2").figures() == {**holds, "SET": (0, 0)}


def test_a_part_of_what_was_sent_comes_back_as_it_was_written(sent: Callable[..., Shop]) -> None:
    shop = sent("kit SET C=1", says="1 SET1! SET1")
    assert shop.figures() == {"A": (7, 0), "B": (8, 0), "C": (9, 1), "SET": (0, 0)}
    came = [(one["sku"], one["quantity"]) for one in shop.done("history --json").json if one["event"] == "came-back"]
    assert sorted(came) == [("A", 2), ("B", 1)]


def test_an_order_that_waits_for_what_comes_back_is_released(sent: Callable[..., Shop]) -> None:
    shop = sent("kit SET C=1", "adjust --sku A --to 0 --reason lost", "add M2 A=4", says="1 SET2")
    assert shop.state() == {"#1": "Processing SET2", "M2": "Processing A4"}


def test_what_the_shop_itself_sent_comes_back_as_it_was_written(gifts: Shop) -> None:
    for line in (None, "kit SET C=1", None):
        if line:
            gifts.done(line)
        for order in ("1 SET1", "1 SET1 fulfilled")[: 1 if line else 2]:
            gifts.write("o.csv", shopify(order))
            gifts.done("sync o.csv --yes")
    assert gifts.figures() == {"A": (3, 0), "B": (5, 0), "C": (0, 0), "SET": (0, 0)}


def test_what_has_become_a_kit_since_comes_back_as_its_parts(shop: Shop) -> None:
    shop.stock("C3 Q1")
    for order in ("1 Q1", "1 Q1 fulfilled", "1 Q1"):
        shop.write("o.csv", shopify(order))
        shop.done("sync o.csv --yes")
        if "fulfilled" in order:
            shop.done("kit Q C=2")
    assert shop.figures() == {"C": (5, 2), "Q": (0, 0)}
    shop.done("check")


def test_where_a_part_is_counted_down_orders_with_the_kit_give_back(gifts: Shop) -> None:
    gifts.order("M1", "SET1")
    assert gifts.done("adjust --sku A --to 1 --reason broken --json").json["returned"] == ["M1"]


@pytest.mark.parametrize(
    "line",
    [
        "receive --sku SET --qty 1",
        "adjust --sku SET --to 4 --reason found",
        "expect --sku SET --qty 1 --on 2999-01-01",
        "mark SET --from 2999-01-01",
        "kit BOX SET=1",
        "kit A C=1",
        "kit C B=1",
        "kit C --off",
        "kit C",
    ],
)
def test_what_cannot_be_done_with_a_kit_is_refused(gifts: Shop, line: str) -> None:
    assert gifts(f"{line} --json").error == "kit"


def test_a_kit_that_is_to_come_cannot_be_made(gifts: Shop) -> None:
    gifts.done("expect --sku D --qty 1 --on 2999-01-01 --ref PO-1 --create")
    assert "expected under PO-1" in gifts("kit D B=1").err


def test_a_sku_with_a_first_day_cannot_become_a_kit_until_the_day_is_taken_away(shop: Shop) -> None:
    shop.stock("C3 Q0")
    shop.order("M1", "Q1")
    shop.done("mark Q --from 2999-01-01")
    refused = shop("kit Q C=1")
    assert refused.code == 1
    assert "its parts can have one: backsplit mark C --from 2999-01-01" in refused.err
    assert "then backsplit mark Q --no-from" in refused.err
    assert shop.state() == {"M1": "Backorder Q1"}
    shop.done("mark C --from 2999-01-01")
    shop.done("mark Q --no-from")
    shop.done("kit Q C=1")
    assert shop.state() == {"M1": "Backorder Q1"}


@pytest.mark.parametrize(
    ("lines", "undo"),
    [
        (["adjust --sku Q --to 0 --reason lost"], 2),
        (["expect --sku Q --qty 3 --on 2999-01-01 --ref R", "expect --close R", "adjust --sku Q --to 0 --reason x"], 3),
        (["mark Q --from 2999-01-01", "mark Q --no-from", "adjust --sku Q --to 0 --reason lost"], 3),
    ],
)
def test_undo_cannot_give_a_kit_units_or_a_first_day(shop: Shop, lines: list[str], undo: int) -> None:
    shop.stock("C3 Q2")
    for line in [*lines, "kit Q C=1"]:
        shop.done(line)
    refused = shop(f"undo {undo}")
    assert (refused.code, "first `backsplit kit Q --off`" in refused.err) == (1, True)
    shop.done("kit Q --off")
    shop.done(f"undo {undo}")
    shop.done("check")


@pytest.mark.parametrize("line", ["kit SET A=1", "kit SET --off"])
def test_a_kit_that_a_processing_order_holds_cannot_change(gifts: Shop, line: str) -> None:
    gifts.order("M1", "SET1")
    assert gifts(f"{line} --json").error == "in-use"
    gifts.done("hold M1")
    gifts.done(line)


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("kit A=2 B=1", "name the kit first, as in: backsplit kit TEA-SET A=2 B=1"),
        ("kit BOX NOPE=1", "no SKU NOPE is known"),
        ("kit BOX A=0", "1 to 10,000 units"),
        ("kit --off", "--off goes with the kit alone"),
        ("kit SET --file kits.csv", "--file names the kits"),
        ("kit BOX --name Box", "name the kit and its parts"),
    ],
)
def test_a_line_that_is_typed_wrong_is_answered_with_the_right_one(gifts: Shop, line: str, says: str) -> None:
    answer = gifts(line)
    assert answer.code != 0
    assert says in answer.err


def test_kits_come_from_a_file_all_or_none(gifts: Shop) -> None:
    gifts.write("kits.csv", "kit,sku,quantity\nBOX,A,1\nBOX,C,2\nSET,A,2\nSET,B,1\n")
    made = gifts.done("kit --file kits.csv --json").json
    assert [kit["kit"] for kit in made["kits"]] == ["BOX", "SET"]
    gifts.write("more.csv", "bundle,component,qty\nPAIR,B,2\nC,B,1\n")
    assert gifts("kit --file more.csv --json").error == "kit"
    assert [kit["kit"] for kit in gifts.done("kit --json").json] == ["BOX", "SET"]
    gifts.write("twice.csv", "kit,sku,quantity\nBOX,A,1\nBOX,A,2\n")
    assert "line 3 names A as a part of BOX once more" in gifts("kit --file twice.csv").err


def test_parts_in_a_file_that_nobody_knows_are_named_together(gifts: Shop) -> None:
    gifts.write("kits.csv", "kit,part,quantity\nBOX,A,1\nBOX,AA,1\nBIG,BOX,1\nBIG,CC,1\n")
    refused = gifts("kit --file kits.csv")
    assert refused.code == 3
    assert "kits.csv: 2 rows cannot be taken, so nothing was changed:" in refused.err
    assert "line 3: no SKU AA is known (the nearest: A" in refused.err
    assert "line 5: no SKU CC is known" in refused.err
    assert "--skip-bad" not in refused.err


def test_undo_of_kit_makes_it_what_it_was(gifts: Shop) -> None:
    gifts.done("kit SET A=1")
    assert gifts.done("undo").out.splitlines()[-1].endswith("SET is a kit of 2 × A, 1 × B again")
    gifts.done("kit SET --off")
    gifts.done("undo")
    assert gifts.done("kit --json").json[0]["can_make"] == 1


@pytest.fixture
def released(shop: Shop) -> Shop:
    """One SET of 2 M1 went; new parts of SET, by change 6, have released the other."""
    shop.stock("A1 B9 C9")
    for line in ("kit SET A=1 B=1", "add M1 SET=2", "split M1 --partial", "ship M1", "kit SET C=1"):
        shop.done(line)
    assert shop.state() == {"M1": "Shipped SET1", "M1-backorder": "Processing SET1"}
    return shop


def test_undo_of_a_kit_takes_back_from_the_orders_that_it_released(released: Shop) -> None:
    refused = released("undo 4")
    assert "undo that first, with `backsplit undo 6`" in refused.err
    answer = released.done("undo 6 --json").json
    assert (answer["returned"], answer["released"]) == (["M1-backorder"], [])
    assert released.state() == {"M1": "Shipped SET1", "M1-backorder": "Backorder SET1"}
    assert released.figures() == {"A": (0, 0), "B": (8, 0), "C": (9, 0), "SET": (0, 0)}
    released.done("check")
    for number in (5, 4):
        released.done(f"undo {number}")
    assert released.state() == {"M1": "Backorder SET2"}


def test_undo_of_a_kit_leaves_an_order_that_its_old_parts_cover_too(released: Shop) -> None:
    released.done("receive --sku A --qty 1")
    answer = released.done("undo 6 --json").json
    assert (answer["changed"], answer["returned"], answer["released"]) == ([], [], [])
    assert released.figures()["A"] == (1, 1)
    released.done("check")


def test_undo_of_a_kit_cannot_take_back_from_an_order_that_it_did_not_release(released: Shop) -> None:
    released.done("add M2 SET=1")
    refused = released("undo 6 --json")
    assert (refused.error, "M2 in Processing holds it: ship or hold that first" in refused.err) == ("in-use", True)
    released.done("hold M2")
    released.done("undo 6")


def test_undo_of_a_kit_leaves_what_has_shipped_since(released: Shop) -> None:
    released.done("ship M1-backorder")
    released.done("undo 6")
    assert released.state() == {"M1": "Shipped SET1", "M1-backorder": "Shipped SET1"}
    released.done("check")


def test_undo_of_a_kit_that_has_been_changed_since_is_refused(gifts: Shop) -> None:
    gifts.done("kit SET A=1")
    made = next(one["change"] for one in gifts.done("history --json").json if one["event"] == "kit-made")
    assert gifts(f"undo {made} --json").error == "changed-since"


def test_a_kit_is_an_ordinary_sku_again_and_its_orders_wait_for_it(gifts: Shop) -> None:
    gifts.order("M1", "SET2")
    gifts.done("kit SET --off")
    assert gifts.done("show M1 --json").json["waiting_for"] == [{"sku": "SET", "short": 2}]
    assert gifts.done("receive --sku SET --qty 2 --json").json["released"] == ["M1"]


def test_the_counts_of_a_shelf_cannot_have_a_kit_but_those_of_a_shop_may(gifts: Shop) -> None:
    gifts.write("shelf.csv", "sku,on_hand\nA,4\nSET,2\n")
    assert gifts("import stock shelf.csv --json").error == "kit"
    (left_out,) = gifts.done("import stock shelf.csv --skip-bad --json").json["skipped"]
    assert left_out["line"] == 3
    gifts.write("own.csv", inventory("A6 SET2"))
    said = gifts.done("import stock own.csv --json").json
    assert any(
        one.startswith("the shop's counts of kits are not taken, their parts are counted: SET.")
        for one in said["notices"]
    )
    assert gifts.figures()["A"] == (6, 0)


def test_shortages_name_the_part_and_how_many_kits_it_holds_up(gifts: Shop) -> None:
    gifts.order("M1", "SET2")
    (short,) = gifts.done("shortages --json").json
    assert (short["sku"], short["short"], short["orders"], short["to_buy"]) == ("A", 1, 1, 1)
    heading, row = gifts.done("shortages").out.splitlines()[-2:]
    assert "Kits" in heading or "Kits" in gifts.done("shortages").out
    assert row.split()[0] == "A"


def test_a_kit_counts_as_one_line_and_one_unit_in_the_report(gifts: Shop) -> None:
    gifts.write("orders.csv", "order,sku,quantity\nM1,SET,1\nM2,SET,2\nM2,C,1\n")
    gifts.done("import orders orders.csv")
    report = gifts.done("report --json").json
    assert (report["lines"]["came"], report["lines"]["at_once"]) == (3, 2)
    assert (report["units"]["came"], report["units"]["at_once"]) == (4, 2)
    assert report["waiting"]["units"] == 3


def test_lines_that_belong_together_go_or_wait_together(shop: Shop) -> None:
    shop.stock("A1 B0 C1")
    shop.order("M1", "A1 B1 C1")
    with closing(sqlite3.connect(shop.db)) as db:
        db.execute("UPDATE order_lines SET line_group = 'g1' WHERE line_no < 3")
        db.commit()
    assert shop("split M1 --now A=1 --json").error == "group"
    shop.done("split M1 --partial")
    assert shop.state() == {"M1": "Processing C1", "M1-backorder": "Backorder A1 B1"}
    shop.done("merge M1-backorder")
    shop.done("undo")
    shop.done("undo")
    shop.done("split M1")
    assert shop.state() == {"M1": "Processing C1", "M1-backorder": "Backorder A1 B1"}
