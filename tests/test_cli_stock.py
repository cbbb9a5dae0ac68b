"""receive, adjust, mark, import stock, stock, shortages, policy: what there is."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing

import pytest

from backsplit.repository import report
from conftest import Shop


@pytest.fixture
def short(shop: Shop) -> Shop:
    """BIG and SMALL wait for A, and MIXED also for B."""
    shop.stock("A0 B0")
    shop.order("BIG", "A5", "2026-01-01T09:00:00Z")
    shop.order("SMALL", "A2", "2026-01-02T09:00:00Z")
    shop.order("MIXED", "A1 B1", "2026-01-03T09:00:00Z")
    return shop


def test_receiving_names_who_was_passed_over_and_what_they_lack(short: Shop) -> None:
    answer = short.done("receive --sku A --qty 2 --ref ASN-1 --json").json
    assert answer == {
        "dry_run": False,
        "ref": "ASN-1",
        "of": None,
        "repeated": False,
        "received": [{"sku": "A", "quantity": 2, "on_hand": 2}],
        "released": ["SMALL"],
        "passed_over": [
            {"order": "BIG", "placed_at": "2026-01-01T09:00:00Z", "short": [{"sku": "A", "quantity": 5}]},
        ],
        "mergeable": [],
        "skipped": [],
        "notices": [],
        "made": 4,
        "together": [],
        "on_lists": [],
    }


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("receive --sku 'A B'", "receive --sku 'A B' --qty 5"),
        ("receive --of PO-7 --qty 3", "receive --sku TEAPOT-CAST --qty 3"),
        ("expect --sku A --on 2026-12-09", "expect --sku A --qty 5 --on 2026-12-09"),
        ("expect --qty 3", "expect --sku TEAPOT-CAST --qty 3 --on 2026-12-03"),
    ],
)
def test_a_sku_without_a_quantity_is_answered_with_a_line_to_type(shop: Shop, line: str, suggestion: str) -> None:
    answer = shop(line)
    assert (answer.code, answer.err) == (2, f"backsplit: --sku and --qty go together\nAs in: backsplit {suggestion}\n")


def test_a_dry_run_names_them_too_and_books_nothing(short: Shop) -> None:
    said = short.done("receive --sku A --qty 2 --dry-run --json").json
    assert (said["dry_run"], said["released"]) == (True, ["SMALL"])
    assert short.figures()["A"] == (0, 0)
    assert short.done("receive --sku A --qty 2 --json").json["released"] == ["SMALL"]


def test_a_blank_reference_cannot_name_a_delivery(short: Shop) -> None:
    assert short("receive --sku A --qty 2 --ref '' --json").error == "usage"
    assert short.figures()["A"] == (0, 0)


def test_a_reference_cannot_stand_for_two_deliveries(short: Shop) -> None:
    short.done("receive --sku A --qty 2 --ref ASN-1")
    answer = short("receive --sku A --qty 3 --ref ASN-1 --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert short.figures()["A"] == (2, 2)


def test_a_whole_delivery_of_which_a_part_was_booked_can_be_booked_after_an_undo_and_not_under_another_reference(
    short: Shop,
) -> None:
    made = short.done("receive --sku A --qty 2 --ref ASN-77 --json").json["made"]
    refused = short("receive --file - --ref ASN-77", "sku,quantity\nA,2\nB,5\n")
    assert refused.code == 1
    assert f"ASN-77 was received before with other contents (2 × A), in change {made}" in refused.err
    assert f"backsplit undo {made}" in refused.err
    assert "reference" not in refused.err
    short.done(f"undo {made} --yes")
    assert short.done("receive --file - --ref ASN-77 --json", "sku,quantity\nA,2\nB,5\n").json["repeated"] is False
    assert short.figures()["A"][0] == 2


def test_the_rest_of_a_delivery_can_be_booked_where_its_first_part_was_counted_and_cannot_be_undone(
    short: Shop,
) -> None:
    short.write("d.csv", "sku,quantity\nA,2\n")
    made = short.done("receive --file d.csv --ref ASN-77 --json").json["made"]
    short.stock("A2")
    assert short(f"undo {made} --yes").code == 1
    short.write("d.csv", "sku,quantity\nA,20\nB,5\n")
    refused = short("receive --file d.csv --ref ASN-77")
    assert refused.err.startswith("backsplit: d.csv: ASN-77 was received before with other contents (2 × A)")
    rest = "backsplit receive A=18 B=5"
    assert f"if this is the whole delivery, book the rest of it: {rest}\n" in refused.err
    before = short.figures()["B"][0]
    short.done(rest.removeprefix("backsplit "))
    assert (short.figures()["A"][0], short.figures()["B"][0]) == (20, before + 5)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A,1\n", None),  # less than was booked
        ("B,5\n", None),  # something else
        ("A,2\n" + "".join(f"X{n},1\n" for n in range(6)), "backsplit receive --file REST --of PO-7"),
    ],
)
def test_what_is_no_rest_cannot_be_booked_as_one_and_many_rows_need_a_file(
    short: Shop, rows: str, said: str | None
) -> None:
    short.done("expect A=9 --on 2999-01-01 --ref PO-7")
    short.done("receive A=2 --of PO-7 --ref ASN-77")
    refused = short("receive --file - --of PO-7 --ref ASN-77 --create", f"sku,quantity\n{rows}")
    assert refused.code == 1
    assert ("book the rest of it" in refused.err) is (said is not None)
    assert said is None or said in refused.err


def test_a_file_that_was_received_before_is_named_and_is_to_be_moved_away(short: Shop) -> None:
    short.write("d.csv", "sku,quantity\nA,2\n")
    short.write("copy.csv", "sku,quantity\nA,2\n")
    short.done("receive --file d.csv")
    first, second = short("receive --file copy.csv").err.splitlines()
    assert first.startswith("backsplit: copy.csv was received before, in change ")
    assert first.endswith(": move it away")
    assert "--again books it once more" in second


def test_blanks_at_the_ends_of_a_reference_cannot_make_another_delivery_of_it(short: Shop) -> None:
    short.done("receive --sku A --qty 2 --ref 'ASN-77 '")
    assert short.done("receive --sku A --qty 2 --ref ASN-77 --json").json["repeated"]
    assert short.done("receive --sku A --qty 2 --ref ' ASN-77' --json").json["ref"] == "ASN-77"
    assert short("receive --sku A --qty 3 --ref 'ASN-77  ' --json").error == "not-allowed"
    assert short.figures()["A"][0] == 2


def test_an_unknown_sku_is_refused_with_the_nearest(shop: Shop) -> None:
    shop.stock("MUGBLUE1 MUGRED1")
    answer = shop("receive --sku MUGBLU --qty 1 --json")
    assert (answer.code, answer.error) == (3, "unknown-sku")
    assert "MUGBLUE" in answer.err
    assert shop.done("receive --sku MUGBLU --qty 1 --create --json").json["received"][0]["on_hand"] == 1


def test_a_delivery_file_is_booked_whole_or_not_at_all(short: Shop) -> None:
    answer = short("receive --file - --json", "sku,quantity\nA,2\nNEW,1\n")
    assert (answer.code, answer.error) == (3, "unknown-sku")
    assert short.figures()["A"] == (0, 0)
    done = short.done("receive --file - --json", "sku,quantity\nA,1\nB,1\nA,1\n").json
    assert [(it["sku"], it["quantity"]) for it in done["received"]] == [("A", 2), ("B", 1)]
    assert done["released"] == ["SMALL"]


def test_every_row_of_a_delivery_that_cannot_be_taken_is_named_at_once_with_the_nearest_sku(shop: Shop) -> None:
    shop.stock("MUG0 POT0")
    shop.write("d.csv", "sku,quantity\nMGU,2\nPOT,x\nPTO,1\nMUG,3\n")
    refused = shop("receive --file d.csv")
    assert refused.code == 5
    assert refused.err.splitlines() == [
        "backsplit: d.csv: 3 rows cannot be taken, so nothing was received:",
        "  line 2: no SKU MGU is known (the nearest: MUG)",
        '  line 3, column "quantity": "x" is not a whole number',
        "  line 4: no SKU PTO is known (the nearest: POT)",
        "correct the file, or use --skip-bad",
        "--create takes SKUs that are not known in as new",
    ]
    assert shop.figures()["MUG"] == (0, 0)


def test_rows_with_skus_that_nobody_knows_can_be_left_out(shop: Shop) -> None:
    shop.stock("MUG0")
    told = shop.done("receive --file - --skip-bad --json", "sku,quantity,ref\nMGU,2,\nMUG,3,D1\n").json
    assert [(row["line"], row["reason"]) for row in told["skipped"]] == [(2, "unknown SKU")]
    assert "(left out: 1 × unknown SKU)" in shop("receive --file - --skip-bad", "sku,quantity\nMGU,2\n").err
    assert shop.figures()["MUG"] == (3, 0)


def test_a_delivery_file_cannot_have_two_references(short: Shop) -> None:
    assert short("receive --file -", "sku,quantity,ref\nA,2,R1\nB,1,R2\n").code == 5
    assert short.figures()["A"] == (0, 0)


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("line", ["receive", "receive --sku A", "receive --qty 1", "receive --sku A --file x --qty 1"])
def test_receiving_cannot_be_typed_without_saying_what(short: Shop, line: str) -> None:
    assert short(line).code == 2


def test_a_correction_can_go_up_and_release(short: Shop) -> None:
    answer = short.done("adjust --sku A --by 2 --reason 'found two' --json").json
    assert (answer["released"], answer["returned"]) == (["SMALL"], [])
    assert short.done("history --sku A --json").json[-2]["reason"] == "found two"


def test_a_correction_can_go_down_and_names_who_waits_again(shop: Shop) -> None:
    shop.stock("A4 B4")
    shop.order("M1", "A2")
    shop.order("M2", "A2 B1", "2026-01-02T09:00:00Z")
    answer = shop.done("adjust --sku A --to 3 --reason broken --json").json
    assert answer["returned"] == ["M2"]
    assert [(order["number"], order["status"]) for order in answer["changed"]] == [("M2", "Backorder")]
    assert shop.figures() == {"A": (3, 2), "B": (4, 0)}


def test_an_order_that_gives_its_stock_back_has_it_in_its_history(shop: Shop) -> None:
    shop.stock("A4")
    shop.order("M1", "A2")
    shop.order("M2", "A2", "2026-01-02T09:00:00Z")
    shop.done("adjust --sku A --to 3 --reason broken")
    returned = shop.done("history M2 --json").json[-1]
    assert (returned["event"], returned["order"], returned["reason"]) == ("returned", "M2", "only 3 of A on hand")
    assert "gave its stock back" in shop.done("history M2").out
    assert [event["event"] for event in shop.done("history M1 --json").json] == ["imported"]


def test_what_a_returned_order_gives_up_can_go_to_another(shop: Shop) -> None:
    shop.stock("A1 B1")
    shop.order("M1", "A1 B1")
    shop.order("M2", "B1", "2026-01-02T09:00:00Z")
    answer = shop.done("adjust --sku A --to 0 --reason broken --json").json
    assert (answer["returned"], answer["released"]) == (["M1"], ["M2"])


def test_an_order_that_is_covered_again_at_once_has_not_changed(shop: Shop) -> None:
    shop.stock("A10")
    shop.order("M1", "A9")
    shop.order("M2", "A1", "2026-01-02T09:00:00Z")
    answer = shop.done("adjust --sku A --to 8 --reason broken --json").json
    assert (answer["returned"], answer["released"]) == (["M1"], [])
    assert shop.state() == {"M1": "Backorder A9", "M2": "Processing A1"}


@pytest.mark.parametrize("option", ["--to -1", "--by -5", "--to 1000000000001"])
def test_on_hand_cannot_leave_its_limits(short: Shop, option: str) -> None:
    answer = short(f"adjust --sku A {option} --reason x --json")
    assert (answer.code, answer.error) == (1, "bad-quantity")


@pytest.mark.parametrize(
    "line", ["adjust --sku A --by 1", "adjust --sku A --reason x", "adjust --sku A --by 1 --to 2 --reason x"]
)
def test_a_correction_cannot_be_typed_without_a_number_and_a_reason(short: Shop, line: str) -> None:
    assert short(line).code == 2


def test_a_count_follows_the_same_rule(shop: Shop) -> None:
    shop.stock("A4 B0")
    shop.order("M1", "A2")
    shop.order("M2", "A2", "2026-01-02T09:00:00Z")
    shop.order("M3", "B1", "2026-01-03T09:00:00Z")
    answer = shop.done("import stock - --json", "sku,on_hand\nA,3\nB,1\n").json
    assert (answer["returned"], answer["released"]) == (["M2"], ["M3"])
    assert (answer["added"], answer["known"]) == (0, 2)


def test_a_count_leaves_what_it_does_not_name(shop: Shop) -> None:
    shop.stock("A4 B2")
    shop.done("import stock -", "sku,on_hand\nA,3\n")
    assert shop.figures() == {"A": (3, 0), "B": (2, 0)}


def test_what_is_an_insert_can_be_said_and_taken_back(shop: Shop) -> None:
    shop.stock("A1 CARD0")
    shop.order("M1", "A1 CARD1")
    assert shop.done("mark CARD --insert --json").json[0]["insert"] is True
    assert shop("split M1 --json").error == "only-inserts-short"
    shop.done("mark CARD --no-insert")
    shop.done("split M1")


def test_cannot_mark_without_saying_how_or_what(shop: Shop) -> None:
    shop.stock("A1")
    assert shop("mark A").code == 2
    assert shop("mark NO --insert --json").error == "unknown-sku"


def test_stock_can_be_asked_for_some_skus_or_for_the_short_ones(short: Shop) -> None:
    short.done("receive --sku B --qty 9")
    assert [one["sku"] for one in short.done("stock B --json").json] == ["B"]
    assert [(one["sku"], one["final"]) for one in short.done("stock --short --json").json] == [("A", -8)]
    assert short("stock NO --json").error == "unknown-sku"


def test_a_long_stock_table_says_how_many_it_does_not_show(shop: Shop) -> None:
    rows = "".join(f"S{n:03},1\n" for n in range(150))
    shop.done("import stock -", "sku,on_hand\n" + rows)
    out = shop.done("stock").out
    assert "S099" in out
    assert "S100" not in out
    assert "… and 50 more" in out
    assert "S149" in shop.done("stock --limit 150").out
    assert len(shop.done("stock --json").json) == 150


def test_shortages_put_first_what_lets_most_orders_go(short: Shop) -> None:
    short.order("ONLYB", "B1", "2026-01-04T09:00:00Z")
    short.order("ONLYB2", "B3", "2026-01-05T09:00:00Z")
    short.order("ONLYB3", "B3", "2026-01-06T09:00:00Z")
    answer = short.done("shortages --json").json
    assert [(one["sku"], one["short"], one["orders"], one["blocks_alone"]) for one in answer] == [
        ("B", 8, 4, 3),
        ("A", 8, 3, 2),
    ]
    assert [(one["sku"], one["short"]) for one in short.done("shortages --for MIXED --json").json] == [
        ("B", 1),
        ("A", 1),
    ]


@pytest.fixture
def many(short: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The same shop, as if so many orders waited that it is kept what they lack."""
    monkeypatch.setattr(report, "CACHED_BEYOND", 0)
    short.stock("A1 B0 C2")
    short.order("ONLYB", "B3 C1", "2026-01-04T09:00:00Z")
    short.order("EARLIER", "B1 A1", "2026-01-05T09:00:00Z", priority=1)
    return short


