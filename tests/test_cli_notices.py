"""`notices`: who must be told what, by which day (rule 21)."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from backsplit.services import promises
from conftest import Shop
from shopify import shopify

TODAY = "2026-01-21"
PLACED, LAST = "2026-01-01T09:00:00Z", "2026-01-31"  # and so it is expected within 30 days


@pytest.fixture
def late(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """M1 waits for a pot that comes ten days too late; M2 for a mug that nobody has ordered."""
    it_is(monkeypatch, TODAY)
    shop.stock("POT0 MUG0 TEA9")
    shop.order("M1", "POT1 TEA2", PLACED)
    shop.order("M2", "MUG1", "2026-01-11T09:00:00Z")
    shop.done("expect --sku POT --qty 1 --on 2026-02-10 --ref PO-7")
    return shop


def it_is(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(promises, "today", lambda: day)


def listed(shop: Shop, line: str = "notices") -> dict[str, tuple[Any, ...]]:
    return {
        one["order"]: (one["kind"], one["told"], one["day"], one["by"], one["answer"])
        for one in shop.done(f"{line} --json").json
    }


def test_says_who_must_hear_what_and_by_when_the_most_urgent_first(late: Shop) -> None:
    assert late.done("notices --json").json == [
        {
            "order": "M1",
            "customer": "",
            "kind": "late",
            "units": [{"sku": "POT", "quantity": 1}, {"sku": "TEA", "quantity": 2}],
            "told": None,
            "day": "2026-02-10",
            "by": LAST,
            "answer": "silence",
        },
        {
            "order": "M2",
            "customer": "",
            "kind": "no-day",
            "units": [{"sku": "MUG", "quantity": 1}],
            "told": None,
            "day": None,
            "by": "2026-02-10",
            "answer": "yes",
        },
    ]


def test_the_table_says_what_each_kind_means(late: Shop) -> None:
    out = late.done("notices").out
    assert "To be told · 2" in out
    assert "late · 1: they go later than expected" in out
    assert "no-day · 1: no day can be promised" in out


def test_a_quiet_night_says_in_one_line_who_is_to_be_told_until_the_list_is_taken(late: Shop) -> None:
    line = f"to be told: 1 late, 1 no-day; the first, M1, by {LAST}: `backsplit notices` has them all\n"
    assert late.done("notices --quiet")[1:] == (line, "")
    assert "To be told · 2" in late.done("notices --quiet --take").out
    assert late.done("notices --quiet")[1:] == ("", "")


def test_the_csv_has_a_row_for_each_sku(late: Shop) -> None:
    rows = list(csv.DictReader(io.StringIO(late.done("notices --csv").out)))
    assert [(row["order"], row["sku"], row["by"]) for row in rows] == [
        ("M1", "POT", LAST),
        ("M1", "TEA", LAST),
        ("M2", "MUG", "2026-02-10"),
    ]


def test_a_shop_that_promises_no_day_and_tells_nobody_sees_a_short_list(shop: Shop) -> None:
    shop.stock("MUG0")
    rows = "".join(f"M{n},MUG,1,2026-{1 + n % 9:02}-01\n" for n in range(300))
    shop.done("import orders -", f"order,sku,quantity,placed_at\n{rows}")
    out = shop.done("notices").out
    assert len(out.splitlines()) < 24
    assert "… and 290 more" in out


def test_the_table_says_what_is_needed_of_the_customer_and_not_what_was_answered(late: Shop) -> None:
    table = late.done("notices").out
    assert "Needs" in table
    assert "Answer" not in table
    assert re.search("M2 .* a yes ", table)
    assert re.search("M1 .* no answer ", table)


def test_nobody_is_to_be_told_anything(shop: Shop) -> None:
    assert shop.done("notices").out == "nobody is to be told anything\n"
    assert shop.done("notices --quiet").out == ""
    assert shop.done("notices --json").json == []


def test_other_days_can_be_allowed(late: Shop) -> None:
    assert listed(late, "notices --days 40") == {"M2": ("no-day", None, None, "2026-02-20", "yes")}


# Telling


def test_what_was_told_is_not_told_again_until_the_day_moves_away(late: Shop) -> None:
    assert "noted that 2 customers were told" in late.done("notices --take").out
    assert listed(late) == {}
    late.done("expect --move PO-7 --on 2026-02-09")
    assert listed(late) == {}
    late.done("expect --move PO-7 --on 2026-02-15")
    assert listed(late) == {"M1": ("again", "2026-02-10", "2026-02-15", "2026-02-10", "yes")}
    assert "the customer was told (late, 2026-02-10)" in late.done("history M1").out


def test_taking_twice_is_taking_once(late: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    late.done("notices --take")
    it_is(monkeypatch, "2026-03-01")
    assert listed(late)["M2"] == ("cancel", None, None, "2026-02-10", "yes")
    late.done("notices --take")
    events = late.done("history --json").json
    assert "nothing new to note" in late.done("notices --take").out
    assert late.done("history --json").json == events


def test_a_second_take_says_which_change_noted_it_all(late: Shop) -> None:
    late.done("notices --take")
    change = late.done("history --json").json[-1]["change"]
    assert f"`backsplit undo {change}` makes new what it noted" in late.done("notices --take").out


@pytest.mark.parametrize("out", ["/dev/full", "no-such-folder/mails.csv"])
def test_notices_cannot_be_taken_where_their_file_is_not_written(late: Shop, out: str) -> None:
    late.write("export.csv", "order,sku,quantity\nM1,POT,1\n")
    before = late.done("history --json").json
    answer = late(f"notices --through export.csv --out {out} --take")
    assert (answer.code, answer.out) in ((2, ""), (5, ""))
    assert late.done("history --json").json == before
    assert set(listed(late)) == {"M1", "M2"}


def test_a_yes_takes_an_order_off_the_list(late: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    it_is(monkeypatch, "2026-03-01")
    late.done("expect --close PO-7")
    assert {kind for kind, *_ in listed(late).values()} == {"cancel"}
    assert late.done("notices --agreed M1").out == "M1: the customer agrees to wait, without a day\n"
    assert list(listed(late)) == ["M2"]
    assert "the customer agreed (to wait without a day)" in late.done("history M1").out
    late.done("undo")
    assert list(listed(late)) == ["M1", "M2"]


def test_a_yes_to_a_day_holds_until_that_day(late: Shop) -> None:
    assert late.done("notices --agreed M1").out == "M1: the customer agrees to wait until 2026-02-10\n"
    assert list(listed(late)) == ["M2"]
    late.done("expect --move PO-7 --on 2026-02-11")
    assert listed(late)["M1"][0] == "again"


def test_a_yes_holds_for_the_part_once_the_order_is_split_and_told_of(
    late: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    late.done("expect --close PO-7")
    late.done("notices --agreed M1")
    late.done("split M1")
    late.done("notices --take")
    it_is(monkeypatch, "2026-03-01")
    assert list(listed(late)) == ["M2"]


@pytest.mark.parametrize(("number", "code"), [("M9", 3), ("M3", 1)])
def test_cannot_note_a_yes_for_an_order_that_does_not_wait(late: Shop, number: str, code: int) -> None:
    late.order("M3", "TEA1")
    assert late(f"notices --agreed {number}").code == code


def test_undo_of_taking_makes_all_new_again_and_what_came_between_is_no_hindrance(late: Shop) -> None:
    before = listed(late)
    late.done("notices --take")
    late.done("prioritize M1 --priority 1")
    late.done(f"undo {late.done('history --json').json[-2]['change']}")
    assert "is taken back" in late.done("history M1").out
    assert listed(late) == before


def test_cannot_undo_taking_once_more_was_told(late: Shop) -> None:
    late.done("notices --take")
    taken = late.done("history --json").json[-1]["change"]
    late.done("notices --agreed M1")
    assert late(f"undo {taken} --json").error == "changed-since"


def test_telling_does_not_keep_a_split_from_being_undone(late: Shop) -> None:
    late.done("split M1")
    late.done("notices --take")
    split = next(e["change"] for e in late.done("history --json").json if e["event"] == "split")
    late.done(f"undo {split}")
    assert late.state()["M1"] == "Backorder POT1 TEA2"


# Parts, and orders that are given up


def test_a_part_is_told_of_with_the_first_parcel(late: Shop) -> None:
    late.done("expect --move PO-7 --on 2026-01-25")
    late.done("split M1")
    assert listed(late)["M1-backorder"] == ("split", None, "2026-01-25", LAST, None)
    late.done("notices --take")
    assert listed(late) == {}


def test_a_part_has_what_was_told_of_its_order(late: Shop) -> None:
    late.done("notices --take")
    late.done("split M1")
    assert listed(late) == {"M1-backorder": ("split", "2026-02-10", "2026-02-10", "2026-02-10", None)}


def test_what_is_given_up_here_is_told_once_and_undo_takes_that_back(late: Shop) -> None:
    late.done("cancel M2")
    assert listed(late)["M2"] == ("cancelled", None, None, "2026-02-10", None)
    late.done("notices --take")
    assert listed(late) == {}
    late.done("undo")
    assert listed(late)["M2"][0] == "cancelled"
    late.done("undo 5")
    assert listed(late)["M2"][0] == "no-day"


# A mail merge


def test_writes_the_rows_of_these_orders_with_the_notice_in_more_columns(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is(monkeypatch, TODAY)
    shop.stock("A9 B0")
    export = shopify("10 A1", "11 A1 B2", "12 B1")
    shop.write("export.csv", export)
    shop.done("sync export.csv")
    shop.order("M1", "B1")
    answer = shop.done("notices --through export.csv --out mails.csv --take")
    assert answer.out == (
        "wrote mails.csv: the rows of 2 notices\nnot in the export: M1\n"
        "noted that 2 customers were told; `backsplit undo` takes it back\n"
    )
    text = (shop.folder / "mails.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Name"], row["notice"], row["notice_units"]) for row in rows] == [
        ("#11", "no-day", "1 x A, 2 x B"),
        ("#11", "", ""),
        ("#12", "no-day", "1 x B"),
    ]
    header, *lines = export.splitlines()
    assert text.splitlines()[0].startswith(f"{header},notice,")
    assert all(any(line.startswith(f"{old},") for old in lines) for line in text.splitlines()[1:])
    assert list(listed(shop)) == ["M1"]


def test_a_mail_merge_reads_the_export_by_the_map_that_it_was_imported_with(late: Shop) -> None:
    late.write("export.csv", "Beleg;Ware;Stk\nM5;POT;1\n")
    late.done("sync export.csv --map order=Beleg --map sku=Ware --map quantity=Stk")
    late.done("notices --through export.csv --out mails.csv")
    assert (late.folder / "mails.csv").read_text(encoding="utf-8").splitlines()[1].startswith("M5;POT;1;no-day;")


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    "line",
    [
        "notices --through export.csv",
        "notices --out mails.csv",
        "notices --through export.csv --out export.csv",
        "notices --agreed M1 --take",
        "notices --json --csv",
        "notices --days 0",
    ],
)
def test_cannot_type_what_cannot_be_meant(late: Shop, line: str) -> None:
    late.write("export.csv", shopify("10 A1"))
    assert late(line).code == 2
