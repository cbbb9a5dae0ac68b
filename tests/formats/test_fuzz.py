"""Any bytes give either items or BadInput.

The seed is fixed. `BACKSPLIT_SEED=2 BACKSPLIT_EXAMPLES=20000 pytest tests/formats/test_fuzz.py` looks elsewhere and for
long. Hypothesis keeps bytes that fail in `.hypothesis/` and tries them first until they pass. Then they go to FOUND.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase

from backsplit.domain.imports import ArrivingOrder, StockCount
from backsplit.domain.limits import LARGEST_QUANTITY
from backsplit.errors import BadInput
from backsplit.formats import ReadOptions
from backsplit.formats.reader import read_delivery, read_expected, read_orders, read_stock
from small_files import FILES

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
    b"status",
    b"Ready",
    b"shipped",
    b"Total",
    b"  ",
    b"9" * 5000,
]

# Bytes at which readers stumble.
FOUND = [
    b"",
    b"\xef\xbb\xbf",
    b"\x1f\x8b",
    b"order,sku,quantity\nM1,A,1\n\xff",
    b'order,sku,quantity\nM1,"A,1\n',
    b"[" * 20_000,
    b'[{"order": {}, "sku": [], "quantity": null}]',
    b'[{"order": "M1", "sku": "\\ud800", "quantity": 1}]',
    b'[{"order": "M1", "sku": "A", "quantity": 1e999}]',
]
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
KEPT = DirectoryBasedExampleDatabase(Path(__file__).parents[2] / ".hypothesis" / "fuzz")


def fuzzed(test: Any) -> Any:
    examples = int(os.environ.get("BACKSPLIT_EXAMPLES", "40"))
    return pytest.mark.slow(seed(SEED)(settings(max_examples=examples, derandomize=False, database=KEPT)(test)))


def read_in_every_way(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for read in (read_orders, read_stock, read_delivery, read_expected):
        for options in (
            ReadOptions(),
            ReadOptions(skip_bad=True, duplicates="sum", sku_from="name"),
            ReadOptions(skip_bad=True, sku_from="sku-or-name", open=("Ready", "open")),
        ):
            with contextlib.suppress(BadInput), read(str(path), options) as reading:
                for item in reading:
                    check(item)


def check(item: Any) -> None:
    """What comes out can be stored."""
    if isinstance(item, ArrivingOrder):
        assert all(line.sku == line.sku.strip() != "" for line in item.lines)
        assert all(0 <= line.sent <= line.quantity <= LARGEST_QUANTITY for line in item.lines)
        assert all(0 <= line.unsure <= LARGEST_QUANTITY for line in item.lines)
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
    content = data.draw(st.sampled_from(list(FILES.values())))
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


@pytest.mark.parametrize("content", FOUND)
def test_can_survive_what_readers_stumble_at(tmp_path: Path, content: bytes) -> None:
    read_in_every_way(tmp_path / "found", content)
