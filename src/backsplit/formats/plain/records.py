"""JSON objects of plain files, as cells by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backsplit.formats.columns.fields import AmbiguousColumnError, Field, places_of
from backsplit.formats.columns.header import Header
from backsplit.formats.plain.closing import check_it_is_open
from backsplit.formats.plain.fields import FIELDS, OF_A_LINE, OF_AN_ORDER
from backsplit.formats.report import FieldError
from backsplit.formats.rows.records import Record, Records, text_of

Cells = dict[str, str]

_SHAPES = 1_000  # different sets of keys that are remembered
_LINES = ("lines", "line_items", "lineItems", "items", "order_lines")


def nested_lines(record: Record) -> list[Any] | None:
    """The list of lines in a JSON order, if it holds one."""
    return next((record[name] for name in _LINES if isinstance(record.get(name), list)), None)


def flat_cells(records: Records, fields: Sequence[Field], mapped: Mapping[str, str]) -> Iterator[tuple[int, Cells]]:
    """Each record's place and cells. Raises BadInput if two keys could hold one field."""
    shapes = _Shapes(mapped)
    return _each(records, lambda _, record: [shapes.cells(record, fields)])


def order_cells(records: Records, mapped: Mapping[str, str]) -> Iterator[tuple[int, Cells]]:
    """As flat_cells, for orders: an order with a list of lines gives cells for each line."""
    shapes = _Shapes(mapped)

    def of_each_line(at: int, record: Record) -> list[Cells]:
        nested = nested_lines(record)
        for part in (record, *(line for line in nested or () if isinstance(line, dict))):
            check_it_is_open(at, part, records.report)
        if nested is None:
            return [shapes.cells(record, FIELDS["orders"])]
        order = shapes.cells(record, OF_AN_ORDER)
        lines = [shapes.cells(line, OF_A_LINE) | order for line in nested if isinstance(line, dict)]
        if not nested or len(lines) < len(nested):
            records.report.bad(at, "no lines", "has no lines, or some of its lines are not objects")
        return lines

    return _each(records, of_each_line)


def _each(records: Records, read: Callable[[int, Record], list[Cells]]) -> Iterator[tuple[int, Cells]]:
    for at, record in records:
        try:
            parts = read(at, record)
        except FieldError as error:
            records.report.bad(at, error.reason, error.detail, column=error.field)
            continue
        except AmbiguousColumnError as error:
            raise records.report.refuse(f"{records.report.unit} {at}: {error}") from None
        for part in parts:
            yield at, part


class _Shapes:
    """The sets of keys that a file's objects have. A file has few, so each is searched for fields only once."""

    def __init__(self, mapped: Mapping[str, str]) -> None:
        self._mapped = mapped
        self._known: dict[tuple[str, ...], list[tuple[str, str, bool]]] = {}

    def cells(self, record: Record, fields: Sequence[Field]) -> Cells:
        """Raises FieldError, AmbiguousColumnError."""
        shape = (fields[0].name, *record)
        keys = self._known.get(shape)
        if keys is None:
            if len(self._known) >= _SHAPES:
                self._known.clear()
            keys = self._known[shape] = self._keys(Header(list(record)), fields)
        return {
            name: text_of(record[key], name)
            for name, key, may_nest in keys
            if not (may_nest and isinstance(record[key], (dict, list)))
        }

    def _keys(self, header: Header, fields: Sequence[Field]) -> list[tuple[str, str, bool]]:
        """The fields that are there, their keys, and whether to ignore an object under the key."""
        may_nest = {field.name: field.may_nest and field.name not in self._mapped for field in fields}
        mapped = {
            name: key for name, key in self._mapped.items() if name in may_nest and header.mapped(key) is not None
        }
        places = places_of(header, fields, mapped)
        return [(name, header.names[place], may_nest[name]) for name, place in places.items()]
