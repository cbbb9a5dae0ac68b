"""Rows that are lines of their own are read many at once: the same rows as one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.domain.imports import OrderItem
from backsplit.errors import BadInput
from backsplit.formats import ReadOptions, csv_rows
from backsplit.formats.reader import read_orders

HEADER = "order,sku,quantity,note"
cells = st.sampled_from(["A", "1", "", " ", '"', '"A"', '"a,b"', '"two\nlines"', "5\x0b\x0c\u2028", "\x1a"])
rows = st.one_of(
    st.tuples(st.sampled_from(["M1", "M2", "M3"]), st.just("A"), st.just("1"), cells).map(list),
    st.lists(cells, max_size=6),
)
ends = st.sampled_from(["\n", "\r\n", "\r"])


def read(path: Path, options: ReadOptions) -> tuple[list[OrderItem], str]:
    """What is read of a file, and what is said of it."""
    items: list[OrderItem] = []
    try:
        with read_orders(str(path), options) as reading:
            items.extend(reading)
            return items, " ".join(reading.notices)
    except BadInput as error:
        return items, str(error.problems)


@given(st.lists(rows, min_size=1, max_size=12), ends, st.integers(1, 60), st.booleans(), st.booleans())
def test_rows_in_pieces_of_any_length_are_the_rows_one_by_one(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[list[str]],
    end: str,
    piece: int,
    skip_bad: bool,
    cut_off: bool,
) -> None:
    path, options = tmp_path_factory.mktemp("pieces") / "o.csv", ReadOptions(skip_bad=skip_bad)
    text = end.join([HEADER, *(",".join(line) for line in lines)]) + ("" if cut_off else end)
    path.write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_rows, "PIECE", piece)
        in_pieces = read(path, options)
        patch.setattr(csv_rows.Table, "_one_a_line", lambda *_: None)
        assert in_pieces == read(path, options)


def test_a_line_is_counted_from_the_top_after_any_number_of_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "o.csv"
    path.write_text(f"{HEADER}\n" + "".join(f"M{n},A,1,\n" for n in range(2, 40)) + 'M40,A,1,"x"\nM41,A,none,\n')
    monkeypatch.setattr(csv_rows, "PIECE", 50)
    items, said = read(path, ReadOptions())
    assert [getattr(item, "at", None) for item in items] == list(range(2, 41))
    assert "line 41" in said
