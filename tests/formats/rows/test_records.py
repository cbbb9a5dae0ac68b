"""JSON and JSON Lines of orders and stock."""

from __future__ import annotations

import json
from typing import Any

import pytest

FLAT = [
    {"order": "1", "sku": "A", "quantity": 2, "placed_at": "2026-01-01T09:00:00Z"},
    {"order": "1", "sku": "B", "quantity": 2.0},
    {"order": "2", "sku": "C", "quantity": "1", "note": None},
]
NESTED = [{"number": 1, "date": "2026-01-01", "lines": [{"sku": "A", "qty": 2}, {"sku": "A", "qty": 1}]}]


def test_can_read_a_list_of_rows(orders: Any) -> None:
    read = orders(json.dumps(FLAT), "o.json")
    assert read.format == "json"
    assert read.orders == {"1": [("A", 2), ("B", 2)], "2": [("C", 1)]}
    assert [order.at for order in read.arrived] == [1, 3]


@pytest.mark.parametrize("name", ["lines", "line_items", "items"])
def test_can_read_orders_with_their_lines_inside(orders: Any, name: str) -> None:
    read = orders(json.dumps(NESTED).replace("lines", name), "o.json")
    assert read.orders == {"1": [("A", 2), ("A", 1)]}
    assert read.arrived[0].said.placed_at == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize("text", ['{"orders": %s}', '{"page": 1, "orders": %s}', '\ufeff {"orders":%s, "x": 1}'])
def test_can_read_a_list_within_an_object(orders: Any, text: str) -> None:
    assert set(orders(text % json.dumps(FLAT), "o.json").orders) == {"1", "2"}


def test_can_read_one_order(orders: Any) -> None:
    assert orders(json.dumps(NESTED[0]), "o.json").orders == {"1": [("A", 2), ("A", 1)]}
    assert orders(json.dumps({"order": NESTED[0]}), "o.json").orders == {"1": [("A", 2), ("A", 1)]}


def test_can_read_a_record_per_line(orders: Any) -> None:
    lines = "\n".join(map(json.dumps, FLAT[:2])) + "\n\n" + json.dumps(FLAT[2])
    read = orders(lines, "o.jsonl")
    assert read.format == "jsonl"
    assert [order.at for order in read.arrived] == [1, 4]
    assert orders(lines, "no name for it").format == "jsonl"
    assert orders(json.dumps(FLAT[0]), "o.jsonl").format == "jsonl"


def test_can_keep_numbers_as_they_are_written(orders: Any) -> None:
    read = orders('[{"order": 12345678901234567890123, "sku": 1.10, "quantity": 1}]', "o.json")
    assert read.orders == {"12345678901234567890123": [("1.10", 1)]}


@pytest.mark.slow
def test_can_read_a_large_list_piece_by_piece(orders: Any) -> None:
    rows = [{"order": n, "sku": "x" * 200, "quantity": 1, "note": "]},{[ " * 9} for n in range(3_000)]
    rows[7]["lines"] = [{"sku": f"S{n}", "quantity": 1, "memo": "y" * 200} for n in range(4_000)]
    read = orders(json.dumps(rows, indent=1), "o.json")
    assert len(read.orders) == 3_000
    assert len(read.orders["7"]) == 4_000


@pytest.mark.parametrize("text", ['[{"order": "1", "x": "%s"}]', '{"order": "1", "x": "%s"}', '[{"order": "1%s'])
def test_cannot_read_a_record_without_end(refused: Any, text: str) -> None:
    assert "more than 8 MB" in refused("orders", text % ("x" * (9 << 20)), "o.json")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("length", [(1 << 18) - 60, 1 << 18, 1 << 22, (1 << 23) - 60])
def test_can_read_a_record_of_any_length_up_to_that(orders: Any, length: int) -> None:
    record = {"order": "1", "sku": "A", "quantity": 1, "text": "x" * length}
    assert orders(json.dumps([record, record]), "o.json").orders == {"1": [("A", 1), ("A", 1)]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "cut off"),
        ('[{"order": "1"', "cut off"),
        ('[{"order": "1", "sku": "A", "quantity": 1}', "cut off"),
        ('[{"order": "1", "sku": "A", "quantity": 1},', "cut off"),
        ('[{"order": "1", "sku": "A", "quantity": 1} {"order": "2"}]', "record 2"),
        ('[{"order": "1", "sku": "A", "quantity": 1}, {oops}]', "record 2"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a":' * 200_000, "nested too deeply"),
        ('[{"order": ' + "[" * 100_000, "nested too deeply"),
        ("{not json}", "is not JSON"),
        ("order,sku,quantity\n1,A,1\n", "is not JSON"),
        ("[1, 2]", "not an object"),
        ('[{"order": 1, "sku": "A", "quantity": {"x": 1}}]', "a list or an object"),
        ('[{"order": 1, "lines": []}]', "has no lines"),
        ('[{"order": 1, "lines": [3]}]', "has no lines"),
        ('[{"a": 1}]', "no column for order, sku, quantity"),
        ('[{"order": "\\ud800", "sku": "A", "quantity": 1}]', "cannot be stored"),
        ('[{"order": "1", "sku": "\\ud800", "quantity": 1}]', "cannot be stored"),
        ('[{"order": "1", "sku": "a\\u0000b", "quantity": 1}]', "cannot be stored"),
        ('[{"order": "1", "sku": "A", "quantity": 1e3}]', "not a whole number"),
        ('[{"order": "1", "sku": "A", "quantity": true}]', "not a whole number"),
        ('[{"order": "1", "sku": "A", "quantity": Infinity}]', "not a whole number"),
        ('[{"order": "1", "sku": "A", "quantity": ' + "9" * 5000 + "}]", "too large"),
    ],
)
def test_cannot_read_what_is_broken(refused: Any, text: str, said: str) -> None:
    assert said in refused("orders", text, "o.json")


def test_cannot_read_a_line_that_is_broken(orders: Any, refused: Any) -> None:
    lines = json.dumps(FLAT[0]) + '\n{"order"\n' + json.dumps(FLAT[2])
    assert "line 2: is not JSON" in refused("orders", lines, "o.jsonl")
    assert set(orders(lines, "o.jsonl", skip_bad=True).orders) == {"1", "2"}


def test_can_ignore_a_customer_with_an_address_inside(orders: Any) -> None:
    text = '[{"order": 1, "sku": "A", "quantity": 1, "customer": {"name": "Ann", "phone": "1"}}]'
    (order,) = orders(text, "o.json").arrived
    assert order.said.customer is None


def test_can_map_keys(orders: Any, refused: Any) -> None:
    text = '[{"nr": 1, "pos": "A", "menge": 1}]'
    assert orders(text, "o.json", map={"order": "nr", "sku": "pos", "quantity": "menge"}).orders == {"1": [("A", 1)]}
    assert 'no column "stk"' in refused("orders", text, "o.json", map={"order": "nr", "sku": "pos", "quantity": "stk"})


def test_can_read_stock(stock: Any) -> None:
    read = stock('[{"sku": "A", "on_hand": 3, "name": "Mug", "insert": false}, {"sku": "B"}]', "s.json")
    assert read.stock == {"A": 3, "B": None}
    assert stock('{"sku": "A", "on_hand": 3}\n{"sku": "B", "on_hand": "4.0"}\n', "s.jsonl").stock == {"A": 3, "B": 4}


def test_cannot_be_read_as_a_table(refused: Any) -> None:
    assert "is JSON, not csv" in refused("orders", json.dumps(FLAT), "o.json", format="csv")
