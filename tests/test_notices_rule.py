"""Rule 21 as a pure function: which notice is due for an order that waits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.notices import Due, LastTold, Notice, Waiting, agreed_to, day_after, due, noted

PLACED, TODAY = "2026-11-11", "2026-12-01"
LAST = "2026-12-11"  # 30 days after it was placed
days = st.integers(-60, 120).map(lambda n: day_after(TODAY, n))
promises = st.none() | st.integers(0, 120).map(lambda n: day_after(TODAY, n))
tellings = st.none() | st.builds(LastTold, st.none() | days, st.booleans())


def waiting(promised: str | None, told: LastTold | None = None, *, is_new_part: bool = False) -> Waiting:
    return Waiting(PLACED, promised, told, is_new_part)


def test_nobody_is_told_of_an_order_that_goes_in_time() -> None:
    assert due(waiting(LAST), TODAY) is None


def test_a_first_delay_of_up_to_30_days_takes_silence_for_consent() -> None:
    assert due(waiting("2026-12-12"), TODAY) == Due("late", LAST, "silence")
    assert due(waiting(day_after(LAST, 30)), TODAY) == Due("late", LAST, "silence")


def test_a_longer_delay_needs_a_yes() -> None:
    assert due(waiting(day_after(LAST, 31)), TODAY) == Due("late", LAST, "yes")


def test_a_second_delay_needs_a_yes_however_short_it_is() -> None:
    assert due(waiting("2026-12-21", LastTold("2026-12-20")), TODAY) == Due("again", "2026-12-20", "yes")


def test_a_day_that_comes_nearer_is_no_notice() -> None:
    assert due(waiting("2026-12-19", LastTold("2026-12-20")), TODAY) is None
    assert due(waiting("2026-12-19", LastTold(None)), TODAY) is None


def test_an_order_without_a_day_is_told_once_with_a_question() -> None:
    assert due(waiting(None), TODAY) == Due("no-day", LAST, "yes")
    assert due(waiting(None, LastTold(None)), TODAY) is None
    assert due(waiting(None, LastTold("2026-12-20")), TODAY) == Due("no-day", "2026-12-20", "yes")


@pytest.mark.parametrize("promised", [None, "2026-12-20"])
@pytest.mark.parametrize("told", [None, LastTold(None)])
def test_once_the_last_day_has_passed_it_is_to_be_cancelled(promised: str | None, told: LastTold | None) -> None:
    late = Waiting("2026-10-22", promised, told)
    assert due(late, TODAY) == Due("cancel", "2026-11-21", "yes")
    assert due(late._replace(told=LastTold("2026-11-30")), TODAY) == Due("cancel", "2026-11-30", "yes")


def test_on_the_last_day_itself_it_has_not_passed() -> None:
    assert due(waiting(None), LAST) == Due("no-day", LAST, "yes")


def test_a_yes_keeps_an_order_from_being_cancelled() -> None:
    assert due(Waiting("2026-10-22", None, LastTold(None, agreed=True)), TODAY) is None
    assert due(Waiting("2026-10-22", "2026-12-20", LastTold(None, agreed=True)), TODAY) is None


def test_a_yes_to_a_day_is_none_to_a_later_one() -> None:
    agreed = LastTold("2026-12-20", agreed=True)
    assert due(waiting("2026-12-21", agreed), TODAY) == Due("again", "2026-12-20", "yes")
    assert due(waiting(None, agreed), TODAY) == Due("no-day", "2026-12-20", "yes")
    assert due(waiting("2026-12-20", agreed), TODAY) is None


def test_a_part_is_told_of_even_if_it_goes_in_time() -> None:
    assert due(waiting("2026-12-05", is_new_part=True), TODAY) == Due("split", LAST, None)
    assert due(waiting("2026-12-20", is_new_part=True), TODAY) == Due("split", LAST, "silence")
    assert due(waiting(None, is_new_part=True), TODAY) == Due("split", LAST, "yes")


def test_a_part_has_the_last_day_that_was_told_of_its_order() -> None:
    part = waiting("2026-12-20", LastTold("2026-12-20"), is_new_part=True)
    assert due(part, TODAY) == Due("split", "2026-12-20", None)
    assert due(part._replace(promised="2026-12-21"), TODAY) == Due("split", "2026-12-20", "yes")
    assert due(part._replace(promised=None, told=LastTold(None, agreed=True)), TODAY) == Due("split", LAST, None)


def test_the_days_within_which_an_order_is_to_be_sent_can_be_others() -> None:
    assert due(waiting("2026-11-22"), "2026-11-12", days=10) == Due("late", "2026-11-21", "silence")


def test_a_yes_is_to_the_later_of_what_was_told_and_what_is_promised() -> None:
    assert agreed_to(None, "2026-12-20") == LastTold("2026-12-20", agreed=True)
    assert agreed_to(LastTold("2026-12-25"), "2026-12-20") == LastTold("2026-12-25", agreed=True)
    assert agreed_to(LastTold("2026-12-15"), "2026-12-20") == LastTold("2026-12-20", agreed=True)
    assert agreed_to(LastTold("2026-12-15"), None) == LastTold(None, agreed=True)


@given(placed=days, promised=promises, told=tellings, is_new_part=st.booleans())
def test_what_was_noted_is_not_told_again_unless_it_is_to_be_cancelled(
    *, placed: str, promised: str | None, told: LastTold | None, is_new_part: bool
) -> None:
    order = Waiting(placed, promised, told, is_new_part)
    first = due(order, TODAY)
    if first is None:
        return
    notice = Notice("M1", "", first.kind, (), told.day if told else None, promised, first.by, first.answer)
    again = due(order._replace(told=noted(notice, told), is_new_part=False), TODAY)
    assert again is None or (again.kind == "cancel" and promised is None)


@given(placed=days, promised=promises, told=tellings)
def test_after_a_yes_nothing_is_due(placed: str, promised: str | None, told: LastTold | None) -> None:
    assert due(Waiting(placed, promised, agreed_to(told, promised)), TODAY) is None
