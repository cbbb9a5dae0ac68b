"""Rule 11 for one family: plan what the shop changed, and do it here. Part of other jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from backsplit.domain.history import Happened
from backsplit.domain.shop.arrivals import ArrivingLine
from backsplit.domain.shop.following import (
    OPEN,
    Asked,
    Following,
    Told,
    follow,
    place,
    remembered,
    settled,
    to_mark,
    units,
)
from backsplit.domain.shop.incoming import FollowedOrder, ToMark, Units
from backsplit.domain.shop.looking import told
from backsplit.domain.values import Order, Status
from backsplit.repository import Entry, Repository


class Looked(NamedTuple):
    """What a file says of a family, by the id of its first order.

    `on_top`: the lines come on top of those of the last look, which an earlier place of the file has repeated.
    `was_missing`: at the last look the order was not in the file, and was closed for that. `nothing_stays` open here.
    `unread`: some lines could not be read that could be at the last look, so that a SKU without a line is as it was.
    """

    family: int
    lines: tuple[ArrivingLine, ...]
    closed: Status | None
    look: int | None
    source: int | None
    only_open: bool = False
    on_top: bool = False
    was_missing: bool = False
    nothing_stays: bool = False
    unread: bool = False


def plan(repository: Repository, looked: Looked) -> Following:
    """What changed there since the last look, as it is to be done here; nothing is written yet."""
    family = repository.orders.members(looked.family)
    asked = repository.asked.of(looked.family)
    said = told(looked.lines)
    for sku, last in remembered(family, asked).items():
        if looked.on_top or (looked.unread and sku not in said):
            said[sku] = _more(last, said.get(sku, Told(0)), only_open=looked.only_open)
    return follow(
        family,
        asked,
        said,
        closed=looked.closed,
        only_open=looked.only_open,
        was_missing=looked.was_missing,
        nothing_stays=looked.nothing_stays or looked.closed is Status.CANCELLED,
        new_number=_new_numbers(repository, family[0]),
    )


def _more(last: Asked, told: Told, *, only_open: bool) -> Told:
    """What the shop said at the last look, and this on top of it."""
    if only_open:
        return told._replace(wanted=last.wanted - last.sent + told.wanted)
    sent, unsure = last.sent - last.unsaid + told.sent, last.unsaid + told.unsure
    return Told(last.wanted + told.wanted, sent, unsure)


def do(repository: Repository, following: Following) -> None:
    """Write the plan: orders, history, and on the shelf all but what `take_off` takes."""
    on_hand = {sku: -(n - following.unshelved.get(sku, 0)) for sku, n in following.sent.items()}
    for sku, n in following.came_back.items():
        on_hand[sku] = on_hand.get(sku, 0) + n
    repository.moving.reshape(following.before, following.after, on_hand)
    repository.history.record(_events(following))
    note(repository, following, following.after)


def take_off(repository: Repository, following: Following) -> dict[str, int]:
    """Take what no Processing order held off the shelf, when all families are done: one may free what another was sent.

    Units per SKU that were not there to be taken off.
    """
    missed = {sku: n for sku, n in ((s, repository.stock.take_off(s, n)) for s, n in following.unshelved.items()) if n}
    repository.history.record(Entry(Happened.MISSED, following.number, sku, n) for sku, n in missed.items())
    return missed


def add(repository: Repository, following: Following, covered: Collection[str]) -> tuple[Order, ...]:
    """Put what is wanted more on the family, after all else was done; the orders that are not as they were.

    `covered` are the SKUs of which what is available covers the units.
    """
    family = repository.orders.members(following.family)
    after = place(family, following.added, covered, _new_numbers(repository, family[0]))
    repository.moving.reshape(family, after)
    changed = tuple(order for order in after if order not in family)
    for order in changed:
        was = next((one.wanted for one in family if one.id == order.id), Counter[str]())
        repository.history.record(
            Entry(Happened.ASKED_MORE, order.number, sku, n) for sku, n in (order.wanted - was).items()
        )
    note(repository, following, after)
    return changed


def note(repository: Repository, following: Following, members: Sequence[Order]) -> None:
    """Remember what the shop said, and whether it knows of all that shipped here, of a family with these members."""
    asked = settled(following.asked, members)
    repository.asked.write(following.family, asked)
    repository.asked.told(following.family, repository.history.change_id)
    shipped = units(members, Status.SHIPPED)
    if all(shipped[sku] + it.elsewhere <= it.sent for sku, it in asked.items()):
        repository.asked.mark(following.family)
    else:
        repository.asked.unmark(following.family)


def marks(repository: Repository, family: int) -> ToMark | None:
    """What of a family is to be marked as sent in the shop."""
    members = repository.orders.members(family)
    unknown = to_mark(members, repository.asked.of(family))
    return ToMark(members[0].number, as_units(unknown)) if unknown else None


def outcome(repository: Repository, following: Following) -> FollowedOrder:
    """What was done, for people and scripts, with what is open of the family now."""
    members = repository.orders.members(following.family)
    open_ = tuple(order for order in members if order.status in OPEN)
    went = following.closed or (Status.SHIPPED if following.sent else Status.CANCELLED)
    return FollowedOrder(
        order=following.number,
        added=as_units(following.added),
        removed=as_units(following.removed),
        sent=as_units(following.sent),
        came_back=as_units(following.came_back),
        closed=None if open_ else went,
        open=open_,
    )


def as_units(quantities: dict[str, int]) -> tuple[Units, ...]:
    return tuple(Units(sku, quantity) for sku, quantity in quantities.items())


def _new_numbers(repository: Repository, root: Order) -> Callable[[], str]:
    """Numbers for new parts of a family: each call gives the next that is free."""
    given: set[str] = set()

    def new_number() -> str:
        number = repository.orders.free_part_number(root, given)
        given.add(number)
        return number

    return new_number


def _events(following: Following) -> Iterator[Entry]:
    """An event for each SKU of each order that is no longer as it was, and for what no order here held."""
    before = {order.id: order for order in following.before}
    sent, back = Counter(following.sent), Counter(following.came_back)
    for order in following.after:
        was = before[order.id] if order.id else None
        if was is None:
            reason = f"{order.status.value}, from {order.split_from}"
            yield from (Entry(Happened.PARTED, order.number, sku, n, reason) for sku, n in order.wanted.items())
            continue
        if was.status is Status.SHIPPED:
            left = order.wanted if order.status is Status.SHIPPED else Counter[str]()
            back -= was.wanted - left
            yield from (Entry(Happened.CAME_BACK, order.number, sku, n) for sku, n in (was.wanted - left).items())
        elif order.status is Status.SHIPPED:
            sent -= order.wanted
            yield from (Entry(Happened.SENT_THERE, order.number, sku, -n) for sku, n in order.wanted.items())
        elif order.status is not Status.CANCELLED:
            less, more = was.wanted - order.wanted, order.wanted - was.wanted
            yield from (Entry(Happened.ASKED_LESS, order.number, sku, n) for sku, n in less.items())
            yield from (Entry(Happened.WAITS, order.number, sku, n, "came back") for sku, n in more.items())
        if order.status is Status.CANCELLED and was.status is not Status.CANCELLED:
            yield Entry(Happened.CANCELLED, order.number, reason="the shop no longer wants it")
    yield from (Entry(Happened.SENT_THERE, following.number, sku, -n) for sku, n in sent.items())
    yield from (Entry(Happened.CAME_BACK, following.number, sku, n) for sku, n in back.items())
