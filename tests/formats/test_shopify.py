"""Shopify's exports: what is open of an order, and what is on the shelf."""

from __future__ import annotations

import json
from typing import Any

import pytest

HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Shipping Name,Shipping Phone,Notes,Cancelled at,Refunded Amount,Vendor,Payment References\n"
)


def row(number: str, sku: str, quantity: str = "1", **cells: str) -> str:
    """A row of an order's first line, or of a later one where `paid` and `status` are blank."""
    said = {
        "paid": "paid", "status": "unfulfilled", "at": "2026-03-01 10:00:00 +0100", "name": f"{sku} thing",
        "ships": "true", "line": "pending", "cancelled": "",
    } | cells  # fmt: skip
    return (
        f"{number},ann@example.com,{said['paid']},,{said['status']},,{said['at']},{quantity},{said['name']},9.90,{sku},"
        f'{said["ships"]},true,{said["line"]},Ann Other,555,"left\nat door",{said["cancelled"]},0,Acme,\n'
    )


def later(number: str, sku: str, quantity: str = "1", **cells: str) -> str:
    return row(number, sku, quantity, **({"paid": "", "status": ""} | cells))


def test_can_take_an_open_order_with_all_its_lines(orders: Any) -> None:
    read = orders(HEADER + row("#1001", "A", "2") + later("#1001", "B") + row("#1002", "A"))
    assert read.format == "shopify-orders"
    assert read.orders == {"#1001": [("A", 2), ("B", 1)], "#1002": [("A", 1)]}
    first = read.arrived[0]
    assert (first.placed_at, first.at) == ("2026-03-01T09:00:00Z", 2)
    assert first.lines[0].name == "A thing"


