"""sync, which file is this: an older file, another shop's, one that takes back most of what shipped."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import Answer, Shop
from shopify import shopify


class Syncer:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def __call__(self, *orders: str, options: str = "") -> Answer:
        self.shop.write("export.csv", shopify(*orders))
        return self.shop(f"sync export.csv --json {options}")

    def json(self, *orders: str, options: str = "") -> Any:
        answer = self(*orders, options=options)
        assert answer.code == 0, answer
        return answer.json


@pytest.fixture
def sync(shop: Shop) -> Syncer:
    shop.stock("A9 B9 HAT9")
    return Syncer(shop)


def woo(*orders: str) -> str:
    """`1 A2 08:00 processing`: an order with the time of its last change and its status."""
    records = []
    for number, line, time, status in (order.split() for order in orders):
        records.append(
            {
                "id": int(number),
                "number": number,
                "status": status,
                "date_created_gmt": "2026-01-01T06:00:00",
                "date_modified_gmt": f"2026-01-02T{time}:00",
                "line_items": [{"id": 1, "sku": line[0], "name": line[0], "quantity": int(line[1:])}],
            }
        )
    return json.dumps(records)


def message(answer: Answer) -> str:
    return str(json.loads(answer.err)["error"]["message"])


# Older


def test_an_older_export_that_would_change_something_back_is_refused_with_figures(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A2")
    sync.json("1 A2 fulfilled", "2 A1 @2026-01-02")
    refused = sync("1 A2")
    assert (refused.code, refused.error) == (1, "older-file")
    assert "#1" in message(refused)
    assert "2026-01-02 09:00 UTC" in message(refused)
    assert shop.state()["#1"] == "Shipped A2"
    assert sync.json("1 A2", options="--yes")["followed"][0]["came_back"] == [{"sku": "A", "quantity": 2}]


def test_an_older_export_that_would_take_back_what_the_shop_only_marked_is_refused(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1 B1")
    shop.done("amend 1 --remove B")
    shop.done("ship 1")
    assert sync.json("1 A1! B1!", "2 A1 @2026-01-02")["count_again"] == ["B"]
    refused = sync("1 A1! B1")
    assert (refused.code, refused.error) == (1, "older-file")
    assert sync.json("1 A1! B1!", "2 A1 @2026-01-02")["count_again"] == []


def test_an_older_export_that_does_not_know_yet_what_was_swapped_here_is_refused(shop: Shop, sync: Syncer) -> None:
    """Else the next export would seem to want the swapped units once more."""
    sync.json("1 A1 B1", "2 A1 @2026-01-02")
    sync.json("1 A1 B3", "2 A1 @2026-01-02", "3 A1 @2026-01-03")
    shop.done("amend 1 --swap B=HAT")
    refused = sync("1 A1 B1", "2 A1 @2026-01-02")
    assert (refused.code, refused.error) == (1, "older-file")
    assert sync.json("1 A1 B3", "2 A1 @2026-01-02", "3 A1 @2026-01-03")["followed"] == []


def test_an_older_export_that_changes_nothing_is_taken(sync: Syncer) -> None:
    sync.json("1 A2", "2 A1 @2026-01-02")
    assert sync.json("1 A2")["followed"] == []
    assert sync.json("1 A3", "2 A1 @2026-01-02")["followed"] != []


def test_an_export_of_open_orders_has_lost_its_newest_order_because_it_was_sent(shop: Shop) -> None:
    shop.stock("A9")
    header = "order,sku,quantity,placed_at\n"
    shop.write("open.csv", f"{header}1,A,1,2026-01-01\n2,A,1,2026-01-02\n")
    shop.done("sync open.csv")
    shop.done("ship 2 --yes")
    shop.write("open.csv", f"{header}1,A,2,2026-01-01\n")
    assert shop.done("sync open.csv --json").json["followed"] != []


def test_an_older_export_of_open_orders_is_refused_while_a_newer_order_is_open(shop: Shop) -> None:
    shop.stock("A9")
    header = "order,sku,quantity,placed_at\n"
    shop.write("open.csv", f"{header}1,A,1,2026-01-01\n2,A,1,2026-01-02\n")
    shop.done("sync open.csv")
    shop.write("open.csv", f"{header}1,A,2,2026-01-01\n")
    assert shop("sync open.csv --json").error == "older-file"


def test_an_export_in_which_the_shop_has_only_learnt_of_a_shipment_is_no_older_file(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A3 ROD1", "2 A1 @2026-01-02")
    shop.done("split 1")
    shop.done("ship 1 2 --yes")
    assert sync.json("1 A3! ROD1")["followed"] == []
    assert [one["order"] for one in shop.done("to-mark --json").json] == ["#2"]
    refused = sync("1 A3! ROD2")
    assert refused.error == "older-file"
    assert "1 of the orders since would be changed back (#1)" in message(refused)


def test_a_report_of_unshipped_items_that_has_learnt_of_a_shipment_is_no_older_file(shop: Shop) -> None:
    shop.stock("A9 B0")
    columns = "order-id order-item-id purchase-date sku quantity-purchased quantity-shipped quantity-to-ship"

    def report(*rows: str) -> str:
        return "".join("\t".join(row.split()) + "\n" for row in (columns, *rows))

    waiting = "1 12 2026-01-01T09:00:00Z B 1 0 1"
    newest = "2 13 2026-01-02T09:00:00Z A 1 0 1"
    shop.write("u.txt", report("1 11 2026-01-01T09:00:00Z A 3 0 3", waiting, newest))
    shop.done("sync u.txt")
    shop.done("split 1")
    shop.done("ship 1 2 --yes")
    shop.write("u.txt", report("1 11 2026-01-01T09:00:00Z A 3 3 0", waiting))
    assert shop.done("sync u.txt --json").json["followed"] == []


def test_an_order_that_the_shop_has_changed_since_is_left_alone_and_named(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("w.json", woo("1 A1 08:00 processing", "2 A1 08:00 processing"))
    shop.done("sync w.json")
    shop.write("w.json", woo("1 A2 10:00 processing", "2 A1 08:00 processing"))
    shop.done("sync w.json")
    shop.write("w.json", woo("1 A1 08:00 processing", "2 A3 11:00 processing"))
    answer = shop.done("sync w.json --json").json
    assert [(one["order"], one["code"]) for one in answer["conflicts"]] == [("1", "older")]
    assert [one["order"] for one in answer["followed"]] == ["2"]
    assert shop.state() == {"1": "Processing A2", "2": "Processing A3"}


def test_a_file_in_which_every_difference_is_older_is_refused(shop: Shop) -> None:
    shop.stock("A9")
    for line in ("1 A1 08:00 processing", "1 A2 10:00 processing"):
        shop.write("w.json", woo(line))
        shop.done("sync w.json")
    shop.write("w.json", woo("1 A1 08:00 processing", "2 A1 08:00 processing"))
    assert shop("sync w.json --json").error == "older-file"
    assert "2" not in shop.state()
    assert shop.done("sync w.json --json --yes").json["added"] == 1
    assert shop.state()["1"] == "Processing A1"


def test_several_files_are_read_from_the_oldest_to_the_newest_however_they_are_named(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("e-10.json", woo("1 A2 10:00 processing"))
    shop.write("e-9.json", woo("1 A1 09:00 processing"))
    shop.done("sync e-10.json e-9.json")
    assert shop.state() == {"1": "Processing A2"}
    shop.write("e-10.csv", shopify("1 B2 @2026-01-01", "2 B1 @2026-01-03"))
    shop.write("e-9.csv", shopify("1 B1 @2026-01-01"))
    shop.done("sync e-10.csv e-9.csv --prefix S")
    assert shop.state()["S#1"] == "Backorder B2"


# Another shop's


def test_another_shops_export_is_refused_whole(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1", "2 A1", "3 A1")
    refused = sync("1 HAT1", "2 HAT1", "3 HAT1", "4 HAT1")
    assert (refused.code, refused.error) == (1, "other-shop")
    assert "of the 3 known orders that it names, 3 " in message(refused)
    assert set(shop.state()) == {"#1", "#2", "#3"}
    assert len(sync.json("1 HAT1", "2 HAT1", "3 HAT1", options="--yes")["followed"]) == 3


def test_one_order_that_shares_no_sku_is_left_alone_and_refuses_nothing(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1", "2 A1", "3 A1")
    answer = sync.json("1 HAT1", "2 A2", "3 A1")
    assert [(one["order"], one["code"]) for one in answer["conflicts"]] == [("#1", "other-order")]
    assert shop.state() == {"#1": "Processing A1", "#2": "Processing A2", "#3": "Processing A1"}


def test_another_customer_of_another_day_is_another_order(shop: Shop) -> None:
    shop.stock("A9")
    header = "order,sku,quantity,placed_at,customer\n"
    shop.write("o.csv", header + "".join(f"{n},A,1,2026-01-01T20:00:00Z,Ann\n" for n in (1, 2, 3)))
    shop.done("sync o.csv")
    shop.write("o.csv", header + "".join(f"{n},A,1,2026-01-02T09:00:00Z,Bob\n" for n in (1, 2, 3)))
    assert shop("sync o.csv --json").error == "other-shop"


def test_an_order_of_the_same_day_that_shares_neither_customer_nor_sku_is_another_order(shop: Shop) -> None:
    shop.stock("A9 HAT9")
    header = "order,sku,quantity,placed_at,customer\n"
    shop.write("o.csv", header + "".join(f"{n},A,1,2026-01-01T09:00:00Z,Ann\n" for n in (1, 2, 3)))
    shop.done("sync o.csv")
    shop.write("o.csv", header + "".join(f"{n},HAT,1,2026-01-01T09:00:00Z,Bob\n" for n in (1, 2, 3)))
    assert shop("sync o.csv --json").error == "other-shop"


def test_an_order_whose_customer_was_corrected_on_its_day_is_the_same(shop: Shop) -> None:
    shop.stock("A9")
    header = "order,sku,quantity,placed_at,customer\n"
    shop.write("o.csv", header + "1,A,1,2026-01-01T09:00:00Z,Ann\n")
    shop.done("sync o.csv")
    shop.write("o.csv", header + "1,A,2,2026-01-01T09:00:00Z,Ann Smith-Jones\n")
    assert shop.done("sync o.csv --json").json["conflicts"] == []


# Taking back


def test_a_file_that_takes_back_most_of_what_shipped_here_is_refused(shop: Shop, sync: Syncer) -> None:
    orders = [f"{n} A1" for n in range(1, 5)]
    sync.json(*orders)
    shop.done("ship 1 2 3 4 --yes")
    sync.json(*(f"{order} fulfilled" for order in orders))
    refused = sync(*orders[:3], "4 A1 fulfilled")
    assert refused.error == "takes-back"
    assert "3 of the 4 orders" in message(refused)
    assert sync.json(*orders[:2], "3 A1 fulfilled", "4 A1 fulfilled")["followed"] != []


def test_what_the_shop_itself_had_sent_it_can_take_back(sync: Syncer) -> None:
    orders = [f"{n} A1" for n in range(1, 5)]
    sync.json(*(f"{order}" for order in orders))
    sync.json(*(f"{order} fulfilled" for order in orders))
    assert len(sync.json(*orders)["followed"]) == 4


# Missing


def test_a_file_that_names_none_of_the_open_orders_closes_none(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1", "2 A1")
    refused = sync("7 A1", "8 A1", "9 A1", options="--missing cancel")
    assert refused.error == "not-allowed"
    assert "2 of the 2 open orders" in message(refused)
    assert set(shop.state()) == {"#1", "#2"}


def test_the_files_own_new_orders_do_not_count_as_open(sync: Syncer) -> None:
    sync.json("1 A1", "2 A1", "3 A1", "4 A1")
    new = [f"{n} A1" for n in range(5, 10)]
    assert "3 of the 4 open orders" in message(sync("4 A1", *new, options="--missing cancel"))


# No longer to be sent


def test_an_order_whose_payment_is_pending_again_is_held_and_resumed_when_it_is_paid(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A9", "2 A1 @2026-01-02")
    answer = sync.json("1 A9 unpaid", "2 A1 @2026-01-02")
    assert (answer["held"], answer["released"]) == (["#1"], ["#2"])
    assert "put on hold: the shop shows it as payment pending" in shop.done("history '#1'").out
    assert sync.json("1 A9 unpaid", "2 A1 @2026-01-02")["held"] == []
    assert sync.json("1 A9", "2 A1 @2026-01-02")["resumed"] == ["#1"]
    assert shop.state() == {"#1": "Backorder A9", "#2": "Processing A1"}


def test_an_order_that_came_in_unpaid_is_not_held_for_that(sync: Syncer) -> None:
    sync.json("1 A1 unpaid")
    assert sync.json("1 A1 unpaid")["held"] == []
    assert sync.json("1 A1")["resumed"] == []
    assert sync.json("1 A1 unpaid")["held"] == ["#1"]


def test_a_hold_that_somebody_has_touched_stays(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1")
    sync.json("1 A1 unpaid")
    shop.done("resume '#1'")
    assert sync.json("1 A1 unpaid")["held"] == []
    shop.done("hold '#1' --reason mine")
    assert sync.json("1 A1")["resumed"] == []
    assert shop.state() == {"#1": "On Hold A1"}


def test_an_order_that_has_failed_there_is_held_with_the_shops_word(shop: Shop) -> None:
    shop.stock("A9")
    for status in ("processing", "failed"):
        shop.write("w.json", woo(f"1 A1 08:00 {status}"))
        answer = shop.done("sync w.json --json").json
    assert answer["held"] == ["1"]
    assert "the shop shows it as failed" in shop.done("history 1").out


# Marked, not sent


def test_a_swap_that_shipped_here_and_is_marked_there_leaves_the_first_article_on_the_shelf(
    shop: Shop, sync: Syncer
) -> None:
    sync.json("1 A2")
    shop.done("amend 1 --swap A=B")
    shop.done("ship 1 --yes")
    answer = sync.json("1 A2 fulfilled")
    assert (answer["followed"], answer["count_again"]) == ([], ["A"])
    assert (shop.figures()["A"], shop.figures()["B"]) == ((9, 0), (7, 0))
    assert sync.json("1 A2 fulfilled")["count_again"] == []
    assert sync.json("1 A2", options="--yes")["followed"] == []


def test_a_swap_that_is_marked_there_before_it_ships_here_went_as_it_stood(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A1 HAT1")
    shop.done("amend 1 --swap A=B")
    assert sync.json("1 A1 HAT1 fulfilled")["followed"][0]["sent"] == [
        {"sku": "HAT", "quantity": 1},
        {"sku": "B", "quantity": 1},
    ]
    assert shop.state() == {"#1": "Shipped B1 HAT1"}


def test_where_nothing_went_from_here_the_shop_has_sent_what_was_given_up(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A2")
    shop.done("cancel 1 --yes")
    answer = sync.json("1 A2 fulfilled")
    assert answer["followed"][0]["sent"] == [{"sku": "A", "quantity": 2}]
    assert shop.figures()["A"] == (7, 0)


def test_units_added_here_that_wait_are_given_up_and_told_when_the_shop_sends_the_order(
    shop: Shop, sync: Syncer
) -> None:
    sync.json("1 A1")
    shop.done("amend 1 --add B=10 --wait")
    answer = sync.json("1 A1 fulfilled")
    assert answer["left_waiting"][0]["order"] == "#1"
    assert "10 × B" in answer["left_waiting"][0]["reason"]
    assert shop.state() == {"#1": "Shipped A1"}


def test_what_was_given_up_and_is_marked_cannot_come_in_again_as_wanted_more(shop: Shop, sync: Syncer) -> None:
    sync.json("1 A2 B1")
    shop.done("amend 1 --set A=0 --reason broken")
    shop.done("ship 1 --yes")
    assert sync.json("1 A3 B1 fulfilled")["followed"][0]["added"] == []
    assert shop.state() == {"#1": "Shipped B1"}


def test_what_the_shop_has_called_sent_is_not_sent_again_after_an_export_that_lacks_it(
    shop: Shop, sync: Syncer
) -> None:
    sync.json("1 A2")
    shop.done("amend 1 --swap A=B")
    sync.json("1 A2 fulfilled", "2 B1 fulfilled")
    before = shop.figures()
    sync.json("2 B1 fulfilled", options="--missing ship --yes")
    assert sync.json("1 A2 fulfilled", "2 B1 fulfilled")["followed"] == []
    assert shop.figures() == before


# One order


def test_an_order_that_the_end_of_a_page_cuts_goes_on_in_the_next_file(shop: Shop) -> None:
    shop.stock("A9 B9")
    shop.write("page-1.csv", shopify("1 A1 @2026-01-05", "2 A2"))
    shop.write("page-2.csv", shopify("2 B1", "3 A1"))
    answer = shop.done("sync page-1.csv page-2.csv --json").json
    assert answer["added"] == 3
    assert shop.state()["#2"] == "Processing A2 B1"
    assert shop.done("sync page-1.csv page-2.csv --json").json["followed"] == []


def test_two_exports_of_one_order_are_no_pages(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("monday.csv", shopify("1 A1"))
    shop.write("tuesday.csv", shopify("1 A2", "2 A1 @2026-01-02"))
    answer = shop.done("sync monday.csv tuesday.csv --json").json
    assert shop.state()["#1"] == "Processing A2"
    assert any("(#1); the later file holds" in notice for notice in answer["notices"])


def test_two_orders_of_one_number_but_with_two_ids_are_not_one_order(shop: Shop) -> None:
    shop.stock("A9")
    records = json.loads(woo("1 A1 08:00 processing", "2 A1 08:00 processing"))
    records[1]["number"] = "1"
    shop.write("w.json", json.dumps(records))
    refused = shop("sync w.json --json")
    assert refused.code == 5
    assert "id 2, not 1" in message(refused)


def test_an_order_of_another_source_is_told_apart_by_a_prefix_and_joined_by_the_name_of_its_source(
    sync: Syncer,
) -> None:
    sync.json("1 A1", options="--source 'the shop'")
    (conflict,) = sync.json("1 A1", options="--source other")["conflicts"]
    assert conflict["message"].endswith(
        "(the shop). If that is the same shop, say --source 'the shop'; else keep them apart with --prefix"
    )
    assert sync.json("1 A1", options="--source 'the shop'")["conflicts"] == []
    assert sync.json("1 A1", options="--source other --prefix O")["added"] == 1


@pytest.mark.parametrize("other", ["1 A1 @2026-02-01", "1 B1"])
def test_what_is_said_to_keep_two_orders_apart_does(sync: Syncer, other: str) -> None:
    sync.json("1 A1")
    (conflict,) = sync.json(other)["conflicts"]
    assert conflict["message"].endswith(". Keep the two apart with --prefix")
    assert sync.json(other, options="--prefix O")["added"] == 1


def test_two_orders_of_one_number_that_stand_apart_are_not_one_order(shop: Shop, sync: Syncer) -> None:
    two = shopify("1 A1", "2 B1", "1 B1 @2026-01-05")
    shop.write("export.csv", two)
    refused = shop("sync export.csv --json")
    assert refused.code == 5
    assert "line 4" in message(refused)
    assert "placed on 2026-01-05, not on 2026-01-01" in message(refused)
    assert shop.state() == {}
    shop.done("sync export.csv --skip-bad")
    assert shop.state() == {"#1": "Processing A1", "#2": "Processing B1"}
    assert shop("sync export.csv").code == 5, "also where both orders are known"
    assert sync.json("1 A1", "2 B1", "1 HAT1")["followed"] != [], "rows of one order may stand apart"


def test_plain_files_with_other_columns_are_another_source(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("web.csv", "order,sku,quantity\n1,A,1\n")
    shop.write("phone.csv", "order,sku,quantity,customer\n1,A,2,Ann\n2,A,1,Bob\n")
    shop.done("sync web.csv")
    answer = shop.done("sync phone.csv --json").json
    assert [one["code"] for one in answer["conflicts"]] == ["other-order"]
    assert any("--source csv" in notice for notice in answer["notices"])
    assert shop.done("show 2 --json").json["source"] == "csv (order, sku, quantity, customer)"
    again = shop.done("sync phone.csv --json").json
    assert not any("--source csv" in notice for notice in again["notices"])
    assert shop.done("sync phone.csv --source csv --json").json["followed"] != []


# Columns that are gone


PLAIN = "order,sku,quantity,status\nC1,A,1,shipped\nC2,A,1,open\nC3,B,1,cancelled\n"


@pytest.mark.parametrize("source", ["", "--source c"])
def test_a_file_that_has_lost_the_column_that_says_what_is_open_is_refused(shop: Shop, source: str) -> None:
    shop.stock("A9 B9")
    shop.write("o.csv", PLAIN)
    shop.done(f"sync o.csv {source}")
    before = shop.state()
    shop.write("o.csv", "\n".join(row.rpartition(",")[0] for row in PLAIN.splitlines()) + "\n")
    refused = shop(f"sync o.csv {source} --quiet")
    assert refused.code == 5
    assert "o.csv lacks the column status, which the files of this shop had" in refused.err
    assert shop.state() == before
    shop.done(f"sync o.csv {source} --yes")
    shop.done(f"sync o.csv {source}")


def test_a_shops_export_cannot_lose_what_says_that_orders_are_cancelled(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("o.csv", shopify("1 A1", "2 A1 cancelled"))
    shop.done("sync o.csv")
    rows = [row.split(",") for row in shopify("1 A1", "2 A1 cancelled").splitlines()]
    place = rows[0].index("Cancelled at")
    shop.write("o.csv", "".join(",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows))
    assert "o.csv lacks the column Cancelled at, which" in shop("sync o.csv").err
    assert [*shop.state()] == ["#1"]


def test_a_file_may_lose_a_column_that_says_nothing_of_that(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("o.csv", "order,sku,quantity,status,colour\nC1,A,1,open,red\n")
    shop.done("sync o.csv --source c")
    shop.write("o.csv", "order,sku,quantity,status\nC1,A,1,open\n")
    shop.done("sync o.csv --source c")


# Files that nobody writes any more


def test_a_file_that_was_there_at_yesterdays_look_is_told_under_quiet(shop: Shop) -> None:
    shop.stock("A9")
    old = shop.write("o.csv", shopify("1 A1"))
    two_days_ago = (datetime.now().astimezone() - timedelta(days=2)).timestamp()
    os.utime(old, (two_days_ago, two_days_ago))
    shop.done("sync o.csv")
    assert shop.done("sync o.csv --quiet").err == ""  # the same day
    with closing(sqlite3.connect(shop.db)) as db, db:
        db.execute("UPDATE sources SET followed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')")
    assert "o.csv was written on " in shop.done("sync o.csv --quiet --dry-run").err
    shop.write("o.csv", shopify("1 A1"))
    assert shop.done("sync o.csv --quiet").err == ""
