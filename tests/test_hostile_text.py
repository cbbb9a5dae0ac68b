"""Text that wants to be more than text: printed inert, kept as it is or refused clearly, never altered."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from backsplit.render.terminal import UNSAFE, inert
from conftest import Answer, Shop, program

TEXTS = {
    "markup": "LAMP[red]XL[/red]",
    "markup that does not fit": "A[/x]",
    "a link in markup": "[link=https://example.com]X[/link]",
    "emoji code": ":bomb:",
    "colours": "\x1b[31mred\x1b[0m",
    "a cleared screen": "\x1b[2J\x1b[H",
    "a window title": "\x1b]0;owned\x07",
    "a hyperlink": "\x1b]8;;https://example.com\x1b\\X\x1b]8;;\x1b\\",
    "C1 control": "A\x9b31mB",
    "backspaces": "AAA\b\b\bB",
    "line ends": "A\nB\r\nC\rD",
    "tabs": "A\tB",
    "line separators": "A\u2028B\u2029C\x85D",
    "right to left": "abc\u202egnp.exe",
    "isolates": "\u2067A\u2069",
    "Hebrew": "שלום",
    "invisible": "A\u200bB\u00adC\u2060D",
    "tag characters": "A\U000e0041\U000e007f",
    "combining": "e" + "\u0301" * 40,
    "wide": "日本語の品番" * 5,
    "emoji": "👩‍👩‍👧‍👦🏴‍☠️🇩🇪",
    "SQL": "'; DROP TABLE orders; --",
    "a quote": '"A"',
    "percent": "%s %(x)s {0} {x}",
    "shell": "$(touch owned) `touch owned` ; rm -rf ~ & | > <",
    "backslashes": "A\\x1b\\u202e\\",
    "formula": '=HYPERLINK("http://example.com","x")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1)",
    "an option": "--force",
    "a comment": "#1",
    "digits": "007",
    "beyond 2^63": "99999999999999999999",
    "noncharacter": "A\uffff",
}
# What acts on a terminal, or hides; a tab and a line end are Rich's and ours.
ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\U000e0000-\U000e007f]"
)
TOO_LONG = "x" * 10_000


@pytest.fixture
def owned(shop: Shop) -> Iterator[Shop]:
    yield shop
    assert not (shop.folder / "owned").exists()


def brought(shop: Shop, text: str) -> str:
    """Have the text as a SKU, a name, an order number, a customer and a note; as it is kept."""
    rows = [{"order": text, "sku": text, "quantity": 2, "name": text, "customer": text, "note": text}]
    shop.done("import orders -", json.dumps(rows))
    shop.done("import stock -", json.dumps([{"sku": text, "on_hand": 1, "name": text}]))
    return text.strip()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@pytest.mark.slow
def test_each_character_that_acts_or_hides_is_written_out() -> None:
    unsafe = [letter for letter in map(chr, range(sys.maxunicode + 1)) if re.fullmatch(UNSAFE, letter)]
    assert len(unsafe) > 2000  # with the halves of characters
    assert [letter for letter in unsafe if inert(f"A{letter}B") != f"A{ascii(letter)[1:-1]}B"] == []
    assert inert("日本語 é [red] \u200d") == "日本語 é [red] \u200d"


def is_inert(answer: Answer) -> None:
    assert not ACTIVE.search(answer.out + answer.err), answer
    assert "Traceback" not in answer.err


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_it_is_kept_as_it_is(owned: Shop, text: str) -> None:
    kept = brought(owned, text)
    (order,) = owned.done("list --json").json
    assert (order["number"], order["customer"], order["note"]) == (kept, kept, kept)
    assert [(line["sku"], line["name"]) for line in order["lines"]] == [(kept, kept)]
    (stock,) = owned.done("stock --json").json
    assert (stock["sku"], stock["name"]) == (kept, kept)
    assert owned.done("shortages --json").json[0]["sku"] == kept
    assert {event["order"] for event in owned.done("history --json").json} == {kept, None}


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_it_is_found_and_worked_with_by_what_is_typed(owned: Shop, text: str) -> None:
    kept = quoted(brought(owned, text))
    is_inert(owned.done(f"show -- {kept}"))
    is_inert(owned.done(f"list --sku={kept}"))
    is_inert(owned.done(f"stock -- {kept}"))
    is_inert(owned.done(f"shortages --for={kept}"))
    is_inert(owned.done(f"split --partial -- {kept}"))
    part = quoted(text.strip() + "-backorder")
    is_inert(owned.done(f"merge -- {part}"))
    is_inert(owned.done(f"prioritize --priority 7 -- {kept}"))
    is_inert(owned.done(f"hold --reason={kept} -- {kept}"))
    is_inert(owned.done(f"resume -- {kept}"))
    is_inert(owned.done(f"mark --insert -- {kept}"))
    is_inert(owned.done(f"receive --sku={kept} --qty 5 --ref={kept}"))
    is_inert(owned.done(f"receive --sku={kept} --qty 5 --ref={kept}"))
    is_inert(owned.done(f"adjust --sku={kept} --by 1 --reason={kept}"))
    is_inert(owned.done(f"ship -- {kept}"))
    is_inert(owned.done(f"history --sku={kept}"))
    history = owned.done(f"history --json -- {kept}").json
    assert [event["reason"] for event in history if event["event"] == "held"] == [text.strip()]


@pytest.mark.quick_cases(6)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_an_error_about_it_is_inert_and_one_line(owned: Shop, text: str) -> None:
    owned.stock("A1")
    typed = quoted(text)
    commands = {
        f"show -- {typed}": 3,
        f"receive --sku={typed} --qty 1": 3,
        f"adjust --sku={typed} --to 1 --reason x": 3,
        f"receive --sku A --qty={typed}": 2 if text not in {"007", "99999999999999999999"} else None,
        f"list --older-than={typed}": 2,
        f"list --status={typed}": 2,
        f"policy -- {typed}": 2,
        f"import orders --format={typed} -": 2,
        f"import orders {quoted('./' + text)}": 5,
        f"--db {quoted(str(owned.folder) + '/' + text.replace('/', '_'))} list": 4,
        f"split --{typed}": 2,
    }
    for command, code in commands.items():
        answer = owned(command, "order,sku,quantity\nM1,A,1\n")
        is_inert(answer)
        assert code in {answer.code, None}, (command, answer)
        if code not in {2, 5, None}:  # usage follows on lines of its own, and so do the rows of a file
            assert answer.err.count("\n") == 1


@pytest.mark.slow
def test_a_table_has_a_line_for_each_row_whatever_is_in_it(owned: Shop) -> None:
    for text in TEXTS.values():
        brought(owned, text)
    for command in ("stock", "list --status backorder --limit 1000", "history --limit 1000", "shortages"):
        header_and_rows = len(rows(owned.done(f"{command} --csv"))) + 2
        title = command.startswith("list")
        answer = owned.done(command)
        is_inert(answer)
        assert len(answer.out.splitlines()) == header_and_rows + title, command


def test_a_terminal_gets_no_line_that_is_wider_than_it_is(owned: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in TEXTS.values():
        brought(owned, text)
    out = io.StringIO()
    monkeypatch.setenv("FORCE_COLOR", "1")  # Rich draws
    monkeypatch.setattr(
        "backsplit.render.rich.Console", lambda **_: Console(file=out, width=80, force_terminal=True, color_system=None)
    )
    for command in ("list --limit 100", "stock", "shortages", "history --limit 500"):
        owned.done(command)
    assert out.getvalue()
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 80


@pytest.mark.quick_cases(7)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_csv_keeps_keys_and_guards_free_text(owned: Shop, text: str) -> None:
    kept = brought(owned, text)
    guarded = f"'{kept}" if kept[0] in "=+-@\t\r" else kept
    (order,) = rows(owned.done("list --csv"))
    assert (order["number"], order["sku"]) == (kept, kept)
    assert (order["name"], order["customer"], order["note"]) == (guarded, guarded, guarded)
    (stock,) = rows(owned.done("stock --csv"))
    assert (stock["sku"], stock["name"]) == (kept, guarded)
    assert {row["order"] for row in rows(owned.done("history --csv"))} == {kept, ""}


def rows(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.out, newline="")))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_csv_on_a_terminal_is_inert_too(owned: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    brought(owned, TEXTS["a window title"])
    monkeypatch.setattr(io, "StringIO", Terminal)
    is_inert(owned.done("list --csv"))


# What cannot be kept


def test_a_nul_in_a_file_is_refused(owned: Shop) -> None:
    for given in ('[{"order": "M\\u0000", "sku": "A", "quantity": 1}]', "order,sku,quantity\nM1,A\0B,1\n"):
        answer = owned("import orders - --json", given)
        assert (answer.code, answer.error) == (5, "bad-input")
        is_inert(answer)
    assert owned.state() == {}


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    "command", ["show {}", "stock {}", "receive --sku {} --qty 1 --create", "ship {}", "list --sku {}"]
)
def test_a_nul_that_is_typed_finds_nothing(owned: Shop, command: str) -> None:
    answer = owned(command.format("'A\0B'"))
    assert answer.code in {2, 3}
    is_inert(answer)


NOT_UTF_8 = [
    "show \\377",
    "stock A\\377",
    "receive --sku \\377 --qty 1 --create",
    "hold M1 --reason \\377",
    "list --sku \\377",
]


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", NOT_UTF_8)
def test_bytes_that_are_no_text_are_wrong_usage(owned: Shop, line: str) -> None:
    owned.order("M1", "A1")
    words = [word.encode().replace(b"\\377", b"\xff") for word in line.split()]
    done = subprocess.run(program(*words, "--json"), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert json.loads(done.stderr)["error"]["code"] == "usage"


def test_bytes_that_are_no_text_are_wrong_usage_on_standard_input_too(owned: Shop) -> None:
    answer = owned("ship - --json", b"M\xff\n")
    assert (answer.code, answer.error) == (2, "usage")


@pytest.mark.slow
def test_a_file_may_have_any_name(owned: Shop) -> None:
    path = owned.folder.as_posix().encode() + b"/orders \xff\x1b[31m\n.csv"
    Path(path.decode(errors="surrogateescape")).write_text("order,sku,quantity\nM1,A,1\n")
    done = subprocess.run(program("import", "orders", path), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert owned.done("history M1 --json").json[0]["reason"] == "orders \\xff\x1b[31m\n.csv".replace("\\xff", "\\udcff")
    is_inert(owned.done("history M1"))


@pytest.mark.slow
def test_a_database_may_have_any_name(owned: Shop) -> None:
    path = owned.folder.as_posix().encode() + b"/shop \xff ?#%20.db"
    for command in ("init", "stock"):
        done = subprocess.run(program("--db", path, command), capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
    assert Path(path.decode(errors="surrogateescape")).exists()


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("receive --sku {} --qty 1 --create", 2),
        ("receive --sku A --qty 1 --ref x{}", 2),
        ("adjust --sku A --by 1 --reason x{}", 2),
        ("hold M1 --reason x{}", 2),
        ("cancel M1 --reason x{}", 2),
        ("show {}", 3),
        ("mark {} --insert", 3),
        ("list --sku {}", 3),
        ("--db {} list", 4),
        ("--db {} init", 4),
        ("backup {}", 4),
        ("import orders {}", 5),
    ],
)
def test_what_is_too_long_is_refused(owned: Shop, command: str, code: int) -> None:
    owned.order("M1", "A1")
    before = owned.done("history --json").json
    answer = owned(command.format(TOO_LONG))
    assert answer.code == code, answer
    is_inert(answer)
    assert owned.done("history --json").json == before


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(
    ("sku", "taken"), [("x" * 255, True), ("x" * 256, False), ("", False), (" ", False), (" x", False)]
)
def test_a_new_sku_is_held_to_the_limits_that_files_are_held_to(owned: Shop, sku: str, taken: bool) -> None:
    assert (owned(f"receive --sku '{sku}' --qty 1 --create").code == 0) is taken
    given = json.dumps([{"order": "M1", "sku": sku, "quantity": 1}])
    assert (owned("import orders -", given).code == 0) is (taken or sku == " x")


@pytest.mark.quick_cases(8)
@pytest.mark.parametrize("digits", ["9223372036854775808", "9" * 30, "9" * 5_000])
@pytest.mark.parametrize(
    ("command", "codes"),
    [
        ("receive --sku A --qty {}", {1, 2}),
        ("receive --sku A --qty=-{}", {1, 2}),
        ("adjust --sku A --by {} --reason x", {1, 2}),
        ("adjust --sku A --by=-{} --reason x", {1, 2}),
        ("adjust --sku A --to {} --reason x", {1, 2}),
        ("list --limit {}", {2}),
        ("history --limit {}", {2}),
        ("prioritize M1 --priority {}", {2}),
        ("list --older-than {}d", {2}),
        ("split --all --older-than {}w", {2}),
    ],
)
def test_numbers_beyond_all_bounds_are_refused(owned: Shop, command: str, codes: set[int], digits: str) -> None:
    owned.order("M1", "A1")
    before = owned.done("history --json").json
    answer = owned(command.format(digits))
    assert answer.code in codes, answer
    is_inert(answer)
    assert owned.done("history --json").json == before


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("digits", ["9223372036854775808", "1000000001", "1e400", "NaN", "-1", "1.5", "9" * 5_000])
def test_numbers_beyond_all_bounds_are_refused_in_files(owned: Shop, digits: str) -> None:
    for given in (f"order,sku,quantity\nM1,A,{digits}\n", f'[{{"order": "M1", "sku": "A", "quantity": {digits}}}]'):
        answer = owned("import orders - --json", given)
        assert (answer.code, answer.error) == (5, "bad-input")
        is_inert(answer)
    assert owned.state() == {}


def test_the_largest_figures_are_taken_and_not_exceeded(owned: Shop) -> None:
    owned.done("import stock -", "sku,on_hand\nA,1000000000000\n")
    assert owned("receive --sku A --qty 1 --json").error == "bad-quantity"
    assert owned("adjust --sku A --by 1 --reason x --json").error == "bad-quantity"
    owned.done("import orders -", "order,sku,quantity\n" + "M1,A,1000000000\n" * 1_000)
    assert owned.figures()["A"] == (10**12, 10**12)


def test_letters_that_look_alike_stay_different(owned: Shop) -> None:
    composed, decomposed = "é", unicodedata.normalize("NFD", "é")
    owned.done("import stock -", f"sku,on_hand\n{composed},1\n{decomposed},2\nAB,3\nab,4\n")
    assert owned.figures() == {composed: (1, 0), decomposed: (2, 0), "AB": (3, 0), "ab": (4, 0)}


def test_the_name_of_a_user_may_be_hostile_too(owned: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "=kim\x1b[31m\udcff")
    owned.stock("A1")
    is_inert(owned.done("history"))
    assert owned.done("history --json").json[0]["user"] == "=kim\x1b[31m\\udcff"


def test_completion_offers_nothing_that_a_shell_would_run(owned: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (*TEXTS.values(), "PLAIN-1", "Ä/1.5", "#1001"):
        brought(owned, text)
    offered = {word for command in ("show", "stock") for word in completed(owned, monkeypatch, f"{command} ")}
    assert {"PLAIN-1", "Ä/1.5", "1001", "007"} <= offered
    unescaped = {word.removeprefix("\\") for word in offered if word.startswith("\\#")}  # no comment
    offered = {word for word in offered if not word.startswith("\\#")} | unescaped
    assert not {word for word in offered if set(word) & set("$`;|&<>(){}'\"\\*?![] \n~") or word.startswith("-")}


def completed(shop: Shop, monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    """What Tab offers in Bash behind `backsplit LINE`."""
    words = f"backsplit --db {shop.db} {line}"
    with monkeypatch.context() as patch:
        patch.setenv("_BACKSPLIT_COMPLETE", "complete_bash")
        patch.setenv("COMP_WORDS", words)
        patch.setenv("COMP_CWORD", str(len(words.split())))
        return shop("").out.split("\n")
