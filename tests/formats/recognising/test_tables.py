"""Which row is the header, and what kind of file it makes."""

from __future__ import annotations

from typing import Any

SIMPLE = "order,sku,quantity\n1,A,2\n"


def test_can_find_a_header_further_down(orders: Any) -> None:
    read = orders("Open orders of today\n\n,,,\norder,sku,quantity\n1,A,2\n")
    assert read.orders == {"1": [("A", 2)]}
    assert read.arrived[0].at == 5
    assert "line 4" in read.notice


def test_cannot_take_whole_rows_in_one_cell(refused: Any) -> None:
    rows = 'order,sku,quantity;\n"1,A,2";\n"2,B,3";\n'
    assert "whole rows in one quoted cell" in refused("orders", rows)
    assert "whole rows in one quoted cell" in refused("orders", '"order,sku,quantity"\n"1,A,2"\n')


def test_cannot_take_stock_for_orders(refused: Any) -> None:
    assert "looks like a stock file" in refused("orders", "sku,on_hand\nA,1\n")
    assert "import stock" in refused("orders", "sku,quantity\nA,1\n")
    assert "import stock" in refused("orders", "Handle,Title,Option1 Value,SKU,COO,Shop\na,A,,S,,1\n")
    assert "import stock" in refused("orders", '[{"sku":"A","on_hand":1}]', "s.json")


def test_cannot_take_orders_for_stock(refused: Any) -> None:
    assert "looks like an orders file" in refused("stock", SIMPLE)
    assert "import orders" in refused("stock", '[{"order":"1","sku":"A","quantity":1}]', "s.json")
    assert "import orders" in refused("stock", '[{"order":"1","lines":[]}]', "s.json")


def test_can_ask_whether_the_first_line_is_a_header(refused: Any) -> None:
    sentence = refused("orders", "M1,MUG,2,2026-01-01\nM2,MUG,1,2026-01-02\n")
    assert "line 1 looks like a row" in sentence
    assert "Is it a header?" in sentence
    assert "order,sku,quantity" in sentence
    assert "sku,quantity" in refused("delivery", "MUG,2\nPOT,1\n")
    assert "Is it a header?" in refused("delivery", "Item,Pcs,12,3.5\nMUG,2,1,1\n")


def test_cannot_take_numbers_among_names_for_a_row(orders: Any) -> None:
    assert orders("order,sku,quantity,2026\n1,A,2,x\n").orders == {"1": [("A", 2)]}
