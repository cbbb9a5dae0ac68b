"""A look at an order is a number for all that the shop says of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.imports import ArrivingLine, ArrivingOrder
from backsplit.domain.sync import fingerprint, fingerprint_of_open, joined, mark_of

of_a_sku = st.tuples(st.sampled_from(["A", "B", "C é", "D"]), st.integers(1, 10**9)).map(lambda it: ArrivingLine(*it))
lines = st.lists(of_a_sku, max_size=6)


@given(lines, st.booleans(), st.booleans())
def test_the_marks_of_an_open_order_make_the_same_look_as_its_lines(
    of_order: list[ArrivingLine], only_open: bool, unread: bool
) -> None:
    order = ArrivingOrder("M1", tuple(of_order))
    marks = sum(mark_of(line.sku) * line.quantity for line in of_order)
    seen = fingerprint(order, only_open=only_open, unread=unread)
    assert fingerprint_of_open(marks, only_open=only_open, unread=unread) == seen


@given(lines, lines)
def test_the_looks_at_two_halves_of_an_order_make_the_look_at_the_whole(
    one: list[ArrivingLine], other: list[ArrivingLine]
) -> None:
    halves = [fingerprint(ArrivingOrder("M1", tuple(half)), only_open=False) for half in (one, other)]
    assert joined(*halves) == fingerprint(ArrivingOrder("M1", (*one, *other)), only_open=False)


def test_the_look_at_an_order_stays_the_same_from_version_to_version() -> None:
    order = ArrivingOrder("M1", (ArrivingLine("A", 3, sent=1), ArrivingLine("B", 2, unsure=1)))
    assert fingerprint(order, only_open=False) == 75402624661130
