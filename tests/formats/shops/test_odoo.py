"""Odoo's sale orders."""

from __future__ import annotations

from typing import Any

ODOO = (
    "Order Reference,Order Date,Customer,Status,Order Lines/Product,Order Lines/Quantity,"
    "Order Lines/Delivered Quantity\n"
)


def test_can_read_odoos_orders_whose_later_rows_have_no_number(orders: Any) -> None:
    read = orders(
        ODOO
        + "S00003,2026-01-05 10:00:00,Ann,Sales Order,[FURN_7777] Office Chair,10.0,4.0\n"
        + ",,,,[FURN_8888] Lamp,1.0,1.0\n"
        + ",,,,Desk,2.0,0.0\n"
        + ",,,,,0.0,\n"
        + "S00004,2026-01-06 10:00:00,Bob,Quotation,[FURN_7777] Office Chair,1.0,\n"
        + "S00005,2026-01-06 10:00:00,Bob,Cancelled,[FURN_7777] Office Chair,1.0,\n"
    )
    assert read.format == "odoo-orders"
    assert read.orders == {"S00003": [("FURN_7777", 6)]}
    assert read.arrived[0].lines[0].name == "Office Chair"
    assert read.reasons == {"fulfilled": 1, "no SKU": 1, "not confirmed": 1, "cancelled": 1}
    assert read.closed == {"S00005": "Cancelled"}


def test_cannot_take_half_a_chair(refused: Any) -> None:
    text = ODOO + "S00003,2026-01-05 10:00:00,Ann,Sales Order,[FURN_7777] Office Chair,2.5,\n"
    assert 'column "Order Lines/Quantity": "2.5"' in refused("orders", text)
