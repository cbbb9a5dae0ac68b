"""Files in: open orders, counted stock, deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack

from backsplit import formats
from backsplit.domain.errors import BadInput
from backsplit.domain.history import Happened
from backsplit.domain.shop.arrivals import ArrivingOrder, LeftOut, NamedOnly
from backsplit.domain.shop.following import Following
from backsplit.domain.shop.incoming import Change, Differs, Imported
from backsplit.formats import ReadOptions
from backsplit.formats.reasons import EXPECTED
from backsplit.repository import Entry, Repository
from backsplit.repository.shop.arrivals import Arrivals
from backsplit.services.putting_right.counting import without_both
from backsplit.services.shop.files import BATCH, Progress, file_names, format_names, no_progress, notices, read_ahead
from backsplit.services.shop.finding import nearest_known
from backsplit.services.shop.following import plan
from backsplit.services.shop.looking import Looks
from backsplit.services.shop.mapping import remember, with_remembered
from backsplit.services.shop.shelf import read_counts, take_shelf
from backsplit.services.sweeping import sweep

NAMED = 10  # orders that a notice names


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
    options = with_remembered(repository, options)
    with ExitStack() as stack:
        # Opened and begun before the file is locked: standard input may come slowly.
        readings = [stack.enter_context(formats.read_orders(path, options)) for path in paths]
        files = read_ahead(readings, progress)
        stack.enter_context(repository.own_ids())
        change = repository.change("import orders", file_names(paths), dry_run=dry_run, whole_tables=True)
        stack.enter_context(change)
        arrivals = stack.enter_context(repository.arrivals())
        looks, skipped = Looks(repository, arrivals), list[LeftOut]()
        for reading, items in zip(readings, files, strict=True):
            looks.next_file(source or source_name(reading.format, options.prefix), only_open=reading.only_open)
            take_in(looks, items, skipped)
        remember(repository, options, readings)
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
            notices=(*notices(readings), *incomplete, *nearest_known(repository, arrivals.new_skus)),
            dry_run=dry_run,
        )


def import_stock(
    repository: Repository,
    paths: Sequence[str],
    options: ReadOptions,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Imported:
    """Set counted stock, all or nothing. A SKU that no file names keeps its count; so does a blank one.

    Raises BadInput, BadQuantity, WrongUsage.
    """
    options = with_remembered(repository, options)
    with ExitStack() as stack:
        readings = [stack.enter_context(formats.read_stock(path, options)) for path in paths]
        files = read_ahead(readings, progress)
        stack.enter_context(repository.change("import stock", file_names(paths), dry_run=dry_run))
        shelf = read_counts(repository, readings, files, options)
        remember(repository, options, readings)
        back, touched = take_shelf(repository, shelf)
        returned, released = without_both(back, sweep(repository, touched).released)
        return Imported(
            format=format_names(readings),
            added=len(shelf.new),
            known=len(shelf.known),
            processing=len(released),
            backorder=len(returned),
            skipped=tuple(shelf.skipped),
            new_skus=tuple(shelf.new),
            released=tuple(order.number for order in released),
            returned=tuple(order.number for order in returned),
            raised=shelf.raised,
            lowered=shelf.lowered,
            notices=tuple(notices(readings)),
            dry_run=dry_run,
        )


def source_name(format_name: str, prefix: str) -> str:
    """The name of the shop that a file is from, if the user gives none."""
    return f"{format_name} {prefix}" if prefix else format_name


def take_in(looks: Looks, items: Iterable[ArrivingOrder | NamedOnly | LeftOut], skipped: list[LeftOut]) -> None:
    """Hand the orders of a file on in batches; lines that are left out are noted in `skipped`."""
    batch: list[ArrivingOrder] = []
    for item in items:
        if isinstance(item, ArrivingOrder):
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


def read_delivery(path: str, options: ReadOptions) -> tuple[dict[str, int], str | None, str]:
    """Units per SKU of a delivery file, its reference if it names one, and its fingerprint. Raises BadInput."""
    quantities: dict[str, int] = {}
    refs: dict[str, int] = {}
    with formats.read_delivery(path, options) as reading:
        fingerprint = reading.fingerprint()
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
    return quantities, next(iter(refs), None), fingerprint


def note_incomplete(repository: Repository, arrivals: Arrivals, skipped: list[LeftOut]) -> list[str]:
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
    return [f"imported incomplete, please check: {', '.join(orders[:NAMED])}{more}"]


def _differ(repository: Repository, looks: Looks) -> Iterator[Differs]:
    """The known orders in which there is something for `sync` to do."""
    followings = (plan(repository, looked) for looked in looks.changed.values())
    return (_differs(following) for following in followings if following.is_news)


def _differs(following: Following) -> Differs:
    """How the shop's word differs from that of the last look."""
    last, now = following.last, following.asked
    return Differs(
        following.number,
        tuple(Change(sku, last[sku].wanted, now[sku].wanted) for sku in now if last[sku].wanted != now[sku].wanted),
        tuple(Change(sku, last[sku].sent, now[sku].sent) for sku in now if last[sku].sent != now[sku].sent),
    )
