"""Rule 18 on plain values: kits and their parts, and lines that belong together."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.kits import Kit, KitState, check_kit, check_recipe, in_parts
from backsplit.domain.orders import KitPart, Line, Order, Status
from backsplit.domain.split import can_go, plan_by_hand, plan_split
from backsplit.errors import BadQuantity, NotOnOrder, Refused, WrongUsage

SET = {"A": 2, "B": 1}


def kit(sku: str, quantity: int, recipe: dict[str, int], free: dict[str, int]) -> Line:
    return Line(sku, quantity).made_of(tuple(KitPart(part, n, available=free[part]) for part, n in recipe.items()))


def plain(sku: str, quantity: int, free: dict[str, int], *, insert: bool = False) -> Line:
    return Line(sku, quantity, insert=insert, available=free[sku])


def order(*lines: Line, status: Status = Status.BACKORDER) -> Order:
    placed = tuple(line._replace(position=i) for i, line in enumerate(lines, 1))
    return Order("M1", status, "2026-01-01T09:00:00Z", placed)


def units(lines: tuple[Line, ...]) -> list[tuple[str, int]]:
    return [(line.sku, line.quantity) for line in lines]


def test_as_many_kits_can_be_made_as_the_scarcest_part_suffices_for() -> None:
    parts = (KitPart("A", 2, available=7), KitPart("B", 1, available=9))
    assert Kit("SET", "", parts).can_make == 3


def test_a_line_of_a_kit_lacks_the_kits_that_cannot_be_made_and_its_parts_what_they_lack() -> None:
    one = order(kit("SET", 2, SET, {"A": 1, "B": 9}))
    assert one.short == (2,)
    assert one.missing == ({"A": 3, "B": 0},)
    assert one.waiting_for == {"A": 3}


def test_a_sku_that_is_wanted_alone_and_in_a_kit_counts_together_line_after_line() -> None:
    free = {"A": 3, "B": 5}
    plan = plan_split(order(plain("A", 2, free), kit("SET", 1, SET, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("A", 2)], [("SET", 1)])
    plan = plan_split(order(kit("SET", 1, SET, free), plain("A", 2, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("SET", 1)], [("A", 2)])


def test_a_line_that_waits_for_one_part_takes_nothing_of_the_others() -> None:
    free = {"A": 1, "B": 1}
    plan = plan_split(order(kit("SET", 1, SET, free), plain("B", 1, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("B", 1)], [("SET", 1)])


def test_partial_divides_a_line_of_a_kit_in_whole_kits() -> None:
    plan = plan_split(order(kit("SET", 3, SET, {"A": 5, "B": 9})), partial=True)
    assert (units(plan.stays), units(plan.moves)) == ([("SET", 2)], [("SET", 1)])
    assert plan.taken == {"A": 4, "B": 2}


def test_a_refusal_advises_to_divide_kits_only_where_a_whole_one_can_be_made() -> None:
    with pytest.raises(Refused, match="--partial divides lines and sends 1 × SET"):
        plan_split(order(kit("SET", 2, SET, {"A": 3, "B": 9})))
    with pytest.raises(Refused, match="nothing of it is in stock"):
        plan_split(order(kit("SET", 2, SET, {"A": 1, "B": 9})))


def test_what_is_left_after_a_split_is_told_by_parts() -> None:
    free = {"A": 5, "B": 5}
    plan = plan_split(order(kit("SET", 2, SET, free), kit("BOX", 2, {"A": 2}, free)))
    (stays,) = plan.processing.lines
    assert [(part.sku, part.available) for part in stays.parts] == [("A", 1), ("B", 3)]
    assert stays.available == 0


def test_can_send_kits_by_hand_that_the_parts_suffice_for() -> None:
    plan = plan_by_hand(order(kit("SET", 3, SET, {"A": 4, "B": 2})), {"SET": 2}, hold_rest=False)
    assert (units(plan.stays), units(plan.moves)) == ([("SET", 2)], [("SET", 1)])


def test_cannot_send_kits_by_hand_for_which_a_part_is_missing() -> None:
    with pytest.raises(Refused, match="3 × A are available") as refused:
        plan_by_hand(order(kit("SET", 3, SET, {"A": 3, "B": 9})), {"SET": 2}, hold_rest=False)
    assert refused.value.code == "not-enough"


def test_cannot_send_a_part_of_a_kit_alone() -> None:
    with pytest.raises(NotOnOrder, match="it is in SET, which goes whole"):
        plan_by_hand(order(kit("SET", 1, SET, {"A": 9, "B": 9})), {"A": 1}, hold_rest=False)


def grouped(*lines: Line) -> Order:
    """All lines but the last are a group."""
    return order(*(line._replace(group="g1") for line in lines[:-1]), lines[-1])


def test_lines_of_a_group_wait_together() -> None:
    free = {"A": 1, "B": 0, "C": 1}
    plan = plan_split(grouped(plain("A", 1, free), plain("B", 1, free), plain("C", 1, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("C", 1)], [("A", 1), ("B", 1)])
    assert can_go(plan.order) == 1


def test_lines_of_a_group_go_together() -> None:
    free = {"A": 1, "B": 1, "C": 0}
    plan = plan_split(grouped(plain("A", 1, free), plain("B", 1, free), plain("C", 1, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("A", 1), ("B", 1)], [("C", 1)])


def test_what_a_waiting_group_wants_is_there_for_the_lines_behind_it() -> None:
    free = {"A": 1, "B": 0}
    plan = plan_split(grouped(plain("A", 1, free), plain("B", 1, free), plain("A", 1, free)))
    assert (units(plan.stays), units(plan.moves)) == ([("A", 1)], [("A", 1), ("B", 1)])


def test_partial_cannot_divide_a_group() -> None:
    free = {"A": 1, "B": 2, "C": 1}
    plan = plan_split(grouped(plain("A", 2, free), plain("B", 2, free), plain("C", 1, free)), partial=True)
    assert (units(plan.stays), units(plan.moves)) == ([("C", 1)], [("A", 2), ("B", 2)])


def test_an_insert_of_a_group_cannot_be_left_off() -> None:
    free = {"A": 1, "CARD": 0, "C": 1}
    one = grouped(plain("A", 1, free), plain("CARD", 1, free, insert=True), plain("C", 1, free))
    plan = plan_split(one, drop_inserts=True)
    assert (units(plan.stays), units(plan.moves), plan.dropped) == ([("C", 1)], [("A", 1), ("CARD", 1)], ())


def test_cannot_tear_a_group_by_hand() -> None:
    free = {"A": 1, "B": 1, "C": 1}
    one = grouped(plain("A", 1, free), plain("B", 1, free), plain("C", 1, free))
    with pytest.raises(Refused, match="A, B belong together") as refused:
        plan_by_hand(one, {"A": 1}, hold_rest=False)
    assert refused.value.code == "group"
    assert units(plan_by_hand(one, {"A": 1, "B": 1}, hold_rest=False).moves) == [("C", 1)]


@pytest.mark.parametrize("recipe", [{}, {"A": 0}, {"A": 10_001}, {f"P{i}": 1 for i in range(1_001)}])
def test_cannot_make_a_kit_of_nothing_or_of_too_much(recipe: dict[str, int]) -> None:
    with pytest.raises((WrongUsage, BadQuantity)):
        check_recipe("SET", recipe)


@pytest.mark.parametrize(
    ("code", "recipe", "state", "kits"),
    [
        ("kit", {"SET": 1}, KitState({}), ()),
        ("kit", SET, KitState({}), ("A",)),
        ("kit", SET, KitState({}, on_hand=1), ()),
        ("kit", SET, KitState({}, part_of=("BOX",)), ()),
        ("kit", SET, KitState({}, expected=("PO-1",)), ()),
        ("kit", SET, KitState({}, first_day="2999-01-01"), ()),
        ("in-use", {"A": 1}, KitState(SET, held_by=("M1",)), ()),
        ("in-use", {}, KitState(SET, held_by=("M1",)), ()),
    ],
)
def test_cannot_make_or_change_a_kit(code: str, recipe: dict[str, int], state: KitState, kits: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        check_kit("SET", recipe, state, kits)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("recipe", "state"),
    [
        (SET, KitState({})),
        (SET, KitState(SET, held_by=("M1",))),
        ({"A": 1}, KitState(SET)),
        ({}, KitState(SET)),
    ],
)
def test_can_make_and_change_a_kit(recipe: dict[str, int], state: KitState) -> None:
    check_kit("SET", recipe, state, ())


def test_demand_is_of_parts_instead_of_kits() -> None:
    assert in_parts({"SET": 2, "A": 1}, {"SET": SET}) == {"A": 5, "B": 2}


RECIPES = {"SET": {"A": 2, "B": 1}, "PAIR": {"A": 2}, "BOX": {"B": 3, "C": 1}}
FREE = st.fixed_dictionaries({sku: st.integers(0, 9) for sku in "ABC"})
WANTED = st.lists(
    st.tuples(st.sampled_from([*"ABC", *RECIPES]), st.integers(1, 3), st.sampled_from(["", "", "g1", "g2"])),
    min_size=1,
    max_size=6,
)


@given(WANTED, FREE, st.booleans())
def test_units_neither_appear_nor_vanish_and_no_kit_or_group_is_torn(
    wanted: list[tuple[str, int, str]], free: dict[str, int], partial: bool
) -> None:
    whole = order(
        *(
            (kit(sku, n, RECIPES[sku], free) if sku in RECIPES else plain(sku, n, free))._replace(group=group)
            for sku, n, group in wanted
        )
    )
    try:
        plan = plan_split(whole, partial=partial)
    except Refused as refused:
        assert refused.code in ("nothing-short", "nothing-in-stock")  # noqa: PT017 - which is what is asked
        return
    both: Counter[int] = Counter()
    for line in (*plan.stays, *plan.moves):
        both[line.position] += line.quantity
    assert both == {line.position: line.quantity for line in whole.lines}
    assert all(n <= free[sku] for sku, n in plan.taken.items())
    assert plan.taken == in_parts(Counter(units_of(plan.stays)), RECIPES)
    assert not {line.group for line in plan.stays} & {line.group for line in plan.moves} - {""}


@given(WANTED, FREE)
def test_what_an_order_lacks_is_what_it_wants_beyond_what_there_is(
    wanted: list[tuple[str, int, str]], free: dict[str, int]
) -> None:
    whole = order(*(kit(sku, n, RECIPES[sku], free) if sku in RECIPES else plain(sku, n, free) for sku, n, _ in wanted))
    assert whole.waiting_for == {sku: n - free[sku] for sku, n in whole.demand.items() if n > free[sku]}
    assert any(whole.short) == bool(whole.waiting_for)


def units_of(lines: tuple[Line, ...]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.quantity
    return total
