"""import: files in, all or nothing, and again tomorrow."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress

import pytest

from backsplit.errors import BadInput
from backsplit.formats import ReadOptions
from backsplit.repository import open_repository
from backsplit.services.imports import import_orders
from conftest import Shop

HEADER = "order,sku,quantity,placed_at\n"
SHOPIFY = (
    "Name,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem sku,Cancelled at,Lineitem name\n"
)


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A2 B0")
    return shop


def test_orders_that_arrive_together_are_served_in_queue_order(stocked: Shop) -> None:
    newest_first = "M2,A,2,2026-01-02T09:00:00Z\nM1,A,2,2026-01-01T09:00:00Z\n"
    answer = stocked.done("import orders - --json", HEADER + newest_first).json
    assert (answer["processing"], answer["backorder"]) == (1, 1)
    assert stocked.state() == {"M2": "Backorder A2", "M1": "Processing A2"}


def test_the_answer_holds_the_promised_keys(stocked: Shop) -> None:
    answer = stocked.done("import orders - --json", HEADER + "M1,A,1,\nM1,NEW,1,\n").json
    assert {key: answer[key] for key in ("dry_run", "format", "added", "known", "skipped", "new_skus")} == {
        "dry_run": False,
        "format": "csv",
        "added": 1,
        "known": 0,
        "skipped": [],
        "new_skus": ["NEW"],
    }


def test_an_order_that_is_known_is_left_alone_also_when_it_was_split(stocked: Shop) -> None:
    file = stocked.write("orders.csv", HEADER + "M1,A,1,\nM1,B,1,\n")
    stocked.done(f"import orders {file}")
    stocked.done("split M1")
    before = stocked.state()
    answer = stocked.done(f"import orders {file} --json").json
    assert (answer["added"], answer["known"]) == (0, 1)
    assert stocked.state() == before


def test_rows_of_an_order_that_stand_apart_are_one_order(stocked: Shop) -> None:
    rows = "".join(f"X{n},B,1,\n" for n in range(600))
    stocked.done("import orders -", HEADER + "M1,A,1,\n" + rows + "M1,B,3,\nM1,A,1,\n")
    assert stocked.state()["M1"] == "Backorder A1 B3 A1"


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("numbers", ["123", "321", "132", ["#9", "#10", "#11"]])
def test_rows_that_stand_apart_are_one_order_whatever_the_order_of_the_numbers(
    stocked: Shop, numbers: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backsplit.services.imports.BATCH", 1)
    stocked.done("import orders -", HEADER + "".join(f"{n},A,1,\n" for n in [*numbers, *numbers]))
    assert {state.partition(" ")[2] for state in stocked.state().values()} == {"A1 A1"}
    again = stocked.done("import orders - --json", HEADER + "".join(f"{n},A,2,\n" for n in [*numbers, "0"])).json
    assert (again["added"], again["known"]) == (1, 3)


@pytest.mark.parametrize("quantity", ["1", "none"])
def test_after_an_import_no_row_can_point_to_nothing_whether_it_was_taken_or_not(stocked: Shop, quantity: str) -> None:
    stocked.order("M1", "A1")
    file = stocked.write("orders.csv", f"{HEADER}M2,A,{quantity},\n")
    with open_repository(stocked.db) as repository:
        with suppress(BadInput):
            import_orders(repository, [str(file)], ReadOptions())
        with pytest.raises(sqlite3.IntegrityError), repository.change("a test"):
            repository.shop_state.note_change(1, change=99)


def test_one_bad_row_fails_the_file_and_nothing_comes_in(stocked: Shop) -> None:
    file = stocked.write("orders.csv", HEADER + 'M1,A,1,\nM2,A,2.5,\nM3,,1,\nM4,A,"1,5",\n')
    answer = stocked(f"import orders {file} --json")
    assert (answer.code, answer.error) == (5, "bad-input")
    message = json.loads(answer.err)["error"]["message"]
    for said in ("orders.csv", "line 3", "2.5", "line 4", "line 5", "1,5"):
        assert said in message
    assert stocked.state() == {}


def test_bad_rows_can_be_left_out(stocked: Shop) -> None:
    answer = stocked.done("import orders - --skip-bad --json", HEADER + "M1,A,1,\nM1,A,0,\nM2,A,-3,\n").json
    assert answer["added"] == 1
    assert [(left["order"], left["line"]) for left in answer["skipped"]] == [("M1", 3), ("M2", 4)]


@pytest.mark.parametrize("quantity", ["2", "2.0", "2.0000"])
def test_a_whole_number_can_be_written_in_several_ways(stocked: Shop, quantity: str) -> None:
    stocked.done("import orders -", HEADER + f"M1,A,{quantity},\n")
    assert stocked.state() == {"M1": "Processing A2"}


def test_columns_can_be_named_by_map_in_both_forms(stocked: Shop) -> None:
    rows = "InvoiceNo,StockCode,Many\nM1,A,1\n"
    stocked.done("import orders - --map order=InvoiceNo,sku=StockCode --map quantity=Many", rows)
    assert stocked.state() == {"M1": "Processing A1"}
    answer = stocked("import orders - --map order=Invoice,sku=StockCode,quantity=Many", rows)
    assert answer.code == 5
    assert "InvoiceNo" in answer.err
    assert stocked("import orders - --map quantity", rows).code == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("orders.tsv", b"order\tsku\tquantity\nM1\tA\t1\n"),
        ("orders.txt", b"\xef\xbb\xbforder;sku;quantity\r\nM1;A;1\r\n"),
        ("orders.json", b'[{"order": "M1", "sku": "A", "quantity": 1}]'),
        ("orders.jsonl", b'{"order": "M1", "sku": "A", "quantity": 1}\n'),
        ("orders.csv.gz", gzip.compress(b"Order ID,SKU,Qty\nM1,A,1\n", mtime=0)),
    ],
)
def test_a_plain_file_can_have_several_shapes(stocked: Shop, name: str, content: bytes) -> None:
    path = stocked.folder / name
    path.write_bytes(content)
    stocked.done(f"import orders {path}")
    assert stocked.state() == {"M1": "Processing A1"}


def test_a_file_that_is_not_there_is_said_so(stocked: Shop) -> None:
    answer = stocked("import orders nowhere.csv --json")
    assert (answer.code, answer.error) == (5, "bad-input")
    assert "nowhere.csv" in answer.err


def test_of_several_files_a_bad_one_keeps_all_out(stocked: Shop) -> None:
    good = stocked.write("good.csv", HEADER + "M1,A,1,\n")
    bad = stocked.write("bad.csv", HEADER + "M2,A,x,\n")
    assert stocked(f"import orders {good} {bad}").code == 5
    assert stocked.state() == {}


def test_a_dry_run_takes_nothing_in(stocked: Shop) -> None:
    answer = stocked.done("import orders - --dry-run --json", HEADER + "M1,NEW,1,\n").json
    assert (answer["dry_run"], answer["added"], answer["new_skus"]) == (True, 1, ["NEW"])
    assert stocked.state() == {}
    assert "NEW" not in stocked.figures()


def test_only_what_is_open_at_the_shop_comes_in_and_the_rest_is_counted(stocked: Shop) -> None:
    rows = (
        "#1,paid,unfulfilled,2026-01-01 09:00:00 +0000,1,A,,Mug\n"
        "#2,refunded,unfulfilled,2026-01-01 09:00:00 +0000,1,A,,Mug\n"
        "#3,paid,fulfilled,2026-01-01 09:00:00 +0000,1,A,,Mug\n"
    )
    answer = stocked.done("import orders - --json", SHOPIFY + rows).json
    assert (answer["format"], answer["added"]) == ("shopify-orders", 1)
    assert [left["reason"] for left in answer["skipped"]] == ["refunded", "fulfilled"]
    assert stocked.state() == {"#1": "Processing A1"}


def test_an_order_that_comes_in_without_a_line_is_named(stocked: Shop) -> None:
    row = "#{n},paid,unfulfilled,2026-01-01 09:00:00 +0000,1,{sku},,Mug\n"
    rows = row.format(n=1, sku="A") + row.format(n=2, sku="A") + row.format(n=2, sku="")
    answer = stocked.done("import orders - --json", SHOPIFY + rows).json
    assert [notice for notice in answer["notices"] if "#2" in notice and "#1" not in notice]
    assert "no SKU" in stocked.done("history '#2'").out
    assert "no SKU" not in stocked.done("history '#1'").out


def test_two_shops_with_the_same_numbers_can_be_kept_apart(stocked: Shop) -> None:
    stocked.done("import orders -", HEADER + "1001,A,1,\n")
    stocked.done("import orders - --prefix SHOP2-", HEADER + "1001,B,1,\n")
    assert stocked.state() == {"1001": "Processing A1", "SHOP2-1001": "Backorder B1"}


def exported(fulfilment: str, cancelled: str) -> str:
    row = f"#1,paid,{fulfilment},2026-01-01 09:00:00 +0000,1,{{sku}},{cancelled},Mug\n"
    return SHOPIFY + row.format(sku="A") + row.format(sku="B")


def test_known_orders_that_the_shop_changed_are_named_and_left_alone(stocked: Shop) -> None:
    stocked.done("import orders -", exported("unfulfilled", ""))
    cancelled = exported("unfulfilled", "2026-01-05 09:00:00 +0000")
    answer = stocked.done("import orders - --json", cancelled).json
    assert answer["differ"] == [
        {
            "order": "#1",
            "wanted": [{"sku": "A", "here": 1, "shop": 0}, {"sku": "B", "here": 1, "shop": 0}],
            "sent": [],
        }
    ]
    said = stocked.done("import orders -", cancelled).out
    assert "  #1  wants 0 × A instead of 1; wants 0 × B instead of 1" in said
    assert "backsplit sync" in said
    assert stocked.state() == {"#1": "Backorder A1 B1"}


def test_known_orders_that_the_shop_has_not_changed_are_not_named(stocked: Shop) -> None:
    stocked.done("import orders -", exported("unfulfilled", ""))
    stocked.done("split '#1'")
    assert stocked.done("import orders - --json", exported("unfulfilled", "")).json["differ"] == []


def test_an_order_that_stands_in_two_files_comes_in_once(stocked: Shop) -> None:
    monday = stocked.write("monday.csv", HEADER + "M1,A,1,\n")
    tuesday = stocked.write("tuesday.csv", HEADER + "M1,A,1,\nM2,A,1,\n")
    answer = stocked.done(f"import orders {monday} {tuesday} --json").json
    assert (answer["added"], answer["known"]) == (2, 1)
    assert stocked.state() == {"M1": "Processing A1", "M2": "Processing A1"}


def test_two_files_cannot_count_one_sku_differently_without_a_word(stocked: Shop) -> None:
    first = stocked.write("first.csv", "sku,on_hand\nA,5\n")
    second = stocked.write("second.csv", "sku,on_hand\nA,9\n")
    answer = stocked(f"import stock {first} {second}")
    assert answer.code == 5
    assert "second.csv: line 2" in answer.err
    for choice, units in (("sum", 14), ("last", 9), ("first", 5)):
        stocked.done(f"import stock {first} {second} --duplicates {choice}")
        assert stocked.figures()["A"] == (units, 0)


def test_an_order_without_a_priority_has_100(shop: Shop) -> None:
    shop.done("import orders -", "order,sku,quantity\nM1,A,1\n")
    shop.done("import orders -", "order,sku,quantity,priority\nM2,A,1,\nM3,A,1,7\n")
    assert {it["number"]: it["priority"] for it in shop.done("list --json").json} == {"M1": 100, "M2": 100, "M3": 7}


def test_the_formats_can_be_listed(empty: Shop) -> None:
    formats = {it["format"] for it in empty.done("import formats --json").json}
    assert {"shopify-orders", "amazon-unshipped", "csv"} <= formats
    assert "shopify-orders" in empty.done("import formats").out
    assert empty("import orders x.csv --format no-such --db no.db").code in (2, 4)
