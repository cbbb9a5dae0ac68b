"""The command line itself: its commands and their help, where the file is, and how a start loads little."""

from __future__ import annotations

import platform
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest

from backsplit import __version__
from backsplit.cli import COMMANDS, DAY, PANELS
from backsplit.repository import schema
from conftest import Shop, program, typed

WIDTH = 76  # of an example: a help of 80 columns shows it on one line
LINES = [*COMMANDS, "import orders", "import stock", "import formats"]


@pytest.mark.parametrize("command", LINES)
def test_every_command_has_an_example_to_copy_in_its_help(empty: Shop, command: str) -> None:
    _, _, end = empty.done(f"{command} --help").out.partition("Docs: ")[0].partition("Example")
    _, *examples = [line.strip() for line in end.strip().splitlines()]
    assert examples
    for example in examples:
        assert example.startswith("backsplit ")
        assert len(example) <= WIDTH
    assert any(command in example for example in examples)


@pytest.mark.quick_cases(10)
@pytest.mark.parametrize("command", ["", *LINES])
def test_help_can_be_asked_for_in_three_ways(empty: Shop, command: str) -> None:
    said = empty.done(f"{command} --help").out
    assert empty.done(f"{command} -h").out == said
    assert empty.done(f"help {command}").out == said
    assert empty.done(f"help {command} -h").out == said


def test_help_of_a_mistyped_command_names_the_nearest(empty: Shop) -> None:
    answer = empty("help slpit")
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean split" in answer.err
    assert "orders" in empty("help import ordrs").err


@pytest.mark.parametrize("command", ["", "import", *LINES])
def test_help_has_no_words_of_a_programmer_and_leads_to_the_docs(empty: Shop, command: str) -> None:
    said = empty.done(f"{command} --help").out
    assert not re.search(r"<=|>=|<str>|<int>|\[required\]|\[env var", said)
    assert "Docs: https://" in said
    assert not command or "\nIn every command\n" in said
    assert max(map(len, said.splitlines())) <= 80


def test_help_shows_options_in_groups_and_examples_next_to_the_prompt(empty: Shop) -> None:
    said = empty.done("list --help").out
    assert said.index("\nWhich orders\n") < said.index("--since WHEN") < said.index("\nHow it is shown\n")
    assert said.index("\nHow it is shown\n") < said.index("\nIn every command\n") < said.index("\nExamples:\n")
    assert "Required." in empty.done("adjust --help").out


@pytest.mark.parametrize("command", ["import orders", "import stock", "sync", "receive", "expect", "to-ship"])
def test_help_of_what_reads_a_file_has_three_examples_one_with_map(empty: Shop, command: str) -> None:
    _, _, examples = empty.done(f"{command} --help").out.partition("Examples:")
    assert examples.count("\n  backsplit ") >= 3
    assert "--map" in examples


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("stock --help", ("Allocated are", "Owed are", "Final is")),
        ("split --help", ("called a part", "An insert is")),
        ("show --help", ("A family is",)),
        ("mark --help", ("An insert is",)),
    ],
)
def test_help_explains_the_words_of_the_trade(empty: Shop, line: str, words: tuple[str, ...]) -> None:
    said = " ".join(empty.done(line).out.split())
    assert [word for word in words if word not in said] == []


def test_help_on_a_narrow_terminal_has_no_columns(empty: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backsplit.cli.output.PAPER", 40)
    said = empty.done("split --help").out
    assert "\n  --older-than AGE\n    Only orders placed longer ago: 4d," in said


def test_help_has_a_line_for_each_command_on_one_page_the_everyday_ones_last(empty: Shop) -> None:
    lines = empty.done("--help").out.splitlines()
    assert len(lines) <= 50
    rows = [line.split()[0] for line in lines if line.startswith("  ")]
    assert rows == list(COMMANDS)
    places = [lines.index(panel) for panel in PANELS]
    assert places == sorted(places)
    assert list(PANELS)[-1] == "Every day"


def test_backsplit_alone_shows_the_ten_commands_of_a_day_on_one_screen() -> None:
    answer = typed([])
    assert (answer.code, answer.err) == (2, "")
    lines = answer.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if line.startswith("  ")][:10] == list(DAY)
    assert len(lines) == 17  # each has one line
    assert f"Show all {len(COMMANDS)} commands." in answer.out


def test_version_with_v_names_python_sqlite_and_the_schema_of_the_file(shop: Shop) -> None:
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    file = f"{shop.db}: schema {list(schema.MIGRATIONS)[-1]}"
    for line in ("--version -v", "-v --version"):
        assert shop.done(line).out.splitlines() == [f"backsplit {__version__}", python, file]
    assert typed(["--db", "none.db", "--version", "-v"]).out.splitlines()[-1] == "none.db: there is no such file"


def test_v_alone_is_wrong_usage(shop: Shop) -> None:
    answer = shop("-v list")
    assert (answer.code, answer.out) == (2, "")
    assert "-v goes with --version" in answer.err


def test_version_leaves_an_older_file_as_it_is(empty: Shop) -> None:
    with closing(sqlite3.connect(empty.db)) as db:
        old = Path(__file__).parent / "migrations" / "m022_expected_days.sql"
        db.executescript(old.read_text(encoding="utf-8"))
    before = empty.db.read_bytes()
    assert "schema m022_expected_days, older than this program" in empty.done("--version -v").out
    assert empty.db.read_bytes() == before


@pytest.mark.parametrize("command", ["stock", "promise", "shortages", "history", "expect", "report", "list"])
def test_json_with_csv_is_wrong_usage_in_every_command(shop: Shop, command: str) -> None:
    answer = shop(f"{command} --json --csv")
    assert (answer.code, answer.out) == (2, "")
    assert "--json and --csv are two forms of one answer" in answer.err


