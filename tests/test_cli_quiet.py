"""What a person must know is said under --quiet, and stands in the notices; and SKUs that a count brings by mistake."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Answer, Shop
from shopify import inventory, shopify

ROWS = "order,sku,quantity,placed_at\n"


@pytest.fixture
def night(shop: Shop) -> Any:
    shop.stock("A9")

    def follow(*orders: str, options: str = "") -> Answer:
        shop.write("export.csv", shopify(*orders))
        return shop.done(f"sync export.csv {options}")

    return follow


def test_a_quiet_night_on_which_nothing_happens_says_nothing(night: Any) -> None:
    night("1 A1", "2 A1 fulfilled")
    assert night("1 A1", "2 A1 fulfilled", options="--quiet")[1:] == ("", "")


def test_missing_orders_and_a_filtered_file_are_said_on_stderr_when_quiet(night: Any) -> None:
    night("1 A1", "2 A1")
    quiet = night("2 A1", options="--quiet")
    assert quiet.out == ""
    assert "open here, but not in the file: 1 (#1)" in quiet.err
    assert "looks filtered" in quiet.err
    notices = night("2 A1", options="--json").json["notices"]
    assert any("not in the file" in notice for notice in notices)
    assert any("looks filtered" in notice for notice in notices)
    assert night("2 A1", options="--json --quiet").err == ""


def test_it_is_not_said_of_what_this_very_run_has_closed(night: Any) -> None:
    night("1 A1", "2 A1")
    answer = night("2 A1", options="--missing ship --quiet")
    assert "not in the file" not in answer.out + answer.err
    assert "filtered" not in answer.out + answer.err


def test_a_file_of_open_orders_alone_does_not_look_filtered(shop: Shop) -> None:
    shop.stock("A9")
    shop.done("sync -", f"{ROWS}1,A,1,2026-01-01\n2,A,1,2026-01-02\n")
    quiet = shop.done("sync - --quiet", f"{ROWS}2,A,1,2026-01-02\n")
    assert "open here, but not in the file: 1 (1)" in quiet.err
    assert "filtered" not in quiet.err


def test_an_export_with_its_header_alone_is_said(shop: Shop, night: Any) -> None:
    night("1 A1")
    assert "export.csv holds no order at all" in night(options="--quiet").err
    shop.done("sync -", f"{ROWS}P1,A,1,2026-01-01\n")
    shop.done("ship P1 --yes")
    assert shop.done("sync - --quiet", ROWS)[1:] == ("", "")


def test_rows_that_are_left_out_every_night_are_said_every_night(night: Any) -> None:
    night("1 A1 (Gift)1", "2 A1 fulfilled")
    assert "rows of the file were left out: 1 × no SKU" in night("1 A1 (Gift)1", "2 A1 fulfilled", options="-q").err


def test_orders_that_are_held_are_said(night: Any) -> None:
    night("1 A1", "2 A1 fulfilled")
    assert "not to be sent: #1" in night("1 A1 unpaid", "2 A1 fulfilled", options="--quiet").err


def test_books_that_differ_newly_are_said_on_the_night_on_which_they_begin_to(shop: Shop, night: Any) -> None:
    said = "the shop counts something else than is here, since this night: A"
    shop.write("inventory.csv", inventory("A9"))
    closed = "2 A1 fulfilled"
    assert said not in night("1 A1", closed, options="--stock inventory.csv --quiet").err
    shop.done("receive --sku A --qty 5")
    first = night("1 A1", closed, options="--stock inventory.csv --dry-run --json")
    assert said in first.json["notices"]
    quiet = night("1 A1", closed, options="--stock inventory.csv --quiet")
    assert (quiet.out, quiet.err.strip()) == ("", said)
    assert night("1 A1", closed, options="--stock inventory.csv --quiet")[1:] == ("", "")
    assert said not in night("1 A1", closed, options="--stock inventory.csv --json").json["notices"]
    shop.done("adjust --sku A --by -1 --reason broken")
    assert said in night("1 A1", closed, options="--stock inventory.csv --quiet").err


def test_what_is_to_be_marked_is_a_count_and_three_orders(shop: Shop, night: Any) -> None:
    orders = [f"{n} A1" for n in range(1, 6)]
    night(*orders, "9 A1 fulfilled")
    shop.done("ship 1 2 3 4 5 --yes")
    out = night(*orders, "9 A1 fulfilled").out
    assert (
        "not yet marked there: 5 orders: #1 (1 × A), #2 (1 × A), #3 (1 × A) and 2 more; `backsplit to-mark` shows all"
        in out
    )


def test_how_a_plain_file_is_read_is_not_said_on_every_quiet_night_on_which_something_happens(shop: Shop) -> None:
    shop.stock("A9")
    rows = "Nr,Ware,quantity,placed_at,Status,colour\n0,A,1,2026-01-01,shipped,x\n"
    shop.write("plain.csv", rows)
    shop.done("sync plain.csv --map order=Nr,sku=Ware")
    for number, options in ((1, ""), (2, "--quiet")):
        rows += f"{number},A,1,2026-01-02,open,x\n"
        shop.write("plain.csv", rows)
        out = shop.done(f"sync plain.csv {options}").out
        assert "1 new order" in out
        routine = ["Columns as mapped before" in out, 'The column "Status" says' in out, "not read: colour" in out]
        assert routine == [not options] * 3
    assert any("mapped before" in notice for notice in shop.done("sync plain.csv --json -q").json["notices"])
    shop.write("plain.csv", f"{rows}3,A,1,2026-01-02,open,x")
    assert "has no line end" in shop.done("sync plain.csv --quiet").out


# SKUs of stock files


def test_a_stock_file_names_how_many_skus_with_stock_it_does_not_count(shop: Shop) -> None:
    shop.stock("A2 B0 C1")
    said = "the file does not count 2 known SKUs with stock"
    assert said in shop.done("import stock -", "sku,on_hand\nB,3\n").out
    shop.write("export.csv", shopify("1 A1"))
    shop.write("counts.csv", inventory("A2 B3"))
    assert "does not count 1 known SKU with stock" in " ".join(
        shop.done("sync export.csv --stock counts.csv --json").json["notices"]
    )
    assert "does not count" not in shop.done("import stock -", "sku,on_hand\nA,3\nB,3\nC,1\n").out


def test_a_new_sku_that_is_almost_a_known_one_and_a_total_are_named_and_can_be_forgotten(shop: Shop) -> None:
    shop.done("import stock -", "sku,on_hand\n00712,2\n")
    out = shop.done("import stock -", "sku,on_hand\n712,2\nSumme,2\n").out
    assert "712 (only in leading zeros from 00712)" in out
    assert "Summe looks like the total of the column" in out
    forgotten = shop.done("stock --forget Summe --forget 712 --json").json
    assert [(one["sku"], one["on_hand"]) for one in forgotten] == [("Summe", 2), ("712", 2)]
    assert shop.figures() == {"00712": (2, 0)}
    assert "Summe adjusted: -2 on hand (the SKU was forgotten)" in shop.done("history").out


def test_what_is_left_to_sell_says_that_no_order_is_known_yet(shop: Shop) -> None:
    products = "ID,Type,SKU,Name,Published,In stock?,Stock\n1,simple,A,A,1,1,4\n"
    said = "No order is known yet, so nothing was added: backsplit sync ORDERS --stock FILE takes both together."
    for _ in range(2):  # the second time, the shop is known by its counts alone
        assert said in shop.done("import stock - --json", products).json["notices"]
    shop.write("o.csv", shopify("1 A1"))
    shop.done("sync o.csv")
    assert said not in shop.done("import stock - --json", products).json["notices"]


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("total", ["Total,4", "Summe,4", "Total:,4", "Gesamt,"])
def test_the_total_below_a_delivery_is_no_line_of_it(shop: Shop, total: str) -> None:
    shop.stock("A0 B0")
    shop.write("d.csv", f"sku,quantity\nA,4\nB,0\n{total}\n")
    notices = shop.done("receive --file d.csv --json").json["notices"]
    assert any("totals or remarks" in notice for notice in notices), notices
    assert shop.figures() == {"A": (4, 0), "B": (0, 0)}


def test_a_delivery_file_that_came_under_another_reference_is_named(shop: Shop) -> None:
    shop.stock("A0")
    shop.write("d.csv", "sku,quantity\nA,4\n")
    shop.done("receive --file d.csv --ref PO-1")
    (notice,) = shop.done("receive --file d.csv --ref PO-2 --json").json["notices"]
    assert notice.startswith("a file with the same contents was received under another reference, in change ")
    assert shop.figures() == {"A": (8, 0)}


def test_a_new_sku_of_a_count_that_is_like_a_known_one_is_named_with_it(shop: Shop) -> None:
    shop.done("import stock -", "sku,on_hand\nMUG-BLUE,2\n")
    out = shop.done("import stock -", "sku,on_hand\nMUG-BLEU,2\n").out
    assert "MUG-BLEU is new here; the nearest SKU that was known is MUG-BLUE" in out


def test_a_sku_that_only_a_shop_has_counted_can_be_forgotten(shop: Shop) -> None:
    shop.write("export.csv", shopify("1 A1"))
    shop.write("counts.csv", inventory("A2 TOTAL9"))
    shop.done("sync export.csv --stock counts.csv")
    shop.done("stock --forget TOTAL")
    assert "TOTAL" not in shop.figures()
    shop.done("check")


def test_a_sku_that_something_refers_to_cannot_be_forgotten(shop: Shop) -> None:
    shop.stock("A2")
    shop.order("M1", "A1")
    refused = shop("stock --forget A --json")
    assert (refused.code, refused.error) == (1, "not-allowed")
    assert shop("stock --forget B").code == 3
    assert shop.figures() == {"A": (2, 1)}


# Files that are not whole


def test_counts_that_are_empty_or_most_of_which_are_gone_are_told_under_quiet(shop: Shop) -> None:
    shop.write("o.csv", shopify("1 A1"))
    shop.write("i.csv", inventory("A5 B5 C5"))
    shop.done("sync o.csv --stock i.csv")
    shop.write("i.csv", inventory("A5"))
    assert shop.done("sync o.csv --stock i.csv --quiet").err == (
        "of 3 SKUs that the shop has counted it counts 1 now: check that it still writes them all\n"
    )
    shop.write("i.csv", inventory(""))
    assert "the files of counts name no SKU" in shop.done("sync o.csv --stock i.csv --quiet").err
    shop.write("i.csv", inventory("A5 B5"))
    assert shop.done("sync o.csv --stock i.csv --quiet").err == ""


def test_a_file_that_ends_in_an_order_with_fewer_lines_is_doubted(shop: Shop) -> None:
    shop.stock("A9 B9")
    shop.write("o.csv", shopify("1 A1", "2 A1 B5"))
    shop.done("sync o.csv")
    shop.write("o.csv", shopify("1 A1", "2 A1"))
    said = "o.csv ends with #2, which has lost 5 × B: if it is cut off there, sync the whole file"
    assert said in shop.done("sync o.csv --quiet").err
    shop.write("o.csv", shopify("2 A1 B5", "1 A1"))
    shop.done("sync o.csv")
    shop.write("o.csv", shopify("2 A1", "1 A1"))
    assert "cut off" not in shop.done("sync o.csv --quiet").err


def test_orders_that_came_and_went_between_two_looks_are_told_unless_counts_come_too(shop: Shop) -> None:
    shop.stock("A9 B9")
    shop.write("o.csv", shopify("1 A1", "2 A1 fulfilled"))
    assert shop.done("sync o.csv --quiet").err == ""
    shop.write("o.csv", shopify("1 A1", "3 A4 fulfilled @2026-01-02", "4 B2? A1 @2026-01-03"))
    shop.write("i.csv", inventory("A5 B5"))
    said = "sent in the shop before they came here, so that their units are still on hand: #3 (4 × A)"
    assert said in shop.done("sync o.csv --quiet --dry-run").err
    assert said not in shop.done("sync o.csv --stock i.csv --quiet --dry-run").err
    shop.done("sync o.csv")
    assert said not in shop.done("sync o.csv").out