def test_cannot_let_personal_data_in(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A"))
    assert all(word not in repr(read.items) for word in ("ann@example", "Ann", "555", "door"))


def test_can_map_personal_data_in(orders: Any) -> None:
    (order,) = orders(HEADER + row("#1", "A"), map={"customer": "Shipping Name", "note": "Notes"}).arrived
    assert (order.customer, order.note) == ("Ann Other", "left\nat door")


@pytest.mark.parametrize("payment", ["paid", "pending", "authorized", "partially_paid", "partially_refunded", ""])
def test_can_take_an_order_whatever_is_paid_of_it(orders: Any, payment: str) -> None:
    assert orders(HEADER + row("#1", "A", paid=payment)).orders == {"#1": [("A", 1)]}


@pytest.mark.parametrize(
    ("cells", "reason", "closed"),
    [
        ({"status": "fulfilled"}, "fulfilled", "Shipped"),
        ({"status": "fulfilled", "paid": "refunded"}, "fulfilled", "Shipped"),
        ({"cancelled": "2026-03-02 10:00:00 +0100"}, "cancelled", "Cancelled"),
        ({"cancelled": "2026-03-02 10:00:00 +0100", "paid": "refunded"}, "cancelled", "Cancelled"),
        ({"paid": "refunded"}, "refunded", "Cancelled"),
        ({"paid": "voided"}, "voided", "Cancelled"),
        ({"status": "restocked"}, "refunded", "Cancelled"),
    ],
)
def test_cannot_take_a_closed_order(orders: Any, cells: dict[str, str], reason: str, closed: str) -> None:
    read = orders(HEADER + row("#1", "A", **cells) + later("#1", "B") + row("#2", "A"))
    assert read.orders == {"#2": [("A", 1)]}
    assert read.reasons == {reason: 2}
    assert [item.line for item in read.left_out] == [2, 4], "a cell of these rows has two lines"
    assert read.closed == {"#1": closed}


def test_cannot_take_an_order_of_which_a_later_row_is_cancelled(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A") + later("#1", "B", cancelled="2026-03-02 10:00:00 +0100"))
    assert read.orders == {}
    assert read.closed == {"#1": "Cancelled"}


def test_cannot_take_an_expired_payment_and_leaves_it_open(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A", paid="expired"))
    assert (read.orders, read.closed, read.reasons) == ({}, {}, {"not paid": 1})


def test_can_take_what_is_left_of_a_partly_fulfilled_order(orders: Any) -> None:
    text = HEADER + row("#1", "A", status="partial", line="fulfilled") + later("#1", "B", "3")
    read = orders(text + later("#1", "", name="Tip", line="not_eligible", ships="false"))
    assert read.orders == {"#1": [("B", 3)]}
    assert read.reasons == {"fulfilled": 1, "tip": 1}


def test_cannot_take_lines_that_are_not_to_be_shipped(orders: Any) -> None:
    read = orders(HEADER + row("#1", "GUIDE", ships="false") + later("#1", "X", line="not_eligible") + later("#1", "A"))
    assert read.orders == {"#1": [("A", 1)]}
    assert read.reasons == {"not to be shipped": 2}


def test_cannot_take_an_order_without_any_line_to_ship(orders: Any) -> None:
    read = orders(HEADER + row("#1", "GUIDE", ships="false"))
    assert (read.orders, read.closed) == ({}, {})


def test_can_tell_that_the_rest_was_never_to_be_shipped(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A", status="partial", line="fulfilled") + later("#1", "GUIDE", ships="false"))
    assert read.closed == {"#1": "Shipped"}


def test_cannot_merge_lines_without_a_sku(orders: Any) -> None:
    read = orders(HEADER + row("#1", "", name="Mug - Blue") + later("#1", "A") + row("#2", "", name="Mug"))
    assert read.orders == {"#1": [("A", 1)]}
    assert read.reasons == {"no SKU": 2}


def test_can_take_the_lines_name_for_the_sku_and_the_stock_agrees(orders: Any, stock: Any) -> None:
    names = {"Mug - Blue / L", "Plate"}
    text = HEADER + row("#1", "", name="Mug - Blue / L") + later("#1", "", name="Plate")
    assert {sku for sku, _ in orders(text, sku_from_name=True).orders["#1"]} == names
    inventory = (
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,"
        "Shop\nmug,Mug,Colour,Blue,Size,L,,,,,,4\nplate,Plate,Title,Default Title,,,,,,,,5\n"
    )
    assert stock(inventory, sku_from_name=True).stock == {"Mug - Blue / L": 4, "Plate": 5}
    assert stock(PRODUCTS, sku_from_name=True).stock == {"Mug - Blue / L": 4, "Mug - Red / L": 0, "Plate": 5}


def test_can_say_that_a_refund_of_a_part_does_not_name_the_line(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A", paid="partially_refunded") + row("#2", "A"))
    assert set(read.orders) == {"#1", "#2"}
    assert "refunded in part" in read.notice
    assert "(#1)" in read.notice


def test_cannot_take_a_bad_quantity(refused: Any) -> None:
    assert 'column "Lineitem quantity": "x"' in refused("orders", HEADER + row("#1", "A", "x"))


def test_can_ignore_a_bad_quantity_of_a_closed_order(orders: Any) -> None:
    assert orders(HEADER + row("#1", "A", "x", status="fulfilled")).closed == {"#1": "Shipped"}


def test_can_read_an_older_export_with_fewer_columns_in_another_order(orders: Any) -> None:
    text = "Lineitem sku,Lineitem name,Lineitem quantity,Name,Fulfillment Status \nA,Thing,2,#1,unfulfilled\n"
    assert orders(text).orders == {"#1": [("A", 2)]}


def test_cannot_take_the_export_for_stock(refused: Any) -> None:
    assert "looks like an orders file (shopify-orders)" in refused("stock", HEADER + row("#1", "A"))


def test_cannot_name_another_format(refused: Any) -> None:
    sentence = refused("orders", HEADER + row("#1", "A"), format="amazon-unshipped")
    assert 'it has no column "order-id"' in sentence
    assert "is not JSON" in refused("orders", HEADER, format="shopify-orders-json")


# The orders as JSON ---------------------------------------------------------------------------------------------------


def order(*lines: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {
        "id": 1, "name": "#1001", "order_number": 1001, "created_at": "2026-03-01T10:00:00+01:00",
        "financial_status": "paid", "fulfillment_status": None, "cancelled_at": None, "refunds": [],
        "customer": {"first_name": "Ann"}, "line_items": list(lines),
    } | said  # fmt: skip


def line(code: str, **said: Any) -> dict[str, Any]:
    return {"id": ord(code), "sku": code, "quantity": 3, "fulfillable_quantity": 3, "name": f"{code} thing",
            "requires_shipping": True, "gift_card": False, "fulfillment_status": None} | said  # fmt: skip


def test_can_take_the_fulfillable_quantity(orders: Any) -> None:
    read = orders(json.dumps([order(line("A"), line("B", fulfillable_quantity=1, fulfillment_status="partial"))]))
    assert read.format == "shopify-orders-json"
    assert read.orders == {"#1001": [("A", 3), ("B", 1)]}
    assert read.arrived[0].placed_at == "2026-03-01T09:00:00Z"
    assert "Ann" not in repr(read.items)


@pytest.mark.parametrize("wrapped", ['{"order": %s}', '{"orders": [%s]}', "[%s]", "%s"])
def test_can_read_the_orders_as_the_shop_wraps_them(orders: Any, wrapped: str) -> None:
    assert orders(wrapped % json.dumps(order(line("A"))), "o.json").orders == {"#1001": [("A", 3)]}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"gift_card": True, "requires_shipping": False}, "gift card"),
        ({"requires_shipping": False}, "not to be shipped"),
        ({"fulfillable_quantity": 0, "fulfillment_status": "fulfilled"}, "fulfilled"),
        ({"fulfillable_quantity": 0}, "nothing left to ship"),
        ({"sku": None}, "no SKU"),
        ({"sku": ""}, "no SKU"),
        ({"sku": None, "name": "Tip"}, "tip"),
    ],
)
def test_cannot_take_lines_with_nothing_to_ship(orders: Any, said: dict[str, Any], reason: str) -> None:
    read = orders(json.dumps([order(line("A"), line("B", **said))]))
    assert read.orders == {"#1001": [("A", 3)]}
    assert read.reasons == {reason: 1}


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ({"cancelled_at": "2026-03-02T00:00:00Z"}, "Cancelled"),
        ({"financial_status": "voided"}, "Cancelled"),
        ({"fulfillment_status": "fulfilled"}, "Shipped"),
    ],
)
def test_cannot_take_a_closed_order_of_json(orders: Any, said: dict[str, Any], closed: str) -> None:
    read = orders(json.dumps([order(line("A"), **said)]))
    assert (read.orders, read.closed) == ({}, {"#1001": closed})


