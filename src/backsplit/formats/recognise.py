"""Recognise the format of a file by its header or keys, or refuse it with the way out. The list of formats."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Container, Mapping, Sequence
from importlib import import_module
from itertools import islice

from backsplit.errors import BadInput, WrongUsage, listed
from backsplit.formats import ReadOptions
from backsplit.formats.columns import (
    FIELDS,
    INSERT,
    NAME,
    NEEDED,
    ON_HAND,
    ORDER,
    QUANTITY,
    SKU,
    AmbiguousColumnError,
    Field,
    Header,
    MissingColumnError,
    What,
    normal,
    places_of,
)
from backsplit.formats.csv_rows import DELIMITERS, Layout, Table, candidates, likeliest, whole_rows_in_one_cell
from backsplit.formats.dates import looks_like_a_date
from backsplit.formats.json_records import Record, Records, dig, has_lines, lines_of, lists_in
from backsplit.formats.report import Report, printable, quoted
from backsplit.formats.shops._toolkit import Format, RecordFormat, TableFormat
from backsplit.formats.source import Source
from backsplit.formats.state_columns import FOOTERS, is_footer
from backsplit.values import NamedTuple


def needed(what: What, options: ReadOptions) -> list[Field]:
    """The fields that a plain file must have."""
    return [NAME if field is SKU and options.takes_names else field for field in NEEDED[what]]


def lacks(header: Header, what: What, options: ReadOptions) -> list[str]:
    """The names of the needed fields that this header has no column for."""
    try:
        there = set(places_of(header, FIELDS[what], options.map))
    except AmbiguousColumnError:  # refused later, if this is the header
        there = {field.name for field in FIELDS[what] if field.name in options.map or field.candidates(header)}
    if INSERT.name in there:
        there.add(ON_HAND.name)  # a file may have inserts and no counts
    return [field.name for field in needed(what, options) if field.name not in there]


def fits(header: Header, what: What, options: ReadOptions) -> bool:
    """Whether a plain file with this header can be read: it has all needed fields and all mapped columns."""
    mapped = all(header.mapped(column) is not None for column in options.map.values())
    return mapped and not lacks(header, what, options)


def has_orders(header: Header, options: ReadOptions) -> bool:
    """Whether these are orders. Quantities on orders are not counts, so we must not take them for stock."""
    if "on_hand" in options.map or header.find("on_hand") is not None:
        return False
    return bool(header.places(ORDER.name, *ORDER.usual)) and fits(header, "orders", ReadOptions())


def has_stock(header: Header) -> bool:
    """Whether these are surely counts. A `quantity` alone does not tell: it may be ordered, or on the shelf."""
    ordered = header.places(ORDER.name, *ORDER.usual) or QUANTITY.candidates(header)
    return not ordered and fits(header, "stock", ReadOptions())


_MOST_NAMED = 12
_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?", re.ASCII)
# Parts of names that a date or a customer has in the languages that the fields' names are known in.
_LIKE_A_FACT = ("date", "datum", "fecha", "customer", "client", "kunde", "klant", "buyer", "comprador", "acheteur")


def not_read(source: Source, layout: Layout, places: Container[int]) -> str:
    """A sentence with the names of all columns but those at these places; empty if there are none.

    Those that look like a date or a customer, by their names or in the first row, come first.
    """
    first = _first_row(source, layout)
    unread = [(place, name) for place, name in enumerate(layout.header.names) if name and place not in places]
    unread.sort(key=lambda column: not _looks_like_a_fact(column[1], first[column[0]] if first[column[0] :] else ""))
    return f"not read: {listed((printable(name) for _, name in unread), _MOST_NAMED)}" if unread else ""


def _looks_like_a_fact(name: str, cell: str) -> bool:
    return any(part in normal(name) for part in _LIKE_A_FACT) or looks_like_a_date(cell)


def _first_row(source: Source, layout: Layout) -> list[str]:
    lines = islice(io.StringIO(source.sample, newline=""), layout.ends, None)
    try:
        return next(csv.reader(lines, delimiter=layout.delimiter), [])
    except csv.Error:
        return []


# In the order of `backsplit import formats`. No file fits two of them, so the order decides nothing else.
_SHOPS = (
    "shopify",
    "shopify_graphql",
    "woocommerce",
    "amazon",
    "ebay",
    "etsy",
    "squarespace",
    "wix",
    "tiktok",
    "tiendanube",
    "shopee",
    "temu",
    "magento",
    "shipstation",
    "bigcommerce",
    "odoo",
)


class FormatInfo(NamedTuple):
    """A format as we show it to users. `what` is `orders`, `stock` or both.

    `recognised_by` is one sentence; `tells` says in a few words what a line tells of an order (or of stock).
    """

    name: str
    what: str
    title: str
    recognised_by: str
    tells: str


_PLAIN_COLUMNS = "columns (or --map) for order, sku and quantity; for stock, sku and on_hand"
_TELLS = "only what is open, per line; the units on hand"
PLAIN = (
    FormatInfo(
        "csv",
        "orders, stock",
        "Plain CSV, divided by , ; or |",
        f"A header with {_PLAIN_COLUMNS}. Sheets of .xlsx and .ods are read as CSV, shops' exports too.",
        _TELLS,
    ),
    FormatInfo("tsv", "orders, stock", "Plain CSV, divided by tabs", f"A header with {_PLAIN_COLUMNS}.", _TELLS),
    FormatInfo(
        "json",
        "orders, stock",
        "JSON list of objects",
        "It begins with [ or {, and its objects have these names. An order may hold its lines in a list.",
        _TELLS,
    ),
    FormatInfo(
        "jsonl", "orders, stock", "JSON Lines", "A JSON object on each line, with the names as in json.", _TELLS
    ),
)
PLAIN_TABLES = ("csv", "tsv")
PLAIN_RECORDS = ("json", "jsonl")


def formats() -> list[Format]:
    """The shops' formats. This imports their modules, so call it only when a file is read."""
    return [form for shop in _SHOPS for form in import_module(f"backsplit.formats.shops.{shop}").FORMATS]


