"""Found orders become arriving ones. Numbers, SKUs, quantities and facts are checked here, once for every shop."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator

from backsplit.domain.arrivals import ArrivingLine, ArrivingOrder, ClosedOrder, LeftOut, OrderItem, Said
from backsplit.domain.values import Status
from backsplit.formats.cells import values
from backsplit.formats.cells.dates import Dates
from backsplit.formats.cells.facts import checks
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.options import ReadOptions
from backsplit.formats.reasons import FULFILLED, NO_GOODS, NO_LINES, NO_SKU, NOTHING_LEFT
from backsplit.formats.report import FieldError, Report


def taken(
    found: Iterable[FoundOrder],
    report: Report,
    options: ReadOptions,
    dates: Dates,
    column: Callable[[str], str],
) -> Iterator[OrderItem]:
    """The open orders; also the closed ones, and each line that is left out.

    `column` gives the name of a field's column in the file, for sentences.
    """
    check = checks(dates)
    for order in found:
        try:
            number = values.number(options.prefix + order.number if order.number.strip() else "")
        except FieldError as error:
            report.bad(order.at, error.reason, error.detail, column=column("order"))
            continue
        if order.left_out:
            yield from _closed(number, order)
            continue
        lines = yield from _lines(number, order, report, options, column)
        if lines:
            try:
                said = Said(**{name: check[name](cell) for name, cell in order.said.items()})
                yield ArrivingOrder(number, tuple(lines), said, order.at)
            except FieldError as error:
                report.bad(order.at, error.reason, error.detail, column=column(error.field), order=number)
        elif _all_gone(order.lines):
            yield ClosedOrder(number, Status.SHIPPED, order.at)


def _lines(
    number: str,
    order: FoundOrder,
    report: Report,
    options: ReadOptions,
    column: Callable[[str], str],
) -> Generator[LeftOut, None, list[ArrivingLine]]:
    """Return the lines to be taken, and yield those that are left out."""
    if not order.lines:
        yield LeftOut(number, order.at, NO_LINES)
    lines = []
    for line in order.lines:
        try:
            arriving = _line(line, options)
        except FieldError as error:
            line.left_out = error.reason
            report.bad(line.at, error.reason, error.detail, column=column(error.field), order=number)
            continue
        if arriving is None:
            yield LeftOut(number, line.at, line.left_out)
        else:
            lines.append(arriving)
    return lines


def _closed(number: str, order: FoundOrder) -> Iterator[OrderItem]:
    for line in order.lines:
        yield LeftOut(number, line.at, order.left_out)
    if order.closed:
        yield ClosedOrder(number, order.closed, order.at)


def _line(line: FoundLine, options: ReadOptions) -> ArrivingLine | None:
    """None if the line is left out; `line.left_out` then has the reason."""
    if not line.left_out:
        if not (line.name if options.sku_from_name else line.sku).strip():
            line.left_out = NO_SKU
        elif values.whole(line.quantity, "quantity") == 0:  # `quantity-to-ship` 0
            line.left_out = NOTHING_LEFT
    if line.left_out:
        return None
    name = values.words(line.name, "name")
    return ArrivingLine(values.sku(name if options.sku_from_name else line.sku), values.quantity(line.quantity), name)


def _all_gone(lines: list[FoundLine]) -> bool:
    """Whether some lines were fulfilled, and the others had nothing to ship (a tip, a download)."""
    reasons = {line.left_out for line in lines}
    return FULFILLED in reasons and reasons <= NO_GOODS | {FULFILLED}
