"""stock --through: a shop's inventory export again, the same to the byte but for the counts that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Shop
from shopify import shopify

HEAD = "Handle,Title,Option1 Name,Option1 Value,SKU,Location,Incoming,Unavailable,Committed,Available,On hand\n"


def _through(shop: Shop, export: str | bytes, more: str = "") -> str:
    """What is written of an export."""
    Path("inv.csv").write_bytes(export.encode() if isinstance(export, str) else export)
    shop.done(f"stock --through inv.csv --out new.csv {more}")
    return Path("new.csv").read_bytes().decode("utf-8")


def test_can_write_the_counts_that_differ_and_nothing_else(shop: Shop) -> None:
    shop.stock("A5 B7")
    rows = "h,t,,,A,Shop location,0,0,0,0,0\nh,t,,,B,Shop location,0,0,0,7,7\nh,t,,,Q,Shop location,0,0,0,7,7\n"
    assert _through(shop, HEAD + rows) == HEAD + rows.replace("A,Shop location,0,0,0,0,0", "A,Shop location,0,0,0,0,5")
    answer = shop.done("stock --through inv.csv --out new.csv --json").json
    assert answer == {"changed": [{"sku": "A", "from": 0, "to": 5}], "left": 1, "notices": []}


@pytest.mark.parametrize(
    ("head", "row", "written"),
    [
        (HEAD, 'h,"t ""x"", y",,,A,Shop,0,0,0,0,"0"\n', 'h,"t ""x"", y",,,A,Shop,0,0,0,0,"5"\n'),
        (HEAD.replace("\n", "\r\n"), "h,t,,,A,Shop,0,0,0,0,0\r\n", "h,t,,,A,Shop,0,0,0,0,5\r\n"),
        (HEAD, "h,t,,,A,Shop,0,0,0,0, 0", "h,t,,,A,Shop,0,0,0,0,5"),
        ("\ufeff" + HEAD, "h,t,,,A,Shop,0,0,0,0,0\n", "h,t,,,A,Shop,0,0,0,0,5\n"),
        (HEAD, 'h,"two\nlines",,,A,Shop,0,0,0,0,0\n\n', 'h,"two\nlines",,,A,Shop,0,0,0,0,5\n\n'),
    ],
)
def test_all_else_stays_to_the_byte(shop: Shop, head: str, row: str, written: str) -> None:
    shop.stock("A5")
    assert _through(shop, head + row) == head + written


def test_the_files_own_encoding_stays(shop: Shop) -> None:
    shop.stock("A5")
    Path("inv.csv").write_bytes((HEAD + "h,Café,,,A,Shop,0,0,0,0,0\n").encode("cp1252"))
    shop.done("stock --through inv.csv --out new.csv")
    assert Path("new.csv").read_bytes() == (HEAD + "h,Café,,,A,Shop,0,0,0,0,5\n").encode("cp1252")


def test_shopify_takes_a_new_count_in_a_column_of_its_own(shop: Shop) -> None:
    shop.stock("A5 B1")
    head = HEAD.replace("On hand", "On hand (current),On hand (new)")
    rows = "h,t,,,A,Shop,0,0,0,0,0,\nh,t,,,B,Shop,0,0,0,1,1,\n"
    assert _through(shop, head + rows) == head + "h,t,,,A,Shop,0,0,0,0,0,5\nh,t,,,B,Shop,0,0,0,1,1,\n"


def test_what_the_shop_calls_unavailable_is_on_its_hand_too(shop: Shop) -> None:
    shop.stock("A5")
    assert _through(shop, HEAD + "h,t,,,A,Shop,0,2,0,0,2\n").endswith("A,Shop,0,2,0,0,7\n")


def test_what_is_to_be_marked_is_still_on_the_shops_hand(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("o.csv", shopify("1 A2"))
    shop.done("sync o.csv")
    shop.done("ship 1")
    assert _through(shop, HEAD + "h,t,,,A,Shop,0,0,2,2,4\n").endswith("A,Shop,0,0,2,2,5\n")
    assert "2 units of these are to be marked" in shop.done("stock --through inv.csv --out new.csv").out
    shop.write("o.csv", shopify("1 A2 fulfilled"))
    shop.done("sync o.csv")
    assert _through(shop, HEAD + "h,t,,,A,Shop,0,0,0,5,5\n").endswith("A,Shop,0,0,0,5,3\n")


def test_what_is_left_to_sell_is_without_what_open_orders_want(shop: Shop) -> None:
    shop.stock("A5 B0")
    woo = '[{"id":1,"number":"1","status":"processing","date_created_gmt":"2026-01-01T09:00:00","line_items":[%s]}]'
    shop.write("o.json", woo % '{"id":1,"sku":"A","quantity":2},{"id":2,"sku":"B","quantity":3}')
    shop.done("sync o.json")
    head = "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?\n"
    written = _through(shop, head + "1,simple,A,Mug,1,1,9,0\n2,simple,B,Cup,1,0,'-9,1\n3,simple,C,Pot,1,1,,0\n")
    assert written == head + "1,simple,A,Mug,1,1,3,0\n2,simple,B,Cup,1,0,-3,1\n3,simple,C,Pot,1,1,,0\n"


def test_a_plain_file_is_a_count_of_the_shelf(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("o.csv", shopify("1 A2"))
    shop.done("sync o.csv")
    shop.done("ship 1")
    assert _through(shop, "sku;on_hand;bin\nA;5;7\nQ;1;8\n") == "sku;on_hand;bin\nA;3;7\nQ;1;8\n"


def test_a_kit_has_no_count_of_its_own_and_stays_as_it_is(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("kit SET A=2 --create")
    assert _through(shop, "sku,on_hand\nA,1\nSET,4\n") == "sku,on_hand\nA,5\nSET,4\n"


def test_what_is_left_to_sell_of_a_part_is_without_what_open_orders_want_of_its_kit(shop: Shop) -> None:
    shop.stock("A9 B9")
    shop.done("kit SET A=2 B=1")
    order = '{"id":%d,"number":"%d","status":"processing","date_created_gmt":"2026-01-01T09:00:00","line_items":[%s]}'
    lines = '{"id":1,"sku":"A","quantity":1},{"id":2,"sku":"SET","quantity":2}'
    shop.write("o.json", f"[{order % (1, 1, lines)}]")
    shop.done("sync o.json")
    head = "ID,Type,SKU,Name,Published,In stock?,Stock\n"
    rows = "1,simple,A,Mug,1,1,{}\n2,simple,B,Cup,1,1,{}\n3,simple,SET,Set,1,1,5\n"
    assert _through(shop, head + rows.format(0, 0)) == head + rows.format(4, 7)
    shop.done("ship 1")  # the shop does not know it: it still holds these units back
    assert _through(shop, head + rows.format(0, 0)) == head + rows.format(4, 7)


def test_what_is_to_be_marked_of_a_kit_is_still_on_the_shops_hand_by_its_parts(shop: Shop) -> None:
    shop.stock("A9")
    shop.done("kit SET A=2 --create")
    shop.write("o.csv", shopify("1 SET2 A1"))
    shop.done("sync o.csv")
    shop.done("ship 1")
    assert _through(shop, HEAD + "h,t,,,A,Shop,0,0,0,0,0\n").endswith("A,Shop,0,0,0,0,9\n")


def test_a_sku_in_several_rows_is_never_guessed(shop: Shop) -> None:
    shop.stock("A5")
    rows = "h,t,,,A,North,0,0,0,1,1\nh,t,,,A,South,0,0,0,2,2\nh,t,,,Q,North,0,0,0,2,2\nh,t,,,Q,South,0,0,0,2,2\n"
    shop.write("inv.csv", HEAD + rows)
    refused = shop("stock --through inv.csv --out new.csv")
    assert (refused.code, Path("new.csv").exists()) == (2, False)
    assert "A stands in several rows (North, South): say which with --location 'North'" in refused.err
    assert _through(shop, HEAD + rows, "--location South") == HEAD + rows.replace(
        "South,0,0,0,2,2", "South,0,0,0,2,5", 1
    )


def test_a_location_that_does_not_stock_a_sku_is_no_row_of_it(shop: Shop) -> None:
    shop.stock("A5")
    rows = "h,t,,,A,North,0,0,0,1,1\nh,t,,,A,South,not stocked,not stocked,not stocked,not stocked,not stocked\n"
    assert _through(shop, HEAD + rows) == HEAD + rows.replace("North,0,0,0,1,1", "North,0,0,0,1,5")


@pytest.mark.parametrize(
    ("export", "said"),
    [
        (HEAD + "h,t,,,A,North,0,0,0,1,1\n", 'has no location "Nope"; it has "North"'),
        ("sku,on_hand\nA,1\n", "has no locations: leave --location out"),
    ],
)
def test_a_location_that_is_not_in_the_file_is_refused(shop: Shop, export: str, said: str) -> None:
    shop.stock("A5")
    shop.write("inv.csv", export)
    refused = shop("stock --through inv.csv --out new.csv --location Nope")
    assert (refused.code, Path("new.csv").exists()) == (5, False)
    assert said in refused.err


@pytest.mark.parametrize(
    ("row", "written"),
    [('="A",1', '="A",5'), ('A,"=""1"""', 'A,"5"'), ('A,"1,004"\nB,"7,00,0"', 'A,"5"\nB,"7,00,0"'), ("A,1.0", "A,5")],
)
def test_can_read_what_import_stock_reads(shop: Shop, row: str, written: str) -> None:
    shop.stock("A5 B7")
    export = f'sku,on_hand\n{row}\nQ,"1,000.0"\n'
    assert _through(shop, export) == export.replace(row, written)


