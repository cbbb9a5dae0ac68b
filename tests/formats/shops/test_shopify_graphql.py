"""Shopify's GraphQL answers: one JSON, and the JSON Lines of a bulk operation. What is wanted and sent is exact."""

from __future__ import annotations

import json
from typing import Any

import pytest

ORDER = "gid://shopify/Order/"


def line(sku: str, wanted: int, left: int, never: int = 0, **said: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "name": f"Item {sku}",
        "quantity": wanted,
        "currentQuantity": wanted,
        "unfulfilledQuantity": left,
        "nonFulfillableQuantity": never,
        "requiresShipping": True,
    } | said


def order(number: str, *lines: dict[str, Any], **said: Any) -> dict[str, Any]:
    return {
        "id": f"{ORDER}{number}",
        "name": f"#{number}",
        "createdAt": "2026-01-01T09:00:00Z",
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "lineItems": {"nodes": list(lines)},
    } | said


def answer(*orders: dict[str, Any], **page: Any) -> str:
    return json.dumps({"data": {"orders": {"nodes": list(orders), **page}}, "extensions": {"cost": {}}})


def bulk(*orders: dict[str, Any], children_last: bool = False) -> str:
    """The lines of a bulk operation: each line of an order stands behind it, right behind or somewhere below."""
    first: list[dict[str, Any]] = []
    last: list[dict[str, Any]] = []
    for one in orders:
        first.append({key: value for key, value in one.items() if key != "lineItems"})
        children = [{**child, "__parentId": one["id"]} for child in one["lineItems"]["nodes"]]
        (last if children_last else first).extend(children)
    return "".join(json.dumps(record) + "\n" for record in (*first, *last))


def test_wanted_and_sent_are_exact(orders: Any) -> None:
    read = orders(answer(order("1", line("A", 3, 1), line("B", 2, 2), line("C", 2, 1, never=1))), "q.json")
    assert read.format == "shopify-orders-graphql"
    assert read.tells == {"#1": [("A", 3, 2, 0), ("B", 2, 0, 0), ("C", 2, 0, 0)]}
    assert read.arrived[0].said.placed_at == "2026-01-01T09:00:00Z"


def test_edges_are_read_as_nodes_are(orders: Any) -> None:
    one = order("1", lineItems={"edges": [{"node": line("A", 3, 1)}]})
    text = json.dumps({"data": {"orders": {"edges": [{"node": one}]}}})
    assert orders(text, "q.json").tells == {"#1": [("A", 3, 2, 0)]}


def test_orders_may_stand_without_the_rest_of_the_answer(orders: Any) -> None:
    one = order("1", line("A", 3, 1))
    assert orders(json.dumps({"orders": {"nodes": [one]}}), "q.json").tells == {"#1": [("A", 3, 2, 0)]}
    assert orders(json.dumps(one) + "\n" + json.dumps(one | {"name": "#2"}), "q.jsonl").tells.keys() == {"#1", "#2"}


@pytest.mark.parametrize("children_last", [False, True])
def test_a_bulk_operation_names_the_order_of_each_line(orders: Any, children_last: bool) -> None:
    text = bulk(order("1", line("A", 3, 1), line("B", 1, 1)), order("2", line("A", 1, 1)), children_last=children_last)
    assert orders(text, "q.jsonl").tells == {"#1": [("A", 3, 2, 0), ("B", 1, 0, 0)], "#2": [("A", 1, 0, 0)]}


def test_other_things_of_an_order_in_a_bulk_operation_are_not_read(orders: Any) -> None:
    other = {"id": "gid://shopify/Refund/1", "note": "x", "__parentId": f"{ORDER}1"}
    assert orders(bulk(order("1", line("A", 3, 1))) + json.dumps(other) + "\n", "q.jsonl").tells.keys() == {"#1"}


def test_a_line_without_its_order_is_a_bad_row(refused: Any) -> None:
    torn = bulk(order("1", line("A", 3, 1))) + json.dumps(line("A", 1, 1) | {"__parentId": f"{ORDER}2"}) + "\n"
    assert "its order is not in the lines above" in refused("orders", torn, "q.jsonl")


def test_an_order_of_which_the_answer_has_not_all_lines_is_a_bad_row(refused: Any) -> None:
    one = order("1", lineItems={"nodes": [line("A", 1, 1)], "pageInfo": {"hasNextPage": True}})
    assert "more lines than were asked for" in refused("orders", answer(one), "q.json")


def test_an_answer_that_is_only_an_error_is_refused_with_it(refused: Any) -> None:
    text = json.dumps({"errors": [{"message": "Throttled"}], "data": None})
    assert 'the shop answered "Throttled"' in refused("orders", text, "q.json")


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ({"cancelledAt": "2026-01-02T09:00:00Z"}, "Cancelled"),
        ({"displayFulfillmentStatus": "FULFILLED"}, "Shipped"),
        ({"displayFinancialStatus": "REFUNDED"}, "Cancelled"),
        ({"displayFinancialStatus": "VOIDED"}, "Cancelled"),
    ],
)
def test_a_closed_order_is_closed(orders: Any, said: dict[str, Any], closed: str) -> None:
    read = orders(answer(order("1", line("A", 1, 1), **said)), "q.json")
    assert (read.orders, read.closed) == ({}, {"#1": closed})


@pytest.mark.parametrize("status", ["PARTIALLY_FULFILLED", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "OPEN"])
def test_other_orders_are_open(orders: Any, status: str) -> None:
    read = orders(answer(order("1", line("A", 2, 1), displayFulfillmentStatus=status)), "q.json")
    assert read.orders == {"#1": [("A", 1)]}


def test_lines_that_are_not_sent_from_the_shelf_are_left_out(orders: Any) -> None:
    one = order(
        "1",
        line("A", 1, 1),
        line("B", 1, 1, requiresShipping=False),
        line("C", 0, 0),
        line("D", 1, 0),
        line("", 1, 1, name="Tip"),
        line("G", 1, 1, isGiftCard=True),
    )
    read = orders(answer(one), "q.json")
    assert read.orders == {"#1": [("A", 1)]}
    assert read.reasons == {"not to be shipped": 1, "refunded": 1, "fulfilled": 1, "tip": 1, "gift card": 1}


def test_names_and_addresses_are_not_read(orders: Any) -> None:
    one = order("1", line("A", 1, 1), email="ann@example.com", customer={"displayName": "Ann"}, note="ring")
    (arrived,) = orders(answer(one), "q.json").arrived
    assert (arrived.said.customer, arrived.said.note) == (None, None)
