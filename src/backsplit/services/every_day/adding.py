"""Rule 1 for one order that is typed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from backsplit.domain.age import moment
from backsplit.domain.amend import check_units
from backsplit.domain.errors import Refused, WrongUsage
from backsplit.domain.history import Happened
from backsplit.domain.limits import MOST_LINES
from backsplit.domain.outcomes.changing import Changed
from backsplit.domain.report import came
from backsplit.domain.typed import check_new_number, check_words
from backsplit.domain.values import DEFAULT_PRIORITY, Line, Order, Status
from backsplit.repository import Entry, Repository
from backsplit.services.every_day import promising
from backsplit.services.every_day.receiving import make_known

TYPED_IN = "P"  # the letter before the numbers of orders that were typed in without one


def add(
    repository: Repository,
    number: str | None,
    wanted: Sequence[tuple[str, int]],
    *,
    customer: str = "",
    note: str = "",
    priority: int = DEFAULT_PRIORITY,
    placed_at: str | None = None,
    ship_complete: bool = False,
    create: bool = False,
    dry_run: bool = False,
) -> Changed:
    """One order comes in, with units per SKU, a line each. Without a number it gets the next of P1, P2, …

    `placed_at` is ISO 8601 in UTC, now unless said. Raises WrongUsage, BadQuantity, UnknownSku (unless `create`), and
    Refused where the number is known already.
    """
    _check(number, wanted, customer, note)
    with repository.change("add", dry_run=dry_run):
        if number is not None and (known := repository.orders.typed(number)):
            raise Refused("not-allowed", f"{known.number} is known already: `backsplit amend` changes its lines")
        make_known(repository, dict(wanted), create=create)
        order = Order(
            number=number or repository.orders.free_number(TYPED_IN),
            status=Status.BACKORDER,
            placed_at=placed_at or moment(datetime.now(timezone.utc)),
            lines=tuple(Line(sku, units, position=at) for at, (sku, units) in enumerate(wanted, 1)),
            priority=priority,
            customer=customer,
            note=note,
            ship_complete=ship_complete or repository.orders.is_complete_customer(customer),
        )
        order_id = repository.moving.bring(order)
        (waiting,) = repository.orders.by_id([order_id])
        happened = Happened.BACKORDERED
        if not any(waiting.short):
            happened = Happened.IMPORTED
            repository.moving.move([order_id], Status.BACKORDER, Status.PROCESSING)
        counted = came(waiting)
        repository.came.add(order.placed_at, counted)
        repository.history.keep_before(again=_words(order) + ["--ship-complete"] * ship_complete, came=counted)
        repository.history.record([Entry(happened, order.number, quantity=order.units, reason="typed in")])
        return Changed(tuple(promising.dated(repository, repository.orders.by_id([order_id]))), dry_run=dry_run)


def _check(number: str | None, wanted: Sequence[tuple[str, int]], customer: str, note: str) -> None:
    if number is not None:
        check_new_number(number)
    if not wanted:
        raise WrongUsage("say what is ordered: SKU=N, such as TEAPOT-CAST=2")
    if len(wanted) > MOST_LINES:
        raise WrongUsage(f"an order of {len(wanted):,} lines cannot be taken in: at most {MOST_LINES:,}")
    for sku, units in wanted:
        check_units(sku, units)
    check_words("--customer", customer)
    check_words("--note", note)


def _words(order: Order) -> list[str]:
    facts = [("--customer", order.customer), ("--note", order.note), ("--placed-at", order.placed_at)]
    priority = ["--priority", str(order.priority)] if order.priority != DEFAULT_PRIORITY else []
    goods = [f"{line.sku}={line.quantity}" for line in order.lines]
    return ["add", order.number, *goods, *(word for fact in facts if fact[1] for word in fact), *priority]
