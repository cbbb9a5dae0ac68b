"""What can be asked: orders, stock, shortages and the history."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from backsplit.domain import times
from backsplit.domain.history import Event, EventKind
from backsplit.domain.orders import CLOSED, Holder, Order, Shortage, Status, Stock
from backsplit.domain.split import can_go
from backsplit.errors import UnknownSku
from backsplit.repository import Repository, Which
from backsplit.repository.history import Span
from backsplit.services import promises
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.promises import Promise


class Waits(NamedTuple):
    """Why an order waits for one SKU. `holders` are the first few of `holder_count` Processing orders.

    `first_day`: none of the SKU may go out before that day (rule 19).
    `kits` are the order's kits that need it, with their units.
    """

    sku: str
    name: str
    wanted: int
    available: int
    kept: int
    short: int
    holders: tuple[Holder, ...]
    holder_count: int
    ahead: tuple[str, ...]
    first_day: str | None = None
    kits: tuple[tuple[str, int], ...] = ()


class Shown(NamedTuple):
    """An order with all that explains it; `promise` where it waits and something is to come.

    `family` are the order and its parts, one alone where it was not split; `history` is that of all of them. `left` has
    when those that are Shipped left, by their numbers. `held_because` is the reason of the order's hold, where it is on
    hold and there is one.
    """

    order: Order
    waits: tuple[Waits, ...]
    family: tuple[Order, ...]
    history: tuple[Event, ...]
    left: Mapping[str, str] = MappingProxyType({})
    promise: Promise | None = None
    held_because: str = ""


class Group(NamedTuple):
    """The orders of one status that are shown, and how many there are; None if there are more, not counted.

    `only_counted`: no orders were asked for, only how many there are. `held_because` has the reasons of holds, by the
    number of the order.
    """

    status: Status
    orders: tuple[Order, ...]
    total: int | None
    only_counted: bool = False
    held_because: Mapping[str, str] = MappingProxyType({})


class Shelf(NamedTuple):
    """The figures of the SKUs that are shown, and how many SKUs there are."""

    shown: list[Stock]
    total: int


MOST_NAMED = 3  # holders, and orders ahead, that `show` names


def groups(
    repository: Repository,
    statuses: Sequence[Status],
    which: Which,
    limit: int | None = None,
    *,
    each: int,
    counted: Collection[Status] = (),
) -> list[Group]:
    """The orders by status: at most `limit` in all; without a limit at most `each` of one status.

    Those that are closed come newest first, unless they are to be sorted otherwise. Of the statuses that are `counted`
    there are no orders, only how many there are. Raises UnknownSku.
    """
    found = []
    left = limit
    with repository.answering():
        _check_known(repository, which.sku)
        total: int | None
        for status in statuses:
            if status in counted:
                found.append(Group(status, (), repository.orders.count(status, which), only_counted=True))
                continue
            most = each if left is None else left
            if which.can_split:  # how many there are is not counted: that would take a look at every order that waits
                shown = tuple(islice(_listed(repository, status, which, None), most + 1))
                total = len(shown) if len(shown) <= most else None
                shown = shown[:most]
            else:
                shown = tuple(repository.orders.by_status(status, _newest_if_closed(which, status), most))
                total = repository.orders.count(status, which)
            shown = tuple(promises.dated(repository, shown))
            left = None if left is None else left - len(shown)
            found.append(Group(status, shown, total, held_because=_held_because(repository, shown)))
    return found


def _newest_if_closed(which: Which, status: Status) -> Which:
    return which if which.sort or status not in CLOSED else which._replace(sort="age")


def _listed(repository: Repository, status: Status, which: Which, limit: int | None) -> Iterator[Order]:
    """The orders of one status; with `can_split` only those that a split would divide now."""
    orders = repository.orders.by_status(status, which, None if which.can_split else limit)
    return (order for order in orders if can_go(order)) if which.can_split else orders


def orders(
    repository: Repository, statuses: Sequence[Status], which: Which, limit: int | None = None
) -> Generator[Order, None, None]:
    """The orders one after the other, by status, read as they are used; at most `limit`. Raises UnknownSku."""
    with repository.answering():
        _check_known(repository, which.sku)
        found = (order for status in statuses for order in _listed(repository, status, which, limit))
        yield from promises.dated_one_by_one(repository, islice(found, limit))


def show(repository: Repository, number: str) -> Shown:
    """One order and why it waits. Raises OrderNotFound."""
    with repository.answering():
        order = repository.order(number)
        promise = promises.of_one(repository, order)
        family = promises.dated(repository, repository.orders.members(order.family))
        history = tuple(repository.history.of_family(order.family))
        return Shown(
            order._replace(promised=promise.on) if promise else order,
            tuple(_waits(repository, order, sku, short) for sku, short in order.waiting_for.items()),
            tuple(family),
            history,
            _left(family, history),
            promise,
            _held_because(repository, [order]).get(order.number, ""),
        )


def _left(family: Iterable[Order], history: Iterable[Event]) -> dict[str, str]:
    """When the Shipped members of a family left, by their numbers."""
    shipped = {order.number for order in family if order.status is Status.SHIPPED}
    events = (EventKind.SHIPPED.word, EventKind.SENT_THERE.word)
    return {event.order: event.at for event in history if event.order in shipped and event.event in events}


def stock(repository: Repository, skus: Sequence[str], *, short: bool = False, limit: int | None = None) -> Shelf:
    """The figures of the named SKUs, or of all: of the first `limit`.

    `short`: only SKUs of which more is owed than there is. Raises UnknownSku.
    """
    with repository.reading():
        if not (skus or short):  # what is not shown is not read
            return Shelf(_as_told(repository, repository.stock.all(limit)), repository.stock.total())
        all_ = (repository.stock.known(sku) for sku in dict.fromkeys(skus)) if skus else repository.stock.all()
        found = _as_told(repository, all_)
    found = [stock for stock in found if stock.final < 0 or not short]
    return Shelf(found[:limit], len(found))


def _as_told(repository: Repository, values: Iterable[Stock]) -> list[Stock]:
    """The figures with what the shops counted last."""
    told = repository.counts.told()
    if not told:
        return list(values)
    return [stock.counted_by_shop(*told[stock.sku]) if stock.sku in told else stock for stock in values]


def shortages(repository: Repository, order: str | None = None) -> list[Shortage]:
    """What to buy; with `order` only what that one lacks, in the units that it lacks. Raises OrderNotFound."""
    with repository.answering():
        found = repository.shortage_cache.all(repository.policy, promises.today())
        if order is None:
            return found
        lacks = repository.order(order).waiting_for
        return [
            shortage._replace(short=lacks[shortage.sku], to_buy=min(lacks[shortage.sku], shortage.to_buy))
            for shortage in found
            if shortage.sku in lacks
        ]


def history(
    repository: Repository,
    order: str | None = None,
    *,
    sku: str | None = None,
    limit: int | None = None,
    after: int | None = None,
    since: str | None = None,
) -> list[Event]:
    """Events of an order, of a SKU, or of all, the oldest first: the last `limit`, but the first after a change.

    `after` is the number of the change that a reader saw last, `since` an age or a day. Raises OrderNotFound,
    UnknownSku, WrongUsage.
    """
    with repository.reading():
        _check_known(repository, sku)
        begin = 0 if after is None else after + 1
        if since is not None:
            at = times.since(since, datetime.now(timezone.utc))
            begin = max(begin, repository.history.first_change_since(at))
        span = Span(limit, begin, first=after is not None)
        number = _number_in_history(repository, order) if order is not None else None
        if number is not None and sku is not None:
            return repository.history.of_both(number, sku, span)
        if number is not None:
            return repository.history.of_order(number, span)
        if sku is not None:
            return repository.history.of_sku(sku, span)
        return repository.history.all(span)


def _held_because(repository: Repository, orders: Iterable[Order]) -> dict[str, str]:
    """The reason of each hold, by the number of the order."""
    return {o.number: repository.history.held_because(o) for o in orders if o.status is Status.ON_HOLD}


def _waits(repository: Repository, order: Order, sku: str, short: int) -> Waits:
    part = next(part for line in order.lines for part in line.parts or (line,) if part.sku == sku)
    kits = [line for line in order.lines if any(part.sku == sku for part in line.parts)]
    holders = list(repository.orders.holders(sku).values())
    ahead = repository.queue.before(sku, order.queue_key, MOST_NAMED) if part.kept else []
    return Waits(
        sku=sku,
        name=part.name,
        wanted=order.demand[sku],
        available=part.available,
        kept=part.kept,
        short=short,
        holders=tuple(holders[:MOST_NAMED]),
        holder_count=len(holders),
        ahead=tuple(number for number, _ in repository.orders.named(key.order_id for key in ahead)),
        first_day=repository.stock.known(sku).first_day,
        kits=tuple((line.sku, line.quantity) for line in kits),
    )


def _number_in_history(repository: Repository, typed: str) -> str:
    """The number as the history has it; a part that was merged back is found there alone."""
    found = repository.orders.typed(typed)
    if found is not None:
        return found.number
    for number in (typed, f"#{typed}"):
        if repository.history.knows_order(number):
            return number
    return repository.order(typed).number


def _check_known(repository: Repository, sku: str | None) -> None:
    if sku is not None and repository.stock.get(sku) is None:
        raise UnknownSku(sku)
