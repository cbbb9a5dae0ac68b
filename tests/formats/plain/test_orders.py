"""Plain files of orders: columns found by name, a row per line."""

from __future__ import annotations

import gzip
import io
from types import SimpleNamespace
from typing import Any

import pytest

from backsplit.domain.imports import ArrivingLine, ArrivingOrder, LeftOut, Said
from backsplit.domain.limits import LARGEST_QUANTITY
from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions
from backsplit.formats.reader import read_delivery, read_orders

SIMPLE = "order,sku,quantity\n1001,A,2\n1001,B,1\n1002,A,3\n"
BOTH = {"1001": [("A", 2), ("B", 1)], "1002": [("A", 3)]}


@pytest.mark.parametrize(
    "header",
    [
        "order,sku,quantity",
        "Order Number,SKU,Qty",
        "order_number,item sku,quantity_ordered",
        "ORDER-ID, Product SKU ,Qty Ordered",
        "OrderID,Variant SKU,QUANTITY",
        "number,sku,units",
    ],
)
def test_can_find_the_columns_by_their_usual_names(orders: Any, header: str) -> None:
    assert orders(SIMPLE.replace("order,sku,quantity", header)).orders == BOTH


def test_cannot_find_a_column_with_an_unusual_name(refused: Any) -> None:
    sentence = refused("orders", SIMPLE.replace("quantity", "wieviel"), "o.csv")
    assert sentence.startswith("o.csv: ")
    assert "no column for quantity" in sentence
    assert '"wieviel"' in sentence
    assert "--map quantity=COLUMN" in sentence


def test_can_name_a_column_by_map(orders: Any) -> None:
    text = SIMPLE.replace("quantity", "Menge")
    assert orders(text, map={"quantity": "menge"}).orders == BOTH
    assert orders(text, map={"qty": "Menge"}).orders == BOTH


def test_cannot_map_to_a_column_that_is_not_there(refused: Any) -> None:
    sentence = refused("orders", "order,sku,quantity,Units\n1,A,1,1\n", map={"quantity": "Unit"})
    assert 'no column "Unit"' in sentence
    assert sentence.index('"Units"') < sentence.index('"order"'), "the nearest first"


def test_cannot_map_a_field_that_there_is_not() -> None:
    with pytest.raises(WrongUsage, match="quantity, placed_at"):
        read_orders("-", ReadOptions(map={"colour": "x"}))


def test_cannot_name_a_format_that_there_is_not() -> None:
    with pytest.raises(WrongUsage, match="shopify-orders"):
        read_orders("-", ReadOptions(format="magento"))
    with pytest.raises(WrongUsage, match="csv, tsv"):
        read_delivery("-", ReadOptions(format="shopify-orders"))


def test_cannot_choose_between_two_columns_of_one_meaning(refused: Any) -> None:
    sentence = refused("orders", "order_id,order_number,sku,qty\n1,2,A,1\n")
    assert '"order_id" and "order_number" could both be the order' in sentence
    assert "--map" in sentence
    assert '2 columns are named "sku"' in refused("orders", "order,sku,SKU,qty\n1,2,A,1\n")


def test_can_choose_the_column_with_the_fields_own_name(orders: Any) -> None:
    assert orders("order_id,order,sku,qty\n9,1,A,1\n").orders == {"1": [("A", 1)]}


@pytest.mark.parametrize(("delimiter", "form"), [(",", "csv"), ("\t", "tsv"), (";", "csv"), ("|", "csv")])
def test_can_read_any_usual_delimiter(orders: Any, delimiter: str, form: str) -> None:
    read = orders(SIMPLE.replace(",", delimiter))
    assert read.orders == BOTH
    assert read.format == form


@pytest.mark.parametrize("text", [SIMPLE.replace("\n", "\r\n"), SIMPLE.replace("\n", "\r"), SIMPLE.rstrip()])
def test_can_read_any_line_end(orders: Any, text: str) -> None:
    assert orders(text).orders == BOTH


def test_can_read_a_gzip_file(orders: Any) -> None:
    assert orders(gzip.compress(SIMPLE.encode()), "orders.csv.gz").orders == BOTH
    assert orders(gzip.compress(SIMPLE.encode()), "no name for it").orders == BOTH


def test_can_read_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(SIMPLE.encode())))
    with read_orders("-") as reading:
        assert len(list(reading)) == 2
        assert reading.path == "standard input"


def test_can_tell_dates_in_standard_input_by_the_whole_column(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"order,sku,qty,date\n1,A,1,02/01/2024\n2,A,1,31/01/2024\n"
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text)))
    with read_orders("-") as reading:
        assert [item.said.placed_at for item in reading if isinstance(item, ArrivingOrder)] == [
            "2024-01-02T00:00:00Z",
            "2024-01-31T00:00:00Z",
        ]


