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


SHOES = "Name,Created at,Financial Status,Fulfillment Status,Lineitem quantity,Lineitem name,Lineitem sku\n"
INVENTORY = "Handle,Title,Option1 Value,SKU,COO,Location,Unavailable,Committed,Available,On hand\n"


def shoes(shop: Shop, *orders: tuple[str, str]) -> str:
    """An export of orders of a shop whose shoes have one SKU for all sizes."""
    rows = "".join(f"#{n},2026-01-01 09:00:00 +0000,paid,unfulfilled,1,Boot - {size},BOOT\n" for n, size in orders)
    return str(shop.write("shoes.csv", SHOES + rows))


def sizes(shop: Shop, **on_hand: int) -> str:
    rows = "".join(f"boot,Boot,{size[1:]},BOOT,,Shop,0,0,{n},{n}\n" for size, n in on_hand.items())
    return str(shop.write("sizes.csv", INVENTORY + rows))


ORDERS = (("1", "41"), ("2", "42"), ("3", "42"))


def test_that_names_are_skus_is_remembered_of_the_shop_for_all_of_its_files(shop: Shop) -> None:
    shop.done(f"sync {shoes(shop, *ORDERS)} --sku-from name")
    counted = shop.done(f"import stock {sizes(shop, _41=4, _42=3)}")
    assert "SKUs as before: --sku-from name. To take the column of SKUs again: --sku-from sku." in counted.out
    again = shop.done(f"sync {shoes(shop, *ORDERS, ('4', '41'))} --stock {sizes(shop, _41=4, _42=3)} --json").json
    assert (again["added"], again["followed"], again["new_skus"]) == (1, [], [])
    assert shop.figures() == {"Boot - 41": (4, 2), "Boot - 42": (3, 2)}


def test_files_are_written_again_by_the_remembered_names(shop: Shop) -> None:
    shop.done(f"import stock {sizes(shop, _41=4, _42=3)} --sku-from name")
    shop.done(f"sync {shoes(shop, *ORDERS)}")
    shop.done("adjust --sku 'Boot - 41' --by 2 --reason found")
    assert shop.done(f"stock --through {sizes(shop, _41=4, _42=3)} --out new.csv --json").json["changed"] == [
        {"sku": "Boot - 41", "from": 4, "to": 6}
    ]
    shop.done("pick '#1' '#2' --take")
    assert shop.done("to-ship --through shoes.csv --list 1 --out labels.csv --json").json["kept"] == 2


def test_what_is_typed_comes_before_what_is_remembered_and_the_column_of_skus_forgets_it(shop: Shop) -> None:
    shop.done(f"import stock {sizes(shop, _41=4)} --sku-from name")
    (row,) = (one for one in shop.done("import formats --json").json if one["format"].startswith("map"))
    assert (row["what"], row["tells"]) == ("orders, stock", "--sku-from name")
    assert row["recognised_by"] == "All files of the shop shopify."
    shop.done(f"import stock {sizes(shop, _41=2)} --sku-from sku")
    assert "map 1" not in shop.done("import formats").out
    shop.done(f"import stock {sizes(shop, _41=1)}")
    assert {sku: n for sku, (n, _) in shop.figures().items()} == {"Boot - 41": 4, "BOOT": 1}


def test_another_shop_has_skus_of_its_own(shop: Shop) -> None:
    shop.done(f"import orders {shoes(shop, *ORDERS)} --sku-from name --prefix W")
    shop.done(f"import orders {shoes(shop, *ORDERS)} --source berlin")
    shop.done(f"import orders {shoes(shop, ('7', '41'))} --prefix W")
    shop.done(f"import orders {shoes(shop, ('8', '41'))}")
    assert {number: line.split()[1:] for number, line in shop.state().items()} == {
        "W#1": ["Boot", "-", "411"],
        "W#2": ["Boot", "-", "421"],
        "W#3": ["Boot", "-", "421"],
        "#1": ["BOOT1"],
        "#2": ["BOOT1"],
        "#3": ["BOOT1"],
        "W#7": ["Boot", "-", "411"],
        "#8": ["BOOT1"],
    }


