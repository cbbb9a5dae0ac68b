"""Squarespace's orders, which are nearly Shopify's."""

from __future__ import annotations

from typing import Any

import pytest

HEADER = (
    "Order ID,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Created at,Lineitem quantity,"
    "Lineitem name,Lineitem price,Lineitem sku,Lineitem variant,Lineitem requires shipping,"
    "Lineitem fulfillment status,Cancelled at\n"
)


def line(payment: str = "PAID", fulfillment: str = "PENDING", of_line: str = "pending", cancelled: str = "") -> str:
    return f"7,,{payment},,{fulfillment},,7/25/2018 21:06,2,Coffee,9,SQ1,200g,TRUE,{of_line},{cancelled}\n"


def test_can_read_an_order_of_several_lines(orders: Any) -> None:
    read = orders(HEADER + line() + "7,a@b.c,,,,,,1,Cup,5,SQ2,,TRUE,pending,\n")
    assert (read.format, read.orders) == ("squarespace-orders", {"7": [("SQ1", 2), ("SQ2", 1)]})
    assert [it.name for it in read.arrived[0].lines] == ["Coffee - 200g", "Cup"]
    assert read.arrived[0].said.placed_at == "2018-07-25T21:06:00Z"


@pytest.mark.parametrize(
    ("columns", "closed"),
    [
        ({"fulfillment": "FULFILLED"}, "Shipped"),
        ({"fulfillment": "CANCELED"}, "Cancelled"),
        ({"cancelled": "7/26/2018 9:00"}, "Cancelled"),
        ({"payment": "REFUNDED"}, "Cancelled"),
        ({"payment": "VOIDED"}, "Cancelled"),
    ],
)
def test_each_closing_column_closes(orders: Any, columns: dict[str, str], closed: str) -> None:
    read = orders(HEADER + line(**columns))
    assert (read.orders, read.closed) == ({}, {"7": closed})


def test_a_fulfilled_line_is_sent(orders: Any) -> None:
    assert orders(HEADER + line(of_line="fulfilled") + line()).tells == {"7": [("SQ1", 2, 2, 0), ("SQ1", 2, 0, 0)]}
