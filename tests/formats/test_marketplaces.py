"""Amazon, eBay, ShipStation, BigCommerce and Odoo."""

from __future__ import annotations

from typing import Any

import pytest

AMAZON = "order-id\torder-item-id\tpurchase-date\tbuyer-name\tsku\tproduct-name\tquantity-purchased"


def test_can_take_what_amazon_says_is_to_be_shipped(orders: Any) -> None:
    read = orders(
        AMAZON + "\tquantity-shipped\tquantity-to-ship\n"
        '1-1\t9\t2025-07-30T08:34:47+00:00\tAnn\tA\t"Best" mug, blue\t3\t1\t2\n'
        "1-1\t8\t2025-07-30T08:34:47+00:00\tAnn\tB\tPlate\t1\t1\t0\n"
        "1-2\t7\t2025-07-30T08:34:47+00:00\tBob\tA\tMug\t1\t1\t0\n",
        "report.txt",
    )
    assert read.format == "amazon-unshipped"
    assert read.orders == {"1-1": [("A", 2)]}
    assert read.arrived[0].lines[0].name == '"Best" mug, blue'
    assert read.reasons == {"fulfilled": 2}
    assert read.closed == {"1-2": "Shipped"}
    assert "Ann" not in repr(read.items)


def test_can_take_amazons_new_orders_as_purchased(orders: Any) -> None:
    read = orders(AMAZON + "\n1-1\t9\t2009-01-01T10:50:49-08:00\tAnn\tA\tMug\t3\n", "report.txt")
    assert read.format == "amazon-orders"
    assert read.orders == {"1-1": [("A", 3)]}
    assert read.arrived[0].placed_at == "2009-01-01T18:50:49Z"


def test_can_tell_the_open_ones_of_all_amazon_orders(orders: Any) -> None:
    header = "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsku\titem-status\tquantity\n"
    rows = [
        ("1", "Unshipped", "Merchant", "A", "Unshipped", "2"),
        ("1", "Unshipped", "Merchant", "B", "Cancelled", "0"),
        ("2", "Shipped", "Merchant", "A", "Shipped", "1"),
        ("3", "Cancelled", "Merchant", "A", "Cancelled", "2"),
        ("4", "Pending", "Merchant", "A", "Unshipped", "1"),
        ("5", "Unshipped", "Amazon", "A", "Unshipped", "1"),
    ]
    text = header + "".join("\t".join([r[0], "2026-01-01T00:00:00Z", *r[1:]]) + "\n" for r in rows)
    read = orders(text, "all.txt")
    assert read.orders == {"1": [("A", 2)]}
    assert read.closed == {"2": "Shipped", "3": "Cancelled"}
    assert read.reasons == {"cancelled": 2, "fulfilled": 1, "not paid": 1, "fulfilled by Amazon": 1}


def test_can_read_amazons_report_saved_as_csv(orders: Any) -> None:
    text = (
        "index,Order ID,Date,Status,Fulfilment,SKU,Courier Status,Qty\r\n"
        '0,1-1,04-30-22,Shipped - Delivered to Buyer,Merchant,"A,1",Shipped,0\r\n'
        "1,1-2,04-12-22,Cancelled,Merchant,A,,2\r\n2,1-3,04-12-22,Unshipped,Merchant,A,,2\r\n"
    )
    read = orders(text)
    assert read.orders == {"1-3": [("A", 2)]}
    assert read.arrived[0].placed_at == "2022-04-12T00:00:00Z"
    assert read.closed == {"1-1": "Shipped", "1-2": "Cancelled"}


EBAY = (
    ",,,,,,,,,\r\n"
    "Sales Record Number,Order Number,Buyer Name,Item Number,Item Title,Custom Label,Quantity,Sale Date,Paid On Date,"
    "Shipped On Date\r\n,,,,,,,,,\r\n"
)
FOOTER = "\r\n5,record(s) downloaded,,,,,,,,\r\nSeller ID : acme\r\n"


