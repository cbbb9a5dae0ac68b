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


TECHNICAL = (
    "order_line/order_id/date_order,order_line/order_id/name,order_line/name,order_line/product_uom_qty,"
    "order_line/order_id/state,order_line/order_id/picking_state\n"
)


def test_can_read_lines_under_technical_names(orders: Any) -> None:
    rows = [
        "SO1,VALVE A,2,Sale Order,done", "SO2,VALVE A,4,Sale Order,not_received",
        "SO3,VALVE B,5,Sale Order,partially_received", "SO4,VALVE B,6,Sale Order/Done,",
        "SO5,VALVE A,7,Sale Order,cancel",
        "SO6,VALVE A,7,Quotation,draft",
    ]  # fmt: skip
    text = TECHNICAL + "".join(f"12/10/2020 17:00,{row}\n" for row in rows)
    read = orders(text, map={"sku": "order_line/name"})
    assert (read.format, read.orders) == ("odoo-order-lines", {"SO2": [("VALVE A", 4)], "SO3": [("VALVE B", 5)]})
    assert read.tells["SO3"] == [("VALVE B", 5, 0, 5)]
    assert read.closed == {"SO1": "Shipped", "SO4": "Shipped", "SO5": "Cancelled"}
    assert "--map placed_at=order_line/order_id/date_order" in read.notice


def test_can_read_transfers(orders: Any) -> None:
    text = (
        "Status,Reference,Stock Moves/Product/Internal Reference,Stock Moves/Demand,Stock Moves/Quantity\n"
        "Ready,OUT/1,A,5.0,2.0\n,,B,1.0,0.0\nWaiting,OUT/2,A,1.0,0.0\nDone,OUT/3,A,1.0,1.0\nCancelled,OUT/4,A,1.0,0.0\n"
    )
    read = orders(text)
    assert (read.format, read.orders) == ("odoo-transfers", {"OUT/1": [("A", 3), ("B", 1)], "OUT/2": [("A", 1)]})
    assert read.closed == {"OUT/3": "Shipped", "OUT/4": "Cancelled"}


def test_can_read_sale_orders_by_internal_reference(orders: Any) -> None:
    text = (
        "Order Lines/Order Reference/Order Reference,Order Lines/Product/Internal Reference,"
        "Order Lines/Quantity,Status\n"
        "S1,A,2.0,Sales Order\n"
    )
    assert orders(text).orders == {"S1": [("A", 2)]}
