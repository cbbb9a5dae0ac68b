"""Rule 7: correct and count what is on hand; say what is an insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backsplit.domain.history import EventKind
from backsplit.domain.imports import LeftOut, StockCount
from backsplit.domain.limits import LARGEST_ON_HAND, check_figure, check_words
from backsplit.domain.orders import Stock
from backsplit.domain.queue import Effects
from backsplit.errors import BadInput, BadQuantity
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.release import check_no_kits, lower, sweep
from backsplit.services.status import Changed

if TYPE_CHECKING:
    from backsplit.domain.imports import StockItem
    from backsplit.formats import ReadOptions
    from backsplit.formats.reader import Reading


def adjust(
    repository: Repository,
    sku: str,
    *,
    by: int | None = None,
    to: int | None = None,
    reason: str,
    dry_run: bool = False,
) -> Changed:
    """Correct on hand, `by` or `to` a number of units. Raises UnknownSku, BadQuantity."""
    check_words("--reason", reason)
    check_figure("--to" if by is None else "--by", (by or 0) if to is None else to)
    with repository.change("adjust", reason, dry_run=dry_run):
        stock = repository.stock.known(sku)
        check_no_kits(repository, [sku], "counted")
        on_hand = to if to is not None else stock.on_hand + (by or 0)
        check_on_hand(sku, on_hand)
        effects = set_counts(repository, [(stock, on_hand)], EventKind.ADJUSTED)
        orders = [repository.order(number) for number in (*effects.returned, *effects.released)]
        return Changed(
            tuple(promises.dated(repository, orders)),
            effects,
            stock=repository.stock.get(sku),
            dry_run=dry_run,
        )


def check_on_hand(sku: str, on_hand: int) -> None:
    """Raises BadQuantity unless 0 ≤ on hand ≤ the most that is kept."""
    if on_hand < 0:
        raise BadQuantity(f"{sku} cannot have {on_hand} on hand: it is never below 0")
    if on_hand > LARGEST_ON_HAND:
        raise BadQuantity(f"{sku} cannot have {on_hand:,} on hand: at most {LARGEST_ON_HAND:,}")


def set_counts(repository: Repository, counts: Iterable[tuple[Stock, int]], event: EventKind) -> Effects:
    """Set on hand of several SKUs, then sweep once."""
    returned, touched = take_counts(repository, counts, event)
    return returned.then(sweep(repository, touched))


def take_counts(
    repository: Repository, counts: Iterable[tuple[Stock, int]], event: EventKind
) -> tuple[Effects, set[str]]:
    """Set on hand of several SKUs, within a change that sweeps afterwards: the orders that went back (rule 7), and the
    SKUs to be swept."""
    returned: dict[str, None] = {}
    touched: set[str] = set()
    for stock, on_hand in counts:
        if on_hand == stock.on_hand:
            continue
        if on_hand > stock.on_hand:
            touched.add(stock.sku)
        back = lower(repository, stock.sku, on_hand)
        repository.history.record([Entry(event, None, stock.sku, on_hand - stock.on_hand)])
        returned |= dict.fromkeys(order.number for order in back)
        touched |= {line.sku for order in back for line in order.lines}
    return Effects(returned=tuple(returned)), touched


def mark(repository: Repository, skus: Sequence[str], *, insert: bool) -> list[Stock]:
    """Say that SKUs are inserts, or are not. Raises UnknownSku."""
    with repository.change("mark"):
        marked = []
        for sku in dict.fromkeys(skus):
            stock = repository.stock.known(sku)
            if stock.insert is not insert:
                repository.stock.describe(sku, None, insert)
                repository.history.record(
                    [Entry(EventKind.MARKED, None, sku, reason="insert" if insert else "no insert")]
                )
            marked.append(repository.stock.known(sku))
        return marked


NAMED = 10  # kits that a notice names


@dataclass
class Shelf:
    """What files of counts say: units of each SKU that they count, and whether the shop itself counted them.

    `raised` and `lowered` are known when the counts are taken.
    """

    counted: dict[str, tuple[int, bool]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    skipped: list[LeftOut] = field(default_factory=list)
    kits: list[str] = field(default_factory=list)  # that the shop counts
    raised: int = 0
    lowered: int = 0


def read_counts(
    repository: Repository,
    readings: Sequence[Reading[StockItem]],
    files: Sequence[Iterable[StockItem]],
    options: ReadOptions,
) -> Shelf:
    """Read the counts of all files, `files` by their items, and write the SKUs' names and whether they are inserts.

    Raises BadInput where two files count a SKU differently, and BadQuantity.
    """
    shelf = Shelf()
    for reading, items in zip(readings, files, strict=True):
        for item in items:
            if isinstance(item, LeftOut):
                shelf.skipped.append(item)
                continue
            stock = repository.stock.get(item.sku)
            if stock is None:
                repository.stock.add([item.sku])
                shelf.new.append(item.sku)
                stock = Stock(item.sku, 0, 0)
            elif item.sku not in shelf.new:
                shelf.known.add(item.sku)
            _describe(repository, stock, item)
            if stock.kit and item.on_hand:
                _leave_out(repository, shelf, item, options, of_shop=reading.of_shop)
            if item.on_hand is not None and not stock.kit:
                units = _one_count(item, shelf.counted.get(item.sku), options, reading.path)
                check_on_hand(item.sku, units)
                shelf.counted[item.sku] = (units, reading.of_shop)
    return shelf


def kits_passed_over(shelf: Shelf | None) -> list[str]:
    """Say which kits the shop counts: these counts are not taken (rule 18)."""
    if shelf is None or not shelf.kits:
        return []
    kits = list(dict.fromkeys(shelf.kits))
    more = f" and {len(kits) - NAMED:,} more" if len(kits) > NAMED else ""
    return [f"the shop's counts of kits are not taken, their parts are counted: {', '.join(kits[:NAMED])}{more}"]


def _leave_out(repository: Repository, shelf: Shelf, item: StockCount, options: ReadOptions, *, of_shop: bool) -> None:
    """The count of a kit (rule 18). Raises Refused (`kit`) where it is no shop's own, and not to be skipped."""
    if of_shop:
        shelf.kits.append(item.sku)
    elif options.skip_bad:
        shelf.skipped.append(LeftOut("", item.at, f"{item.sku} is a kit, which has no count"))
    else:
        check_no_kits(repository, [item.sku], "counted")


