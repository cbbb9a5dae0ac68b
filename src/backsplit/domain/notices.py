"""Rule 21: who must be told what of an order, by which day, and whether silence is consent. Days are the shop's."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from backsplit.values import NamedTuple

Kind = Literal["split", "late", "again", "no-day", "cancel", "cancelled"]
AnswerWanted = Literal["silence", "yes"]

DEFAULT_DAYS = 30  # days after it was placed within which an order is to be sent where no other day was told
SILENCE_DAYS = 30  # a first delay of at most so many days, with a definite end, takes silence for consent


class LastTold(NamedTuple):
    """What a customer was last told of an order: the day, None where there was none; and whether a yes is noted."""

    day: str | None
    agreed: bool = False


class Waiting(NamedTuple):
    """An order that waits. `placed` is the day on which it was placed, `promised` its promised day (rule 15).

    `told` is None where nobody was told of the order, nor of one that it was split from. `is_new_part`: it was split
    off another order, and nobody was told of that.
    """

    placed: str
    promised: str | None
    told: LastTold | None = None
    is_new_part: bool = False


class Due(NamedTuple):
    """What a customer must hear: by which day, and which answer is needed."""

    kind: Kind
    by: str
    answer: AnswerWanted | None


class Notice(NamedTuple):
    """A notice of one order: its units by SKU, the day that was told last, and the promised `day`."""

    order: str
    customer: str
    kind: Kind
    units: tuple[tuple[str, int], ...]
    told: str | None
    day: str | None
    by: str
    answer: AnswerWanted | None


def due(order: Waiting, today: str, days: int = DEFAULT_DAYS) -> Due | None:
    """The notice that is due for an order that waits, if any is.

    A customer expects the order by the day that was told, else `days` after it was placed. A notice is due where the
    promised day is later, or where there is none. Once it was told that there is no day, nothing more is due before
    the last day.
    """
    first = day_after(order.placed, days)
    told = order.told
    last = (told.day if told else None) or first
    promised, agreed = order.promised, told is not None and told.agreed
    has_open_end = told is not None and told.day is None
    if not order.is_new_part:
        if has_open_end and (agreed or last >= today):
            return None
        if promised is not None and promised <= last:
            return None
    if last < today and not agreed:
        return Due("cancel", last, "yes")
    if order.is_new_part:
        kind: Kind = "split"
    elif promised is None:
        kind = "no-day"
    else:
        kind = "late" if told is None else "again"
    return Due(kind, last, _answer(promised, last, told))


def _answer(promised: str | None, last: str, told: LastTold | None) -> AnswerWanted | None:
    if told is not None and told.day is None and told.agreed:
        return None
    if promised is None:
        return "yes"
    if promised <= last:
        return None
    return "silence" if told is None and promised <= day_after(last, SILENCE_DAYS) else "yes"


def noted(notice: Notice, told: LastTold | None) -> LastTold:
    """What is noted once the customer was told. A yes that was given before holds where no new answer is needed."""
    return LastTold(notice.day, agreed=notice.answer is None and told is not None and told.agreed)


def agreed_to(told: LastTold | None, promised: str | None) -> LastTold:
    """What is noted where a customer says yes: to the later of the day that was told and the promised day.

    Where there is no promised day, it is a yes to waiting without one.
    """
    if promised is None:
        return LastTold(None, agreed=True)
    return LastTold(max(promised, told.day) if told and told.day else promised, agreed=True)


@lru_cache(maxsize=1024)
def day_after(day: str, days: int) -> str:
    """The day so many days later, as `2026-12-03`."""
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        return date.max.isoformat()
