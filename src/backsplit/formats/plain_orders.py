"""Plain files of orders: a row per line, with the order's own cells on each row or on the first only.

The rows of an order stand together; where its number comes again further down, another order with that
number is handed over, and whoever takes it in puts the two together. Where two rows of an order say
different things of it, the first that says anything counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, Union

from backsplit.domain.arrivals import MOST_LINES, ArrivingLine, ArrivingOrder
from backsplit.formats import fields
from backsplit.formats.columns import (
    CUSTOMER,
    NAME,
    NOTE,
    ORDER,
    ORDER_FIELDS,
    PLACED_AT,
    PRIORITY,
    QUANTITY,
    SKU,
    AmbiguousColumnError,
    Field,
    Header,
    places_of,
)
from backsplit.formats.dates import Dates
from backsplit.formats.json_records import Record, Records, text_of
from backsplit.formats.options import ReadOptions
from backsplit.formats.report import FieldError, Report, shown
from backsplit.formats.table import Table

NEEDED = (ORDER, SKU, QUANTITY)
_REMEMBERED = 50_000  # different cells of a column
_SHAPES = 1_000  # different sets of keys
_LINES = ("lines", "line_items", "lineItems", "items", "order_lines")
_OF_AN_ORDER = (ORDER, PLACED_AT, PRIORITY, CUSTOMER, NOTE)
_OF_A_LINE = (SKU, QUANTITY, NAME)
_MUST_BE_PLAIN = {"order", "sku", "quantity", "placed_at", "priority"}

T = TypeVar("T")
Rows = Iterable[tuple[int, Sequence[str]]]


def from_table(table: Table, options: ReadOptions) -> Iterator[ArrivingOrder]:
    places = places_of(table.header, ORDER_FIELDS, options.map)
    if status := table.header.find("status", "order status"):
        name = shown(table.header.names[status])
        table.report.notice(f"The column {name} is not looked at in a plain file: every row was taken as open.")
    placed = places.get("placed_at")

    def dates_again() -> Iterator[tuple[int, str]]:
        for at, row in table.again().numbered():
            yield at, row[placed] if placed is not None else ""

    names = {field: table.header.names[place] for field, place in places.items()}
    dates = Dates(table.report, options.date_order, dates_again, names.get("placed_at", ""))
    return orders(table.numbered(), places=places, names=names, report=table.report, options=options, dates=dates)


def from_records(records: Records, options: ReadOptions) -> Iterator[ArrivingOrder]:
    places = {field.name: place for place, field in enumerate(ORDER_FIELDS)}
    placed = places["placed_at"]

    def dates_again() -> Iterator[tuple[int, str]]:
        for at, row in _rows(records.again(), options):
            yield at, row[placed]

    dates = Dates(records.report, options.date_order, dates_again)
    return orders(_rows(records, options), places=places, names={}, report=records.report, options=options, dates=dates)


def orders(  # noqa: C901 - the loop that every line of every file runs through
    rows: Rows,
    *,
    places: Mapping[str, int],
    names: Mapping[str, str],
    report: Report,
    options: ReadOptions,
    dates: Dates,
) -> Iterator[ArrivingOrder]:
    """`places` says where in a row each field is; order, sku and quantity must be among them."""
    number_at, placed_at = places["order"], places.get("placed_at")
    sku_at = places["name"] if options.sku_from_name else places["sku"]
    quantity_at, name_at = places["quantity"], places.get("name")
    extras = {field: places[field] for field in ("priority", "customer", "note") if field in places}
    skus, quantities = _Remembered(fields.sku), _Remembered(fields.quantity)
    named = _Remembered(lambda cell: fields.words(cell, "name"))

    prefix = options.prefix
    new = tuple.__new__  # half the time of ArrivingOrder(…); a large file has a million of them
    bare = number = begun_with = ""
    begun = 0
    lines: list[ArrivingLine] = []
    placed: str | None = None
    said = _NOTHING_SAID
    for at, row in rows:
        try:
            key = row[number_at]
            if key != begun_with or not key:
                stripped = key.strip()
                if not stripped:
                    if not any(map(str.strip, row)):
                        continue
                    _check_it_belongs_above(number, row, placed_at, extras)
                elif stripped != bare:
                    if lines:
                        yield new(ArrivingOrder, (number, tuple(lines), placed, *said, begun))
                    lines, placed, said = [], None, _NOTHING_SAID
                    bare = number = begun_with = ""
                    number = fields.number(prefix + stripped)
                    bare, begun_with, begun = stripped, key, at
            name = named[row[name_at]] if name_at is not None else ""
            line = new(ArrivingLine, (skus[row[sku_at]], quantities[row[quantity_at]], name))
            if placed is None and placed_at is not None and (cell := row[placed_at].strip()):
                placed = dates(cell)
            if extras:
                said = _said(said, row, extras)
        except FieldError as error:
            field = "name" if error.field == "sku" and options.sku_from_name else error.field
            report.bad(at, error.reason, error.detail, column=names.get(field, ""), order=number)
            continue
        if len(lines) >= MOST_LINES:
            report.bad(at, "too many lines", f"is beyond the {MOST_LINES:,} lines that an order may have", order=number)
            continue
        lines.append(line)
    if lines:
        yield new(ArrivingOrder, (number, tuple(lines), placed, *said, begun))


_Said = tuple[Union[int, None], str, str]  # priority, customer, note
_NOTHING_SAID: _Said = (None, "", "")


def _said(before: _Said, row: Sequence[str], extras: Mapping[str, int]) -> _Said:
    priority, customer, note = before
    cells = {field: row[place].strip() for field, place in extras.items()}
    if priority is None and (cell := cells.get("priority")):
        priority = fields.priority(cell)
    return (
        priority,
        customer or fields.words(cells.get("customer", ""), "customer"),
        note or fields.words(cells.get("note", ""), "note"),
    )


def _check_it_belongs_above(number: str, row: Sequence[str], placed_at: int | None, extras: Mapping[str, int]) -> None:
    """A row without a number belongs to the order above if it leaves all of the order's cells blank.

    Raises FieldError where it says something of the order: then its number was lost.
    """
    places = [*extras.values(), *([placed_at] if placed_at is not None else [])]
    if not number or any(row[place].strip() for place in places):
        raise FieldError("order", "no order number", "there is no order number")


class _Remembered(dict[str, T]):
    """Cells to values by a check, which is made once for as long as the cell is remembered.

    A large file says the same few thousand things again and again, and each is then one object.
    """

    def __init__(self, check: Callable[[str], T]) -> None:
        super().__init__()
        self._check = check

    def __missing__(self, cell: str) -> T:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[cell] = self._check(cell)
        return value


def nested_lines(record: Record) -> list[Any] | None:
    """The list of lines that a JSON order holds, if it holds one."""
    return next((record[name] for name in _LINES if isinstance(record.get(name), list)), None)


class _Cells:
    """JSON objects to cells by field. Few sets of keys make up a file, so that each is looked through once."""

    def __init__(self, mapped: Mapping[str, str]) -> None:
        self._mapped = mapped
        self._known: dict[tuple[str, ...], Mapping[str, str]] = {}

    def of(self, record: Record, wanted: Sequence[Field]) -> dict[str, str]:
        """Raises FieldError, AmbiguousColumnError."""
        shape = (wanted[0].name, *record)
        keys = self._known.get(shape)
        if keys is None:
            if len(self._known) >= _SHAPES:
                self._known.clear()
            keys = self._known[shape] = self._keys(Header(list(record)), wanted)
        return {field: text_of(record[key], field) for field, key in keys.items() if self._counts(field, record[key])}

    def _keys(self, header: Header, wanted: Sequence[Field]) -> Mapping[str, str]:
        names = {field.name for field in wanted}
        mapped = {
            field: key for field, key in self._mapped.items() if field in names and header.mapped(key) is not None
        }
        return {field: header.names[place] for field, place in places_of(header, wanted, mapped).items()}

    def _counts(self, field: str, value: object) -> bool:
        """A customer with a name and an address inside is nothing that was asked for."""
        return field in self._mapped or field in _MUST_BE_PLAIN or not isinstance(value, (dict, list))


def _rows(records: Records, options: ReadOptions) -> Iterator[tuple[int, list[str]]]:
    """JSON records as rows of ORDER_FIELDS: flat ones as they are, nested ones with a row for each line."""
    cells = _Cells(options.map)
    for at, record in records:
        nested = nested_lines(record)
        try:
            if nested is None:
                parts = [cells.of(record, ORDER_FIELDS)]
            else:
                order = cells.of(record, _OF_AN_ORDER)
                parts = [cells.of(line, _OF_A_LINE) | order for line in nested if isinstance(line, dict)]
        except FieldError as error:
            records.report.bad(at, error.reason, error.detail, column=error.field)
            continue
        except AmbiguousColumnError as error:
            raise records.report.refuse(f"{records.report.unit} {at}: {error}") from None
        if nested is not None and (not nested or len(parts) < len(nested)):
            records.report.bad(at, "no lines", "has no lines, or some that are no objects")
        for part in parts:
            yield at, [part.get(field.name, "") for field in ORDER_FIELDS]
