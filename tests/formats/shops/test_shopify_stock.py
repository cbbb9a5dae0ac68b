"""Shopify's inventory and products: what is on the shelf."""

from __future__ import annotations

from typing import Any

INVENTORY = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
    "Location,Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),"
    "Available (not editable),On hand (current),On hand (new)\n"
)


def at(place: str, sku: str, on_hand: str, unavailable: str = "0", available: str = "0", title: str = "Mug") -> str:
    return f"mug,{title},Title,Default Title,,,,,{sku},,,{place},,0,{unavailable},7,{available},{on_hand},\n"


def test_can_take_on_hand_less_unavailable(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "10", "2", "1") + at("Shop", "B", "3"))
    assert read.format == "shopify-inventory"
    assert read.stock == {"A": 8, "B": 3}
    assert read.items[0].name == "Mug"


def test_can_add_up_locations_and_says_so(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "10") + at("Depot", "A", "5") + at("Depot", "B", "not stocked"))
    assert read.stock == {"A": 15, "B": 0}
    assert '"Shop", "Depot"' in read.notice


def test_can_choose_a_location(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "10") + at("Depot", "A", "5"), location="Depot")
    assert read.stock == {"A": 5}
    assert read.reasons == {"another location": 1}


def test_cannot_choose_a_location_that_there_is_not(refused: Any) -> None:
    sentence = refused("stock", INVENTORY + at("Shop", "A", "10"), location="Moon")
    assert 'no location "Moon"; it has "Shop"' in sentence


def test_can_tell_not_stocked_from_not_tracked(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "Not stocked") + at("Shop", "B", "") + at("Shop", "", "4"))
    assert read.stock == {"A": 0}
    assert read.reasons == {"not tracked": 1, "no SKU": 1}


def test_can_count_an_oversold_sku_below_0(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "-3") + at("Shop", "B", "2", "5"))
    assert read.stock == {"A": -3, "B": -3}
    assert "2 counts are below 0" in read.notice


def test_can_do_without_on_hand(stock: Any) -> None:
    header = "Handle,Title,Option1 Value,SKU,COO,Location,Committed (not editable),Available (not editable)\n"
    text = header + "m,M,,A,,S,4,-1\n"
    assert stock(text).stock == {"A": 3}


def test_can_do_with_available_alone_as_what_is_left_to_sell(stock: Any) -> None:
    text = "Handle,Title,Option1 Value,SKU,COO,Location,Available (not editable)\nm,M,,A,,S,4\n"
    read = stock(text)
    assert read.stock == {"A": 4}
    assert "left to sell" in read.notice


def test_can_read_a_column_named_after_each_location(stock: Any) -> None:
    text = "Handle,Title,Option1 Value,SKU,HS Code,COO,KÖLN,Bonn\nm,M,,A,,,23,1\nn,N,,B,,,not stocked,2\n"
    read = stock(text)
    assert read.stock == {"A": 24, "B": 2}
    assert "left to sell" in read.notice
    assert stock(text, location="Bonn").stock == {"A": 1, "B": 2}


def test_cannot_choose_between_two_counts_at_one_location(refused: Any, stock: Any) -> None:
    text = "Handle,Title,Option1 Value,SKU,HS Code,COO,Shop\nm,M,,A,,,23\nn,N,,A,,,22\n"
    assert 'SKU "A": 23 on line 2, 22 on line 3' in refused("stock", text)
    assert stock(text, duplicates="last").stock == {"A": 22}


PRODUCTS = (
    "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory "
    "Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src\n"
    'mug,Mug,"<p>A\nmug</p>",Colour,Blue,Size,L,M-B,shopify,4,deny,9.90,1.jpg\n'
    "mug,,,,Red,,L,M-R,shopify,-2,continue,9.90,2.jpg\n"
    "mug,,,,,,,,,,,,3.jpg\n"
    "plate,Plate,,Title,Default Title,,,P,shopify,5,deny,9.90,\n"
    "card,Card,,Title,Default Title,,,C,,,deny,9.90,\n"
)


def test_can_read_products_among_pictures(stock: Any) -> None:
    read = stock(PRODUCTS)
    assert read.format == "shopify-products"
    assert read.stock == {"M-B": 4, "M-R": -2, "P": 5}
    assert read.items[0].reason == "not tracked"
    assert read.items[2].name == "Mug - Red / L"


def test_cannot_read_products_without_quantities(refused: Any) -> None:
    text = "Handle,Title,Option1 Value,Variant SKU,Variant Price\nm,M,,A,1\n"
    assert "export the inventory" in refused("stock", text)


def test_can_take_the_name_for_the_sku_as_orders_do(stock: Any) -> None:
    """An order's line is called `Mug - Blue / L` too."""
    inventory = (
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
        "Shop\nmug,Mug,Colour,Blue,Size,L,,,,,,4\nplate,Plate,Title,Default Title,,,,,,,,5\n"
    )
    assert stock(inventory, sku_from="name").stock == {"Mug - Blue / L": 4, "Plate": 5}
    assert stock(PRODUCTS, sku_from="name").stock == {"Mug - Blue / L": 4, "Mug - Red / L": -2, "Plate": 5}


def test_can_tell_of_what_is_incoming_without_a_day(stock: Any) -> None:
    row = at("Shop", "A", "10")
    read = stock(INVENTORY + row + row.replace(",0,0,7,", ",4,0,7,").replace(",A,", ",B,"))
    assert read.stock == {"A": 10, "B": 10}
    assert "without the day on which it comes (rows: 1)" in read.notice
    assert "(B)" in read.notice
    assert "Incoming" not in stock(INVENTORY + row).notice
