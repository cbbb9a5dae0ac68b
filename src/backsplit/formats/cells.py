"""Read cells. Text becomes a checked value, or FieldError."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from backsplit.domain.limits import LARGEST_ON_HAND, LARGEST_QUANTITY, LONGEST_NUMBER, LONGEST_SKU, LONGEST_TEXT
from backsplit.domain.orders import HIGHEST_PRIORITY, LOWEST_PRIORITY
from backsplit.formats import Decimal
from backsplit.formats.report import FieldError, Report, quoted
from backsplit.values import NamedTuple

# `6.0000` is how Magento writes six, `10.0` how Odoo does.
_WHOLE = re.compile(r"(-?)([0-9]+)(?:\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]*[.,][0-9]+", re.ASCII)
_FEW_DIGITS = 9  # most quantities are read the fast way
_MOST_DIGITS = 30  # int() refuses thousands of digits, and no quantity has thirty
# Source reads a NUL byte as SUBSTITUTE, since the csv module of Python 3.10 refuses NULs.
_NUL, _WAS_NUL = "\0", "\x1a"
# What a spreadsheet makes of a code: a long one becomes a power of ten, one in a narrow column a row of #, and a failed
# formula its error, which has a name in each language. `="00712"` is a formula that shows 00712.
_POWER_OF_TEN = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}", re.ASCII | re.IGNORECASE)
_TOO_NARROW = re.compile(r"#{3,}")
_FAILED_FORMULA = re.compile(r"#[¡¿]?[A-ZÀ-Ý][A-ZÀ-Ý0-9/_]*[!?]|#N/[ABD]|#NV", re.IGNORECASE)
_SHOWN = re.compile(r'="((?:[^"]|"")*)"')

_EXPORT_AGAIN = "export the file again, or format the column as text before the codes are put in"

_YES = {"yes", "y", "true", "t", "1", "x", "on"}
_NO = {"no", "n", "false", "f", "0", "off"}


def whole(text: str, field: str) -> int:
    """A whole number. `2.0` is one; we round nothing, and refuse commas."""
    text = shown(text)
    if len(text) <= _FEW_DIGITS and text.isdecimal() and text.isascii():
        return int(text)
    match = _WHOLE.fullmatch(text)
    if match is None:
        if not text:
            raise FieldError(field, f"no {_spoken(field)}", f"there is no {_spoken(field)}")
        raise not_whole(text, field)
    sign, digits = match.groups()
    digits = digits.lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise FieldError(field, f"{_spoken(field)} too large", f"{quoted(text)} is too large")
    return -int(digits) if sign else int(digits)


def not_whole(text: str, field: str) -> FieldError:
    hint = "" if not _DECIMAL.fullmatch(text) else "; backsplit counts whole units"
    return FieldError(field, f"{_spoken(field)} not a whole number", f"{quoted(text)} is not a whole number{hint}")


def quantity(text: str) -> int:
    """Units on an order line: a whole number from 1 to LARGEST_QUANTITY."""
    number = whole(text, "quantity")
    if number < 1:
        raise FieldError("quantity", "quantity below 1", f"{quoted(text.strip())} is not a quantity of 1 or more")
    if number > LARGEST_QUANTITY:
        detail = f"{quoted(text.strip())} is more than {LARGEST_QUANTITY:,} units"
        raise FieldError("quantity", "quantity too large", detail)
    return number


def on_hand(text: str) -> int:
    """A count: a whole number from 0 to LARGEST_ON_HAND."""
    number = whole(text, "on_hand")
    if number < 0:
        raise FieldError("on_hand", "count below 0", f"{quoted(text.strip())} is below 0, and a count cannot be")
    if number > LARGEST_ON_HAND:
        detail = f"{quoted(text.strip())} is more than {LARGEST_ON_HAND:,} units"
        raise FieldError("on_hand", "count too large", detail)
    return number


def priority(text: str, field: str) -> int:
    """A place in the queue, from HIGHEST_PRIORITY to LOWEST_PRIORITY."""
    number = whole(text, field)
    if not HIGHEST_PRIORITY <= number <= LOWEST_PRIORITY:
        detail = f"{quoted(text.strip())} is not a priority from {HIGHEST_PRIORITY} to {LOWEST_PRIORITY:,}"
        raise FieldError(field, "bad priority", detail)
    return number


def yes_no(text: str, field: str) -> bool | None:
    """None if the cell is blank."""
    word = text.strip().lower()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise FieldError(field, "neither yes nor no", f"{quoted(text.strip())} is neither yes nor no")


def sku(text: str, field: str = "sku") -> str:
    """A SKU as written, without outer blanks: `007`, `07600.14 -0-0-0`, `'0012` and `2,85 €` are SKUs.

    `="00712"` is 00712. Raises FieldError for what a spreadsheet has left of a code that it could not show.
    """
    return _up_to(_code(text, field), field, LONGEST_SKU)


def number(text: str, prefix: str = "") -> str:
    """An order number as written, without outer blanks, behind the prefix. Raises FieldError as `sku` does."""
    code = _code(text, "order")
    return _up_to(prefix + code if code else "", "order", LONGEST_NUMBER)


def tracking(text: str) -> str:
    """A label's number as written, without outer blanks. Raises FieldError as `sku` does."""
    return _up_to(_code(text, "tracking"), "tracking", LONGEST_TEXT)


