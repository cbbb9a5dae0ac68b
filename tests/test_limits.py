"""The limits that are written down: what is just within is taken, what is just beyond is refused and told."""

from __future__ import annotations

import pytest

from conftest import Shop

LONGEST_NUMBER, LONGEST_SKU, LONGEST_TEXT = 200, 255, 10_000
LARGEST_QUANTITY, LARGEST_ON_HAND, MOST_LINES = 10**9, 10**12, 100_000
ORDERS = "order,sku,quantity,priority,customer,note,name\n"
STOCK = "sku,on_hand,name\n"
LIMITS = {
    "order number": ("import orders -", ORDERS + "{},A,1,,,,\n", "N" * LONGEST_NUMBER, "N" * (LONGEST_NUMBER + 1)),
    "SKU on an order": ("import orders -", ORDERS + "M1,{},1,,,,\n", "S" * LONGEST_SKU, "S" * (LONGEST_SKU + 1)),
    "quantity": ("import orders -", ORDERS + "M1,A,{},,,,\n", LARGEST_QUANTITY, LARGEST_QUANTITY + 1),
    "smallest quantity": ("import orders -", ORDERS + "M1,A,{},,,,\n", 1, 0),
    "last priority": ("import orders -", ORDERS + "M1,A,1,{},,,\n", 10_000, 10_001),
    "first priority": ("import orders -", ORDERS + "M1,A,1,{},,,\n", 1, 0),
    "customer": ("import orders -", ORDERS + "M1,A,1,,{},,\n", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1)),
    "note": ("import orders -", ORDERS + "M1,A,1,,,{},\n", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1)),
    "name": ("import orders -", ORDERS + "M1,A,1,,,,{}\n", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1)),
    "lines": ("import orders -", ORDERS + "{}", "M1,A,1,,,,\n" * MOST_LINES, "M1,A,1,,,,\n" * (MOST_LINES + 1)),
    "SKU in stock": ("import stock -", STOCK + "{},1,\n", "S" * LONGEST_SKU, "S" * (LONGEST_SKU + 1)),
    "on hand": ("import stock -", STOCK + "A,{},\n", LARGEST_ON_HAND, LARGEST_ON_HAND + 1),
    "delivery": ("receive --file - --create", "sku,quantity\nA,{}\n", LARGEST_QUANTITY, LARGEST_QUANTITY + 1),
}
OPTIONS = {
    "received": ("receive --sku A --qty {}", LARGEST_QUANTITY, LARGEST_QUANTITY + 1, 1),
    "adjusted": ("adjust --sku A --reason x --to {}", LARGEST_ON_HAND, LARGEST_ON_HAND + 1, 1),
    "priority": ("prioritize M1 --priority {}", 10_000, 10_001, 2),
    "reason": ("hold M1 --reason {}", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), 2),
    "reference": ("receive --sku A --qty 1 --ref {}", "x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), 2),
}


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(("command", "file", "within", "beyond"), LIMITS.values(), ids=LIMITS.keys())
def test_a_file_within_the_limits_is_taken_and_one_beyond_is_refused(
    shop: Shop, command: str, file: str, within: object, beyond: object
) -> None:
    answer = shop(f"{command} --json", file.format(beyond))
    assert (answer.code, answer.error) == (5, "bad-input")
    assert shop.done("history --json").json == []
    shop.done(command, file.format(within))
    assert shop.done("history --json").json != []


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize(("command", "within", "beyond", "code"), OPTIONS.values(), ids=OPTIONS.keys())
def test_an_option_within_the_limits_is_taken_and_one_beyond_is_refused(
    shop: Shop, command: str, within: object, beyond: object, code: int
) -> None:
    shop.order("M1", "A1")
    before = shop.done("history --json").json
    assert shop(command.format(beyond)).code == code
    assert shop.done("history --json").json == before
    shop.done(command.format(within))
    assert shop.done("history --json").json != before


def test_the_longest_number_leaves_room_for_its_parts(shop: Shop) -> None:
    shop.stock("A1 B0")
    number = "N" * LONGEST_NUMBER
    shop.order(number, "A1 B1")
    shop.done(f"split {number}")
    shop.stock("A1 B0")
    assert shop.state()[f"{number}-backorder"] == "Backorder B1"
