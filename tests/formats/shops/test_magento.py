"""Magento's order items, in which a configurable product has two rows."""

from __future__ import annotations

from typing import Any

import pytest

PAIRS = "increment_id,status,created_at,sku,name,qty_ordered,price\n"
FULL = (
    "increment_id,status,created_at,item_id,parent_item_id,product_type,sku,name,qty_ordered,qty_canceled,qty_refunded,"
    "qty_shipped\n"
)


def item(
    at: int, sku: str, ordered: int, canceled: int = 0, refunded: int = 0, shipped: int = 0, *, parent: str = "",
    kind: str = "simple", status: str = "processing",
) -> str:  # fmt: skip
    numbers = f"{ordered}.0000,{canceled}.0000,{refunded}.0000,{shipped}.0000"
    return f"100000051,{status},2026-01-01 09:00:00,{at},{parent},{kind},{sku},Tee,{numbers}\n"


def pair(status: str = "processing") -> str:
    return f"51,{status},2026-01-01,A,Tee,6.0000,75.0000\n51,{status},2026-01-01,A,Tee,6.0000,0.0000\n"


def test_a_configurable_product_and_the_one_chosen_are_one_line(orders: Any) -> None:
    read = orders(PAIRS + pair() + "51,processing,2026-01-01,B,Top,1.0000,9.0000\n")
    assert (read.format, read.orders) == ("magento-order-items", {"51": [("A", 6), ("B", 1)]})
    parent, child = item(1, "TEE", 2, kind="configurable", shipped=1), item(2, "TEE-M", 2, parent="1")
    assert orders(FULL + parent + child).tells == {"100000051": [("TEE-M", 2, 1, 0)]}
    untied = "increment_id,status,product_type,sku,qty\n51,new,configurable,TEE,2\n51,new,simple,TEE-M,2\n"
    assert orders(untied).orders == {"51": [("TEE-M", 2)]}


def test_the_same_product_bought_twice_stays_two_lines(orders: Any) -> None:
    assert orders(PAIRS + "51,new,,A,Tee,1,9\n51,new,,A,Tee,1,9\n").orders == {"51": [("A", 1), ("A", 1)]}
    assert orders(FULL + item(1, "A", 1) + item(2, "A", 1)).orders == {"100000051": [("A", 1), ("A", 1)]}


def test_the_parts_of_a_bundle_are_its_lines(orders: Any) -> None:
    parts = item(2, "CUP", 2, parent="1") + item(3, "POT", 1, parent="1")
    assert orders(FULL + item(1, "SET", 1, kind="bundle") + parts).orders == {"100000051": [("CUP", 2), ("POT", 1)]}
    sent = orders(FULL + item(1, "SET", 1, shipped=1, kind="bundle") + parts + item(4, "A", 1))
    assert sent.tells == {"100000051": [("CUP", 2, 2, 0), ("POT", 1, 1, 0), ("A", 1, 0, 0)]}


@pytest.mark.parametrize(
    ("status", "closed"),
    [("complete", "Shipped"), ("canceled", "Cancelled"), ("closed", "Cancelled"), ("Cancelled", "Cancelled")],
)
def test_each_closing_status_closes(orders: Any, status: str, closed: str) -> None:
    read = orders(PAIRS + pair(status))
    assert (read.orders, read.closed) == ({}, {"51": closed})


@pytest.mark.parametrize("status", ["pending", "processing", "holded", "new"])
def test_an_open_status_is_open(orders: Any, status: str) -> None:
    assert orders(PAIRS + pair(status)).orders == {"51": [("A", 6)]}


def test_other_statuses_are_not_open(orders: Any) -> None:
    assert orders(PAIRS + pair("pending_payment")).reasons == {"not paid": 1}
    assert orders(PAIRS + pair("Wartet auf Etikett")).reasons == {"unknown status": 1}


def test_numbers_say_what_is_canceled_refunded_and_shipped(orders: Any) -> None:
    lines = (
        item(1, "A", 5, canceled=1, shipped=2)
        + item(2, "B", 2, canceled=2)
        + item(3, "C", 2, refunded=2)
        + item(4, "D", 3, shipped=3, refunded=1)
        + item(5, "E", 1, kind="virtual")
    )
    read = orders(FULL + lines)
    assert read.orders == {"100000051": [("A", 2)]}
    assert read.tells["100000051"] == [("A", 4, 2, 0), ("D", 3, 3, 0)]
    assert read.reasons == {"cancelled": 1, "refunded": 1, "fulfilled": 1, "not to be shipped": 1}


def test_without_numbers_what_is_sent_of_an_open_order_is_not_told(orders: Any) -> None:
    assert orders(PAIRS + pair()).tells == {"51": [("A", 6, 0, 6)]}


def test_can_tell_a_bundle_and_a_configurable_without_item_ids_from_their_parts(orders: Any) -> None:
    head = "increment_id,status,sku,qty_ordered,product_type\n"
    parts = "1,processing,A,2,simple\n1,processing,B,1,simple\n"
    assert orders(f"{head}1,processing,SET,1,bundle\n{parts}").orders == {"1": [("A", 2), ("B", 1)]}
    assert orders(head + "1,processing,SET,1,bundle\n").orders == {"1": [("SET", 1)]}
    pair = "1,processing,C-RED,1,configurable\n1,processing,C-RED,1,simple\n"
    assert orders(head + pair).orders == {"1": [("C-RED", 1)]}
