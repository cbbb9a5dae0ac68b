"""What each shop's file tells of a line: units wanted in all, units sent, and units of which it does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backsplit.domain.limits import LARGEST_QUANTITY

# WooCommerce ------------------------------------------------------------------------------------------------------

WOO = "Order Number,Order Status,Order Date,SKU,Name,Quantity,Quantity (- Refund)\n"


@pytest.mark.parametrize(
    ("status", "cells", "told", "closed"),
    [
        ("processing", "5,3", [(3, 0, 0)], {}),
        ("processing", "5,0", [], {}),
        ("partially-shipped", "5,3", [(3, 0, 3)], {}),
        ("partially-shipped", "5,0", [], {}),  # as those of a line that is paid back in part
        ("completed", "5,5", [(5, 5, 0)], {"7": "Shipped"}),
        ("completed", "5,3", [(3, 3, 2)], {"7": "Shipped"}),
        ("completed", "5,0", [(0, 0, 5)], {"7": "Shipped"}),
        ("cancelled", "5,5", [(5, 0, 5)], {"7": "Cancelled"}),
        ("trash", "5,5", [(5, 0, 5)], {"7": "Cancelled"}),
        ("refunded", "5,0", [(0, 0, 5)], {"7": "Cancelled"}),
        ("refunded", ",0", [(0, 0, LARGEST_QUANTITY)], {"7": "Cancelled"}),
    ],
)
def test_can_tell_as_much_as_woocommerce_says(orders: Any, status: str, cells: str, told: Any, closed: Any) -> None:
    read = orders(WOO + f"7,{status},2026-02-03 10:11,A,Mug,{cells}\n")
    assert read.tells == {"7": [("A", *units) for units in told]}
    assert (read.closed, read.only_open) == (closed, False)


@pytest.mark.parametrize(
    ("status", "told"), [("processing", (3, 0, 0)), ("completed", (3, 3, 2)), ("refunded", (3, 0, 5))]
)
def test_can_tell_as_much_of_a_column_of_refunds(orders: Any, status: str, told: tuple[int, int, int]) -> None:
    text = (
        f"order_id,date,status,item_name,item_sku,item_quantity,item_refunded_qty\n5,2026-04-26,{status},Mug,A,5,-2\n"
    )
    assert orders(text).tells == {"5": [("A", *told)]}


def woo(status: str, *refunds: Any) -> str:
    line = {"id": 18, "name": "Mug", "sku": "A", "quantity": 5}
    return json.dumps([{"number": "7", "status": status, "date_created": "2026-03-22T16:28:02", "line_items": [line],
                        "refunds": list(refunds)}])  # fmt: skip


OF_THE_LINE = {"id": 3, "total": "-9", "line_items": [
    {"id": 99, "sku": "A", "quantity": -2, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "18"}]}
]}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "refunds", "told"),
    [
        ("processing", [], (5, 0, 0)),
        ("processing", [{"id": 1, "total": "-1"}], (5, 0, 0)),
        ("processing", [OF_THE_LINE], (3, 0, 0)),
        ("partially-shipped", [OF_THE_LINE], (3, 0, 3)),
        ("completed", [], (5, 5, 0)),
        ("completed", [OF_THE_LINE], (3, 3, 2)),
        ("cancelled", [], (5, 0, 5)),
        ("refunded", [OF_THE_LINE], (3, 0, 5)),
    ],
)
def test_can_tell_as_much_as_woocommerces_json_says(orders: Any, status: str, refunds: Any, told: Any) -> None:
    read = orders(woo(status, *refunds), "o.json")
    assert read.tells == {"7": [("A", *told)]}
    assert ("refunded in part" in read.notice) == (refunds == [{"id": 1, "total": "-1"}])


def test_can_tell_that_a_line_of_woocommerces_json_is_refunded(orders: Any) -> None:
    read = orders(woo("processing", OF_THE_LINE, OF_THE_LINE, OF_THE_LINE), "o.json")
    assert (read.tells, read.reasons) == ({"7": []}, {"refunded": 1})


# Amazon -----------------------------------------------------------------------------------------------------------

UNSHIPPED = (
    "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\t"
    "quantity-purchased\tquantity-shipped\tquantity-to-ship\n"
)


def test_can_tell_what_amazon_has_shipped_of_an_unshipped_order(orders: Any) -> None:
    row = "1-1\t9\t2025-07-30T08:34:47+00:00\tA\tMug\t5\t1\t3\n"  # one of the five was cancelled
    read = orders(UNSHIPPED + row + row.replace("\tA\t", "\tB\t").replace("1\t3", "4\t0"), "report.txt")
    assert read.tells == {"1-1": [("A", 4, 1, 0), ("B", 4, 4, 0)]}
    assert (read.orders, read.only_open) == ({"1-1": [("A", 3)]}, False)


def test_can_know_that_amazons_reports_tell_only_what_is_open(orders: Any) -> None:
    text = "order-id\torder-item-id\tpurchase-date\tsku\tquantity-to-ship\n1-1\t9\t2025-07-30T08:34:47+00:00\tA\t3\n"
    assert orders(text, "report.txt").only_open
    read = orders(text.replace("to-ship", "purchased"), "report.txt")
    assert (read.format, read.only_open, read.tells) == ("amazon-orders", True, {"1-1": [("A", 3, 0, 0)]})


@pytest.mark.parametrize(
    ("status", "item", "told", "closed"),
    [
        ("Unshipped", "Unshipped", [(3, 0, 0)], {}),
        ("Unshipped", "Cancelled", [], {}),
        ("Partially Shipped", "Shipped", [(3, 3, 0)], {"1": "Shipped"}),
        ("PartiallyShipped", "Unshipped", [(3, 0, 0)], {}),
        ("PartiallyShipped", "", [(3, 0, 3)], {}),
        ("Shipped", "Shipped", [(3, 3, 0)], {"1": "Shipped"}),
        ("Shipped", "", [(3, 3, 0)], {"1": "Shipped"}),
        ("Shipped", "Cancelled", [], {"1": "Shipped"}),
        ("Shipped - Delivered to Buyer", "", [(3, 3, 0)], {"1": "Shipped"}),
        ("Cancelled", "Shipped", [(3, 3, 0)], {"1": "Cancelled"}),
        ("Cancelled", "Cancelled", [], {"1": "Cancelled"}),
        ("Cancelled", "", [(3, 0, 3)], {"1": "Cancelled"}),
    ],
)
def test_can_tell_as_much_as_amazons_report_of_all_orders_says(
    orders: Any, status: str, item: str, told: Any, closed: Any
) -> None:
    header = "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsku\titem-status\tquantity\n"
    read = orders(header + f"1\t2026-01-01T00:00:00Z\t{status}\tMerchant\tA\t{item}\t3\n", "all.txt")
    assert read.tells == {"1": [("A", *units) for units in told]}
    assert (read.closed, read.only_open) == (closed, False)
    assert "not know" not in read.notice


def test_can_read_how_much_amazon_has_shipped_where_it_is_told(orders: Any) -> None:
    header = "order-id\torder-item-id\tpurchase-date\tsku\tquantity-purchased\tquantity-shipped\n"
    read = orders(header + "1\t9\t2026-01-01T00:00:00Z\tA\t3\t1\n", "all.txt")
    assert (read.tells, read.orders, read.only_open) == ({"1": [("A", 3, 1, 0)]}, {"1": [("A", 2)]}, False)


def test_can_name_what_amazon_sends_itself_or_waits_for(orders: Any) -> None:
    header = "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsku\tquantity\n"
    rows = "1\t2026-01-01\tUnshipped\tAmazon\tA\t1\n2\t2026-01-01\tPending\tMerchant\tA\t1\n"
    read = orders(header + rows, "all.txt")
    assert (read.named_only, read.told) == (["1", "2"], [])


# eBay -------------------------------------------------------------------------------------------------------------

EBAY = (
    "Sales Record Number,Order Number,Item Number,Item Title,Custom Label,Quantity,"
    "Sale Date,Paid On Date,Shipped On Date\n"
)


def test_can_tell_ebays_sent_items_by_their_day(orders: Any) -> None:
    read = orders(EBAY + "1,1-1,5,Mug,A,2,Sep-30-26,Sep-30-26,Oct-01-26\n1,1-1,6,Mug,B,1,Sep-30-26,Sep-30-26,\n")
    assert read.tells == {"1-1": [("A", 2, 2, 0), ("B", 1, 0, 0)]}
    assert (read.closed, read.only_open) == ({}, False)


def test_can_tell_that_an_ebay_order_is_sent_as_a_whole(orders: Any) -> None:
    read = orders(EBAY + "1,1-1,,,,3,Sep-30-26,Sep-30-26,Oct-01-26\n1,1-1,5,Mug,A,2,,,\n1,1-1,6,Mug,B,1,,,\n")
    assert read.tells == {"1-1": [("A", 2, 2, 0), ("B", 1, 1, 0)]}
    assert read.closed == {"1-1": "Shipped"}


def test_cannot_tell_what_ebay_sent_without_the_column(orders: Any) -> None:
    read = orders(EBAY.replace(",Shipped On Date", "") + "1,1-1,5,Mug,A,2,Sep-30-26,Sep-30-26\n")
    assert (read.tells, read.orders) == ({"1-1": [("A", 2, 0, 2)]}, {"1-1": [("A", 2)]})


def test_can_name_an_ebay_order_that_is_not_paid(orders: Any) -> None:
    assert orders(EBAY + "1,1-1,5,Mug,A,2,Sep-30-26,,\n").named_only == ["1-1"]


# ShipStation, BigCommerce, Odoo -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told", "closed"),
    [
        ("Awaiting Shipment", (2, 0, 0), {}),
        ("On Hold", (2, 0, 0), {}),
        ("Shipped", (2, 2, 0), {"1": "Shipped"}),
        ("Cancelled", (2, 0, 2), {"1": "Cancelled"}),
    ],
)
def test_can_tell_as_much_as_shipstation_says(orders: Any, status: str, told: Any, closed: Any) -> None:
    header = "Order - Number,Date - Order Date,Order - Status,Item - SKU,Item - Qty,Item - Name\n"
    read = orders(header + f"1,9/26/2025 10:46:54 PM,{status},A,2,Mug\n")
    assert (read.tells, read.closed, read.only_open) == ({"1": [("A", *told)]}, closed, False)


def test_cannot_tell_what_shipstation_sent_without_the_status(orders: Any) -> None:
    read = orders("Order - Number,Item - SKU,Item - Qty,Item - Name\n1,A,2,Mug\n")
    assert (read.tells, read.orders) == ({"1": [("A", 2, 0, 2)]}, {"1": [("A", 2)]})


@pytest.mark.parametrize(
    ("status", "shipped_on", "told", "closed"),
    [
        ("Awaiting Fulfillment", "", (2, 0, 0), {}),
        ("Partially Shipped", "", (2, 0, 2), {}),
        ("Partially Refunded", "", (2, 0, 2), {}),
        ("Partially Refunded", "29/04/2014", (2, 2, 0), {"1": "Shipped"}),
        ("Shipped", "29/04/2014", (2, 2, 0), {"1": "Shipped"}),
        ("Completed", "", (2, 2, 0), {"1": "Shipped"}),
        ("Cancelled", "", (2, 0, 2), {"1": "Cancelled"}),
        ("Declined", "", (2, 0, 2), {"1": "Cancelled"}),
        ("Refunded", "", (2, 0, 2), {"1": "Cancelled"}),
    ],
)
def test_can_tell_as_much_as_bigcommerce_says(
    orders: Any, status: str, shipped_on: str, told: Any, closed: Any
) -> None:
    item = '"Product ID: 1, Product Qty: 2, Product SKU: A, Product Name: Mug"'
    header = "Order ID,Order Date,Order Status,Date Shipped,Product Details\n"
    read = orders(header + f"1,26/04/2014,{status},{shipped_on},{item}\n")
    assert (read.tells, read.closed) == ({"1": [("A", *told)]}, closed)
    assert (read.orders == {"1": [("A", 2)]}) == (not closed)


ODOO = "Order Reference,Order Date,Status,Order Lines/Product,Order Lines/Quantity"


@pytest.mark.parametrize(
    ("status", "delivered", "told", "closed"),
    [
        ("Sales Order", "0.0", (5, 0, 0), {}),
        ("Sales Order", "2.0", (5, 2, 0), {}),
        ("Sales Order", "5.0", (5, 5, 0), {"S1": "Shipped"}),
        ("Sales Order", "7.0", (7, 7, 0), {"S1": "Shipped"}),
        ("Cancelled", "2.0", (5, 2, 0), {"S1": "Cancelled"}),
        ("Cancelled", "", (5, 0, 5), {"S1": "Cancelled"}),
    ],
)
def test_can_tell_what_odoo_has_delivered(orders: Any, status: str, delivered: str, told: Any, closed: Any) -> None:
    header = ODOO + ",Order Lines/Delivered Quantity\n"
    read = orders(header + f"S1,2026-01-05 10:00:00,{status},[A] Chair,5.0,{delivered}\n")
    assert (read.tells, read.closed) == ({"S1": [("A", *told)]}, closed)


@pytest.mark.parametrize(
    ("delivery", "told", "closed"),
    [
        ("Not Delivered", (5, 0, 0), {}),
        ("Partially Delivered", (5, 0, 5), {}),
        ("Fully Delivered", (5, 5, 0), {"S1": "Shipped"}),
        ("", (5, 0, 5), {}),
    ],
)
def test_can_tell_as_much_as_odoos_delivery_status_says(orders: Any, delivery: str, told: Any, closed: Any) -> None:
    read = orders(ODOO + f",Delivery Status\nS1,2026-01-05 10:00:00,Sales Order,[A] Chair,5.0,{delivery}\n")
    assert (read.tells, read.closed) == ({"S1": [("A", *told)]}, closed)


def test_can_name_a_quotation_of_odoo(orders: Any) -> None:
    assert orders(ODOO + "\nS1,2026-01-05 10:00:00,Quotation,[A] Chair,5.0\n").named_only == ["S1"]


# Any of them ------------------------------------------------------------------------------------------------------


def test_can_know_that_a_plain_file_tells_only_what_is_open(orders: Any) -> None:
    assert orders("order,sku,quantity\n1,A,2\n").only_open
    assert orders('[{"order": "1", "sku": "A", "quantity": 2}]', "o.json").only_open


def test_cannot_advise_a_plain_file_for_an_unknown_status(orders: Any) -> None:
    read = orders(WOO + "7,En orbite,2026-02-03 10:11,A,Mug,5,5\n")
    assert read.named_only == ["7"]
    assert "left alone" in read.notice
    assert "(En orbite)" in read.notice
    assert "--format" not in read.notice


def test_can_read_what_can_be_read_of_a_closed_order(orders: Any) -> None:
    text = WOO + "7,completed,yesterday,A,Mug,5,5\n,,,B,Plate,x,x\n,,,,Cup,1,1\n"
    read = orders(text)
    assert read.tells == {"7": [("A", 5, 5, 0)]}
    assert read.told[0].said.placed_at is None
    assert read.reasons == {"fulfilled": 3}


def test_can_name_an_order_that_bad_rows_keep_out(orders: Any) -> None:
    read = orders(WOO + "7,processing,yesterday,A,Mug,5,5\n8,processing,2026-02-03,A,Mug,x,x\n", skip_bad=True)
    assert (read.named_only, read.told) == (["7", "8"], [])
