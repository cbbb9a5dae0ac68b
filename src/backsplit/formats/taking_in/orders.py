"""Found orders become arriving ones. Numbers, SKUs, quantities and facts are checked here, once for every shop.

We tell a bad cell where something is to be sent. Of lines and orders with nothing to send we take what can be read,
so that an old row cannot stop a new order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from backsplit.domain.shop.arrivals import ArrivingLine, ArrivingOrder, LeftOut, NamedOnly, OrderItem, Said
from backsplit.domain.values import Status
from backsplit.formats.cells import values
from backsplit.formats.cells.dates import Dates
from backsplit.formats.cells.facts import checks
from backsplit.formats.cells.remembered import Remembered
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.sent import Sent, all_of_it, nothing, untold
from backsplit.formats.options import ReadOptions
from backsplit.formats.reasons import EXPECTED, FULFILLED, NO_GOODS, NO_LINES, NO_SKU, NOTHING_LEFT
from backsplit.formats.report import FieldError, Report
from backsplit.formats.taking_in.without_sku import WithoutSku


def taken(
    found: Iterable[FoundOrder],
    report: Report,
    options: ReadOptions,
    dates: Dates,
    column: Callable[[str], str],
) -> Iterator[OrderItem]:
    """The orders, and each line that is left out.

    `column` gives the name of a field's column in the file, for sentences.
    """
    return _Taking(report, options, dates, column).orders(found)


class _Taking:
    """One file's orders while they are taken in."""

    def __init__(self, report: Report, options: ReadOptions, dates: Dates, column: Callable[[str], str]) -> None:
        self._report, self._options, self._column = report, options, column
        self._checks = checks(dates)
        self._skus, self._quantities = Remembered(values.sku), Remembered(_units)
        self._names = Remembered(lambda cell: values.words(cell, "name"))
        self._without_sku = WithoutSku(report, options)

    def orders(self, found: Iterable[FoundOrder]) -> Iterator[OrderItem]:
        opened = stranded = 0
        for order in found:
            try:
                number = values.number(self._options.prefix + order.number if order.number.strip() else "")
            except FieldError as error:
                self._bad(order.at, error, "")
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

    def _order(self, number: str, order: FoundOrder, lines: list[ArrivingLine], reasons: set[str]) -> OrderItem:
        """An order that is not closed as a whole. It is only named if it has lines, and none could be read."""
        if not lines and not (reasons and reasons <= EXPECTED):
            return NamedOnly(number, order.at)
        if "" not in reasons:
            return ArrivingOrder(number, tuple(lines), self._said(order), order.at, _all_gone(reasons))
        try:
            said = Said(**{name: self._checks[name](cell) for name, cell in order.said.items()})
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
        if order.closed is None:
            yield NamedOnly(number, order.at)
        else:
            lines = [arriving for line in order.lines if (arriving := self._gone(line, order.closed))]
            yield ArrivingOrder(number, tuple(lines), self._said(order), order.at, order.closed)

    def _line(self, line: FoundLine) -> ArrivingLine | None:
        """None if the line is left out; `line.left_out` then has the reason. Raises FieldError."""
        sku = self._options.sku_of(line.sku, line.name)
        if not sku:
            line.left_out = NO_SKU
            self._without_sku.count(line.name)
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
        return ArrivingLine(self._skus[sku], wanted, name, sent, unsure)

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

    def _said(self, order: FoundOrder) -> Said:
        """The facts of an order with nothing to send, as far as they can be read."""
        said = {}
        for name, cell in order.said.items():
            try:
                said[name] = self._checks[name](cell)
            except FieldError:  # noqa: PERF203 - one bad fact does not hide the others
                continue
        return Said(**said)

    def _bad(self, at: int, error: FieldError, number: str) -> None:
        self._report.bad(at, error.reason, error.detail, column=self._column(error.field), order=number)


def _units(cell: str) -> int:
    """Units on a line; 0 is none of them left."""
    return values.quantity(cell) if values.whole(cell, "quantity") else 0


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
