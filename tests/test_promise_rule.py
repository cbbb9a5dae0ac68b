"""Rule 15 as a plain function: on which day an order that waits will go."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.orders import Policy
from backsplit.domain.promises import Due, Promise, Replay
from backsplit.domain.queue import Claim, release

BOTH = pytest.mark.parametrize("policy", Policy)
Queue = list[tuple[str, dict[str, int]]]


def queue(*orders: str) -> Queue:
    """`M1 A2 B1`: M1 wants two of A and one of B."""
    words = [order.split() for order in orders]
    return [(number, {word[0]: int(word[1:]) for word in wants}) for number, *wants in words]


def due(*receipts: str) -> list[Due]:
    """`3 A5 PO-1`: on the third, PO-1 brings five of A."""
    words = [receipt.split() for receipt in receipts]
    return [Due(f"2026-12-{int(day):02}", it[0], int(it[1:]), (*ref, f"PO-{day}")[0]) for day, it, *ref in words]


def replayed(orders: Queue, comes: list[Due], available: str = "", policy: Policy = Policy.SKIP_OVER) -> Replay:
    there = dict.fromkeys("ABC", 0) | {word[0]: int(word[1:]) for word in available.split()}
    wanted = [(number, sku, units) for number, wants in orders for sku, units in wants.items()]
    return Replay(wanted, there, comes, policy)


def days(replay: Replay) -> dict[str, int]:
    return {number: int(day[-2:]) for number, day in replay.days.items()}


@BOTH
def test_the_first_in_the_queue_gets_what_comes_first(policy: Policy) -> None:
    orders = queue("M1 A2", "M2 A2", "M3 A2")
    assert days(replayed(orders, due("3 A2", "5 A4"), policy=policy)) == {"M1": 3, "M2": 5, "M3": 5}


@BOTH
def test_the_last_sku_to_come_decides(policy: Policy) -> None:
    assert days(replayed(queue("M1 A1 B1"), due("3 A1", "9 B1"), policy=policy)) == {"M1": 9}


@BOTH
def test_there_is_no_day_where_a_unit_is_not_covered(policy: Policy) -> None:
    assert days(replayed(queue("M1 A2 B1"), due("3 A1", "4 B1"), policy=policy)) == {}


@BOTH
def test_receipts_of_a_day_come_together(policy: Policy) -> None:
    comes = due("3 A1 PO-1", "3 A1 PO-2", "3 B1 PO-3")
    assert days(replayed(queue("M1 A2 B1"), comes, policy=policy)) == {"M1": 3}


@BOTH
def test_what_is_there_counts(policy: Policy) -> None:
    assert days(replayed(queue("M1 A3 B1"), due("3 B1"), "A3", policy)) == {"M1": 3}


def test_a_later_small_order_may_pass_under_skip_over_and_not_under_strict() -> None:
    orders, comes = queue("M1 A3", "M2 A1"), due("3 A2", "5 A1", "7 A1")
    assert days(replayed(orders, comes)) == {"M2": 3, "M1": 7}
    assert days(replayed(orders, comes, policy=Policy.STRICT)) == {"M1": 5, "M2": 7}


def test_what_is_taken_before_is_waited_for_although_it_is_not_short_now() -> None:
    replay = replayed(queue("M1 A1 B1", "M2 A1 C1"), due("3 C1", "5 B1", "8 A1"), "A1")
    assert days(replay) == {"M2": 3, "M1": 8}
    first, _ = replay.promises()
    assert [(it.sku, it.short, it.ref) for it in first.waits] == [("A", 0, "PO-8"), ("B", 1, "PO-5")]


@BOTH
def test_a_promise_names_what_brings_the_last_unit_and_who_goes_before(policy: Policy) -> None:
    replay = replayed(queue("M1 A2", "M2 A1", "M3 A3"), due("3 A4", "5 A9"), policy=policy)
    (waits,) = replay.promise("M3").waits
    assert (waits.on, waits.ref, waits.units, waits.after) == ("2026-12-05", "PO-5", 9, 2)


# Against the rule applied to the whole queue, day by day, with nothing left out

skus = st.sampled_from("ABC")
some_orders = st.lists(st.dictionaries(skus, st.integers(1, 4), min_size=1), max_size=8)
some_receipts = st.lists(st.tuples(st.integers(1, 6), skus, st.integers(1, 6)), max_size=8)
some_stock = st.dictionaries(skus, st.integers(0, 4))


def at_rest(orders: Queue, available: dict[str, int], policy: Policy) -> tuple[list[str], Queue]:
    """The rule over every order that waits; who is released, and who waits on. What was released is gone."""
    claims = [Claim(number, tuple((sku, n, available[sku]) for sku, n in wants.items())) for number, wants in orders]
    released = [claim.order for claim in release(claims, policy)]
    for number, wants in orders:
        if number in released:
            for sku, units in wants.items():
                available[sku] -= units
    return released, [order for order in orders if order[0] not in released]


def day_by_day(orders: Queue, available: dict[str, int], comes: Iterable[Due], policy: Policy) -> dict[str, str]:
    found = {}
    for day in sorted({it.on for it in comes}):
        for it in comes:
            if it.on == day:
                available[it.sku] += it.units
        released, orders = at_rest(orders, available, policy)
        found |= dict.fromkeys(released, day)
    return found


@BOTH
@given(wants=some_orders, receipts=some_receipts, stock=some_stock)
def test_the_replay_is_the_release_rule_day_by_day(
    policy: Policy, wants: list[dict[str, int]], receipts: list[tuple[int, str, int]], stock: dict[str, int]
) -> None:
    available = dict.fromkeys("ABC", 0) | stock
    _, waiting = at_rest([(f"M{n}", it) for n, it in enumerate(wants)], available, policy)
    comes = sorted(Due(f"2026-12-{day:02}", sku, n, f"PO-{at}") for at, (day, sku, n) in enumerate(receipts))
    replay = Replay([(no, sku, n) for no, it in waiting for sku, n in it.items()], dict(available), comes, policy)
    promises = list(replay.promises())
    assert replay.days == day_by_day(waiting, available, comes, policy)
    assert [promise.order for promise in promises] == [number for number, _ in waiting]
    for promise in promises:
        _holds_together(promise, replay)


def _holds_together(promise: Promise, replay: Replay) -> None:
    """The day of an order is the day on which the last SKU is there, and there is none where one never is."""
    assert promise.on == replay.days.get(promise.order)
    comes = [one.on for one in promise.waits]
    assert promise.on == (None if None in comes else max(filter(None, comes)))
    alone = replay.promise(promise.order)
    assert [one._replace(after=0) for one in alone.waits] == list(promise.waits)
