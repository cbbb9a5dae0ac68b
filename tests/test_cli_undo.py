"""Each way back from a mistake, through the command line, in a pipe and on a terminal. `check` follows each."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from conftest import Shop, once
from robustness.processes import Terminal
from shopify import inventory, shopify


@pytest.fixture
@once
def two(shop: Shop) -> Shop:
    """M1 has its stock, M2 waits for A."""
    shop.stock("A2 B1")
    shop.order("M1", "A2 B1")
    shop.order("M2", "A1", "2026-01-02T09:00:00Z")
    return shop


@pytest.mark.slow
def test_on_a_terminal_ship_shows_what_leaves_and_asks(two: Shop) -> None:
    terminal = Terminal(two, "ship M1")
    terminal.wait_for("Ship M1? [y/N]")
    assert "M1 → Shipped: 2 × A, 1 × B" in terminal.screen
    terminal.type("n\n")
    assert terminal.end() == 1
    assert two.state()["M1"] == "Processing A2 B1"
    terminal = Terminal(two, "ship M1 --yes")
    assert terminal.end() == 0
    assert two.state()["M1"] == "Shipped A2 B1"


@pytest.mark.slow
def test_on_a_terminal_split_all_says_what_would_be_split(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    terminal = Terminal(shop, "split --all")
    terminal.wait_for("[y/N]")
    assert "1 order would be split, 0 not" in terminal.screen
    terminal.type("y\n")
    assert terminal.end() == 0
    assert "1 order split, 0 not" in terminal.screen.rpartition("[y/N]")[2]


def test_an_order_on_hold_can_be_cancelled(two: Shop) -> None:
    two.done("hold M1")
    two.done("cancel M1 --reason 'never paid'")
    assert two.state() == {"M1": "Cancelled A2 B1", "M2": "Processing A1"}


# amend


def test_less_frees_and_sweeps_and_the_history_says_what_was_ordered(two: Shop) -> None:
    answer = two.done("amend M1 --set A=1 --reason 'called us' --json").json
    assert answer["released"] == ["M2"]
    assert [order["number"] for order in answer["changed"]] == ["M1"]
    last = [event for event in two.done("show M1 --json").json["history"] if event["event"] == "amended"]
    assert [event["reason"] for event in last] == ["ordered 2 × A, sends 1 × A (called us)"]
    assert "ordered 2 × A, sends 1 × A (called us)" in two.done("history M1").out
    assert two("amend M2 --remove A --json").error == "last-line"


@pytest.mark.parametrize(
    ("wish", "line"),
    [
        ("--swap B=A", "backsplit amend 'M 1-backorder' --swap B=A"),
        ("--remove B", "backsplit amend 'M 1-backorder' --remove B"),
    ],
)
def test_a_sku_that_waits_on_the_part_is_named_with_the_line_that_amends_it_there(
    shop: Shop, wish: str, line: str
) -> None:
    shop.stock("A9 B0")
    shop.order("M 1", "A1 B1")
    shop.done("split 'M 1'")
    refused = shop(f"amend 'M 1' {wish}")
    assert refused.code == 3
    assert f"M 1-backorder, of the same order, has it: {line}" in refused.err
    shop.done(line.removeprefix("backsplit ") + " --add A=1")


def test_a_swap_says_what_was_ordered_and_what_is_sent(two: Shop) -> None:
    out = two.done("amend M1 --swap B=A --dry-run", "").out if two.done("adjust --sku A --to 4 --reason x") else ""
    assert "ordered 1 × B, sends 3 × A" in out
    assert "dry run" in out
    assert two.state()["M1"] == "Processing A2 B1"


def test_more_than_is_available_is_refused_or_waits_or_goes_on_a_part(two: Shop) -> None:
    two.done("cancel M2")
    two.done("adjust --sku A --by 1 --reason found")
    assert two("amend M1 --set A=5 --json").error == "not-enough"
    assert two.state()["M1"] == "Processing A2 B1"
    two.done("amend M1 --set A=5 --as-part")
    assert two.state() == {"M1": "Processing A3 B1", "M1-backorder": "Backorder A2", "M2": "Cancelled A1"}
    two.done("amend M1 --set B=3 --wait")
    assert two.state()["M1"] == "Backorder A3 B3"


@pytest.mark.quick_cases(5)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--set NOBODY=1", "unknown-sku"),
        ("--remove C", "unknown-sku"),
        ("--set A=-1", "bad-quantity"),
        ("--add A=0", "bad-quantity"),
        ("", "usage"),
        ("--set A", "usage"),
        ("--set A=x", "usage"),
        ("--set A=1 --remove A", "usage"),
        ("--set A=9 --wait --as-part", "usage"),
        ("--swap A", "usage"),
    ],
)
def test_cannot_amend_what_makes_no_sense(two: Shop, line: str, code: str) -> None:
    two.done("import stock -", "sku,on_hand\nC,1\n")
    assert two(f"amend M1 {line} --json").error == code
    assert two.state()["M1"] == "Processing A2 B1"


def test_a_sku_may_hold_the_equals_sign(shop: Shop) -> None:
    shop.done("import stock -", "sku,on_hand\nA=B,9\n")
    shop.done("add M1 A=B=2")
    shop.done("amend M1 --set A=B=3")
    assert shop.figures() == {"A=B": (9, 3)}


def test_an_amended_order_still_owes_the_shop_what_it_asked_for(two: Shop) -> None:
    two.done("amend M1 --set A=1")
    two.done("amend M1 --add B=1 --as-part")
    two.done("check")
    two.done("undo")
    two.done("undo")
    assert two.state()["M1"] == "Backorder A2 B1"  # M2 keeps what it got


@pytest.mark.slow
def test_on_a_terminal_amend_shows_what_changes_and_does_not_ask(two: Shop) -> None:
    terminal = Terminal(two, "amend M1 --set A=1")
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.screen
    assert "M1 → Processing: 1 × A, 1 × B" in terminal.screen
    assert "released: M2" in terminal.screen


# add


def test_an_order_can_be_typed_in(two: Shop) -> None:
    answer = two.done("add W1 B=1 A=2 --customer Anna --note ring --priority 5 --placed-at 2026-01-03 --json").json
    (order,) = answer["changed"]
    assert (order["number"], order["status"], order["customer"], order["note"]) == ("W1", "Backorder", "Anna", "ring")
    assert (order["priority"], order["placed_at"]) == (5, "2026-01-03T00:00:00Z")
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [("B", 1), ("A", 2)]
    assert two("add W1 A=1 --json").error == "not-allowed"


def test_the_number_may_be_left_out_and_is_said(two: Shop) -> None:
    assert "P1 → Backorder: 1 × A" in two.done("add A=1").out
    two.done("adjust --sku B --by 1 --reason found")
    assert "P2 → Processing: 1 × B" in two.done("add B=1").out
    two.done("undo")
    assert "P3 → Processing" in two.done("add B=1").out  # the history knows another P2


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("add", "usage"),
        ("add M7", "usage"),
        ("add M7 M8 A=1", "usage"),
        ("add A=0", "bad-quantity"),
        ("add A=1.5", "usage"),
        ("add M7 A=1 --placed-at tomorrow", "usage"),
        ("add M7 A=1 --priority 0", "usage"),
        ("add M7 BB=1", "unknown-sku"),
    ],
)
def test_cannot_type_in_what_makes_no_sense(two: Shop, line: str, code: str) -> None:
    before = two.state()
    assert two(f"{line} --json").error == code
    assert two.state() == before


def test_an_unknown_sku_gets_the_nearest_and_can_be_created(two: Shop) -> None:
    two.done("import stock -", "sku,on_hand\nTEAPOT,1\n")
    assert "the nearest: TEAPOT" in two("add M7 TEAP0T=1").err
    two.done("add M7 TEAP0T=1 --create")
    assert two.state()["M7"] == "Backorder TEAP0T1"


# undo

CHANGES = {
    "ship M1": "ship",
    "hold M1": "hold",
    "hold M2": "hold",
    "cancel M1": "cancel",
    "cancel M2": "cancel",
    "cancel M3": "cancel",
    "resume M3": "resume",
    "prioritize M2 --priority 1": "prioritize",
    "receive --sku A --qty 1 --ref ASN-1": "receive",
    "receive --sku C --qty 5": "receive",
    "adjust --sku A --by -1 --reason broken": "adjust",
    "adjust --sku C --to 3 --reason found": "adjust",
    "mark A --insert": "mark",
    "policy strict": "policy",
    "amend M1 --swap B=C --wait": "amend",
    "amend M1 --set A=3 --as-part": "amend",
    "amend M2 --add C=1": "amend",
    "amend M3 --remove B": "amend",
    "add A=1": "add",
    "split M4": "split",
    "split M4 --partial": "split",
    "split M5 --drop-inserts": "split",
    "split --all --partial --drop-inserts": "split --all",
    "merge M6-backorder": "merge",
    "split M1 --now A=1 --hold-rest": "split",
    "split M4 --now D=1 --now B=1": "split",
    "ship-complete M1 M4": "ship-complete",
    "ship-complete --customer Anna": "ship-complete",
    "pick M1 --take": "pick",
}


@pytest.fixture
@once
def many(shop: Shop) -> Shop:
    """M1 Processing, M2 waits, M3 on hold, M4 and M5 can be split, M6 has been."""
    shop.stock("A2 B3 C0 D9 CARD0", inserts="CARD")
    shop.order("M1", "A2 B1")
    shop.done("import orders -", "order,sku,quantity,placed_at,customer\nM2,C,1,2026-01-02T09:00:00Z,Anna\n")
    shop.order("M3", "B1 C1", "2026-01-03T09:00:00Z")
    shop.done("hold M3")
    shop.order("M4", "D1 C2 B4", "2026-01-04T09:00:00Z")
    shop.order("M5", "D1 CARD1 C1", "2026-01-05T09:00:00Z")
    shop.order("M6", "D1 C1", "2026-01-06T09:00:00Z")
    shop.done("split M6")
    return shop


def everything(shop: Shop) -> tuple[object, ...]:
    orders = shop.done("list --json").json
    return orders, shop.done("stock --json").json, shop.done("policy --json").json


@pytest.mark.parametrize("line", CHANGES)
def test_every_change_can_be_taken_back_and_done_again(many: Shop, line: str) -> None:
    before = everything(many)
    many.done(line)
    changed = everything(many)
    number = many.done("history --limit 1 --json").json[0]["change"]
    assert changed != before
    assert many.done("undo --dry-run --json").json["dry_run"]
    assert everything(many) == changed
    undone = many.done("undo --json").json
    assert (undone["command"], undone["change"]) == (CHANGES[line], number)
    assert everything(many) == before
    many.done("check")
    for again in (f"undo {number}", f"undo {number + 1}"):
        answer = many(f"{again} --json")
        assert answer.error == "not-undoable"
        to_repeat = json.loads(answer.err)["error"]["message"].partition("backsplit ")[2]
    many.done(to_repeat)
    assert everything(many) == changed


def test_the_history_of_a_part_that_is_gone_with_its_amendment_says_so(many: Shop) -> None:
    many.done("amend M1 --set A=3 --as-part")
    many.done("undo")
    of_part, of_order = many.done("history M1-backorder --json").json, many.done("history M1 --json").json
    assert [event["event"] for event in of_part if event["order"] == "M1-backorder"][-1] == "removed"
    assert "taken out again" in many.done("history M1-backorder").out
    assert [event["reason"] for event in of_order if event["event"] == "amended"][-1] == (
        "M1-backorder is taken out again"
    )


@pytest.mark.slow
def test_undo_undo_undo_walks_back(many: Shop) -> None:
    states = [everything(many)]
    lines = ["split M4", "receive --sku C --qty 2", "ship M1", "amend M2 --add D=1", "cancel M4", "add X=1 --create"]
    for line in lines:
        many.done(line)
        states.append(everything(many))
    for line, state in zip(reversed(lines), reversed(states[:-1]), strict=True):
        assert many.done("undo --json").json["command"] == line.split()[0]
        if "X" not in line:
            assert everything(many)[0] == state[0]
        many.done("check")


def test_a_number_that_no_change_can_have_is_wrong_usage(two: Shop) -> None:
    assert two("undo 99999999999999999999 --json").error == "usage"
    assert two("undo 99 --json").error == "not-undoable"


def test_the_change_that_is_advised_is_one_that_can_be_undone(two: Shop) -> None:
    two.write("o.csv", shopify("1 B1"))
    two.done("receive --sku B --qty 4")
    two.done("sync o.csv")
    two.done("ship 1")
    two.write("o.csv", shopify("1 B1 fulfilled", "2 B1"))
    two.done("sync o.csv")
    refused = two("undo")
    number = refused.err.rpartition("backsplit undo ")[2].strip("`\n")
    assert two.done(f"undo {number} --json").json["command"] == "receive"


def test_cannot_go_back_to_a_policy_that_was_none(two: Shop) -> None:
    with closing(sqlite3.connect(two.db)) as db, db:
        db.execute("UPDATE settings SET value = 'whenever' WHERE name = 'policy'")
    two.done("policy strict")
    refused = two("undo --json")
    assert (refused.code, refused.error) == (1, "not-undoable")
    assert two.done("policy").out.startswith("policy: strict")


def test_an_import_cannot_be_undone(two: Shop) -> None:
    assert two("undo --json").error == "not-undoable"
    two.done("ship M1")
    two.order("M3", "A1")
    answer = two("undo")
    assert answer.code == 1
    assert "cannot be undone: the shop says so; a backup from before it can be restored" in answer.err
    assert "; the last that can is change 4 (ship" in answer.err
    assert two.done("undo 4 --json").json["command"] == "ship"


def test_cannot_undo_what_has_been_changed_since_and_the_change_is_named(two: Shop) -> None:
    two.done("hold M1")
    number = two.done("history --limit 1 --json").json[0]["change"]
    two.done("cancel M1")
    answer = two(f"undo {number}")
    assert answer.code == 1
    assert f"M1 has been changed since change {number} (hold" in answer.err
    assert f"by change {number + 1} (cancel" in answer.err
    assert two(f"undo {number} --json").error == "changed-since"


def test_what_was_merely_released_keeps_what_it_got(two: Shop) -> None:
    two.done("cancel M1")
    assert two.state() == {"M1": "Cancelled A2 B1", "M2": "Processing A1"}
    two.done("ship M2")
    two.done("undo 4")
    assert two.state() == {"M1": "Backorder A2 B1", "M2": "Shipped A1"}


def test_an_undone_receipt_frees_its_reference_and_the_last_in_the_queue_give_back(two: Shop) -> None:
    two.order("M3", "A1", "2026-01-03T09:00:00Z")
    two.done("receive --sku A --qty 2 --ref ASN-1")
    answer = two.done("undo --json").json
    assert answer["returned"] == ["M3", "M2"]
    assert not two.done("receive --sku A --qty 1 --ref ASN-1 --json").json["repeated"]


@pytest.mark.parametrize("line", ["receive --sku A --qty 1", "adjust --sku A --by 1 --reason found"])
def test_cannot_take_off_the_shelf_what_has_gone(two: Shop, line: str) -> None:
    two.done(line)
    number = two.done("history --limit 1 --json").json[0]["change"]
    two.done("ship M1 M2")
    assert two(f"undo {number} --json").error == "not-enough"


def test_cannot_divide_again_what_is_no_longer_covered(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("split M1")
    shop.order("M2", "A1", "2026-01-02T09:00:00Z")
    shop.done("merge M1-backorder")
    assert shop.state() == {"M1": "Backorder A1 B1", "M2": "Processing A1"}
    assert shop("undo --json").error == "not-enough"


def test_on_a_terminal_the_last_that_can_be_undone_is_shown_and_asked_for(two: Shop) -> None:
    two.done("ship M1")
    two.order("M3", "B1", "2026-01-03T09:00:00Z")
    terminal = Terminal(two, "undo")
    terminal.wait_for("Undo change 4 (ship)? [y/N]")
    assert "would be undone: change 4 (ship" in terminal.screen
    assert "M1 → Processing: 2 × A, 1 × B" in terminal.screen
    terminal.type("n\n")
    assert terminal.end() == 1
    assert two.state()["M1"] == "Shipped A2 B1"
    terminal = Terminal(two, "undo 4")
    terminal.wait_for("Undo change 4 (ship)? [y/N]")
    terminal.type("y\n")
    assert terminal.end() == 0
    assert two.state()["M1"] == "Processing A2 B1"


def test_what_the_shop_has_said_of_an_order_since_is_a_later_change(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("sync -", shopify("1 A2", "2 A1"))
    shop.done("ship 1 2")
    number = shop.done("history --limit 1 --json").json[0]["change"]
    shop.done("sync -", shopify("1 A2", "2 A1"))
    shop.done(f"undo {number} --dry-run")
    shop.done("sync -", shopify("1 A2 fulfilled", "2 A1"))
    answer = shop(f"undo {number}")
    assert answer.code == 1
    assert "#1 has been changed since change 3 (ship" in answer.err
    assert "by change 4 (sync" in answer.err
    assert shop(f"undo {number} --json").error == "changed-since"


def test_an_undone_ship_complete_of_a_customer_holds_no_more_for_orders_to_come(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.done("ship-complete --customer Anna")
    shop.done("undo")
    shop.done("add M1 A=1 B=1 --customer Anna")
    shop.done("split M1")


def test_orders_that_are_typed_in_ship_complete_where_they_are_to(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.done("add M1 A=1 B=1 --ship-complete")
    shop.done("ship-complete --customer Anna")
    shop.done("add M2 A=1 B=1 --customer Anna")
    for number in ("M1", "M2"):
        assert shop(f"split {number} --json").error == "ship-complete"
    shop.done("amend M1 --remove B")
    assert shop("amend M1 --add A=1 --as-part --json").error == "ship-complete"
    shop.done("amend M1 --add A=1 --wait")


# receive --file


def test_the_same_file_twice_is_refused_unless_again(two: Shop) -> None:
    two.write("d.csv", "sku,quantity\nB,1\n")
    two.write("copy.csv", "sku,quantity\nB,1\n")
    two.done("receive --file d.csv")
    for line in ("receive --file d.csv", "receive --file copy.csv", "receive --file d.csv --ref ASN-1"):
        assert two(f"{line} --json").error == "same-file"
    two.done("receive --file d.csv --again")
    assert two.figures()["B"] == (3, 1)
    two.done("undo")
    two.done("undo")
    two.done("receive --file d.csv")


def test_files_with_references_are_known_by_these(two: Shop) -> None:
    two.write("d.csv", "sku,quantity\nB,1\n")
    two.done("receive --file d.csv --ref ASN-1")
    two.done("receive --file d.csv --ref ASN-2")
    assert two.done("receive --file d.csv --ref ASN-2 --json").json["repeated"]
    assert two("receive --file d.csv --json").error == "same-file"
    assert two.figures()["B"] == (3, 1)


def test_counts_that_were_undone_can_be_taken_after_all(shop: Shop) -> None:
    for units in (2, 5):
        shop.write("inventory.csv", inventory(f"A{units}"))
        shop.done("import stock inventory.csv")
    undone = shop.done("undo").out
    assert "A: 2 on hand again" in undone
    shop.done(undone.rpartition("to take these counts after all: backsplit ")[2])
    assert shop.figures() == {"A": (5, 0)}
