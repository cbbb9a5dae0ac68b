"""Rule 1: orders and counts come in by files."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from backsplit.domain.history import EventKind
from backsplit.domain.imports import ArrivingOrder, Change, Differs, Imported, LeftOut, NamedOnly, goes_on
from backsplit.domain.sync import Reconciliation
from backsplit.errors import listed
from backsplit.formats import ReadOptions, reader
from backsplit.formats.reader import LEFT_TO_SELL
from backsplit.formats.report import EXPECTED
from backsplit.repository import Entry, Repository
from backsplit.repository.bulk_import import Arrivals
from backsplit.services.counts import (
    counted_shop,
    kits_passed_over,
    known_shop,
    notices_of_skus,
    older_than_the_orders,
    read_counts,
    take_shelf,
)
from backsplit.services.maps import remember, with_remembered
from backsplit.services.provenance import note_files
from backsplit.services.reconciliation import KnownOrders, plan
from backsplit.services.release import sweep

if TYPE_CHECKING:
    from backsplit.domain.imports import OrderItem
    from backsplit.formats.reader import Reading


T = TypeVar("T")
Progress = Callable[[str, "float | None"], None]
BATCH = 500  # orders handed on at once
AHEAD = 10_000  # orders or counts that are read before the database is locked; they take some 20 MB


def no_progress(doing: str, share: float | None) -> None:
    """Nobody looks."""


def watched(reading: Reading[T], progress: Progress) -> Iterator[T]:
    """The items of a file, with word of how far it has been read."""
    for count, item in enumerate(reading):
        if not count % 1000:
            progress(reading.path, reading.progress())
        yield item


def read_ahead(readings: Sequence[Reading[T]], progress: Progress) -> list[Iterator[T]]:
    """The items of each file. The first ones are read at once: before the database is locked, if this is called before.

    Thus most files are read whole, with all of their errors, while others may write.
    """
    return [items for items, _ in _begun(readings, progress)]


def _begun(readings: Sequence[Reading[T]], progress: Progress) -> list[tuple[Iterator[T], list[T] | None]]:
    """The items of each file, and once more as a list where all of them have been read."""
    files: list[tuple[Iterator[T], list[T] | None]] = []
    left = AHEAD
    for reading in readings:
        items = watched(reading, progress)
        begun = list(islice(items, left))
        files.append((chain(begun, items), begun if len(begun) < left else None))
        left -= len(begun)
    return files


def read_oldest_first(
    readings: list[Reading[OrderItem]], progress: Progress
) -> tuple[list[Reading[OrderItem]], list[Iterator[OrderItem]]]:
    """Several files of one call, from the oldest to the newest by the times in them, however they are named.

    Also the items of each, read ahead. Where the rows of an order end one file, as it was typed, and go on in the next,
    that reading knows. Only a file that is too large to be read ahead is read twice for this.
    """
    files = _begun(readings, progress)
    places = list(range(len(readings)))
    if len(readings) > 1:
        ends = [reading.ends(whole) for reading, (_, whole) in zip(readings, files, strict=True)]
        blocks = [[0]]  # the pages of one export stay together
        for first, second in pairwise(places):
            number = goes_on(ends[first], ends[second])
            if number:
                readings[second].goes_on.add(number)
                blocks[-1].append(second)
            else:
                blocks.append([second])
        blocks.sort(key=lambda block: max((ends[place].changed_at, ends[place].placed_at) for place in block))
        places = [place for block in blocks for place in block]
    return [readings[place] for place in places], [files[place][0] for place in places]


def file_names(paths: Iterable[str]) -> str:
    """The names of files without their folders, as text that can be stored."""
    names = ["standard input" if path == "-" else path.rsplit("/", 1)[-1] for path in paths]
    return ", ".join(names).encode(errors="backslashreplace").decode()  # a file's name may hold any bytes


def format_names(readings: Sequence[Reading[Any]]) -> str:
    return ", ".join(dict.fromkeys(reading.format for reading in readings))


def notices(readings: Iterable[Reading[Any]]) -> list[str]:
    return [notice for reading in readings for notice in reading.notices]


def routine(readings: Iterable[Reading[Any]]) -> list[str]:
    return [notice for reading in readings for notice in reading.routine]


MOST_LOOKED_UP = 10  # SKUs for which the nearest is looked for: each takes some milliseconds


def nearest_known(repository: Repository, new: Collection[str]) -> list[str]:
    """A sentence for each of the first SKUs that came in new, and are like one that was known before."""
    near = ((sku, repository.spelling.nearest_sku(sku, new)) for sku in islice(new, MOST_LOOKED_UP))
    return [f"{sku} is new here; the nearest SKU that was known is {known}" for sku, known in near if known]


NAMED = 10  # orders that a notice names
LONGEST_NAME = 80  # characters of the name of a source that is called after its columns


def import_orders(
    repository: Repository,
    paths: Sequence[str],
    options: ReadOptions,
    *,
    source: str = "",
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Add the open orders of files, all or nothing. Known orders are left alone; those that differ are named.

    `source` names the shop; else the format and the prefix do. Raises BadInput, WrongUsage.
    """
    options = with_remembered(repository, options, source)
    with ExitStack() as stack:
        # Opened and begun before the file is locked: standard input may come slowly.
        opened = [stack.enter_context(reader.read_orders(path, options)) for path in paths]
        readings, files = read_oldest_first(opened, progress)
        stack.enter_context(repository.own_ids())
        change = repository.change("import orders", file_names(paths), dry_run=dry_run, whole_tables=True)
        stack.enter_context(change)
        arrivals = stack.enter_context(repository.arrivals())
        looks, skipped, sources = KnownOrders(repository, arrivals), list[LeftOut](), list[str]()
        for reading, items in zip(readings, files, strict=True):
            name, said = source_of(repository, reading, options, source)
            sources += said
            looks.next_file(name, only_open=reading.only_open, goes_on=reading.goes_on)
            take_in(looks, items, skipped)
        note_files(repository, looks.files)
        remember(repository, readings)
        progress("looking who is covered", None)
        settled = arrivals.settle(repository.policy)
        incomplete = note_incomplete(repository, arrivals, skipped)
        return Imported(
            format=format_names(readings),
            added=arrivals.added,
            known=looks.known + len(arrivals.twice),
            processing=settled.processing,
            backorder=settled.backorder,
            skipped=tuple(skipped),
            new_skus=tuple(arrivals.new_skus),
            differ=tuple(_differ(repository, looks)),
            conflicts=tuple(looks.conflicts.values()),
            notices=(*notices(readings), *sources, *incomplete, *nearest_known(repository, arrivals.new_skus)),
            dry_run=dry_run,
        )


