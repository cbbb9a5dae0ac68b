"""How a table fits its terminal: names give way, then the column that helps least is left out, and nothing is torn."""

from __future__ import annotations

import io

from rich.console import Console

from backsplit.render.layout import Column, Kind, Table, fit, items, needs
from backsplit.render.rich import renderables
from backsplit.render.terminal import Text, wrapped

SKU, NAME, SHORT = Column("SKU"), Column("Name", Kind.NAME, 1), Column("Short", Kind.NUMBER)
WAITS = Column("Waits for", Kind.ITEMS)


def drawn(table: Table, width: int, *, encoding: str = "utf-8") -> list[str]:
    paper = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=paper, width=width, color_system=None).print(*renderables([table]), soft_wrap=width > 1000)
    paper.seek(0)
    return [line.rstrip() if width < 60 else line for line in paper.read().splitlines()]


def shelf(*columns: Column) -> Table:
    table = Table(*(columns or (SKU, NAME, SHORT)))
    table.add("TEAPOT-CAST", "Teapot, cast iron, 0.8 l, black", 3)
    table.add("028-543", "Lid", 12)
    return table


def test_can_give_all_cells_whole_where_there_is_room() -> None:
    lines = drawn(shelf(), 80)
    assert lines[0].split() == ["SKU", "Name", "Short"]
    assert lines[2:] == [
        "TEAPOT-CAST  Teapot, cast iron, 0.8 l, black      3",
        "028-543      Lid                                 12",
    ]


def test_a_name_gives_way_first() -> None:
    columns = [Column("SKU"), Column("Name", Kind.NAME, 1), Column("Short", Kind.NUMBER)]
    rooms = [
        needs(column, cells, len)
        for column, cells in zip(columns, (["TEAPOT-CAST"], ["Teapot, cast iron"], ["3"]), strict=True)
    ]
    assert fit(columns, rooms, 32) == {0: 11, 1: 12, 2: 5}
    assert fit(columns, rooms, 28) == {0: 11, 2: 5}
    assert fit(columns, rooms, 18) == {0: 11, 2: 5}
    assert fit(columns, rooms, 17) is None


def test_a_sentence_takes_two_lines_before_the_column_that_helps_least_is_left_out() -> None:
    table = Table(Column("No.", Kind.NUMBER), Column("What", Kind.SENTENCE), Column("By", rank=1))
    said = "covered by stock, after the order before it had gone"
    table.add(7, said, "warehouse")
    assert drawn(table, 70)[-1].endswith("warehouse")
    assert drawn(table, 60)[-2].endswith("warehouse")


def test_a_list_of_skus_is_cut_between_two_of_them() -> None:
    waits = ["2×TEAPOT-CAST", "1×FLYER-WINTER", "1×MUG-RED"]
    assert items(waits, 99, len) == "2×TEAPOT-CAST, 1×FLYER-WINTER, 1×MUG-RED"
    assert items(waits, 38, len) == "2×TEAPOT-CAST, 1×FLYER-WINTER, +1 more"
    assert items(waits, 37, len) == "2×TEAPOT-CAST, +2 more"
    assert items(waits, 3, len) == "2×TEAPOT-CAST, +2 more"


def test_no_sku_is_divided_at_any_width() -> None:
    skus = [f"{'ABCDEFGHIJ' * 3}-{n}" for n in range(3)]
    table = Table(Column("Number"), NAME, WAITS, Column("Why", Kind.SENTENCE, 2))
    table.add("M1", "Anna Andersen of Aarhus", [f"1×{sku}" for sku in skus], f"not enough of {skus[0]} is expected")
    table.add("M2", "", [f"1×{skus[0]}"], "")
    for width in range(len(skus[0]) + 2, 200):
        lines = drawn(table, width)
        assert max(map(len, lines)) <= width
        assert "\n".join(lines).count(skus[0]) >= 2, width


def test_a_word_that_is_longer_than_the_terminal_takes_more_lines() -> None:
    table = Table(SKU, NAME, SHORT)
    table.add("A" * 25, "Lid", 1)
    assert drawn(table, 20) == ["A" * 20, "A" * 5 + "  Lid", "  Short  1"]


def test_a_narrow_terminal_gets_a_block_for_each_row() -> None:
    assert drawn(shelf(), 40) == [
        "TEAPOT-CAST  Teapot, cast iron, 0.8 l,",
        "black",
        "  Short  3",
        "028-543  Lid",
        "  Short  12",
    ]


def test_a_table_that_fits_a_narrow_terminal_stays_a_table() -> None:
    table = Table(SKU, SHORT)
    table.add("A", 1)
    assert drawn(table, 20)[0].split() == ["SKU", "Short"]


def test_a_column_without_cells_is_left_out_unless_it_must_be_there() -> None:
    table = Table(SKU, NAME, SHORT)
    table.add("A", "", "")
    assert drawn(table, 80)[0].split() == ["SKU", "Short"]


def test_no_line_ends_in_blanks() -> None:
    table = Table(SKU, WAITS)
    table.add("A", ["1×LONG-LONG", "1×LONGER"])
    table.add("B", [])
    assert all(line == line.rstrip() for line in drawn(table, 1_000_000))


def test_square_brackets_and_escapes_in_a_cell_are_text() -> None:
    table = Table(SKU, title=Text("Stock"))
    table.add("LAMP[red]\x1b[2J")
    assert drawn(table, 80) == ["Stock", "SKU", "─" * 16, r"LAMP[red]\x1b[2J"]


def test_the_cut_is_marked_in_characters_that_the_terminal_has() -> None:
    table = Table(SKU, Column("Name", Kind.NAME))
    table.add("A" * 60, "Teapot, cast iron, 0.8 l")
    assert drawn(table, 72, encoding="ascii")[-1] == "A" * 60 + " |Teapot,..."


def test_a_sentence_is_divided_between_words_alone() -> None:
    said = "M1 → Processing: 2 × MUG-BLUE, 1 × TEA-GREEN-100, 1 × CARD-THANKS"
    assert wrapped(said, len(said)) == said
    assert wrapped(said, 45).splitlines() == ["M1 → Processing: 2 × MUG-BLUE,", "  1 × TEA-GREEN-100, 1 × CARD-THANKS"]
    assert wrapped(f"  {said}", 20).splitlines()[1] == "    2 × MUG-BLUE,"


def test_a_command_to_copy_is_never_divided() -> None:
    said = "both halves are in Processing; one parcel instead of two: backsplit merge M1-backorder"
    assert wrapped(said, 70).splitlines()[-1] == "  backsplit merge M1-backorder"
    assert "`backsplit undo 5`" in wrapped("it cannot be undone; the last that can is: `backsplit undo 5`", 50)
    assert wrapped("next: backsplit merge M1-backorder", 10).splitlines()[-1] == "  backsplit merge M1-backorder"