def test_can_leave_an_orders_cells_blank_on_later_rows(orders: Any) -> None:
    text = (
        "order,placed_at,customer,note,priority,sku,quantity\n"
        "1,2026-01-02,Ann,ring,5,A,1\n"
        "1,,,,,B,2\n"
        ",,,,,C,3\n"
        "2,2026-01-03,,,,A,1\n"
    )
    first, second = orders(text).items
    assert first == ArrivingOrder(
        "1",
        (ArrivingLine("A", 1), ArrivingLine("B", 2), ArrivingLine("C", 3)),
        Said("2026-01-02T00:00:00Z", 5, "Ann", "ring"),
        2,
    )
    assert (second.number, second.said, second.at) == ("2", Said("2026-01-03T00:00:00Z"), 5)


def test_can_repeat_an_orders_cells_and_the_first_row_counts(orders: Any) -> None:
    text = "order,placed_at,sku,quantity\n1,2026-01-02,A,1\n1,2026-01-03,B,2\n"
    (order,) = orders(text).items
    assert order.said.placed_at == "2026-01-02T00:00:00Z"


def test_can_take_the_date_from_the_first_row_that_has_one(orders: Any) -> None:
    (order,) = orders("order,placed_at,sku,quantity\n1,,A,1\n1,2026-01-09,B,2\n").items
    assert order.said.placed_at == "2026-01-09T00:00:00Z"


def test_cannot_leave_the_number_blank_on_the_first_row(refused: Any) -> None:
    assert "line 2" in refused("orders", "order,sku,quantity\n,A,1\n")


def test_cannot_leave_the_number_blank_where_the_order_says_more(refused: Any) -> None:
    text = "order,placed_at,sku,quantity\n1,2026-01-02,A,1\n,2026-01-05,B,2\n"
    assert "line 3" in refused("orders", text), "a number that was lost is not the order above"


def test_can_keep_a_sku_on_several_lines(orders: Any) -> None:
    assert orders("order,sku,quantity\n1,A,2\n1,A,3\n").orders == {"1": [("A", 2), ("A", 3)]}


def test_can_come_again_further_down(orders: Any) -> None:
    read = orders("order,sku,quantity\n1,A,2\n2,B,1\n1,C,3\n")
    assert [(order.number, order.at) for order in read.items] == [("1", 2), ("2", 3), ("1", 4)]


@pytest.mark.parametrize(
    "sku",
    [
        "028-543-00095",
        "07600.14 -0-0-0",
        "000012",
        "ab1",
        "2,85 €",
        "poptoysvip/1year",
        "'0012",
        "=1+1",
        "a  b",
        "e\u0301",
    ],
)
def test_can_keep_a_sku_as_it_is(orders: Any, sku: str) -> None:
    assert orders(f'order,sku,quantity\n1,"  {sku} ",1\n').orders == {"1": [(sku, 1)]}


def test_cannot_take_a_sku_beyond_the_limit(orders: Any, refused: Any) -> None:
    assert orders(f"order,sku,quantity\n1,{'x' * 255},1\n").orders == {"1": [("x" * 255, 1)]}
    assert "256 characters" in refused("orders", f"order,sku,quantity\n1,{'x' * 256},1\n")


@pytest.mark.parametrize("text", ["2", "2.0", "2.", "2.0000", " 2 ", "0002"])
def test_can_take_a_whole_quantity(orders: Any, text: str) -> None:
    assert orders(f'order,sku,quantity\n1,A,"{text}"\n').orders == {"1": [("A", 2)]}


@pytest.mark.parametrize(
    "text",
    [
        "2.5",
        "1,5",
        "0",
        "-3",
        "x",
        "",
        "1e3",
        "1 000",
        "+2",
        "²",
        "\u0661",
        "\uff11",
        "0x2",
        "2.00001",
        "NaN",
        "9" * 5000,
        str(LARGEST_QUANTITY + 1),
    ],
)
def test_cannot_take_any_other_quantity(refused: Any, text: str) -> None:
    sentence = refused("orders", f'order,sku,Qty\n1,A,1\n1,B,"{text}"\n')
    assert "1 row cannot be taken" in sentence
    assert 'line 3, column "Qty": ' in sentence
    assert text[:50] in sentence


def test_can_take_the_largest_quantity(orders: Any) -> None:
    assert orders(f"order,sku,quantity\n1,A,{LARGEST_QUANTITY}\n").orders == {"1": [("A", LARGEST_QUANTITY)]}


def test_can_see_all_bad_rows_at_once_up_to_twenty(refused: Any) -> None:
    sentence = refused("orders", "order,sku,quantity\n" + "1,A,0\n" * 23)
    assert sentence.count("\n") == 22
    assert "line 21," in sentence
    assert "… and 3 more: --json names them\n" in sentence


