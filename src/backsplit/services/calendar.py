"""Rule 19: days on which holds end and SKUs may go out. A day does nothing by itself: `due` does."""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Status, Stock
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import check_no_kits, sweep
from backsplit.values import NamedTuple


class CameDue(NamedTuple):
    """The orders whose hold has ended and the SKUs that have opened, and who was released because of it."""

    resumed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    effects: Effects = NO_EFFECTS
    dry_run: bool = False


class Dated(NamedTuple):
    """SKUs as they are with their new first day, or without one, and who was released because of it."""

    stock: list[Stock]
    effects: Effects = NO_EFFECTS


def due(repository: Repository, *, dry_run: bool = False) -> CameDue:
    """End the holds and open the SKUs whose day has come; then one sweep. A second call finds nothing to do."""
    today = promises.today()
    with repository.change("due", dry_run=dry_run):
        orders = repository.orders.by_id(repository.calendar.held_until(today))
        opening = repository.calendar.to_open(today)
        if not orders and not opening:
            return CameDue(dry_run=dry_run)
        repository.transitions.move([order.id for order in orders], Status.ON_HOLD, Status.BACKORDER)
        repository.calendar.set_first_days(dict.fromkeys(opening))
        repository.history.record(
            [
                *(Entry(EventKind.RESUMED, order.number, reason=f"held until {order.until}") for order in orders),
                *(Entry(EventKind.OPENED, None, sku, reason=f"from {day}") for sku, day in opening.items()),
            ]
        )
        repository.history.keep_before(
            {"until": {order.number: order.until for order in orders}, "first_days": opening}
        )
        effects = sweep(repository, {*opening, *(sku for order in orders for sku in order.wanted)})
        return CameDue(tuple(order.number for order in orders), tuple(opening), effects, dry_run)


def set_first_day(repository: Repository, skus: Sequence[str], first_day: str | None) -> Dated:
    """Nothing of these SKUs is available before that day; None: they may go out at once, and a sweep follows.

    Processing orders that hold some keep them. Raises UnknownSku, and Refused for a kit, whose parts have the day.
    """
    words = ["--from", first_day] if first_day else ["--no-from"]
    with repository.change(f"mark {words[0]}"):
        found = [repository.stock.known(sku) for sku in dict.fromkeys(skus)]
        if first_day:
            check_no_kits(repository, [one.sku for one in found], "marked with a first day")
        before = {one.sku: one.first_day for one in found if one.first_day != first_day}
        effects = NO_EFFECTS
        if before:
            repository.calendar.set_first_days(dict.fromkeys(before, first_day))
            repository.history.record(opens(sku, first_day) for sku in before)
            repository.history.keep_before({"first_days": before, "again": ["mark", *before, *words]})
            effects = sweep(repository, before)
        return Dated([repository.stock.known(one.sku) for one in found], effects)


def opens(sku: str, first_day: str | None) -> Entry:
    """What the history says of a SKU that may go out from that day on; None: from now on."""
    event = EventKind.CLOSED_UNTIL if first_day else EventKind.OPENED
    return Entry(event, None, sku, reason=first_day)
