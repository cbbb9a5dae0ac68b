"""Numbers and days as they are typed and as files have them: one reading, and no guess."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest

from backsplit import repository
from conftest import Shop

NUMBERS = [
    "receive --sku A --qty {}",
    "adjust --sku A --by {} --reason x",
    "adjust --sku A --to {} --reason x",
    "list --limit {}",
    "undo {}",
    "prioritize M1 --priority {}",
    "split --all --max-parts {}",
    "pick --list {}",
    "import formats --forget-map {}",
]


@pytest.mark.parametrize("number", ["1_000", "٣", "²", "1.0", "0x1"])
def test_a_number_is_typed_in_the_digits_that_files_have(shop: Shop, number: str) -> None:
    for line in NUMBERS:
        answer = shop(line.format(number))
        assert (answer.code, "is not a whole number" in answer.err) == (2, True), answer
    assert shop(f"add P1 A={number}").code == 2


def test_a_number_can_have_a_sign(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("adjust --sku A --by +2 --reason x")
    shop.done("adjust --sku A --by -1 --reason x")
    assert shop.figures() == {"A": (6, 0)}


@pytest.mark.quick_cases(5)
@pytest.mark.parametrize(
    "line",
    [*NUMBERS, "split --all --min-share {}%", "pick {}", "show {}", "list --older-than {}d", "expect A=1 --on +{}d"],
)
def test_a_number_with_more_digits_than_any_is_refused(shop: Shop, line: str) -> None:
    shop.stock("A5")
    answer = shop(line.format("9" * 5000))
    assert answer.code in (2, 3), answer
    assert "Traceback" not in answer.err


def test_a_number_that_is_too_large_is_said_to_be_so_however_it_is_typed(shop: Shop) -> None:
    shop.stock("A5")
    for line in (f"receive A={10**19}", f"receive --sku A --qty {10**19}"):
        answer = shop(line)
        assert (answer.code, "the quantity is out of reach" in answer.err) == (1, True), answer


@pytest.mark.parametrize("at", ["2026-W01", "2026-W01-1", "20260101", "2026-01-01T09", "2026-01", "3000-01-01"])
def test_a_time_that_is_typed_is_a_day_or_a_day_and_a_time(shop: Shop, at: str) -> None:
    shop.stock("A5")
    answer = shop(f"add P1 A=1 --placed-at {at}")
    assert (answer.code, "is not a time" in answer.err) == (2, True), answer


@pytest.mark.parametrize(
    "at", ["2026-01-01", "2026-01-01T09:00", "2026-01-01T09:00:00Z", "'2026-01-01 09:00:00+01:00'"]
)
def test_these_are(shop: Shop, at: str) -> None:
    shop.stock("A5")
    shop.done(f"add P1 A=1 --placed-at {at}")


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "3000-01-01", "9999-12-31"])
def test_nothing_is_expected_on_a_day_that_no_shop_knows(shop: Shop, day: str) -> None:
    shop.stock("A5")
    answer = shop(f"expect --sku A --qty 1 --on {day}")
    assert (answer.code, "is not a day from 1970 to 2999" in answer.err) == (2, True), answer


@pytest.mark.parametrize("day", ["26-01-01", "12-11-10", "01-02-26"])
def test_a_day_whose_year_may_stand_at_either_end_is_not_guessed(shop: Shop, day: str) -> None:
    shop.stock("A5")
    answer = shop("import orders -", f"order,sku,quantity,placed_at\nM1,A,1,{day}\n")
    assert (answer.code, "is not a date" in answer.err) == (5, True), answer


@pytest.mark.parametrize("day", ["31.01.26", "31/01/26", "31-01-2026", "31-01-99"])
def test_a_day_of_two_digits_can_be_read_where_the_year_can_stand_at_one_end_alone(shop: Shop, day: str) -> None:
    shop.stock("A5")
    shop.done("import orders -", f"order,sku,quantity,placed_at\nM1,A,1,{day}\n")


@pytest.mark.parametrize("zone", ["UTC+25", "UTC-25"])
def test_a_zone_that_is_none_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    shop.stock("A5")
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    for line in ("promise", "list", "expect", "report", "history"):
        answer = shop(line)
        assert answer.code in (0, 2), answer
        assert "Traceback" not in answer.err
    assert "TZ has a zone a day or more away from UTC" in shop("expect").err
    monkeypatch.undo()
    time.tzset()


def test_nothing_has_waited_for_less_than_no_time_after_the_clock_was_set_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Early(datetime):
        @classmethod
        def now(cls, _: object = None) -> datetime:  # type: ignore[override]
            return datetime(2020, 1, 1, tzinfo=timezone.utc)

    shop.stock("A0")
    shop.order("M1", "A1")
    shop.order("M2", "A2")
    monkeypatch.setattr(repository, "datetime", Early)
    shop.done("receive --sku A --qty 1")
    monkeypatch.undo()
    told = shop.done("report --json").json
    assert told["released"] == {"orders": 1, "median_days": 0.0, "p90_days": 0.0}


def test_a_reference_in_csv_is_guarded_as_other_free_text_is(shop: Shop) -> None:
    shop.stock("A0")
    shop.order("M1", "A1")
    shop.done("expect --sku A --qty 5 --on 2999-01-01 --ref '=1+1'")
    assert "'=1+1,A,5" in shop.done("expect --csv").out
    assert shop.done("promise --csv").out.endswith(",'=1+1,\n")
    assert shop.done("expect --json").json[0]["ref"] == "=1+1"
