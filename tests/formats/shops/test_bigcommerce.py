"""BigCommerce's orders, with all items in one cell."""

from __future__ import annotations

from typing import Any

import pytest

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
    assert read.arrived[0].said.placed_at == "2014-04-26T00:00:00Z"
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


def test_can_leave_out_items_without_any_part(orders: Any) -> None:
    item = '"Product ID: 1, Product Qty: 2, Product SKU: A, Product Name: Mug"'
    rows = f"186,Ann,26/04/2014,Awaiting Fulfillment,sold by phone,\n187,Ann,26/04/2014,Awaiting Fulfillment,{item},\n"
    read = orders(BIGCOMMERCE + rows)
    assert (read.orders, read.reasons) == ({"187": [("A", 2)]}, {"no SKU": 1})
