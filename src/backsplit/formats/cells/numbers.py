"""Whole numbers as people write them in different countries: `1,00` is one, `1.00` is one, `1.200` may be 1,200.

`1.200` is twelve hundred where the comma divides off decimals, and one and a fifth where the point does. We never
guess. The whole column decides: a number in it that can be read in one way only shows which mark divides off
decimals. If there is none, we ask the user. All whole numbers of a column must be readable in that one way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from backsplit.formats.cells import values
from backsplit.formats.options import Decimal
from backsplit.formats.report import Report
from backsplit.formats.wording import quoted


class _Reading(NamedTuple):
    """`number` is any number with this decimal mark; `whole` one without a fraction: its sign and its digits."""

    number: re.Pattern[str]
    whole: re.Pattern[str]


def _reading(decimal: str, thousands: str) -> _Reading:
    digits = rf"([1-9]\d{{0,2}}(?:{thousands}\d{{3}})+|\d+)"
    return _Reading(
        re.compile(rf"-?(?:{digits}(?:{decimal}\d*)?|{decimal}\d+)", re.ASCII),
        re.compile(rf"(-?){digits}(?:{decimal}0*)?", re.ASCII),
    )


_READINGS: dict[Decimal, _Reading] = {"point": _reading(r"\.", ","), "comma": _reading(",", r"\.")}
_LONGEST = 64


class Numbers:
    """A column of whole numbers. Calling it turns one cell into its digits, without any mark.

    A cell without a mark stays as it is, blank ones too. `again` reads the column from the start, as (line, cell);
    we call it at most once, at the first number with a mark. Raises FieldError for a number that is not whole, and
    BadInput where the column does not decide or contradicts itself.
    """

    def __init__(
        self,
        report: Report,
        decimal: Decimal | None,
        again: Callable[[], Iterable[tuple[int, str]]],
        field: str,
        column: str = "",
    ) -> None:
        self._report, self._decimal, self._again = report, decimal, again
        self._field, self._column = field, column

    def __call__(self, text: str) -> str:
        text = text.strip()
        if "," not in text and "." not in text:
            return text
        if not _ways(text, "whole"):
            raise values.not_whole(text, self._field)
        if self._decimal is None:
            self._decimal = self._decide(text)
        match = _READINGS[self._decimal].whole.fullmatch(text)
        if match is None:
            raise values.not_whole(text, self._field)
        return match[1] + match[2].replace(",", "").replace(".", "")

    def _decide(self, asked: str) -> Decimal:
        seen: dict[Decimal, tuple[int, str]] = {}
        fractions: dict[Decimal, tuple[int, str]] = {}  # 2.5 is a bad row, but it shows what the point means
        for at, cell in self._again():
            text = cell.strip()
            if ("," in text or "." in text) and len(ways := _ways(text, "number")) == 1:
                (seen if _ways(text, "whole") else fractions).setdefault(ways[0], (at, text))
        if not seen and len(fractions) == 1:
            seen = fractions
        column = f" in column {quoted(self._column)}" if self._column else ""
        if len(seen) == 2:
            (point_at, point), (comma_at, comma) = seen["point"], seen["comma"]
            unit = self._report.unit
            raise self._report.refuse(
                f"the numbers{column} contradict each other: {quoted(point)} ({unit} {point_at}) has a decimal point, "
                f"{quoted(comma)} ({unit} {comma_at}) has a decimal comma. Correct the file, or use --decimal point "
                "or comma with --skip-bad.",
            )
        if not seen:
            raise self._report.refuse(
                f"the numbers{column} can be read two ways ({quoted(asked)}), and none in the file shows which. "
                f"Choose one: --decimal comma ({_as(asked, 'comma')}) or --decimal point ({_as(asked, 'point')}).",
            )
        return next(iter(seen))


def _ways(text: str, kind: Literal["number", "whole"]) -> list[Decimal]:
    """The readings under which it is a number, or a whole one."""
    if len(text) > _LONGEST:
        return []
    return [decimal for decimal, reading in _READINGS.items() if getattr(reading, kind).fullmatch(text)]


def _as(text: str, decimal: Decimal) -> str:
    match = _READINGS[decimal].whole.fullmatch(text)
    return f"{match[1]}{match[2].replace(',', '').replace('.', '')}" if match else "no whole number"
