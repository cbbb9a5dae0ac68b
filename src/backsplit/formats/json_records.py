"""JSON and JSON Lines as records, one after the other, each with its place in the file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from backsplit.formats import ReadOptions
from backsplit.formats.columns import (
    FIELDS,
    LINES,
    NAME,
    OF_A_LINE,
    OF_AN_ORDER,
    QUANTITY,
    SKU,
    AmbiguousColumnError,
    Field,
    Header,
    places_of,
)
from backsplit.formats.report import FieldError, Report, quoted
from backsplit.formats.source import Source
from backsplit.values import NamedTuple

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


def nodes(connection: object, field: str) -> list[Any]:
    """The things in a list of GraphQL, in either of its forms, or in a plain list. Raises FieldError for no list."""
    found = connection
    if isinstance(connection, dict):
        edges = connection.get("edges")
        of_edges = [edge.get("node") for edge in edges if isinstance(edge, dict)] if isinstance(edges, list) else None
        found = connection.get("nodes", of_edges)
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise FieldError(field, "not a list of lines", "there should be a list of objects here")
    return found


class Records:
    """The records of a file, each with its place: its line in JSON Lines, else its number, from 1."""

    def __init__(self, source: Source, report: Report) -> None:
        self.source, self.report = source, report
        self.mapped: Mapping[str, str] = {}  # the key that --map names for a field
        self.lines_at = ""  # in a plain file, the path from an order to its lines
        self.lines = _is_lines(source)
        self.format = "jsonl" if self.lines else "json"
        report.unit = "line" if self.lines else "record"

    def again(self) -> Records:
        """The same records from the start, without reporting bad ones a second time."""
        again = Records(self.source, self.report.again())
        again.mapped, again.lines_at = self.mapped, self.lines_at
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
            del value  # so that one record at a time is in the memory

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
            answer = self._answered(document)
            if answer is not None:
                return answer
            lists = [document[name] for name in _LISTS if isinstance(document.get(name), list)]
            if len(lists) == 1 and not _is_an_order(document):
                return list(lists[0])
            if isinstance(document.get("order"), dict):
                return [document["order"]]
        return [document]

    def _answered(self, document: Record) -> list[Any] | None:
        """The orders in an answer of GraphQL; None for another document. Raises BadInput where it is only an error."""
        data = document.get("data", document)
        if isinstance(data, dict) and isinstance(orders := data.get("orders"), dict):
            try:
                return nodes(orders, "orders")
            except FieldError as error:
                raise self.report.refuse(f"holds no orders: {error.detail}.") from None
        errors = document.get("errors")
        if errors and not data:
            first = errors[0] if isinstance(errors, list) else errors
            message = first.get("message") if isinstance(first, dict) else first
            raise self.report.refuse(f"holds no orders: the shop answered {quoted(str(message))}.")
        return None

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
_DEEPEST = 3  # levels at which lines are looked for
_LOOKED_AT = 50  # records in which they are looked for


class Part(NamedTuple):
    """A line of an order, or a whole flat record: its cells by field, and its other plain values by their names."""

    at: int
    cells: Cells
    others: Cells


def lines_of(records: Records, options: ReadOptions) -> str:
    """The path of the list of lines in these orders; blank where each record is a line of its own.

    Raises BadInput if there are several such lists.
    """
    if LINES.name in options.map:
        return options.map[LINES.name]
    found: dict[str, None] = {}
    for _, record in islice(records.again(), _LOOKED_AT):
        for name in _LINES:
            if isinstance(record.get(name), list):
                return name
        found |= dict.fromkeys(path for path, lines in lists_in(record) if _are_lines(lines, options))
        if found and _has_own_sku(record, options):
            return ""
        del record
    if len(found) > 1:
        ways = " or ".join(f"--map lines={path}" for path in found)
        raise records.report.refuse(f"its orders hold several lists that may be their lines; say which with {ways}.")
    return next(iter(found), "")


def has_lines(record: Record) -> bool:
    """Whether a record is an order that holds its lines under one of the usual names."""
    return any(isinstance(record.get(name), list) for name in _LINES)


def lists_in(record: Record, depth: int = _DEEPEST) -> Iterator[tuple[str, list[Record]]]:
    """The lists of objects in a record, each with its path."""
    for key, value in record.items():
        if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            yield key, value
        inside = value if isinstance(value, list) else [value]
        if depth > 1:
            below: dict[str, list[Record]] = {}
            for part in inside:
                if isinstance(part, dict):
                    for path, lines in lists_in(part, depth - 1):
                        below.setdefault(f"{key}.{path}", []).extend(lines)
            yield from below.items()


def _are_lines(lines: Sequence[Record], options: ReadOptions) -> bool:
    return all(_holds(lines[0], field, options) for field in (NAME if options.takes_names else SKU, QUANTITY))


def _has_own_sku(record: Record, options: ReadOptions) -> bool:
    return _holds(record, NAME if options.takes_names else SKU, options)


def _holds(record: Record, field: Field, options: ReadOptions) -> bool:
    if field.name in options.map:
        return dig(record, options.map[field.name]) is not None
    return bool(field.candidates(Header(list(record))))


def dig(record: Record, path: str) -> Any:
    """The value under a key, or under a path of keys with dots between; None if there is none."""
    if path in record:
        return record[path]
    value: Any = record
    for key in path.split("."):
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def flat_cells(records: Records, fields: Sequence[Field], mapped: Mapping[str, str]) -> Iterator[Part]:
    """Each record. Raises BadInput if two keys could hold one field."""
    shapes = _Shapes(mapped)
    return _each(records, lambda at, record: [shapes.part(at, record, fields)])


def order_cells(records: Records, mapped: Mapping[str, str], lines: str) -> Iterator[Part]:
    """As flat_cells, for orders: an order with a list of lines at the path `lines` gives each of them."""
    shapes = _Shapes(mapped)

    def of_each_line(at: int, record: Record) -> list[Part]:
        nested = lines_under(record, lines) if lines else None
        if nested is None:
            return [shapes.part(at, record, FIELDS["orders"])]
        order = shapes.part(at, record, OF_AN_ORDER)
        parts = []
        for above, line in nested:
            if isinstance(line, dict):
                part = shapes.part(at, line, OF_A_LINE)
                others = {f"line {name}": text for name, text in (*above.items(), *part.others.items())}
                parts.append(Part(at, part.cells | order.cells, order.others | others))
        if not nested or len(parts) < len(nested):
            records.report.bad(at, "no lines", "has no lines, or some of its lines are not objects")
        return parts

    return _each(records, of_each_line)


def lines_under(record: Record, path: str) -> list[tuple[Cells, Any]] | None:
    """The lines of an order, each with the plain values of the objects between the two; None if it has no such list."""
    keys = [path] if path in record else path.split(".")
    found: list[tuple[Cells, Any]] = [({}, record)]
    is_list = False
    for depth, key in enumerate(keys):
        below: list[tuple[Cells, Any]] = []
        is_list = False
        for above, part in found:
            if not isinstance(part, dict):
                continue
            value = part.get(key)
            is_list = is_list or isinstance(value, list)
            own = above | _plain_values(part) if depth else above
            below += [(own, item) for item in (value if isinstance(value, list) else [value])]
        found = below
    return found if is_list else None


def _plain_values(record: Record, without: frozenset[str] = frozenset()) -> Cells:
    """The texts, numbers and truths of an object, and of objects in it."""
    values: Cells = {}
    for key, value in record.items():
        if key in without or value is None:
            continue
        if isinstance(value, dict):
            inner = ((f"{key}.{name}", part) for name, part in value.items())
            values |= {name: text_of(part) for name, part in inner if not isinstance(part, (dict, list))}
        elif not isinstance(value, list):
            values[key] = text_of(value)
    return values


def _each(records: Records, read: Callable[[int, Record], list[Part]]) -> Iterator[Part]:
    for at, record in records:
        try:
            parts = read(at, record)
        except FieldError as error:
            records.report.bad(at, error.reason, error.detail, column=error.field)
            continue
        except AmbiguousColumnError as error:
            raise records.report.refuse(f"{records.report.unit} {at}: {error}") from None
        del record
        yield from parts
        del parts


class _Shapes:
    """The sets of keys that a file's objects have. A file has few, so each is searched for fields only once."""

    def __init__(self, mapped: Mapping[str, str]) -> None:
        self._mapped = mapped
        self._known: dict[tuple[str, ...], list[tuple[str, str, bool]]] = {}

    def part(self, at: int, record: Record, fields: Sequence[Field]) -> Part:
        """Raises FieldError, AmbiguousColumnError."""
        shape = (fields[0].name, *record)
        keys = self._known.get(shape)
        if keys is None:
            if len(self._known) >= _SHAPES:
                self._known.clear()
            keys = self._known[shape] = self._keys(Header(list(record)), fields)
        cells = {
            name: text_of(record[key], name)
            for name, key, may_nest in keys
            if not (may_nest and isinstance(record[key], (dict, list)))
        }
        for field in fields:  # those that --map reaches into objects for
            path = self._mapped.get(field.name, "")
            if "." in path and field.name not in cells and (value := dig(record, path)) is not None:
                cells[field.name] = text_of(value, field.name)
        return Part(at, cells, _plain_values(record, frozenset(key for _, key, _ in keys)))

    def _keys(self, header: Header, fields: Sequence[Field]) -> list[tuple[str, str, bool]]:
        """The fields that are there, their keys, and whether to ignore an object under the key."""
        may_nest = {field.name: field.may_nest and field.name not in self._mapped for field in fields}
        mapped = {
            name: key for name, key in self._mapped.items() if name in may_nest and header.mapped(key) is not None
        }
        reached = {name for name, path in self._mapped.items() if "." in path and name not in mapped}
        places = places_of(header, [field for field in fields if field.name not in reached], mapped)
        return [(name, header.names[place], may_nest[name]) for name, place in places.items()]
