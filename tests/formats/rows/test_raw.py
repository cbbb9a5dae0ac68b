"""Raw rows: together they are the file, and their cells are those that the csv module reads."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backsplit.formats.rewrite import LONGEST_ROW, RowTooLong, raw_rows

cells = st.text(st.sampled_from('ab ",;\n\r|'), max_size=6)
tables = st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5)


def lines_of(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


@given(tables, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_the_rows_are_the_file_and_their_cells_what_csv_reads(
    table: list[list[str]], delimiter: str, end: str, quote_all: bool
) -> None:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    rows = list(raw_rows(lines_of(text.getvalue()), delimiter, quoted=True))
    assert "".join(row.text for row in rows) == text.getvalue()
    read = list(csv.reader(lines_of(text.getvalue()), delimiter=delimiter))
    assert [[cell.strip() for cell in row] for row in read] == [
        [row.cell(place) for place in range(len(row.spans))] if row.text.strip("\r\n") else [] for row in rows
    ]


def test_a_cell_can_be_written_again_as_the_old_one_was() -> None:
    (row,) = raw_rows(['a,"2",c\r\n'], ",", quoted=True)
    assert row.with_cells({1: row.like(1, "1")}) == 'a,"1",c\r\n'
    assert row.with_cells({0: row.like(0, "x")}) == 'x,"2",c\r\n'


def test_a_quote_is_text_where_nothing_is_quoted() -> None:
    rows = list(raw_rows(['5" pipe\t1\n', "b\t2\n"], "\t", quoted=False))
    assert [row.cell(0) for row in rows] == ['5" pipe', "b"]


@pytest.mark.parametrize("text", ['a,"b\nc,d\n', '"'])
def test_a_quote_that_is_never_closed_loses_nothing(text: str) -> None:
    assert "".join(row.text for row in raw_rows(lines_of(text), ",", quoted=True)) == text


def test_a_cell_of_thousands_of_lines_with_quotes_is_read_line_by_line() -> None:
    page = '""x""' + "y" * 50 + "\n"
    (row,) = raw_rows(['a,"', *[page] * 9_000, '",c\n'], ",", quoted=True)
    assert (row.cell(0), row.cell(2), len(row.cell(1))) == ("a", "c", 9_000 * (len(page) - 2) - 1)


def test_a_row_can_be_so_long_and_no_longer() -> None:
    assert len(list(raw_rows(["a" * LONGEST_ROW, "b"], ",", quoted=True))) == 2
    for lines in (["b\n", "," * (LONGEST_ROW + 1)], ["b\n", '"\n', *['""' * (LONGEST_ROW // 8)] * 5]):
        with pytest.raises(RowTooLong) as error:
            list(raw_rows(lines, ",", quoted=True))
        assert error.value.at == 2
