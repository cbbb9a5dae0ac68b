"""Rule 20 on plain values: which parcels the shop does not know, and the rows that tell it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.orders import Tracking
from backsplit.domain.shop_updates import Form, Item, Shipment, Telling, ToMark, parcels, rows_to_tell

UPS = (Tracking("UPS", "1Z9"),)


def _sent(number: str, day: int, units: dict[str, int], **how: object) -> Shipment:
    return Shipment(number, f"2026-01-{day:02}T09:00:00Z", units, **how)  # type: ignore[arg-type]


def _order(*shipments: Shipment, number: str = "#1", completes: bool = False) -> ToMark:
    """An order of which the shop knows nothing."""
    unknown = Counter[str]()
    for shipment in shipments:
        unknown.update(shipment.sent)
    return ToMark(number, parcels(shipments, unknown), completes)


def _rows(form: Form, *orders: ToMark, **how: object) -> list[list[str]]:
    telling = Telling(form, lambda moment: moment[:10], **how)  # type: ignore[arg-type]
    return list(rows_to_tell(orders, telling).rows)


def _left_out(form: Form, *orders: ToMark, **how: object) -> list[str]:
    telling = Telling(form, lambda moment: moment[:10], **how)  # type: ignore[arg-type]
    return [one.reason for one in rows_to_tell(orders, telling).left_out]


# Which parcels


def test_the_newest_parcel_is_the_one_that_the_shop_does_not_know() -> None:
    first, second = _sent("#1", 1, {"A": 2}), _sent("#1-backorder", 2, {"A": 1})
    assert [(one.number, one.sent) for one in parcels([second, first], {"A": 1})] == [("#1-backorder", {"A": 1})]


def test_the_shop_knows_what_it_sent_itself() -> None:
    first, second = _sent("#1", 1, {"A": 1}), _sent("#1-backorder", 2, {"A": 1}, by_shop=True)
    assert [one.number for one in parcels([first, second], {"A": 1})] == ["#1"]


def test_the_shop_knows_first_of_what_a_file_told_it() -> None:
    first, second = _sent("#1", 1, {"A": 1}), _sent("#1-backorder", 2, {"A": 1}, told={"A": 1})
    (parcel,) = parcels([first, second], {"A": 1})
    assert (parcel.number, parcel.new) == ("#1", {"A": 1})


def test_what_a_file_told_is_to_be_marked_but_not_new() -> None:
    (parcel,) = parcels([_sent("#1", 1, {"A": 2, "B": 1}, told={"A": 2})], {"A": 2, "B": 1})
    assert (parcel.sent, parcel.new) == ({"A": 2, "B": 1}, {"B": 1})


UNITS = st.dictionaries(st.sampled_from("AB"), st.integers(1, 4), min_size=1)


@given(st.lists(st.tuples(UNITS, UNITS, st.booleans()), max_size=5), st.data())
def test_parcels_hold_the_unknown_units_and_no_more_than_left(
    sent: list[tuple[dict[str, int], dict[str, int], bool]], data: st.DataObject
) -> None:
    shipments = [
        _sent(f"#{day}", day, units, told={sku: min(n, units.get(sku, 0)) for sku, n in told.items()}, by_shop=there)
        for day, (units, told, there) in enumerate(sent, 1)
    ]
    here = Counter[str]()
    for shipment in shipments:
        here.update({} if shipment.by_shop else shipment.sent)
    unknown = {sku: data.draw(st.integers(0, n + 1)) for sku, n in here.items()}
    found = parcels(shipments, unknown)
    total = Counter[str]()
    for parcel in found:
        (shipment,) = (one for one in shipments if one.number == parcel.number)
        assert Counter(parcel.new) <= Counter(parcel.sent) <= Counter(shipment.sent)
        assert Counter(parcel.new) <= Counter(shipment.sent) - Counter(shipment.told)
        total.update(parcel.sent)
    assert total == +Counter({sku: min(n, here[sku]) for sku, n in unknown.items()})


# The rows


def test_csv_has_a_row_for_each_sku_of_a_parcel() -> None:
    order = _order(_sent("#1", 2, {"A": 2, "B": 1}, tracking=UPS))
    assert _rows(Form.CSV, order) == [
        ["#1", "A", "2", "2026-01-02", "UPS", "1Z9"],
        ["#1", "B", "1", "2026-01-02", "UPS", "1Z9"],
    ]


def test_woocommerce_has_a_row_for_each_parcel_with_lists() -> None:
    order = _order(_sent("#1", 2, {"A": 2, "B": 1}, tracking=UPS))
    assert _rows(Form.WOOCOMMERCE, order) == [["1", "UPS", "1Z9", "02-01-2026", "2", "A,B", "2,1"]]


def test_woocommerce_closes_an_order_with_its_last_parcel_only() -> None:
    order = _order(_sent("#1", 1, {"A": 2}), _sent("#1-backorder", 2, {"B": 1}), completes=True)
    assert [row[4] for row in _rows(Form.WOOCOMMERCE, order)] == ["2", "1"]


def test_woocommerce_cannot_tell_of_a_sku_with_a_comma() -> None:
    order = _order(_sent("#1", 1, {"A,B": 2}))
    assert _rows(Form.WOOCOMMERCE, order, _order(_sent("#2", 1, {"A": 1}), number="#2")) == [
        ["2", "", "", "01-01-2026", "2", "A", "1"]
    ]
    assert _left_out(Form.WOOCOMMERCE, order) == ["'A,B' has a comma, which divides SKUs in this form"]


def test_amazon_names_the_items_of_the_report() -> None:
    items = {"1": [Item("i1", "A", 1), Item("i2", "B", 5), Item("i3", "A", 5)]}
    order = _order(_sent("1", 1, {"A": 2}, tracking=UPS), _sent("1-backorder", 2, {"A": 1}), number="1")
    assert _rows(Form.AMAZON, order, items=items) == [
        ["1", "i1", "1", "2026-01-01", "UPS", "", "1Z9"],
        ["1", "i3", "1", "2026-01-01", "UPS", "", "1Z9"],
        ["1", "i3", "1", "2026-01-02", "", "", ""],
    ]


def test_amazon_leaves_an_order_out_whole_that_the_report_lacks() -> None:
    order = _order(_sent("1", 1, {"A": 1, "B": 1}), number="1")
    items = {"1": [Item("i1", "A", 1)]}
    assert _rows(Form.AMAZON, order, items=items) == []
    assert _left_out(Form.AMAZON, order, items=items) == ["1 × B is not in the report as still to be sent"]


@pytest.mark.parametrize(("mail", "said"), [(True, "TRUE"), (False, "FALSE")])
def test_matrixify_adds_a_fulfilment_and_says_whether_the_shop_writes(mail: bool, said: str) -> None:
    order = _order(_sent("#1", 1, {"A": 2}, tracking=(*UPS, Tracking("UPS", "1Z8"))))
    assert _rows(Form.MATRIXIFY, order, mail=mail) == [
        ["#1", "UPDATE", "Fulfillment Line", "A", "2", "success", "UPS", "1Z9, 1Z8", said]
    ]


def test_a_prefix_chooses_the_shop_and_is_no_part_of_its_numbers() -> None:
    ours, theirs = _order(_sent("B-1", 1, {"A": 1}), number="B-1"), _order(_sent("1", 1, {"A": 1}), number="1")
    assert [row[0] for row in _rows(Form.CSV, ours, theirs, prefix="B-")] == ["1"]


@pytest.mark.parametrize("form", Form)
def test_every_row_has_a_cell_for_each_column(form: Form) -> None:
    items = {"#1": [Item("i", "A", 9)]}
    assert [len(row) for row in _rows(form, _order(_sent("#1", 1, {"A": 2})), items=items)] == [len(form.header)]
