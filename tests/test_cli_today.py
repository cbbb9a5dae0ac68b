"""`today`: all that is to be done on one screen, the most urgent first (rule 23)."""

from __future__ import annotations

import io
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from backsplit.domain.times import moment
from backsplit.domain.today import Amount, CameDue, CanSplit, Delivery, LastSync, OpenList, ToBuy, Today, ToTell
from backsplit.render import layout
from backsplit.render import today as render
from backsplit.render.rich import renderables
from backsplit.services import promises
from conftest import Shop, new_file, once
from shopify import inventory, shopify

QUIET = Today(
    day="2026-11-30",
    last_sync=None,
    to_mark=Amount(0, 0),
    to_pick=Amount(0, 0),
    lists=(),
    can_split=CanSplit(0, None),
    due=CameDue(0, 0),
    overdue=(),
    arriving=(),
    to_tell=ToTell(0, None),
    to_buy=ToBuy(0, 0),
    books_differ=0,
)


def today() -> str:
    return promises.today()


def now(shop: Shop) -> Any:
    return shop.done("today --json").json


def test_an_empty_file_has_nothing_to_do_and_says_how_to_begin(shop: Shop) -> None:
    assert now(shop) == {
        "day": today(),
        "last_sync": None,
        "to_mark": {"orders": 0, "units": 0},
        "to_pick": {"orders": 0, "units": 0},
        "lists": [],
        "can_split": {"orders": 0, "oldest": None},
        "due": {"holds": 0, "skus": 0},
        "overdue": [],
        "arriving": [],
        "to_tell": {"orders": 0, "by": None},
        "to_buy": {"skus": 0, "units": 0},
        "books_differ": 0,
    }
    first, last = shop.done("today").out.splitlines()
    assert first.endswith("· no shop was followed yet (backsplit sync EXPORT)")
    assert last == "nothing is to be done today"


@pytest.fixture
@once
def busy(shop: Shop) -> Shop:
    """Something of every kind is to be done."""
    shop.write("inventory.csv", inventory("A9 B0 C5 D3"))
    shop.write("o.csv", shopify("1 A2 B1", "2 C1", "3 A1", "4 D1", "5 D1"))
    shop.done("sync o.csv --stock inventory.csv")
    shop.done("split 1")
    shop.done("ship 1 2")
    shop.done("pick 3 --take")
    shop.done("add W1 A=1 B=3 --customer Ann --placed-at 2026-01-01")
    shop.done("hold 5 --until today")
    shop.done("mark C --from today")
    shop.done("adjust --sku A --by -1 --reason lost")
    shop.done("expect --sku B --qty 1 --on tomorrow --ref PO-9")
    shop.done("expect --sku B --qty 1 --on today --ref PO-8")
    shop.write("late.csv", "ref,sku,quantity,date\nPO-7,D,4,2026-01-05\n")
    shop.done("expect --file late.csv")
    return shop


def test_counts_the_work_of_every_kind(busy: Shop) -> None:
    found = now(busy)
    last = found.pop("last_sync")
    assert (last["source"], last["days"]) == ("shopify-orders", 0)
    assert found == {
        "day": today(),
        "to_mark": {"orders": 2, "units": 3},
        "to_pick": {"orders": 1, "units": 1},
        "lists": [{"list": 1, "orders": 1}],
        "can_split": {"orders": 1, "oldest": "2026-01-01T00:00:00Z"},
        "due": {"holds": 1, "skus": 1},
        "overdue": [{"ref": "PO-7", "sku": "D", "left": 4, "on": "2026-01-05"}],
        "arriving": [{"ref": "PO-8", "sku": "B", "left": 1, "on": today()}],
        "to_tell": {"orders": 2, "by": "2026-01-31"},
        "to_buy": {"skus": 1, "units": 2},
        "books_differ": 1,
    }


def test_says_the_lines_to_type_what_is_late_first(busy: Shop) -> None:
    first, *lines, last = busy.done("today").out.splitlines()
    assert " · shop followed today at " in first
    assert [line.partition("  backsplit ")[2] for line in lines[2:]] == [
        "due",
        "notices",
        "expect",
        "to-mark",
        "stock --through EXPORT --out FILE",
        "ship --list 1",
        "pick --take",
        "split --all",
        "receive --of PO-8",
        "shortages",
    ]
    assert last == "nothing else is to be done today"


