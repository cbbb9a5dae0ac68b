"""What a user is told, and where: the row that matters, the advice last, lines that can be copied."""

from __future__ import annotations

from pathlib import Path

import pytest

from backsplit.errors import how_to_add
from conftest import Shop
from robustness.processes import Terminal
from test_screens import on_a_terminal, without_colour


@pytest.fixture
def split(shop: Shop) -> Shop:
    """M1 was split, and its first half has left; M2 was not, and nothing of M3 waits any more."""
    shop.stock("A3 B0")
    rows = "M1,A,1,Anna Bauer\nM1,B,2,Anna Bauer\nM2,B,1,Ben\nM3,A,1,Chloe\nM3,B,1,Chloe\n"
    shop.done("import orders -", f"order,sku,quantity,customer\n{rows}")
    shop.done("split M1 M3")
    shop.done("ship M1 M3")
    shop.done("cancel M3-backorder")
    return shop


def on_80_columns(shop: Shop, line: str) -> list[str]:
    terminal = Terminal(shop, line, columns=80)
    terminal.end()
    return without_colour(terminal.screen.replace("\r", "")).splitlines()


@pytest.mark.slow
def test_history_keeps_the_order_and_who_did_it_however_long_file_names_are(shop: Shop) -> None:
    shop.stock("SNEAKER-BLACK-40x9")
    name = f"orders_export_of_the_shop_in_the_old_town_{'2026-11-30_' * 6}.csv"
    shop.write(name, "order,sku,quantity\n#2001,SNEAKER-BLACK-40x,1\n")
    shop.done(f"import orders {name}")
    shop.done(f"hold 2001 --reason '{'the customer moves house, and tells her address later, ' * 4}'")
    screen = on_80_columns(shop, "history")
    assert screen[0].split() == ["No.", "When", "(UTC)", "Order", "What", "By"]
    assert max(map(len, screen)) <= 80
    assert sum("#2001" in line for line in screen) == 2
    assert "…)" in "".join(screen)
    assert name in shop.done("history").out


@pytest.mark.slow
def test_a_customer_is_named_before_the_age_is(shop: Shop) -> None:
    shop.stock("SNEAKER-BLACK-0 SNEAKER-WHITE-0")
    rows = "".join(f"ORDER-2026-11-{n},SNEAKER-{c}-,1,Anna-Maria Bauer\n" for n in (1, 2) for c in ("BLACK", "WHITE"))
    shop.done("import orders -", f"order,sku,quantity,customer\n{rows}")
    screen = on_80_columns(shop, "list")
    assert "Customer" in screen[1]


def test_show_tells_the_whole_family_and_one_history_of_all(split: Shop) -> None:
    said = split.done("show M1-backorder").out
    family = said.partition("The order and its parts")[2].partition("Product Information")[0]
    assert [line.split()[:2] for line in family.splitlines()[3:5]] == [["M1", "Shipped"], ["M1-backorder", "Backorder"]]
    assert "2×B" in family
    assert "M1-backorder" in said.partition("History")[2]
    assert "shipped" in said.partition("History")[2]
    shown = split.done("show M1 --json").json
    assert [(one["number"], one["status"]) for one in shown["family"]] == [
        ("M1", "Shipped"),
        ("M1-backorder", "Backorder"),
    ]
    assert shown["family"][0]["shipped_at"] is not None
    assert shown["family"][1]["waiting_for"] == [{"sku": "B", "short": 2}]
    assert {event["order"] for event in shown["history"]} == {"M1"}
    assert "The order and its parts" not in split.done("show M2").out


def test_orders_that_were_split_can_be_listed_while_something_of_them_waits(split: Shop) -> None:
    assert [one["number"] for one in split.done("list --split --json").json] == ["M1-backorder", "M1"]
    said = split.done("list --split").out
    assert "M1-backorder" in said
    assert "M2" not in said
    split.done("hold M1-backorder")
    assert "M1-backorder" in split.done("list --split").out
    split.done("cancel M1-backorder")
    assert split.done("list --split --json").json == []


def test_promises_with_a_day_alone_and_their_customers_in_csv(split: Shop) -> None:
    split.done("expect B=2 --on tomorrow --ref PO-7")
    rows = split.done("promise --with-day --csv").out.splitlines()
    assert rows[0] == "order,promised,sku,short,on,ref,customer"
    assert [(row.split(",")[0], row.split(",")[-1]) for row in rows[1:]] == [("M1-backorder", "Anna Bauer")]


def test_the_advice_of_a_refused_file_comes_last_and_json_names_every_row(shop: Shop) -> None:
    rows = "".join(f"S{n},{count}\n" for n in range(23) for count in (1, 2))
    answer = shop("import stock -", f"sku,on_hand\n{rows}")
    lines = answer.err.splitlines()
    assert lines[0].endswith("23 SKUs come more than once with different counts, so nothing was imported:")
    assert lines[21] == "  … and 3 more: --json names them"
    assert "--sku-from name" in lines[-2]
    assert lines[-1].endswith("--duplicates sum, last or first")
    assert "S22" in shop("import stock - --json", f"sku,on_hand\n{rows}").err


def test_more_rows_come_with_the_line_that_shows_them(shop: Shop) -> None:
    rows = "".join(f"M{n},A,1\n" for n in range(25))
    shop.done("import orders -", f"order,sku,quantity\n{rows}")
    assert "… and 5 more: --status backorder --limit 25 shows them" in shop.done("list").out
    assert "… and 5 more: --limit 25 shows them" in shop.done("list --queue").out


