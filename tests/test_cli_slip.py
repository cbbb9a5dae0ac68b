"""Packing slips: for each SKU of a family they add up to what was asked for."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.orders import Line, Order, Status
from backsplit.domain.parcels import slip
from backsplit.domain.sync import ShopState, remembered, settled
from backsplit.render import parcels as render
from conftest import Shop

SKUS = "ABC"
lines = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 5), min_size=1)


def member(number: str, status: Status, wanted: dict[str, int]) -> Order:
    rows = tuple(Line(sku, quantity, position=place) for place, (sku, quantity) in enumerate(wanted.items()))
    return Order(number, status, "2026-01-01T09:00:00Z", rows, family=1)


@given(
    statuses=st.lists(st.tuples(st.sampled_from(list(Status)), lines), max_size=4),
    parcel=lines,
    elsewhere=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3)),
    dropped=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3)),
)
def test_a_slip_adds_up_to_what_was_asked_for(
    statuses: list[tuple[Status, dict[str, int]]],
    parcel: dict[str, int],
    elsewhere: dict[str, int],
    dropped: dict[str, int],
) -> None:
    order = member("M1", Status.PROCESSING, parcel)
    family = [order, *(member(f"M1-{n}", status, wanted) for n, (status, wanted) in enumerate(statuses))]
    held: Counter[str] = Counter()
    for one in family:
        held.update(one.wanted)
    wanted = held + Counter(elsewhere) + Counter(dropped)
    asked = settled(
        {sku: ShopState(n, elsewhere.get(sku, 0), elsewhere.get(sku, 0)) for sku, n in wanted.items()}, family
    )
    made = slip(order, family, asked)
    total: Counter[str] = Counter()
    for part in (made.parcel, made.sent_before, made.follows, made.given_up):
        for line in part:
            total[line.sku] += line.quantity
    assert total == Counter({sku: it.wanted for sku, it in remembered(family, asked).items()})
    assert bool(made.follows) == any(one.is_open for one in family if one is not order)


@pytest.fixture
def parted(shop: Shop) -> Shop:
    shop.stock("A2 B0 C0")
    rows = "M1,A,2,Anna <b>,&\nM1,B,3,Anna <b>,&\nM1,C,1,Anna <b>,&\n"
    shop.done("import orders -", "order,sku,quantity,customer,name\n" + rows)
    shop.done("split M1")
    return shop


def test_can_say_what_goes_what_was_sent_what_follows_and_what_does_not(parted: Shop) -> None:
    (first,) = parted.done("slip M1 --json").json
    assert [it["sku"] for it in first["parcel"]] == ["A"]
    assert {it["sku"]: it["quantity"] for it in first["follows"]} == {"B": 3, "C": 1}
    parted.done("ship M1")
    parted.done("receive --sku B --qty 3")
    parted.done("split M1-backorder")
    parted.done("cancel M1-backorder-2")
    (second,) = parted.done("slip M1-backorder --json").json
    assert {
        key: [(it["sku"], it["quantity"]) for it in second[key]] for key in second if key not in ("order", "tracking")
    } == {
        "parcel": [("B", 3)],
        "sent_before": [("A", 2)],
        "follows": [],
        "given_up": [("C", 1)],
    }
    out = parted.done("slip M1-backorder").out
    assert "Sent before" in out
    assert "Follows" not in out


def test_can_print_the_slips_of_a_list(parted: Shop) -> None:
    parted.done("pick --take")
    assert [it["order"] for it in parted.done("slip --list 1 --json").json] == ["M1"]
    assert parted("slip --list 2 --json").error == "not-found"


def test_can_write_a_page_an_order_and_no_text_from_outside_acts_in_it(parted: Shop) -> None:
    assert "1 page" in parted.done("slip M1 --html slips.html").out
    page = (parted.folder / "slips.html").read_text(encoding="utf-8")
    assert page.count("<section") == 1
    assert "Anna &lt;b&gt;" in page
    assert "<svg" in page


def test_a_number_that_code_128_cannot_hold_has_no_bar_code() -> None:
    assert render.barcode("M1").startswith("<svg")
    assert render.barcode("Größe 7") == ""


def test_cannot_print_a_slip_for_what_does_not_go(parted: Shop) -> None:
    assert parted("slip M1-backorder --json").error == "not-allowed"
    assert parted("slip").code == 2
    assert parted("slip M1 --html no/such/folder.html").code == 2
