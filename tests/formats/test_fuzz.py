"""Any bytes give either items or BadInput; and what went wrong once is kept here as a case."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backsplit.domain.arrivals import ArrivingOrder, StockCount
from backsplit.domain.errors import BadInput
from backsplit.formats import ReadOptions, read_delivery, read_orders, read_stock

FILES = [
    b'order,sku,quantity,placed_at\n1,A,2,31/12/2023 22:36\n1,B,1,\n2,"A\nB",3,2026-01-01\n',
    b"sku,on_hand,is_insert\nA,1,0\nB,,x\n",
    b'[{"order":"1","sku":"A","quantity":1},{"order":"2","lines":[{"sku":"B","qty":2.0}]}]',
    b'{"order":"1","sku":"A","quantity":1}\n{"order":"2","sku":"B","quantity":2}\n',
    (
        b"Name,Fulfillment Status,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku\n"
        b"#1,unfulfilled,paid,2026-01-01 10:00:00 -0700,1,Mug,A\n#1,,,,2,Tip,\n"
    ),
    b"Handle,Title,Option1 Value,SKU,COO,Location,Unavailable,On hand (current)\nm,Mug,Blue,A,,Shop,1,5\n",
    b"order-id\torder-item-id\tpurchase-date\tsku\tquantity-to-ship\n1\t2\t2026-01-01T00:00:00Z\tA\t1\n",
    b",,,,\nSales Record Number,Order Number,Item Number,Custom Label,Quantity\n1,2,3,A,1\n1,record(s) downloaded\n",
    b'Order ID,Order Status,Product Details\n1,Shipped,"Product ID: 1, Product Qty: 1, Product SKU: A"\n',
    b"Order Reference,Status,Order Lines/Product,Order Lines/Quantity\nS1,sale,[A] Mug,1.0\n,,[B] Cup,2.0\n",
    json.dumps([{"name": "#1", "financial_status": "paid", "line_items": [
        {"id": 1, "sku": "A", "quantity": 2, "fulfillable_quantity": 1}], "refunds": []}]).encode(),
    json.dumps({"orders": [{"number": "1", "status": "processing", "date_created": "2026-01-01",
        "line_items": [{"sku": "A", "quantity": 1}]}]}).encode(),
]  # fmt: skip
PIECES = [
    b",",
    b";",
    b"\t",
    b"|",
    b'"',
    b"'",
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"1e999",
    b"\\ud800",
    b"-1",
    b"0",
    b"2.5",
    b"02/03/2024",
    b"9999-12-31",
    b"\xe2\x80\xa8",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"sku",
    b"order",
    b"  ",
    b"9" * 5000,
]

fuzzed = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


def read_in_every_way(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for read in (read_orders, read_stock, read_delivery):
        for options in (ReadOptions(), ReadOptions(skip_bad=True, duplicates="sum", sku_from_name=True)):
            with contextlib.suppress(BadInput), read(str(path), options) as reading:
                for item in reading:
                    check(item)


def check(item: Any) -> None:
    """What comes out can be stored."""
    if isinstance(item, ArrivingOrder):
        assert item.lines
        assert all(line.quantity >= 1 and line.sku == line.sku.strip() != "" for line in item.lines)
    if isinstance(item, StockCount):
        assert item.on_hand is None or item.on_hand >= 0
    repr(item).encode()
    for value in item:
        if isinstance(value, str):
            assert "\0" not in value
            value.encode()


@fuzzed
@given(st.binary(max_size=300))
def test_can_survive_any_bytes(tmp_path: Path, content: bytes) -> None:
    read_in_every_way(tmp_path / "any", content)


@fuzzed
@given(st.data())
def test_can_survive_a_file_that_was_changed_anywhere(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 4))
        content = content[:at] + data.draw(st.sampled_from(PIECES) | st.binary(max_size=3)) + content[at + cut :]
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    if data.draw(st.integers(0, 9)) == 0:
        packed = gzip.compress(content)
        content = packed[: data.draw(st.integers(10, len(packed)))]
    read_in_every_way(tmp_path / "changed", content)


@fuzzed
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["order", "sku", "quantity", "lines", "line_items", "name", "placed_at", "status", "number",
                             "financial_status", "date_created", "refunds", "on_hand", "customer"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                lambda inner: st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["sku", "quantity", "id", "name"]), inner, max_size=3),
                max_leaves=5,
            ),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_can_survive_any_json(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    read_in_every_way(tmp_path / "any.json", json.dumps(records).encode())
    read_in_every_way(tmp_path / "any.jsonl", "\n".join(map(json.dumps, records)).encode())


@pytest.mark.parametrize("content", FILES)
def test_can_read_each_of_these_as_it_stands(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    read = read_stock if b"on_hand" in content or b"On hand" in content else read_orders
    with read(str(path)) as reading:
        assert list(reading)