def test_numbers_that_can_be_read_two_ways_are_refused_until_it_is_said_how(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("inv.csv", 'sku,on_hand\nA,"1,000"\n')
    refused = shop("stock --through inv.csv --out new.csv")
    assert (refused.code, Path("new.csv").exists()) == (5, False)
    assert "--decimal comma" in refused.err
    assert _through(shop, 'sku,on_hand\nA,"1,000"\n', "--decimal point") == 'sku,on_hand\nA,"5"\n'


@pytest.mark.parametrize("head", ["sku,on_hand\n", "ID,SKU,Name,Backorders allowed?,Stock\n"])
def test_a_row_that_cannot_be_read_stays_as_it_is_and_is_named(shop: Shop, head: str) -> None:
    shop.stock("A5 B5 C5")
    lead, name, stock = ("", "", "on_hand") if head.startswith("sku") else ("1,", ",M,0", "Stock")
    rows = [("A", "abc"), ("B", "#N/A"), ("1E+12", "3"), ("C", "5"), ("C", "")]
    export = head + "".join(f"{lead}{sku}{name},{count}\n" for sku, count in rows)
    assert _through(shop, export) == export
    notices = shop.done("stock --through inv.csv --out new.csv --json").json["notices"]
    lost = (
        '"1E+12" is not the SKU but what a spreadsheet has rounded it to; export the file again, '
        "or format the column as text before the codes are put in"
    )
    assert [notice for notice in notices if "stays as it is" in notice] == [
        f'stays as it is: line 2, column "{stock}": "abc" is not a whole number',
        f'stays as it is: line 3, column "{stock}": "#N/A" is not a whole number',
        f'stays as it is: line 4, column "{head.split(",")[1 if lead else 0]}": {lost}',
    ]


def test_of_many_rows_that_cannot_be_read_the_first_are_named(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("inv.csv", "sku,on_hand\nA,1\n" + "A,x\n" * 25)
    lines = shop.done("stock --through inv.csv --out new.csv").out.splitlines()
    assert sum("line" in line and "stays as it is" in line for line in lines) == 20
    assert lines[-1] == "note: 5 more rows that cannot be read stay as they are"


def test_rows_without_a_sku_are_told(shop: Shop) -> None:
    shop.stock("A5")
    assert _through(shop, HEAD + "h,t,,,,North,0,0,0,1,1\nh,t,,,A,North,0,0,0,1,1\n")
    notices = shop.done("stock --through inv.csv --out new.csv --json").json["notices"]
    assert notices == [
        "Left out since they have no SKU: 1 line. To take the name where there is no SKU: --sku-from sku-or-name."
    ]


def test_a_sku_that_stands_twice_at_one_place_is_refused(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("inv.csv", "sku,on_hand\nA,1\nA,2\n")
    assert shop("stock --through inv.csv --out new.csv").code == 2


@pytest.mark.parametrize("rows", ["A,2\nA,3\n", "A,5\nA,5\n"])
def test_rows_of_a_sku_that_say_what_is_true_already_stay(shop: Shop, rows: str) -> None:
    shop.stock("A5 B1")
    assert _through(shop, f"sku,on_hand\n{rows}B,0\n") == f"sku,on_hand\n{rows}B,1\n"


def test_rows_of_a_sku_that_cannot_be_told_apart_are_for_a_person(shop: Shop) -> None:
    shop.stock("A6 B1")
    shop.write("inv.csv", "sku,on_hand\nA,2\nA,3\nB,0\n")
    refused = shop("stock --through inv.csv --out new.csv")
    assert (refused.code, Path("new.csv").exists()) == (2, False)
    assert "A stands in several rows: enter its count in the shop by hand (6), and export again" in refused.err


@pytest.mark.parametrize("name", ["o.csv", "inv.json"])
def test_only_a_table_of_counts_can_be_written_again(shop: Shop, name: str) -> None:
    shop.stock("A5")
    shop.write("o.csv", shopify("1 A2"))
    shop.write("inv.json", '[{"sku":"A","on_hand":1}]')
    assert shop(f"stock --through {name} --out new.csv").code == 5


@pytest.mark.parametrize("text", [HEAD, "sku;on_hand\n"])
def test_a_file_with_bytes_of_no_encoding_far_down_is_refused_as_such(shop: Shop, text: str) -> None:
    shop.stock("A5")
    row = "h,t,,,Q,Shop,0,0,0,0,0\n" if text == HEAD else "Q;1\n"
    rows = row.encode() * 20_000
    Path("inv.csv").write_bytes(text.encode() + rows + b"\xff\x00\x81\n" + rows)
    refused = shop("stock --through inv.csv --out new.csv")
    assert (refused.code, Path("new.csv").exists()) == (5, False)
    assert "inv.csv" in refused.err


def test_a_count_is_read_by_the_map_that_it_was_imported_with(shop: Shop) -> None:
    shop.done("import stock - --map sku=Ware --map on_hand=Regal", "Ware;Regal\nA;5\n")
    assert _through(shop, "Ware;Regal\nA;1\n") == "Ware;Regal\nA;5\n"


def test_an_earlier_answer_is_written_over_and_nothing_else(shop: Shop) -> None:
    shop.stock("A5")
    shop.write("inv.csv", "sku,on_hand\nA,1\n")
    for _ in range(2):
        shop.done("stock --through inv.csv --out new.csv")
    shop.write("mine.csv", "mine\n")
    for out in ("mine.csv", str(shop.db), "inv.csv"):
        assert shop(f"stock --through inv.csv --out {out}").code == 2
    assert Path("mine.csv").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("more", ["", "--out n.csv A", "--out n.csv --short", "--out n.csv --csv"])
def test_through_and_out_go_together_alone(shop: Shop, more: str) -> None:
    shop.stock("A5")
    shop.write("inv.csv", "sku,on_hand\nA,1\n")
    assert shop(f"stock --through inv.csv {more}").code == 2
    assert shop("stock --out n.csv").code == 2
