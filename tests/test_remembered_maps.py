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


def test_words_that_mean_open_are_remembered_with_the_map(shop: Shop) -> None:
    header = "Nr;Ware;Wieviel;Stufe Status\n"
    file = shop.write("o.csv", header + "M1;A;1;Gelb\nM2;A;1;Rot\nM3;A;1;Rot\n")
    asked = shop(f"import orders {file} {MAP}")
    assert (asked.code, '"Stufe Status": Rot 2, Gelb 1' in asked.err) == (5, True)
    shop.done(f"import orders {file} {MAP} --open gelb")
    assert shop.state() == {"M1": "Backorder A1"}
    file.write_text(header + "M4;A;1;Gelb\nM5;A;1;Blau\n")
    again = shop.done(f"import orders {file} --json").json
    assert again["added"] == 1
    assert any("open is gelb" in notice for notice in again["notices"])
    assert "open is gelb" in shop.done("import formats --json").json[-1]["tells"]


def test_a_quiet_night_without_any_open_word_asks_nothing(shop: Shop) -> None:
    header = "Nr;Ware;Wieviel;Stufe Status\n"
    file = shop.write("o.csv", header + "M1;A;1;Gelb\nM2;A;1;Rot\n")
    shop.done(f"sync {file} {MAP} --open Gelb")
    file.write_text(header + "M3;A;1;Weiss\n")
    answer = shop.done(f"sync {file} --json").json
    assert (answer["added"], answer["missing"]) == (0, ["M1"])


def test_maps_of_deliveries_and_of_what_is_expected_are_remembered_too(shop: Shop) -> None:
    shop.stock("A0")
    file = shop.write("d.csv", "Ware;Wieviel\nA;2\n")
    shop.done(f"receive --file {file} --map sku=Ware,quantity=Wieviel")
    file.write_text("Ware;Wieviel\nA;3\n")
    shop.done(f"receive --file {file}")
    assert shop.done("stock A --json").json[0]["on_hand"] == 5
    po = shop.write("po.csv", "Ware;Wieviel;Tag\nA;2;2027-01-02\n")
    shop.done(f"expect --file {po} --map sku=Ware,quantity=Wieviel,date=Tag")
    po.write_text("Ware;Wieviel;Tag\nA;3;2027-01-02\n")
    assert shop.done(f"expect --file {po} --json").json["expected"][0]["left"] == 3
