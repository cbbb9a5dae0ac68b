"""Found orders and counts become checked domain values; what cannot be is left out or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from backsplit.domain.imports import (
    ArrivingLine,
    ArrivingOrder,
    LeftOut,
    NamedOnly,
    OrderItem,
    OrdersRead,
    Said,
    StockCount,
    StockItem,
    why_not_one,
)
from backsplit.domain.limits import LARGEST_ON_HAND
from backsplit.domain.orders import Status
from backsplit.errors import listed
from backsplit.formats import ReadOptions, cells
from backsplit.formats.cells import Remembered
from backsplit.formats.columns import CUSTOMER, PLACED_AT, checks
from backsplit.formats.dates import Dates
from backsplit.formats.report import (
    ANOTHER_ORDER,
    CLOSED,
    EXPECTED,
    FULFILLED,
    MOST_KEPT,
    NO_GOODS,
    NO_LINES,
    NO_SKU,
    NOT_TRACKED,
    NOTHING_LEFT,
    OTHER_LOCATION,
    FieldError,
    Report,
    quoted,
)
from backsplit.formats.shops._toolkit import FoundCount, FoundLine, FoundOrder, Sent, all_of_it, nothing, untold
from backsplit.values import NamedTuple


class WithoutSku:
    """Counts them while a file is read.

    `bad`: such a line is a bad row, as in plain files, and the file fails for it.
    """

    def __init__(self, report: Report, options: ReadOptions, *, bad: bool = False) -> None:
        self._report, self._from, self._bad = report, options.sku_from, bad
        self._lines = self._named = 0
        self._option = "name"

    def count(self, name: str) -> None:
        self._lines += 1
        self._named += bool(name.strip())

    def tell(self, what: str, *, others: bool, nothing_taken: bool | None = None) -> None:
        """At the end of the file: a notice. Raises BadInput if nothing could be taken because of them.

        `others`: some lines have a SKU. `nothing_taken` is so unless there are others, if it is not said.
        """
        if not self._lines:
            return
        self._option = "sku-or-name" if others else "name"
        if self._report.bad_rows and not self._report.skip_bad:
            if self._bad and self._named:
                self._report.advice[0] += f", or to take the name as the SKU, --sku-from {self._option}"
            return
        lines = "1 line" if self._lines == 1 else f"{self._lines:,} lines"
        if (not others) if nothing_taken is None else nothing_taken:
            raise self._report.refuse(f"has {lines} without a SKU, and so no {what} that can be taken. {self._way_out}")
        self._report.notice(f"Left out since they have no SKU: {lines}. {self._way_out}")

    @property
    def _way_out(self) -> str:
        if self._from == "name":
            return "They have no name either; where they have a SKU, use --sku-from sku-or-name."
        if not self._named:
            return "They have no name to take for it: give the products SKUs in the shop."
        where = "for the SKU" if self._option == "name" else "where there is no SKU"
        return f"To take the name {where}: --sku-from {self._option}."


def taken(
    found: Iterable[FoundOrder],
    report: Report,
    options: ReadOptions,
    dates: Dates,
    column: Callable[[str], str],
    *,
    bad_without_sku: bool = False,
) -> Iterator[OrderItem]:
    """The orders, and each line that is left out.

    `column` gives the name of a field's column in the file, for sentences. `bad_without_sku`: a line without a SKU is a
    bad row, as in plain files; else it is left out.
    """
    return _Taking(report, options, dates, column, bad_without_sku=bad_without_sku).orders(found)


class _Identity(NamedTuple):
    """That by which an order of the file is itself: the shop's id of it, and its cells; blank where it has none."""

    shop_id: str
    customer: str
    placed_at: str

    @property
    def cells(self) -> dict[str, str]:
        return {name: cell for name, cell in zip(self._fields[1:], self[1:], strict=True) if cell}