def test_can_work_out_what_is_left_in_an_older_file(orders: Any) -> None:
    old = {"id": 7, "sku": "A", "quantity": 5, "name": "A", "requires_shipping": True}
    shipped = {"status": "success", "line_items": [{"id": 7, "quantity": 2}]}
    failed = {"status": "failure", "line_items": [{"id": 7, "quantity": 2}]}
    refund = {"refund_line_items": [{"line_item_id": 7, "quantity": 1}]}
    read = orders(json.dumps([order(old, fulfillments=[shipped, failed], refunds=[refund])]))
    assert read.orders == {"#1001": [("A", 2)]}


def test_cannot_take_an_order_without_lines(orders: Any) -> None:
    read = orders(json.dumps([order()]))
    assert (read.orders, read.reasons) == ({}, {"no lines": 1})


def test_can_map_in_json(orders: Any) -> None:
    text = json.dumps([order(line("A", barcode="123"), email="ann@example.com")])
    (taken,) = orders(text, map={"customer": "email", "sku": "barcode"}).arrived
    assert (taken.customer, taken.lines[0].sku) == ("ann@example.com", "123")


def test_cannot_take_values_of_the_wrong_kind(refused: Any) -> None:
    assert "record 1" in refused("orders", json.dumps([order(line("A", sku=["A"]))]))
    assert "record 1" in refused("orders", json.dumps([order(3)]))  # type: ignore[arg-type]


# Stock ----------------------------------------------------------------------------------------------------------------

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


def test_can_count_an_oversold_sku_as_nothing(stock: Any) -> None:
    read = stock(INVENTORY + at("Shop", "A", "-3") + at("Shop", "B", "2", "5"))
    assert read.stock == {"A": 0, "B": 0}
    assert "2 counts are below 0" in read.notice


def test_can_do_without_on_hand(stock: Any) -> None:
    header = "Handle,Title,Option1 Value,SKU,COO,Location,Committed (not editable),Available (not editable)\n"
    text = header + "m,M,,A,,S,4,-1\n"
    assert stock(text).stock == {"A": 3}


def test_cannot_do_with_available_alone(refused: Any) -> None:
    text = "Handle,Title,Option1 Value,SKU,COO,Location,Available (not editable)\nm,M,,A,,S,4\n"
    assert "open orders taken off" in refused("stock", text)


def test_can_read_a_column_named_after_each_location(stock: Any) -> None:
    text = "Handle,Title,Option1 Value,SKU,HS Code,COO,KÖLN,Bonn\nm,M,,A,,,23,1\nn,N,,B,,,not stocked,2\n"
    read = stock(text)
    assert read.stock == {"A": 24, "B": 2}
    assert "taken off already" in read.notice
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
    assert read.stock == {"M-B": 4, "M-R": 0, "P": 5}
    assert read.items[0].reason == "not tracked"
    assert read.items[2].name == "Mug - Red / L"


def test_cannot_read_products_without_quantities(refused: Any) -> None:
    text = "Handle,Title,Option1 Value,Variant SKU,Variant Price\nm,M,,A,1\n"
    assert "export the inventory" in refused("stock", text)