def test_can_leave_bad_rows_out(orders: Any) -> None:
    read = orders("order,sku,quantity\n1,A,1\n1,B,-2\n1,,1\n2,C,x\n", skip_bad=True)
    assert read.orders == {"1": [("A", 1)]}
    assert read.left_out == [
        LeftOut("1", 3, "quantity below 1"),
        LeftOut("1", 4, "no SKU"),
        LeftOut("2", 5, "quantity not a whole number"),
    ]


@pytest.mark.parametrize("priority", ["1", "10000", "5.0"])
def test_can_take_a_priority(orders: Any, priority: str) -> None:
    (order,) = orders(f"order,sku,quantity,priority\n1,A,1,{priority}\n").items
    assert order.said.priority == int(float(priority))


@pytest.mark.parametrize("priority", ["0", "10001", "high", "1.5"])
def test_cannot_take_a_priority_beyond_its_limits(refused: Any, priority: str) -> None:
    assert 'column "priority"' in refused("orders", f"order,sku,quantity,priority\n1,A,1,{priority}\n")


def test_can_put_a_prefix_before_each_number(orders: Any) -> None:
    assert set(orders(SIMPLE, prefix="SHOP2-").orders) == {"SHOP2-1001", "SHOP2-1002"}


def test_can_take_the_name_for_the_sku(orders: Any) -> None:
    read = orders("order,sku,quantity,name\n1,,2,Mug - Blue\n", sku_from="name")
    assert read.orders == {"1": [("Mug - Blue", 2)]}


def test_cannot_take_the_name_of_a_product_for_an_order_number(refused: Any) -> None:
    assert "no column for order" in refused("orders", "name,sku,units\nMug,A,2\n")
    assert "no column for order" in refused("orders", "name,sku,units\nMug,A,2\n", sku_from="name")


def test_cannot_take_orders_for_a_delivery(refused: Any) -> None:
    assert "looks like an orders file" in refused("delivery", "order,sku,quantity\n1,A,2\n")
    assert "looks like an orders file" in refused("delivery", '[{"order": "1", "sku": "A", "quantity": 2}]')


def test_can_skip_blank_rows_and_count_lines_within_quotes(orders: Any) -> None:
    text = 'order,sku,quantity,note\n1,A,1,"two\nlines"\n\n,,,\n2,A,1,\n'
    assert [order.at for order in orders(text).items] == [2, 6]


def test_can_leave_out_blank_cells_at_the_end_of_a_row(orders: Any) -> None:
    assert orders("order,sku,quantity,note\n1,A,1\n2,B,1,x\n").orders == {"1": [("A", 1)], "2": [("B", 1)]}


def test_cannot_be_cut_off_in_the_last_row(refused: Any) -> None:
    assert "cut off" in refused("orders", "order,sku,quantity,note\n1,A,1,x\n2,B,1")
    assert "cut off" in refused("orders", "order,sku,quantity\n1,A,1\n2,B")


def test_cannot_have_more_cells_than_columns(refused: Any) -> None:
    assert "line 3: has 4 cells under 3 columns" in refused("orders", "order,sku,quantity\n1,A,1\n1,B,1,5\n")


def test_cannot_leave_a_quote_open(refused: Any) -> None:
    assert "quote" in refused("orders", 'order,sku,quantity\n1,"A,1\n2,B,1\n')


def test_cannot_alter_a_sku_with_a_quote_inside(orders: Any, refused: Any) -> None:
    assert orders('order,sku,quantity\n1,5" pipe,1\n1,"5"" nail",1\n').orders == {"1": [('5" pipe', 1), ('5" nail', 1)]}
    assert "line 2: has a quote in the middle" in refused("orders", 'order,sku,quantity\n1,"5" pipe",1\n')


def test_can_have_blanks_before_quotes(orders: Any) -> None:
    assert orders('order, sku, quantity\n1, "A,B", 2\n').orders == {"1": [("A,B", 2)]}


def test_cannot_hold_a_nul(orders: Any, refused: Any) -> None:
    assert "line 2" in refused("orders", b"order,sku,quantity\n1,A\0B,1\n")
    assert orders(b"order,sku,quantity\n1,A\0B,1\n2,C,1\n", skip_bad=True).orders == {"2": [("C", 1)]}


def test_can_hold_what_a_terminal_or_a_spreadsheet_would_act_upon(orders: Any) -> None:
    sku = "[red]\x1b[31m=1+1\u202e"
    assert orders(f"order,sku,quantity\n1,{sku},1\n").orders == {"1": [(sku, 1)]}