def shown(text: str) -> str:
    """What a spreadsheet shows in a cell: that of `="00712"` shows 00712, and others show their text."""
    text = text.strip()
    if text.startswith('="') and (formula := _SHOWN.fullmatch(text)):
        return formula[1].replace('""', '"').strip()
    return text


def _code(text: str, field: str) -> str:
    """What a cell with a code shows. Raises FieldError where a spreadsheet has replaced the code."""
    text = shown(text)
    if _POWER_OF_TEN.fullmatch(text):
        detail = f"{quoted(text)} is not the {_spoken(field)} but what a spreadsheet has rounded it to"
        raise FieldError(field, f"{_spoken(field)} rounded by a spreadsheet", f"{detail}; {_EXPORT_AGAIN}")
    if text.startswith("#") and (_TOO_NARROW.fullmatch(text) or _FAILED_FORMULA.fullmatch(text)):
        detail = f"{quoted(text)} is a spreadsheet's error and not the {_spoken(field)}"
        raise FieldError(field, f"{_spoken(field)} lost by a spreadsheet", f"{detail}; {_EXPORT_AGAIN}")
    return text


def words(text: str, field: str) -> str:
    """A name, a customer or a note. It may be blank."""
    text = text.strip()
    return _up_to(text, field, LONGEST_TEXT) if text else ""


def _up_to(text: str, field: str, longest: int) -> str:
    text = text.strip()
    if not text:
        raise FieldError(field, f"no {_spoken(field)}", f"there is no {_spoken(field)}")
    if len(text) > longest:
        detail = f"{quoted(text)} has {len(text):,} characters; the most is {longest:,}"
        raise FieldError(field, f"{_spoken(field)} too long", detail)
    if text.isprintable():  # as most are: no NUL and no half character is
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unstorable(text, field) from None
    if _NUL in text or _WAS_NUL in text:
        raise _unstorable(text, field)
    return text


def _unstorable(text: str, field: str) -> FieldError:
    detail = f"{quoted(text)} holds a character that cannot be stored (a NUL, or half a character)"
    return FieldError(field, f"{_spoken(field)} with a broken character", detail)


def _spoken(field: str) -> str:
    return {
        "sku": "SKU",
        "order": "order number",
        "on_hand": "count",
        "placed_at": "date",
        "tracking": "tracking number",
    }.get(field, field)


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
            raise not_whole(text, self._field)
        if self._decimal is None:
            self._decimal = self._decide(text)
        match = _READINGS[self._decimal].whole.fullmatch(text)
        if match is None:
            raise not_whole(text, self._field)
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


_MOST = 50_000  # different cells of a column

T = TypeVar("T")


class Remembered(dict[str, T]):
    """A cell is checked once for as long as it is remembered. Each value is then one object."""

    def __init__(self, check: Callable[[str], T]) -> None:
        super().__init__()
        self._check = check

    def __missing__(self, cell: str) -> T:
        if len(self) >= _MOST:
            self.clear()
        value = self[cell] = self._check(cell)
        return value