def test_a_shop_with_a_name_has_its_files_written_again_under_that_name(shop: Shop) -> None:
    shop.done(f"sync {shoes(shop, *ORDERS)} --stock {sizes(shop, _41=4, _42=3)} --sku-from name --source berlin")
    shop.done("adjust --sku 'Boot - 41' --by 2 --reason found")
    told = shop.done("stock --through sizes.csv --out new.csv --source berlin --json").json
    assert told["changed"] == [{"sku": "Boot - 41", "from": 4, "to": 6}]
    assert shop.done("to-ship --through shoes.csv --out labels.csv --source berlin --json").json["kept"] == 3
    assert "--sku-from name" in shop.done("to-ship --through shoes.csv --out labels.csv").err


def test_a_dry_run_remembers_no_names(shop: Shop) -> None:
    shop.done(f"sync {shoes(shop, *ORDERS)} --sku-from name --dry-run")
    assert "map 1" not in shop.done("import formats").out


def test_names_in_a_plain_file_are_remembered_with_its_header(shop: Shop) -> None:
    file = shop.write("o.csv", "order,sku,name,quantity\nM1,BOOT,Boot 41,1\n")
    shop.done(f"import orders {file} --sku-from name")
    file.write_text("order,sku,name,quantity\nM2,BOOT,Boot 42,1\n")
    shop.done(f"import orders {file}")
    assert shop.state() == {"M1": "Backorder Boot 411", "M2": "Backorder Boot 421"}
    file.write_text("order,sku,name,quantity\nM3,BOOT,Boot 42,1\n")
    shop.done(f"import orders {file} --sku-from sku")
    file.write_text("order,sku,name,quantity\nM4,BOOT,Boot 42,1\n")
    shop.done(f"import orders {file}")
    assert (shop.state()["M3"], shop.state()["M4"]) == ("Backorder BOOT1", "Backorder BOOT1")


def test_without_the_option_what_does_not_know_the_names_says_so(shop: Shop) -> None:
    shop.done(f"import stock {sizes(shop, _41=4, _42=3)} --sku-from name")
    shop.done(f"sync {shoes(shop, *ORDERS)}")
    shop.done("import formats --forget-map 1")
    told = shop.done(f"stock --through {sizes(shop, _41=1, _42=3)} --out new.csv --json").json
    assert (told["changed"], told["left"]) == ([], 2)
    assert (
        "2 of these rows have names that are SKUs here: to take the name for the SKU, --sku-from name"
        in told["notices"]
    )
    assert shop.done("stock --through sizes.csv --out new.csv --sku-from name --json").json["changed"] != []
    labels = shop.done("to-ship --through shoes.csv --out labels.csv --json").json
    assert labels["notices"] == ["3 orders have names in the export that are SKUs here: to take them, --sku-from name"]
    assert "--sku-from name" in shop.done("to-ship --through shoes.csv --out labels.csv").err
    assert shop.done("to-ship --through shoes.csv --out labels.csv --sku-from name --json").json["kept"] == 3
    refused = shop(f"sync {shoes(shop, *ORDERS)}")
    assert refused.code == 1
    assert (
        "the names of its lines are SKUs here: --sku-from name takes them; --yes takes it all the same" in refused.err
    )
    assert shop.done(f"sync {shoes(shop, *ORDERS)} --sku-from name --json").json["followed"] == []


def test_names_that_were_remembered_of_a_shop_with_skus_are_named_where_no_order_has_one_of_them(shop: Shop) -> None:
    shop.done(f"sync {shoes(shop, *ORDERS)}")
    shop.done(f"import stock {sizes(shop, _41=4, _42=3)} --sku-from name")
    refused = shop(f"sync {shoes(shop, *ORDERS)}")
    assert refused.code == 1
    assert "names were taken for its SKUs: --sku-from sku takes its own" in refused.err
    shop.done(f"sync {shoes(shop, *ORDERS)} --sku-from sku")
    assert shop.done(f"sync {shoes(shop, *ORDERS)} --json").json["followed"] == []


def test_a_file_for_an_importer_that_wants_skus_says_that_names_stand_in_their_place(shop: Shop) -> None:
    shop.done(f"import stock {sizes(shop, _41=4, _42=3)} --sku-from name")
    shop.done(f"sync {shoes(shop, *ORDERS)}")
    shop.done("ship '#1'")
    said = "names stand for SKUs here (--sku-from), and so in this file, but its importer looks for SKUs: #1"
    assert shop.done("to-mark --as matrixify-orders --out m.csv --json").json["notices"] == [said]
    assert shop.done("to-mark --as csv --out c.csv --json").json["notices"] == []
