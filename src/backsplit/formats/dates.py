"""Dates in every form that shops write, as ISO 8601 in UTC.

`12/03/2024` may be a day in March or in December, and we never guess. The whole column decides: a date in it
whose first or second part is above 12 shows the order of day and month. If there is none, we ask the user. With dots
the day comes first, unless the user says otherwise. A time without a zone is local time: that of TZ, else the system's.
A day without a time stays that day, at midnight in UTC. Parts of a second are cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from backsplit.domain.times import local_to_utc
from backsplit.formats import DateOrder
from backsplit.formats.cells import Remembered
from backsplit.formats.report import FieldError, Report, quoted

FIRST_YEAR, LAST_YEAR = 1970, 2999
_MARKS = {"-- ::", "--T::"}  # every third character of 2026-01-31 09:00:00, from the fifth on
_CACHED = 50_000  # dates remembered; an export repeats a date on every line of an order
_LONGEST = 64

_TIME = r"""(?:(?:T|,?\s+)
    (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?
    (?:\s*(?P<half>[AP])\.?M\.?)?
    (?:\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?
)?"""
_OFFSET = re.compile(r" [+-]\d{4}|[+-]\d{2}:\d{2}", re.ASCII)
_FLAGS = re.VERBOSE | re.ASCII | re.IGNORECASE
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME, _FLAGS)
_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + _TIME,
    _FLAGS,
)
_NAMED = re.compile(
    r"""(?:[A-Z]{3,9},\s*)?
    (?:(?P<name>[A-Z]{3,9})\.?[-\s/]+(?P<day>\d{1,2}) | (?P<day_first>\d{1,2})[-\s/]+(?P<name_second>[A-Z]{3,9})\.?)
    ,?[-\s/]+(?P<year>\d{4}|\d{2})"""
    + _TIME,
    _FLAGS,
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


class _Undecided(Exception):
    pass


class Dates:
    """A column of dates.

    `again` reads the column from the start, as (line, cell). We call it at most once, at the first date that
    only the whole column can decide.
    """

    def __init__(
        self,
        report: Report,
        order: DateOrder | None,
        again: Callable[[], Iterable[tuple[int, str]]],
        column: str = "",
    ) -> None:
        self._report, self._order, self._again, self._column = report, order, again, column
        self._dotted: DateOrder = order or "dmy"
        self._cache: dict[str, str] = {}
        self._hours, self._minutes, self._offsets = Remembered(_hour_of), Remembered(_minute_of), Remembered(_offset)

    def utc(self, text: str) -> str:
        """The date in a cell, as `YYYY-MM-DDTHH:MM:SSZ`.

        Raises FieldError if it is not a date, and BadInput if the column does not decide or contradicts itself.
        """
        text = text.strip()
        # Programs write 2026-01-31 09:00:00. Most dates of large files look so, and this is the fast way for them.
        # The hours of a year are few, and so are the minutes and seconds of an hour.
        if len(text) == 19 and (hour := self._hours[text[:13]]) and (rest := self._minutes[text[13:]]):
            return hour + rest
        if len(text) == 25 and text[4:17:3] in _MARKS and (fast := self._with_offset(text)):
            return fast
        known = self._cache.get(text)
        if known is None:
            try:
                known = _utc(text, self._order, self._dotted)
            except _Undecided:
                self._order = self._decide(text)
                known = _utc(text, self._order, self._dotted)
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[text] = known
        return known

    def _with_offset(self, text: str) -> str:
        """2026-01-31 09:00:00 +0100 or 2026-01-31T09:00:00+01:00, as Shopify has it on each order; else blank."""
        offset = self._offsets[text[19:]]
        if offset is None:
            return ""
        try:
            moment = datetime.fromisoformat(text[:19]) - offset
        except (ValueError, OverflowError):
            return ""
        return moment.isoformat() + "Z" if FIRST_YEAR < moment.year < LAST_YEAR else ""

    def day(self, text: str) -> str:
        """The day in a cell as it is written, `YYYY-MM-DD`, whatever time and zone stand behind it. Raises as utc."""
        text = text.strip()
        try:
            match, month, day = _parts(text, self._order, self._dotted)
        except _Undecided:
            self._order = self._decide(text)
            match, month, day = _parts(text, self._order, self._dotted)
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
        try:
            if FIRST_YEAR <= year <= LAST_YEAR:
                return date(year, month, day).isoformat()
        except ValueError:
            pass
        raise _not_a_date(text)

    def _decide(self, asked: str) -> DateOrder:
        seen: dict[DateOrder, tuple[int, str]] = {}
        undecided = False
        for at, cell in self._again():
            match = _NUMBERS.fullmatch(cell.strip()[:_LONGEST])
            if match is None or match["mark"] == "." or _may_begin_with_the_year(match):
                continue
            one, two = int(match["one"]), int(match["two"])
            if one > 12 >= two:
                seen.setdefault("dmy", (at, cell))
            elif two > 12 >= one:
                seen.setdefault("mdy", (at, cell))
            elif one != two:
                undecided = True
        column = f" in column {quoted(self._column)}" if self._column else ""
        if len(seen) == 2:
            (day_at, day), (month_at, month) = seen["dmy"], seen["mdy"]
            unit = self._report.unit
            raise self._report.refuse(
                f"the dates{column} contradict each other: {quoted(day)} ({unit} {day_at}) has the day first, "
                f"{quoted(month)} ({unit} {month_at}) has the month first. Correct the file, or use --date-order dmy "
                "or mdy with --skip-bad.",
            )
        if seen:
            return next(iter(seen))
        if (match := _NUMBERS.fullmatch(asked[:_LONGEST])) and _may_begin_with_the_year(match):
            raise _not_a_date(asked)
        if undecided:
            raise self._report.refuse(
                f"the dates{column} can be read two ways ({quoted(asked)}), and none in the file has a day above 12. "
                "Choose one: --date-order dmy (day first) or --date-order mdy (month first).",
            )
        return "dmy"  # both orders give the same dates


def clear_moment(text: str, field: str) -> str | None:  # noqa: ARG001 - as other checks of facts
    """A time that can be read in one way, as `utc` gives it; None for anything else: nothing depends on it alone."""
    try:
        return _utc(text.strip(), None, "dmy")
    except (FieldError, _Undecided):
        return None


def looks_like_a_date(text: str) -> bool:
    """Whether it is written as a date is, though it may be none."""
    text = text.strip()[:_LONGEST]
    return any(form.fullmatch(text) for form in (_YEAR_FIRST, _NUMBERS, _NAMED))


def _utc(text: str, order: DateOrder | None, dotted: DateOrder) -> str:
    match, month, day = _parts(text, order, dotted)
    if match.re is _NUMBERS and match["mark"] == ".":
        order = dotted
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    if FIRST_YEAR <= year <= LAST_YEAR:  # before the zone, which could take year 1 out of datetime's range
        try:
            hour, minute, second = _hour(match), int(match["minute"] or 0), int(match["second"] or 0)
            moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - UTC, when the zone is off
            if match["zone"]:
                moment -= _zone(match["zone"])
            elif match["hour"]:
                moment = local_to_utc(moment)
        except (ValueError, OverflowError):
            raise _not_a_date(text, order if match.re is _NUMBERS else None) from None
        if FIRST_YEAR <= moment.year <= LAST_YEAR:
            return moment.isoformat() + "Z"
    raise _not_a_date(text)


def _parts(text: str, order: DateOrder | None, dotted: DateOrder) -> tuple[re.Match[str], int, int]:
    """The match, the month and the day."""
    if len(text) <= _LONGEST:
        if match := _YEAR_FIRST.fullmatch(text):
            return match, int(match["month"]), int(match["day"])
        if match := _NUMBERS.fullmatch(text):
            one, two = int(match["one"]), int(match["two"])
            order = dotted if match["mark"] == "." else order
            if order is None:
                raise _Undecided
            return (match, two, one) if order == "dmy" else (match, one, two)
        if match := _NAMED.fullmatch(text):
            return match, _month(match["name"] or match["name_second"]), int(match["day"] or match["day_first"])
    raise _not_a_date(text)


def _may_begin_with_the_year(match: re.Match[str]) -> bool:
    """Whether it is as 26-01-01: the year may stand at either end."""
    two_digits = match["mark"] == "-" and len(match["year"]) == 2 and len(match["one"]) == 2
    return two_digits and int(match["two"]) <= 12 and 1 <= int(match["year"]) <= 31


def _hour(match: re.Match[str]) -> int:
    """0 to 23. Raises ValueError for `13:00 PM`."""
    hour = int(match["hour"] or 0)
    if not match["half"]:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError
    return hour % 12 + (12 if match["half"] in "pP" else 0)


def _month(name: str) -> int:
    """1 to 12; 0 for an unknown name, which then is no date."""
    name = name.lower()
    return next((place for place, month in enumerate(_MONTHS, 1) if name in (month, month[:3], month[:4])), 0)


def _zone(text: str) -> timedelta:
    """How far the zone is ahead of UTC. Raises ValueError for a day or more."""
    if text[0] not in "+-":
        return timedelta()
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    if offset >= timedelta(days=1):
        raise ValueError
    return -offset if text[0] == "-" else offset


def _hour_of(text: str) -> str:
    """2026-01-31 09 or 2026-01-31T09, local time, as the beginning of a moment in UTC.

    Blank if it is something else, or where local time is not whole hours from UTC.
    """
    if text[4:11:3] not in ("-- ", "--T"):
        return ""
    try:
        hour = local_to_utc(datetime.fromisoformat(f"{text}:00:00"))
    except (ValueError, OverflowError):
        return ""
    return f"{hour:%Y-%m-%dT%H}" if FIRST_YEAR <= hour.year <= LAST_YEAR and not hour.minute + hour.second else ""


def _minute_of(text: str) -> str:
    """:00:00 as the end of a moment in UTC; blank if it is something else."""
    try:
        time.fromisoformat(f"00{text}")
    except ValueError:
        return ""
    return f"{text}Z" if text[::3] == "::" else ""


def _offset(text: str) -> timedelta | None:
    """The six characters behind a time as what they add to UTC; None if they are something else."""
    if not _OFFSET.fullmatch(text):
        return None
    try:
        return _zone(text.strip())
    except ValueError:
        return None


def _not_a_date(text: str, order: DateOrder | None = None) -> FieldError:
    if not text:
        return FieldError("placed_at", "no date", "there is no date")
    read = {"dmy": ", read with the day first", "mdy": ", read with the month first", None: ""}[order]
    return FieldError("placed_at", "not a date", f"{quoted(text)} is not a date from 1970 to 2999{read}")
