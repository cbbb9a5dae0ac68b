"""Expected receipts: said, moved, closed, received; and the promised days that follow (rule 15)."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backsplit.domain.promises import Replay
from backsplit.repository import promises as promise_rows
from backsplit.services import promises
from conftest import Shop, new_file

THIRD, FIFTH, TENTH = "2026-12-03", "2026-12-05", "2026-12-10"


@pytest.fixture
def tea(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Three orders wait for teapots, and the last of them for a mug too. It is 1 December."""
    monkeypatch.setattr(promises, "today", lambda: "2026-12-01")
    shop.stock("POT0 MUG0 TEA9")
    shop.order("M1", "POT4", "2026-01-01T09:00:00Z")
    shop.order("M2", "POT2 TEA1", "2026-01-02T09:00:00Z")
    shop.order("M3", "POT3 MUG1", "2026-01-03T09:00:00Z")
    return shop


def expect(shop: Shop, sku: str, qty: int, on: str, ref: str) -> Any:
    return shop.done(f"expect --sku {sku} --qty {qty} --on {on} --ref {ref} --json").json


def promised(shop: Shop) -> dict[str, str | None]:
    return {it["order"]: it["promised"] for it in shop.done("promise --json").json}


def listed(shop: Shop, line: str = "expect --all") -> dict[str, tuple[int, int, int, str]]:
    return {
        f"{row['ref']} {row['sku']}": (row["expected"], row["received"], row["left"], row["on"])
        for row in shop.done(f"{line} --json").json
    }


# Saying what is expected


def test_can_say_what_comes_and_it_tells_whom_that_gives_a_day(tea: Shop) -> None:
    said = expect(tea, "POT", 6, THIRD, "PO-7")
    assert said["expected"] == [
        {"ref": "PO-7", "sku": "POT", "expected": 6, "received": 0, "left": 6, "on": THIRD, "overdue": False}
    ]
    assert said["moved"] == [
        {"order": "M1", "from": None, "to": THIRD},
        {"order": "M2", "from": None, "to": THIRD},
    ]
    assert tea.done("history --sku POT --json").json[-1]["reason"] == f"PO-7, on {THIRD}"


def test_can_leave_the_reference_out(tea: Shop) -> None:
    assert "E1: 1 × POT" in tea.done(f"expect --sku POT --qty 1 --on {THIRD}").out
    assert "E2: 1 × POT" in tea.done(f"expect --sku POT --qty 1 --on {THIRD}").out


def test_can_say_it_again_with_another_quantity_and_day(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    assert expect(tea, "POT", 9, FIFTH, "PO-7")["moved"][0] == {"order": "M1", "from": THIRD, "to": FIFTH}
    assert listed(tea) == {"PO-7 POT": (9, 0, 9, FIFTH)}
    again = expect(tea, "POT", 9, FIFTH, "PO-7")
    assert (again["expected"], again["moved"], again["skipped"], again["notices"]) == ([], [], [], [])


FILE = "PO number;Item SKU;Qty;Due date\nPO-7;POT;6;03.12.2026\nPO-8;MUG;1;31.12.2026\nPO-7;POT;1;3 Dec 2026\n"


def test_can_read_a_file_once_and_again_every_night(tea: Shop) -> None:
    tea.write("po.csv", FILE)
    tea.done("expect --file po.csv")
    assert listed(tea) == {"PO-7 POT": (7, 0, 7, THIRD), "PO-8 MUG": (1, 0, 1, "2026-12-31")}
    assert tea.done("expect --file po.csv").out == "nothing changed\n"
    tea.done("receive --of PO-7 --sku POT --qty 2")
    tea.done("expect --close PO-7")
    assert tea.done("expect --file po.csv").out == "nothing changed\n"
    assert listed(tea)["PO-7 POT"] == (2, 2, 0, THIRD)


def test_can_read_a_file_without_references_under_its_name(tea: Shop) -> None:
    tea.write("po-december.json", '[{"sku": "POT", "quantity": 6, "date": "2026-12-03T23:30:00-05:00"}]')
    tea.done("expect --file po-december.json")
    assert listed(tea) == {"po-december POT": (6, 0, 6, THIRD)}


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sku,quantity\nPOT,6\n", "Incoming"),
        ("sku,quantity,date\nPOT,6,soon\n", "not a date"),
        ("sku,quantity,date\nPOT,0,2026-12-03\n", "nothing left to come"),
        ("sku,quantity,date\nPOT,1,\n", "no day yet"),
        ("sku,quantity,date\nPOT,1,01/02/2027\n", "--date-order"),
        ("sku,quantity,date\n", "no line"),
    ],
)
def test_cannot_read_a_file_that_does_not_tell(tea: Shop, text: str, said: str) -> None:
    answer = tea("expect --file - --json", text)
    assert (answer.code, answer.error) == (5, "bad-input")
    assert said in answer.err
    assert listed(tea) == {}


