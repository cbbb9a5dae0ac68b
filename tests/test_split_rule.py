"""Rule 3 on plain values: who stays, who moves, and when a split is refused."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.orders import Line, Order, Status
from backsplit.domain.split import SplitPlan, part_number, plan_split
from backsplit.errors import Refused


def order(*lines: Line, status: Status = Status.BACKORDER) -> Order:
    placed = tuple(
        Line(it.sku, it.quantity, insert=it.insert, position=i, available=it.available, kept=it.kept)
        for i, it in enumerate(lines, 1)
    )
    return Order("M1", status, "2026-01-01T09:00:00Z", placed)


def wants(sku: str, quantity: int, available: int, *, insert: bool = False, kept: int = 0) -> Line:
    return Line(sku, quantity, insert=insert, available=available, kept=kept)


def said(plan: SplitPlan) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    return [(it.sku, it.quantity) for it in plan.stays], [(it.sku, it.quantity) for it in plan.moves]


def test_can_divide_an_order_of_which_some_is_there() -> None:
    assert said(plan_split(order(wants("A", 1, 2), wants("C", 1, 0)))) == ([("A", 1)], [("C", 1)])


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.BACKORDER])
def test_cannot_split_an_order_that_does_not_wait(status: Status) -> None:
    with pytest.raises(Refused) as refused:
        plan_split(order(wants("A", 1, 0), status=status))
    assert refused.value.code == "not-backorder"


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("nothing-short", [wants("A", 1, 1), wants("B", 2, 2)]),
        ("nothing-in-stock", [wants("A", 1, 0), wants("B", 2, 1)]),
        ("only-inserts-short", [wants("A", 1, 1), wants("CARD", 1, 0, insert=True)]),
        ("only-inserts-in-stock", [wants("A", 1, 0), wants("CARD", 1, 1, insert=True)]),
    ],
)
def test_cannot_split_where_there_is_nothing_to_divide(code: str, lines: list[Line]) -> None:
    with pytest.raises(Refused) as refused:
        plan_split(order(*lines))
    assert refused.value.code == code


def refusal(*lines: Line) -> str:
    with pytest.raises(Refused) as refused:
        plan_split(order(*lines))
    return str(refused.value)


def test_a_refusal_advises_to_divide_lines_where_that_would_help() -> None:
    said = refusal(wants("A", 5, 3), wants("B", 1, 0), wants("C", 2, 1))
    assert "--partial" in said
    assert "3 × A, 1 × C" in said
    assert "× B" not in said


def test_a_refusal_cannot_advise_to_divide_lines_of_which_nothing_is_there() -> None:
    assert "--partial" not in refusal(wants("A", 5, 0), wants("B", 1, 1, kept=1))


def test_a_refusal_for_inserts_names_them() -> None:
    missing = refusal(wants("A", 1, 1), wants("CARD", 1, 0, insert=True), wants("FLYER", 2, 1, insert=True))
    assert "(CARD, FLYER)" in missing
    assert "--drop-inserts" in missing
    there = refusal(wants("A", 1, 0), wants("CARD", 1, 1, insert=True), wants("CARD", 1, 2, insert=True))
    assert "(CARD)" in there


def test_can_serve_a_small_line_after_a_big_one_of_the_same_sku_that_does_not_fit() -> None:
    plan = plan_split(order(wants("A", 3, 2), wants("A", 2, 2)))
    assert said(plan) == ([("A", 2)], [("A", 3)])


def test_cannot_promise_the_same_unit_to_two_lines() -> None:
    plan = plan_split(order(wants("A", 3, 5), wants("A", 3, 5)))
    assert said(plan) == ([("A", 3)], [("A", 3)])


def test_cannot_take_what_is_kept_for_an_earlier_order() -> None:
    plan = plan_split(order(wants("A", 2, 3, kept=2), wants("B", 1, 1)))
    assert said(plan) == ([("B", 1)], [("A", 2)])


def test_can_leave_missing_inserts_off_both_parts() -> None:
    plan = plan_split(order(wants("A", 1, 1), wants("B", 1, 0), wants("CARD", 2, 0, insert=True)), drop_inserts=True)
    assert said(plan) == ([("A", 1)], [("B", 1)])
    assert [(it.sku, it.quantity) for it in plan.dropped] == [("CARD", 2)]


def test_can_send_an_order_whole_that_misses_only_inserts() -> None:
    plan = plan_split(order(wants("A", 1, 1), wants("CARD", 1, 0, insert=True)), drop_inserts=True)
    assert said(plan) == ([("A", 1)], [])
    assert plan.processing.status is Status.PROCESSING
    assert plan.backorder is None


def test_cannot_send_nothing_even_without_the_inserts() -> None:
    with pytest.raises(Refused) as refused:
        plan_split(order(wants("CARD", 1, 0, insert=True)), drop_inserts=True)
    assert refused.value.code == "nothing-in-stock"


def test_numbers_of_a_family_go_on_from_the_first_order() -> None:
    assert [part_number("M1", n) for n in (1, 2, 3)] == ["M1-backorder", "M1-backorder-2", "M1-backorder-3"]


@pytest.mark.parametrize("root", ["M1-backorder", "M1-backorder-2", "M1-backorder-12"])
def test_endings_of_numbers_cannot_pile_up(root: str) -> None:
    assert part_number(root, 1) == "M1-backorder"


LINES = st.lists(
    st.builds(
        wants,
        st.sampled_from("ABC"),
        st.integers(1, 9),
        st.just(0),
        insert=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
FREE = st.fixed_dictionaries({sku: st.integers(0, 12) for sku in "ABC"})


@given(LINES, FREE, st.booleans(), st.booleans())
def test_units_neither_appear_nor_vanish(
    lines: list[Line], free: dict[str, int], partial: bool, drop_inserts: bool
) -> None:
    inserts = {it.sku: it.insert for it in lines}
    whole = order(*(wants(it.sku, it.quantity, free[it.sku], insert=inserts[it.sku]) for it in lines))
    try:
        plan = plan_split(whole, partial=partial, drop_inserts=drop_inserts)
    except Refused:
        return
    units: Counter[tuple[str, int]] = Counter()
    for line in (*plan.stays, *plan.moves, *plan.dropped):
        assert line.quantity > 0
        units[line.sku, line.position] += line.quantity
    assert units == Counter({(it.sku, it.position): it.quantity for it in whole.lines})
    assert all(units <= free[sku] for sku, units in plan.taken.items())
    assert plan.stays
    assert not all(it.insert for it in plan.stays) or not plan.moves
    if not partial:
        assert not {it.position for it in plan.stays} & {it.position for it in (*plan.moves, *plan.dropped)}
