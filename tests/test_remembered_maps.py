"""A --map that was given once is used again for files with the same header."""

from __future__ import annotations

from conftest import Shop

SHEET = "Nr;Ware;Wieviel\n{};A;1\n"
MAP = "--map order=Nr,sku=Ware,quantity=Wieviel"


def sheet(shop: Shop, number: str) -> str:
    return str(shop.write(f"{number}.csv", SHEET.format(number)))


def test_a_map_is_used_again_and_the_answer_says_so(shop: Shop) -> None:
    assert shop(f"import orders {sheet(shop, 'M1')}").code == 5
    first = shop.done(f"import orders {sheet(shop, 'M1')} {MAP}")
    assert "mapped before" not in first.out + first.err
    second = shop.done(f"import orders {sheet(shop, 'M2')}")
    assert "Columns as mapped before: order=Nr, sku=Ware, quantity=Wieviel" in second.out + second.err
    assert shop.done(f"sync {sheet(shop, 'M3')} --json").json["added"] == 1
    assert set(shop.state()) == {"M1", "M2", "M3"}


def test_a_map_is_shown_and_can_be_forgotten(shop: Shop) -> None:
    shop.done(f"import orders {sheet(shop, 'M1')} {MAP}")
    assert "map 1" in shop.done("import formats").out
    listed = shop.done("import formats --json").json[-1]
    assert (listed["format"], listed["what"]) == ("map 1", "orders")
    assert listed["tells"] == "order=Nr, sku=Ware, quantity=Wieviel"
    assert "map 1" not in shop.done("import formats --forget-map 1").out
    assert shop(f"import orders {sheet(shop, 'M2')}").code == 5
    again = shop("import formats --forget-map 1")
    assert (again.code, "no such map" in again.err) == (2, True)


def test_a_map_that_is_given_takes_the_place_of_the_remembered_one(shop: Shop) -> None:
    file = shop.write("o.csv", "Nr;Ware;Zahl;Wieviel\nM1;A;3;1\n")
    shop.done(f"import orders {file} --map order=Nr,sku=Ware,quantity=Zahl")
    file.write_text("Nr;Ware;Zahl;Wieviel\nM2;A;3;1\n")
    shop.done(f"import orders {file} {MAP}")
    file.write_text("Nr;Ware;Zahl;Wieviel\nM3;A;3;1\n")
    shop.done(f"import orders {file}")
    assert shop.state() == {"M1": "Backorder A3", "M2": "Backorder A1", "M3": "Backorder A1"}


def test_a_map_of_orders_is_not_used_for_counts_nor_for_other_headers(shop: Shop) -> None:
    shop.done(f"import orders {sheet(shop, 'M1')} {MAP}")
    assert shop(f"import stock {sheet(shop, 'M1')}").code == 5
    assert shop(f"import orders {shop.write('o.csv', 'Nr;Ware;Wieviele')}").code == 5


def test_a_file_that_fails_and_a_dry_run_remember_nothing(shop: Shop) -> None:
    shop.done(f"import orders {sheet(shop, 'M1')} {MAP} --dry-run")
    bad = shop.write("bad.csv", "Nr;Ware;Wieviel\nM1;A;viele\n")
    assert shop(f"import orders {bad} {MAP}").code == 5
    assert "map 1" not in shop.done("import formats").out


def test_counts_have_maps_of_their_own(shop: Shop) -> None:
    file = shop.write("s.csv", "Ware;Da\nA;3\n")
    shop.done(f"import stock {file} --map sku=Ware,on_hand=Da")
    shop.done(f"import stock {file}")
    assert shop.done("stock A --json").json[0]["on_hand"] == 3


def test_formats_are_listed_without_a_file_too(shop: Shop) -> None:
    assert "shopify-orders" in shop.done("--db none.db import formats").out
