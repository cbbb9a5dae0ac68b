"""What Shopify's files tell of a line: units wanted in all, units sent, and units of which they do not say."""

from __future__ import annotations

import json
from typing import Any

import pytest

# Shopify's CSV ----------------------------------------------------------------------------------------------------

SHOPIFY = (
    "Name,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,"
    "Lineitem requires shipping,Lineitem fulfillment status,Cancelled at\n"
)


def shopify(*lines: tuple[str, str, str], paid: str = "paid", status: str = "unfulfilled", cancelled: str = "") -> str:
    """An order; each line is a SKU, a quantity and a status."""
    rows = [f"#1,,,,{quantity},{sku} thing,{sku},true,{said}," for sku, quantity, said in lines]
    rows[0] = rows[0].replace("#1,,,,", f"#1,{paid},{status},2026-03-01 10:00:00 +0100,") + cancelled
    return SHOPIFY + "\n".join(rows) + "\n"


def test_can_tell_sent_lines_of_shopify_beside_open_ones(orders: Any) -> None:
    read = orders(shopify(("A", "2", "fulfilled"), ("B", "3", "pending"), status="partial"))
    assert read.tells == {"#1": [("A", 2, 2, 0), ("B", 3, 0, 0)]}
    assert (read.orders, read.closed, read.only_open) == ({"#1": [("B", 3)]}, {}, False)
    assert read.reasons == {"fulfilled": 1}


@pytest.mark.parametrize(("quantity", "sent", "unsure", "is_open"), [("1", 0, 1, 1), ("2", 1, 0, 1), ("5", 1, 3, 4)])
def test_can_bound_what_is_sent_of_a_partial_line(
    orders: Any, quantity: str, sent: int, unsure: int, is_open: int
) -> None:
    read = orders(shopify(("A", quantity, "partial"), status="partial"))
    assert read.tells == {"#1": [("A", int(quantity), sent, unsure)]}
    assert read.orders == {"#1": [("A", is_open)]}
    assert "counts as sent, at least one unit of each" in read.notice
    assert "(#1)" in read.notice


def test_can_tell_what_went_out_of_an_order_that_is_fulfilled_as_a_whole(orders: Any) -> None:
    read = orders(shopify(("A", "2", "fulfilled"), ("B", "1", "pending"), status="fulfilled"))
    assert read.tells == {"#1": [("A", 2, 2, 0), ("B", 1, 0, 0)]}
    assert read.closed == {"#1": "Shipped"}
    assert read.reasons == {"fulfilled": 2}
    assert read.told[0].said.placed_at == "2026-03-01T09:00:00Z"


@pytest.mark.parametrize(
    "said",
    [{"cancelled": "2026-03-02 10:00:00 +0100"}, {"paid": "refunded"}, {"paid": "voided"}, {"status": "restocked"}],
)
def test_can_tell_what_went_out_of_an_order_that_is_cancelled(orders: Any, said: dict[str, str]) -> None:
    read = orders(shopify(("A", "2", "fulfilled"), ("B", "4", "partial"), ("C", "1", "pending"), **said))
    assert read.tells == {"#1": [("A", 2, 2, 0), ("B", 4, 1, 2), ("C", 1, 0, 0)]}
    assert read.closed == {"#1": "Cancelled"}


def test_cannot_want_a_line_of_shopify_that_is_restocked(orders: Any) -> None:
    read = orders(shopify(("A", "2", "restocked"), ("B", "1", "pending")))
    assert read.tells == {"#1": [("B", 1, 0, 0)]}


@pytest.mark.parametrize(
    ("status", "told"), [("fulfilled", (2, 2, 0)), ("partial", (2, 0, 2)), ("unfulfilled", (2, 0, 0))]
)
def test_can_take_the_orders_status_for_a_line_without_one(
    orders: Any, status: str, told: tuple[int, int, int]
) -> None:
    assert orders(shopify(("A", "2", ""), status=status)).tells == {"#1": [("A", *told)]}


def test_cannot_follow_a_download_that_is_fulfilled(orders: Any) -> None:
    text = shopify(("A", "1", "fulfilled"), ("GUIDE", "1", "fulfilled"), status="fulfilled")
    read = orders(text.replace("GUIDE,true", "GUIDE,false"))
    assert read.tells == {"#1": [("A", 1, 1, 0)]}
    assert read.reasons == {"fulfilled": 2}


def test_can_name_an_order_that_is_to_be_left_alone(orders: Any) -> None:
    read = orders(shopify(("A", "1", "pending"), paid="expired"))
    assert (read.told, read.named_only) == ([], ["#1"])


def test_can_tell_of_an_order_whose_lines_are_all_refunded_that_it_wants_nothing(orders: Any) -> None:
    read = orders(shopify(("A", "1", "restocked")))
    assert (read.tells, read.orders, read.named_only) == ({"#1": []}, {}, [])


# Shopify's JSON ---------------------------------------------------------------------------------------------------


