"""Files in: open orders, counted stock, deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from backsplit import formats
from backsplit.domain.arrivals import ArrivingOrder, LeftOut, NamedOnly, OrderItem, StockCount
from backsplit.domain.errors import BadInput
from backsplit.domain.history import Happened
from backsplit.domain.outcomes import Imported
from backsplit.domain.values import Status, Stock
from backsplit.formats.reasons import EXPECTED
from backsplit.repository import Entry, Repository
from backsplit.services.counting import check_on_hand, set_counts
from backsplit.services.following import follow

if TYPE_CHECKING:
    from backsplit.formats import ReadOptions
    from backsplit.formats.reading import Reading
    from backsplit.repository.arrivals import Arrivals

T = TypeVar("T")
Progress = Callable[[str, "float | None"], None]
BATCH = 500  # orders written at once
NAMED = 10  # orders that a notice names


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
        arrivals = stack.enter_context(repository.arrivals())
        skipped: list[LeftOut] = []
        closed: dict[str, Status] = {}
        for reading in readings:
            arrivals.next_file()
            _take_in(arrivals, _watched(reading, progress), skipped, closed)
        progress("looking who is covered", None)
        settled = arrivals.settle(repository.policy)
        incomplete = _note_incomplete(repository, arrivals, skipped)
        released, notices = follow(repository, closed, sync=sync)
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


def _take_in(arrivals: Arrivals, items: Iterator[OrderItem], skipped: list[LeftOut], closed: dict[str, Status]) -> None:
    """Write what a file brings; what it leaves out and what it shows as closed is noted in the other two."""
    batch: list[ArrivingOrder] = []
    for item in items:
        if isinstance(item, LeftOut):
            skipped.append(item)
        elif isinstance(item, NamedOnly):
            continue
        elif item.is_open:
            batch.append(item)
            if len(batch) == BATCH:
                arrivals.add(batch)
                batch.clear()
        elif item.closed:
            closed[item.number] = item.closed
    arrivals.add(batch)


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
                    counted = _one_count(item, counts.get(item.sku), options, reading.path)
                    check_on_hand(item.sku, counted)
                    counts[item.sku] = (stock, counted)
        returned, released = set_counts(repository, counts.values(), Happened.COUNTED)
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


def _one_count(item: StockCount, before: tuple[Stock, int] | None, options: ReadOptions, path: str) -> int:
    """What holds where an earlier file has counted the SKU too: as `--duplicates` says, like twice in one file."""
    assert item.on_hand is not None
    if before is None or (before[1] == item.on_hand and options.duplicates != "sum"):
        return item.on_hand
    if options.duplicates == "refuse":
        raise BadInput(
            f"{path}: line {item.at} counts {item.on_hand} of {item.sku}, but a file before it {before[1]}."
            " Say which holds with --duplicates sum, last or first"
        )
    return {"sum": before[1] + item.on_hand, "last": item.on_hand, "first": before[1]}[options.duplicates]


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
        raise BadInput(f"{reading.path}: there is no line in it")
    if len(refs) > 1:
        named = ", ".join(f"{ref} (line {at})" for ref, at in list(refs.items())[:3])
        raise BadInput(
            f"{reading.path}: one file is one receipt, but it has {len(refs)} references: {named}; split the file"
        )
    return quantities, next(iter(refs), None)


def _note_incomplete(repository: Repository, arrivals: Arrivals, skipped: list[LeftOut]) -> list[str]:
    """Say, also in the history, which of the orders that came in lack a line that was ordered."""
    missing = [left for left in skipped if left.reason not in EXPECTED and arrivals.brought(left.order)]
    if not missing:
        return []
    repository.history.record(
        Entry(Happened.INCOMPLETE, left.order, reason=f"line {left.line} of the file was left out: {left.reason}")
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
        repository.history.record([Entry(Happened.MARKED, None, item.sku, reason="insert" if insert else "no insert")])


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
