"""Rule 15: promised days."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING

from backsplit.domain.values import Order, Status
from backsplit.repository import Repository

if TYPE_CHECKING:
    from backsplit.domain.promise import Promise


def today() -> str:
    """The shop's day, as `2026-12-03`: by the zone of the system, or that in TZ."""
    return datetime.now(timezone.utc).astimezone().date().isoformat()


def days(repository: Repository) -> dict[str, str]:
    """The promised day of each order that has one, by its number."""
    return repository.replay(today()).days if repository.expected.any_due(today()) else {}


def dated(repository: Repository, orders: Iterable[Order]) -> Iterator[Order]:
    """The orders with their promised days. Where nothing is expected, or no order waits, this costs nothing."""
    known: dict[str, str] | None = None
    for order in orders:
        if order.status is not Status.BACKORDER:
            yield order
            continue
        if known is None:
            known = days(repository)
        yield replace(order, promised=known[order.number]) if order.number in known else order


def of_one(repository: Repository, order: Order) -> Promise | None:
    """The promise of one order, with how many others go before it.

    None where it does not wait, or nothing is to come.
    """
    if order.status is not Status.BACKORDER or not repository.expected.any_due(today()):
        return None
    return repository.replay(today()).promise(order.number)


def promises(
    repository: Repository, numbers: Sequence[str] | None = None, limit: int | None = None
) -> Generator[Promise, None, None]:
    """The promises of at most `limit` orders: of all that wait, in the order of the queue, or of those that are named.

    Raises OrderNotFound.
    """
    with repository.reading():
        yield from islice(_all(repository) if numbers is None else _named(repository, numbers), limit)


def _all(repository: Repository) -> Iterator[Promise]:
    return repository.replay(today()).promises()


def _named(repository: Repository, numbers: Sequence[str]) -> Iterator[Promise]:
    """An order that does not wait has no promise."""
    from backsplit.domain.promise import Promise  # noqa: PLC0415 - as the replay

    orders = [repository.order(number) for number in numbers]
    waiting = {order.number for order in orders if order.status is Status.BACKORDER}
    found = {it.order: it for it in repository.replay(today()).promises(waiting)} if waiting else {}
    return (found.get(order.number) or Promise(order.number, None, ()) for order in orders)
