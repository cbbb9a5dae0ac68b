"""sync: rule 11, clause by clause, as a user types it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Answer, Shop
from shopify import inventory, shopify

PLAIN = "order,sku,quantity,placed_at\n"


class Follower:
    """A shop's file, and sync over it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def __call__(self, *orders: str, options: str = "") -> Any:
        """Sync an export with these orders; the answer as JSON."""
        return self.ask(*orders, options=f"{options} --json").json

    def ask(self, *orders: str, options: str = "") -> Answer:
        self.shop.write("export.csv", shopify(*orders))
        return self.shop.done(f"sync export.csv {options}")

    def plain(self, *rows: str, options: str = "") -> Any:
        """Sync a plain file of what is open: `1 A 2` is a row."""
        lines = [",".join([f"#{row.split()[0]}", *row.split()[1:], "2026-01-01T09:00:00Z\n"]) for row in rows]
        self.shop.write("open.csv", PLAIN + "".join(lines))
        return self.shop.done(f"sync open.csv --json {options}").json


@pytest.fixture
def reconcile(shop: Shop) -> Follower:
    return Follower(shop)


def changes(answer: Any) -> dict[str, str]:
    """Of each order that followed: `sent A2 | closed Shipped`."""
    told = {}
    for one in answer["followed"]:
        words = [f"{key} {units(one[key])}" for key in ("came_back", "removed", "sent", "added") if one[key]]
        told[one["order"]] = " | ".join([*words, *([f"closed {one['closed']}"] if one["closed"] else [])])
    return told


def to_mark(answer: Any) -> dict[str, str]:
    return {one["order"]: units(one["sent"]) for one in answer["to_mark"]}


def units(rows: list[dict[str, Any]]) -> str:
    return " ".join(f"{row['sku']}{row['quantity']}" for row in rows)


# What came back


