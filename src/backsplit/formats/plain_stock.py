"""Plain files of stock and of deliveries: a row per SKU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from backsplit.domain.arrivals import DeliveryLine
from backsplit.formats import fields
from backsplit.formats.columns import (
    DELIVERY_FIELDS,
    ON_HAND,
    QUANTITY,
    SKU,
    STOCK_FIELDS,
    AmbiguousColumnError,
    Field,
    Header,
    places_of,
)
from backsplit.formats.json_records import Records, text_of
from backsplit.formats.options import ReadOptions
from backsplit.formats.report import FieldError
from backsplit.formats.shops import FoundCount
from backsplit.formats.table import Table

NEEDED_STOCK = (SKU, ON_HAND)
NEEDED_DELIVERY = (SKU, QUANTITY)

Cells = Mapping[str, str]


def counts(file: Table | Records, options: ReadOptions) -> Iterator[FoundCount]:
    """A blank count says nothing of the SKU's stock, and neither does a blank insert."""
    for at, cells in _cells(file, STOCK_FIELDS, options):
        yield FoundCount(
            at,
            cells.get("sku", ""),
            cells.get("on_hand", ""),
            cells.get("name", ""),
            insert=cells.get("insert", ""),
        )


def deliveries(file: Table | Records, options: ReadOptions) -> Iterator[DeliveryLine]:
    column = column_names(file, DELIVERY_FIELDS, options)
    for at, cells in _cells(file, DELIVERY_FIELDS, options):
        try:
            ref = fields.words(cells.get("ref", ""), "ref") or None
            yield DeliveryLine(fields.sku(cells.get("sku", "")), fields.quantity(cells.get("quantity", "")), ref, at)
        except FieldError as error:  # noqa: PERF203 - one bad row does not end the file
            file.report.bad(at, error.reason, error.detail, column=column(error.field))


def column_names(file: Table | Records, wanted: Sequence[Field], options: ReadOptions) -> Callable[[str], str]:
    """What a field's column is called in this file, for sentences."""
    if not isinstance(file, Table):
        return lambda field: field
    header = file.header
    places = places_of(header, wanted, options.map)
    return lambda field: header.names[places[field]] if field in places else ""


def _cells(
    file: Table | Records,
    wanted: Sequence[Field],
    options: ReadOptions,
) -> Iterator[tuple[int, Cells]]:
    """Each row's cells by field; blank rows are left out."""
    if isinstance(file, Table):
        places = places_of(file.header, wanted, options.map)
        for at, row in file.numbered():
            if any(map(str.strip, row)):
                yield at, {field: row[place] for field, place in places.items()}
        return
    for at, record in file:
        keys = list(record)
        header = Header(keys)
        mapped = {field: column for field, column in options.map.items() if header.mapped(column) is not None}
        try:
            places = places_of(header, wanted, mapped)
            cells = {field: text_of(record[keys[place]], field) for field, place in places.items()}
        except AmbiguousColumnError as error:
            raise file.report.refuse(f"{file.report.unit} {at}: {error}") from None
        except FieldError as error:
            file.report.bad(at, error.reason, error.detail, column=error.field)
            continue
        yield at, cells
