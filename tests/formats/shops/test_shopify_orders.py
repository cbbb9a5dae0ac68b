"""Shopify's orders: which lines are open."""

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
    assert (first.said.placed_at, first.at) == ("2026-03-01T09:00:00Z", 2)
    assert first.lines[0].name == "A thing"


def test_cannot_let_personal_data_in(orders: Any) -> None:
    read = orders(HEADER + row("#1", "A"))
    assert all(word not in repr(read.items) for word in ("ann@example", "Ann", "555", "door"))


def test_can_map_personal_data_in(orders: Any) -> None:
    (order,) = orders(HEADER + row("#1", "A"), map={"customer": "Shipping Name", "note": "Notes"}).arrived
    assert (order.said.customer, order.said.note) == ("Ann Other", "left\nat door")


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


def test_can_take_the_lines_name_for_the_sku(orders: Any) -> None:
    text = HEADER + row("#1", "", name="Mug - Blue / L") + later("#1", "", name="Plate")
    assert orders(text, sku_from="name").orders == {"#1": [("Mug - Blue / L", 1), ("Plate", 1)]}


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
    assert read.arrived[0].said.placed_at == "2026-03-01T09:00:00Z"
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
    assert (taken.said.customer, taken.lines[0].sku) == ("ann@example.com", "123")


def test_cannot_take_values_of_the_wrong_kind(refused: Any) -> None:
    assert "record 1" in refused("orders", json.dumps([order(line("A", sku=["A"]))]))
    assert "record 1" in refused("orders", json.dumps([order(3)]))  # type: ignore[arg-type]
