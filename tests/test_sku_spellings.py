"""SKUs of a stock file that are probably mistakes."""

from __future__ import annotations

import pytest

from backsplit.domain.spelling import how_they_differ, looks_like_a_total, notices_of_new


@pytest.mark.parametrize("sku", ["Summe", "Total:", "GESAMT", "Grand Total", "Totale", "Sub-Total"])
def test_the_word_before_a_sum_looks_like_a_total(sku: str) -> None:
    assert looks_like_a_total(sku)
    assert "total of the column" in notices_of_new([sku], [])[0]


@pytest.mark.parametrize("sku", ["TOTAL-1", "TOTALLY", "SUM2", "A", "712"])
def test_a_code_does_not(sku: str) -> None:
    assert not looks_like_a_total(sku)
    assert notices_of_new([sku], ["Z"]) == []


@pytest.mark.parametrize(
    ("new", "known", "how"),
    [
        ("ab1", "AB1", "only in case from"),
        ("AB 1", "AB1", "only in blanks from"),
        ("712", "00712", "only in leading zeros from"),
        ("0ab 1", "AB1", "only in case and blanks and leading zeros from"),
    ],
)
def test_a_new_sku_is_named_beside_the_known_one_that_it_may_be(new: str, known: str, how: str) -> None:
    assert how_they_differ(new, known) == how
    assert f"{new} ({how} {known})" in notices_of_new([new], [known, "OTHER"])[0]


def test_a_zero_is_not_nothing() -> None:
    assert notices_of_new(["0"], ["00", "AB"]) != []
    assert notices_of_new(["0"], ["AB"]) == []
