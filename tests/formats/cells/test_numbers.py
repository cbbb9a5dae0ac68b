"""Whole numbers with marks; the column decides what the cell alone does not."""

from __future__ import annotations

from typing import Any

import pytest


def column(orders: Any, *cells: str, **options: Any) -> list[int]:
    rows = "".join(f'{n},A,"{cell}"\n' for n, cell in enumerate(cells))
    return [order.lines[0].quantity for order in orders("order,sku,quantity\n" + rows, **options).arrived]


def refusal(refused: Any, *cells: str, **options: Any) -> str:
    rows = "".join(f'{n},A,"{cell}"\n' for n, cell in enumerate(cells))
    return str(refused("orders", "order,sku,quantity\n" + rows, "o.csv", **options))


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1,00", "2,00", "3"], [1, 2, 3]),
        (["1.00", "2.0", "6.0000"], [1, 2, 6]),
        (["1.200", "1,00"], [1200, 1]),
        (["1,200", "1.00"], [1200, 1]),
        (["1.200,00"], [1200]),
        (["1.000.000"], [1_000_000]),
        (["1,000,000.0"], [1_000_000]),
    ],
)
def test_can_read_whole_numbers_in_either_way(orders: Any, cells: list[str], read: list[int]) -> None:
    assert column(orders, *cells) == read


@pytest.mark.parametrize("cell", ["1.200", "1,200", "1.000"])
def test_cannot_guess_what_a_mark_before_three_digits_means(refused: Any, cell: str) -> None:
    sentence = refusal(refused, "1", cell)
    assert f'in column "quantity" can be read two ways ("{cell}")' in sentence
    assert "--decimal comma" in sentence
    assert "--decimal point" in sentence


def test_can_be_told_what_a_mark_means(orders: Any, refused: Any) -> None:
    assert column(orders, "1.200", "1.000", decimal="comma") == [1200, 1000]
    assert column(orders, "1,200", decimal="point") == [1200]
    assert column(orders, "1.000", decimal="point") == [1]
    assert '"1.00" is not a whole number' in refusal(refused, "1.00", decimal="comma")


def test_cannot_read_a_column_that_contradicts_itself(refused: Any) -> None:
    sentence = refusal(refused, "1,00", "2.00")
    assert '"2.00" (line 3) has a decimal point, "1,00" (line 2) has a decimal comma' in sentence


def test_cannot_take_a_fraction_however_it_is_written(refused: Any) -> None:
    with_both = refusal(refused, "2.5", "1,5", "1,00")
    assert "2 rows cannot be taken" in with_both
    assert "1 row cannot be taken" in refusal(refused, "1.200", "1", decimal="point")
    assert "2 rows cannot be taken" in refusal(refused, "2.5", "1.200")


def test_can_read_counts_and_deliveries_so_too(stock: Any, refused: Any) -> None:
    assert stock("sku;bestand\nA;1.200\nB;3,00\nC;\n").stock == {"A": 1200, "B": 3, "C": None}
    assert "--decimal" in refused("stock", "sku,on_hand\nA,1.200\n")
    assert "--decimal" in refused("delivery", "sku,quantity\nA,1.200\n")
    assert "--decimal" in refused("orders", '[{"order":"1","sku":"A","quantity":"1.200"}]', "o.json")