def table_formats(name: str | None = None) -> list[TableFormat]:
    """The shops' delimited formats; with a name, only the format of that name."""
    return [form for form in formats() if isinstance(form, TableFormat) and name in (None, form.name)]


def record_formats(name: str | None = None) -> list[RecordFormat]:
    """As table_formats, for JSON."""
    return [form for form in formats() if isinstance(form, RecordFormat) and name in (None, form.name)]


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format, the shops' first."""
    shops = (FormatInfo(form.name, form.what, form.title, form.recognised_by, form.tells) for form in formats())
    return (*shops, *PLAIN)


def check_format(name: str | None, what: What) -> None:
    """Raises WrongUsage if --format names a format that does not exist or holds something else."""
    if name is None or name in (info.name for info in PLAIN):
        return
    known = [info.name for info in known_formats() if what in info.what or info in PLAIN]
    if name not in known:
        raise WrongUsage(f"--format {quoted(name)}: no such format for {what}. Use one of {listed(known)}.")


def unrecognised(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
    shops: Sequence[TableFormat],
) -> BadInput:
    layout = likeliest(source)
    if layout is None:
        return report.refuse("has no rows.")
    refuse_mangled(source, report, layout)
    header = layout.header
    if len(header.names) == 1 and _is_a_header_in_one_cell(header.names[0], what, options, shops):
        return _mangled(report, "its rows'")
    if options.format is not None and options.format not in PLAIN_TABLES and not shops:
        return report.refuse(f"is not {options.format}: it is not JSON.")
    if options.format is not None and shops:
        missing = listed(map(quoted, shops[0].missing(header)))
        return report.refuse(f"is not {shops[0].name}: it has no column {missing}. It has {_names(header)}.")
    if "Product ID: " in source.sample and "Product SKU: " in source.sample:
        return report.refuse("has no line with the column names; its rows look like BigCommerce's. Export it again.")
    values = [] if options.map else _values_in(header)
    return (
        no_header(report, layout, values, what)
        if values
        else report.refuse(lacking(header, what, options, "its first row has"))
    )


def _values_in(header: Header) -> list[str]:
    """The names that are no names but numbers or dates, where there are so many that it is hardly a header."""
    named = [name for name in header.names if name.strip()]
    values = [name for name in named if looks_like_a_date(name) or _NUMBER.fullmatch(name.strip())]
    return values if len(values) * 3 >= len(named) else []


