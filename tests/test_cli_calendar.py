"""Holds with a last day, SKUs with a first day, and `due`, which does what has come due (rule 19)."""

from __future__ import annotations

import pytest

from backsplit.services import promises
from conftest import Shop
from robustness.processes import Terminal
from test_screens import without_colour

TODAY, TENTH, EVE = "2026-12-01", "2026-12-10", "2026-12-24"


@pytest.fixture
def tea(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Five new teapots are there and two orders want them; it is 1 December."""
    _it_is(monkeypatch, TODAY)
    shop.stock("NEW5 TEA3")
    shop.order("M1", "NEW2", "2026-01-01T09:00:00Z")
    shop.order("M2", "TEA1", "2026-01-02T09:00:00Z")
    return shop


def _it_is(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(promises, "today", lambda: day)


def until(shop: Shop, number: str) -> str | None:
    (found,) = (order["until"] for order in shop.done("list --json").json if order["number"] == number)
    return found


def first_day(shop: Shop, sku: str = "NEW") -> str | None:
    ((found,),) = ([row["from"]] for row in shop.done(f"stock {sku} --json").json)
    return found


# A hold with a last day


def test_can_hold_until_a_day_and_the_list_and_the_head_of_show_say_until_when_and_why(tea: Shop) -> None:
    held = tea.done(f"hold M2 --until {EVE} --reason 'is on holiday' --json").json["changed"]
    assert [(order["status"], order["until"]) for order in held] == [("On Hold", EVE)]
    listed = tea.done("list --status on-hold").out
    assert "Until" in listed
    assert f"{EVE}  is on holiday" in listed
    assert tea.done("show M2").out.startswith(f"M2  On Hold until {EVE}: is on holiday\n")
    assert f"put on hold (until {EVE}, is on holiday)" in tea.done("history M2").out


def test_a_hold_without_a_day_is_as_before(tea: Shop) -> None:
    assert tea.done("hold M2 --reason address").out == "M2 → On Hold: 1 × TEA\n"
    assert tea.done("show M2").out.startswith("M2  On Hold: address\n")
    assert tea.done("due").out == "nothing has come due\n"


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("day", ["2026-11-30", "yesterday", "someday", "2026-13-01", ""])
@pytest.mark.parametrize("line", ["hold M2 --until", "mark NEW --from"])
def test_cannot_name_a_day_that_has_passed_or_is_none(tea: Shop, line: str, day: str) -> None:
    assert tea(f"{line} '{day}'").code == 2
    assert tea.state()["M2"] == "Processing TEA1"


def test_can_move_the_day_of_a_hold_and_the_reason_stays(tea: Shop) -> None:
    tea.done(f"hold M2 --until {EVE} --reason 'is on holiday'")
    tea.done(f"hold M2 --until {TENTH}")
    assert tea.done("show M2").out.startswith(f"M2  On Hold until {TENTH}: is on holiday\n")
    tea.done("undo")
    assert until(tea, "M2") == EVE
    refused = tea("hold M2")
    assert refused.code == 1
    assert "`hold --until DATE` gives its hold a last day" in refused.err


@pytest.mark.parametrize("line", ["resume M2", "cancel M2"])
def test_a_hold_that_ends_otherwise_loses_its_day_and_undo_gives_it_back(tea: Shop, line: str) -> None:
    tea.done(f"hold M2 --until {EVE} --reason 'is on holiday'")
    tea.done(line)
    assert until(tea, "M2") is None
    tea.done("undo")
    assert until(tea, "M2") == EVE
    assert tea.done("show M2").out.startswith(f"M2  On Hold until {EVE}: is on holiday\n")


def test_changing_the_lines_of_an_order_on_hold_leaves_its_day(tea: Shop) -> None:
    tea.done(f"hold M2 --until {EVE}")
    tea.done("amend M2 --set TEA=2")
    assert until(tea, "M2") == EVE


def test_merging_and_its_undo_keep_the_day(tea: Shop) -> None:
    tea.done("split M1 --now NEW=1 --hold-rest")
    tea.done(f"hold M1-backorder --until {EVE}")
    tea.done("merge M1-backorder")
    assert until(tea, "M1") == EVE
    tea.done("undo")
    assert until(tea, "M1-backorder") == EVE


# A SKU with a first day


def test_before_its_first_day_nothing_of_a_sku_is_available_and_orders_that_hold_some_keep_them(tea: Shop) -> None:
    out = tea.done(f"mark NEW --from {TENTH}").out
    assert out == f"NEW: not before {TENTH}, 5 on hand; Processing orders keep 2\n"
    tea.order("M3", "NEW1", "2026-01-03T09:00:00Z")
    assert tea.state() == {"M1": "Processing NEW2", "M2": "Processing TEA1", "M3": "Backorder NEW1"}
    row = tea.done("stock NEW --json").json[0]
    assert (row["on_hand"], row["allocated"], row["available"], row["final"], row["from"]) == (5, 2, 0, -1, TENTH)
    assert TENTH in tea.done("stock").out
    tea.done("ship M1")
    assert tea.figures()["NEW"] == (3, 0)


def test_what_waits_for_the_day_only_need_not_be_bought(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW4", "2026-01-03T09:00:00Z")
    assert [(row["sku"], row["short"], row["to_buy"]) for row in tea.done("shortages --json").json] == [("NEW", 4, 1)]


def test_a_split_sends_the_rest(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1 TEA1", "2026-01-03T09:00:00Z")
    tea.done("split M3")
    assert tea.state()["M3"] == "Processing TEA1"
    assert tea.state()["M3-backorder"] == "Backorder NEW1"


def test_can_take_the_day_away_and_that_releases_and_can_be_undone(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1", "2026-01-03T09:00:00Z")
    opened = tea.done("mark NEW --no-from --json")
    assert opened.json[0]["available"] == 2
    assert tea.state()["M3"] == "Processing NEW1"
    assert first_day(tea) is None
    tea.done("undo")
    assert first_day(tea) == TENTH
    assert tea.state()["M3"] == "Processing NEW1"
    tea.done("undo 4")
    assert first_day(tea) is None


def test_the_same_day_again_changes_nothing(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    changes = len(tea.done("history --json").json)
    tea.done(f"mark NEW --from {TENTH}")
    assert len(tea.done("history --json").json) == changes


def test_under_strict_nothing_of_it_is_kept_for_anyone(tea: Shop) -> None:
    tea.done("policy strict")
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1 TEA2", "2026-01-03T09:00:00Z")
    assert "kept for earlier" not in tea.done("show M3").out
    tea.done("mark NEW --no-from")
    assert tea.state()["M3"] == "Processing NEW1 TEA2"


@pytest.mark.parametrize(
    "line", ["mark NEW", f"mark NEW --from {TENTH} --no-from", f"mark NEW --insert --from {TENTH}"]
)
def test_cannot_say_nothing_or_two_things(tea: Shop, line: str) -> None:
    assert tea(line).code == 2


def test_cannot_close_a_sku_that_nobody_knows(tea: Shop) -> None:
    assert tea(f"mark NEWW --from {TENTH}").code == 3


# Promised days


def test_no_promised_day_is_before_the_first_day(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW3", "2026-01-03T09:00:00Z")
    tea.order("M4", "NEW2", "2026-01-04T09:00:00Z")
    promises = {one["order"]: one for one in tea.done("promise --json").json}
    assert promises["M3"]["promised"] == TENTH
    assert promises["M3"]["waiting_for"] == [{"sku": "NEW", "short": 3, "on": TENTH, "ref": None}]
    assert promises["M4"]["promised"] is None
    tea.done("expect --sku NEW --qty 2 --on 2026-12-03 --ref PO-7")
    assert {one["order"]: one["promised"] for one in tea.done("promise --json").json} == {"M3": TENTH, "M4": TENTH}
    assert f"{TENTH}, when 3 × NEW on hand may go" in tea.done("show M3").out


def test_an_expected_day_after_the_first_day_stays(tea: Shop) -> None:
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW4", "2026-01-03T09:00:00Z")
    tea.done(f"expect --sku NEW --qty 9 --on {EVE} --ref PO-7")
    assert tea.done("promise M3 --json").json[0]["promised"] == EVE


# due


def test_due_ends_holds_and_opens_skus_on_their_day_in_one_change(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.done(f"hold M2 --until {TENTH}")
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1", "2026-01-03T09:00:00Z")
    assert tea.done("due").out == "nothing has come due\n"
    assert tea.done("due --quiet").out == ""
    _it_is(monkeypatch, TENTH)
    dry = tea.done("due --dry-run --json").json
    assert tea.state()["M3"] == "Backorder NEW1"
    done = tea.done("due --json").json
    assert dry == done | {"dry_run": True, "made": None}
    events = tea.done("history --json").json
    assert done == {
        "dry_run": False,
        "resumed": ["M2"],
        "opened": ["NEW"],
        "released": ["M2", "M3"],
        "mergeable": [],
        "made": events[-1]["change"],
        "on_lists": [],
    }
    assert {event["change"] for event in events if event["command"] == "due"} == {done["made"]}


def test_a_day_does_nothing_by_itself_and_due_comes_late_or_twice(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.done(f"hold M2 --until {TENTH}")
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1", "2026-01-03T09:00:00Z")
    _it_is(monkeypatch, EVE)
    tea.done("receive --sku NEW --qty 1")
    assert tea.state()["M3"] == "Backorder NEW1"
    assert tea.done("promise M3 --json").json[0]["promised"] == EVE
    assert tea.done("due").out == (
        "no longer on hold: M2 → Processing\nNEW is available from now on\nreleased: M3 → Processing\n"
    )
    assert tea.done("due").out == "nothing has come due\n"


def test_an_order_comes_back_at_its_old_place(tea: Shop) -> None:
    tea.order("M3", "GONE1", "2026-01-03T09:00:00Z")
    tea.order("M4", "GONE1", "2026-01-04T09:00:00Z")
    tea.done(f"hold M3 --until {TODAY}")
    tea.done("due")
    assert tea.done("receive --sku GONE --qty 1 --json").json["released"] == ["M3"]


def test_undo_of_due_holds_and_closes_again_with_the_days(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    tea.done(f"hold M2 --until {TENTH} --reason 'is on holiday'")
    tea.done(f"mark NEW --from {TENTH}")
    tea.order("M3", "NEW1", "2026-01-03T09:00:00Z")
    _it_is(monkeypatch, EVE)
    tea.done("due")
    assert f"NEW is not available before {TENTH}" in tea.done("undo").out
    assert (until(tea, "M2"), first_day(tea)) == (TENTH, TENTH)
    assert tea.state() == {"M1": "Processing NEW2", "M2": "On Hold TEA1", "M3": "Processing NEW1"}
    assert tea.done("due --json").json["opened"] == ["NEW"]


def test_cannot_undo_due_once_an_order_has_gone(tea: Shop) -> None:
    tea.done(f"hold M2 --until {TODAY}")
    tea.done("due")
    tea.done("ship M2")
    assert tea("undo 4 --json").error == "changed-since"


# What waits too long (rule 7)


@pytest.fixture
def old(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Two old orders wait, one of them as a part; for the other something is expected. A third is young."""
    _it_is(monkeypatch, TODAY)
    shop.stock("A1 B0 C0")
    shop.order("M1", "A1 B1", "2020-01-01T09:00:00Z")
    shop.order("M2", "C2", "2020-01-02T09:00:00Z")
    shop.order("M3", "B1", "2999-01-01T09:00:00Z")
    shop.done("split M1")
    shop.done("expect --sku C --qty 2 --on 2026-12-03 --ref PO-7")
    return shop


def test_can_cancel_all_that_waits_too_long_each_by_itself_in_one_change(old: Shop) -> None:
    done = old.done("cancel --all --older-than 60d --json").json
    assert [(order["number"], order["status"]) for order in done["changed"]] == [
        ("M1-backorder", "Cancelled"),
        ("M2", "Cancelled"),
    ]
    assert done["notes"] == ["M1 (Processing) belongs to the same order and is left as it is"]
    assert old.state()["M3"] == "Backorder B1"
    assert len({event["change"] for event in old.done("history --json").json if event["event"] == "cancelled"}) == 1


@pytest.mark.slow
def test_above_the_question_stands_a_table_of_what_waits_too_long(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1", "2020-01-01T09:00:00Z")
    shop.order("M2", "B2", "2020-01-02T09:00:00Z")
    shop.done("split M1")
    terminal = Terminal(shop, "cancel --all --older-than 60d")
    terminal.wait_for("[y/N]")
    terminal.type("y\n")
    terminal.end()
    table, _, rest = without_colour(terminal.screen).partition("note: M1 (Processing) belongs to the same order")
    assert "Waiting too long · 2" in table
    assert [line.split()[0] for line in table.splitlines() if line.startswith("M")] == ["M1-backorder", "M2"]
    assert "2 orders would be cancelled\nCancel these orders? [y/N]:" in rest.replace("\r", "")
    assert rest.rstrip().endswith("2 orders cancelled")
    assert "M2 → Cancelled" not in rest
    assert shop.state()["M2"] == "Cancelled B2"


def test_in_a_pipe_there_is_a_line_for_each_and_the_count_last(old: Shop) -> None:
    said = old.done("hold --all --older-than 60d --dry-run").out.splitlines()
    assert "M2 → On Hold: 2 × C" in said
    assert said[-2:] == ["2 orders would be put on hold", "dry run: nothing was changed"]


def test_no_day_spares_what_is_promised(old: Shop) -> None:
    assert "M2" not in old.done("cancel --all --older-than 60d --no-day --dry-run").out
    old.done("cancel --all --older-than 60d --no-day")
    assert old.state()["M1-backorder"] == "Cancelled B1"
    assert old.state()["M2"] == "Backorder C2"


def test_can_hold_all_until_a_day_and_undo_it_in_one(old: Shop) -> None:
    old.done(f"hold --all --older-than 60d --until {TENTH} --reason 'out of print'")
    assert (until(old, "M1-backorder"), until(old, "M2"), until(old, "M3")) == (TENTH, TENTH, None)
    assert old.done("undo --json").json["command"] == "hold --all"
    assert old.state()["M2"] == "Backorder C2"


def test_undo_of_cancel_all_puts_every_order_back_in_the_queue(old: Shop) -> None:
    before = old.state()
    old.done("cancel --all --older-than 60d --reason 'out of print'")
    old.done("undo")
    assert old.state() == before
    refused = old("undo 7")
    assert "backsplit cancel --all --older-than 60d --reason 'out of print'" in refused.err


def test_nothing_is_old_enough(old: Shop) -> None:
    assert old.done("cancel --all --older-than 9999w").out == "nothing changed\n"


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    "line",
    [
        "cancel --all",
        "cancel",
        "cancel M1 --older-than 60d",
        "cancel M1 --no-day",
        "cancel M1 --all --older-than 60d",
        "cancel --all --older-than old",
        "hold --all",
        "hold",
    ],
)
def test_cannot_take_all_without_an_age_or_an_age_without_all(old: Shop, line: str) -> None:
    before = old.state()
    assert old(line).code == 2
    assert old.state() == before