def test_every_command_with_two_forms_refuses_both_at_once(shop: Shop) -> None:
    """A command that is added later, too: it is asked of each help."""
    for command in LINES:
        said = shop.done(f"{command} --help").out
        forms = [form for form in ("--json", "--csv", "--xlsx") if f"\n  {form}" in said]
        for one, other in combinations(forms, 2):
            words = f"{one} {other}".replace("--xlsx", f"--xlsx {shop.folder}/a.xlsx")
            answer = shop(f"{command} {words}")
            assert (answer.code, answer.out) == (2, ""), command
            assert f"{one} and {other} are two forms of one answer" in answer.err


@pytest.mark.slow
def test_the_file_that_is_typed_goes_before_that_of_the_environment(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        shop.done(f"init --db {shop.folder / name}.db")
        shop.done("import stock - --db " + f"{shop.folder / name}.db", f"sku,on_hand\n{name},1\n")
    monkeypatch.setenv("BACKSPLIT_DB", str(shop.folder / "c.db"))

    def sku(line: str) -> str:
        process = subprocess.run(program(*line.split(), "--json"), capture_output=True, text=True, check=True)
        return process.stdout.split('"sku": "')[1][0]

    assert sku("stock") == "c"
    assert sku("--db a.db stock") == "a"
    assert sku("stock --db b.db") == "b"
    assert sku("--db a.db stock --db b.db") == "b"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("list --status waiting", "on-hold"),
        ("policy fair", "skip-over"),
        ("init --policy fair", "strict"),
        ("import orders - --date-order ymd", "dmy"),
        ("import orders - --sku-from title", "name"),
        ("import orders - --format shopfy", "shopify-orders"),
        ("import stock - --duplicates most", "first"),
    ],
)
def test_a_wrong_choice_names_those_that_there_are(shop: Shop, line: str, named: str) -> None:
    answer = shop(line)
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err


@pytest.mark.parametrize("word", ["canceled", "Cancelled", "CANCELED"])
def test_cancelled_can_be_spelt_in_both_ways(shop: Shop, word: str) -> None:
    shop.stock("A1")
    shop.order("M1", "A1")
    shop.done("cancel M1")
    assert [order["number"] for order in shop.done(f"list --status {word} --json").json] == ["M1"]


def test_a_command_loads_no_other_command_and_no_rich(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    script = (
        "import sys\nfrom backsplit.__main__ import main\n"
        f"main(['--db', {str(shop.db)!r}, 'split', 'M1'])\n"
        "print(*(name for name in sys.modules if name.startswith(('backsplit.cli.', 'rich'))))"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(process.stdout.splitlines()[-1].split())
    assert {name for name in loaded if name.startswith("backsplit.cli.commands.")} == {"backsplit.cli.commands.split"}
    assert not {name for name in loaded if name.startswith("rich")}


def test_adjust_looks_at_nothing_after_its_commit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stock("A3")
    shop.order("M1", "A1")

    def fails(_: object) -> None:
        raise AssertionError("the answer was read in a second transaction")

    with monkeypatch.context() as patch:
        patch.setattr("backsplit.repository.Repository.reading", fails)
        assert shop.done("adjust --sku A --by 2 --reason found").out == "A: 5 on hand, 4 available\n"
        said = shop.done("adjust --sku A --to 9 --reason found --dry-run").out
    assert said == "A: 9 on hand, 8 available\ndry run: nothing was changed\n"
    assert shop.figures()["A"] == (5, 1)


def test_nothing_to_split_is_said_plainly(shop: Shop) -> None:
    assert shop.done("split --all").out == "no Backorder orders to split\n"


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("receive TEAPOT-CAST 5", "As in: backsplit receive --sku TEAPOT-CAST --qty 5"),
        ("receive delivery.csv", "As in: backsplit receive --file delivery.csv --ref ASN-77"),
        ("import orders.csv", "As in: backsplit import orders export.csv"),
        ("amend M9681118 MUG-BLUE=1", "As in: backsplit amend M9681118 --set"),
        ("restore", "As in: backsplit restore nightly.db"),
    ],
)
def test_a_line_that_cannot_be_meant_is_answered_with_lines_to_copy(shop: Shop, line: str, suggestion: str) -> None:
    answer = shop(line)
    assert (answer.code, answer.out) == (2, "")
    assert suggestion in answer.err


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("line", ["pick 1", "pick list 1", "slip 1", "ship 1", "ship 1 --json"])
def test_a_pick_list_that_is_typed_like_an_order_is_answered_with_its_option(shop: Shop, line: str) -> None:
    shop.stock("A1")
    shop.order("M1", "A1")
    shop.done("pick --take")
    answer = shop(line)
    assert answer.code == 3
    assert "a pick list is named by an option: --list" in answer.err
    assert "--list" not in shop("hold 1").err


@pytest.mark.parametrize("command", ["pick", "slip", "ship"])
def test_a_mistyped_order_is_not_taken_for_a_pick_list_that_there_never_was(shop: Shop, command: str) -> None:
    shop.order("9998", "A1")
    assert shop(f"{command} 9999").err == (
        "backsplit: there is no order 9999 (the nearest: 9998): `backsplit list --all` shows all\n"
    )


@pytest.mark.parametrize(
    ("word", "command"),
    [("print", "slip ORDER"), ("labels", "to-ship --through EXPORT"), ("return", "receive --sku"), ("samples", "demo")],
)
def test_a_word_of_the_packing_table_is_answered_with_its_command(empty: Shop, word: str, command: str) -> None:
    answer = empty(word)
    assert answer.code == 2
    assert f"`backsplit {command}" in answer.err
