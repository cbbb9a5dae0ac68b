"""Rule 13: take back what one command did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.errors import Refused
from backsplit.domain.history import Done, Event, Happened
from backsplit.domain.outcomes.changing import Undone
from backsplit.domain.undo import again, touched
from backsplit.domain.values import Status
from backsplit.repository import Repository
from backsplit.services.every_day import promising
from backsplit.services.putting_right.changing import check_unchanged
from backsplit.services.putting_right.contraries import CONTRARIES, NEED_BEFORE
from backsplit.services.sweeping import sweep


def undo(
    repository: Repository,
    number: int | None = None,
    *,
    last_that_can: bool = False,
    dry_run: bool = False,
    shown: Undone | None = None,
) -> Undone:
    """Undo the change of that number, without one the last change, or `last_that_can` the last that can be undone.

    `shown` is what a dry run said before. Raises Refused.
    """
    if shown is not None:
        number = shown.change.number
    with repository.change("undo", dry_run=dry_run):
        change = _chosen(repository, number, last_that_can=last_that_can)
        repository.history.because(f"undoes change {change.number}: {change.command}")
        events = repository.history.of_change(change.number)
        _check_undoable(repository, change, events)
        _check_not_changed_since(repository, change, events)
        repository.history.keep_undone(change.number)
        done = CONTRARIES[change.command](repository, change, events)
        swept = sweep(repository, done.freed)
        released = (*done.released, *swept.numbers)
        numbers = dict.fromkeys((*done.orders, *done.returned))
        orders = tuple(promising.dated(repository, map(repository.order, numbers)))
        notes = (*done.notes, *_keep(repository, events))
        outcome = Undone(
            orders,
            released,
            tuple(done.returned),
            notes,
            dry_run=dry_run,
            mergeable=swept.mergeable,
            change=change,
        )
        check_unchanged(shown, outcome)
        return outcome


def _chosen(repository: Repository, number: int | None, *, last_that_can: bool) -> Done:
    if number is not None:
        change = repository.history.change(number)
        if change is None:
            raise Refused("not-undoable", f"there is no change {number}: `backsplit history` shows the numbers")
        return change
    change = repository.history.last_change(CONTRARIES if last_that_can else None)
    if change is None:
        raise Refused("not-undoable", "there is no change that could be undone")
    return change


def _check_undoable(repository: Repository, change: Done, events: Sequence[Event]) -> None:
    if change.undone_by is not None:
        raise Refused("not-undoable", f"{change} has been undone already; to do it again: {again(change, events)}")
    if change.undoes is not None and (undone := repository.history.change(change.undoes)) is not None:
        to_repeat = again(undone, repository.history.of_change(undone.number))
        raise Refused("not-undoable", f"{change} is an undo; to do again what it took back: {to_repeat}")
    last = repository.history.last_change(CONTRARIES)
    that_can = f"the last that can is {last}: `backsplit undo {last.number}`" if last else "nor can any other change"
    if change.command not in CONTRARIES:
        raise Refused("not-undoable", f"{change} cannot be undone; {that_can}")
    dropped = any(event.event == Happened.DROPPED.word for event in events)
    if change.before is None and (change.command in NEED_BEFORE or dropped):
        raise Refused("not-undoable", f"{change} cannot be undone: it was made by an older backsplit; {that_can}")


def _check_not_changed_since(repository: Repository, change: Done, events: Sequence[Event]) -> None:
    found = repository.history.changed_since(change.number, touched(events))
    if found is None:
        return
    order, later = found
    advice = f": undo that first, with `backsplit undo {later.number}`" if later.command in CONTRARIES else ""
    raise Refused("changed-since", f"{order} has been changed since {change}, by {later}{advice}")


def _keep(repository: Repository, events: Sequence[Event]) -> Iterator[str]:
    """The orders that the change merely released, and that still have what they got."""
    about = touched(events)
    for event in events:
        if event.event == Happened.RELEASED.word and event.order and event.order not in about:
            order = repository.orders.get(event.order)
            if order is not None and order.status is Status.PROCESSING:
                yield f"{order.number}, which it released, keeps what it got"
