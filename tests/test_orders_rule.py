"""What an order says of itself: what it lacks, how old it is, how two halves become one."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from backsplit.domain.orders import (
    ALLOWED_FROM,
    Line,
    Order,
    QueueKey,
    Status,
    check_allowed,
    give_back,
    mergeable,
    merged_lines,
)
from backsplit.domain.times import describe_age, parse_age, placed_before, read_moment
from backsplit.errors import DatabaseError, Refused, WrongUsage

NOW = datetime(2026, 1, 15, 12, tzinfo=timezone.utc)


def order(*lines: Line, status: Status = Status.BACKORDER, number: str = "M1") -> Order:
    return Order(number, status, "2026-01-01T09:00:00Z", lines)


def test_an_order_that_waits_is_short_of_what_is_not_free() -> None:
    waiting = order(Line("A", 3, available=5), Line("A", 3, available=5), Line("B", 1, available=4, kept=4))
    assert waiting.short == (0, 1, 1)
    assert waiting.waiting_for == {"A": 1, "B": 1}


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.BACKORDER])
def test_an_order_that_does_not_wait_is_short_of_nothing(status: Status) -> None:
    assert order(Line("A", 3), status=status).waiting_for == {}


@pytest.mark.parametrize(("typed", "hours"), [("36h", 36), ("4d", 96), ("2w", 336), ("2W", 336)])
def test_an_age_can_be_hours_days_or_weeks(typed: str, hours: int) -> None:
    assert parse_age(typed).total_seconds() == hours * 3600


@pytest.mark.parametrize("typed", ["", "4", "d", "4m", "-4d", "4.5d", "٤d", "4 d", "9999999d"])
def test_an_age_cannot_be_anything_else(typed: str) -> None:
    with pytest.raises(WrongUsage):
        parse_age(typed)


def test_an_age_beyond_all_time_finds_nothing_and_does_not_fail() -> None:
    assert placed_before("999999w", NOW) == "0001-01-01T00:00:00Z"
    assert placed_before("104000w", NOW) < "1000-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("placed_at", "age"),
    [
        ("2026-01-15T11:48:00Z", "12m"),
        ("2026-01-15T07:00:00Z", "5h"),
        ("2026-01-11T11:00:00Z", "4d"),
        ("2026-01-02T12:00:00Z", "13d"),
        ("2026-01-01T12:00:01Z", "13d"),
        ("2026-01-01T12:00:00Z", "2w"),
        ("2025-12-25T11:00:00Z", "3w"),
        ("2026-02-01T00:00:00Z", "0m"),
    ],
)
def test_an_age_is_said_in_the_largest_unit_that_fits(placed_at: str, age: str) -> None:
    assert describe_age(placed_at, NOW) == age


MAY_TAKE = {  # rule 7
    "ship": {"Processing"},
    "hold": {"Backorder", "Processing"},
    "resume": {"On Hold"},
    "cancel": {"Backorder", "Processing", "On Hold"},
    "prioritize": {"Backorder", "Processing", "On Hold"},
}


def test_every_command_that_changes_a_status_is_held_to_its_rule() -> None:
    assert set(ALLOWED_FROM) == set(MAY_TAKE)


@pytest.mark.parametrize("command", MAY_TAKE)
@pytest.mark.parametrize("status", Status)
def test_each_command_takes_the_statuses_of_its_rule_and_no_other(command: str, status: Status) -> None:
    if status.value in MAY_TAKE[command]:
        check_allowed(command, order(status=status))
        return
    with pytest.raises(Refused) as refused:
        check_allowed(command, order(status=status))
    assert refused.value.code == ("shipped" if status is Status.SHIPPED else "not-allowed")


def test_the_last_in_the_queue_give_back_first_until_it_fits() -> None:
    first, middle, last = (QueueKey(100, f"2026-01-0{day}", day, day) for day in (1, 2, 3))
    assert give_back([(first, 9), (middle, 2), (last, 1)], 3) == [last, middle]
    assert give_back([(first, 9), (middle, 2), (last, 1)], 4) == [last, middle, first]
    assert give_back([(first, 9)], 0) == []


def test_two_halves_of_a_line_become_one_again_at_its_old_place() -> None:
    original = order(Line("A", 3, position=1), Line("C", 1, position=3))
    part = order(Line("A", 2, position=1), Line("B", 4, position=2))
    assert [(it.position, it.sku, it.quantity) for it in merged_lines(original, part)] == [
        (1, "A", 5),
        (2, "B", 4),
        (3, "C", 1),
    ]


@pytest.mark.parametrize("status", [Status.BACKORDER, Status.PROCESSING, Status.ON_HOLD])
def test_a_part_can_return_while_both_are_open(status: Status) -> None:
    mergeable(order(status=status), order(status=status))


@pytest.mark.parametrize(("status", "code"), [(Status.SHIPPED, "shipped"), (Status.CANCELLED, "not-allowed")])
def test_a_part_cannot_return_once_either_has_left(status: Status, code: str) -> None:
    for part, original in ((status, Status.PROCESSING), (Status.BACKORDER, status)):
        with pytest.raises(Refused) as refused:
            mergeable(order(status=part), order(status=original))
        assert refused.value.code == code


def test_that_one_has_shipped_counts_before_that_the_other_is_cancelled() -> None:
    for part, original in ((Status.SHIPPED, Status.CANCELLED), (Status.CANCELLED, Status.SHIPPED)):
        with pytest.raises(Refused) as refused:
            mergeable(order(status=part), order(status=original))
        assert refused.value.code == "shipped"


def test_an_order_that_was_never_split_cannot_return_anywhere() -> None:
    with pytest.raises(Refused) as refused:
        mergeable(order(), None)
    assert refused.value.code == "not-allowed"


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-01-31", "2026-01-31T09:00:00", "2026-01-31T09:00:00.5Z", "20260131T090000Z"]
)
def test_a_time_in_the_file_that_we_would_not_write_is_told(text: str) -> None:
    assert read_moment("2026-01-31T09:00:00Z").hour == 9
    with pytest.raises(DatabaseError, match="is no time"):
        read_moment(text)
