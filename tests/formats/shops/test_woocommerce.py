"""WooCommerce's exports, by plugin and by interface."""

from __future__ import annotations

import json
from typing import Any

import pytest

HEADER = (
    '"Order Number","Order Status","Order Date","Email (Billing)","Item #",SKU,Name,Quantity,"Quantity (- Refund)"\r\n'
)


def row(number: str, status: str, sku: str, left: str = "1", quantity: str = "2") -> str:
    return f"{number},{status},2026-02-03 10:11,ann@example.com,1,{sku},Mug,{quantity},{left}\r\n"


def test_can_take_the_quantity_less_refunds(orders: Any) -> None:
    read = orders("\ufeff" + HEADER + row("7", "Processing", "A") + row("7", "Processing", "B", "0"))
    assert read.format == "woocommerce-orders"
    assert read.orders == {"7": [("A", 1)]}
    assert read.reasons == {"refunded": 1}
    assert read.arrived[0].said.placed_at == "2026-02-03T10:11:00Z"


def test_can_leave_the_orders_cells_blank_on_later_rows(orders: Any) -> None:
    text = (
        HEADER + row("7", "Completed", "A") + ",,,,2,B,Mug,1,1\r\n" + row("8", "On hold", "A") + ",,,,2,B,Mug,1,1\r\n"
    )
    read = orders(text)
    assert read.orders == {"8": [("A", 1), ("B", 1)]}
    assert read.closed == {"7": "Shipped"}


@pytest.mark.parametrize("status", ["processing", "On hold", "wc-on-hold", "In Bearbeitung", "En cours", "backordered"])
def test_can_take_what_is_open(orders: Any, status: str) -> None:
    assert orders(HEADER + row("7", status, "A")).orders == {"7": [("A", 1)]}


@pytest.mark.parametrize(
    ("status", "reason", "closed"),
    [
        ("Completed", "fulfilled", {"7": "Shipped"}),
        ("Cancelled", "cancelled", {"7": "Cancelled"}),
        ("Storniert", "cancelled", {"7": "Cancelled"}),
        ("refunded", "refunded", {"7": "Cancelled"}),
        ("Pending payment", "not paid", {}),
        ("failed", "not paid", {}),
        ("En orbite", "unknown status", {}),
    ],
)
def test_cannot_take_what_is_not(orders: Any, status: str, reason: str, closed: dict[str, str]) -> None:
    read = orders(HEADER + row("7", status, "A"))
    assert (read.orders, read.reasons, read.closed) == ({}, {reason: 1}, closed)
    assert ("(En orbite)" in read.notice) == (reason == "unknown status")


def test_can_read_another_plugins_columns(orders: Any) -> None:
    text = (
        "order_number,order_date,status,payment_method_title,order_currency,product_name,sku,quantity,item_total\n"
        "10001,2026-04-26 21:32:57,processing,Card,USD,Mug,A,2,9\n"
        "10001,2026-04-26 21:32:57,processing,Card,USD,Plate,B,1,9\n"
    )
    assert orders(text).orders == {"10001": [("A", 2), ("B", 1)]}
    text = (
        "order_id,date,status,item_name,item_sku,item_quantity,item_refunded_qty\n5,2026-04-26,processing,Mug,A,2,-1\n"
    )
    assert orders(text).orders == {"5": [("A", 1)]}


def test_cannot_take_a_bad_quantity(refused: Any) -> None:
    assert 'column "Quantity (- Refund)": "1.5"' in refused("orders", HEADER + row("7", "processing", "A", "1.5"))


def order(status: str = "processing", **said: Any) -> dict[str, Any]:
    return {
        "id": 727, "number": "727", "order_key": "k", "status": status, "date_created": "2026-03-22T16:28:02",
        "date_created_gmt": "2026-03-22T19:28:02", "billing": {"email": "ann@example.com"}, "customer_note": "ring",
        "line_items": [{"id": 1, "name": "Mug &ndash; Blue", "sku": "A", "quantity": 2, "variation_id": 3},
                       {"id": 2, "name": "Plate", "sku": "", "quantity": 1}],
        "refunds": [],
    } | said  # fmt: skip


def test_can_take_open_orders_of_json(orders: Any) -> None:
    read = orders(json.dumps([order(), order("completed", number="728")]), "o.json")
    assert read.format == "woocommerce-orders-json"
    assert read.orders == {"727": [("A", 2)]}
    assert read.arrived[0].said.placed_at == "2026-03-22T19:28:02Z"
    assert read.arrived[0].said.note is None
    assert read.reasons == {"no SKU": 1, "fulfilled": 2}
    assert read.closed == {"728": "Shipped"}


def test_can_take_the_name_for_the_sku_of_json(orders: Any) -> None:
    read = orders(json.dumps([order()]), "o.json", sku_from="name")
    assert read.orders == {"727": [("Mug – Blue", 2), ("Plate", 1)]}


