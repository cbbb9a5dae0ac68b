"""The report: its formulas on values, and what is counted through the command line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from backsplit.domain import report
from backsplit.domain.orders import Line, Order, Status
from backsplit.domain.report import FillRates, Rate
from conftest import Shop
from shopify import shopify

ROOT = Path(__file__).parent.parent
PLACED = "2026-01-05T09:00:00Z"  # a Monday


def rates(shop: Shop, options: str = "") -> tuple[tuple[int, int], ...]:
    """Came and at once: of orders, of lines, of units."""
    found = shop.done(f"report --json {options}").json
    return tuple((found[key]["came"], found[key]["at_once"]) for key in ("orders", "lines", "units"))


def week(shop: Shop, monday: str) -> dict[str, int]:
    """What happened in that week, without what did not."""
    (found,) = [one for one in shop.done("report --json").json["weeks"] if one["week"] == monday]
    return {name: count for name, count in found.items() if count and name != "week"}


def this_week() -> str:
    today = datetime.now(timezone.utc).date()
    return (today - timedelta(days=today.weekday())).isoformat()


def backorder(*lines: Line) -> Order:
    return Order("M1", Status.BACKORDER, PLACED, lines)


def test_a_line_came_at_once_if_all_its_units_did() -> None:
    order = backorder(Line("A", 5, available=3), Line("B", 2, available=2))
    assert report.fill_rates(order) == FillRates(Rate(1, 0), Rate(2, 1), Rate(7, 5))


def test_an_insert_does_not_count() -> None:
    order = backorder(Line("A", 1, available=1), Line("CARD", 9, insert=True))
    assert report.fill_rates(order) == FillRates(Rate(1, 1), Rate(1, 1), Rate(1, 1))


def test_there_is_no_rate_of_nothing() -> None:
    assert Rate(0, 0).rate is None
    assert Rate(3, 2).rate == 0.6667


@pytest.mark.parametrize(
    ("days", "median", "ninety"),
    [([], None, None), ([2.0], 2.0, 2.0), ([1.0, 2.0], 1.5, 2.0), ([float(n) for n in range(1, 11)], 5.5, 9.0)],
)
def test_median_and_ninety_percent(days: list[float], median: float | None, ninety: float | None) -> None:
    assert report.median(days) == median
    assert report.ninety_percent(days) == ninety


def test_each_age_stands_in_one_row_of_the_histogram() -> None:
    bars = report.histogram([-0.5, 0.9, 1.0, 6.9, 7.0, 1000.0])
    assert [bar.orders for bar in bars] == [2, 1, 1, 1, 0, 0, 1]
    assert [(bar.from_days, bar.to_days) for bar in bars[:2]] == [(0, 1), (1, 3)]
    assert (bars[-1].from_days, bars[-1].to_days) == (56, None)


def test_orders_of_a_file_count_by_what_is_left_for_them(shop: Shop) -> None:
    shop.stock("A5 B0 CARD0", inserts="CARD")
    rows = ["M1,A,2", "M2,A,4", "M3,A,1", "M3,B,1", "M4,A,1", "M4,CARD,1"]
    shop.done("import orders -", "order,sku,quantity\n" + "\n".join(rows) + "\n")
    assert rates(shop) == ((4, 2), (5, 3), (9, 7))  # M1 takes 2 of A; 3 are left for M2, M3 and M4


def test_two_lines_of_one_sku_share_what_there_is(shop: Shop) -> None:
    shop.stock("A5 B0")
    shop.order("M1", "A3 A2 A1 B1")
    assert rates(shop) == ((1, 0), (4, 2), (7, 5))


def test_rows_that_come_back_to_an_order_count_with_it(shop: Shop) -> None:
    shop.stock("A9 B0")
    shop.done("import orders -", "order,sku,quantity\nM1,A,1\nM2,A,2\nM1,B,3\n")
    assert rates(shop) == ((2, 1), (3, 2), (6, 3))


def test_an_order_that_two_files_name_counts_once(shop: Shop) -> None:
    shop.stock("A9")
    shop.write("one.csv", "order,sku,quantity\nM1,A,1\nM2,A,1\n")
    shop.write("two.csv", "order,sku,quantity\nM2,A,3\n")
    shop.done("sync one.csv two.csv")
    assert rates(shop) == ((2, 2), (2, 2), (4, 4))


def test_under_strict_what_is_kept_could_not_go(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A2 B0")
    shop.order("M1", "A1 B1")
    shop.order("M2", "A2", placed_at="2026-01-01T10:00:00Z")
    assert rates(shop) == ((2, 0), (3, 1), (4, 2))


def test_an_order_that_is_typed_in_counts_until_it_is_undone(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.done("add A=1 B=2")
    assert rates(shop) == ((1, 0), (2, 1), (3, 1))
    shop.done("undo")
    assert rates(shop) == ((0, 0), (0, 0), (0, 0))
    assert shop.done("report --json").json["weeks"] == []


def test_what_comes_later_does_not_change_what_came_at_once(shop: Shop) -> None:
    shop.stock("A0")
    shop.order("M1", "A1")
    shop.done("receive --sku A --qty 1")
    shop.done("amend M1 --set A=1")
    shop.done("ship M1")
    assert rates(shop) == ((1, 0), (1, 0), (1, 0))


def test_a_dry_run_counts_nothing(shop: Shop) -> None:
    shop.write("orders.csv", "order,sku,quantity\nM1,A,1\n")
    shop.done("import orders orders.csv --dry-run")
    shop.done("sync orders.csv --dry-run")
    assert rates(shop) == ((0, 0), (0, 0), (0, 0))


def test_of_an_order_sent_in_part_what_is_open_counts(shop: Shop) -> None:
    shop.stock("A9 B9")
    shop.write("export.csv", shopify("10 A1 fulfilled", "11 B2"))
    shop.done("sync export.csv")
    assert rates(shop) == ((1, 1), (1, 1), (2, 2))


def test_since_counts_whole_days_from_the_age_on(shop: Shop) -> None:
    now = datetime.now(timezone.utc)
    shop.stock("A9")
    for days in (1, 5, 40):
        shop.order(f"M{days}", "A1", placed_at=f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}")
    assert [rates(shop, f"--since {age}")[0][0] for age in ("36h", "4d", "2w", "90d")] == [1, 1, 2, 3]
    since = shop.done("report --json --since 2w").json["since"]
    assert since == f"{now - timedelta(days=14):%Y-%m-%d}T00:00:00Z"
    assert shop("report --since tomorrow").code == 2
    assert shop("report --since 4").code == 2


def test_since_takes_the_first_day_of_a_month(shop: Shop) -> None:
    shop.stock("A9")
    shop.order("OCT", "A1", "2026-10-31T23:59:59Z")
    shop.order("NOV", "A2", "2026-11-01T00:00:00Z")
    for day in ("2026-11-01", "1.11.2026"):
        found = shop.done(f"report --since {day} --json").json
        assert (found["since"], found["units"]["came"]) == ("2026-11-01T00:00:00Z", 2)


def test_the_weeks_say_what_was_done_in_them(shop: Shop) -> None:
    shop.stock("A3 B0")
    shop.order("M1", "A1 B1", placed_at="2026-01-05T00:00:00Z")
    shop.order("M2", "A1", placed_at="2026-01-11T23:59:59Z")
    shop.done("split M1")
    shop.done("receive --sku B --qty 1")
    shop.done("ship M1 M2")
    assert week(shop, "2026-01-05") == {"came": 2, "at_once": 1}
    assert week(shop, this_week()) == {"split": 1, "released": 1, "shipped": 2}


def test_a_shipment_that_is_undone_is_none(shop: Shop) -> None:
    shop.stock("A3")
    shop.order("M1", "A1")
    shop.done("ship M1")
    shop.done("undo")
    assert all(one["shipped"] == 0 for one in shop.done("report --json").json["weeks"])


def test_waiting_and_released_are_told_apart(shop: Shop) -> None:
    now = datetime.now(timezone.utc)
    shop.stock("A0 B0")
    for number, days, sku in (("M1", 2, "A"), ("M2", 10, "B"), ("M3", 20, "B")):
        shop.order(number, f"{sku}2", placed_at=f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}")
    shop.done("receive --sku A --qty 2")
    found = shop.done("report --json").json
    assert found["released"] == {"orders": 1, "median_days": 2.0, "p90_days": 2.0}
    waiting: dict[str, Any] = found["waiting"]
    assert (waiting["orders"], waiting["units"], waiting["median_days"], waiting["p90_days"]) == (2, 4, 15.0, 20.0)
    assert [bar["orders"] for bar in waiting["ages"]] == [0, 0, 0, 1, 1, 0, 0]


def test_an_order_that_gave_its_stock_back_waits_again(shop: Shop) -> None:
    shop.stock("A0")
    shop.order("M1", "A1")
    shop.done("receive --sku A --qty 1")
    shop.done("adjust --sku A --to 0 --reason lost")
    found = shop.done("report --json").json
    assert (found["waiting"]["orders"], found["released"]["orders"]) == (1, 0)


def test_the_report_is_drawn_within_80_columns(shop: Shop) -> None:
    shop.stock("A3 B0")
    for week_no in range(20):
        shop.order(f"M{week_no}", "A1 B1", placed_at=f"{datetime(2026, 1, 5) + timedelta(weeks=week_no):%Y-%m-%d}")  # noqa: DTZ001
    drawn = shop.done("report").out
    assert max(map(len, drawn.splitlines())) <= 80
    assert "… and 7 earlier: --csv or --json has them" in drawn
    assert "2026-05-18" in drawn
    assert "2026-02-16" not in drawn
    assert len(shop.done("report --csv").out.splitlines()) == 21


def test_a_file_of_nothing_has_a_report(shop: Shop) -> None:
    drawn = shop.done("report").out
    assert "Nothing waits now." in drawn
    assert "Released after waiting: none." in drawn


def test_the_pictures_fetch_nothing(shop: Shop) -> None:
    shop.stock("A1")
    shop.order("M1", "A1")
    answer = shop.done("report --svg r.svg --html r.html")
    assert answer.out == "wrote r.svg and r.html\n"
    svg, html = ((shop.folder / name).read_text(encoding="utf-8") for name in ("r.svg", "r.html"))
    assert svg.startswith("<svg")
    assert "url(" not in svg.replace("url(#", "")
    assert "100.0%" in svg
    assert "100.0%" in html
    assert "src=" not in html
    assert "<link" not in html


def test_a_picture_that_cannot_be_written_is_named(shop: Shop) -> None:
    answer = shop("report --svg nowhere/r.svg --json")
    assert (answer.code, answer.error) == (2, "usage")
    assert "nowhere/r.svg cannot be written" in answer.err


def test_of_orders_that_came_before_only_orders_are_counted(shop: Shop) -> None:
    shop.stock("A1")
    shop.order("M1", "A1")
    with closing(sqlite3.connect(shop.db)) as db:  # as the migration leaves it
        db.execute(
            "UPDATE fill_rate_days SET lines = 0, lines_at_once = 0, units = 0, units_at_once = 0, earlier = orders"
        )
        db.commit()
    shop.order("M2", "A1")
    assert rates(shop) == ((2, 1), (1, 0), (1, 0))
    assert shop.done("report --json").json["earlier"] == 1
    assert "1 of the orders came in before backsplit kept their lines" in shop.done("report").out


def test_an_order_typed_in_before_it_was_counted_can_be_undone(shop: Shop) -> None:
    shop.stock("A1")
    shop.done("add A=1")
    with closing(sqlite3.connect(shop.db)) as db:
        db.execute("UPDATE changes SET before = json_remove(before, '$.came')")
        db.commit()
    shop.done("undo")
