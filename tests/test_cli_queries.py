"""init, list, show, history, check, help: what can be asked, in a pipe and on a terminal."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import stat
import subprocess
import sys

import pytest

from backsplit.__main__ import main
from conftest import Shop, program
from robustness.processes import Terminal


def test_init_makes_a_file_for_its_owner_alone(empty: Shop) -> None:
    assert empty.done("init --policy strict --json").json["policy"] == "strict"
    assert stat.S_IMODE(empty.db.stat().st_mode) == 0o600


def test_init_cannot_change_a_file_that_is_there(shop: Shop) -> None:
    shop.stock("A1")
    answer = shop.done("init --policy strict")
    assert "already" in answer.out
    assert shop.done("policy --json").json["policy"] == "skip-over"
    assert shop.figures() == {"A": (1, 0)}


@pytest.mark.parametrize("line", ["list", "show M1", "split M1", "receive --sku A --qty 1", "check", "stock"])
def test_nothing_but_init_makes_a_file(empty: Shop, line: str) -> None:
    answer = empty(f"{line} --json")
    assert (answer.code, answer.error) == (4, "no-database")
    assert "init" in answer.err
    assert not empty.db.exists()


def test_the_file_can_be_named_before_and_after_the_command_and_by_the_environment(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shop.folder / "other.db"
    assert shop.done(f"init --db {other}").code == 0
    assert other.exists()
    monkeypatch.setenv("BACKSPLIT_DB", str(other))
    assert shop.done("list --json").json == []


def test_json_is_the_same_text_however_many_items_it_has(shop: Shop) -> None:
    assert shop.done("stock --json").out == shop.done("history --json").out == "[]\n"
    skus = [f"SKU-{n}é" for n in range(250)]
    shop.done("import stock -", "sku,on_hand\n" + "".join(f"{sku},1\n" for sku in skus))
    for line in ("stock --json", "history --limit 250 --json"):
        out = shop.done(line).out
        assert sorted(one["sku"] for one in json.loads(out)) == sorted(skus)
        assert out == json.dumps(json.loads(out), ensure_ascii=False) + "\n"


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    shop.stock("A3 B0")
    shop.order("M2", "A1 B1", "2026-01-02T09:00:00Z")
    shop.order("M1", "A1", "2026-01-03T09:00:00Z")
    shop.order("M3", "B1", "2026-01-01T09:00:00Z", priority=200)
    return shop


def test_list_groups_by_status_the_oldest_first(mixed: Shop) -> None:
    out = mixed.done("list").out
    assert out.index("Backorder · 2") < out.index("M3") < out.index("M2") < out.index("Processing · 1")
    assert [order["number"] for order in mixed.done("list --json").json] == ["M3", "M2", "M1"]


def test_list_says_what_each_waits_for(mixed: Shop) -> None:
    row = next(line for line in mixed.done("list --status backorder").out.splitlines() if line.startswith("M2"))
    assert row.split()[-1] == "1×B"


def test_list_can_be_narrowed(mixed: Shop) -> None:
    assert [it["number"] for it in mixed.done("list --status processing --json").json] == ["M1"]
    assert [it["number"] for it in mixed.done("list --sku B --json").json] == ["M3", "M2"]
    assert mixed.done("list --older-than 999w --json").json == []
    assert [it["number"] for it in mixed.done("list --limit 1 --json").json] == ["M3"]
    assert mixed("list --sku NO --json").error == "unknown-sku"


def test_list_says_how_many_it_does_not_show(shop: Shop) -> None:
    shop.stock("A0")
    rows = "".join(f"N{n},A,1,2026-01-01T00:00:00Z\n" for n in range(1225))
    shop.done("import orders -", "order,sku,quantity,placed_at\n" + rows)
    assert "… and 1,205 more" in shop.done("list").out
    assert "… and 1,224 more" in shop.done("list --limit 1").out


def test_list_of_one_sku_counts_the_orders_with_it_alone(shop: Shop) -> None:
    shop.stock("A0 B0")
    rows = "".join(f"A{n},A,1\nA{n},B,1\nB{n},B,1\n" for n in range(25))
    shop.done("import orders -", "order,sku,quantity\n" + rows)
    out = shop.done("list --sku A").out
    assert "Backorder · 25\n" in out
    assert "… and 5 more" in out
    assert "B1 " not in out
    assert "… and 22 more" in shop.done("list --sku A --limit 3").out
    assert "Backorder · 50\n" in shop.done("list --sku B").out


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("word", ["on-hold", "On Hold", "on_hold", "onhold", "ON-HOLD"])
def test_a_status_can_be_typed_in_any_way(mixed: Shop, word: str) -> None:
    mixed.done("hold M1")
    assert [it["number"] for it in mixed.done(f"list --status '{word}' --json").json] == ["M1"]


def test_a_status_cannot_be_invented(mixed: Shop) -> None:
    answer = mixed("list --status waiting --json")
    assert (answer.code, answer.error) == (2, "usage")


def test_show_says_why_an_order_waits_and_who_has_the_stock(mixed: Shop) -> None:
    mixed.order("M4", "A5", "2026-01-04T09:00:00Z")
    out = mixed.done("show M4").out
    assert "A: wants 5, 2 available, 3 short" in out
    assert "held by orders in Processing: M1 (1)" in out
    shown = mixed.done("show M4 --json").json
    assert shown["waiting_for"] == [{"sku": "A", "short": 3}]
    assert list(shown["history"][0]) == [
        "at",
        "event",
        "order",
        "sku",
        "quantity",
        "reason",
        "user",
        "change",
        "command",
    ]


def test_show_names_the_newest_holders_first(shop: Shop) -> None:
    shop.stock("A10")
    for n in range(1, 5):  # the last that comes in was placed first
        shop.order(f"M{n}", f"A{n}", f"2026-01-0{6 - n}T09:00:00Z")
    shop.order("M5", "A1", "2026-01-09T09:00:00Z")
    assert "held by orders in Processing: M4 (4), M3 (3), M2 (2) and 1 more" in shop.done("show M5").out


def test_show_says_under_strict_what_is_kept_for_others(mixed: Shop) -> None:
    mixed.done("policy strict")
    mixed.order("M4", "A2", "2026-01-04T09:00:00Z")
    out = mixed.done("show M4").out
    assert "A: wants 2, 2 available, 1 short" in out
    assert "1 of the available are kept for earlier orders (M2" in out


def test_show_cannot_show_what_is_not_there(mixed: Shop) -> None:
    answer = mixed("show M9 --json")
    assert (answer.code, answer.error, answer.out) == (3, "not-found", "")


def test_the_history_can_be_read_by_someone_who_was_not_there(mixed: Shop) -> None:
    mixed.done("split M2")
    mixed.done("receive --sku B --qty 1 --ref ASN-7")
    mixed.done("ship M2")
    out = mixed.done("history M2").out
    for said in ("came in: Backorder, 2 units", "the rest waits on M2-backorder", "1 × A shipped"):
        assert said in out
    assert "covered by stock: Processing (ASN-7)" in mixed.done("history M2-backorder").out
    of_sku = [event["event"] for event in mixed.done("history --sku B --json").json]
    assert "received" in of_sku
    assert "split-off" in of_sku


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("few", [0, 1000])
def test_the_last_events_of_a_sku_are_the_end_of_its_story(
    mixed: Shop, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("backsplit.repository.history.READ_AT_ONCE", few)
    mixed.done("split M2")
    mixed.done("merge M2-backorder")
    mixed.done("split M2")
    mixed.done("receive --sku B --qty 1 --ref ASN-7")
    mixed.done("ship M2")
    mixed.done("amend M2-backorder --add A=1 --wait")
    for n in range(5):
        mixed.order(f"N{n}", "B1" if n % 2 else "A1", "2026-02-01T09:00:00Z")
    for sku in ("A", "B"):
        story = mixed.done(f"history --sku {sku} --json").json
        for limit in range(1, len(story) + 2):
            assert mixed.done(f"history --sku {sku} --limit {limit} --json").json == story[-limit:]


def test_the_story_of_a_sku_is_the_same_after_a_split_and_a_merge(mixed: Shop) -> None:
    def story() -> list[tuple[str, str]]:
        events = mixed.done("history --sku B --json").json
        return [(event["order"], event["event"]) for event in events if event["order"] in ("M2", "M2-backorder")]

    assert story() == [("M2", "backordered")]
    mixed.done("split M2")
    mixed.done("hold M2-backorder")
    told = story()
    assert told == [("M2", "backordered"), ("M2", "split"), ("M2-backorder", "split-off"), ("M2-backorder", "held")]
    mixed.done("merge M2-backorder")
    assert story()[:4] == told
    assert [event["event"] for event in mixed.done("history M2 --sku B --json").json][:2] == ["backordered", "split"]


def test_the_history_cannot_be_altered(mixed: Shop) -> None:
    with sqlite3.connect(mixed.db) as db:
        for statement in ("UPDATE events SET quantity = 0", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="never altered"):
                db.execute(statement)
    db.close()


def test_a_history_of_nothing_names_no_zone(shop: Shop) -> None:
    assert shop.done("history").out.startswith("No.  When  Order  What\n")


def test_history_gives_the_last_events_in_order(mixed: Shop) -> None:
    events = mixed.done("history --json").json
    assert mixed.done("history --limit 2 --json").json == events[-2:]
    assert mixed("history M9 --json").error == "not-found"


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    ("damage", "word"),
    [
        ("UPDATE products SET on_hand = 9 , allocated = 9 WHERE sku = 'A'", "allocated"),
        ("DELETE FROM order_lines WHERE order_id = 2", "no lines"),
        ("UPDATE order_lines SET quantity = 7 WHERE order_id = 1 AND line_no = 1", "units"),
        ("UPDATE products SET on_hand = 5 WHERE sku = 'B'", "covers it"),
        ("DELETE FROM queue WHERE order_id = 1", "queue"),
    ],
)
def test_check_finds_each_kind_of_breach(empty: Shop, damage: str, word: str) -> None:
    empty.done("init")
    empty.stock("A3 B0")
    empty.order("M1", "A1 B1")
    empty.order("M2", "A1")
    with sqlite3.connect(empty.db) as db:
        db.execute(damage)
    db.close()
    answer = empty("check --json")
    assert answer.code == 1
    assert answer.json["ok"] is False
    assert any(word in breach for breach in answer.json["breaches"])


@pytest.mark.parametrize("words", [[], ["import"]])
def test_typing_nothing_gives_the_help_and_no_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) in (0, 2)
    said = capsys.readouterr()
    assert "Usage" in said.out + said.err or "The commands of a day" in said.out
    assert "backsplit: " not in said.err


@pytest.mark.slow
def test_who_has_seen_enough_is_not_told_of_an_error(shop: Shop) -> None:
    shop.stock("A0")
    rows = "".join(f"N{n},A,1\n" for n in range(3000))
    shop.done("import orders -", "order,sku,quantity\n" + rows)
    for options in ("--csv", "--json", "--limit 3000"):
        command = f"{shlex.quote(sys.executable)} -m backsplit --db {shop.db} list {options}"
        line = f"{command} | head -1; echo ${{PIPESTATUS[0]}}"
        process = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        assert process.stderr == ""
        assert process.stdout.splitlines()[-1] == "0"


def test_a_mistyped_command_gets_the_nearest(empty: Shop) -> None:
    answer = empty("slpit M1")
    assert answer.code == 2
    assert "did you mean split" in answer.err


def test_the_file_can_be_read_in_any_sqlite_browser(mixed: Shop) -> None:
    db = sqlite3.connect(mixed.db)
    db.row_factory = sqlite3.Row
    (stock,) = db.execute("SELECT * FROM stock WHERE sku = 'B'").fetchall()
    assert dict(stock) == {
        "sku": "B",
        "name": "",
        "is_insert": 0,
        "on_hand": 0,
        "allocated": 0,
        "available": 0,
        "owed": 2,
        "final": -2,
        "first_day": None,
    }
    lines = db.execute("SELECT order_number, sku, quantity FROM open_orders WHERE status = 'Backorder'").fetchall()
    assert [tuple(line) for line in lines] == [("M2", "A", 1), ("M2", "B", 1), ("M3", "B", 1)]
    done = db.execute("SELECT DISTINCT command FROM history").fetchall()
    assert [line["command"] for line in done] == ["import stock", "import orders"]
    db.close()


@pytest.mark.slow
def test_on_a_terminal_a_split_is_shown_and_asked_for(mixed: Shop) -> None:
    terminal = Terminal(mixed, "split M2")
    terminal.wait_for("Split M2? [y/N]")
    assert "M2 → Processing" in terminal.screen
    assert "M2-backorder → Backorder" in terminal.screen
    assert mixed.state()["M2"] == "Backorder A1 B1"
    terminal.type("y\n")
    assert terminal.end() == 0
    assert mixed.state()["M2"] == "Processing A1"


def test_on_a_terminal_a_no_changes_nothing_and_the_exit_code_says_so(mixed: Shop) -> None:
    for line, question in (("split M2", "Split M2?"), ("cancel M2", "Cancel M2?")):
        terminal = Terminal(mixed, line)
        terminal.wait_for(question)
        terminal.type("n\n")
        assert terminal.end() == 1
    assert mixed.state()["M2"] == "Backorder A1 B1"


@pytest.mark.slow
def test_on_a_terminal_yes_answers_beforehand(mixed: Shop) -> None:
    terminal = Terminal(mixed, "split M2 --yes")
    assert terminal.end() == 0
    assert "[y/N]" not in terminal.screen


def test_on_a_terminal_a_change_meanwhile_is_not_overlooked(mixed: Shop) -> None:
    terminal = Terminal(mixed, "split M2")
    terminal.wait_for("[y/N]")
    mixed.done("hold M2")
    terminal.type("y\n")
    assert terminal.end() == 1
    assert mixed.state()["M2"] == "On Hold A1 B1"


@pytest.mark.slow
def test_on_a_terminal_a_change_meanwhile_is_not_overlooked_for_all_either(mixed: Shop) -> None:
    terminal = Terminal(mixed, "split --all")
    terminal.wait_for("[y/N]")
    mixed.done("adjust --sku A --to 1 --reason broken")
    terminal.type("y\n")
    assert terminal.end() == 1
    assert mixed.state()["M2"] == "Backorder A1 B1"


@pytest.mark.slow
def test_on_a_terminal_tables_have_colour_and_fit(mixed: Shop) -> None:
    terminal = Terminal(mixed, "list")
    assert terminal.end() == 0
    assert "\x1b[" in terminal.screen


def test_in_a_pipe_there_is_no_colour_and_no_cell_is_cut(shop: Shop) -> None:
    long, name = "L" * 200, "N" * 200
    shop.done("import stock -", f"sku,name,on_hand\n{long},{name},1\n")
    process = subprocess.run(
        program("--db", shop.db, "stock"),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "40"},
    )
    assert "\x1b" not in process.stdout
    assert (process.stdout.count(long), process.stdout.count(name)) == (1, 1)


def test_json_is_one_document_in_utf_8_whatever_the_locale(shop: Shop) -> None:
    shop.done("import stock -", "sku,name,on_hand\nCAFÉ,Größe ☕,1\n")
    process = subprocess.run(
        program("--db", shop.db, "stock", "--json"),
        capture_output=True,
        check=True,
        env={**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert json.loads(process.stdout.decode("utf-8"))[0]["name"] == "Größe ☕"


@pytest.mark.parametrize("line", ["promise M7 --csv", "list --sku Z --csv"])
def test_where_a_name_is_not_known_no_header_is_printed(shop: Shop, line: str) -> None:
    shop.order("M1", "A1")
    answer = shop(line)
    assert (answer.code, answer.out) == (3, "")
