"""The clock, days of the shop, and ages as they are typed: `4d`, `36h`, `2w`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone

from backsplit.errors import DatabaseError, WrongUsage

HOURS = {"h": 1, "d": 24, "w": 24 * 7}
NEAR_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
FIRST_DAY, LAST_DAY = "1970", "3000"  # as in files
MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}|$)"  # compiled where it is used: most commands read none


def moment(at: datetime) -> str:
    """ISO 8601 in UTC to the second, as every time in the file is written."""
    return at.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_moment(text: str, today: str) -> str:
    """A day as `parse_day` takes it, or a day and a time, as it is written in the file. Raises WrongUsage.

    A time without a zone is local time; a day alone is that day at midnight in UTC, as in files.
    """
    said = ""
    with suppress(WrongUsage):
        day = parse_day(text, today)
        if day <= today or text.strip()[0].isdigit():  # no order was placed tomorrow
            return f"{day}{MIDNIGHT}"
    if found := re.match(MOMENT, text.strip()):  # Python also reads weeks, and dates without their dashes
        with suppress(ValueError, OverflowError):
            at = datetime.fromisoformat(re.sub(r"[zZ]\Z", "+00:00", text.strip()))
            said = moment(at if found[1] else at.replace(tzinfo=timezone.utc))
    if not FIRST_DAY <= said < LAST_DAY:
        raise WrongUsage(f"{text!r} is not a time: write 2026-01-31, 31.1.2026, yesterday, or 2026-01-31T09:00:00Z")
    return said


def parse_day(text: str, today: str) -> str:
    """A day of the shop as it is typed: `2026-12-03`, `3.12.2026`, `today`, `tomorrow`, `+3d`, `+2w`.

    `today` is that of the shop. Raises WrongUsage.
    """
    typed, begin, said = text.strip().lower(), date.fromisoformat(today), ""
    with suppress(ValueError, OverflowError):
        if match := re.fullmatch(r"\+([0-9]{1,4})([dw])", typed, re.ASCII):
            said = (begin + timedelta(hours=int(match[1]) * HOURS[match[2]])).isoformat()
        elif typed in NEAR_DAYS:
            said = (begin + timedelta(days=NEAR_DAYS[typed])).isoformat()
        elif match := re.fullmatch(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", typed, re.ASCII):
            said = date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        elif match := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", typed, re.ASCII):
            said = date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    if not FIRST_DAY <= said < LAST_DAY:
        raise WrongUsage(f"{text!r} is not a day from 1970 to 2999: write 2026-12-03, 3.12.2026, tomorrow or +3d")
    return said


def parse_age(text: str) -> timedelta:
    """Raises WrongUsage for anything but a whole number with h, d or w behind it."""
    match = re.fullmatch(r"([0-9]{1,6})([hdw])", text.strip().lower(), re.ASCII)
    if not match:
        raise WrongUsage(f"{text!r} is not an age: write hours, days or weeks as 36h, 4d or 2w")
    return timedelta(hours=int(match[1]) * HOURS[match[2]])


def placed_before(age: str, now: datetime) -> str:
    """The moment before which an order was placed that is older than `age`."""
    try:
        return moment(now - parse_age(age))
    except OverflowError:
        return "0001-01-01T00:00:00Z"


def since(text: str, now: datetime) -> str:
    """The moment from which on orders or events are asked for: an age before `now`, or a day or time as typed.

    A day begins at midnight in UTC, as in files. Raises WrongUsage.
    """
    with suppress(WrongUsage):
        return placed_before(text, now)
    with suppress(WrongUsage):
        return parse_moment(text, day(moment(now)))
    raise WrongUsage(f"{text!r} is neither an age nor a day: write 36h, 4d, 2w, 2026-11-01, 1.11.2026 or yesterday")


def read_moment(text: str) -> datetime:
    """What `moment` wrote. Raises DatabaseError for anything else, which only another program writes."""
    at: datetime | None = None
    with suppress(ValueError):
        at = datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=timezone.utc)
    if at is None or moment(at) != text:
        raise DatabaseError(
            "not-a-database", f"the file has an order placed at {text!r}, which is no time: `backsplit check` names it"
        )
    return at


def describe_age(placed_at: str, now: datetime) -> str:
    """How long ago, in the largest unit that fits: `3w`, `4d`, `5h`, `12m`."""
    placed = read_moment(placed_at)
    minutes = int((now - placed).total_seconds()) // 60
    for unit, size in (("w", 60 * 24 * 14), ("d", 60 * 24), ("h", 60)):
        if minutes >= size:
            return f"{minutes // (size if unit != 'w' else 60 * 24 * 7)}{unit}"
    return f"{max(0, minutes)}m"


MIDNIGHT = "T00:00:00Z"


def minute(moment: str) -> str:
    """`2026-01-01T09:00:00Z` as `2026-01-01 10:00` in Berlin. What is no moment is given as it is."""
    local = _local(moment)
    return f"{local:%Y-%m-%d %H:%M}" if local else moment


def minute_and_zone(moment: str) -> str:
    """The same, as `2026-01-01 10:00 CET`."""
    return " ".join(filter(None, (minute(moment), zones([moment]))))


def placed(moment: str) -> str:
    """When an order was placed. Most exports with a day alone give no time, which is midnight in UTC: no more is said.

    In New York that midnight would be the evening before.
    """
    return moment.removesuffix(MIDNIGHT) if moment.endswith(MIDNIGHT) else minute_and_zone(moment)


def day_placed(moment: str) -> str:
    """The day on which an order was placed, as `2026-01-01`."""
    return (moment if moment.endswith(MIDNIGHT) else minute(moment))[: len("2026-01-01")]


def day(moment: str) -> str:
    """The day of the shop on which a moment was, as `2026-01-01`."""
    return minute(moment)[: len("2026-01-01")]


class PlacedDays:
    """As `day_placed`, for many moments: the clock is asked once for each day."""

    def __init__(self) -> None:
        self._days: dict[str, tuple[str, str, str]] = {}

    def day(self, placed_at: str) -> str:
        """The day of the shop on which an order was placed. Raises DatabaseError for what is no time."""
        first, next_begins, second = self._days.get(placed_at[:10]) or self._local_days(placed_at)
        if placed_at.endswith(MIDNIGHT):
            return placed_at[:10]
        return first if placed_at < next_begins else second

    def _local_days(self, placed_at: str) -> tuple[str, str, str]:
        """The day of the shop with which a day in UTC begins, when the next begins, and that."""
        utc_day = read_moment(placed_at).replace(hour=0, minute=0, second=0)
        begin = utc_day.astimezone().replace(tzinfo=None)
        first = begin.replace(hour=0, minute=0)
        second = first + timedelta(days=1)
        found = first.date().isoformat(), moment(second.astimezone()), second.date().isoformat()
        self._days[placed_at[:10]] = found
        return found


def zones(moments: Iterable[str]) -> str:
    """The names of the zones of these moments: `CET`, or `CET, CEST` over a change of the clocks."""
    found = (_local(moment) for moment in moments)
    names = dict.fromkeys(local.tzname() or "" for local in found if local)
    return ", ".join(f"UTC{name}" if name.startswith(("+", "-")) else name for name in names)


def local(at: datetime) -> datetime:
    """The same moment in the zone of the system, or that in TZ. Raises WrongUsage where TZ has no such zone."""
    return _in_zone(at)


def local_to_utc(local: datetime) -> datetime:
    """A local time without a zone, in UTC and without a zone. Raises OverflowError at the ends of the calendar."""
    return _in_zone(local, timezone.utc).replace(tzinfo=None)


def _in_zone(at: datetime, zone: timezone | None = None) -> datetime:
    try:
        return at.astimezone(zone)
    except ValueError:
        raise WrongUsage("TZ has a zone a day or more away from UTC: set it to one such as Europe/Berlin") from None


def _local(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment.removesuffix("Z")).replace(tzinfo=timezone.utc).astimezone()
    except (ValueError, OverflowError):
        return None
