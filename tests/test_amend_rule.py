"""Rule 12, as a plain function: what becomes of an order whose lines change."""

from __future__ import annotations

import pytest

from backsplit.domain.amend import Edits, IfShort, check_wishes, plan_amendment
from backsplit.domain.orders import Line, Order, Status
from backsplit.errors import BadQuantity, NotOnOrder, Refused, WrongUsage


def order(
    *lines: tuple[str, int], status: Status = Status.PROCESSING, number: str = "M1", order_id: int = 1, first: int = 1
) -> Order:
    return Order(
        number,
        status,
        "2026-01-01T09:00:00Z",
        tuple(Line(sku, units, position=at) for at, (sku, units) in enumerate(lines, first)),
        id=order_id,
        family=1,
    )


def said(one: Order | None) -> list[tuple[str, int]]:
    return [(line.sku, line.quantity) for line in one.lines] if one else []


def plan(one: Order, wishes: Edits, *others: Order, otherwise: IfShort = IfShort.REFUSE, **free: int) -> tuple:
    done = plan_amendment([one, *others], one, wishes, free, otherwise, lambda: "M1-backorder")
    return done.amended.status, said(done.amended), said(done.part), [str(it) for it in done.differences]


def test_can_take_units_off_the_last_lines_first() -> None:
    assert plan(order(("A", 2), ("B", 1), ("A", 3)), Edits(set={"A": 1})) == (
        Status.PROCESSING,
        [("A", 1), ("B", 1)],
        [],
        ["ordered 5 × A, sends 1 × A"],
    )


def test_can_put_one_sku_in_place_of_another_at_its_place() -> None:
    assert plan(order(("A", 5), ("B", 1)), Edits(swap={"A": "C"}, set={"C": 4}), C=9)[1:] == (
        [("C", 4), ("B", 1)],
        [],
        ["ordered 5 × A, sends 4 × C"],
    )


def test_a_swapped_line_leaves_its_place_where_a_part_has_its_other_half() -> None:
    part = order(("A", 2), status=Status.BACKORDER, number="M1-backorder", order_id=2)
    done = plan_amendment(
        [order(("A", 3)), part], order(("A", 3)), Edits(swap={"A": "C"}), {"C": 3}, IfShort.REFUSE, str
    )
    assert [line.position for line in done.amended.lines] == [2]


def test_cannot_leave_nothing_on_an_order() -> None:
    with pytest.raises(Refused) as refused:
        plan(order(("A", 1)), Edits(set={"A": 0}))
    assert refused.value.code == "last-line"


@pytest.mark.parametrize("wishes", [Edits(set={"B": 0}), Edits(swap={"B": "C"})])
def test_cannot_take_off_what_is_not_on_it(wishes: Edits) -> None:
    with pytest.raises(NotOnOrder):
        plan(order(("A", 1)), wishes)


@pytest.mark.parametrize(("status", "code"), [(Status.SHIPPED, "shipped"), (Status.CANCELLED, "not-allowed")])
def test_cannot_change_what_is_closed(status: Status, code: str) -> None:
    with pytest.raises(Refused) as refused:
        plan(order(("A", 1), status=status), Edits(set={"A": 2}))
    assert refused.value.code == code


def test_cannot_have_more_than_is_available_on_a_processing_order() -> None:
    with pytest.raises(Refused, match="2 × A") as refused:
        plan(order(("A", 1)), Edits(add={"A": 3}), A=1)
    assert refused.value.code == "not-enough"


def test_can_go_back_to_the_queue_whole() -> None:
    assert plan(order(("A", 1)), Edits(add={"A": 3}), otherwise=IfShort.WAIT, A=1)[:3] == (
        Status.BACKORDER,
        [("A", 4)],
        [],
    )


def test_can_put_what_is_missing_on_a_new_part() -> None:
    assert plan(order(("A", 1)), Edits(add={"A": 3}), otherwise=IfShort.AS_PART, A=1)[:3] == (
        Status.PROCESSING,
        [("A", 2)],
        [("A", 2)],
    )


def test_can_put_what_is_missing_on_the_newest_part_that_waits() -> None:
    parts = [order(("B", 1), status=Status.BACKORDER, number=f"M1-backorder-{n}", order_id=n, first=n) for n in (2, 3)]
    done = plan_amendment(
        [order(("A", 1)), *parts], order(("A", 1)), Edits(add={"A": 1}), {"A": 0}, IfShort.AS_PART, str
    )
    assert done.part is not None
    assert (done.part.number, said(done.part)) == ("M1-backorder-3", [("A", 1), ("B", 1)])


@pytest.mark.parametrize("status", [Status.BACKORDER, Status.ON_HOLD])
def test_more_on_an_order_that_holds_no_stock_is_never_too_much(status: Status) -> None:
    assert plan(order(("A", 1), status=status), Edits(add={"A": 99}))[:2] == (status, [("A", 100)])


@pytest.mark.parametrize("wishes", [Edits(set={"A": -1}), Edits(add={"A": 0}), Edits(set={"A": 2_000_000_000})])
def test_cannot_wish_for_units_that_no_line_can_have(wishes: Edits) -> None:
    with pytest.raises(BadQuantity):
        check_wishes(wishes)


@pytest.mark.parametrize("wishes", [Edits(), Edits(swap={"A": "B", "B": "C"})])
def test_cannot_wish_for_nothing_or_in_a_circle(wishes: Edits) -> None:
    with pytest.raises(WrongUsage):
        check_wishes(wishes)
