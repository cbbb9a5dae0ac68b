"""ShipStation's orders."""

from __future__ import annotations

from typing import Any

import pytest

SHIPSTATION = "Order - Number,Date - Order Date,Order - Status,Item - SKU,Item - Name,Item - Qty,Ship To - Name\n"


@pytest.mark.parametrize("status", ["awaiting_shipment", "Awaiting Shipment", "on_hold", ""])
def test_can_take_what_awaits_shipment_at_shipstation(orders: Any, status: str) -> None:
    read = orders(SHIPSTATION + f"S1,9/26/2025 10:46:54 PM,{status},A,Mug,2,Ann\n")
    assert read.format == "shipstation-orders"
    assert read.orders == {"S1": [("A", 2)]}
    assert read.arrived[0].said.placed_at == "2025-09-26T22:46:54Z"


def test_cannot_take_the_rest_at_shipstation(orders: Any) -> None:
    statuses = ("shipped", "cancelled", "awaiting_payment")
    text = SHIPSTATION + "".join(f"S{n},2025-09-26,{status},A,Mug,2,Ann\n" for n, status in enumerate(statuses))
    read = orders(text)
    assert read.orders == {}
    assert read.closed == {"S0": "Shipped", "S1": "Cancelled"}