class _Taking:
    """One file's orders while they are taken in."""

    def __init__(
        self, report: Report, options: ReadOptions, dates: Dates, column: Callable[[str], str], *, bad_without_sku: bool
    ) -> None:
        self._report, self._options, self._column = report, options, column
        self._checks = checks(dates)
        self._skus, self._quantities = Remembered(cells.sku), Remembered(_units)
        self._names = Remembered(lambda cell: cells.words(cell, "name"))
        self._bad_without_sku = bad_without_sku
        self._without_sku = WithoutSku(report, options, bad=bad_without_sku)
        self._read = OrdersRead[_Identity]()

    def orders(self, found: Iterable[FoundOrder]) -> Iterator[OrderItem]:
        opened = stranded = 0
        for order in found:
            try:
                number = cells.number(order.number, self._options.prefix)
            except FieldError as error:
                self._bad(order.at, error, "")
                continue
            if why := self._why_another(number, order):
                detail = f"has the number {quoted(number)} of another order ({why})"
                self._bad(order.at, FieldError("order", ANOTHER_ORDER, detail), number)
                continue
            if order.left_out:
                yield from self._not_open(number, order)
                continue
            lines: list[ArrivingLine] = []
            yield from self._lines(number, order, lines)
            reasons = {line.left_out for line in order.lines}
            open_ = "" in reasons
            opened += open_
            stranded += not open_ and NO_SKU in reasons
            yield self._order(number, order, lines, reasons)
        self._without_sku.tell("open order", others=bool(self._skus), nothing_taken=bool(stranded and not opened))

    def _why_another(self, number: str, order: FoundOrder) -> str:
        """How an order contradicts what the file has said before by this number; blank if it does not."""
        said = order.said
        here = _Identity(order.shop_id, said.get(CUSTOMER.name, ""), said.get(PLACED_AT.name, ""))
        before = self._read.said_of(number)
        if before is None:
            self._read.keep(number, here)
        if before is None or before == here:
            return ""
        if before.shop_id and here.shop_id and before.shop_id != here.shop_id:
            return f"id {here.shop_id}, not {before.shop_id}"
        why = why_not_one(self._said(before.cells), self._said(here.cells))
        if not why:
            self._read.keep(number, _Identity(*(one or other for one, other in zip(before, here, strict=True))))
        return why

    def _order(self, number: str, order: FoundOrder, lines: list[ArrivingLine], reasons: set[str]) -> OrderItem:
        """An order that is not closed as a whole. It is only named if it has lines, and none could be read."""
        if not lines and not (reasons and reasons <= EXPECTED):
            return NamedOnly(number, order.at)
        if "" not in reasons:
            said = self._said(order.said, order.withheld)
            return ArrivingOrder(number, tuple(lines), said, order.at, _all_gone(reasons))
        try:
            said = Said(
                **{name: self._checks[name](cell) for name, cell in order.said.items()},
                withheld=order.withheld or None,
            )
        except FieldError as error:
            self._bad(order.at, error, number)
            return NamedOnly(number, order.at)
        return ArrivingOrder(number, tuple(lines), said, order.at)

    def _lines(self, number: str, order: FoundOrder, lines: list[ArrivingLine]) -> Iterator[LeftOut]:
        """Append the lines that can be read, and yield those of which nothing is to be sent."""
        if not order.lines:
            yield LeftOut(number, order.at, NO_LINES)
        for line in order.lines:
            try:
                arriving = self._gone(line, None) if line.left_out else self._line(line)
            except FieldError as error:
                line.left_out = error.reason
                self._bad(line.at, error, number)
                continue
            if line.left_out:
                yield LeftOut(number, line.at, line.left_out)
            if arriving:
                lines.append(arriving)

    def _not_open(self, number: str, order: FoundOrder) -> Iterator[OrderItem]:
        for line in order.lines:
            yield LeftOut(number, line.at, order.left_out)
        if order.left_out == CLOSED:
            return  # nobody knows whether it was sent or cancelled: as if the file did not hold it
        if order.closed is None:
            yield NamedOnly(number, order.at, self._said(order.said, order.withheld), self._set_aside(order))
        else:
            lines = [arriving for line in order.lines if (arriving := self._gone(line, order.closed))]
            yield ArrivingOrder(number, tuple(lines), self._said(order.said, order.withheld), order.at, order.closed)

    def _set_aside(self, order: FoundOrder) -> tuple[ArrivingLine, ...]:
        """What an order that is left out has reserved in the shop, as far as it can be read."""
        if not order.set_aside:
            return ()
        return tuple(arriving for line in order.lines if (arriving := self._gone(line, None)))

    def _line(self, line: FoundLine) -> ArrivingLine | None:
        """None if the line is left out; `line.left_out` then has the reason. Raises FieldError."""
        sku = self._options.sku_of(line.sku, line.name)
        if not sku:
            self._without_sku.count(line.name)
            if self._bad_without_sku:
                raise FieldError("sku", NO_SKU, "there is no SKU")
            line.left_out = NO_SKU
            return None
        wanted = self._quantities[line.quantity]
        if not wanted:
            line.left_out = NOTHING_LEFT
            return None
        name = self._names[line.name]
        sent, unsure = line.sent(wanted) if line.sent else (0, 0)
        wanted = max(wanted, sent)
        if sent >= wanted:
            line.left_out = FULFILLED
        return ArrivingLine(self._skus[sku], wanted, name, sent, unsure, line.group and self._names[line.group])

    def _gone(self, line: FoundLine, closed: Status | None) -> ArrivingLine | None:
        """A line with nothing to send; None if it says nothing of goods that were wanted or sent."""
        sku = self._options.sku_of(line.sku, line.name)
        if not line.ships or not sku:
            return None
        try:
            wanted = self._quantities[line.quantity]
            sent, unsure = _sent(line, closed)(wanted)
            wanted = max(wanted, sent)
            if line.left_out not in ("", FULFILLED) and not sent and not unsure:
                return None
            return ArrivingLine(self._skus[sku], wanted, self._names[line.name], sent, unsure)
        except FieldError:
            return None

    def _said(self, facts: Mapping[str, str], withheld: str = "") -> Said:
        """The facts in these cells, as far as they can be read."""
        said = {}
        for name, cell in facts.items():
            try:
                said[name] = self._checks[name](cell)
            except FieldError:  # noqa: PERF203 - one bad fact does not hide the others
                continue
        return Said(**said, withheld=withheld or None)

    def _bad(self, at: int, error: FieldError, number: str) -> None:
        self._report.bad(at, error.reason, error.detail, column=self._column(error.field), order=number)


