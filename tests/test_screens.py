"""On a terminal the eye lands on what matters: what is short, what would be split, where an error begins."""

from __future__ import annotations

import io
import re

import pytest

from backsplit.cli.output import fail
from conftest import Shop
from robustness.processes import Terminal

YELLOW, RED = "\x1b[33m", "\x1b[31m"


@pytest.fixture
def waiting(shop: Shop) -> Shop:
    """M0 to M4 can be split; F1 lacks only an insert, N1 has nothing in stock."""
    shop.stock("A9 B0 FLYER0", inserts="FLYER")
    for number in range(5):
        shop.order(f"M{number}", "A1 B2", f"2026-01-0{number + 1}T09:00:00Z")
    shop.order("F1", "A1 FLYER1", "2026-01-06T09:00:00Z")
    shop.order("N1", "B1", "2026-01-07T09:00:00Z")
    return shop


def on_a_terminal(shop: Shop, line: str, answer: str = "") -> str:
    terminal = Terminal(shop, line)
    if answer:
        terminal.wait_for("[y/N]")
        terminal.type(f"{answer}\n")
    terminal.end()
    return terminal.screen.replace("\r\n", "\n")


def without_colour(screen: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", screen)


@pytest.mark.slow
def test_the_short_line_and_what_an_order_waits_for_have_a_colour(waiting: Shop) -> None:
    shown = on_a_terminal(waiting, "show M1")
    assert f"{YELLOW}B" in shown
    assert f"{YELLOW}A" not in shown
    assert f"{YELLOW}2×B" in on_a_terminal(waiting, "list")
    assert f"{YELLOW}B" in on_a_terminal(waiting, "split M1", "n")


def test_many_splits_are_a_table_with_the_question_below_it(waiting: Shop) -> None:
    screen = without_colour(on_a_terminal(waiting, "split --all", "y"))
    table, _, rest = screen.partition("Not split · 2")
    rows = [line.split() for line in table.splitlines() if line.startswith("M")]
    assert rows[0] == ["M0", "1", "of", "3", "1×A", "2×B"]
    assert len(rows) == 5
    assert "1  only inserts are out of stock  F1" in rest
    assert "1  nothing of it is in stock      N1" in rest
    assert "5 orders would be split, 2 not\nSplit these orders? [y/N]:" in rest
    assert rest.rstrip().endswith("5 orders split, 2 not")
    assert waiting.state()["M3-backorder"] == "Backorder B2"


@pytest.mark.slow
def test_where_a_line_could_be_divided_the_table_does_not_say_that_nothing_is_in_stock(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A2", "2026-01-01T09:00:00Z")
    shop.order("M2", "B1", "2026-01-02T09:00:00Z")
    screen = without_colour(on_a_terminal(shop, "split --all"))
    assert "1  no whole line is in stock; see --partial  M1" in screen
    assert re.search("1  nothing of it is in stock +M2", screen)
    assert screen.count("Not split · 2") == 1
    assert "would be" not in screen
    assert screen.rstrip().endswith("0 orders split, 2 not")


@pytest.mark.slow
def test_many_splits_by_name_are_a_table_too_and_a_few_are_shown_line_by_line(waiting: Shop) -> None:
    assert "Split · 4" in without_colour(on_a_terminal(waiting, "split M0 M1 M2 M3", "n"))
    assert "M1-backorder → Backorder" in without_colour(on_a_terminal(waiting, "split M0 M1", "n"))


@pytest.mark.slow
def test_a_dry_run_of_all_is_a_table_on_a_terminal_and_lines_in_a_pipe(waiting: Shop) -> None:
    assert "Split · 5" in without_colour(on_a_terminal(waiting, "split --all --dry-run"))
    assert "M0-backorder → Backorder: 2 × B" in waiting.done("split --all --dry-run").out


@pytest.mark.slow
def test_notes_below_the_table_name_their_order_and_are_few(waiting: Shop) -> None:
    waiting.stock("A20")
    for number in range(6):
        waiting.done(f"add P{number} A=1 B=1 --note 'ring {number}'")
    screen = without_colour(on_a_terminal(waiting, "split --all --dry-run"))
    assert "note: P0 has the note: ring 0" in screen
    assert "ring 5" not in screen
    assert "more notes: backsplit split --all --dry-run | less" in screen


@pytest.mark.slow
def test_quiet_leaves_out_what_was_not_split(waiting: Shop) -> None:
    assert "Not split" not in on_a_terminal(waiting, "split --all --dry-run --quiet")


def test_errors_begin_in_red_on_a_terminal(waiting: Shop) -> None:
    assert on_a_terminal(waiting, "show M99").startswith(f"{RED}backsplit:\x1b[0m there is no order M99")


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "red"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_red_follows_the_terminal(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], red: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    assert fail("usage", ["no"], 2, as_json=False) == 2
    assert (RED in screen.getvalue()) is red


@pytest.mark.slow
def test_a_terminal_explains_the_figures_of_the_stock(waiting: Shop) -> None:
    assert "owed: Backorder orders want it" in on_a_terminal(waiting, "stock")
    assert "owed:" not in waiting.done("stock").out


@pytest.mark.slow
def test_a_sentence_that_is_too_long_for_a_terminal_tears_no_sku(shop: Shop) -> None:
    shop.stock("A9 B0")
    long = "TEAPOT-CAST-IRON-EIGHT-TENTHS"
    shop.done("import stock -", f"sku,on_hand\n{long}1,9\n{long}2,9\n{long}3,9\n")
    shop.done(f"add M1 {long}1=1 {long}2=1 {long}3=1 B=1")
    screen = on_a_terminal(shop, "split M1 --yes")
    assert [line for line in screen.splitlines() if len(line) > 100] == []
    assert screen.count(f"1 × {long}") == 3


@pytest.mark.slow
def test_above_a_question_nothing_is_said_to_be_done_yet(shop: Shop) -> None:
    shop.stock("A9")
    shop.order("M1", "A1")
    shop.done("pick --take")
    asked, answered = on_a_terminal(shop, "ship --list 1", "y").split("[y/N]")
    assert "1 order would be shipped" in asked
    assert "dry run" not in asked
    assert "1 order shipped" in answered


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", ["ship --file labels.csv", "cancel M2", "ship --list 1"])
def test_what_has_nothing_to_do_is_said_once_and_nothing_is_asked(shop: Shop, line: str) -> None:
    shop.stock("A9")
    shop.order("M1", "A1")
    shop.order("M2", "A1")
    shop.done("pick M1 --take")
    shop.write("labels.csv", "order,carrier,tracking\nM1,UPS,1Z9\n")
    shop.done("ship --file labels.csv")
    shop.done("cancel M2")
    screen = on_a_terminal(shop, line)
    assert "[y/N]" not in screen
    assert all(screen.count(said) == 1 for said in screen.splitlines() if said)


@pytest.mark.slow
def test_the_question_of_undo_names_the_change_and_what_stays_stands_above_it(shop: Shop) -> None:
    shop.stock("A9")
    shop.order("M1", "A1")
    shop.done("ship M1")
    shop.write("export.csv", "order,sku,quantity\nM2,A,1\n")
    shop.done("sync export.csv")
    screen = on_a_terminal(shop, "undo", "n")
    assert screen.startswith("change 4 (sync, ")
    above = "change 4 (sync) stays: the shop says so; a backup from before it can be restored"
    assert f"{above}\nUndo change 3 (ship)? [y/N]" in screen


def test_several_orders_that_ship_are_counted_below_their_names(shop: Shop) -> None:
    shop.stock("A9")
    for number in ("M1", "M2", "M3"):
        shop.order(number, "A1")
    shop.write("labels.csv", "order,carrier,tracking\nM1,UPS,1\nM2,UPS,2\n")
    assert shop.done("ship M1 M2 --dry-run").out.splitlines()[-2:] == [
        "2 orders would be shipped",
        "dry run: nothing was changed",
    ]
    assert shop.done("ship --file labels.csv").out.splitlines()[-1] == "2 orders shipped"
    assert "shipped" not in shop.done("ship M3").out


@pytest.mark.slow
def test_names_that_only_repeat_the_sku_take_no_room_from_the_figures(shop: Shop) -> None:
    shop.write("stock.csv", "sku,on_hand,name\nTEAPOT-CAST,2,TEAPOT-CAST\nMUG,0,\n")
    shop.done("import stock stock.csv")
    shop.order("M1", "MUG1")
    for line in ("stock", "shortages"):
        assert "Name" not in on_a_terminal(shop, line)
    shop.done("import stock -", "sku,on_hand,name\nMUG,0,Blue mug\n")
    for line in ("stock", "shortages"):
        assert "Name" in on_a_terminal(shop, line)
