"""Rule 22: how well it goes."""

from __future__ import annotations

from datetime import datetime

from backsplit.domain.report import Released, Report, Waiting, histogram, median, ninety_percent
from backsplit.domain.times import read_moment
from backsplit.domain.times import since as moment_since
from backsplit.repository import Repository

DAY = 86_400  # seconds


def report(repository: Repository, now: datetime, since: str | None = None) -> Report:
    """`since` is an age such as 90d, or a day: whole days (UTC) are told, from that one on. Raises WrongUsage."""
    start = f"{moment_since(since, now)[:10]}T00:00:00Z" if since else ""
    with repository.reading():
        fill_rates, earlier = repository.report.fill_rates(start)
        placed = repository.report.placed()
        units = repository.report.units_waiting()
        waited = repository.report.waited(start)
        weeks = repository.report.weeks(start)
    ages = [max(0.0, (now - read_moment(at)).total_seconds() / DAY) for at in reversed(placed)]  # a clock was set back
    return Report(
        since=start or None,
        fill_rates=fill_rates,
        earlier=earlier,
        waiting=Waiting(
            orders=len(placed),
            units=units,
            median_days=median(ages),
            p90_days=ninety_percent(ages),
            oldest=placed[0] if placed else None,
            ages=histogram(ages),
        ),
        released=Released(len(waited), median(waited), ninety_percent(waited)),
        weeks=tuple(weeks),
    )
