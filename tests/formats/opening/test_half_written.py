"""Files that another program has not finished."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backsplit.errors import BadInput
from backsplit.formats.reader import read_orders

TEXT = "order,sku,quantity\nM1,A,1\nM2,A,2\n"
NO_LINE_END = "The last line has no line end"


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(TEXT)
    with read_orders(str(path)) as reading:
        items = iter(reading)
        next(items)
        path.write_text(TEXT + "M3,A,1\n")
        with pytest.raises(BadInput, match=r"changed by another program while it was read.*\(mv\)"):
            list(items)


def test_a_file_that_is_replaced_as_a_whole_is_read_as_it_was(tmp_path: Path) -> None:
    path, other = tmp_path / "orders.csv", tmp_path / "orders.new"
    path.write_text(TEXT)
    other.write_text(TEXT + "M3,A,1\n")
    with read_orders(str(path)) as reading:
        items = iter(reading)
        first = next(items)
        other.rename(path)
        assert len([first, *items]) == 2


def test_the_last_value_is_named_where_the_last_line_has_no_end(orders: Any, stock: Any) -> None:
    read = orders(TEXT.rstrip("\n"))
    assert read.orders == {"M1": [("A", 1)], "M2": [("A", 2)]}
    assert f'{NO_LINE_END}, and its last value was read as "2"' in read.notice
    assert 'read as "15"' in stock('sku,on_hand\nA,3\n"B",15').notice


def test_nothing_is_said_of_a_file_that_ends_as_it_should(orders: Any) -> None:
    for text in (TEXT, TEXT.replace("\n", "\r\n"), TEXT.replace("A", '"A"'), TEXT + "\n\n"):
        assert NO_LINE_END not in orders(text).notice