def test_one_is_said_in_the_singular(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    shop.done("hold M1 --until today")
    assert "1  hold came due" in shop.done("today").out


def test_what_has_nothing_to_do_takes_no_line(busy: Shop) -> None:
    busy.done("due")
    assert "backsplit due" not in busy.done("today").out


def test_each_figure_is_the_one_that_its_command_tells(busy: Shop) -> None:
    _agrees(busy)


def test_what_the_shop_knows_in_part_is_counted_as_to_mark_tells_it(shop: Shop) -> None:
    shop.stock("A9 B9 C9")
    shop.write("o.csv", shopify("1 A2 B1", "2 C1", "3 A1 B1", "4 C2"))
    shop.done("sync o.csv")
    shop.done("split 1 --now A=1")
    shop.done("ship 1 1-backorder 2 3")
    _agrees(shop)
    shop.write("o.csv", shopify("1 A2? B1!", "2 C1!", "3 A1! B1", "4 C2!"))
    shop.done("sync o.csv")
    _agrees(shop)
    assert now(shop)["to_mark"]["orders"] > 0


def _agrees(shop: Shop) -> None:
    """The figures are those of `list`, `pick`, `to-mark`, `notices`, `shortages`, `expect` and `stock`."""
    found = now(shop)
    splittable = shop.done("list --can-split --json").json
    assert found["can_split"]["orders"] == len(splittable)
    assert found["can_split"]["oldest"] == min((it["placed_at"] for it in splittable), default=None)
    picked = shop.done("pick --json").json
    assert found["to_pick"] == {
        "orders": len(picked["orders"]),
        "units": sum(it["quantity"] for it in picked["skus"]),
    }
    marked = shop.done("to-mark --json").json
    sent = [it["quantity"] for order in marked for parcel in order["parcels"] for it in parcel["sent"]]
    assert found["to_mark"] == {"orders": len(marked), "units": sum(sent)}
    notices = shop.done("notices --json").json
    assert found["to_tell"] == {"orders": len(notices), "by": min((it["by"] for it in notices), default=None)}
    to_buy = [it["to_buy"] for it in shop.done("shortages --json").json if it["to_buy"]]
    assert found["to_buy"] == {"skus": len(to_buy), "units": sum(to_buy)}
    assert found["books_differ"] == sum(bool(it["differs"]) for it in shop.done("stock --json").json)
    overdue = [it["ref"] for it in shop.done("expect --json").json if it["overdue"]]
    assert [it["ref"] for it in found["overdue"]] == overdue


LINES = st.dictionaries(st.sampled_from(["A", "B", "C", "CARD", "SET"]), st.integers(1, 3), min_size=1, max_size=3)


@settings(max_examples=int(os.environ.get("BACKSPLIT_EXAMPLES", "5")))
@given(
    orders=st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=6),
    counts=st.tuples(*[st.integers(0, 5)] * 4),
    policy=st.sampled_from(["skip-over", "strict"]),
    together=st.integers(0, 4),
    twice=st.integers(0, 4),
)
def test_whatever_waits_the_figures_are_those_of_the_commands(
    tmp_path_factory: pytest.TempPathFactory,
    orders: list[tuple[dict[str, int], bool]],
    counts: tuple[int, ...],
    policy: str,
    together: int,
    twice: int,
) -> None:
    """The first lines of `together` orders are a group; `twice` orders have a SKU on two lines, a kit even."""
    shop = Shop(tmp_path_factory.mktemp("today"))
    shop.db.write_bytes(new_file())
    shop.done(f"policy {policy}")
    shop.stock(" ".join(f"{sku}{n}" for sku, n in zip(("A", "B", "C", "CARD"), counts, strict=True)), inserts="CARD")
    shop.done("kit SET A=1 B=2 --create")
    for place, (lines, whole) in enumerate(orders):
        words = " ".join(f"{sku}={n}" for sku, n in lines.items())
        shop.done(f"add M{place} {words} --placed-at 2026-01-0{place + 1}{' --ship-complete' if whole else ''}")
    with closing(sqlite3.connect(shop.db)) as db, db:
        db.execute("UPDATE order_lines SET line_group = 'g' WHERE order_id <= ? AND line_no <= 2", (together,))
        of_two = """SELECT order_id, line_no, product_id FROM order_lines JOIN orders ON id = order_id
            WHERE status = 'Backorder' AND quantity > 1 GROUP BY order_id"""
        for order, line, product in db.execute(of_two).fetchall()[:twice]:
            db.execute(
                "UPDATE order_lines SET quantity = quantity - 1 WHERE order_id = ? AND line_no = ?", (order, line)
            )
            db.execute("INSERT INTO order_lines VALUES (?, 9, ?, 1, '')", (order, product))
    shop.done("check")
    _agrees(shop)


def test_a_file_that_tells_the_shop_leaves_nothing_to_mark(busy: Shop) -> None:
    busy.done("to-mark --as csv --out m.csv --take")
    assert now(busy)["to_mark"] == {"orders": 0, "units": 0}
    busy.done("undo")
    assert now(busy)["to_mark"] == {"orders": 2, "units": 3}


