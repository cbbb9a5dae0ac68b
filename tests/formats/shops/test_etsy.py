"""Etsy's sold order items."""

from __future__ import annotations

from typing import Any

ETSY = (
    "Sale Date,Item Name,Buyer,Quantity,Price,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Order ID,"
    "Variations,Order Type,SKU\n"
)


def item(
    order: str, sku: str = "A", shipped: str = "", variations: str = "", quantity: int = 1, kind: str = "online"
) -> str:
    return f'12/31/20,Blue mug,ann,{quantity},9,1,777,12/31/2020,{shipped},Ann,{order},"{variations}",{kind},{sku}\n'


def test_an_item_with_a_date_shipped_is_closed(orders: Any) -> None:
    read = orders(
        ETSY
        + item("1", quantity=2)
        + item("2", shipped="01/02/2021")
        + item("3", shipped="01/02/2021")
        + item("3", "B")
    )
    assert read.format == "etsy-order-items"
    assert read.orders == {"1": [("A", 2)], "3": [("B", 1)]}
    assert read.closed == {"2": "Shipped"}
    assert read.tells["2"] == [("A", 1, 1, 0)]
    assert read.tells["3"] == [("A", 1, 1, 0), ("B", 1, 0, 0)]
    assert read.arrived[0].said.placed_at == "2020-12-31T00:00:00Z"


def test_without_a_sku_the_listing_and_its_variations_are_the_name(orders: Any) -> None:
    variations = "Size:S, Color:Blue,Personalization:For Ann &amp; Bob, 2026"
    text = ETSY + item("1", "", variations=variations) + item("2", "A")
    read = orders(text, sku_from="sku-or-name")
    assert read.orders == {"1": [("777 Size:S, Color:Blue", 1)], "2": [("A", 1)]}
    assert orders(text).reasons == {"no SKU": 1}
    assert read.arrived[1].lines[0].name == "Blue mug"


def test_a_sale_in_person_is_not_to_be_shipped(orders: Any) -> None:
    assert orders(ETSY + item("1", kind="inperson")).reasons == {"not to be shipped": 1}
