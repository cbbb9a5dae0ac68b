"""Amazon's reports: unshipped orders, new orders, all orders."""

from __future__ import annotations

from typing import Any

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
    assert read.arrived[0].said.placed_at == "2009-01-01T18:50:49Z"


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
    assert read.arrived[0].said.placed_at == "2022-04-12T00:00:00Z"
    assert read.closed == {"1-1": "Shipped", "1-2": "Cancelled"}
