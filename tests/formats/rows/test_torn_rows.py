"""A lost quote joins rows: what it swallows is read again, line by line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.formats import ReadOptions, csv_rows
from backsplit.formats.reader import read_orders

HEADER = "order,sku,quantity,note\n"
OTHERS = [f"M{n},A,1,\n" for n in range(2, 50)]


@pytest.mark.parametrize(
    "torn",
    [
        pytest.param(['M1,"A,1,\n', *OTHERS], id="the quote is never closed"),
        pytest.param(['M1,"A,1,\n', *OTHERS[:-1], 'M49,"A",1,\n'], id="another cell with quotes ends it"),
        pytest.param(['M1,"A,1,\n', *OTHERS[:-1], 'M49,A,1,5"\n'], id="a mark for inches ends it"),
        pytest.param(['M1,A,1,"Joe\n', *OTHERS[:-1], 'M49,A,1,5"\n'], id="and the row has all of its cells"),
    ],
)
def test_a_lost_quote_costs_its_own_line_only(orders: Any, refused: Any, torn: list[str]) -> None:
    text = HEADER + "".join(torn)
    read = orders(text, skip_bad=True)
    assert list(read.orders) == [f"M{n}" for n in range(2, 50)]
    assert [(left.line, left.order) for left in read.left_out] == [(2, "")]
    assert [order.at for order in read.arrived] == list(range(3, 51))
    sentence = refused("orders", text)
    assert "1 row cannot be taken" in sentence
    assert "line 2: " in sentence
    assert "quote" in sentence


@pytest.mark.slow
@given(row=st.integers(0, 20), cell=st.integers(0, 3), inside=st.booleans(), after=st.lists(st.integers(0, 20)))
def test_one_quote_anywhere_costs_no_other_row(
    row: int, cell: int, after: list[int], *, inside: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [["M" + str(n), "A", "1", '"two\nlines, a ""b"""' if n in after else "x"] for n in range(21)]
    rows[row][cell] = f'{rows[row][cell]}"' if inside else f'"{rows[row][cell]}'
    path = tmp_path_factory.mktemp("torn") / "o.csv"
    path.write_text(HEADER + "".join(",".join(cells) + "\n" for cells in rows))
    with read_orders(str(path), ReadOptions(skip_bad=True)) as reading:
        read = {getattr(item, "number", None) for item in reading}
    assert {f"M{n}" for n in range(21) if n != row and n not in after} <= read


def test_a_row_cannot_have_lines_without_end(refused: Any, orders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MOST_LINES", 20)
    text = HEADER + 'M1,A,1,"' + "words\n" * 19 + '"\n'
    assert list(orders(text).orders) == ["M1"]
    assert "not closed within 20 lines" in refused("orders", text.replace("words\n", "words\nwords\n"))


def test_a_row_cannot_have_cells_without_end(refused: Any) -> None:
    assert "line 2: " in refused("orders", HEADER + "M1,A,1" + ',"x\n' * 3 + f',"{"y" * 900_000}\n"' * 12 + "\n")


def test_a_cell_may_have_lines_that_are_no_rows(orders: Any) -> None:
    note = "Dear all,\n\nplease ring, twice, or thrice, at 5\n" * 30
    assert orders(HEADER + f'M1,A,1,"{note}"\nM2,B,1,\n').orders == {"M1": [("A", 1)], "M2": [("B", 1)]}


def test_many_lost_quotes_are_read_in_one_go(orders: Any) -> None:
    text = HEADER + 'M1,"A,1,\n' * 20_000 + "M2,A,1,\n"
    read = orders(text, skip_bad=True)
    assert list(read.orders) == ["M2"]
    assert len(read.left_out) == 20_000