def order(line: dict[str, Any], **said: Any) -> str:
    whole = {"name": "#1", "created_at": "2026-03-01T10:00:00+01:00", "financial_status": "paid",
             "fulfillment_status": None, "cancelled_at": None}  # fmt: skip
    one = {"id": 7, "sku": "A", "quantity": 5, "name": "A thing", "requires_shipping": True, "gift_card": False}
    return json.dumps([whole | said | {"line_items": [one | line]}])


def shipped(units: int, status: str = "success") -> dict[str, Any]:
    return {"status": status, "line_items": [{"id": 7, "quantity": units}]}


def refund(units: int, kind: str = "no_restock") -> dict[str, Any]:
    return {"refund_line_items": [{"line_item_id": 7, "quantity": units, "restock_type": kind}]}


@pytest.mark.parametrize(
    ("line", "said", "told"),
    [
        ({"fulfillable_quantity": 5, "fulfillment_status": None}, {}, (5, 0, 0)),
        ({"fulfillable_quantity": 3}, {"fulfillments": [shipped(2)]}, (5, 2, 0)),
        ({"fulfillable_quantity": 3}, {"fulfillments": [shipped(1), shipped(1), shipped(3, "cancelled")]}, (5, 2, 0)),
        ({"fulfillable_quantity": 3, "fulfillment_status": "partial"}, {}, (5, 2, 0)),
        ({"fulfillable_quantity": 3}, {}, (5, 2, 0)),
        # Taken off before they went out: by a refund, or by an edit.
        ({"fulfillable_quantity": 4, "fulfillment_status": None}, {"refunds": [refund(1, "cancel")]}, (4, 0, 0)),
        ({"fulfillable_quantity": 4, "current_quantity": 4, "fulfillment_status": None}, {}, (4, 0, 0)),
        ({"fulfillable_quantity": 2, "current_quantity": 4, "fulfillment_status": "partial"}, {}, (4, 2, 0)),
        ({"fulfillable_quantity": 2}, {"fulfillments": [shipped(2)], "refunds": [refund(1, "cancel")]}, (4, 2, 0)),
        # Taken back after they went out: they were wanted, and sent.
        ({"fulfillable_quantity": 2}, {"fulfillments": [shipped(3)], "refunds": [refund(1, "return")]}, (5, 3, 0)),
        ({"fulfillable_quantity": 2, "fulfillment_status": "partial"}, {"refunds": [refund(1, "return")]}, (5, 3, 0)),
        # Either of them.
        ({"fulfillable_quantity": 2, "fulfillment_status": "partial"}, {"refunds": [refund(1)]}, (4, 2, 1)),
        # Older files, without the quantity that is left.
        ({}, {"fulfillments": [shipped(2)], "refunds": [refund(1)]}, (4, 2, 0)),
        ({}, {"fulfillments": [shipped(3)], "refunds": [refund(3, "return")]}, (5, 3, 0)),
        ({"current_quantity": 4}, {"fulfillments": [shipped(1)]}, (4, 1, 0)),
        ({"fulfillment_status": "partial"}, {}, (5, 1, 3)),
    ],
)  # fmt: skip
def test_can_work_out_what_shopifys_json_tells(orders: Any, line: Any, said: Any, told: tuple[int, int, int]) -> None:
    read = orders(order(line, **said), "o.json")
    assert read.tells == {"#1": [("A", *told)]}
    assert read.orders == {"#1": [("A", told[0] - told[1])]}


@pytest.mark.parametrize(
    ("line", "said", "told"),
    [
        ({"fulfillable_quantity": 0, "fulfillment_status": "fulfilled"}, {}, (5, 5, 0)),
        ({"fulfillable_quantity": 0, "fulfillment_status": "fulfilled"}, {"refunds": [refund(2)]}, (3, 3, 2)),
        ({"fulfillable_quantity": 0, "fulfillment_status": "fulfilled"}, {"refunds": [refund(2, "return")]}, (5, 5, 0)),
        ({"fulfillable_quantity": 0}, {"fulfillments": [shipped(3)], "refunds": [refund(2, "cancel")]}, (3, 3, 0)),
        ({}, {}, (5, 5, 0)),
    ],
)  # fmt: skip
def test_can_tell_what_went_out_of_a_fulfilled_order_of_json(orders: Any, line: Any, said: Any, told: Any) -> None:
    read = orders(order(line, fulfillment_status="fulfilled", **said), "o.json")
    assert read.tells == {"#1": [("A", *told)]}
    assert (read.closed, read.orders) == ({"#1": "Shipped"}, {})


@pytest.mark.parametrize("said", [{"cancelled_at": "2026-03-02T00:00:00Z"}, {"financial_status": "refunded"}])
def test_can_tell_what_went_out_of_a_cancelled_order_of_json(orders: Any, said: dict[str, Any]) -> None:
    read = orders(
        order({"fulfillable_quantity": 0}, fulfillments=[shipped(2)], refunds=[refund(3, "cancel")], **said), "o"
    )
    assert read.tells == {"#1": [("A", 2, 2, 0)]}
    assert read.closed == {"#1": "Cancelled"}


def test_cannot_follow_a_gift_card(orders: Any) -> None:
    assert orders(order({"gift_card": True, "fulfillment_status": "fulfilled"}), "o.json").tells == {"#1": []}