def import_stock(
    repository: Repository,
    paths: Sequence[str],
    options: ReadOptions,
    *,
    source: str = "",
    recount: bool = False,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Set counted stock, all or nothing. A SKU that no file names keeps its count; so does a blank one.

    A shop's own export is followed as `sync` does (rule 11), unless `recount`; `source` names that shop.
    Raises BadInput, BadQuantity, WrongUsage.
    """
    options = with_remembered(repository, options, source)
    with ExitStack() as stack:
        readings = [stack.enter_context(reader.read_stock(path, options)) for path in paths]
        files = read_ahead(readings, progress)
        stack.enter_context(repository.change("import stock", file_names(paths), dry_run=dry_run))
        knows_orders = repository.sources.any_orders()
        shelf = read_counts(repository, readings, files, options, lambda form: counted_shop(repository, form, source))
        remember(repository, readings)
        returned, touched = take_shelf(repository, shelf, lambda name: known_shop(repository, name), recount=recount)
        effects = returned.then(sweep(repository, touched))
        return Imported(
            format=format_names(readings),
            added=len(shelf.new),
            known=len(shelf.known),
            processing=len(effects.released),
            backorder=len(effects.returned),
            skipped=tuple(shelf.skipped),
            new_skus=tuple(shelf.new),
            effects=effects,
            raised=shelf.raised,
            lowered=shelf.lowered,
            books_differ=tuple(shelf.differ.values()),
            notices=(
                *_counted(readings, knows_orders=knows_orders),
                *kits_passed_over(shelf),
                *older_than_the_orders(shelf),
                *notices_of_skus(repository, shelf),
                *nearest_known(repository, shelf.new),
            ),
            dry_run=dry_run,
        )


def _counted(readings: Sequence[Reading[Any]], *, knows_orders: bool) -> list[str]:
    """The notices of files of counts; and that what is left to sell says too little where no order is known."""
    said = notices(readings)
    if not knows_orders and any(LEFT_TO_SELL in one.notices for one in readings):
        said.append(
            "No order is known yet, so nothing was added: backsplit sync ORDERS --stock FILE takes both together."
        )
    return said


def source_of(repository: Repository, reading: Reading[Any], options: ReadOptions, given: str) -> tuple[str, list[str]]:
    """The name of the shop that a file is from: as the user gives it, else by its format and the prefix.

    Plain files with other columns than the first ones are another source. Also what to say of that, the first time.
    """
    if given:
        return given, []
    name = f"{reading.format} {options.prefix}" if options.prefix else reading.format
    if not reading.header_key:
        return name, []
    header = " ".join(sorted(reading.header_key.split()))
    before = repository.sources.header_of(name)
    known = [other for other in repository.sources.of_header(header) if other == name or other.startswith(f"{name} (")]
    if known or before is None:
        if not known:
            repository.sources.note_header(name, header)
        return known[0] if known else name, []
    columns = reading.header_key.partition(": ")[2]
    other = f"{name} ({columns})"[:LONGEST_NAME]
    repository.sources.note_header(other, header)
    said = (
        f"{reading.path} has other columns than the plain files before, and is taken as another source: {other}."
        f" If it is of the same shop, say --source {shlex.quote(name)}; else give this one a name with --source."
    )
    return other, [said]


def take_in(
    looks: KnownOrders, items: Iterable[ArrivingOrder | NamedOnly | LeftOut], skipped: list[LeftOut]
) -> ArrivingOrder | None:
    """Hand the orders of a file on in batches; the last one. Lines that are left out are noted in `skipped`."""
    batch: list[ArrivingOrder] = []
    last = None
    for item in items:
        if isinstance(item, ArrivingOrder):
            last = item
            batch.append(item)
            if len(batch) == BATCH:
                looks.take(batch)
                batch.clear()
        elif isinstance(item, LeftOut):
            skipped.append(item)
            if item.reason not in EXPECTED:
                looks.unread(item.order)
        else:
            looks.named(item)
    looks.take(batch)
    return last


def note_incomplete(repository: Repository, arrivals: Arrivals, skipped: list[LeftOut]) -> list[str]:
    """Say, also in the history, which of the orders that came in lack a line that was ordered."""
    missing = [left for left in skipped if left.reason not in EXPECTED and arrivals.brought(left.order)]
    if not missing:
        return []
    repository.history.record(
        Entry(EventKind.INCOMPLETE, left.order, reason=f"line {left.line} of the file was left out: {left.reason}")
        for left in missing
    )
    orders = list(dict.fromkeys(left.order for left in missing))
    return [f"imported incomplete, please check: {listed(orders, NAMED)}"]


def _differ(repository: Repository, looks: KnownOrders) -> Iterator[Differs]:
    """The known orders in which there is something for `sync` to do."""
    followings = (plan(repository, looked) for looked in looks.changed.values())
    return (_differs(reconciliation) for reconciliation in followings if reconciliation.is_news)


def _differs(reconciliation: Reconciliation) -> Differs:
    """How the shop's word differs from that of the last look."""
    last, now = reconciliation.last, reconciliation.shop_state
    return Differs(
        reconciliation.number,
        tuple(Change(sku, last[sku].wanted, now[sku].wanted) for sku in now if last[sku].wanted != now[sku].wanted),
        tuple(Change(sku, last[sku].sent, now[sku].sent) for sku in now if last[sku].sent != now[sku].sent),
    )
