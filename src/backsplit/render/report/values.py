"""The report as JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backsplit.domain.report import Rate, Report, Week


def document(value: Report) -> dict[str, Any]:
    waiting = value.waiting
    return {
        "since": value.since,
        "orders": _rate(value.came.orders),
        "lines": _rate(value.came.lines),
        "units": _rate(value.came.units),
        "earlier": value.earlier,
        "waiting": waiting._asdict() | {"ages": [bar._asdict() for bar in waiting.ages]},
        "released": value.released._asdict(),
        "weeks": [week._asdict() for week in value.weeks],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {"came": rate.came, "at_once": rate.at_once, "rate": rate.rate}


def rows(value: Report) -> Iterator[list[object]]:
    yield list(Week._fields)
    yield from (list(week) for week in value.weeks)