def test_cannot_put_what_a_terminal_would_act_upon_into_a_sentence(refused: Any) -> None:
    sentence = refused("orders", "order,sku,quantity\n1,A,\x1b[31m\u202e\n")
    assert "\x1b" not in sentence
    assert "\\x1b[31m\\u202e" in sentence


def test_can_read_many_orders_of_one_line_in_bounded_memory(tmp_path: Any) -> None:
    path = tmp_path / "o.csv"
    path.write_text("order,sku,quantity\n" + "".join(f"{n},A,1\n" for n in range(20_000)))
    with read_orders(str(path)) as reading:
        shares = [reading.progress() for _ in reading]
    assert shares[0] is not None
    assert shares[0] < 0.9
    assert shares[-1] == 1.0


def test_can_read_a_delivery(tmp_path: Any) -> None:
    path = tmp_path / "d.csv"
    path.write_text("sku,qty,ref\nA,5,PO-1\nB,2,\n")
    with read_delivery(str(path)) as reading:
        assert [tuple(line) for line in reading] == [("A", 5, "PO-1", 2), ("B", 2, None, 3)]


def test_cannot_read_a_delivery_of_nothing(refused: Any) -> None:
    assert 'line 2, column "qty"' in refused("delivery", "sku,qty\nA,-1\n")
    assert "no column for quantity" in refused("delivery", "sku,name\nA,x\n")


def test_cannot_be_one_order_with_rows_of_two_customers(refused: Any, orders: Any) -> None:
    text = "order,sku,quantity,customer\nX1,A,1,Ann\nX1,B,2,Bob\n"
    assert "line 3" in refused("orders", text)
    assert "customer 'Bob', not 'Ann'" in refused("orders", text)
    assert orders(text, skip_bad=True).orders == {"X1": [("A", 1)]}


def test_cannot_be_one_order_with_rows_placed_more_than_a_day_apart(refused: Any) -> None:
    text = "order,sku,quantity,placed_at\nX1,A,1,2026-01-01\nX1,B,2,2026-01-25\n"
    assert "placed on 2026-01-25, not on 2026-01-01" in refused("orders", text)


@pytest.mark.parametrize("state", ["", ",status"])
@pytest.mark.parametrize(
    ("first", "other", "why"),
    [
        ("Ann,2026-01-01", "Bob,2026-01-01", "customer 'Bob', not 'Ann'"),
        ("Ann,2026-01-01", ",2026-01-05", "placed on 2026-01-05, not on 2026-01-01"),
    ],
)
def test_cannot_be_one_order_with_rows_that_stand_apart_and_contradict_each_other(
    refused: Any, orders: Any, first: str, other: str, why: str, state: str
) -> None:
    rows = f"X1,A,1,{first}\nX2,A,1,Eve,2026-01-01\nX1,B,2,{other}\nX1,C,2,{other}\n"
    text = f"order,sku,quantity,customer,placed_at{state}\n" + rows.replace("\n", ",open\n" if state else "\n")
    said = refused("orders", text)
    assert "line 4" in said
    assert why in said
    taken = orders(text, skip_bad=True)
    assert taken.orders == {"X1": [("A", 1)], "X2": [("A", 1)]}


def test_rows_that_stand_apart_need_not_repeat_who_has_ordered_and_when(orders: Any) -> None:
    rows = "X1,A,1,,\nX2,A,1,Eve,2026-01-01\nX1,B,2,Ann,2026-01-02\nX2,C,1,,\nX1,C,3,ANN,2026-01-03\n"
    items = orders("order,sku,quantity,customer,placed_at\n" + rows).items
    assert [len(order.lines) for order in items if order.number == "X1"] == [1, 1, 1]


def test_what_was_said_first_of_an_order_holds_wherever_its_rows_stand(refused: Any) -> None:
    rows = "X1,A,1,\nX2,A,1,Eve\nX1,B,2,Ann\nX2,B,1,\nX1,C,3,Bob\n"
    assert "line 6" in refused("orders", "order,sku,quantity,customer\n" + rows)


def test_of_a_long_file_the_orders_that_were_read_last_are_compared(
    refused: Any, orders: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backsplit.domain.imports.MOST_READ", 10)

    def text(between: int) -> str:
        rows = "".join(f"Y{n},A,1,Eve\n" for n in range(between))
        return f"order,sku,quantity,customer\nX1,A,1,Ann\n{rows}X1,B,1,Bob\n"

    assert "customer 'Bob', not 'Ann'" in refused("orders", text(10))
    assert len(orders(text(30)).items) == 32


def test_can_write_one_customer_in_two_ways(orders: Any) -> None:
    (order,) = orders("order,sku,quantity,customer\nX1,A,1,Ann Lee\nX1,B,2,ANN  LEE\n").items
    assert len(order.lines) == 2
