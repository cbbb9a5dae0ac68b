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


def test_can_read_the_grid_as_it_is_shown(orders: Any) -> None:
    text = (
        "Order #,Order Date,Item Name,Ship Date,Quantity,Item SKU\n"
        "1,02/27/2025,Serum,02/28/2025,1,SER-30\n2,02/27/2025,(2 Items),02/28/2025,2,(2 Items)\n"
        "3,02/27/2025,Serum,,3,SER-15\n4,02/27/2025,(2 Items),,2,(2 Items)\n"
    )
    read = orders(text)
    assert (read.format, read.orders) == ("shipstation-grid", {"3": [("SER-15", 3)]})
    assert read.closed == {"1": "Shipped", "2": "Shipped"}
    assert (read.named_only, read.reasons["lines not in the file"]) == (["4"], 1)
    assert "a row for each item" in read.notice