def test_what_a_file_told_and_the_next_look_does_not_show_is_to_be_marked_again(busy: Shop) -> None:
    busy.done("to-mark --as csv --out m.csv --take")
    busy.done("sync o.csv")
    assert now(busy)["to_mark"] == {"orders": 2, "units": 3}
    busy.write("o.csv", shopify("1 A2! B1", "2 C1!", "3 A1", "4 D1", "5 D1"))
    busy.done("sync o.csv")
    assert now(busy)["to_mark"] == {"orders": 0, "units": 0}


def test_a_second_look_reads_what_the_first_has_kept(busy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now(busy)
    monkeypatch.setattr("backsplit.services.today._found", None)
    assert now(busy) == before


def test_what_is_kept_holds_for_its_day_alone(busy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now(busy)
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).date().isoformat()
    monkeypatch.setattr(promises, "today", lambda: tomorrow)
    assert [it["ref"] for it in now(busy)["overdue"]] == ["PO-7", "PO-8"]
    assert [it["ref"] for it in now(busy)["arriving"]] == ["PO-9"]


def test_what_a_sync_finds_to_be_marked_is_not_to_be_marked_any_more(busy: Shop) -> None:
    assert now(busy)["to_mark"]["orders"] == 2
    busy.write("o.csv", shopify("1 A2! B1", "2 C1!", "3 A1", "4 D1", "5 D1"))
    busy.done("sync o.csv")
    assert now(busy)["to_mark"] == {"orders": 0, "units": 0}


def test_a_dry_run_keeps_what_is_kept(busy: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = now(busy)
    busy.done("ship --list 1 --dry-run")
    monkeypatch.setattr("backsplit.services.today._found", None)
    assert now(busy) == before


def test_a_file_that_nobody_may_write_answers_all_the_same(busy: Shop) -> None:
    with closing(sqlite3.connect(busy.db)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert now(busy)["to_pick"]["orders"] == 1


def test_a_sync_with_nothing_new_is_a_look_at_the_shop(busy: Shop) -> None:
    _followed(busy, 3)
    assert now(busy)["last_sync"]["days"] == 3
    assert busy.done("sync o.csv --json").json["made"] is None
    assert now(busy)["last_sync"]["days"] == 0


def test_a_dry_run_of_sync_is_no_look_at_the_shop(busy: Shop) -> None:
    _followed(busy, 3)
    busy.done("sync o.csv --dry-run")
    assert now(busy)["last_sync"]["days"] == 3


@pytest.mark.parametrize(("days", "comes_first"), [(1, "due"), (2, "sync EXPORT"), (90, "sync EXPORT")])
def test_a_look_that_is_long_ago_comes_first(busy: Shop, days: int, comes_first: str) -> None:
    _followed(busy, days)
    assert busy.done("today").out.splitlines()[3].endswith(f"backsplit {comes_first}")


def _followed(shop: Shop, days: int) -> None:
    """The shop was followed so many days ago."""
    at = moment(datetime.now(timezone.utc) - timedelta(days=days))
    with closing(sqlite3.connect(shop.db)) as db, db:
        db.execute("UPDATE sources SET followed_at = ?", (at,))
        db.execute("DELETE FROM today_cache")


def test_whom_to_tell_is_late_only_when_the_day_has_come() -> None:
    tomorrow = QUIET._replace(to_tell=ToTell(1, "2026-12-01"), can_split=CanSplit(1, "2026-01-01T00:00:00Z"))
    assert [*tomorrow.work()] == [("split", False), ("tell", False)]
    at_once = tomorrow._replace(to_tell=ToTell(1, "2026-11-30"))
    assert [*at_once.work()] == [("tell", True), ("split", False)]


def test_whatever_the_size_of_the_shop_it_is_one_screen() -> None:
    million = 9_999_999
    everything = Today(
        day="2026-11-30",
        last_sync=LastSync("2026-01-01T09:00:00Z", "a shop with a name " * 9, 333),
        to_mark=Amount(million, million),
        to_pick=Amount(million, million),
        lists=tuple(OpenList(n, 40_000) for n in range(1, 200)),
        can_split=CanSplit(million, "2026-01-01T00:00:00Z"),
        due=CameDue(million // 2, million // 2),
        overdue=tuple(_delivery(n, "2026-01-01") for n in range(9999)),
        arriving=tuple(_delivery(7, "2026-11-30") for _ in range(9999)),
        to_tell=ToTell(million, "2026-01-31"),
        to_buy=ToBuy(million, million),
        books_differ=million,
    )
    console = Console(width=80, record=True, file=io.StringIO())
    for one in renderables(render.screen(everything)):
        console.print(one)
    drawn = console.export_text().splitlines()
    assert len(drawn) == 15  # with what was typed and the prompt, 24 would do
    assert max(map(len, drawn)) <= 80
    assert len(list(layout.lines(render.screen(everything), "utf-8"))) == 15


def _delivery(n: int, on: str) -> Delivery:
    return Delivery(f"PURCHASE-ORDER-{n}", f"SKU-{n}", 1_000_000_000, on)
