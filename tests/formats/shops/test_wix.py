"""Wix's orders."""

from __future__ import annotations

from typing import Any

import pytest

HEADER = (
    "Order number,Date created,Time,Total order quantity,Contact email,Item,Variant,SKU,Qty,Quantity refunded,Price,"
    "Delivery country,Delivery country,Payment status,Payment method,Total,Refunded amount,Fulfillment status,"
    "Tracking number\n"
)


def line(
    payment: str = "Paid", fulfillment: str = "Unfulfilled", sku: str = "A", qty: int = 2, refunded: str = "0"
) -> str:
    cells = f'10,"Dec 8, 2024",9:15:51 PM,2,,Mug,Blue,{sku},{qty},{refunded},9,DE,DE,{payment},,18,0,{fulfillment},'
    return cells + "\n"


def test_can_read_an_order(orders: Any) -> None:
    read = orders(HEADER + line() + line(sku="B", refunded="1"))
    assert (read.format, read.orders) == ("wix-orders", {"10": [("A", 2), ("B", 1)]})
    assert read.arrived[0].said.placed_at == "2024-12-08T21:15:51Z"
    assert read.arrived[0].lines[0].name == "Mug - Blue"
    assert read.notice == ""


@pytest.mark.parametrize(
    ("columns", "closed"),
    [
        ({"fulfillment": "Fulfilled"}, "Shipped"),
        ({"fulfillment": "Canceled"}, "Cancelled"),
        ({"payment": "Refunded"}, "Cancelled"),
        ({"payment": "Canceled"}, "Cancelled"),
        ({"payment": "Voided"}, "Cancelled"),
    ],
)
def test_each_closing_column_closes(orders: Any, columns: dict[str, str], closed: str) -> None:
    read = orders(HEADER + line(**columns))
    assert (read.orders, read.closed) == ({}, {"10": closed})


def test_a_refunded_line_is_left_out(orders: Any) -> None:
    read = orders(HEADER + line(refunded="2") + line(sku="B"))
    assert (read.orders, read.reasons) == ({"10": [("B", 2)]}, {"refunded": 1})


def test_what_is_sent_of_an_order_in_part_is_not_told(orders: Any) -> None:
    read = orders(HEADER + line(fulfillment="Partially fulfilled"))
    assert read.tells == {"10": [("A", 2, 0, 2)]}
    assert "does not say which lines" in read.notice


def test_an_order_that_is_not_paid_is_open_with_a_notice(orders: Any) -> None:
    read = orders(HEADER + line(payment="Unpaid"))
    assert read.orders == {"10": [("A", 2)]}
    assert "1 open order is not paid yet (10)" in read.notice


@pytest.mark.parametrize("columns", [{"fulfillment": "Versendet"}, {"payment": "Bezahlt"}])
def test_an_unknown_status_is_not_open(orders: Any, columns: dict[str, str]) -> None:
    assert orders(HEADER + line(**columns)).reasons == {"unknown status": 1}