def test_cannot_expect_a_sku_that_nobody_knows_unless_it_is_taken_in(tea: Shop) -> None:
    answer = tea(f"expect --sku PTO --qty 1 --on {THIRD}")
    assert answer.code == 3
    assert "the nearest: POT" in answer.err
    tea.done(f"expect --sku PTO --qty 1 --on {THIRD} --create")


@pytest.mark.quick_cases(5)
@pytest.mark.parametrize(
    "line",
    [
        "expect --sku POT --qty 1",
        "expect --sku POT --on 2026-12-03",
        "expect --on 2026-12-03",
        "expect --move PO-7",
        "expect --close PO-7 --on 2026-12-03",
        "expect --move PO-7 --close PO-7 --on 2026-12-03",
        "expect --sku POT --qty 1 --on 3/12/2026",
        "expect --sku POT --qty 1 --on 2026-02-30",
        "expect --sku POT --qty 1 --on 2026-12-03 --ref ' '",
        "expect --move ' ' --on 2026-12-03",
        "expect --close ' '",
        "receive --of ' '",
        "receive",
        "receive --of PO-7 --sku POT",
    ],
)
def test_cannot_type_what_cannot_be_meant(tea: Shop, line: str) -> None:
    assert tea(line).code == 2


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", [f"expect --move PO-77 --on {THIRD}", "expect --close PO-77", "receive --of PO-77"])
def test_cannot_name_a_reference_that_there_is_not(tea: Shop, line: str) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    answer = tea(line)
    assert answer.code == 3
    assert "the nearest: PO-7" in answer.err


# Listing


