"""Found counts become one count per SKU.

A SKU that comes twice may be a mistake. We take the same count twice as one, and refuse different counts unless
--duplicates says which one holds. This keeps some 200 bytes per SKU in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from backsplit.domain.limits import LARGEST_ON_HAND
from backsplit.domain.shop.arrivals import LeftOut, StockCount, StockItem
from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundCount
from backsplit.formats.options import ReadOptions
from backsplit.formats.reasons import NO_SKU, NOT_TRACKED, OTHER_LOCATION
from backsplit.formats.report import FieldError, Report
from backsplit.formats.taking_in.without_sku import WithoutSku
from backsplit.formats.wording import MOST_LISTED, listed, quoted

_PLACES_NAMED = 4  # lines of one SKU that an error names


@dataclass(slots=True)
class _Sku:
    """`counts` are, for each location, the counts with their lines."""

    at: int
    name: str = ""
    insert: bool | None = None
    counts: dict[str, list[tuple[int, int]]] = field(default_factory=dict)


def counted(
    found: Iterable[FoundCount],
    report: Report,
    options: ReadOptions,
    *,
    shop: bool,
    column: Callable[[str], str],
) -> Iterator[StockItem]:
    """One StockCount per SKU, in the file's order, after the whole file was read. Raises BadInput.

    A shop's export (`shop`) may have rows without a SKU and SKUs that are not tracked, which are left out, and
    counts below 0, which become 0. In a plain file each of them is a bad row, except that a count may be blank.
    """
    skus: dict[str, _Sku] = {}
    locations: dict[str, None] = {}
    no_sku_at = 0
    without_sku = WithoutSku(report, options, bad=not shop)
    for count in found:
        if count.location:
            locations.setdefault(count.location)
        if reason := _left_out(count, options) if shop else "":
            if reason != NO_SKU or count.at != no_sku_at:  # once per row, though it may have many locations
                _count_it(without_sku, count, reason)
                yield LeftOut("" if reason == NO_SKU else _sku_text(count, options), count.at, reason)
            no_sku_at = count.at if reason == NO_SKU else no_sku_at
            continue
        try:
            _keep(skus, count, options, report if shop else None)
        except FieldError as error:
            _count_it(without_sku, count, error.reason)
            report.bad(count.at, error.reason, error.detail, column=count.location or column(error.field))
    without_sku.tell("count", others=bool(skus))
    _check_location(options.location, list(locations), report)
    if options.location is None and len(locations) > 1:
        names = listed(map(quoted, locations), 5)
        report.notice(f"The counts of {len(locations)} locations were added up: {names}. To take one: --location NAME.")
    _check_duplicates(skus, report, options)
    _notice_twins(skus, report)
    for sku, entry in skus.items():
        on_hand = sum(_one(counts, options) for counts in entry.counts.values()) if entry.counts else None
        if on_hand is not None and on_hand > LARGEST_ON_HAND:
            report.bad(entry.at, "count too large", f"{quoted(sku)} would have more than {LARGEST_ON_HAND:,} units")
        else:
            yield StockCount(sku, on_hand, entry.name or None, entry.insert, entry.at)


def _sku_text(count: FoundCount, options: ReadOptions) -> str:
    return options.sku_of(count.sku, count.name)


def _left_out(count: FoundCount, options: ReadOptions) -> str:
    if not _sku_text(count, options):
        return NO_SKU
    if options.location is not None and count.location and count.location != options.location:
        return OTHER_LOCATION
    return "" if count.count.strip() else NOT_TRACKED


def _count_it(without_sku: WithoutSku, count: FoundCount, reason: str) -> None:
    """Say that a count is lost if only its SKU is missing."""
    if reason == NO_SKU and count.count.strip():
        without_sku.count(count.name)


def _keep(skus: dict[str, _Sku], count: FoundCount, options: ReadOptions, shop: Report | None) -> None:
    sku = values.sku(_sku_text(count, options))
    name = values.words(count.name, "name")
    insert = values.yes_no(count.insert, "insert")
    units = None
    if count.count.strip():
        units = values.on_hand(count.count) if shop is None else _at_a_shop(count, sku, shop)
    entry = skus.setdefault(sku, _Sku(count.at))
    entry.name = entry.name or name
    entry.insert = insert if entry.insert is None else entry.insert
    if units is not None:
        entry.counts.setdefault(count.location, []).append((units, count.at))


def _at_a_shop(count: FoundCount, sku: str, report: Report) -> int:
    """The units on the shelf that can be sold; 0 if more were sold than there are."""
    units = _units(count.count) + _units(count.plus) - _units(count.less)
    if units < 0:
        report.tally("{n} counts are below 0 (oversold), and were taken as 0", sku)
    return max(0, units)


def _units(text: str) -> int:
    """A shop's number. Shops may put a `'` before `-3`, so that spreadsheets do not take it for a formula."""
    text = text.strip().removeprefix("'")
    if not text or text.lower() == "not stocked":
        return 0
    units = values.whole(text, "on_hand")
    return values.on_hand(text) if units > 0 else max(units, -LARGEST_ON_HAND)


def _one(counts: list[tuple[int, int]], options: ReadOptions) -> int:
    if options.duplicates == "sum":
        return sum(count for count, _ in counts)
    return counts[-1][0] if options.duplicates == "last" else counts[0][0]


def _check_location(wanted: str | None, there: list[str], report: Report) -> None:
    if wanted is None or wanted in there:
        return
    if there:
        raise report.refuse(f"has no location {quoted(wanted)}; it has {listed(map(quoted, there))}.")
    raise report.refuse("has no locations: leave --location out.")


def _check_duplicates(skus: dict[str, _Sku], report: Report, options: ReadOptions) -> None:
    twice = differ = 0
    problems: list[str] = []
    for sku, entry in skus.items():
        for counts in entry.counts.values():
            if len(counts) == 1:
                continue
            twice += 1
            if len({count for count, _ in counts}) > 1:
                differ += 1
                if len(problems) < MOST_LISTED:
                    places = listed((f"{count} on {report.unit} {at}" for count, at in counts), _PLACES_NAMED)
                    problems.append(f"SKU {quoted(sku)}: {places}")
    if differ and options.duplicates == "refuse":
        if differ > len(problems):
            problems.append(f"… and {differ - len(problems):,} more")
        come = "1 SKU comes" if differ == 1 else f"{differ:,} SKUs come"
        variants = (
            "" if options.sku_from == "name" else "; where a SKU stands for several variants, use --sku-from name"
        )
        raise report.refuse(
            f"{come} more than once with different counts, so nothing was imported. Choose one with "
            f"--duplicates sum, last or first{variants}:",
            problems,
        )
    if twice:
        how = {"sum": "added up", "last": "taken from the last row", "first": "taken from the first row"}
        same = "taken once, since all rows of a SKU say the same"
        come = "1 SKU comes" if twice == 1 else f"{twice:,} SKUs come"
        report.notice(f"{come} more than once; their counts were {how.get(options.duplicates, same)}.")


def _notice_twins(skus: dict[str, _Sku], report: Report) -> None:
    seen: dict[str, str] = {}
    twins = []
    for sku in skus:
        other = seen.setdefault(sku.casefold(), sku)
        if other != sku:
            twins.append(f"{quoted(other)} and {quoted(sku)}")
    if twins:
        report.notice(f"SKUs that differ in letter case only are different SKUs: {listed(twins, 5)}.")