def test_can_say_that_a_refund_does_not_name_the_line(orders: Any) -> None:
    assert "727" in orders(json.dumps([order(refunds=[{"id": 1, "total": "-1"}])]), "o.json").notice


def fulfilled(*items: tuple[int, int], done: bool = True) -> dict[str, Any]:
    """Units of lines, by their ids, as the interface for fulfilments gives them."""
    value = [{"item_id": item, "qty": units} for item, units in items]
    return {
        "id": 5,
        "is_fulfilled": done,
        "meta_data": [{"key": "_items", "value": value}, {"key": "_x", "value": "y"}],
    }


def test_fulfilments_tell_what_was_sent_of_each_line(orders: Any) -> None:
    lines = [{"id": 1, "sku": "A", "quantity": 3}, {"id": 2, "sku": "B", "quantity": 1}]
    sent = [fulfilled((1, 1)), fulfilled((1, 1), (2, 1)), fulfilled((1, 1), done=False)]
    read = orders(json.dumps([order(line_items=lines, fulfillments=sent)]), "o.json")
    assert read.tells == {"727": [("A", 3, 2, 0), ("B", 1, 1, 0)]}


def test_an_order_with_no_fulfilments_has_sent_nothing(orders: Any) -> None:
    assert orders(json.dumps([order(fulfillments=[])]), "o.json").tells == {"727": [("A", 2, 0, 0)]}


def test_an_order_that_a_plugin_calls_sent_in_part_may_have_no_fulfilments(orders: Any) -> None:
    read = orders(json.dumps([order("partially-shipped", fulfillments=[])]), "o.json")
    assert read.tells == {"727": [("A", 2, 0, 2)]}
    assert "shipped in part" in read.notice


def test_a_completed_order_has_sent_all_whatever_its_fulfilments(orders: Any) -> None:
    lines = [{"id": 1, "sku": "A", "quantity": 3}]
    read = orders(json.dumps([order("completed", line_items=lines, fulfillments=[fulfilled((1, 1))])]), "o.json")
    assert (read.tells, read.closed) == ({"727": [("A", 3, 3, 0)]}, {"727": "Shipped"})


def test_a_cancelled_order_has_sent_what_its_fulfilments_tell(orders: Any) -> None:
    lines = [{"id": 1, "sku": "A", "quantity": 3}]
    read = orders(json.dumps([order("cancelled", line_items=lines, fulfillments=[fulfilled((1, 1))])]), "o.json")
    assert read.tells == {"727": [("A", 3, 1, 0)]}


def test_can_read_products(stock: Any) -> None:
    text = (
        "\ufeffID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?\n"
        "1,simple,A,Mug,1,1,5,0\n2,simple,B,Plate,1,backorder,'-3,notify\n3,simple,C,Cup,1,1,,0\n4,simple,,Bowl,1,1,2,0\n"
    )
    read = stock(text)
    assert read.format == "woocommerce-products"
    assert read.stock == {"A": 5, "B": -3}
    assert read.reasons == {"not tracked": 1, "no SKU": 1}
    assert "below 0" in read.notice


def test_can_leave_out_a_bundle_whose_parts_have_rows(orders: Any) -> None:
    head = "Order Number,Order Status,SKU,Quantity,Product Type\n"
    parts = "1,processing,A,2,simple\n1,processing,B,1,simple\n"
    assert orders(f"{head}1,processing,SET,1,bundle\n{parts}").orders == {"1": [("A", 2), ("B", 1)]}
    assert orders(head + "1,processing,SET,1,bundle\n").orders == {"1": [("SET", 1)]}


def test_can_leave_out_a_bundle_of_json_whose_parts_name_it(orders: Any) -> None:
    text = (
        '[{"id":9,"number":"1","status":"processing","date_created":"2026-01-01","line_items":['
        '{"id":1,"sku":"SET","quantity":1},{"id":2,"sku":"A","quantity":2,"bundled_by":"1"}]}]'
    )
    assert orders(text, "o.json").orders == {"1": [("A", 2)]}


def test_can_leave_out_what_is_no_parcel(orders: Any) -> None:
    head = "Order Number,Order Status,SKU,Quantity,Product Type\n"
    read = orders(head + "1,processing,A,1,simple\n1,processing,BOOK,1,virtual\n")
    assert (read.orders, read.reasons) == ({"1": [("A", 1)]}, {"not to be shipped": 1})


def test_can_be_told_that_a_plugins_status_is_open(orders: Any) -> None:
    text = "Order Number,Order Status,SKU,Quantity (- Refund)\n1,in-orbit,A,1\n2,processing,A,1\n"
    read = orders(text)
    assert (read.orders, "--open WORD" in read.notice) == ({"2": [("A", 1)]}, True)
    assert orders(text, open=("In Orbit",)).orders == {"1": [("A", 1)], "2": [("A", 1)]}