def test_the_overdue_stand_at_the_top_in_red_and_nothing_is_promised_on_them(
    tea: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    expect(tea, "MUG", 6, FIFTH, "PO-8")
    monkeypatch.setattr(promises, "today", lambda: THIRD)
    assert promised(tea)["M1"] == THIRD
    monkeypatch.setattr(promises, "today", lambda: "2026-12-04")
    assert set(promised(tea).values()) == {None}
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[31m" in tea.done("expect").out.splitlines()[2]
    assert [row["overdue"] for row in tea.done("expect --json").json] == [True, False]
    assert tea.done("expect --csv").out.splitlines()[1] == f"PO-7,POT,6,0,6,{THIRD},yes"


def test_today_is_the_day_where_the_shop_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import time  # noqa: PLC0415

    there = set()
    for zone in ("Etc/GMT+12", "Etc/GMT-14"):  # 26 hours apart
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        there.add(promises.today())
    monkeypatch.undo()
    time.tzset()
    assert len(there) == 2


# A date that moves


def test_a_day_that_moves_names_exactly_who_slips(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    expect(tea, "POT", 3, FIFTH, "PO-8")
    expect(tea, "MUG", 1, THIRD, "PO-9")
    before = promised(tea)
    assert before == {"M1": THIRD, "M2": THIRD, "M3": FIFTH}
    line = f"expect --move PO-7 --on {TENTH} --dry-run"
    # M2 fits into what PO-8 brings, so that it only slips to the fifth; M1 and M3 wait for PO-7.
    assert tea.done(f"{line} --json").json["moved"] == [
        {"order": "M1", "from": THIRD, "to": TENTH},
        {"order": "M2", "from": THIRD, "to": FIFTH},
        {"order": "M3", "from": FIFTH, "to": TENTH},
    ]
    assert tea.done(f"{line} --csv").out == (
        f"order,customer,from,to\nM1,,{THIRD},{TENTH}\nM2,,{THIRD},{FIFTH}\nM3,,{FIFTH},{TENTH}\n"
    )
    assert f"M2: {THIRD} → {FIFTH}" in tea.done(line).out
    assert promised(tea) == before
    tea.done(line.removesuffix(" --dry-run"))
    assert promised(tea) == {"M1": TENTH, "M2": FIFTH, "M3": TENTH}


def test_closing_gives_up_the_rest_and_says_whom_that_leaves_without_a_day(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    tea.done("receive --of PO-7 --sku POT --qty 1")
    assert f"M1: {THIRD} → no day" in tea.done("expect --close PO-7").out
    assert listed(tea) == {"PO-7 POT": (1, 1, 0, THIRD)}
    assert listed(tea, "expect") == {}
    assert tea("expect --close PO-7 --json").error == "not-allowed"
    assert tea(f"expect --move PO-7 --on {FIFTH} --json").error == "not-allowed"


# Receiving what was expected


def test_receive_of_a_reference_alone_books_all_that_is_left(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    expect(tea, "MUG", 2, FIFTH, "PO-7")
    tea.done("receive --of PO-7 --sku MUG --qty 1")
    done = tea.done("receive --of PO-7 --ref ASN-1 --json").json
    assert {(it["sku"], it["quantity"]) for it in done["received"]} == {("POT", 6), ("MUG", 1)}
    assert (done["of"], done["released"]) == ("PO-7", ["M1", "M2"])
    assert tea.done("receive --of PO-7 --ref ASN-1 --json").json["repeated"]
    assert tea("receive --of PO-7 --json").error == "not-allowed"
    assert listed(tea) == {"PO-7 POT": (6, 6, 0, THIRD), "PO-7 MUG": (2, 2, 0, FIFTH)}


def test_a_short_delivery_leaves_the_rest_expected(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    assert f"4 × POT still expected on {THIRD}" in tea.done("receive --of PO-7 --sku POT --qty 2").out
    assert listed(tea, "expect") == {"PO-7 POT": (6, 2, 4, THIRD)}
    assert promised(tea) == {"M1": THIRD, "M3": None}


def test_a_late_delivery_is_received_as_any_other(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    monkeypatch.setattr(promises, "today", lambda: TENTH)
    assert tea.done("receive --of PO-7 --json").json["released"] == ["M1", "M2"]
    assert listed(tea) == {"PO-7 POT": (6, 6, 0, THIRD)}


def test_more_than_expected_is_taken_and_leaves_nothing_to_come(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    assert "2 × POT more than expected" in tea.done("receive --of PO-7 --sku POT --qty 8").out
    assert listed(tea) == {"PO-7 POT": (6, 8, 0, THIRD)}
    assert tea.figures()["POT"][0] == 8


def test_a_sku_that_was_not_expected_is_taken_too(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    tea.done("receive --of PO-7 --file -", "sku,quantity\nPOT,6\nMUG,1\n")
    assert listed(tea)["PO-7 MUG"] == (0, 1, 0, "2026-12-01")


def test_a_dry_run_of_receiving_leaves_all_expected(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    tea.done("receive --of PO-7 --dry-run")
    assert listed(tea) == {"PO-7 POT": (6, 0, 6, THIRD)}


@pytest.mark.parametrize("sql", ['UPDATE expected SET received = 2, "left" = 4', "DELETE FROM expected"])
def test_check_proves_that_receipts_add_up_to_what_is_counted_as_received(tea: Shop, sql: str) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    tea.done("receive --of PO-7 --sku POT --qty 1")
    tea.done("backup broken.db")
    with closing(sqlite3.connect("broken.db")) as db:
        db.execute(sql)
        db.commit()
    (breach,) = tea("check --db broken.db --json").json["breaches"]
    assert "of POT are counted as received but its receipts hold 1" in breach


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    "line", ["receive --of PO-7 --sku POT --qty 9", f"expect --move PO-7 --on {FIFTH}", "expect --close PO-7"]
)
def test_can_undo_a_change_of_what_is_expected_and_then_the_one_before(tea: Shop, line: str) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    tea.done(line)
    events = tea.done("history --json").json
    first, change = sorted({event["change"] for event in events if "PO-7" in event["reason"]})
    assert tea(f"undo {first} --json").error == "changed-since"
    tea.done(f"undo {change}")
    assert listed(tea) == {"PO-7 POT": (6, 0, 6, THIRD)}
    tea.done(f"undo {first}")
    assert listed(tea) == {}
    tea.done("check")
    assert "backsplit expect --sku POT --qty 6 --on" in tea(f"undo {first}").err


# Where it is shown


def test_show_says_when_and_what_brings_it_and_how_many_go_before(tea: Shop) -> None:
    expect(tea, "POT", 9, THIRD, "PO-7")
    expect(tea, "MUG", 1, THIRD, "PO-8")
    said = tea.done("show M3").out
    assert f"{THIRD}, when PO-8 brings 1 × MUG, and PO-7 brings 9 × POT, after 2 orders before it" in said
    assert tea.done("show M3 --json").json["promised"] == THIRD
    assert "Promised" not in tea.done("show M1 --db " + str(_without(tea))).out


def _without(shop: Shop) -> Path:
    shop.done("backup none.db")
    shop.done("expect --close PO-7 --db none.db")
    shop.done("expect --close PO-8 --db none.db")
    return shop.folder / "none.db"


def test_list_has_the_column_where_something_is_promised(tea: Shop) -> None:
    assert "Promised" not in tea.done("list").out
    expect(tea, "POT", 4, THIRD, "PO-7")
    assert "Promised" in tea.done("list").out
    assert [order["promised"] for order in tea.done("list --json").json] == [THIRD, None, None]
    assert tea.done("list --csv").out.splitlines()[1].endswith(f",{THIRD}")


def test_a_split_tells_the_day_of_the_part(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    assert f"M2-backorder → Backorder: 2 × POT; promised {THIRD}" in tea.done("split M2 --dry-run").out
    (split,) = tea.done("split M2 --json").json["splits"]
    assert (split["processing"]["promised"], split["backorder"]["promised"]) == (None, THIRD)


def test_shortages_say_what_is_still_to_buy(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    expect(tea, "POT", 1, FIFTH, "PO-8")
    expect(tea, "MUG", 5, FIFTH, "PO-8")
    monkeypatch.setattr(promises, "today", lambda: "2026-12-04")
    pot, mug = tea.done("shortages --json").json
    assert (pot["sku"], pot["short"], pot["incoming"], pot["to_buy"], pot["next"]) == ("POT", 9, 7, 2, FIFTH)
    assert (mug["sku"], mug["short"], mug["incoming"], mug["to_buy"], mug["next"]) == ("MUG", 1, 5, 0, FIFTH)
    assert [it["to_buy"] for it in tea.done("shortages --for M3 --json").json] == [2, 0]


def test_promise_of_named_orders_comes_as_they_were_named(tea: Shop) -> None:
    expect(tea, "POT", 6, THIRD, "PO-7")
    shipped = tea.done("promise M3 M1 --json").json
    assert [(it["order"], it["promised"]) for it in shipped] == [("M3", None), ("M1", THIRD)]
    assert shipped[0]["waiting_for"] == [
        {"sku": "MUG", "short": 1, "on": None, "ref": None},
        {"sku": "POT", "short": 3, "on": None, "ref": None},
    ]
    assert tea("promise M9 --json").error == "not-found"
    assert tea.done("promise - --json").json == []
    assert len(tea.done("promise --limit 2 --json").json) == 2


def test_an_order_that_does_not_wait_has_no_promise(tea: Shop) -> None:
    tea.done("hold M1")
    assert tea.done("promise M1 --json").json == [{"order": "M1", "promised": None, "waiting_for": []}]


def test_under_strict_a_later_small_order_cannot_take_what_was_forecast(tea: Shop) -> None:
    expect(tea, "POT", 3, THIRD, "PO-7")
    expect(tea, "POT", 2, FIFTH, "PO-8")
    assert promised(tea) == {"M1": None, "M2": THIRD, "M3": None}
    tea.done("policy strict")
    assert promised(tea) == {"M1": FIFTH, "M2": None, "M3": None}
    assert "Under strict, it cannot." in " ".join(tea.done("promise --help").out.replace("│", " ").split())


# Days that a question keeps


@pytest.fixture
def many(tea: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same shop, as if so many orders waited that their days are kept."""
    monkeypatch.setattr(promise_rows, "CACHED_BEYOND", 0)
    expect(tea, "POT", 9, THIRD, "PO-7")
    expect(tea, "MUG", 1, FIFTH, "PO-8")
    return tea


def answers(shop: Shop) -> list[str]:
    lines = ("list", "list --json", "show M3", "show M3 --json", "promise --json", "promise M3 --json", "promise M2 M3")
    return [shop.done(line).out for line in lines]


def test_days_that_were_kept_are_those_that_a_replay_finds(many: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(many, "MUG", 1, THIRD, "PO-8")
    for policy in ("skip-over", "strict"):
        many.done(f"policy {policy}")
        first, kept = answers(many), answers(many)
        with monkeypatch.context() as patch, closing(sqlite3.connect(many.db)) as db:
            db.execute("DELETE FROM promised_as_of")
            db.commit()
            patch.setattr(promise_rows, "CACHED_BEYOND", 99)
            assert first == kept == answers(many)
        assert "brings 9 × POT, after 2 orders before it" in first[2]


def test_kept_days_hold_until_something_changes_or_the_day_is_another(
    many: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert promised(many) == {"M1": THIRD, "M2": THIRD, "M3": FIFTH}
    replays = []
    monkeypatch.setattr(promise_rows, "Replay", lambda *given: replays.append(given) or Replay(*given))
    many.done("list")
    assert replays == []
    many.done("hold M2")
    assert promised(many) == {"M1": THIRD, "M3": FIFTH}
    monkeypatch.setattr(promises, "today", lambda: "2026-12-04")
    assert promised(many) == {"M1": None, "M3": None}
    many.done("expect --close PO-8")
    assert promised(many) == {"M1": None, "M3": None}


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_a_question_is_answered_also_where_its_days_cannot_be_kept(many: Shop, begin: str) -> None:
    many.done("hold M2")
    with closing(sqlite3.connect(many.db, isolation_level=None)) as other:
        other.execute(begin)
        assert promised(many) == {"M1": THIRD, "M3": FIFTH}
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM promised").fetchone() == (3,)
    assert promised(many) == {"M1": THIRD, "M3": FIFTH}


# If all comes as expected and nothing else happens, each order is released on its promised day

SKUS = ["A", "B", "C"]
wanted = st.lists(st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1), min_size=1, max_size=6)
receipts = st.dictionaries(
    st.integers(2, 9), st.dictionaries(st.sampled_from(SKUS), st.integers(1, 6), min_size=1), max_size=4
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    wants=wanted,
    comes=receipts,
    there=st.fixed_dictionaries({sku: st.integers(0, 3) for sku in SKUS}),
    strict=st.booleans(),
    few=st.sampled_from([0, 99]),
    entered=st.randoms(use_true_random=False),
)
def test_each_order_is_released_on_its_promised_day(
    wants: list[dict[str, int]],
    comes: dict[int, dict[str, int]],
    there: dict[str, int],
    strict: bool,
    few: int,
    entered: Any,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(promises, "today", lambda: "2026-12-01")
        patch.setattr(promise_rows, "CACHED_BEYOND", few)
        shop = Shop(Path(folder))
        shop.db.write_bytes(new_file())
        shop.done(f"policy {'strict' if strict else 'skip-over'}")
        shop.stock(" ".join(f"{sku}{n}" for sku, n in there.items()))
        rows = [f"M{n},{sku},{units},2026-01-0{n + 1}" for n, it in enumerate(wants) for sku, units in it.items()]
        shop.done("import orders -", "\n".join(["order,sku,quantity,placed_at", *rows]) + "\n")
        lines = [f"PO-{day},{sku},{n},2026-12-0{day}" for day, it in comes.items() for sku, n in it.items()]
        entered.shuffle(lines)  # the order of entry does not matter
        if lines:
            shop.done("expect --file -", "\n".join(["ref,sku,quantity,date", *lines]) + "\n")
        said = promised(shop)
        for day in sorted(comes):
            today = f"2026-12-0{day}"
            patch.setattr(promises, "today", lambda today=today: today)
            assert promised(shop) == said
            gone = shop.done(f"receive --of PO-{day} --json").json["released"]
            assert gone == [number for number, on in said.items() if on == today]
            said = {number: on for number, on in said.items() if number not in gone}
        assert set(said.values()) <= {None}
        shop.done("check")


# Files of purchase orders as they are


def test_can_expect_what_is_still_to_come_of_a_purchase_order(tea: Shop) -> None:
    text = (
        "PO Number,SKU,Ordered,Received,Cancelled,ETA,Line status\n"
        "PO-1,POT,50,50,0,2027-03-01,Received\nPO-2,MUG,40,10,5,2027-03-05,Partially received\n"
        "PO-3,TEA,30,0,0,2027-03-09,Open\nPO-4,POT,20,0,0,2027-03-09,Cancelled\nPO-5,POT,9,0,0,2027-03-09,Draft\n"
        "Total,,149,60,5,,\n"
    )
    told = tea.done("expect --file - --map quantity=Ordered --json", text).json
    assert {row["ref"]: (row["sku"], row["left"]) for row in told["expected"]} == {
        "PO-2": ("MUG", 25),
        "PO-3": ("TEA", 30),
    }
    assert [row["reason"] for row in told["skipped"]] == ["received", "cancelled", "not confirmed"]
    assert any("Line status" in notice for notice in told["notices"])


def test_one_reference_brings_a_sku_on_two_days(tea: Shop) -> None:
    text = "PO Number,SKU,Units,ETA,Status\nACME,POT,4,2026-12-03,On Sea\nACME,POT,6,2026-12-10,Booked\nACME,MUG,1,,\n"
    told = tea.done("expect --file - --json", text).json
    assert [(row["on"], row["left"]) for row in told["expected"]] == [(THIRD, 4), (TENTH, 6)]
    assert [row["reason"] for row in told["skipped"]] == ["no day yet"]
    assert promised(tea) == {"M1": THIRD, "M2": TENTH, "M3": None}
    assert tea.done("expect --file - --json", text).json["expected"] == []
    tea.done("receive --of ACME --sku POT --qty 5")
    assert [row["left"] for row in tea.done("expect --all --json").json] == [0, 5]
    tea.done("undo")
    tea.done("expect --move ACME --on 2026-12-05")
    assert [(row["on"], row["left"]) for row in tea.done("expect --json").json] == [(FIFTH, 10)]
    tea.done("undo")
    assert [(row["on"], row["left"]) for row in tea.done("expect --json").json] == [(THIRD, 4), (TENTH, 6)]
    tea.done("receive --of ACME")
    assert tea.done("expect --json").json == []
    assert tea.done("check").out == "all is well\n"


def test_can_move_one_of_two_days_by_the_file(tea: Shop) -> None:
    text = "ref,sku,quantity,date\nACME,POT,4,{}\nACME,POT,6,2026-12-10\n"
    tea.done("expect --file -", text.format(THIRD))
    tea.done("expect --file -", text.format(FIFTH))
    assert [(row["on"], row["left"]) for row in tea.done("expect --all --json").json] == [(FIFTH, 4), (TENTH, 6)]


def test_what_was_received_here_is_not_expected_again_by_a_file_that_does_not_know_it(tea: Shop) -> None:
    text = "PO Number,SKU,Ordered,Received,ETA\nPO-1,POT,40,{},2026-12-10\n"
    tea.done("expect --file - --map quantity=Ordered", text.format(10))
    tea.done("receive --of PO-1 --sku POT --qty 10")
    tea.done("expect --file - --map quantity=Ordered", text.format(10))
    assert listed(tea) == {"PO-1 POT": (30, 10, 20, TENTH)}
    tea.done("expect --file - --map quantity=Ordered", text.format(20))
    assert listed(tea) == {"PO-1 POT": (30, 10, 20, TENTH)}
    tea.done("expect --file - --map quantity=Ordered", text.format(35))
    assert listed(tea) == {"PO-1 POT": (15, 10, 5, TENTH)}


def test_can_leave_bad_rows_of_a_purchase_order_out(tea: Shop) -> None:
    text = "sku,quantity,date\nPOT,2,2026-12-03\nMUG,x,2026-12-03\n"
    assert "use --skip-bad" in tea("expect --file -", text).err
    told = tea.done("expect --file - --skip-bad --json", text).json
    assert (len(told["expected"]), [row["line"] for row in told["skipped"]]) == (1, [3])


def test_can_type_a_day_as_it_is_written_in_many_countries(tea: Shop) -> None:
    assert expect(tea, "POT", 1, "3.12.2026", "PO-1")["expected"][0]["on"] == THIRD
    assert "3.12.2026" in tea("expect --sku POT --qty 1 --on 3/12/2026").err


def test_skus_of_a_purchase_order_that_nobody_knows_are_named_with_the_other_bad_rows(tea: Shop) -> None:
    tea.write("po.csv", f"sku,quantity,date\nPTO,2,{THIRD}\nMUG,x,{THIRD}\nCUPS,1,{THIRD}\n")
    refused = tea("expect --file po.csv")
    assert refused.code == 5
    assert "po.csv: 3 rows cannot be taken, so nothing was recorded:" in refused.err
    assert "line 2: no SKU PTO is known (the nearest: POT)" in refused.err
    assert 'line 3, column "quantity"' in refused.err
    assert "line 4: no SKU CUPS is known" in refused.err
    assert "--create takes SKUs that are not known in as new" in refused.err
