"""Counted stock: files of counts, and the shelf as they say it is. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backsplit.domain.errors import BadInput
from backsplit.domain.history import Happened
from backsplit.domain.shop.arrivals import LeftOut, StockCount
from backsplit.domain.values import Order, Stock
from backsplit.repository import Entry, Repository
from backsplit.services.putting_right.counting import check_on_hand, take_counts

if TYPE_CHECKING:
    from backsplit.domain.shop.arrivals import StockItem
    from backsplit.formats import ReadOptions
    from backsplit.formats.reading import Reading


@dataclass
class Shelf:
    """What files of counts say: units of each SKU that they count, and whether the shop itself counted them.

    `raised` and `lowered` are known when the counts are taken.
    """

    counted: dict[str, tuple[int, bool]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    skipped: list[LeftOut] = field(default_factory=list)
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
            if item.on_hand is not None:
                units = _one_count(item, shelf.counted.get(item.sku), options, reading.path)
                check_on_hand(item.sku, units)
                shelf.counted[item.sku] = (units, reading.of_shop)
    return shelf


def take_shelf(
    repository: Repository, shelf: Shelf, unmarked: Mapping[str, int] | None = None
) -> tuple[list[Order], set[str]]:
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
    return take_counts(repository, counts, Happened.COUNTED)


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
        repository.history.record([Entry(Happened.MARKED, None, item.sku, reason="insert" if insert else "no insert")])
