"""Rule 23: what is to be done today."""

from __future__ import annotations

import json
from datetime import date

from backsplit.domain.orders import Status
from backsplit.domain.times import day as day_of
from backsplit.domain.today import (
    Amount,
    CameDue,
    CanSplit,
    Delivery,
    LastSync,
    OpenList,
    ToBuy,
    Today,
    ToTell,
)
from backsplit.repository import Repository, Which
from backsplit.services import promises


def today(repository: Repository) -> Today:
    """All that is to be done today. What is found is kept until the next change, since it takes a look at all that
    waits."""
    day = promises.today()
    with repository.answering():
        cached = repository.today.cached(day)
        if cached is not None:
            return _read(cached)
        found = _found(repository, day)
        repository.today.keep(day, json.dumps(found))
        return found


def _found(repository: Repository, day: str) -> Today:
    lists = tuple(OpenList(*row) for row in repository.today.lists())
    overdue, arriving = _deliveries(repository, day)
    return Today(
        day=day,
        last_sync=_last_sync(repository, day),
        to_mark=_to_mark(repository),
        to_pick=Amount(
            repository.orders.count(Status.PROCESSING, Which()) - sum(pick_list.orders for pick_list in lists),
            repository.today.units_to_pick(),
        ),
        lists=lists,
        can_split=CanSplit(*repository.today.can_split(repository.policy)),
        due=CameDue(len(repository.calendar.held_until(day)), len(repository.calendar.to_open(day))),
        overdue=overdue,
        arriving=arriving,
        to_tell=_to_tell(repository),
        to_buy=_to_buy(repository, day),
        books_differ=repository.today.books_differ(),
    )


def _last_sync(repository: Repository, day: str) -> LastSync | None:
    last = repository.sources.last_followed()
    if last is None:
        return None
    source, at = last
    days = (date.fromisoformat(day) - date.fromisoformat(day_of(at))).days
    return LastSync(at, source, max(0, days))  # a clock was set back


def _deliveries(repository: Repository, day: str) -> tuple[tuple[Delivery, ...], tuple[Delivery, ...]]:
    """What is overdue, and what arrives on that day."""
    rows = [Delivery(row.ref, row.sku, row.left, row.on) for row in repository.expected.until(day)]
    return tuple(row for row in rows if row.on < day), tuple(row for row in rows if row.on == day)


def _to_mark(repository: Repository) -> Amount:
    if not repository.shop_updates.any():
        return Amount(0, 0)
    from backsplit.services.shop_updates import amount_to_mark  # noqa: PLC0415 - not where the answer is kept

    return Amount(*amount_to_mark(repository))


def _to_tell(repository: Repository) -> ToTell:
    from backsplit.services.notices import days_to_tell_by  # noqa: PLC0415 - as above

    by = days_to_tell_by(repository)
    return ToTell(len(by), min(by, default=None))


def _to_buy(repository: Repository, day: str) -> ToBuy:
    units = [shortage.to_buy for shortage in repository.shortage_cache.all(repository.policy, day) if shortage.to_buy]
    return ToBuy(len(units), sum(units))


def _read(text: str) -> Today:
    """An answer that was kept."""
    day, last, to_mark, to_pick, lists, can_split, due, overdue, arriving, to_tell, to_buy, differ = json.loads(text)
    return Today(
        day=day,
        last_sync=LastSync(*last) if last else None,
        to_mark=Amount(*to_mark),
        to_pick=Amount(*to_pick),
        lists=tuple(OpenList(*row) for row in lists),
        can_split=CanSplit(*can_split),
        due=CameDue(*due),
        overdue=tuple(Delivery(*row) for row in overdue),
        arriving=tuple(Delivery(*row) for row in arriving),
        to_tell=ToTell(*to_tell),
        to_buy=ToBuy(*to_buy),
        books_differ=differ,
    )