def test_can_read_ebays_frame_and_summary_rows(orders: Any) -> None:
    read = orders(
        EBAY
        + "101,12-1,Ann,555,Mug,A,2,Sep-30-26,Sep-30-26,\r\n"
        + "102,12-2,Bob,,,,3,Sep-30-26,Sep-30-26,\r\n"
        + "102,12-2,Bob,556,Mug,A,1,,,\r\n"
        + "102,12-2,Bob,557,Plate,B,2,,,\r\n"
        + "103,12-3,Cy,555,Mug,A,1,Sep-30-26,,\r\n"
        + "104,,Di,555,Mug,A,1,Sep-30-26,Sep-30-26,Oct-01-26\r\n"
        + FOOTER
    )
    assert read.format == "ebay-orders"
    assert read.orders == {"12-1": [("A", 2)], "12-2": [("A", 1), ("B", 2)]}
    assert [order.at for order in read.arrived] == [4, 5]
    assert read.arrived[0].placed_at == "2026-09-30T00:00:00Z"
    assert read.closed == {"104": "Shipped"}
    assert read.reasons == {"not paid": 1, "fulfilled": 1}


def test_can_tell_the_open_items_of_an_ebay_order(orders: Any) -> None:
    rows = "1,1-1,Ann,5,Mug,A,1,Sep-30-26,Sep-30-26,Oct-01-26\r\n1,1-1,Ann,6,Mug,B,1,Sep-30-26,Sep-30-26,\r\n"
    assert orders(EBAY + rows + FOOTER).orders == {"1-1": [("B", 1)]}


def test_can_read_an_ebay_report_without_orders(orders: Any) -> None:
    assert orders(EBAY + FOOTER).items == []


SHIPSTATION = "Order - Number,Date - Order Date,Order - Status,Item - SKU,Item - Name,Item - Qty,Ship To - Name\n"


@pytest.mark.parametrize("status", ["awaiting_shipment", "Awaiting Shipment", "on_hold", ""])
def test_can_take_what_awaits_shipment_at_shipstation(orders: Any, status: str) -> None:
    read = orders(SHIPSTATION + f"S1,9/26/2025 10:46:54 PM,{status},A,Mug,2,Ann\n")
    assert read.format == "shipstation-orders"
    assert read.orders == {"S1": [("A", 2)]}
    assert read.arrived[0].placed_at == "2025-09-26T22:46:54Z"


def test_cannot_take_the_rest_at_shipstation(orders: Any) -> None:
    statuses = ("shipped", "cancelled", "awaiting_payment")
    text = SHIPSTATION + "".join(f"S{n},2025-09-26,{status},A,Mug,2,Ann\n" for n, status in enumerate(statuses))
    read = orders(text)
    assert read.orders == {}
    assert read.closed == {"S0": "Shipped", "S1": "Cancelled"}


BIGCOMMERCE = "Order ID,Customer Name,Order Date,Order Status,Product Details,Date Shipped\n"


def details(*items: tuple[str, str, str], between: str = "|") -> str:
    return between.join(
        f"Product ID: {n}, Product Qty: {qty}, Product SKU: {sku}, Product Name: {name}, Product Weight: 0.8, "
        "Product Variation Details: Size: S (4), Product Unit Price: 67.50, Product Total Price: 67.50"
        for n, (sku, qty, name) in enumerate(items)
    )


@pytest.mark.parametrize("between", ["|", "", " | "])
def test_can_unpack_bigcommerces_items(orders: Any, between: str) -> None:
    items = details(
        ("8810-Blue-S", "1", "Mug"), ("Plate, deep - S", "3", "Plate, deep"), ("", "1", "x"), between=between
    )
    read = orders(BIGCOMMERCE + f'186,Ann,26/04/2014,Awaiting Fulfillment,"{items}",\n')
    assert read.format == "bigcommerce-orders"
    assert read.orders == {"186": [("8810-Blue-S", 1), ("Plate, deep - S", 3)]}
    assert read.arrived[0].placed_at == "2014-04-26T00:00:00Z"
    assert read.arrived[0].lines[1].name == "Plate, deep"
    assert read.reasons == {"no SKU": 1}


@pytest.mark.parametrize(
    ("status", "closed"),
    [("Shipped", "Shipped"), ("Completed", "Shipped"), ("Refunded", "Cancelled"), ("Awaiting Payment", None)],
)
def test_cannot_take_closed_orders_of_bigcommerce(orders: Any, status: str, closed: str | None) -> None:
    items = details(("A", "1", "Mug"), ("B", "1", "Mug"))
    read = orders(BIGCOMMERCE + f'186,Ann,26/04/2014,{status},"{items}",\n')
    assert (read.orders, read.closed.get("186")) == ({}, closed)
    assert len(read.left_out) == 2


def test_cannot_read_bigcommerces_rows_without_their_header(refused: Any) -> None:
    assert "BigCommerce" in refused("orders", f'186,Ann,26/04/2014,Shipped,"{details(("A", "1", "Mug"))}",\n')


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