def test_an_order_that_comes_back_whole_is_itself_again(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A2")
    reconcile("1 A2 fulfilled")
    assert changes(reconcile("1 A2")) == {"#1": "came_back A2"}
    assert (shop.state(), shop.figures()) == ({"#1": "Processing A2"}, {"A": (2, 2)})


def test_units_that_come_back_in_part_wait_on_the_part_that_waits(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2 B0")
    reconcile("1 A1 A1 B1")
    shop.done("split 1")
    reconcile("1 A1! A1! B1")
    assert changes(reconcile("1 A1! A1 B1")) == {"#1": "came_back A1"}
    assert shop.state() == {"#1-backorder": "Backorder A1 B1", "#1": "Shipped A1"}
    assert shop.figures()["A"] == (1, 0)


def test_units_that_come_back_make_a_part_where_nothing_waits(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A1 A1 fulfilled", "2 A1 A1")
    reconcile("2 A1! A1!")
    answer = reconcile("2 A1! A1")
    assert changes(answer) == {"#2": "came_back A1"}
    assert answer["released"] == ["#2-backorder"]
    assert shop.state() == {"#2-backorder": "Processing A1", "#2": "Shipped A1"}


def test_units_that_the_shop_sent_elsewhere_come_back_too(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1! A1")
    assert shop.figures()["A"] == (3, 1)
    assert changes(reconcile("1 A1 A1")) == {"#1": "came_back A1"}
    assert shop.state() == {"#1": "Processing A1", "#1-backorder": "Processing A1"}
    assert shop.figures()["A"] == (4, 2)


def test_what_shipped_here_unknown_to_the_shop_cannot_come_back_for_what_it_sent_itself(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    reconcile("1 A1! A1")
    shop.done("ship 1")
    answer = reconcile("1 A1 A1")
    assert (changes(answer), to_mark(answer)) == ({"#1": "came_back A1"}, {"#1": "A1"})
    assert shop.state() == {"#1": "Shipped A1", "#1-backorder": "Processing A1"}


def test_what_shipped_here_and_the_shop_never_knew_cannot_come_back(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1")
    shop.done("ship 1")
    answer = reconcile("1 A1")
    assert (changes(answer), to_mark(answer)) == ({}, {"#1": "A1"})
    assert shop.state() == {"#1": "Shipped A1"}


# Wanted less


def test_wanted_less_is_taken_from_backorder_then_on_hold_then_processing(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A3")
    shop.done("split 1 --partial")
    shop.stock("A2")
    shop.done("split 1-backorder --partial")
    shop.done("hold 1-backorder")
    shop.stock("A1")
    assert shop.state() == {"#1-backorder-2": "Backorder A1", "#1": "Processing A1", "#1-backorder": "On Hold A1"}
    assert changes(reconcile("1 A2")) == {"#1": "removed A1"}
    assert shop.state()["#1-backorder-2"] == "Cancelled A1"
    reconcile("1 A1")
    assert shop.state()["#1-backorder"] == "Cancelled A1"
    assert shop.state()["#1"] == "Processing A1"
    assert changes(reconcile("1 A1 cancelled")) == {"#1": "removed A1 | closed Cancelled"}
    assert shop.figures() == {"A": (1, 0)}


def test_wanted_less_takes_the_last_lines_first(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1 B1 A2")
    reconcile("1 A1 B1")
    assert shop.state() == {"#1": "Backorder A1 B1"}


def test_wanted_less_in_both_places_counts_once(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1 B0")
    reconcile("1 A1 B2")
    shop.done("split 1")
    shop.done("cancel 1-backorder --yes")
    assert changes(reconcile("1 A1 B1")) == {}
    assert changes(reconcile("1 A1")) == {}
    assert shop.state() == {"#1": "Processing A1", "#1-backorder": "Cancelled B2"}


def test_below_what_has_shipped_nothing_is_taken_and_it_is_told(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A2")
    shop.done("ship 1")
    answer = reconcile("1 A1")
    assert [(one["order"], one["code"]) for one in answer["conflicts"]] == [("#1", "shipped-more")]
    assert (changes(answer), to_mark(answer)) == ({}, {"#1": "A1"})
    assert shop.state() == {"#1": "Shipped A2"}
    assert reconcile("1 A1")["conflicts"] == []


def test_of_what_the_shop_takes_back_no_more_comes_back_than_it_wants_beyond_what_is_out(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A2")
    reconcile("1 A1 A1")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A1! A1")) == {"#1": "A1"}
    assert [one["code"] for one in reconcile("1 A1!")["conflicts"]] == ["shipped-more"]
    answer = reconcile("1 A1")
    assert (changes(answer), to_mark(answer)) == ({}, {"#1": "A1"})
    assert to_mark(reconcile("1 A1! fulfilled")) == {}
    assert (shop.state(), shop.figures()) == ({"#1": "Shipped A1 A1"}, {"A": (0, 0)})


def test_what_the_shop_takes_back_and_wants_again_comes_back(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A1 A1")
    shop.done("ship 1")
    reconcile("1 A1! A1")
    reconcile("1 A1!")
    assert changes(reconcile("1 A1 A1")) == {"#1": "came_back A1"}
    assert shop.figures() == {"A": (1, 1)}


def test_a_unit_that_comes_back_is_not_sent_again_where_another_that_stays_out_is_wanted_in_its_place(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    reconcile("1 A3")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A1! A1! A1")) == {"#1": "A1"}
    assert [one["code"] for one in reconcile("1 A1! A1!")["conflicts"]] == ["shipped-more"]
    answer = reconcile("1 A2")
    assert (changes(answer), to_mark(answer)) == ({"#1": "came_back A1 | closed Shipped"}, {"#1": "A2"})
    assert shop.figures() == {"A": (1, 0)}
    assert to_mark(reconcile("1 A2! fulfilled")) == {}
    assert shop.figures() == {"A": (1, 0)}


def test_what_is_left_of_an_order_can_be_covered_once_the_rest_is_not_wanted(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A0 B1")
    reconcile("1 A1 B1")
    assert reconcile("1 B1")["released"] == ["#1"]
    assert shop.state() == {"#1": "Processing B1"}


def test_a_cancelled_order_keeps_nothing_open_not_even_what_was_added_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3 B1")
    reconcile("1 A1", "2 A1")
    shop.done("amend 1 --set A=2")
    shop.done("amend 2 --swap A=B")
    answer = reconcile("1 A1 cancelled", "2 A1 cancelled")
    assert changes(answer) == {"#1": "removed A2 | closed Cancelled", "#2": "removed B1 | closed Cancelled"}
    assert shop.figures() == {"A": (3, 0), "B": (1, 0)}


def test_an_order_of_which_only_what_was_swapped_is_given_up_is_said_to_be_closed_there(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B3")
    reconcile("1 A3")
    shop.done("amend 1 --swap A=B")
    shop.done("split 1 --now B=2 --hold-rest")
    shop.done("ship 1")
    assert reconcile("1 A1! A1! A1")["followed"] == []
    shop.write("o.csv", shopify("1 A3! fulfilled"))
    assert "  #1  Shipped there\n" in shop.done("sync o.csv").out


def test_what_was_added_here_and_waits_is_given_up_when_the_order_was_sent_as_a_whole(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B0")
    reconcile("1 A1 B1")
    shop.done("amend 1 --set B=2")
    assert changes(reconcile("1 A1 B1 fulfilled")) == {"#1": "sent A1 B1 | closed Shipped"}
    assert shop.state() == {"#1": "Shipped A1 B1"}
    assert changes(reconcile("1 A1! B1! cancelled")) == {}


def test_what_ships_here_of_a_line_that_is_sent_in_part_is_not_to_be_marked(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1 B2")
    reconcile("1 A4? B2")
    shop.done("receive --sku A --qty 1")
    shop.done("split 1 --partial")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A4? B2")) == {"#1": "B2"}
    assert reconcile.ask("1 A4? B2").out.startswith("nothing new")


# Sent more


def test_sent_is_taken_from_processing_then_on_hold_then_backorder(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1 A1 A1")
    shop.done("split 1 --partial")
    shop.stock("A2")
    shop.done("split 1-backorder --partial")
    shop.done("hold 1-backorder")
    shop.stock("A1")
    assert shop.state() == {"#1-backorder-2": "Backorder A1", "#1": "Processing A1", "#1-backorder": "On Hold A1"}
    assert changes(reconcile("1 A1! A1 A1")) == {"#1": "sent A1"}
    assert (shop.state()["#1"], shop.figures()["A"]) == ("Shipped A1", (0, 0))
    assert reconcile("1 A1! A1! A1")["count_again"] == ["A"]
    assert shop.state()["#1-backorder"] == "Shipped A1"
    answer = reconcile("1 A1! A1! A1!")
    assert (changes(answer), answer["count_again"]) == ({"#1": "sent A1 | closed Shipped"}, ["A"])


def test_an_order_that_is_sent_in_part_is_divided_and_new_orders_come_in_beside_it(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A1 B0")
    reconcile("1 A1 B1", "2 A1 B1")
    shop.done("hold 2")
    answer = reconcile("1 A1! B1", "2 A1 B1!", "3 B1", "4 C1")
    assert changes(answer) == {"#1": "sent A1", "#2": "sent B1"}
    assert (answer["added"], answer["backorder"], answer["count_again"]) == (2, 2, ["B"])
    assert shop.state() == {
        "#3": "Backorder B1",
        "#4": "Backorder C1",
        "#1-backorder": "Backorder B1",
        "#2-backorder": "On Hold A1",
        "#1": "Shipped A1",
        "#2": "Shipped B1",
    }


def test_the_rest_of_an_order_can_be_covered_once_what_it_lacked_was_sent(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A0 B1")
    reconcile("1 A1 B1")
    assert reconcile("1 A1! B1")["released"] == ["#1-backorder"]
    assert shop.state() == {"#1-backorder": "Processing B1", "#1": "Shipped A1"}


def test_on_hand_cannot_fall_below_what_others_have_allocated(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1", "2 A1")
    answer = reconcile("1 A1", "2 A1!")
    assert (changes(answer), answer["count_again"]) == ({"#2": "sent A1 | closed Shipped"}, ["A"])
    assert shop.figures() == {"A": (1, 1)}


@pytest.mark.parametrize("orders", [("1 A1 cancelled", "2 A1!"), ("2 A1!", "1 A1 cancelled")])
def test_what_one_order_frees_can_have_been_sent_to_another_in_whatever_order_they_stand(
    shop: Shop, reconcile: Follower, orders: tuple[str, ...]
) -> None:
    shop.stock("A1")
    reconcile("1 A1", "2 A1")
    answer = reconcile(*orders)
    assert (answer["count_again"], shop.figures()) == ([], {"A": (0, 0)})


def test_a_sku_that_is_counted_in_the_same_run_is_not_to_be_counted_again(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1", "2 A1")
    shop.write("shelf.csv", "sku,on_hand\nA,1\n")
    assert reconcile("1 A1", "2 A1!", options="--stock shelf.csv")["count_again"] == []


def test_sent_though_nothing_is_open_counts_as_sent_by_the_shop(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A2")
    shop.done("cancel 1 --yes")
    assert changes(reconcile("1 A1! A1"))["#1"].startswith("sent A1")
    assert (shop.state(), shop.figures()) == ({"#1": "Cancelled A2"}, {"A": (1, 0)})
    assert changes(reconcile("1 A1!")) == {}  # 1 was given up here, so that there is nothing to be taken off


def test_what_is_added_and_sent_at_once_is_not_to_be_sent_again(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3 B3")
    reconcile("1 A1")
    assert changes(reconcile("1 A1 B1!")) == {"#1": "sent B1"}
    assert shop.state() == {"#1": "Processing A1"}
    assert changes(reconcile("1 A2! A1 B1!")) == {"#1": "sent A2 | added A1"}
    assert shop.state() == {"#1": "Shipped A1", "#1-backorder": "Processing A1"}
    assert shop.figures() == {"A": (1, 1), "B": (2, 0)}


def test_that_the_shop_has_learnt_of_a_shipment_is_no_change(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1")
    shop.done("ship 1")
    answer = reconcile("1 A1 fulfilled")
    assert (changes(answer), to_mark(answer)) == ({}, {})
    assert reconcile.ask("1 A1 fulfilled").out.startswith("nothing new")


def test_to_mark_is_never_more_than_the_shop_still_wants(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3 B1")
    reconcile("1 A3 B1")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A2! B1"))["#1"] == "B1"
    assert to_mark(reconcile("1 A2! B1!")) == {}


# A line of which Shopify's CSV says only that a part of it was sent


def test_of_a_line_that_is_sent_in_part_one_unit_is_taken_as_sent(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A3")
    assert changes(reconcile("1 A3?")) == {"#1": "sent A1"}
    assert shop.state() == {"#1-backorder": "Processing A2", "#1": "Shipped A1"}
    assert changes(reconcile("1 A3?")) == {}


def test_what_shipped_here_counts_for_a_line_that_is_sent_in_part_and_one_unit_cannot_have_been(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    reconcile("1 A3")
    shop.done("ship 1")
    answer = reconcile("1 A3?")
    assert (changes(answer), to_mark(answer)) == ({}, {"#1": "A1"})
    assert to_mark(reconcile("1 A3!")) == {}


def test_what_is_known_here_of_a_line_that_is_sent_in_part_cannot_come_back_once_fewer_are_wanted(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A4")
    reconcile("1 A5")
    shop.done("split 1 --partial")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A5?")) == {}
    answer = reconcile("1 A3?")  # the shop has said of 1 unit at least that it was sent, and never of 4
    assert changes(answer) == {"#1": "removed A1 | closed Cancelled"}
    assert [one["code"] for one in answer["conflicts"]] == ["shipped-more"]
    assert (shop.state(), shop.figures()) == ({"#1": "Shipped A4", "#1-backorder": "Cancelled A1"}, {"A": (0, 0)})


def test_what_is_known_here_of_a_line_that_is_sent_in_part_cannot_come_back_once_a_file_says_how_much(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    reconcile("1 A3", options="--source shop")
    shop.done("ship 1")
    assert to_mark(reconcile("1 A3?", options="--source shop")) == {"#1": "A1"}
    answer = sync_json(shop, wanted=3, sent=1)
    assert (changes(answer), to_mark(answer)) == ({}, {"#1": "A2"})
    assert shop.state() == {"#1": "Shipped A3"}


def test_what_the_shop_has_said_once_comes_back_though_a_file_between_did_not_say_how_much(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    sync_json(shop, wanted=3, sent=0)
    assert changes(sync_json(shop, wanted=3, sent=2)) == {"#1": "sent A2"}
    assert changes(reconcile("1 A3?", options="--source shop")) == {}
    assert changes(sync_json(shop, wanted=3, sent=1)) == {"#1": "came_back A1"}


def sync_json(shop: Shop, *, wanted: int, sent: int) -> Any:
    """What `sync` answers to Shopify's JSON of order #1, which says how much of A was sent."""
    item = {"id": 7, "sku": "A", "name": "Item A", "quantity": wanted, "fulfillable_quantity": wanted - sent}
    parcels = [{"status": "success", "line_items": [{"id": 7, "quantity": sent}]}] if sent else []
    order = {"name": "#1", "created_at": "2026-01-01T09:00:00Z", "financial_status": "paid"}
    shop.write("orders.json", json.dumps([order | {"line_items": [item], "fulfillments": parcels}]))
    return shop.done("sync orders.json --source shop --json").json


def test_a_line_that_was_sent_in_part_comes_back_as_far_as_is_known_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A3")
    shop.done("split 1 --partial")
    shop.done("ship 1")
    reconcile("1 A3?")
    assert changes(reconcile("1 A3")) == {"#1": "came_back A2"}


# Wanted more


def test_wanted_more_goes_on_the_newest_part_that_waits(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1 B0")
    reconcile("1 A1 B1")
    shop.done("split 1")
    assert changes(reconcile("1 A3 B1 C1")) == {"#1": "added A2 C1"}
    assert shop.state() == {"#1-backorder": "Backorder B1 A2 C1", "#1": "Processing A1"}


def test_more_of_a_packed_line_goes_on_the_packed_order_and_what_it_lacks_waits_with_the_part(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B0 C5")
    reconcile("1 A1 B1")
    shop.done("split 1")
    reconcile("1 A3 B1 C1")
    assert shop.state() == {"#1-backorder": "Backorder B1 C1", "#1": "Processing A3"}
    reconcile("1 A4 B1 C1")
    assert shop.state() == {"#1-backorder": "Backorder B1 C1 A1", "#1": "Processing A3"}


def test_what_is_wanted_more_of_a_sku_waits_whole_until_it_is_divided_by_hand(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A1")
    reconcile("1 A3")
    assert shop.state() == {"#1-backorder": "Backorder A2", "#1": "Processing A1"}
    shop.done("split 1-backorder --partial")
    assert shop.state() == {"#1-backorder-2": "Backorder A1", "#1-backorder": "Processing A1", "#1": "Processing A1"}


def test_more_of_a_packed_line_cannot_go_on_an_order_that_is_being_picked(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3 B0")
    reconcile("1 A1 B1")
    shop.done("split 1")
    shop.done("pick --take")
    reconcile("1 A2 B1")
    assert shop.state() == {"#1-backorder": "Backorder B1 A1", "#1": "Processing A1"}


def test_more_of_a_packed_line_cannot_take_what_an_earlier_order_gets(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1 B0")
    reconcile("1 A2 @2026-01-01", "2 A1 B1 @2026-01-02")
    shop.done("split 2")
    shop.write("counts.csv", "sku,on_hand\nA,3\nB,0\n")
    reconcile("1 A2 @2026-01-01", "2 A2 B1 @2026-01-02", options="--stock counts.csv")
    assert shop.state() == {"#1": "Processing A2", "#2": "Processing A1", "#2-backorder": "Backorder B1 A1"}


def test_wanted_more_goes_on_a_processing_order_where_it_is_covered_and_else_on_a_new_part(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B1")
    reconcile("1 A1")
    reconcile("1 A2 B2")
    assert shop.state() == {"#1-backorder": "Backorder B2", "#1": "Processing A2"}


def test_wanted_more_cannot_make_two_parcels_of_an_order_that_ships_complete(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2 B0")
    reconcile("1 A1", "2 A1")
    shop.done("ship-complete 1")
    answer = reconcile("1 A1 B1", "2 A1", "3 A1 @2026-01-02")
    assert shop.state() == {"#1": "Backorder A1 B1", "#2": "Processing A1", "#3": "Processing A1"}
    assert changes(answer) == {"#1": "added B1"}


def test_wanted_more_goes_on_what_is_on_hold_where_all_is(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1")
    shop.done("hold 1")
    reconcile("1 A2")
    assert shop.state() == {"#1": "On Hold A2"}


def test_wanted_more_makes_a_part_where_nothing_is_open(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1")
    shop.done("ship 1")
    reconcile("1 A1! A1")
    assert shop.state() == {"#1-backorder": "Backorder A1", "#1": "Shipped A1"}


def test_wanted_more_is_first_set_against_what_was_added_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A9 B9")
    reconcile("1 A1")
    shop.done("amend 1 --set A=3 --add B=1")
    assert changes(reconcile("1 A2 B1")) == {}
    assert changes(reconcile("1 A4 B1")) == {"#1": "added A1"}
    assert shop.state() == {"#1": "Processing A4 B1"}


def test_what_was_added_here_is_not_taken_off_because_the_shop_never_wanted_it(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A9 B9")
    reconcile("1 A1")
    shop.done("amend 1 --add B=1")
    assert changes(reconcile("1 A2")) == {"#1": "added A1"}
    assert shop.state() == {"#1": "Processing A2 B1"}


def test_what_was_cancelled_here_cannot_come_back_while_the_shop_asks_for_no_more(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A1")
    reconcile("1 A1 B1")
    shop.done("split 1")
    shop.done("cancel 1-backorder --yes")
    reconcile("1 B1 A1")
    assert shop.state() == {"#1": "Processing A1", "#1-backorder": "Cancelled B1"}
    assert changes(reconcile("1 B2 A1")) == {"#1": "added B1"}
    assert shop.state()["#1-backorder-2"] == "Backorder B1"


# Who gets what there is


def test_wanted_more_and_new_orders_stand_in_one_queue(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A1")
    shop.done("ship 1")
    reconcile("1 A1! A1", "2 A1 @2026-01-02")
    assert shop.state() == {"#1-backorder": "Processing A1", "#2": "Backorder A1", "#1": "Shipped A1"}


def test_an_order_that_waited_gets_what_is_freed_before_a_later_one_that_is_new(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A1")
    reconcile("1 A1", "2 A1 @2026-01-02")
    answer = reconcile("3 A1 @2026-01-03", "2 A1 @2026-01-02", "1 A1 cancelled")
    assert answer["released"] == ["#2"]
    assert shop.state() == {"#2": "Processing A1", "#3": "Backorder A1", "#1": "Cancelled A1"}


def test_an_order_that_waited_cannot_get_what_an_earlier_one_wants_more(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2")
    reconcile("1 A1", "2 A1 @2026-01-02", "3 A1 @2026-01-03")
    answer = reconcile("1 A2", "2 A1 cancelled @2026-01-02", "3 A1 @2026-01-03")
    assert answer["released"] == []
    assert shop.state() == {"#1": "Processing A2", "#3": "Backorder A1", "#2": "Cancelled A1"}


def test_under_strict_what_an_earlier_order_wants_more_is_kept_for_it(shop: Shop, reconcile: Follower) -> None:
    shop.done("policy strict")
    shop.stock("A2 B0")
    reconcile("1 A1 B1")
    reconcile("1 A2 B1", "2 A1 @2026-01-02")
    assert shop.state() == {"#1": "Backorder A2 B1", "#2": "Backorder A1"}


# Files that tell only what is open


def test_less_is_open_first_because_of_what_shipped_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile.plain("1 A 3")
    shop.done("split 1 --partial")
    shop.done("ship 1")
    assert changes(reconcile.plain("1 A 2")) == {}
    assert changes(reconcile.plain("1 A 1")) == {"#1": "removed A1"}
    assert changes(reconcile.plain("1 A 3")) == {"#1": "added A2"}
    assert shop.state() == {"#1-backorder": "Backorder A3", "#1": "Shipped A1"}


def test_rows_of_a_known_order_that_stand_apart_are_added_up(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A9 B9")
    reconcile.plain("1 A 1", "2 A 1")
    assert changes(reconcile.plain("1 A 1", "2 A 1", "1 B 2", "1 A 1")) == {"#1": "added B2 A1"}
    assert changes(reconcile.plain("1 A 1", "2 A 1", "1 B 2", "1 A 1")) == {}
    reconcile("3 A1 B1", "4 A1")
    assert changes(reconcile("3 A1!", "4 A1", "3 B1")) == {"#3": "sent A1"}
    assert changes(reconcile("3 A1!", "4 A1", "3 B1")) == {}
    assert changes(reconcile("3 A1! cancelled", "4 A1", "3 B1")) == {"#3": "removed B1 | closed Cancelled"}
    assert changes(reconcile("3 A1! cancelled", "4 A1", "3 B1")) == {}


def test_an_order_that_is_cancelled_in_one_place_of_the_file_cannot_come_in_by_another(
    shop: Shop, reconcile: Follower
) -> None:
    assert reconcile("1 A1 cancelled", "2 A1", "1 B1", "3 A1", "2 B1 cancelled")["added"] == 1
    assert shop.state() == {"#3": "Backorder A1"}


# Another order


def test_an_order_of_another_day_is_left_alone_and_named(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1", "2 A1")
    answer = reconcile("1 A3 @2026-01-03", "2 A2 @2026-01-02")
    assert [(one["order"], one["code"]) for one in answer["conflicts"]] == [("#1", "other-order")]
    assert "--prefix" in answer["conflicts"][0]["message"]
    assert shop.state() == {"#1": "Backorder A1", "#2": "Backorder A2"}


def test_what_shipped_is_not_to_be_marked_at_an_order_that_is_another(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1")
    shop.done("ship 1")
    answer = reconcile("1 A1 @2027-01-01")
    assert (to_mark(answer), len(answer["conflicts"])) == ({}, 1)


def test_an_order_of_another_source_is_left_alone_and_can_be_kept_apart(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1", options="--source north")
    answer = reconcile("1 A2", options="--source south")
    assert [one["code"] for one in answer["conflicts"]] == ["other-order"]
    assert reconcile("1 A2", options="--source south --prefix S")["added"] == 1
    assert changes(reconcile("1 A2", options="--source north")) == {"#1": "added A1"}
    assert shop.state() == {"S#1": "Backorder A2", "#1": "Backorder A2"}


def test_a_prefix_alone_makes_another_source(reconcile: Follower) -> None:
    reconcile("1 A1")
    assert reconcile("1 A1", options="--prefix S")["added"] == 1
    assert reconcile("2 A1", options="--prefix S")["missing"] == ["S#1"]


def test_an_order_that_was_typed_in_belongs_to_the_first_shop_that_names_it(shop: Shop, reconcile: Follower) -> None:
    shop.done("add '#1' A=1 --create --placed-at 2026-01-01T12:00:00Z")
    assert changes(reconcile("1 A2")) == {"#1": "added A1"}
    assert reconcile("2 A1")["missing"] == ["#1"]
    assert [one["code"] for one in reconcile("1 A2", options="--source south")["conflicts"]] == ["other-order"]


def test_the_number_of_a_part_is_not_followed(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1 B0")
    reconcile("1 A1 B1")
    shop.done("split 1")
    answer = reconcile("1 A1 B1", "1-backorder A5")
    assert [one["order"] for one in answer["conflicts"]] == ["#1-backorder"]
    assert shop.state() == {"#1-backorder": "Backorder B1", "#1": "Processing A1"}


# Open here, and no longer in the file


def test_orders_that_the_file_no_longer_holds_are_named_and_stay(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1", "2 A1", "3 A1 fulfilled")
    answer = reconcile.ask("3 A1")
    assert "open here, but not in the file: 2 (#1, #2)" in answer.out
    assert "--missing ship" in answer.out
    assert "looks filtered" in answer.out
    assert "looks filtered" not in reconcile.ask("4 A1 fulfilled").out
    assert shop.state()["#1"] == "Processing A1"


def test_at_most_twenty_missing_orders_are_named(reconcile: Follower) -> None:
    reconcile(*(f"{n} A1" for n in range(1, 31)))
    answer = reconcile("99 A1")
    assert len(answer["missing"]) == 30
    assert "30 (#1, #2" in reconcile.ask("99 A1").out
    assert "#20 and 10 more)" in reconcile.ask("99 A1").out


def test_missing_orders_can_be_closed_as_sent_and_their_coming_back_is_followed(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3")
    reconcile("1 A1", "2 A1 B1", "3 A1")
    answer = reconcile("1 A1", "3 A1", options="--missing ship")
    assert (changes(answer), answer["missing"]) == ({"#2": "sent A1 B1 | closed Shipped"}, ["#2"])
    assert (answer["count_again"], shop.figures()["A"]) == (["B"], (2, 2))
    assert changes(reconcile("1 A1", "2 A1 B1", "3 A1")) == {"#2": "came_back A1 B1"}
    assert shop.state()["#2"] == "Processing A1 B1"


def test_an_order_that_a_plain_file_holds_again_has_come_back(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile.plain("1 A 2", "2 A 1")
    reconcile.plain("2 A 1", options="--missing ship")
    assert changes(reconcile.plain("1 A 2", "2 A 1")) == {"#1": "came_back A2"}
    assert shop.figures() == {"A": (3, 3)}


def test_missing_ship_remembers_also_what_is_not_open_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2 B0")
    reconcile("1 A1 B1", "2 A1")
    shop.done("split 1")
    shop.done("cancel 1-backorder --yes")
    shop.done("ship 1")
    answer = reconcile("2 A1", options="--missing ship")
    assert (changes(answer), answer["missing"]) == ({}, [])
    assert to_mark(reconcile("2 A1")) == {}
    answer = reconcile("1 A1 B1", "2 A1")
    assert (changes(answer), to_mark(answer)) == ({"#1": "came_back A1"}, {})
    assert shop.state() == {"#1": "Processing A1", "#2": "Processing A1", "#1-backorder": "Cancelled B1"}


def test_what_shipped_here_and_the_shop_no_longer_wants_cannot_come_back_after_missing_ship(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A2 C5")
    reconcile("1 A1 C2", "2 A1")
    shop.done("ship 1")
    assert reconcile("1 A1", "2 A1")["conflicts"][0]["code"] == "shipped-more"
    reconcile("2 A1", options="--missing ship")
    assert changes(reconcile("1 A1!", "2 A1")) == {}
    assert shop.state()["#1"] == "Shipped A1 C2"


def test_units_that_were_added_here_and_closed_as_sent_cannot_come_back(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1", "2 A1")
    shop.done("amend 1 --set A=2")
    assert changes(reconcile("2 A1", options="--missing ship")) == {"#1": "sent A2 | closed Shipped"}
    assert changes(reconcile("1 A1!", "2 A1")) == {}
    assert changes(reconcile("1 A1", "2 A1")) == {"#1": "came_back A1"}


def test_missing_orders_can_be_closed_as_cancelled_with_what_was_added_here(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1", "2 A1")
    shop.done("amend 1 --set A=2")
    assert changes(reconcile("2 A1", options="--missing cancel")) == {"#1": "removed A2 | closed Cancelled"}
    assert shop.figures() == {"A": (3, 1)}


def test_missing_orders_of_another_source_stay(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1", options="--source north")
    assert reconcile("2 A1", options="--missing cancel")["missing"] == []
    assert shop.state()["#1"] == "Backorder A1"


@pytest.mark.parametrize("missing", ["ship", "cancel"])
def test_more_than_half_cannot_be_closed_unless_the_user_is_sure(shop: Shop, reconcile: Follower, missing: str) -> None:
    reconcile("1 A1", "2 A1", "3 A1", "4 A1", "5 A1")
    before = shop.state()
    shop.write("export.csv", shopify("1 A1", "2 A1"))
    refused = shop(f"sync export.csv --missing {missing} --json")
    assert (refused.code, refused.error) == (1, "not-allowed")
    assert "--yes" in refused.err
    assert shop.state() == before
    reconcile("1 A1", "2 A1", options=f"--missing {missing} --yes")
    assert [status.split()[0] for status in shop.state().values()].count("Backorder") == 2


def test_an_empty_file_cannot_close_the_shop_unless_the_user_is_sure(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1")
    shop.write("export.csv", shopify())
    assert shop("sync export.csv --missing cancel").code == 1
    assert reconcile(options="--missing cancel --yes")["missing"] == ["#1"]
    assert shop.state() == {"#1": "Cancelled A1"}


def test_one_empty_file_of_two_shops_cannot_close_its_shop(shop: Shop, reconcile: Follower) -> None:
    reconcile.plain("1 A 1")
    reconcile("11 A1", "12 A1", "13 A1")
    shop.write("open.csv", PLAIN)
    refused = shop("sync export.csv open.csv --missing ship --json")
    assert (refused.code, refused.error) == (1, "not-allowed")


# Lines without a SKU


def test_a_line_that_the_first_run_left_out_can_be_added_by_a_second(shop: Shop, reconcile: Follower) -> None:
    answer = reconcile("1 A1 (Gift)1")
    assert [one["reason"] for one in answer["skipped"]] == ["no SKU"]
    assert changes(reconcile("1 A1 (Gift)1", options="--sku-from sku-or-name")) == {"#1": "added Gift1"}
    assert shop.state() == {"#1": "Backorder A1 Gift1"}


def test_a_line_that_can_no_longer_be_read_is_not_taken_off(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1 (Gift)1", "2 B1 C1", options="--sku-from sku-or-name")
    assert changes(reconcile("1 A1 (Gift)1", "2 B1 C1")) == {}
    assert changes(reconcile("1 A2 (Gift)1", "2 B1 C1")) == {"#1": "added A1"}
    shop.write("export.csv", shopify("1 A2 (Gift)1", "2 B1 C1").replace(",1,C,", ",many,C,"))
    assert changes(shop.done("sync export.csv --skip-bad --json").json) == {}
    assert changes(reconcile("1 A2", "2 B1", options="--sku-from sku-or-name")) == {
        "#1": "removed Gift1",
        "#2": "removed C1",
    }


def test_an_order_with_a_line_that_was_never_read_is_followed_in_its_others(shop: Shop, reconcile: Follower) -> None:
    reconcile("1 A1 B2 (Gift)1")
    assert changes(reconcile("1 B1 (Gift)1")) == {"#1": "removed B1 A1"}
    assert changes(reconcile("1 B1 (Gift)1")) == {}
    assert shop.state() == {"#1": "Backorder B1"}


# The counts


def test_the_shops_own_counts_are_lowered_by_what_it_does_not_know_to_be_sent(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A5")
    reconcile("1 A2", "2 A1")
    shop.done("ship 1")
    shop.write("inventory.csv", inventory("A5"))
    answer = reconcile("1 A2", "2 A1", options="--stock inventory.csv")
    assert (to_mark(answer), shop.figures()) == ({"#1": "A2"}, {"A": (3, 1)})
    assert answer["stock"] == {"counted": 1, "raised": 0, "lowered": 0}
    shop.write("inventory.csv", inventory("A3"))
    reconcile("1 A2!", "2 A1", options="--stock inventory.csv")
    assert shop.figures() == {"A": (3, 1)}


def test_a_count_of_the_shelf_is_taken_as_it_is(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A5")
    reconcile("1 A2", "2 A1")
    shop.done("ship 1")
    shop.write("shelf.csv", "sku,on_hand\nA,5\n")
    reconcile("1 A2", "2 A1", options="--stock shelf.csv")
    assert shop.figures() == {"A": (5, 1)}


def test_nobody_gives_stock_back_for_a_moment(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A2", "2 A1 @2026-01-02")
    shop.write("inventory.csv", inventory("A1"))
    answer = reconcile("1 A2!", "2 A1 @2026-01-02", options="--stock inventory.csv")
    assert (answer["returned"], answer["released"], shop.figures()) == ([], [], {"A": (1, 1)})


def test_a_lower_count_takes_stock_back_also_from_parts_that_this_run_has_made(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1 A1", "2 A1 @2026-01-02")
    shop.write("shelf.csv", "sku,on_hand\nA,0\n")
    answer = reconcile("1 A1! A1", "2 A1 @2026-01-02", "3 A1 @2026-01-03", options="--stock shelf.csv")
    assert sorted(answer["returned"]) == ["#1-backorder", "#2"]
    assert shop.figures() == {"A": (0, 0)}


def test_without_stock_there_is_no_word_of_counts(reconcile: Follower) -> None:
    assert reconcile("1 A1")["stock"] is None


def test_what_the_shop_takes_back_is_to_be_marked_where_as_many_have_shipped_here(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B0")
    reconcile("1 A1 B1")
    shop.done("amend 1 --add A=1")
    reconcile("1 A1! B1")
    shop.done("receive --sku B --qty 1")
    shop.done("ship 1-backorder")
    answer = reconcile("1 A1 B1")
    assert (changes(answer), to_mark(answer)) == ({"#1": "came_back A1"}, {"#1": "A1 B1"})


# Several files


def test_of_two_files_that_name_one_order_the_later_holds_and_it_is_said(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1", "3 A1")
    shop.done("ship 1")
    shop.write("old.csv", shopify("1 A1!", "2 A1", "3 A1 cancelled", "4 A1"))
    shop.write("new.csv", shopify("1 A1", "2 A2", "3 A1", "4 A1 cancelled"))
    answer = shop.done("sync old.csv new.csv --json").json
    assert (changes(answer), to_mark(answer), answer["added"]) == ({}, {"#1": "A1"}, 1)
    assert any("4 (#1, #3, #2, #4); the later file holds" in notice for notice in answer["notices"])
    assert shop.state() == {"#2": "Backorder A2", "#3": "Processing A1", "#1": "Shipped A1"}


def test_a_new_order_that_the_later_file_shows_as_sent_does_not_come_in(shop: Shop) -> None:
    shop.write("old.csv", shopify("1 A2 B1!", "2 A1"))
    shop.write("new.csv", shopify("1 A2! B1!", "2 A1"))
    assert shop.done("sync old.csv new.csv --json").json["added"] == 1
    assert shop.state() == {"#2": "Backorder A1"}


def test_an_order_whose_rows_stand_apart_in_the_later_file_comes_in_whole(shop: Shop) -> None:
    shop.write("old.csv", shopify("1 A9", "2 A1"))
    shop.write("new.csv", shopify("1 A1", "2 A1", "1 B1"))
    shop.done("sync old.csv new.csv")
    assert shop.state() == {"#1": "Backorder A1 B1", "#2": "Backorder A1"}


def test_what_the_shop_sent_before_an_order_came_in_is_known_also_from_rows_that_stand_apart(
    shop: Shop, reconcile: Follower
) -> None:
    reconcile("1 A1", "2 A1", "1 A2!")
    reconcile("3 A2? A1", "2 A1", "3 A1")
    assert shop.state() == {"#1": "Backorder A1", "#2": "Backorder A1", "#3": "Backorder A1 A1 A1"}
    assert changes(reconcile("1 A1 A2!", "2 A1")) == {}


# Again, beforehand, in silence, and all or nothing


def test_the_same_files_a_second_time_change_nothing(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A4 B1")
    shop.write("inventory.csv", inventory("A4 B1"))
    reconcile("1 A2 B2", "2 A1", "3 A1")
    orders = ("1 A1! A1 B1", "2 A1 cancelled", "3 A2", "4 B1", "5 A1 fulfilled")
    reconcile(*orders, options="--stock inventory.csv")
    before = shop.state(), shop.figures(), shop.done("history --json").json
    answer = reconcile(*orders, options="--stock inventory.csv")
    assert (answer["added"], answer["known"], answer["followed"], answer["released"], answer["returned"]) == (
        0,
        4,
        [],
        [],
        [],
    )
    assert (shop.state(), shop.figures(), shop.done("history --json").json) == before
    assert reconcile.ask(*orders).out.startswith("nothing new: 4 orders known, none changed in the shop")


def test_a_dry_run_says_the_same_and_changes_nothing(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A4 B1")
    reconcile("1 A2 B2", "2 A1", "3 A1")
    before = shop.state(), shop.figures(), shop.done("history --json").json
    orders = ("1 A1! A1 B1", "2 A1 cancelled", "3 A2", "4 B1", "6 C1")
    said = reconcile(*orders, options="--dry-run")
    assert (shop.state(), shop.figures(), shop.done("history --json").json) == before
    assert said["dry_run"]
    done = reconcile(*orders)
    assert done == said | {"dry_run": False, "made": done["made"]}


def test_quiet_prints_only_where_something_happened(reconcile: Follower) -> None:
    assert "#1" not in reconcile.ask("1 A1", options="--quiet").err
    assert reconcile.ask("1 A1", options="--quiet").out == ""
    assert "wanted more" in reconcile.ask("1 A2", options="--quiet").out


def test_one_sync_is_one_change_in_the_history(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A3")
    reconcile("1 A1", "2 A1")
    shop.write("shelf.csv", "sku,on_hand\nA,9\n")
    reconcile("1 A1!", "2 A2", "3 A1", options="--stock shelf.csv")
    events = [event for event in shop.done("history --json").json if event["command"] == "sync"]
    assert len({event["change"] for event in events}) == 2


def test_a_bad_row_in_the_counts_keeps_all_out(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A1")
    reconcile("1 A1")
    before = shop.state(), shop.figures()
    shop.write("export.csv", shopify("1 A1!", "2 A1"))
    shop.write("shelf.csv", "sku,on_hand\nA,1\nB,many\n")
    answer = shop("sync export.csv --stock shelf.csv --json")
    assert (answer.code, answer.error) == (5, "bad-input")
    assert (shop.state(), shop.figures()) == before


def test_the_sentences_tell_what_was_done(shop: Shop, reconcile: Follower) -> None:
    shop.stock("A2 B0 E1")
    reconcile("1 A1 B1", "2 C1 A1", "3 E1", "4 A1")
    shop.done("ship 3")
    shop.write("shelf.csv", "sku,on_hand\nA,1\nB,5\n")
    out = reconcile.ask("1 A1! B1", "2 C1", "3 E1", "4 A1 cancelled", "5 A1", options="--stock shelf.csv").out
    assert out.splitlines()[0] == "1 new order: 1 Processing, 0 Backorder; 4 known, 3 of them changed in the shop"
    assert "  #1  sent there: 1 × A → Shipped; 1 × B" in out
    assert "  #2  wanted less: 1 × A taken off" in out
    assert "  #4  cancelled there" in out
    assert "shipped here, not yet marked there: 1 order: #3 (1 × E)" in out
    assert "2 SKUs counted: 1 up" in out
    assert "released: #1-backorder → Processing" in out


def test_the_json_holds_the_promised_keys(reconcile: Follower) -> None:
    reconcile("1 A1")
    answer = reconcile("1 A2")
    keys = {"dry_run", "format", "added", "known", "processing", "backorder", "skipped", "new_skus", "followed"}
    keys |= {"conflicts", "missing", "to_mark", "count_again", "stock", "released", "returned"}
    assert keys <= answer.keys()
    assert answer["followed"] == [
        {
            "order": "#1",
            "added": [{"sku": "A", "quantity": 1}],
            "removed": [],
            "sent": [],
            "came_back": [],
            "closed": None,
        }
    ]


def test_json_tells_how_much_of_a_line_was_sent(shop: Shop) -> None:
    shop.stock("A5")
    order: dict[str, Any] = {"name": "#1", "created_at": "2026-01-01T09:00:00Z", "financial_status": "paid"}
    item: dict[str, Any] = {"id": 7, "sku": "A", "name": "Item A", "quantity": 5, "fulfillable_quantity": 5}
    shop.write("orders.json", json.dumps([order | {"fulfillments": [], "line_items": [item]}]))
    shop.done("sync orders.json")
    parcel = {"status": "success", "line_items": [{"id": 7, "quantity": 3}]}
    item["fulfillable_quantity"] = 1  # and one was taken off the order
    shop.write("orders.json", json.dumps([order | {"fulfillments": [parcel], "line_items": [item]}]))
    answer = shop.done("sync orders.json --json").json
    assert changes(answer) == {"#1": "removed A1 | sent A3"}
    assert shop.state() == {"#1-backorder": "Processing A1", "#1": "Shipped A3"}


def test_a_known_order_gets_the_customers_name_at_the_next_sync(shop: Shop) -> None:
    shop.stock("A1 B0")
    file = shop.write("o.csv", "order,sku,quantity,Ship to\nM1,A,1,Anna\nM1,B,1,Anna\n")
    shop.done(f"sync {file}")
    shop.done("split M1")
    shop.done(f"sync {file} --map 'customer=Ship to'")
    assert {order["customer"] for order in shop.done("list --customer anna --json").json} == {"Anna"}
    assert len(shop.done("list --customer anna --json").json) == 2


def test_an_order_that_was_paid_back_whole_is_followed_though_its_export_holds_other_lines(shop: Shop) -> None:
    """The lines that were refunded hold no units any more; one that was taken off before still stands there."""
    shop.stock("A2 B2")
    line = {"id": 1, "sku": "A", "name": "A", "quantity": 1, "current_quantity": 1, "requires_shipping": True}
    order = {"name": "#1", "created_at": "2026-01-01T09:00:00Z", "financial_status": "paid", "line_items": [line]}
    shop.write("orders.json", json.dumps([order | {"refunds": [], "fulfillments": []}]))
    shop.done("sync orders.json")
    back = {"refund_line_items": [{"line_item_id": 1, "quantity": 1, "restock_type": "cancel"}]}
    lines = [line | {"current_quantity": 0}, line | {"id": 2, "sku": "B", "current_quantity": 1}]
    again = order | {"financial_status": "refunded", "line_items": lines, "refunds": [back], "fulfillments": []}
    shop.write("orders.json", json.dumps([again]))
    answer = shop.done("sync orders.json --json").json
    assert (answer["conflicts"], shop.state()) == ([], {"#1": "Cancelled A1"})


def test_what_comes_back_beside_a_unit_that_is_not_sent_again_stands_in_the_queue_once(
    shop: Shop, reconcile: Follower
) -> None:
    shop.stock("A3 B1")
    reconcile("1 A3 B1")
    shop.done("split 1 --now A=2")
    shop.done("ship 1 1-backorder")
    reconcile("1 A1! A1! A1 B1!")
    reconcile("1 A1! A1! B1!")
    assert changes(reconcile("1 A2 B1")) == {"#1": "came_back A1 B1"}
    assert shop.figures() == {"A": (1, 0), "B": (1, 1)}
    assert sorted(shop.state().values()) == ["Processing B1", "Shipped A2"]
