"""Rule 21: who must be told what, by which day; and what was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from backsplit.domain.history import EventKind
from backsplit.domain.notices import DEFAULT_DAYS, Due, LastTold, Notice, Waiting, agreed_to, day_after, due, noted
from backsplit.domain.orders import Status
from backsplit.domain.times import PlacedDays
from backsplit.errors import Refused
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.maps import with_remembered
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.history import Done
    from backsplit.formats import ReadOptions
    from backsplit.repository.notices import Concerned

COLUMNS = ("notice", "notice_order", "notice_units", "notice_told", "notice_day", "notice_by", "notice_answer")


class Told(NamedTuple):
    """The notices that are due, and of how many it is noted that the customer was told.

    `without_row` are orders with a notice that the export does not have. `last`: nothing is new since that change.
    """

    notices: list[Notice]
    noted: int = 0
    without_row: tuple[str, ...] = ()
    last: Done | None = None


class Agreed(NamedTuple):
    """The orders whose customers agree, with the day until which they wait; None: until there is one."""

    orders: tuple[tuple[str, str | None], ...]
    notices: list[Notice]


def listed(repository: Repository, days: int = DEFAULT_DAYS) -> list[Notice]:
    """The notices that are due, the most urgent first. `days`: as in `domain.notices.due`."""
    with repository.answering():
        return [notice for _, notice in _due(repository, days)]


def days_to_tell_by(repository: Repository) -> list[str]:
    """The day by which the customer must hear of each notice that is due; within a view that has been begun."""
    found = _each_due(repository, DEFAULT_DAYS, repository.notices.waiting_without_lines())
    return [what.by for _, _, _, what in found]


def take(repository: Repository, days: int = DEFAULT_DAYS) -> Told:
    """The notices that are due; and it is noted that the customers were told."""
    with repository.change("notices --take"):
        found = [notice for _, notice in _due(repository, days)]
        return _told(repository, found, _note(repository, found))


def through(
    repository: Repository,
    path: str,
    options: ReadOptions,
    save: Callable[[str, Iterable[str]], None],
    *,
    days: int = DEFAULT_DAYS,
    taking: bool = False,
) -> Told:
    """Write the rows of the export at `path` that belong to orders with a notice, with COLUMNS added, for a mail merge.

    `save` writes the text in the file's encoding, whole or not at all. `taking`: it is noted that the customers were
    told, but only of orders that have a row, and only if the file was written. Raises BadInput, and what `save` raises.
    """
    from backsplit.formats.rewrite import Export  # noqa: PLC0415 - only for a mail merge

    view = repository.change("notices --take") if taking else repository.answering()
    with closing(Export(path, with_remembered(repository, options))) as export, view:
        of_family: dict[int, list[Notice]] = {}
        for family, notice in _due(repository, days):
            of_family.setdefault(family, []).append(notice)
        cells: dict[str, list[str]] = {}
        with_row: dict[str, Notice] = {}
        for number in export.numbers():
            order = repository.orders.typed(number)
            notices = of_family.get(order.family, []) if order else []
            if notices:
                cells[number] = _cells(notices)
                with_row |= {notice.order: notice for notice in notices}
        found = [notice for notices in of_family.values() for notice in notices]
        without_row = tuple(notice.order for notice in found if notice.order not in with_row)
        taken = _note(repository, list(with_row.values())) if taking else 0
        save(export.encoding, export.extended(COLUMNS, cells))
        with_rows = _sorted(with_row.values())
        return _told(repository, with_rows, taken, without_row) if taking else Told(with_rows, 0, without_row)


def _told(repository: Repository, found: list[Notice], noted: int, without_row: tuple[str, ...] = ()) -> Told:
    return Told(found, noted, without_row, None if noted else repository.history.last_change({"notices --take"}))


def agree(repository: Repository, numbers: Sequence[str], days: int = DEFAULT_DAYS) -> Agreed:
    """Note that customers agree to wait: to the promised day, or to what was told if that is later; or without a day.

    Raises OrderNotFound, and Refused for an order that is closed.
    """
    with repository.change("notices --agreed"):
        promised, told = promises.days(repository), repository.notices.told()
        now: dict[str, LastTold] = {}
        for order in repository.orders_named(numbers):
            number = order.number
            if not order.is_open or order.status is Status.PROCESSING:
                raise Refused("not-allowed", f"{number} is {order.status.value}: only an order that waits needs a yes")
            now[number] = agreed_to(_last_told(repository, told, number, order.split_from), promised.get(number))
        changed = {number: last for number, last in now.items() if told.get(number) != last}
        if changed:
            repository.notices.tell(changed)
            repository.history.record(
                Entry(
                    EventKind.AGREED,
                    number,
                    reason=f"to wait until {last.day}" if last.day else "to wait without a day",
                )
                for number, last in changed.items()
            )
            _keep(repository, {number: told.get(number) for number in changed}, [], ["--agreed", *changed])
        left = [notice for _, notice in _due(repository, days)]
        return Agreed(tuple((number, last.day) for number, last in now.items()), left)


def _due(repository: Repository, days: int) -> list[tuple[int, Notice]]:
    """The notices that are due, each with the family of its order, the most urgent first."""
    found = [
        (order.family, _notice(order, last, day, what))
        for order, last, day, what in _each_due(repository, days, repository.notices.waiting())
    ]
    return sorted(found, key=lambda each: each[1].by)


def _each_due(
    repository: Repository, days: int, waiting: Iterable[Concerned]
) -> Iterator[tuple[Concerned, LastTold | None, str | None, Due]]:
    """Each order of which a notice is due, with what was told last, its promised day, and what is due."""
    today, told = promises.today(), repository.notices.told()
    promised, placed = promises.days(repository), PlacedDays()
    for order in waiting:
        last = _last_told(repository, told, order.number, order.split_from)
        is_new_part = order.split_from is not None and order.number not in told
        day = promised.get(order.number)
        what = due(Waiting(placed.day(order.placed_at), day, last, is_new_part), today, days)
        if what:
            yield order, last, day, what
    for order in repository.notices.cancelled():
        last = _last_told(repository, told, order.number, order.split_from)
        by = (last.day if last else None) or day_after(placed.day(order.placed_at), days)
        yield order, last, None, Due("cancelled", by, None)


def _sorted(notices: Iterable[Notice]) -> list[Notice]:
    return sorted(notices, key=lambda notice: notice.by)


def _notice(order: Concerned, last: LastTold | None, day: str | None, what: Due) -> Notice:
    units: dict[str, int] = {}
    for sku, quantity in order.lines:
        units[sku] = units.get(sku, 0) + quantity
    kind, by, answer = what
    return Notice(order.number, order.customer, kind, tuple(units.items()), last.day if last else None, day, by, answer)


def _last_told(
    repository: Repository, told: Mapping[str, LastTold], number: str, split_from: str | None
) -> LastTold | None:
    """What was last told of an order, else of the order that it was split from."""
    if not told:
        return None
    while number not in told and split_from is not None:
        number, split_from = split_from, repository.notices.split_from(split_from)
    return told.get(number)


def _told_of(repository: Repository, told: Mapping[str, LastTold], number: str) -> LastTold | None:
    return _last_told(repository, told, number, repository.notices.split_from(number)) if told else None


def _note(repository: Repository, notices: Sequence[Notice]) -> int:
    """Note that the customers were told; of how many orders that is new."""
    told = repository.notices.told()
    cancelled = [notice for notice in notices if notice.kind == "cancelled"]
    now = {
        notice.order: noted(notice, _told_of(repository, told, notice.order))
        for notice in notices
        if notice.kind != "cancelled"
    }
    now = {number: last for number, last in now.items() if told.get(number) != last}
    if not now and not cancelled:
        return 0
    repository.notices.tell(now)
    repository.notices.tell_cancelled(notice.order for notice in cancelled)
    taken = [notice for notice in notices if notice.order in now or notice.kind == "cancelled"]
    repository.history.record(Entry(EventKind.TOLD, notice.order, reason=_reason(notice)) for notice in taken)
    _keep(repository, {number: told.get(number) for number in now}, [notice.order for notice in cancelled], ["--take"])
    return len(taken)


def _reason(notice: Notice) -> str:
    return f"{notice.kind}, {notice.day}" if notice.day else notice.kind


def _keep(
    repository: Repository, before: Mapping[str, LastTold | None], cancelled: Sequence[str], words: Sequence[str]
) -> None:
    repository.history.keep_before({"told": before, "cancelled": cancelled, "again": ["notices", *words]})


def _cells(notices: Sequence[Notice]) -> list[str]:
    """The cells of COLUMNS for one order of the shop; of several parts one after the other."""
    rows = [
        (
            notice.kind,
            notice.order,
            ", ".join(f"{quantity} x {sku}" for sku, quantity in notice.units),
            notice.told or "",
            notice.day or "",
            notice.by,
            notice.answer or "",
        )
        for notice in notices
    ]
    return ["; ".join(each) for each in zip(*rows, strict=True)]


def untold(
    repository: Repository, before: Mapping[str, Sequence[Any] | None], cancelled: Sequence[str]
) -> Iterator[str]:
    """For undo: what was told before is so again; the numbers of the orders."""
    repository.notices.tell({number: LastTold(*last) if last else None for number, last in before.items()})
    given_up = [order for number in cancelled if (order := repository.orders.get(number))]
    repository.notices.add_cancelled(order.id for order in given_up if order.status is Status.CANCELLED)
    yield from (*before, *cancelled)
