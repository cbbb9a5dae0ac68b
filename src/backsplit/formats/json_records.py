"""JSON and JSON Lines as records, one after the other, each with its place in the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backsplit.formats.columns import FIELDS, OF_A_LINE, OF_AN_ORDER, AmbiguousColumnError, Field, Header, places_of
from backsplit.formats.report import FieldError, Report, quoted
from backsplit.formats.source import Source
from backsplit.formats.statuses import check_it_is_open

Record = dict[str, Any]

_LISTS = ("orders", "stock", "inventory", "data", "results", "records", "items", "products", "lines")
_LIST_AHEAD = re.compile(r'\s*(?:\{\s*"(?:orders|stock|inventory|data|results|records)"\s*:\s*)?\[')
_LOOKS_LIKE_JSON = re.compile(r'\s*(?:\[\s*[\[{\]]|\{\s*["}])')
_BLANK = re.compile(r"\s*")
_PIECE = 1 << 18  # characters read at a time
_LARGEST = 1 << 23  # characters of one record, or of an object that must be read whole
_TOO_LARGE = f"more than {_LARGEST >> 20} MB"
_FORMATS = (".json", ".jsonl", ".ndjson")


def _as_text(value: str) -> str:
    return value


# Numbers stay as written: the SKU 1.10 must not become 1.1, and a long number must keep all its digits.
_DECODER = json.JSONDecoder(parse_int=_as_text, parse_float=_as_text, parse_constant=_as_text)


def is_json(source: Source) -> bool:
    """Whether the content looks like JSON, or else the name does."""
    if source.is_sheet:
        return False
    if _LOOKS_LIKE_JSON.match(source.sample):
        return True
    return source.name.removesuffix(".gz").endswith(_FORMATS)


def text_of(value: object, field: str = "") -> str:
    """A JSON value as a cell: null is blank. Raises FieldError for a list or an object."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    raise FieldError(field, "not a plain value", "there is a list or an object; it should be text or a number")


class Records:
    """The records of a file, each with its place: its line in JSON Lines, else its number, from 1."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source, self.report = source, report
        self.mapped: Mapping[str, str] = {}  # the key that --map names for a field
        self.lines = _is_lines(source)
        self.format = "jsonl" if self.lines else "json"
        report.unit = "line" if self.lines else "record"

    def again(self) -> Records:
        """The same records from the start, without reporting bad ones a second time."""
        again = Records(self.source, Report(self.report.path, skip_bad=True))
        again.mapped = self.mapped
        return again

    def first(self) -> Record | None:
        return next((record for _, record in self.again()), None)

    def __iter__(self) -> Iterator[tuple[int, Record]]:
        text = self.source.text(any_line=not self.lines)
        for at, value in self._from_lines(text) if self.lines else self._from_document(text):
            if isinstance(value, dict):
                yield at, value
            else:
                self.report.bad(at, "not a record", "is not an object with names and values")

    def _from_lines(self, text: io.TextIOWrapper) -> Iterator[tuple[int, Any]]:
        for at, line in enumerate(text, 1):
            if line.strip():
                try:
                    value = _DECODER.decode(line)
                except (ValueError, RecursionError) as error:
                    self.report.bad(at, "not JSON", f"is not JSON ({_explained(error)})")
                else:
                    yield at, value

    def _from_document(self, text: io.TextIOWrapper) -> Iterator[tuple[int, Any]]:
        pieces = _Pieces(text)
        pieces.more()
        begin = _LIST_AHEAD.match(pieces.held)
        if begin is None:
            yield from enumerate(self._whole(pieces), 1)
            return
        pieces.place = begin.end()
        at = 1
        while (mark := pieces.peek()) != "]":
            if at > 1:
                if mark != ",":
                    raise self._cut_off(at) if not mark else self._not_json(at, f"{quoted(mark)} is not a comma")
                pieces.place += 1
                mark = pieces.peek()
            if not mark:
                raise self._cut_off(at)
            yield at, self._value(pieces, at)
            at += 1

    def _value(self, pieces: _Pieces, at: int) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(pieces.held, pieces.place)
            except RecursionError as error:
                raise self._not_json(at, _explained(error)) from None
            except ValueError as error:
                if len(pieces.held) - pieces.place > _LARGEST:
                    raise self._not_json(at, f"the record has {_TOO_LARGE}") from None
                if pieces.more():
                    continue
                if getattr(error, "pos", 0) >= len(pieces.held.rstrip()) or "Unterminated" in str(error):
                    raise self._cut_off(at) from None
                raise self._not_json(at, _explained(error)) from None
            # A number at the end of the held text may continue in the next piece.
            if end == len(pieces.held) and pieces.more():
                continue
            pieces.place = end
            return value

    def _whole(self, pieces: _Pieces) -> list[Any]:
        while pieces.more():
            if len(pieces.held) > _LARGEST:
                raise self.report.refuse(
                    f"is one JSON object of {_TOO_LARGE}; write a list of records, or one record per line.",
                )
        try:
            document = _DECODER.decode(pieces.held)
        except (ValueError, RecursionError) as error:
            raise self.report.refuse(f"is not JSON: {_explained(error)}.") from None
        if isinstance(document, dict):
            lists = [document[name] for name in _LISTS if isinstance(document.get(name), list)]
            if len(lists) == 1 and not _is_an_order(document):
                return list(lists[0])
            if isinstance(document.get("order"), dict):
                return [document["order"]]
        return [document]

    def _cut_off(self, at: int) -> Exception:
        return self.report.refuse(f"ends in the middle of record {at}: it is cut off. Fetch it again.")

    def _not_json(self, at: int, why: str) -> Exception:
        return self.report.refuse(f"is not JSON at record {at}: {why}.")


class _Pieces:
    """The text held for decoding. Reading more drops the text that was decoded already."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._size = _PIECE
        self.held = ""
        self.place = 0

    def more(self) -> bool:
        # We retry a record larger than a piece with twice as much text, so that the work stays linear.
        self._size = _PIECE if self.place else self._size * 2
        rest = self.held[self.place :]
        piece = self._text.read(min(self._size, _LARGEST + 1 - len(rest)))
        self.held = rest + piece
        self.place = 0
        return bool(piece)

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANK.match(self.held, self.place)
            self.place = match.end() if match else self.place
            if self.place < len(self.held):
                return self.held[self.place]
            if not self.more():
                return ""


def _is_lines(source: Source) -> bool:
    sample = source.sample.lstrip()
    if not sample.startswith("{"):
        return source.name.removesuffix(".gz").endswith(_FORMATS[1:]) and not sample.startswith("[")
    line, _, rest = sample.partition("\n")
    try:
        _DECODER.decode(line)
    except (ValueError, RecursionError):
        return source.name.removesuffix(".gz").endswith(_FORMATS[1:])
    return bool(rest.strip()) or source.name.removesuffix(".gz").endswith(_FORMATS[1:])


def _is_an_order(document: Record) -> bool:
    """Whether the document is a single order, so that its `lines` are not a list of records."""
    return any(name in document for name in ("order", "order_number", "number", "name", "id")) and any(
        isinstance(document.get(name), list) for name in ("lines", "items", "products")
    )


def _explained(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]}, line {error.lineno}, column {error.colno}"
    return "it holds a value that cannot be read"


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
