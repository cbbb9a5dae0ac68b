"""Any bytes as an input file: a clean import or a clean error, and a sound file afterwards.

`BACKSPLIT_EXAMPLES=20000 pytest tests/robustness/test_any_bytes.py` is the long run. CASES
are bytes of the kinds at which readers stumble.
"""

from __future__ import annotations

import gzip
import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Answer, Shop
from robustness.processes import contents

EXAMPLES = int(os.environ.get("BACKSPLIT_EXAMPLES", "20"))
COMMANDS = ["import orders -", "import orders - --skip-bad", "import stock -", "receive --file - --create"]
CASES = [
    b"",
    b"\xef\xbb\xbf",
    b"\x1f\x8b",
    b"order,sku,quantity\nM1,A,1\n\xff",
    b'order,sku,quantity\nM1,"A,1\n',
    b"order,sku,quantity\n" + b"M1,A,1,1\n" * 3,
    b'[{"order": {}, "sku": [], "quantity": null}]',
    b"[" * 20_000,
    b'{"orders": [{"number": "M1", "lines": [{"sku": "A"}]}]}',
    b'[{"order": "M1", "sku": "\\ud800", "quantity": 1}]',
    b'[{"order": "M1", "sku": "A", "quantity": 1e999}]',
]

WORDS = """order number sku quantity qty on_hand name placed_at priority insert customer note ref Name Lineitem status
M1 A B 2026-01-01 01/02/2026 31/12/2026 2026-01-01T09:00:00+99:00 12:00 yes no 0 1 -1 2.0 1e3 999999999999 NaN null true
lines line_items orders"""
MARKS = [",", ";", "\t", "|", "\n", "\r\n", "\r", '"', "'", "=", "[", "]", "{", "}", ":", " ", "#", "\0", "\\u0000"]
pieces = st.one_of(st.sampled_from(WORDS.split()), st.sampled_from(MARKS), st.text(max_size=5))
tables = st.lists(st.lists(pieces, min_size=1, max_size=6).map(",".join), max_size=6).map("\n".join)
with_header = tables.map(lambda rows: "order,sku,quantity,on_hand,placed_at,priority,name\n" + rows)
soup = st.lists(pieces, max_size=40).map("".join)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["order", "sku", "quantity", "lines", "on_hand", "name", "orders"]), inner)
    ),
    max_leaves=12,
).map(lambda document: json.dumps(document, ensure_ascii=False))
encoded = st.builds(
    lambda text, encoding: text.encode(encoding, errors="surrogatepass" if encoding.startswith("utf") else "replace"),
    st.one_of(tables, with_header, soup, documents),
    st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]),
)
any_bytes = st.one_of(encoded, st.binary(max_size=200), st.one_of(encoded, st.binary(max_size=50)).map(gzip.compress))


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A5 B0")
    shop.order("M0", "A1 B1")
    return shop


def is_clean(shop: Shop, command: str, content: bytes) -> None:
    before = contents(shop.db)
    answer: Answer = shop(command, content)
    assert answer.code in {0, 1, 5}, (command, content, answer)
    if answer.code:
        assert answer.err.startswith("backsplit: "), (command, content, answer)
        assert contents(shop.db) == before, (command, content, answer)
    checked = shop("check")
    assert checked.code == 0, (command, content, checked)


@pytest.mark.quick_cases(10)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("content", CASES)
def test_what_was_found_before_stays_mended(stocked: Shop, command: str, content: bytes) -> None:
    is_clean(stocked, command, content)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@settings(max_examples=EXAMPLES, derandomize=True, database=None)
@given(content=any_bytes)
def test_any_bytes_are_imported_or_refused(stocked: Shop, command: str, content: bytes) -> None:
    is_clean(stocked, command, content)