@pytest.mark.parametrize("policy", ["skip-over", "strict"])
def test_shortages_that_were_kept_are_those_that_are_found_and_those_of_the_view(many: Shop, policy: str) -> None:
    many.done(f"policy {policy}")
    many.done("expect --sku A --qty 2 --on 2999-01-02")
    first, again = (many.done("shortages --json").json for _ in range(2))
    with closing(sqlite3.connect(many.db)) as db:
        assert db.execute("SELECT count(*) FROM shortage_cache").fetchone() == (2,)
        assert first == again
        assert [tuple(row.values()) for row in again] == db.execute("SELECT * FROM shortages").fetchall()


def test_kept_shortages_hold_until_something_changes(many: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = many.done("shortages").out
    monkeypatch.setattr(report, "FOUND", "no SQL")
    assert many.done("shortages").out == before
    monkeypatch.undo()
    many.done("receive --sku B --qty 9")
    assert [row["sku"] for row in many.done("shortages --json").json] == ["A"]


def test_shortages_are_told_also_where_they_cannot_be_kept(many: Shop) -> None:
    with closing(sqlite3.connect(many.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert [row["sku"] for row in many.done("shortages --json").json] == ["B", "A"]
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM shortage_cache").fetchone() == (0,)


def test_csv_holds_skus_as_they_are_and_free_text_as_text(shop: Shop) -> None:
    shop.done("import stock -", 'sku,name,on_hand\n"=1+1","=2+2",1\n007.00,x,2\n')
    read = list(csv.reader(io.StringIO(shop.done("stock --csv").out)))
    assert read[0][:3] == ["sku", "name", "insert"]
    assert [row[:2] for row in read[1:]] == [["007.00", "x"], ["=1+1", "'=2+2"]]


def test_another_policy_says_who_it_releases(shop: Shop) -> None:
    shop.done("policy strict")
    shop.stock("A5")
    shop.order("BIG", "A10")
    shop.order("SMALL", "A2", "2026-01-02T09:00:00Z")
    assert shop.done("policy skip-over --dry-run --json").json["released"] == ["SMALL"]
    assert shop.done("policy --json").json["policy"] == "strict"
    answer = shop.done("policy skip-over --json").json
    assert (answer["policy"], answer["released"]) == ("skip-over", ["SMALL"])
    assert shop.done("policy --json").json["policy"] == "skip-over"
    assert shop("policy whatever").code == 2


@pytest.mark.parametrize("line", ["--to 2", "--by 0"])
def test_a_correction_to_the_same_count_says_that_nothing_changed(shop: Shop, line: str) -> None:
    shop.stock("A2")
    out = shop.done(f"adjust --sku A {line} --reason counted").out
    assert out == "A: 2 on hand, 2 available\nnote: nothing changed: A had 2 on hand before\n"
    assert "note" not in shop.done("adjust --sku A --to 3 --reason counted").out
