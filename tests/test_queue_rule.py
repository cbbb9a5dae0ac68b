"""Rules 2, 4 and 5 on plain values: who in the queue is covered."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.orders import Policy, QueueKey
from backsplit.domain.queue import Claim, last_served, release


def queue(available: dict[str, int], *orders: dict[str, int]) -> list[Claim[int, str]]:
    return [Claim(i, tuple((sku, n, available[sku]) for sku, n in wanted.items())) for i, wanted in enumerate(orders)]


def released(policy: Policy, available: dict[str, int], *orders: dict[str, int]) -> list[int]:
    return [claim.order for claim in release(queue(available, *orders), policy)]


def test_can_pass_an_order_that_is_not_covered_under_skip_over() -> None:
    assert released(Policy.SKIP_OVER, {"A": 5}, {"A": 10}, {"A": 2}) == [1]


def test_cannot_pass_it_under_strict() -> None:
    assert released(Policy.STRICT, {"A": 5}, {"A": 10}, {"A": 2}) == []


def test_can_pass_it_under_strict_for_what_it_does_not_want() -> None:
    assert released(Policy.STRICT, {"A": 5, "B": 1}, {"A": 10}, {"B": 1}) == [1]


def test_can_have_what_is_left_beyond_an_earlier_order_under_strict() -> None:
    assert released(Policy.STRICT, {"A": 5, "B": 0}, {"A": 3, "B": 1}, {"A": 2}, {"A": 1}) == [1]


def test_cannot_be_released_in_part() -> None:
    assert released(Policy.SKIP_OVER, {"A": 5, "B": 0}, {"A": 1, "B": 1}) == []


def test_cannot_release_an_order_that_is_only_waited_for() -> None:
    ahead = Claim(0, (("A", 1, 5),), tried=False)
    assert list(release([ahead], Policy.STRICT)) == []


def test_stops_looking_when_nothing_is_left_of_what_came() -> None:
    looked_at = []

    def watched() -> object:
        for claim in queue({"A": 1}, {"A": 1}, {"A": 1}, {"A": 1}):
            looked_at.append(claim.order)
            yield claim

    assert [claim.order for claim in release(watched(), Policy.SKIP_OVER, {"A": 1})] == [0]  # type: ignore[arg-type]
    assert looked_at == [0]


def test_places_in_the_queue_go_by_priority_then_age_then_arrival_then_part() -> None:
    places = [
        QueueKey(1, "2026-02-01T00:00:00Z", 9, 9),
        QueueKey(100, "2026-01-01T00:00:00Z", 5, 5),
        QueueKey(100, "2026-01-02T00:00:00Z", 3, 3),
        QueueKey(100, "2026-01-02T00:00:00Z", 3, 8),
        QueueKey(100, "2026-01-02T00:00:00Z", 4, 4),
    ]
    assert sorted({*places}) == places


def test_the_last_one_served_is_known_per_sku() -> None:
    first, second = QueueKey(1, "a", 1, 1), QueueKey(2, "a", 1, 1)
    assert last_served([(first, "AB"), (second, "A")]) == {"A": second, "B": first}


ORDERS = st.lists(st.dictionaries(st.sampled_from("AB"), st.integers(1, 4), min_size=1), max_size=6)
AVAILABLE = st.fixed_dictionaries({"A": st.integers(0, 9), "B": st.integers(0, 9)})


@given(ORDERS, AVAILABLE, st.sampled_from(Policy))
def test_cannot_give_more_than_there_is(
    orders: list[dict[str, int]], available: dict[str, int], policy: Policy
) -> None:
    given_out: Counter[str] = Counter()
    for i in released(policy, available, *orders):
        given_out.update(orders[i])
    assert all(units <= available[sku] for sku, units in given_out.items())


@given(ORDERS, AVAILABLE)
def test_cannot_leave_an_order_waiting_that_is_covered(orders: list[dict[str, int]], available: dict[str, int]) -> None:
    gone = set(released(Policy.SKIP_OVER, available, *orders))
    left = Counter(available)
    for i in gone:
        left.subtract(orders[i])
    for i, wanted in enumerate(orders):
        assert i in gone or any(left[sku] < n for sku, n in wanted.items())


@given(ORDERS, AVAILABLE)
def test_strict_cannot_let_anyone_take_what_an_earlier_order_could_use(
    orders: list[dict[str, int]], available: dict[str, int]
) -> None:
    for i in released(Policy.STRICT, available, *orders):
        for sku, n in orders[i].items():
            assert n + sum(wanted.get(sku, 0) for wanted in orders[:i]) <= available[sku]
