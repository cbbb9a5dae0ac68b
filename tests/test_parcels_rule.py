"""Rule 16: what has changed since a pick list was taken, and which orders could go in one parcel."""

from __future__ import annotations

from backsplit.domain.orders import Addressee, Line, Order, Status, together
from backsplit.domain.parcels import SinceTaken, since_taken


def order(number: str, **units: int) -> Order:
    return Order(number, Status.PROCESSING, "2026-01-01T09:00:00Z", tuple(Line(sku, n) for sku, n in units.items()))


def test_an_order_that_is_as_it_was_taken_has_not_changed() -> None:
    assert since_taken([order("M1", A=2, B=1)], {"M1": {"B": 1, "A": 2}}) == []


def test_an_order_with_more_or_other_units_has_changed() -> None:
    found = since_taken([order("M1", A=1, C=1), order("M2", A=1)], {"M1": {"A": 2, "B": 1}, "M2": {"A": 1}})
    assert found == [SinceTaken("M1", {"A": 2, "B": 1}, {"A": 1, "C": 1})]


def test_two_lines_of_one_sku_are_what_was_picked_as_one() -> None:
    two = order("M1")._replace(lines=(Line("A", 1), Line("A", 2)))
    assert since_taken([two], {"M1": {"A": 3}}) == []


def test_an_order_of_which_nothing_was_kept_counts_as_it_is() -> None:
    assert since_taken([order("M1", A=1)], {}) == []


def test_orders_of_one_customer_can_go_together_in_the_order_given() -> None:
    orders = [Addressee("M2", "Tanaka", 2), Addressee("M3", "Okafor", 3), Addressee("M1", "Tanaka", 1)]
    assert together(orders) == (("M2", "M1"),)


def test_a_family_alone_cannot_be_a_hint_but_can_be_part_of_one() -> None:
    family = [Addressee("M1", "Tanaka", 1), Addressee("M1-backorder", "Tanaka", 1)]
    assert together(family) == ()
    assert together([*family, Addressee("M2", "Tanaka", 2)]) == (("M1", "M1-backorder", "M2"),)


def test_orders_without_a_customer_and_customers_that_are_written_otherwise_cannot_go_together() -> None:
    orders = [Addressee("M1", "", 1), Addressee("M2", "", 2), Addressee("M3", "anna", 3), Addressee("M4", "Anna", 4)]
    assert together(orders) == ()