def test_lines_to_copy_are_quoted(shop: Shop) -> None:
    shop.stock("A0 B0")
    shop.done("expect A=5 B=5 --on tomorrow --ref 'PO #7'")
    assert "backsplit expect --close 'PO #7' gives them up" in shop.done("receive --of 'PO #7' A=5").out
    shop.done("add '#7' A=1 B=1 --ship-complete")
    assert "`backsplit ship-complete '#7' --off` lifts that" in shop("split 7").err


@pytest.mark.slow
def test_a_terminal_draws_nothing_for_all_that_waits_too_long_where_nothing_does(shop: Shop) -> None:
    assert "nothing changed" in on_a_terminal(shop, "cancel --all --older-than 60d")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("typed", "says"), [("show", "show 7"), ("history --limit 5", ""), ("pick --take", "pick 7")])
def test_a_shell_that_took_a_number_for_a_comment_is_told_of(shop: Shop, typed: str, says: str) -> None:
    shop.stock("A5")
    shop.done("add '#7' A=1")
    screen = on_a_terminal(shop, typed)
    assert (f"to name an order leave it out, as in backsplit {says}\n" in screen) is bool(says)
    assert "leave it out" not in shop(typed).err


@pytest.mark.slow
def test_numbers_without_a_hash_cannot_be_taken_for_a_comment(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("add M7 A=1")
    assert "leave it out" not in on_a_terminal(shop, "show")


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("scan", "ship -"),
        ("preorder", "mark SKU --from DATE"),
        ("refund", "cancel ORDER"),
        ("bundle", "kit SET SKU=N"),
        ("next", "today"),
        ("po", "expect SKU=N --on DATE"),
        ("unsplit", "merge ORDER"),
        ("print", "slip ORDER --html FILE"),
    ],
)
def test_words_of_other_programs_lead_to_the_line_that_does_it(shop: Shop, word: str, line: str) -> None:
    assert f"`backsplit {line}` does that" in shop(word).err


def test_restore_says_what_it_has_replaced(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("backup b.db")
    shop.done("add M1 A=1")
    said = shop.done("restore b.db").out.splitlines()
    assert said[0] == "restored b.db: 0 orders, 1 SKU"
    assert said[-1].startswith("it had 1 order, 1 SKU; its last change was of 20")


def test_a_missing_file_can_be_made_or_brought_back(empty: Shop) -> None:
    said = empty("list").err
    assert "init`, or bring a backup back with `" in said
    assert "restore FILE`" in said


@pytest.mark.parametrize("line", ["backup -", "pick --html -", "report --svg -", "stock --xlsx -"])
def test_a_dash_cannot_be_the_name_of_a_file_that_is_written(shop: Shop, line: str) -> None:
    assert "- is no name of a file" in shop(line).err
    assert not (shop.folder / "-").exists()


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("word", "meaning"), [("skip-over", "a later order may pass"), ("strict", "an earlier order comes first")]
)
def test_init_explains_its_policy_in_five_words(empty: Shop, word: str, meaning: str) -> None:
    assert f"policy {word} ({meaning});" in empty.done(f"init --policy {word}").out


@pytest.mark.parametrize(
    ("left_there", "line"),
    [
        ("pipx_metadata.json", "pipx runpip backsplit install 'backsplit[xlsx]'"),
        ("uv-receipt.toml", "uv pip install --python"),
        ("pyvenv.cfg", "-m pip install 'backsplit[xlsx]'"),
    ],
)
def test_how_to_add_an_extra_fits_how_backsplit_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_there: str, line: str
) -> None:
    (tmp_path / left_there).touch()
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert line in how_to_add("xlsx")


def test_one_count_is_and_two_counts_are(shop: Shop) -> None:
    header = "Title,Option1 Value,SKU,HS Code,Location,Available\n"
    one = shop.done("import stock -", f"{header}T,x,A,,Shop,-1\nT,x,B,,Shop,2\n").out
    assert "1 count is below 0" in one
    two = shop.done("import stock - --recount", f"{header}T,x,A,,Shop,-1\nT,x,B,,Shop,-2\n").out
    assert "2 counts are below 0" in two


def test_slips_of_an_empty_list_are_not_written(shop: Shop) -> None:
    shop.stock("A5")
    shop.done("add M1 A=1")
    shop.done("pick --take")
    shop.done("ship M1")
    assert shop.done("slip --list 1 --html slips.html").out.startswith("no slip: none of its orders is on this list")
    assert not (shop.folder / "slips.html").exists()


@pytest.mark.parametrize("day", ["2026-11-03", "3.11.2026"])
def test_the_day_on_which_an_order_was_placed_is_typed_as_any_other(shop: Shop, day: str) -> None:
    shop.stock("A5")
    shop.done(f"add M1 A=1 --placed-at {day}")
    shop.done("add M2 A=1 --placed-at yesterday")
    assert shop.done("show M1 --json").json["placed_at"] == "2026-11-03T00:00:00Z"
    assert shop("add M3 A=1 --placed-at someday").code == 2


def test_a_kit_that_is_made_has_the_number_of_its_change(shop: Shop) -> None:
    shop.stock("A5")
    assert shop.done("kit SET A=2 --create --json").json["made"] == 2
    assert shop.done("kit SET A=2 --dry-run --json").json["made"] is None
