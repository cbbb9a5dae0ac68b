"""Rule 11, counts: a shop's own counts are followed by what changed in them. The rule alone, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.counts import Reconciled, ShopCount, reconcile, shop_of

FIGURE = st.integers(-30, 30)
UNITS = st.integers(0, 30)


def after(*looks: tuple[int, int], on_hand: int = 0, to_mark: int = 0) -> Reconciled:
    """Each look: the shop's count, and what was booked here since the look before."""
    last = None
    for count, booked in looks:
        if last is not None:
            on_hand += booked
            last = last._replace(untold=last.untold + booked)
        on_hand, last = reconcile(count, last, on_hand, to_mark)
    assert last is not None
    return Reconciled(on_hand, last)


def test_the_first_count_is_taken_as_it_is_less_what_is_to_be_marked() -> None:
    assert reconcile(12, None, 99, to_mark=2).on_hand == 10


def test_a_first_count_below_what_is_to_be_marked_leaves_nothing() -> None:
    assert reconcile(-3, None, 5, to_mark=2).on_hand == 0


def test_what_was_booked_here_stays_though_the_shop_does_not_know_it() -> None:
    assert after((0, 0), (0, 10), (0, 0)).on_hand == 10


def test_what_was_booked_here_and_is_entered_there_later_counts_once() -> None:
    found = after((0, 0), (0, 10), (10, 0), (10, 0))
    assert (found.on_hand, found.last.untold, found.last.differs) == (10, 0, 0)


def test_what_is_entered_there_alone_is_booked_here() -> None:
    assert after((3, 0), (13, 0)).on_hand == 13


def test_a_delivery_there_on_top_of_one_that_was_booked_here_is_booked_too() -> None:
    assert after((0, 0), (0, 10), (10 + 4, 0)).on_hand == 14


def test_a_correction_here_stays() -> None:
    assert after((10, 0), (10, -3), (10, 0)).on_hand == 7


def test_a_loss_there_is_not_set_against_a_delivery_here() -> None:
    found = after((10, 0), (8, 5))
    assert (found.on_hand, found.last.untold) == (13, 5)


def test_books_that_agree_leave_nothing_untold() -> None:
    """Booked here twice by mistake, taken off in the count that the shop has: both say 10."""
    found = reconcile(10, ShopCount(0, 0, untold=14), on_hand=10, to_mark=0)
    assert (found.on_hand, found.last.untold) == (10, 0)


def test_units_that_could_not_be_taken_off_are_set_against_what_is_entered_there() -> None:
    """The shop had 2 that nobody booked here, and sent 5 where 3 were on hand: 2 could not be taken off."""
    found = reconcile(0, ShopCount(3, due=-2, untold=2), on_hand=0, to_mark=0)
    assert found.on_hand == 0
    assert reconcile(1, ShopCount(3, due=-2, untold=2), on_hand=0, to_mark=0).on_hand == 1


def test_units_that_were_not_there_are_of_what_the_same_count_brings_whatever_was_lost_here() -> None:
    """14 broke here and the shop counts them still; it got 12 and has sent 2 of these."""
    found = reconcile(24, ShopCount(counted=14, due=12, untold=-14), 0, to_mark=0, missed=2)
    assert (found.on_hand, found.last.untold) == (10, -14)


def test_units_that_others_hold_go_off_with_the_count_whatever_was_lost_here() -> None:
    """7 broke here and the shop counts them still; it has sent 1 of the 5, all of which others hold."""
    found = reconcile(11, ShopCount(counted=12, due=11, untold=-7), 5, to_mark=0, missed=1)
    assert (found.on_hand, found.last.untold) == (4, -7)


def test_books_do_not_agree_where_units_are_still_to_go_off() -> None:
    """The shop was 10 below 0; it got 11 and has sent 1 of them."""
    found = reconcile(0, ShopCount(counted=-10, due=-11), 0, to_mark=0, missed=1)
    assert (found.on_hand, found.last.untold) == (10, 0)


@given(count=FIGURE, due=FIGURE, untold=UNITS, to_mark=UNITS, absent=UNITS)
def test_units_that_were_not_there_are_untold_as_far_as_the_count_does_not_bring_them(
    count: int, due: int, untold: int, to_mark: int, absent: int
) -> None:
    if count in (to_mark, to_mark - absent):  # the books agree
        return
    now = reconcile(count, ShopCount(counted=due, due=due, untold=untold), 0, to_mark, absent)
    later = reconcile(count, ShopCount(counted=due, due=due, untold=untold + absent), 0, to_mark)
    assert now == later


def test_on_hand_is_never_below_0() -> None:
    assert reconcile(-9, ShopCount(3, 3), on_hand=2, to_mark=0).on_hand == 0


@given(FIGURE, FIGURE, FIGURE, UNITS, UNITS)
def test_the_same_count_again_changes_nothing(count: int, due: int, untold: int, on_hand: int, to_mark: int) -> None:
    once = reconcile(count, ShopCount(count, due, untold), on_hand, to_mark)
    assert reconcile(count, once.last, once.on_hand, to_mark) == once._replace(
        last=once.last._replace(untold=0 if once.last.differs == 0 else once.last.untold)
    )


@given(FIGURE, UNITS, FIGURE, UNITS)
def test_a_count_that_did_not_change_leaves_on_hand(due: int, on_hand: int, untold: int, to_mark: int) -> None:
    assert reconcile(due, ShopCount(due, due, untold), on_hand, to_mark).on_hand == on_hand


@given(FIGURE, FIGURE, FIGURE, st.integers(30, 60), UNITS)
def test_what_changed_there_is_either_done_here_or_was_told_already(
    count: int, due: int, untold: int, on_hand: int, to_mark: int
) -> None:
    found = reconcile(count, ShopCount(due, due, untold), on_hand, to_mark)
    if on_hand + to_mark == count:
        assert found.last.untold == 0
        return
    same = untold - found.last.untold
    assert found.on_hand == max(0, on_hand + (count - due) - same)
    assert abs(same) <= min(abs(count - due), abs(untold))
    assert same == 0 or (same > 0) == (untold > 0) == (count > due)


@given(FIGURE, FIGURE, FIGURE, UNITS, UNITS)
def test_the_difference_is_here_less_there(count: int, due: int, untold: int, on_hand: int, to_mark: int) -> None:
    found = reconcile(count, ShopCount(due, due, untold), on_hand, to_mark)
    assert found.last.differs == found.on_hand + to_mark - count


def test_the_exports_of_one_platform_are_of_one_shop() -> None:
    assert {shop_of(f"shopify-{of}") for of in ("orders", "orders-json", "inventory", "products")} == {"shopify"}
    assert shop_of("woocommerce-products") == shop_of("woocommerce-orders-json") == "woocommerce"


def test_a_prefix_makes_another_shop_of_it() -> None:
    assert shop_of("shopify-orders W") == shop_of("shopify-inventory W") == "shopify W"


def test_a_source_that_was_named_is_a_shop_of_its_own() -> None:
    assert [shop_of(name) for name in ("berlin", "shopify-berlin", "csv", "amazon-orders")] == [
        "berlin",
        "shopify-berlin",
        "csv",
        "amazon-orders",
    ]
