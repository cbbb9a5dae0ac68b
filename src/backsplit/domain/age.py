"""AGE as it is typed: `4d`, `36h`, `2w`."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone

from backsplit.domain.errors import DatabaseError, WrongUsage

HOURS = {"h": 1, "d": 24, "w": 24 * 7}
FIRST_DAY, LAST_DAY = "1970", "3000"  # as in files


def moment(at: datetime) -> str:
    """ISO 8601 in UTC to the second, as every time in the file is written."""
    return at.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_moment(text: str) -> str:
    """A day, or a day and a time (UTC unless it names a zone), as it is written in the file. Raises WrongUsage."""
    try:
        at = datetime.fromisoformat(re.sub(r"[zZ]\Z", "+00:00", text.strip()))
        said = moment(at if at.tzinfo else at.replace(tzinfo=timezone.utc))
    except (ValueError, OverflowError):
        said = ""
    if not FIRST_DAY <= said < LAST_DAY:
        raise WrongUsage(f"{text!r} is not a time: write 2026-01-31, or 2026-01-31T09:00:00Z")
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