def _units(cell: str) -> int:
    """Units on a line; 0 is none of them left."""
    return cells.quantity(cell) if cells.whole(cell, "quantity") else 0


def _sent(line: FoundLine, closed: Status | None) -> Sent:
    """How much of a line with nothing to send was sent: the line says it, else the order's status."""
    if line.sent is not None:
        return line.sent
    if line.left_out == FULFILLED or (closed is Status.SHIPPED and not line.left_out):
        return all_of_it
    return untold if closed is Status.CANCELLED and not line.left_out else nothing


def _all_gone(reasons: set[str]) -> Status | None:
    """SHIPPED if some lines were fulfilled, and the others had nothing to ship (a tip, a download)."""
    return Status.SHIPPED if FULFILLED in reasons and reasons <= NO_GOODS | {FULFILLED} else None


NOT_STOCKED = "not stocked"  # what Shopify writes for a location that does not have the article
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
    counts below 0. In a plain file each of them is a bad row, except that a count may be blank.
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
    check_location(options.location, list(locations), report)
    if options.location is None and len(locations) > 1:
        names = listed(map(quoted, locations), 5)
        report.notice(
            f"The counts of {len(locations)} locations were added up: {names}. To take one: --location NAME.",
            is_routine=True,
        )
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
    sku = cells.sku(_sku_text(count, options))
    name = cells.words(count.name, "name")
    insert = cells.yes_no(count.insert, "insert")
    units = None
    if count.count.strip():
        units = cells.on_hand(count.count) if shop is None else _at_a_shop(count, sku, shop)
    entry = skus.setdefault(sku, _Sku(count.at))
    entry.name = entry.name or name
    entry.insert = insert if entry.insert is None else entry.insert
    if units is not None:
        entry.counts.setdefault(count.location, []).append((units, count.at))


def _at_a_shop(count: FoundCount, sku: str, report: Report) -> int:
    """The units on the shelf that can be sold; below 0 if more were sold than there are."""
    units = shop_count(count.count) + shop_count(count.plus) - shop_count(count.less)
    if units < 0:
        report.tally("{n} {counts are|count is} below 0: the shop has sold more than it has (oversold)", sku)
    return units


def shop_count(text: str) -> int:
    """A shop's number. Shops may put a `'` before `-3`, so that spreadsheets do not take it for a formula."""
    text = text.strip().removeprefix("'")
    if not text or text.lower() == NOT_STOCKED:
        return 0
    units = cells.whole(text, "on_hand")
    return cells.on_hand(text) if units > 0 else max(units, -LARGEST_ON_HAND)


def _one(counts: list[tuple[int, int]], options: ReadOptions) -> int:
    if options.duplicates == "sum":
        return sum(count for count, _ in counts)
    return counts[-1][0] if options.duplicates == "last" else counts[0][0]


def check_location(wanted: str | None, there: list[str], report: Report) -> None:
    """Raises BadInput where a location is asked for that is not in the file."""
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
                if len(problems) < MOST_KEPT:
                    places = listed((f"{count} on {report.unit} {at}" for count, at in counts), _PLACES_NAMED)
                    problems.append(f"SKU {quoted(sku)}: {places}")
    if differ and options.duplicates == "refuse":
        come = "1 SKU comes" if differ == 1 else f"{differ:,} SKUs come"
        variants = "where a SKU stands for several sizes or colours, --sku-from name counts each by itself"
        advice = [
            *report.notices,
            *([] if options.sku_from == "name" else [variants]),
            "where the rows are of one article, choose which count holds: --duplicates sum, last or first",
        ]
        sentence = f"{come} more than once with different counts, so nothing was imported:"
        raise report.refuse(sentence, problems, advice, differ - len(problems))
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
