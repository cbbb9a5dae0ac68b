"""Finding the right order, SKU or command after a slip of the fingers."""

from __future__ import annotations

import pytest

from backsplit.cli import COMMANDS
from backsplit.cli.suggestions import OTHER_WORDS, suggestion
from backsplit.domain.spelling import nearest_of, spellings
from conftest import Shop, once


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("1oo1", "1001"),
        ("#1001", "1001"),
        ("1001", "#1001"),
        ("m7", "M7"),
        ("10001", "1001"),
        ("TEAP0T", "TEAPOT"),
        ("TEAPTO", "TEAPOT"),
        ("TEPOT", "TEAPOT"),
        ("teapot", "TEAPOT"),
        ("Teapot", "TEAPOT"),
    ],
)
def test_one_slip_is_tried(typed: str, known: str) -> None:
    assert known in spellings(typed)
    assert nearest_of(typed, [known, "SOMETHING ELSE"]) == [known]


def test_where_nothing_is_alike_words_that_begin_with_it_or_have_it_are_offered() -> None:
    known = ["A-72010-BLACK-LARGE", "72010-BLUE-MEDIUM-LONG", "72011-BLUE-MEDIUM-LONG"]
    assert nearest_of("72010", known) == ["72010-BLUE-MEDIUM-LONG", "A-72010-BLACK-LARGE"]
    assert nearest_of("72", known) == []


def test_words_that_are_not_alike_are_not_offered() -> None:
    assert nearest_of("TEAPOT", ["MUG", "1001"]) == []


@pytest.fixture
@once
def numbers(shop: Shop) -> Shop:
    shop.stock("TEAPOT1 MUG1")
    shop.order("1001", "TEAPOT1")
    shop.order("#2002", "MUG1")
    shop.order("M7", "MUG1")
    return shop


@pytest.mark.quick_cases(8)
@pytest.mark.parametrize(
    ("typed", "nearest"), [("1oo1", "1001"), ("'#1001'", "1001"), ("m7", "M7"), ("'#M7'", "M7"), ("2oo2", "#2002")]
)
@pytest.mark.parametrize("command", ["show", "ship", "split", "hold", "amend --set MUG=1", "history"])
def test_a_mistyped_order_number_gets_the_nearest(numbers: Shop, command: str, typed: str, nearest: str) -> None:
    answer = numbers(f"{command} {typed}")
    assert answer.code == 3
    assert f"(the nearest: {nearest}" in answer.err


@pytest.mark.parametrize(
    "line",
    ["receive --sku TEAP0T --qty 1", "add TEAP0T=1", "stock TEAP0T", "list --sku TEAP0T", "amend 1001 --set TEAP0T=1"],
)
def test_a_mistyped_sku_gets_the_nearest(numbers: Shop, line: str) -> None:
    answer = numbers(line)
    assert answer.code == 3
    assert "no SKU TEAP0T is known (the nearest: TEAPOT)" in answer.err


@pytest.mark.slow
def test_the_nearest_is_found_among_very_many_without_looking_at_all(shop: Shop) -> None:
    shop.done("import stock -", "sku,on_hand\n" + "".join(f"SKU{n:06},1\n" for n in range(5000)))
    for typed in ("SKU00O123", "sku000123", "SK000123", "KSU000123"):
        assert "the nearest: SKU000123" in shop(f"receive --sku {typed} --qty 1").err


def test_an_imported_sku_that_nobody_counted_gets_the_nearest_known_one(numbers: Shop) -> None:
    for command in ("import orders - --dry-run", "import orders -", "sync -"):
        said = numbers.done(command, f"order,sku,quantity\nN{len(command)},TEAP0T{len(command)},1\n").out
        assert "the nearest SKU that was known is TEAPOT" in said


def test_orders_of_a_customer_are_found_by_a_part_of_the_name(shop: Shop) -> None:
    shop.stock("A1")
    for number, customer in (("M1", "Anna Müller"), ("M2", "ANNA"), ("M3", "Bob"), ("M4", "100%")):
        shop.done(f"add {number} A=1 --customer '{customer}'")
    found = {
        text: [order["number"] for order in shop.done(f"list --customer {text} --json").json]
        for text in ("anna", "MÜLLER", "%", "zoe")
    }
    assert {text: sorted(numbers) for text, numbers in found.items()} == {
        "anna": ["M1", "M2"],
        "MÜLLER": ["M1"],
        "%": ["M4"],
        "zoe": [],
    }
    out = shop.done("list --customer anna").out
    assert "Processing · 1" in out
    assert "Backorder · 1" in out


@pytest.mark.parametrize(
    ("word", "does"),
    [
        ("undo-ship", "undo"),
        ("unship", "undo"),
        ("revert", "undo"),
        ("edit", "amend ORDER"),
        ("search", "list --customer TEXT"),
        ("delete", "cancel ORDER"),
        ("new", "add SKU=N"),
        ("inventory", "stock"),
        ("slpit", "split"),
    ],
)
def test_an_unknown_command_gets_the_command_that_does_it(empty: Shop, word: str, does: str) -> None:
    answer = empty(f"{word} M1")
    assert answer.code == 2
    assert does in answer.err


def test_every_advice_names_a_command_and_no_command_is_called_unknown() -> None:
    assert {line.split()[0] for line in OTHER_WORDS} <= set(COMMANDS)
    words = [word for words in OTHER_WORDS.values() for word in words.split()]
    assert len(words) == len(set(words))
    assert not set(words) & set(COMMANDS)
    assert suggestion("xyzzy", COMMANDS) == "`backsplit --help` lists the commands"