def no_header(report: Report, layout: Layout, values: Sequence[str], what: What) -> BadInput:
    names = ",".join(field.name for field in NEEDED[what])
    return report.refuse(
        f"{report.unit} {layout.begins} looks like a row and not like the names of columns: it holds"
        f" {listed(map(quoted, values), 3)}. Is it a header? If it is, name the columns with --map; if not, put a line"
        f" such as {names} above it."
    )


def lacking(header: Header, what: What, options: ReadOptions, has: str) -> str:
    for column in options.map.values():
        if header.mapped(column) is None:
            return str(MissingColumnError(column, header))
    lacking = lacks(header, what, options)
    kind = {
        "orders": "an orders file",
        "stock": "a stock file",
        "delivery": "a delivery",
        "expected": "a list of what is expected",
        "kits": "a list of kits",
        "labels": "a list of labels",
    }[what]
    maps = " ".join(f"--map {name}=COLUMN" for name in lacking)
    if what == "orders" and lacking == [ORDER.name] and fits(header, "stock", ReadOptions()):
        maps += "; if these are counts, use backsplit import stock; if a delivery, backsplit receive --file"
    if what == "expected" and lacking == ["date"]:
        maps += "; a count without a date, such as Shopify's Incoming, cannot be promised on"
    return (
        f"is not recognised as {kind}: there is no column for {listed(lacking)}; {has} {_names(header)}. "
        f"Name the columns with {maps}, or see backsplit import formats."
    )


def _names(header: Header) -> str:
    return listed((quoted(name) for name in header.names if name.strip()), 12) or "none"


def ambiguous(report: Report, names: Sequence[str]) -> BadInput:
    ways = " or ".join(f"--format {name}" for name in names)
    return report.refuse(f"fits {len(names)} formats; say which it is with {ways}.")


def _is_a_header_in_one_cell(cell: str, what: What, options: ReadOptions, shops: Sequence[TableFormat]) -> bool:
    for delimiter in DELIMITERS:
        header = Header(cell.split(delimiter))
        if fits(header, what, options) or any(form.fits(header) for form in shops):
            return True
    return False


def refuse_mangled(source: Source, report: Report, layout: Layout) -> None:
    if whole_rows_in_one_cell(source, layout):
        raise _mangled(report, f"the {quoted(layout.delimiter)}")


def _mangled(report: Report, what: str) -> BadInput:
    return report.refuse(
        f"has whole rows in one quoted cell, {what} delimiters inside: a spreadsheet saved it this way. Import the "
        "file as the shop wrote it, without opening it in a spreadsheet.",
    )


def other_kind(report: Report, what: str, name: str, wanted: What) -> BadInput:
    """`what` it is, and what the command wanted to read."""
    kind = "an orders file" if what == "orders" else "a stock file"
    asked = {
        "delivery": "It is no delivery. ",
        "expected": "It does not say what is expected. ",
        "kits": "It holds no kits. ",
    }.get(wanted, "")
    return report.refuse(f"looks like {kind} ({name}). {asked}Use: backsplit import {what}")


def recognise_records(records: Records, options: ReadOptions, what: What) -> RecordFormat | None:
    """The shop's format of a JSON file; None for a plain file, or one without records. Raises BadInput."""
    form = _shop_of_records(records, options, what)
    if form is None:
        _check_plain_records(records, options, what)
    return form


def _shop_of_records(records: Records, options: ReadOptions, what: What) -> RecordFormat | None:
    report = records.report
    if options.format in PLAIN_TABLES:
        raise report.refuse(f"is JSON, not {options.format}.")
    record = records.first()
    if record is None:
        return None
    shops = [] if what == "labels" else record_formats(options.format)
    fitting = [form for form in shops if form.fits(record)]
    if len(fitting) > 1:
        raise ambiguous(report, [form.name for form in fitting])
    for form in fitting:
        if form.what != what:
            raise other_kind(report, form.what, form.name, what)
        records.mapped = options.map
        return form
    if options.format not in (None, *PLAIN_RECORDS):
        raise report.refuse(f"is not {options.format}: its first record has {listed(map(quoted, record), 12)}.")
    return None


