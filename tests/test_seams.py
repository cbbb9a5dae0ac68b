"""Where one command meets another: holds and merges, pick lists, undo and counts, the number of the change."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Answer, Shop


@pytest.fixture
def halves(shop: Shop) -> Shop:
    """M1 was split: its A can go, its B waits on a part."""
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("split M1")
    return shop


def statuses(shop: Shop) -> dict[str, str]:
    return {one["number"]: one["status"] for one in shop.done("list --all --json").json}


@pytest.mark.parametrize("held", ["M1", "M1-backorder"])
def test_a_hold_outlives_a_merge_whichever_half_it_is_on(halves: Shop, held: str) -> None:
    halves.done(f"hold {held} --reason later")
    said = halves.done("merge M1-backorder").out
    assert f"{held} was On Hold, and so is the whole order: backsplit resume M1" in said
    assert halves.done("receive --sku B --qty 1 --json").json["released"] == []
    assert statuses(halves) == {"M1": "On Hold"}
    assert halves.done("history M1 --json").json[-1]["reason"] == "later"
    halves.done("check")


def test_a_merge_under_a_hold_can_be_undone(halves: Shop) -> None:
    halves.done("hold M1-backorder --until 2999-01-01")
    before = halves.state()
    halves.done("merge M1-backorder")
    assert halves.done("show M1 --json").json["until"] == "2999-01-01"
    halves.done("undo")
    assert halves.state() == before
    halves.done("check")


def test_hold_cancel_and_prioritize_name_the_other_half(halves: Shop) -> None:
    said = "note: M1-backorder (Backorder) belongs to the same order and is left as it is"
    assert said in halves.done("prioritize M1 --priority 5").out
    assert said in halves.done("hold M1").out
    assert said not in halves.done("resume M1").out
    assert said in halves.done("cancel M1").out


def test_both_halves_at_once_cannot_be_told_of_each_other(halves: Shop) -> None:
    assert "is left as it is" not in halves.done("hold M1 M1-backorder").out


def test_cancel_of_what_has_shipped_names_the_part_that_waits(halves: Shop) -> None:
    halves.done("ship M1")
    answer = halves("cancel M1")
    assert (answer.code, answer.out) == (1, "")
    assert "M1-backorder, of the same order, is Backorder: backsplit cancel M1-backorder" in answer.err


def test_amend_of_what_has_shipped_names_the_part_that_waits(halves: Shop) -> None:
    halves.done("ship M1")
    assert "M1-backorder, of the same order, is Backorder: its lines can" in halves("amend M1 --add A=1").err
    halves.done("cancel M1-backorder")
    assert "of the same order" not in halves("amend M1 --add A=1").err


@pytest.fixture
def picked(shop: Shop) -> Shop:
    """M1 and M2 are on pick list 1, M3 is on none."""
    shop.stock("A9 B9")
    for number in ("M1", "M2", "M3"):
        shop.order(number, "A2 B1")
    shop.done("pick M1 M2 --take")
    return shop


def on_list(shop: Shop, number: int = 1) -> list[str]:
    return [one["number"] for one in shop.done(f"pick --list {number} --json").json["orders"]]


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("line", ["ship M1", "hold M1", "cancel M1", "adjust --sku A --by -5 --reason gone"])
def test_what_undo_gives_back_to_processing_is_on_its_list_again(picked: Shop, line: str) -> None:
    picked.done("prioritize M1 --priority 900")  # it gives stock back first
    answer = picked.done(f"{line} --json").json
    assert {"order": "M1", "list": 1} in answer["on_lists"]
    assert "M1" not in on_list(picked)
    picked.done("undo")
    assert on_list(picked) == ["M2", "M1"]
    picked.done("check")


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ("ship M1", "undo"),
        ("hold M1", "undo"),
        ("hold M1", "resume M1"),
        ("hold M1 --until today", "due"),
        ("cancel M1", "undo"),
        ("adjust --sku A --by -5 --reason gone", "undo"),
        ("adjust --sku A --by -5 --reason gone", "receive --sku A --qty 5"),
        ("amend M1 --add A=9 --wait", "amend M1 --set A=2"),
    ],
)
def test_a_command_that_gives_an_order_back_to_its_list_names_the_list(picked: Shop, gone: str, back: str) -> None:
    picked.done("prioritize M1 --priority 900")
    picked.done(gone)
    assert "M1" not in on_list(picked)
    answer = picked.done(f"{back} --dry-run --json").json
    assert {"order": "M1", "list": 1} in answer["on_lists"]
    assert "on pick list 1, so tell who picks it: M1" in picked.done(back).out
    assert "M1" in on_list(picked)


def test_a_split_that_gives_an_order_back_to_its_list_names_the_list(picked: Shop) -> None:
    for line in ("hold M1", "adjust --sku A --to 4 --reason gone", "resume M1"):
        picked.done(line)
    assert picked.done("split M1 --json").json["on_lists"] == [{"order": "M1", "list": 1}]
    assert on_list(picked) == ["M1", "M2"]


def test_what_gives_back_and_is_covered_again_at_once_cannot_be_named_as_changed(shop: Shop) -> None:
    shop.stock("A1 B9")
    for line in ("kit SET A=1", "add M1 SET=2", "kit SET B=1", "pick --take", "receive --sku A --qty 1"):
        shop.done(line)
    answer = shop.done("undo 4 --json").json
    assert (answer["changed"], answer["on_lists"]) == ([], [])
    assert on_list(shop) == ["M1"]


def test_a_list_that_was_shipped_is_open_again_after_undo(picked: Shop) -> None:
    assert picked.done("ship --list 1 --json").json["on_lists"] == []
    assert picked.done("pick --lists --json").json == []
    picked.done("undo")
    again = picked.done("ship --list 1 --json").json
    assert [one["number"] for one in again["changed"]] == ["M1", "M2"]


def test_what_comes_back_later_cannot_be_on_a_list_that_was_shipped_meanwhile(picked: Shop) -> None:
    picked.done("hold M1")
    picked.done("ship --list 1")
    picked.done("resume M1")
    shown = picked.done("show M1 --json").json
    assert (shown["status"], shown["pick"]) == ("Processing", None)


def test_a_merge_of_an_order_that_is_being_picked_leaves_it_on_its_list(halves: Shop) -> None:
    halves.done("pick --take")
    halves.done("receive --sku B --qty 1")
    answer = halves.done("merge M1-backorder --json").json
    assert answer["on_lists"] == [{"order": "M1", "list": 1}]
    assert on_list(halves) == ["M1"]


def test_ship_list_ships_what_was_picked_and_leaves_what_has_changed_since(picked: Shop) -> None:
    assert "on pick list 1, so tell who picks it: M2" in picked.done("amend M2 --set A=1").out
    answer = picked.done("ship --list 1 --json").json
    was, now = ([{"sku": "A", "quantity": n}, {"sku": "B", "quantity": 1}] for n in (2, 1))
    assert answer["changed_since"] == [{"order": "M2", "was": was, "is": now}]
    assert statuses(picked) == {"M1": "Shipped", "M2": "Processing", "M3": "Processing"}
    said = picked.done("ship --list 1").out
    assert "M2 is left, it has changed since the list was taken: it was 2 × A, 1 × B; it is 1 × A, 1 × B" in said
    assert "backsplit ship M2" in said
    picked.done("ship M2")
    assert "0 orders shipped" in picked.done("ship --list 1").out


def test_ship_list_ends_with_a_count(picked: Shop) -> None:
    assert picked.done("ship --list 1").out.splitlines()[-1] == "2 orders shipped"
    assert picked.done("undo").code == 0
    assert "2 orders would be shipped" in picked.done("ship --list 1 --dry-run").out


def test_a_change_of_an_order_on_no_list_cannot_name_one(picked: Shop) -> None:
    assert picked.done("hold M3 --json").json["on_lists"] == []
    assert "pick list" not in picked.done("resume M3").out


def test_a_dry_run_names_the_list_too_and_leaves_it(picked: Shop) -> None:
    answer = picked.done("hold M1 --dry-run --json").json
    assert (answer["made"], answer["on_lists"]) == (None, [{"order": "M1", "list": 1}])
    assert on_list(picked) == ["M1", "M2"]


def test_open_lists_can_be_listed(picked: Shop) -> None:
    picked.done("pick --take")
    lists = picked.done("pick --lists --json").json
    assert [(one["list"], one["orders"]) for one in lists] == [(1, ["M1", "M2"]), (2, ["M3"])]
    assert "pick list 2, taken 20" in picked.done("pick --lists").out
    picked.done("ship --list 1")
    picked.done("ship M3")
    assert picked.done("pick --lists").out == "no pick list is open\n"


def test_a_pick_list_can_be_printed_with_all_text_escaped(shop: Shop) -> None:
    shop.stock("A9")
    shop.done("add P1 A=1 --customer '<b>Anna</b>' --note 'a & b'")
    said = shop.done(f"pick --take --html {shop.folder}/list.html").out
    assert "pick list 1, to be printed from a browser" in said
    page = (shop.folder / "list.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Anna&lt;/b&gt;" in page
    assert "a &amp; b" in page


def test_slips_of_a_list_that_is_empty_say_so(picked: Shop) -> None:
    picked.done("ship M1 M2")
    assert picked.done("slip --list 1").out.startswith("no slip: none of its orders is on this list any more")


def test_a_receipt_cannot_be_undone_once_its_sku_was_counted(shop: Shop) -> None:
    shop.stock("A10")
    shop.done("receive --sku A --qty 5 --ref D1")
    shop.done("import stock -", "sku,on_hand\nA,12\n")
    answer = shop("undo 2 --json")
    assert (answer.code, answer.out) == (1, "")
    assert '"changed-since"' in answer.err
    assert "A has been counted since change 2 (receive" in answer.err
    assert shop.figures()["A"] == (12, 0)


def test_a_count_of_as_many_as_are_on_hand_settles_what_was_before_it(shop: Shop) -> None:
    shop.stock("A10")
    shop.done("receive --sku A --qty 5")
    shop.done("import stock -", "sku,on_hand\nA,15\n")
    assert shop("undo 2 --json").error == "changed-since"
    shop.done("import stock -", "sku,on_hand\nA,15\n")
    assert shop.done("history --json").json[-1]["change"] == 3  # a second such count says nothing new


def test_a_receipt_can_be_undone_where_another_sku_was_counted_or_the_count_was_undone(shop: Shop) -> None:
    shop.stock("A10 B0")
    shop.done("receive --sku A --qty 5 --ref D1")
    shop.done("import stock -", "sku,on_hand\nB,3\n")
    shop.done("import stock -", "sku,on_hand\nA,12\n")
    shop.done("undo")
    shop.done("undo 2")
    assert shop.figures() == {"A": (10, 0), "B": (3, 0)}


def test_import_stock_can_be_undone_its_differences_are_taken_back(shop: Shop) -> None:
    shop.stock("A5")
    shop.order("M1", "A4")
    shop.done("import stock -", "sku,on_hand\nA,3\nB,7\n")
    assert shop.state()["M1"] == "Backorder A4"
    shop.done("ship-complete M1")
    shop.done("undo 3")
    assert shop.figures() == {"A": (5, 4), "B": (0, 0)}
    shop.done("check")


def test_undo_without_a_number_says_what_it_would_take_back(shop: Shop) -> None:
    shop.stock("A5")
    shop.order("M1", "A4")
    shop.done("hold M1")
    shop.done("import orders -", "order,sku,quantity\nM2,A,1\n")
    answer = shop("undo")
    assert (answer.code, answer.out) == (1, "")
    assert "change 4 (import orders" in answer.err
    assert "of M1: `backsplit undo 3`" in answer.err


def made(answer: Answer) -> Any:
    return answer.json["made"]


def test_each_answer_has_the_number_of_the_change_that_it_made(shop: Shop) -> None:
    shop.stock("A5 B0")
    shop.order("M1", "A1 B1")
    assert made(shop.done("split M1 --dry-run --json")) is None
    assert made(shop.done("split M1 --json")) == 3
    assert made(shop.done("split --all --json")) is None
    assert made(shop.done("receive --sku B --qty 1 --ref R --json")) == 4
    assert made(shop.done("receive --sku B --qty 1 --ref R --json")) is None
    undone = shop.done("undo --json").json
    assert (undone["made"], undone["change"]) == (5, 4)


def test_a_reader_gets_what_came_after_the_change_that_it_saw(shop: Shop) -> None:
    shop.stock("A5")
    shop.order("M1", "A1")
    shop.done("hold M1")
    shop.done("resume M1")
    later = shop.done("history --after 2 --json").json
    assert [(one["event"], one["change"]) for one in later] == [("held", 3), ("resumed", 4), ("released", 4)]
    assert shop.done("history --after 2 --limit 1 --json").json == later[:1]
    assert shop.done("history M1 --after 3 --json").json == later[1:]
    assert shop.done("history --after 4 --json").json == []
    assert len(shop.done("history --since 1h --json").json) == 5


def test_exit_code_tells_nothing_to_do_from_done(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    assert shop("split --all --exit-code --quiet").code == 0
    assert shop("split --all --exit-code --quiet").code == 10
    assert shop("due --exit-code").code == 10
    assert shop("due").code == 0


def test_orders_of_one_customer_are_named_together(shop: Shop) -> None:
    rows = "M1,A,1,Tanaka\nM2,A,1,Tanaka\nM3,A,1,Okafor\nM4,B,1,Okafor\n"
    shop.done("import stock -", "sku,on_hand\nA,3\nB,0\n")
    shop.done("import orders -", f"order,sku,quantity,customer\n{rows}")
    answer = shop.done("pick --json").json
    assert answer["together"] == [["M1", "M2"]]
    assert shop.done("pick M3 --json").json["together"] == []
    assert shop.done("receive --sku B --qty 1 --json").json["together"] == [["M3", "M4"]]
    assert "for one customer, so one parcel may do: M1, M2" in shop.done("pick").out


@pytest.mark.parametrize("line", ["receive A=2 B=1", "receive A=2 --sku B --qty 1"])
def test_units_can_be_typed_as_sku_and_number(shop: Shop, line: str) -> None:
    shop.stock("A0 B0")
    shop.done(line)
    assert shop.figures() == {"A": (2, 0), "B": (1, 0)}


def test_what_is_expected_and_counted_can_be_typed_so_too(shop: Shop) -> None:
    shop.stock("A0 B0")
    shop.done("expect A=2 B=3 --on +3d --ref PO-1")
    assert [(one["sku"], one["left"]) for one in shop.done("expect --json").json] == [("A", 2), ("B", 3)]
    shop.done("adjust A=4 --reason counted")
    shop.done("adjust --sku B --qty 2 --reason counted")
    assert shop.figures() == {"A": (4, 0), "B": (2, 0)}


@pytest.mark.parametrize("line", ["adjust A=1 --to 2 --reason x", "adjust --reason x", "adjust A --reason x"])
def test_what_is_counted_cannot_be_said_twice_or_not_at_all(shop: Shop, line: str) -> None:
    shop.stock("A0")
    assert shop(line).code == 2


def test_a_part_that_has_the_number_of_a_shops_order_can_be_merged_and_the_order_comes_in(shop: Shop) -> None:
    rows = "order,sku,quantity,placed_at\nO1,A,1,2026-01-01\nO1,B,1,2026-01-01\n"
    shop.stock("A1 B0")
    shop.done("sync -", rows)
    shop.done("split O1")
    rows += "O1-backorder,A,1,2026-01-02\n"
    said = shop.done("sync -", rows).out
    assert "--prefix" not in said
    assert "`backsplit merge O1-backorder` frees the number" in said
    shop.done("merge O1-backorder")
    shop.done("sync -", rows)
    assert shop.state() == {"O1": "Backorder A1 B1", "O1-backorder": "Processing A1"}


def test_a_part_that_cannot_be_merged_any_more_has_the_line_that_types_the_order_in(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.done("sync -", "order,sku,quantity\nO1,A,1\nO1,B,1\n")
    shop.done("split O1")
    shop.done("ship O1")
    said = shop.done("sync -", "order,sku,quantity\nO1-backorder,A,1\nO1-backorder,B,2\n").out
    assert "Type it in: `backsplit add shop-O1-backorder A=1 B=2`" in said


def test_a_delivery_that_is_called_as_a_purchase_order_says_that_of_was_meant(shop: Shop) -> None:
    shop.stock("A0 B0")
    shop.done("expect A=5 --on tomorrow --ref PO-7")
    answer = shop.done("receive A=5 --ref PO-7 --json").json
    (said,) = answer["notices"]
    assert said.startswith("under PO-7 are still expected 5 × A, beside what was booked now")
    assert said.endswith(f"--of was meant: backsplit undo {answer['made']}, then backsplit receive --of PO-7")
    shop.done("undo")
    assert shop.done("receive --of PO-7 --ref PO-7 --json").json["notices"] == []
    assert "--of" not in shop.done("receive B=5 --ref PO-7b").out
    assert "--of PO-7 for all that is left" in shop("receive --ref PO-7").err


def test_a_sku_that_cannot_be_under_a_purchase_order_is_named_as_such(shop: Shop) -> None:
    shop.stock("A0 B0")
    shop.done("expect A=5 --on tomorrow --ref PO-7")
    answer = shop.done("receive --of PO-7 B=5")
    assert "PO-7: 5 × B have come, and none was expected" in answer.out
    assert "note: B was not expected: PO-7 has A; if that is a mistake, backsplit undo 2, then book it" in answer.out
    assert "no SKU C is known" in (unknown := shop("receive --of PO-7 C=5").err)
    assert "; PO-7 has A; --create takes it in as new" in unknown
