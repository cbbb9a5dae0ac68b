"""Counts of stock in plain files, and SKUs that come more than once."""

from __future__ import annotations

from typing import Any

import pytest

from backsplit.domain.imports import StockCount


@pytest.mark.parametrize("name", ["on_hand", "On Hand", "quantity", "qty", "Stock", "inventory", "UnitsInStock"])
def test_can_find_the_count_by_its_usual_names(stock: Any, name: str) -> None:
    assert stock(f"sku,{name}\nA,3\nB,0\n").stock == {"A": 3, "B": 0}


def test_cannot_read_stock_without_a_count(refused: Any) -> None:
    assert "no column for on_hand" in refused("stock", "sku,colour\nA,red\n")


def test_can_read_names_and_inserts(stock: Any) -> None:
    read = stock("sku,on_hand,name,is_insert\nA,3,Mug,0\nB,,Flyer,x\nC,1,,\nD,1,,yes\n")
    assert read.items == [
        StockCount("A", 3, "Mug", False, 2),
        StockCount("B", None, "Flyer", True, 3),
        StockCount("C", 1, None, None, 4),
        StockCount("D", 1, None, True, 5),
    ]


def test_can_say_inserts_only(stock: Any) -> None:
    assert stock("sku,insert\nA,yes\n").items == [StockCount("A", None, None, True, 2)]


@pytest.mark.parametrize("row", [",3,,", "A,-1,,", "A,1.5,,", "A,many,,", "A,1,,perhaps", "A,9999999999999,,"])
def test_cannot_take_a_bad_row(refused: Any, row: str) -> None:
    assert "line 2, column" in refused("stock", f"sku,on_hand,name,insert\n{row}\n")


def test_can_leave_a_bad_row_out(stock: Any) -> None:
    read = stock("sku,on_hand\nA,x\nB,1\n", skip_bad=True)
    assert read.stock == {"B": 1}
    assert read.reasons == {"count not a whole number": 1}


def test_can_take_the_same_count_twice_once(stock: Any) -> None:
    read = stock("sku,on_hand\nA,3\nB,1\nA,3\n")
    assert read.stock == {"A": 3, "B": 1}
    assert "taken once" in read.notice


def test_cannot_choose_between_two_counts(refused: Any) -> None:
    sentence = refused("stock", "sku,on_hand\nA,3\nB,1\nA,4\n")
    assert 'SKU "A": 3 on line 2, 4 on line 4' in sentence
    assert "--duplicates" in sentence


@pytest.mark.parametrize(("choice", "count"), [("sum", 7), ("last", 4), ("first", 3)])
def test_can_be_told_which_of_two_counts(stock: Any, choice: str, count: int) -> None:
    read = stock("sku,on_hand\nA,3\nA,4\n", duplicates=choice)
    assert read.stock == {"A": count}
    assert "1 SKU comes more than once" in read.notice


def test_can_take_a_blank_beside_a_count(stock: Any) -> None:
    assert stock("sku,on_hand\nA,\nA,4\n").stock == {"A": 4}


def test_can_say_that_skus_differ_in_case_only(stock: Any) -> None:
    read = stock("sku,on_hand\nbb1,3\nBB1,4\n")
    assert read.stock == {"bb1": 3, "BB1": 4}
    assert '"bb1" and "BB1"' in read.notice


def test_cannot_choose_a_location_in_a_plain_file(refused: Any) -> None:
    assert "no locations" in refused("stock", "sku,on_hand\nA,1\n", location="Berlin")


def test_can_take_the_name_for_the_sku(stock: Any) -> None:
    assert stock("sku,name,on_hand\n,Mug - Blue,3\n", sku_from="name").stock == {"Mug - Blue": 3}


def test_can_map_a_column(stock: Any) -> None:
    assert stock("Artikel,Bestand\nA,3\n", map={"sku": "Artikel", "on_hand": "Bestand"}).stock == {"A": 3}
