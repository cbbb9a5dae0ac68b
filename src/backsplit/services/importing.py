"""Files in: open orders, counted stock, deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from backsplit import formats
from backsplit.domain.arrivals import ArrivingOrder, LeftOut, StockCount
from backsplit.domain.errors import BadInput
from backsplit.domain.lifecycle import ALLOWED_FROM
from backsplit.domain.outcomes import Imported
from backsplit.domain.values import Order, Status, Stock
from backsplit.formats.shops import EXPECTED
from backsplit.repository import Change, Repository
from backsplit.services.counting import check_on_hand, set_counts
from backsplit.services.sweeping import sweep

if TYPE_CHECKING:
    from backsplit.formats import Reading, ReadOptions
    from backsplit.repository.arrivals import Arrivals

T = TypeVar("T")
Progress = Callable[[str, "float | None"], None]
BATCH = 500  # orders written at once
NAMED = 10  # orders that a notice names
CLOSED_AT_SHOP = {Status.SHIPPED: "ship", Status.CANCELLED: "cancel"}


def no_progress(doing: str, share: float | None) -> None:
    """Nobody looks."""


def import_orders(
    repository: Repository,
    paths: list[str],
    options: ReadOptions,
    *,
    sync: bool = False,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Add the open orders of files, all or nothing; numbers that are known already are left alone.

    `sync` also ships or cancels here what a file shows as shipped or cancelled at the shop.
    Raises BadInput, WrongUsage.
    """
    with ExitStack() as stack:
        # Opened before the file is locked: standard input may come slowly.
        readings = [stack.enter_context(formats.read_orders(path, options)) for path in paths]
        stack.enter_context(repository.change("import orders", _file_names(paths), dry_run=dry_run))
        arrivals = repository.arrivals()
        batch: list[ArrivingOrder] = []
        skipped: list[LeftOut] = []
        closed: dict[str, Status] = {}
        for reading in readings:
            for item in _watched(reading, progress):
                if isinstance(item, ArrivingOrder):
                    batch.append(item)
                    if len(batch) == BATCH:
                        arrivals.add(batch)
                        batch.clear()
                elif isinstance(item, LeftOut):
                    skipped.append(item)
                else:
                    closed[item.number] = item.status
        arrivals.add(batch)
        progress("looking who is covered", None)
        settled = arrivals.settle(repository.policy)
        incomplete = _note_incomplete(repository, arrivals, skipped)
        released, notices = _close(repository, closed, sync=sync)
        return Imported(
            format=_formats(readings),
            added=arrivals.added,
            known=arrivals.known,
            processing=settled.processing,
            backorder=settled.backorder,
            skipped=tuple(skipped),
            new_skus=tuple(arrivals.new_skus),
            released=released,
            notices=(*_notices(readings), *incomplete, *notices),
            dry_run=dry_run,
        )