def _check_plain_records(records: Records, options: ReadOptions, what: What) -> None:
    """Raises BadInput unless records such as the first one can be read as a plain file."""
    report = records.report
    if what == "orders":
        records.lines_at = lines_of(records, options)
    record = records.first()  # only now: one that is held while others are read takes as much memory as they do
    if record is None:
        return
    header = Header(list(record))
    if what != "orders" and (has_lines(record) or has_orders(header, options)):
        raise other_kind(report, "orders", "plain", what)
    if not records.lines_at and not _fits(record, header, what, options):
        if what == "orders" and not options.map and has_stock(header):
            raise other_kind(report, "stock", "plain", what)
        raise report.refuse(lacking(header, what, options, "its first record has") + _lists(record, what))


def _fits(record: Record, header: Header, what: What, options: ReadOptions) -> bool:
    """As `fits`, where --map may reach into objects."""
    reached = {field: path for field, path in options.map.items() if "." in path and dig(record, path) is not None}
    names = [*record, *reached.values()]
    return fits(Header(names) if reached else header, what, options)


def _lists(record: Record, what: What) -> str:
    """The lists that may be an order's lines, and how to name one."""
    lists = [f"{path} (with {listed(lines[0], 6)})" for path, lines in lists_in(record)] if what == "orders" else []
    return f" It holds lists: {listed(lists, 3)}; if its lines are in one: --map lines=NAME." if lists else ""


def recognise_table(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
) -> tuple[Table, TableFormat | None]:
    """The table under the first row that is a header, and the shop's format, or None for a plain file.

    Raises BadInput.
    """
    source.check_first_row()
    shops = [] if what == "labels" else table_formats(options.format)
    layouts = list(candidates(source))
    for layout in layouts:
        if form := _fitting(layout.header, shops, options, report):
            if form.what != what:
                raise other_kind(report, form.what, form.name, what)
            return _shop_table(source, report, options, layout, form), form
    if options.format in (None, *PLAIN_TABLES):
        for layout in layouts:
            if what not in ("orders", "labels") and has_orders(layout.header, options):
                raise other_kind(report, "orders", "plain", what)
            if fits(layout.header, what, options):
                if not options.map and (values := _values_in(layout.header)):
                    raise no_header(report, layout, values, what)
                return _plain_table(source, report, options, layout, what), None
        if what == "orders" and not options.map and any(has_stock(layout.header) for layout in layouts):
            raise other_kind(report, "stock", "plain", what)
    raise unrecognised(source, report, options, what, shops)


def _fitting(header: Header, shops: list[TableFormat], options: ReadOptions, report: Report) -> TableFormat | None:
    if options.format is None:
        fitting = [form for form in shops if form.fits(header)]
    else:
        fitting = [form for form in shops if not form.missing(header)]
    if len(fitting) > 1:
        raise ambiguous(report, [form.name for form in fitting])
    return fitting[0] if fitting else None


def _shop_table(source: Source, report: Report, options: ReadOptions, layout: Layout, form: TableFormat) -> Table:
    refuse_mangled(source, report, layout)
    try:
        mapped = places_of(layout.header, (), options.map)
    except MissingColumnError as error:
        raise report.refuse(str(error)) from None
    places = [layout.header.find(*form.columns[name]) or 0 for name in form.needs]
    reach = max(places, default=0) + 1
    quoted = form.quoted or layout.delimiter != "\t"
    return Table(source, report, layout, mapped=mapped, reach=reach, quoted=quoted, footer=form.footer)


def _plain_table(source: Source, report: Report, options: ReadOptions, layout: Layout, what: What) -> Table:
    refuse_mangled(source, report, layout)
    try:
        places = places_of(layout.header, FIELDS[what], options.map)
    except (MissingColumnError, AmbiguousColumnError) as error:
        raise report.refuse(str(error)) from None
    if layout.begins > 1:
        report.notice(f"The column names were found on {report.unit} {layout.begins}; those above were not read.")
    reach = [places[field.name] for field in needed(what, options) if field.name in places]
    return Table(source, report, layout, reach=max(reach) + 1, footer=lambda row: _is_footer(row, places, report))


def _is_footer(row: Sequence[str], places: Mapping[str, int], report: Report) -> bool:
    if not is_footer(row, places):
        return False
    report.tally(FOOTERS)
    return True