def take_shelf(
    repository: Repository, shelf: Shelf, unmarked: Mapping[str, int] | None = None
) -> tuple[Effects, set[str]]:
    """Set on hand as it was counted: the orders that gave stock back, and the SKUs to be swept.

    The shop's own count is lowered by the `unmarked` units, which have shipped and which it does not know to be sent.
    """
    counts = []
    for sku, (units, of_shop) in shelf.counted.items():
        stock = repository.stock.get(sku)
        if stock is not None:
            less = (unmarked or {}).get(sku, 0) if of_shop else 0
            counts.append((stock, max(0, units - less)))
    known = [(stock.on_hand, on_hand) for stock, on_hand in counts if stock.sku in shelf.known]
    shelf.raised = sum(after > before for before, after in known)
    shelf.lowered = sum(after < before for before, after in known)
    return take_counts(repository, counts, EventKind.COUNTED)


def _one_count(item: StockCount, before: tuple[int, bool] | None, options: ReadOptions, path: str) -> int:
    """The count that holds where an earlier file has counted the SKU too: as `--duplicates` says."""
    units = item.on_hand or 0
    if before is None or (before[0] == units and options.duplicates != "sum"):
        return units
    if options.duplicates == "refuse":
        raise BadInput(
            f"{path}: line {item.at} counts {units} of {item.sku}, but a file before it {before[0]}."
            " Say which holds with --duplicates sum, last or first"
        )
    return {"sum": before[0] + units, "last": units, "first": before[0]}[options.duplicates]


def _describe(repository: Repository, stock: Stock, item: StockCount) -> None:
    name = item.name if item.name != stock.name else None
    insert = item.insert if item.insert != stock.insert else None
    if name is None and insert is None:
        return
    repository.stock.describe(item.sku, name, insert)
    if insert is not None:
        repository.history.record([Entry(EventKind.MARKED, None, item.sku, reason="insert" if insert else "no insert")])
