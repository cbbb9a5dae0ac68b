"""Times as people read them: in their own zone, with its name. Data keeps UTC."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from backsplit.domain import times
from backsplit.errors import WrongUsage
from conftest import Shop

WINTER, SUMMER = "2026-01-01T23:30:00Z", "2026-07-01T23:30:00Z"


@pytest.fixture
def live_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_a_time_is_that_of_the_zone_with_its_name(live_in: Callable[[str], None]) -> None:
    live_in("Europe/Berlin")
    assert times.minute(WINTER) == "2026-01-02 00:30"
    assert times.minute_and_zone(SUMMER) == "2026-07-02 01:30 CEST"
    assert times.zones([WINTER, SUMMER, WINTER]) == "CET, CEST"
    live_in("America/Sao_Paulo")
    assert times.minute_and_zone(WINTER) == "2026-01-01 20:30 UTC-03"


def test_a_day_without_a_time_is_the_same_day_everywhere(live_in: Callable[[str], None]) -> None:
    live_in("America/New_York")
    assert times.placed("2026-01-02T00:00:00Z") == "2026-01-02"
    assert times.day_placed("2026-01-02T00:00:00Z") == "2026-01-02"
    assert times.placed("2026-01-02T00:00:01Z") == "2026-01-01 19:00 EST"
    assert times.day_placed("2026-01-02T00:00:01Z") == "2026-01-01"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_the_days_of_many_orders_are_those_of_each(live_in: Callable[[str], None], zone: str) -> None:
    live_in(zone)
    days = times.PlacedDays()
    for day in ("2026-01-01", "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"):
        for time_of_day in (
            "00:00:00",
            "00:00:01",
            "04:59:59",
            "05:00:00",
            "11:00:00",
            "18:30:00",
            "22:00:00",
            "23:59:59",
        ):
            moment = f"{day}T{time_of_day}Z"
            assert days.day(moment) == times.day_placed(moment), moment


def test_what_is_no_time_is_given_as_it_is() -> None:
    assert times.minute_and_zone("yesterday") == "yesterday"
    assert times.zones([]) == ""


def test_screens_tell_local_time_and_data_keeps_utc(shop: Shop, live_in: Callable[[str], None]) -> None:
    live_in("Asia/Tokyo")
    shop.stock("A0 B1")
    shop.order("M1", "A1", "2026-01-01T23:30:00Z")
    shop.order("M2", "B1", "2026-01-01T23:30:00Z")
    assert "2026-01-02" in shop.done("list").out
    assert "placed 2026-01-02 08:30 JST" in shop.done("show M1").out
    assert "When (JST)" in shop.done("history").out
    assert "ordered 2026-01-02" in shop.done("slip M2").out
    assert shop.done("list --json").json[0]["placed_at"] == "2026-01-01T23:30:00Z"
    assert "2026-01-01T23:30:00Z" in shop.done("list --csv").out
    assert "change 2 (import orders, " in shop("undo 2").err
    assert " JST)" in shop("undo 2").err
    assert " JST)" in shop.done("undo 1").out


def test_a_time_without_a_zone_is_local_time_wherever_it_comes_from(shop: Shop, live_in: Callable[[str], None]) -> None:
    live_in("Europe/Berlin")
    shop.stock("A1")
    shop.done("add P1 A=1 --placed-at 2026-01-02T05:41")
    rows = "W1,A,1,2026-01-02 05:11:00\nW2,A,1,2026-07-02T05:11:00\nW3,A,1,2026-01-02T05:11:00Z\nW4,A,1,2026-01-02\n"
    shop.done("import orders -", "order,sku,quantity,placed_at\n" + rows)
    placed = {order["number"]: order["placed_at"] for order in shop.done("list --json").json}
    assert placed == {
        "P1": "2026-01-02T04:41:00Z",
        "W1": "2026-01-02T04:11:00Z",
        "W2": "2026-07-02T03:11:00Z",
        "W3": "2026-01-02T05:11:00Z",
        "W4": "2026-01-02T00:00:00Z",
    }


def test_local_time_may_be_half_an_hour_off(shop: Shop, live_in: Callable[[str], None]) -> None:
    live_in("Asia/Kolkata")
    shop.done("import orders -", "order,sku,quantity,placed_at\nW1,A,1,2026-01-02 05:11:00\n")
    assert shop.done("show W1 --json").json["placed_at"] == "2026-01-01T23:41:00Z"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-03", "2026-12-03"),
        ("3.12.2026", "2026-12-03"),
        ("03.12.2026", "2026-12-03"),
        ("today", "2026-11-30"),
        ("Tomorrow", "2026-12-01"),
        ("yesterday", "2026-11-29"),
        ("+3d", "2026-12-03"),
        ("+2w", "2026-12-14"),
    ],
)
def test_a_day_can_be_typed_as_people_write_it(typed: str, day: str) -> None:
    assert times.parse_day(typed, "2026-11-30") == day


@pytest.mark.parametrize(
    "typed", ["", "3.12.", "31.2.2026", "2026-13-01", "12/03/2026", "+3", "-3d", "+3h", "soon", "+9999w٣"]
)
def test_a_day_that_cannot_be_meant_is_refused_with_the_ways_to_write_one(typed: str) -> None:
    with pytest.raises(WrongUsage, match="tomorrow or"):
        times.parse_day(typed, "2026-11-30")
