"""eBay's orders report, with its frame and its summary rows."""

from __future__ import annotations

from typing import Any

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
    assert read.arrived[0].said.placed_at == "2026-09-30T00:00:00Z"
    assert read.closed == {"104": "Shipped"}
    assert read.reasons == {"not paid": 1, "fulfilled": 1}


def test_can_tell_the_open_items_of_an_ebay_order(orders: Any) -> None:
    rows = "1,1-1,Ann,5,Mug,A,1,Sep-30-26,Sep-30-26,Oct-01-26\r\n1,1-1,Ann,6,Mug,B,1,Sep-30-26,Sep-30-26,\r\n"
    assert orders(EBAY + rows + FOOTER).orders == {"1-1": [("B", 1)]}


def test_can_read_an_ebay_report_without_orders(orders: Any) -> None:
    assert orders(EBAY + FOOTER).items == []


def test_can_read_the_british_report(orders: Any) -> None:
    header = EBAY.replace("Shipped On Date", "Dispatched on date").replace("Custom Label", "Custom label")
    rows = "101,12-1,Ann,555,Mug,A,2,30-Sep-26,30-Sep-26,\r\n102,12-2,Bob,555,Mug,A,2,30-Sep-26,30-Sep-26,01-Oct-26\r\n"
    read = orders(header + rows + FOOTER)
    assert (read.format, read.orders, read.closed) == ("ebay-orders", {"12-1": [("A", 2)]}, {"12-2": "Shipped"})
