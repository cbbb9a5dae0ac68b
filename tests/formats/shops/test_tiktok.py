"""TikTok Shop's orders, whose rows have statuses of their own."""

from __future__ import annotations

from typing import Any

import pytest

HEADER = (
    "Order ID,Order Status,Order Substatus,Cancelation/Return Type,SKU ID,Seller SKU,Product Name,Variation,Quantity,"
    "Sku Quantity of return,Created Time,Shipped Time,Cancelled Time,Fulfillment Type\n"
    "Platform unique order ID.,Current order status.,,,Platform SKU ID.,,,,SKU sold quantity in the order.,,,,,\n"
)


def row(
    status: str = "To ship",
    sku: str = "A",
    returned: str = "0",
    shipped: str = "",
    cancelled: str = "",
    by: str = "seller",
) -> str:
    return (
        f"576460000000000001\t,{status},,,1,{sku},Mug,Blue,2,{returned},31/12/2025 22:36:01\t,{shipped},{cancelled},"
        f"Fulfillment by {by}\n"
    )


@pytest.mark.parametrize("status", ["To ship", "Awaiting shipment", "Awaiting collection", "On hold"])
def test_can_read_an_open_order(orders: Any, status: str) -> None:
    read = orders(HEADER + row(status))
    assert (read.format, read.orders) == ("tiktok-orders", {"576460000000000001": [("A", 2)]})
    assert read.arrived[0].said.placed_at == "2025-12-31T22:36:01Z"
    assert read.arrived[0].lines[0].name == "Mug - Blue"
    assert read.notice == ""


@pytest.mark.parametrize(
    ("columns", "closed"),
    [
        ({"status": "Shipped"}, "Shipped"),
        ({"status": "In transit"}, "Shipped"),
        ({"status": "Delivered"}, "Shipped"),
        ({"status": "Completed"}, "Shipped"),
        ({"shipped": "01/01/2026 10:00:00"}, "Shipped"),
        ({"status": "Canceled"}, "Cancelled"),
        ({"cancelled": "01/01/2026 10:00:00"}, "Cancelled"),
    ],
)
def test_each_closing_column_closes(orders: Any, columns: dict[str, str], closed: str) -> None:
    read = orders(HEADER + row(**columns))
    assert (read.orders, read.closed) == ({}, {"576460000000000001": closed})


def test_a_row_may_be_closed_by_itself(orders: Any) -> None:
    read = orders(HEADER + row() + row("Shipped", "B") + row("Canceled", "C") + row(sku="D", returned="1"))
    assert read.orders == {"576460000000000001": [("A", 2), ("D", 1)]}
    assert read.tells == {"576460000000000001": [("A", 2, 0, 0), ("B", 2, 2, 0), ("D", 1, 0, 0)]}
    assert read.reasons == {"fulfilled": 1, "cancelled": 1}


def test_what_is_not_for_us_to_ship_is_not_open(orders: Any) -> None:
    assert orders(HEADER + row("Unpaid")).reasons == {"not paid": 1}
    assert orders(HEADER + row(by="TikTok Shop")).reasons == {"fulfilled by TikTok": 1}
    assert orders(HEADER + row("Perlu dikirim")).reasons == {"unknown status": 1}
    assert orders(HEADER + row(returned="2")).reasons == {"refunded": 1}