def import_stock(
    repository: Repository,
    paths: list[str],
    options: ReadOptions,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Set counted stock, all or nothing. A SKU that no file names keeps its count; so does a blank one.

    Raises BadInput, BadQuantity, WrongUsage.
    """
    with ExitStack() as stack:
        readings = [stack.enter_context(formats.read_stock(path, options)) for path in paths]
        stack.enter_context(repository.change("import stock", _file_names(paths), dry_run=dry_run))
        skipped: list[LeftOut] = []
        new: list[str] = []
        counts: dict[str, tuple[Stock, int]] = {}
        known: set[str] = set()
        for reading in readings:
            for item in _watched(reading, progress):
                if isinstance(item, LeftOut):
                    skipped.append(item)
                    continue
                stock = repository.stock.get(item.sku)
                if stock is None:
                    repository.stock.add([item.sku])
                    new.append(item.sku)
                    stock = Stock(item.sku, 0, 0)
                elif item.sku not in counts:
                    known.add(item.sku)
                _describe(repository, stock, item)
                if item.on_hand is not None:
                    check_on_hand(item.sku, item.on_hand)
                    counts[item.sku] = (stock, item.on_hand)
        returned, released = set_counts(repository, counts.values(), "counted")
        return Imported(
            format=_formats(readings),
            added=len(new),
            known=len(known - set(new)),
            processing=len(released),
            backorder=len(returned),
            skipped=tuple(skipped),
            new_skus=tuple(new),
            released=tuple(order.number for order in released),
            returned=tuple(order.number for order in returned),
            raised=sum(on_hand > stock.on_hand for stock, on_hand in counts.values() if stock.sku in known),
            lowered=sum(on_hand < stock.on_hand for stock, on_hand in counts.values() if stock.sku in known),
            notices=tuple(_notices(readings)),
            dry_run=dry_run,
        )


def read_delivery(path: str, options: ReadOptions) -> tuple[dict[str, int], str | None]:
    """Units per SKU of a delivery file, and its reference if it names one. Raises BadInput."""
    quantities: dict[str, int] = {}
    refs: dict[str, int] = {}
    with formats.read_delivery(path, options) as reading:
        for line in reading:
            quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
            if line.ref:
                refs.setdefault(line.ref, line.at)
    if not quantities:
        raise BadInput(f"{path}: there is no line in it")
    if len(refs) > 1:
        named = ", ".join(f"{ref} (line {at})" for ref, at in list(refs.items())[:3])
        raise BadInput(f"{path}: one file is one receipt, but it has {len(refs)} references: {named}; split the file")
    return quantities, next(iter(refs), None)


def _note_incomplete(repository: Repository, arrivals: Arrivals, skipped: list[LeftOut]) -> list[str]:
    """Say, also in the history, which of the orders that came in lack a line that was ordered."""
    missing = [left for left in skipped if left.reason not in EXPECTED and arrivals.brought(left.order)]
    if not missing:
        return []
    repository.history.record(
        Change("incomplete", left.order, reason=f"line {left.line} of the file was left out: {left.reason}")
        for left in missing
    )
    orders = list(dict.fromkeys(left.order for left in missing))
    more = f" and {len(orders) - NAMED:,} more" if len(orders) > NAMED else ""
    return [f"came in without all that was ordered, look at them: {', '.join(orders[:NAMED])}{more}"]


def _describe(repository: Repository, stock: Stock, item: StockCount) -> None:
    name = item.name if item.name != stock.name else None
    insert = item.insert if item.insert != stock.insert else None
    if name is None and insert is None:
        return
    repository.stock.describe(item.sku, name, insert)
    if insert is not None:
        repository.history.record([Change("marked", None, item.sku, reason="insert" if insert else "no insert")])


def _close(repository: Repository, closed: dict[str, Status], *, sync: bool) -> tuple[tuple[str, ...], list[str]]:
    """Follow the shop where it closed orders that are open here; without `sync` only say how many."""
    to_move: dict[str, list[Order]] = {"ship": [], "cancel": []}
    stays: list[str] = []
    for number, status in closed.items():
        order = repository.orders.get(number)
        for member, state in repository.orders.family(order) if order else ():
            command = CLOSED_AT_SHOP[status]
            if state in (Status.SHIPPED, Status.CANCELLED):
                continue
            if state in ALLOWED_FROM[command]:
                to_move[command].append(repository.order(member))
            else:
                stays.append(f"{member} is {status.value} at the shop but {state.value} here")
    count = sum(map(len, to_move.values()))
    if not sync:
        if count:
            stays.append(f"{count} open orders have since been shipped or cancelled at the shop: --sync follows it")
        return (), stays
    for order in to_move["ship"]:
        repository.orders.ship([order.id])
        repository.history.record(Change("shipped", order.number, sku, -n) for sku, n in order.wanted.items())
    for order in to_move["cancel"]:
        repository.orders.move([order.id], order.status, Status.CANCELLED)
        repository.history.record([Change("cancelled", order.number, reason="cancelled at the shop")])
    released = sweep(repository, {line.sku for order in to_move["cancel"] for line in order.lines}).numbers
    if count:
        stays.append(f"followed the shop: {len(to_move['ship'])} shipped, {len(to_move['cancel'])} cancelled")
    return released, stays


def _watched(reading: Reading[T], progress: Progress) -> Iterator[T]:
    for count, item in enumerate(reading):
        if not count % 1000:
            progress(reading.path, reading.progress())
        yield item


def _file_names(paths: list[str]) -> str:
    names = ["standard input" if path == "-" else path.rsplit("/", 1)[-1] for path in paths]
    return ", ".join(names).encode(errors="backslashreplace").decode()  # a file's name may hold any bytes


def _formats(readings: list[Reading[T]]) -> str:
    return ", ".join(dict.fromkeys(reading.format for reading in readings))


def _notices(readings: list[Reading[T]]) -> list[str]:
    return [notice for reading in readings for notice in reading.notices]
