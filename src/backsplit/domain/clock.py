"""Moments as people read them: in the zone of the system, or that in TZ. Files, JSON and CSV keep UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone

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


def zones(moments: Iterable[str]) -> str:
    """The names of the zones of these moments: `CET`, or `CET, CEST` over a change of the clocks."""
    found = (_local(moment) for moment in moments)
    names = dict.fromkeys(local.tzname() or "" for local in found if local)
    return ", ".join(f"UTC{name}" if name.startswith(("+", "-")) else name for name in names)


def _local(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment.removesuffix("Z")).replace(tzinfo=timezone.utc).astimezone()
    except (ValueError, OverflowError):
        return None
