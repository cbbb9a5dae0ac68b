"""Which splits are worth a parcel: limits of `split --all`, and what can go at all."""

from __future__ import annotations

import pytest

from backsplit.domain.orders import Line, Order, Status
from backsplit.domain.split import Limits, can_go, check_worthwhile, plan_split
from backsplit.errors import Refused
from backsplit.services import promises
from conftest import Shop


def order(*lines: Line, status: Status = Status.BACKORDER, ship_complete: bool = False) -> Order:
    return Order("M1", status, "2026-01-01T09:00:00Z", lines, ship_complete=ship_complete)


MIXED = order(Line("A", 3, position=1, available=3), Line("B", 7, position=2), Line("CARD", 9, "", True, 3, 9))


def code(limits: Limits, members: int = 1) -> str | None:
    try:
        check_worthwhile(plan_split(MIXED), members, limits)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("limits", [Limits(3), Limits(0, 30), Limits(max_parts=2), Limits(3, 30, 2)])
def test_can_split_where_enough_goes(limits: Limits) -> None:
    assert code(limits) is None


@pytest.mark.parametrize("limits", [Limits(4), Limits(0, 31), Limits(1, 100)])
def test_cannot_split_for_too_little_and_inserts_do_not_count(limits: Limits) -> None:
    assert code(limits) == "too-little"


def test_cannot_split_into_more_parts_than_wanted_and_that_counts_first() -> None:
    assert code(Limits(99, 100, max_parts=2), members=2) == "max-parts"


def test_cannot_split_what_is_due_soon_and_that_counts_before_the_other_limits() -> None:
    limits = Limits(99, 100, 1, due_by="2026-12-03")
    for promised, refusal in (("2026-12-02", "due-soon"), ("2026-12-03", "due-soon"), ("2026-12-04", "max-parts")):
        with pytest.raises(Refused) as refused:
            check_worthwhile(plan_split(MIXED), 2, limits, promised)
        assert refused.value.code == refusal


def test_can_split_what_has_no_day() -> None:
    check_worthwhile(plan_split(MIXED), 1, Limits(due_by="2026-12-03"), None)


def test_the_share_is_of_what_the_order_holds_rounded_up() -> None:
    third = order(Line("A", 1, position=1, available=1), Line("B", 2, position=2))
    check_worthwhile(plan_split(third), 1, Limits(0, 33))
    with pytest.raises(Refused):
        check_worthwhile(plan_split(third), 1, Limits(0, 34))
    less_than_half = order(Line("A", 100, available=100), Line("B", 101, position=2))
    with pytest.raises(Refused):
        check_worthwhile(plan_split(less_than_half), 1, Limits(0, 50))


def test_the_limits_do_not_apply_where_no_part_would_arise() -> None:
    whole = order(Line("A", 1, position=1, available=1), Line("CARD", 1, insert=True, position=2))
    check_worthwhile(plan_split(whole, drop_inserts=True), 9, Limits(9, 100, 1))


def test_can_go_is_what_a_split_would_send_and_nothing_where_it_would_be_refused() -> None:
    assert can_go(MIXED) == 12
    assert can_go(order(Line("A", 3, available=2))) == 0
    card = Line("CARD", 1, insert=True, position=2)
    assert can_go(order(Line("A", 1, available=1), card)) == 0
    assert can_go(order(Line("A", 1, available=1), card, Line("B", 1, position=3))) == 1
    assert can_go(order(*MIXED.lines, status=Status.ON_HOLD)) == 0
    assert can_go(order(*MIXED.lines, ship_complete=True)) == 0


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    shop.stock("A9 B0")
    shop.order("M1", "A1 B24", "2026-01-01T09:00:00Z")
    shop.order("M2", "A3 B1", "2026-01-02T09:00:00Z")
    shop.order("M3", "B1", "2026-01-03T09:00:00Z")
    return shop


def test_each_refusal_says_its_figures(waiting: Shop) -> None:
    out = waiting.done("split --all --min-units 2 --min-share 30%").out
    assert "M1 cannot be split: 1 of 25 units could go: fewer than 2" in out
    assert "less than 30 %" in waiting.done("split --all --min-share 30 --dry-run").out
    assert waiting.state()["M2"] == "Processing A3"
    waiting.done("receive --sku B --qty 1")
    refused = waiting.done("split --all --max-parts 1 --json").json["refused"]
    assert {it["code"] for it in refused} == {"nothing-in-stock", "max-parts"}


@pytest.mark.parametrize("options", ["--min-units 2", "--min-share 30%", "--max-parts 2"])
def test_cannot_limit_a_split_of_named_orders(waiting: Shop, options: str) -> None:
    assert waiting(f"split M1 {options}").code == 2


@pytest.fixture
def due(waiting: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """What M2 lacks comes on 3 December; it is 1 December. Nothing is expected for M1, of which one unit is there."""
    monkeypatch.setattr(promises, "today", lambda: "2026-12-01")
    waiting.done("prioritize M2 --priority 1")
    waiting.done("expect --sku B --qty 1 --on 2026-12-03 --ref PO-7")
    return waiting


@pytest.mark.parametrize("age", ["2d", "48h", "1w"])
def test_can_keep_whole_what_is_due_soon_and_split_what_has_no_day(due: Shop, age: str) -> None:
    split = due.done(f"split --all --unless-due {age} --json").json
    assert [it["processing"]["number"] for it in split["splits"]] == ["M1"]
    assert {it["order"]: it["code"] for it in split["refused"]} == {"M2": "due-soon", "M3": "nothing-in-stock"}
    assert "M2 cannot be split: all of it can go on 2026-12-03" in due.done("split --all --unless-due 2d").out


def test_cannot_wait_for_what_is_due_later(due: Shop) -> None:
    due.done("split --all --unless-due 1d")
    assert due.state()["M2-backorder"] == "Backorder B1"


def test_cannot_wait_for_what_is_overdue(due: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promises, "today", lambda: "2026-12-04")
    due.done("split --all --unless-due 9d")
    assert due.state()["M2-backorder"] == "Backorder B1"


@pytest.mark.parametrize("line", ["split M2 --unless-due 3d", "split --all --unless-due soon"])
def test_cannot_say_due_soon_of_named_orders_or_without_an_age(due: Shop, line: str) -> None:
    assert due(line).code == 2


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("share", ["0", "101%", "a third", "-5%", "%"])
def test_cannot_ask_for_a_share_that_is_none(waiting: Shop, share: str) -> None:
    answer = waiting(f"split --all '--min-share={share}'")
    assert answer.code == 2
    assert waiting.state()["M2"] == "Backorder A3 B1"


def test_the_list_says_what_can_go_and_can_leave_out_the_rest(waiting: Shop) -> None:
    assert {it["number"]: it["can_go"] for it in waiting.done("list --json").json} == {"M1": 1, "M2": 3, "M3": 0}
    out = waiting.done("list --can-split").out
    assert "3 of 4" in out
    assert "M3" not in out
    assert [it["number"] for it in waiting.done("list --can-split --limit 1 --json").json] == ["M1"]
    assert "more than 1" in waiting.done("list --can-split --limit 1").out
    assert waiting("list --can-split --status shipped").code == 2
    assert "3 of 4 units can go now: backsplit split M2" in waiting.done("show M2").out
    assert "can go now" not in waiting.done("show M3").out
