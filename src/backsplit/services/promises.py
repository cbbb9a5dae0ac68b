"""Rule 15: promised days."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING

from backsplit.domain.orders import Order, Status
from backsplit.domain.times import local, parse_age, parse_day
from backsplit.errors import WrongUsage
from backsplit.repository import Repository

if TYPE_CHECKING:
    from backsplit.domain.promises import Promise


def today() -> str:
    """The shop's day, as `2026-12-03`: by the zone of the system, or that in TZ."""
    return local(datetime.now(timezone.utc)).date().isoformat()


def day_within(age: str) -> str:
    """The last day of the shop within an age, such as `3d`, from today. Raises WrongUsage for what is no age."""
    try:
        return (date.fromisoformat(today()) + parse_age(age)).isoformat()
    except OverflowError:  # no day is that far away
        return date.max.isoformat()


def days(repository: Repository) -> dict[str, str]:
    """The promised day of each order that has one, by its number."""
    return repository.promise_cache.days(repository.policy, today()) if _any_to_come(repository) else {}


def day_to_come(option: str, text: str) -> str:
    """A day of the shop that was typed, today or later. Raises WrongUsage for a day that has passed, or for none."""
    day = parse_day(text, today())
    if day < today():
        raise WrongUsage(f"{option} {day} has passed: today is {today()}")
    return day


def _any_to_come(repository: Repository) -> bool:
    """Whether anything becomes available on a day: without that, no order has a promised day."""
    return repository.expected.any_due(today()) or repository.calendar.any_closed()


def dated(repository: Repository, orders: Iterable[Order]) -> list[Order]:
    """The orders with their promised days. Where nothing is to come, or none of them waits, this costs nothing."""
    found = list(orders)
    waiting = [order.number for order in found if order.status is Status.BACKORDER]
    if not waiting or not _any_to_come(repository):
        return found
    known = repository.promise_cache.days_of(waiting, repository.policy, today())
    return [order._replace(promised=known.get(order.number)) for order in found]


def dated_one_by_one(repository: Repository, orders: Iterable[Order]) -> Iterator[Order]:
    """The same for any number of orders, as they are read."""
    known: dict[str, str] | None = None
    for order in orders:
        if known is None and order.status is Status.BACKORDER:
            known = days(repository)
        yield order._replace(promised=known[order.number]) if known and order.number in known else order


def of_one(repository: Repository, order: Order) -> Promise | None:
    """The promise of one order, with how many others go before it.

    None where it does not wait, or nothing is to come.
    """
    if order.status is not Status.BACKORDER or not _any_to_come(repository):
        return None
    return repository.promise_cache.promise(order, repository.policy, today())


def promises(
    repository: Repository,
    numbers: Sequence[str] | None = None,
    limit: int | None = None,
    *,
    with_day: bool = False,
) -> Generator[Promise, None, None]:
    """The promises of at most `limit` orders: of all that wait, in the order of the queue, or of those that are named.

    `with_day`: only those that have a day. Raises OrderNotFound.
    """
    with repository.answering():
        if numbers is None:
            found: Iterable[Promise] = repository.promise_cache.promises(repository.policy, today())
        else:
            found = _named(repository, [repository.order(number) for number in numbers])
        customers = repository.orders.customers_that_wait()
        for promise in islice((promise for promise in found if promise.on or not with_day), limit):
            yield promise._replace(customer=customers[promise.order]) if promise.order in customers else promise


def _named(repository: Repository, orders: Sequence[Order]) -> Iterator[Promise]:
    """An order that does not wait has no promise."""
    from backsplit.domain.promises import Promise  # noqa: PLC0415 - not where an order is only listed

    found: dict[str, Promise] = {}
    waiting = [order for order in orders if order.status is Status.BACKORDER]
    if len(waiting) == 1:
        found[waiting[0].number] = repository.promise_cache.promise(waiting[0], repository.policy, today())
    elif waiting:
        found = {promise.order: promise for promise in repository.promise_cache.promises(repository.policy, today())}
    return (found.get(order.number) or Promise(order.number, None, ()) for order in orders)
