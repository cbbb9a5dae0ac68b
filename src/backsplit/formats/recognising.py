"""Which format a file has: its header decides, or --format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from backsplit.domain.errors import BadInput, WrongUsage
from backsplit.formats import registry
from backsplit.formats.columns import (
    DELIVERY_FIELDS,
    INSERT,
    NAME,
    ON_HAND,
    ORDER,
    ORDER_FIELDS,
    QUANTITY,
    SKU,
    STOCK_FIELDS,
    AmbiguousColumnError,
    Field,
    Header,
    MissingColumnError,
    places_of,
)
from backsplit.formats.json_records import Records
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain_orders import NEEDED, nested_lines
from backsplit.formats.plain_stock import NEEDED_DELIVERY, NEEDED_STOCK
from backsplit.formats.report import Report, listed, shown
from backsplit.formats.shops import RecordFormat, TableFormat
from backsplit.formats.source import Source
from backsplit.formats.table import DELIMITERS, Layout, Table, candidates, likeliest, whole_rows_in_one_cell

What = Literal["orders", "stock", "delivery"]
_FIELDS: dict[What, tuple[Field, ...]] = {"orders": ORDER_FIELDS, "stock": STOCK_FIELDS, "delivery": DELIVERY_FIELDS}
_NEEDED: dict[What, tuple[Field, ...]] = {"orders": NEEDED, "stock": NEEDED_STOCK, "delivery": NEEDED_DELIVERY}


def check_format(name: str | None, what: What) -> None:
    """Raises WrongUsage for a --format that there is not, or that holds something else."""
    if name is None or name in {info.name for info in registry.PLAIN}:
        return
    known = [info.name for info in registry.known_formats() if what in info.what or info in registry.PLAIN]
    if name not in known:
        names = listed(known)
        raise WrongUsage(f"--format {shown(name)}: no such format for {what}; there are {names}.")


def recognise_table(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
) -> tuple[Table, TableFormat | None]:
    """The table under the first row that is a header, and its format; None for a plain file."""
    plain = options.format in (None, *registry.PLAIN_TABLES)
    shops = [] if options.format in registry.PLAIN_TABLES or what == "delivery" else registry.table_formats()
    shops = [form for form in shops if options.format in (None, form.name)]
    layouts = list(candidates(source))
    for layout in layouts:
        for form in shops:
            if not form.missing(layout.header):
                if form.what != what:
                    raise _other_kind(report, form.what, form.name)
                return _shop_table(source, report, options, layout, form), form
    if plain:
        for layout in layouts:
            if what != "orders" and _has_orders(layout.header, options):
                raise _other_kind(report, "orders", "plain")
            if _fits(layout.header, what, options):
                return _plain_table(source, report, options, layout, what), None
        if what == "orders" and not options.map and any(_has_stock(layout.header) for layout in layouts):
            raise _other_kind(report, "stock", "plain")
    raise _unrecognised(source, report, options, what, shops)


def recognise_records(records: Records, options: ReadOptions, what: What) -> RecordFormat | None:
    """The shop's format of a JSON file; None for a plain one, or one without any record."""
    report = records.report
    if options.format in registry.PLAIN_TABLES:
        raise report.refuse(f"is JSON, not {options.format}.")
    shops = [] if options.format in registry.PLAIN_RECORDS or what == "delivery" else registry.record_formats()
    record = records.first()
    if record is None:
        return None
    for form in shops:
        if options.format in (None, form.name) and form.fits(record):
            if form.what != what:
                raise _other_kind(report, form.what, form.name)
            records.mapped = options.map
            return form
    if options.format not in (None, *registry.PLAIN_RECORDS):
        raise report.refuse(f"is not {options.format}: its first record has {listed(map(shown, record), 12)}.")
    nested = nested_lines(record) if what == "orders" else None
    header = Header([*record, *(key for line in nested or () if isinstance(line, dict) for key in line)])
    if what != "orders" and (nested_lines(record) is not None or _has_orders(header, options)):
        raise _other_kind(report, "orders", "plain")
    if nested is None and not _fits(header, what, options):
        if what == "orders" and not options.map and _has_stock(header):
            raise _other_kind(report, "stock", "plain")
        raise report.refuse(_lacking(header, what, options, "its first record has"))
    return None


def _shop_table(source: Source, report: Report, options: ReadOptions, layout: Layout, form: TableFormat) -> Table:
    _refuse_mangled(source, report, layout)
    try:
        mapped = places_of(layout.header, (), options.map)
    except MissingColumnError as error:
        raise report.refuse(str(error)) from None
    needed = [layout.header.find(*form.columns[name]) or 0 for name in form.needs]
    reach = max(needed, default=0) + 1
    quoted = form.quoted or layout.delimiter != "\t"
    return Table(source, report, layout, mapped=mapped, reach=reach, quoted=quoted, footer=form.footer)


def _plain_table(source: Source, report: Report, options: ReadOptions, layout: Layout, what: What) -> Table:
    _refuse_mangled(source, report, layout)
    try:
        places = places_of(layout.header, _FIELDS[what], options.map)
    except (MissingColumnError, AmbiguousColumnError) as error:
        raise report.refuse(str(error)) from None
    if layout.begins > 1:
        report.notice(f"The column names were found on line {layout.begins}; what stands above was not read.")
    needed = [places[field.name] for field in _needed(what, options) if field.name in places]
    return Table(source, report, layout, reach=max(needed) + 1)


def _needed(what: What, options: ReadOptions) -> list[Field]:
    """The fields without which a plain file makes no sense."""
    return [NAME if field is SKU and options.sku_from_name else field for field in _NEEDED[what]]


def _lacks(header: Header, what: What, options: ReadOptions) -> list[str]:
    """The fields for want of which a plain file with this header cannot be read."""
    try:
        there = set(places_of(header, _FIELDS[what], options.map))
    except AmbiguousColumnError:  # told once it is clear that this is the header
        there = {field.name for field in _FIELDS[what] if field.name in options.map or field.candidates(header)}
    if INSERT.name in there:
        there.add(ON_HAND.name)  # a file may say of SKUs no more than whether they are inserts
    return [field.name for field in _needed(what, options) if field.name not in there]


def _fits(header: Header, what: What, options: ReadOptions) -> bool:
    """Whether a plain file with this header can be read: each needed field is there, and all that is mapped."""
    mapped = all(header.mapped(column) is not None for column in options.map.values())
    return mapped and not _lacks(header, what, options)


def _has_orders(header: Header, options: ReadOptions) -> bool:
    """Quantities per order are not counts: a file of orders must not be taken for one of stock."""
    if "on_hand" in options.map or header.has("on_hand"):
        return False
    return bool(header.places(ORDER.name, *ORDER.usual)) and _fits(header, "orders", ReadOptions())


def _has_stock(header: Header) -> bool:
    """A quantity may be one ordered as well as one on the shelf, and says nothing by itself."""
    ordered = header.places(ORDER.name, *ORDER.usual) or QUANTITY.candidates(header)
    return not ordered and _fits(header, "stock", ReadOptions())


def _unrecognised(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
    shops: Sequence[TableFormat],
) -> BadInput:
    layout = likeliest(source)
    if layout is None:
        return report.refuse("has no rows.")
    _refuse_mangled(source, report, layout)
    header = layout.header
    if len(header.names) == 1 and _is_a_header_in_one_cell(header.names[0], what, options, shops):
        return _mangled(report, "its rows'")
    if options.format is not None and options.format not in registry.PLAIN_TABLES and not shops:
        return report.refuse(f"is not {options.format}: it is not JSON.")
    if options.format is not None and shops:
        missing = listed(map(shown, shops[0].missing(header)))
        return report.refuse(f"is not {shops[0].name}: it has no column {missing}. It has {_names(header)}.")
    if "Product ID: " in source.sample and "Product SKU: " in source.sample:
        return report.refuse("has no line with the columns' names; its rows look like BigCommerce's. Export it anew.")
    return report.refuse(_lacking(header, what, options, "its first row has"))


def _lacking(header: Header, what: What, options: ReadOptions, has: str) -> str:
    for column in options.map.values():
        if header.mapped(column) is None:
            return str(MissingColumnError(column, header))
    lacking = _lacks(header, what, options)
    thing = {"orders": "an orders file", "stock": "a stock file", "delivery": "a delivery"}[what]
    maps = " ".join(f"--map {name}=COLUMN" for name in lacking)
    if what == "orders" and lacking == [ORDER.name] and _fits(header, "stock", ReadOptions()):
        maps += "; if these are counts, use backsplit import stock; if a delivery, backsplit receive --file"
    return (
        f"is not recognised as {thing}: there is no column for {listed(lacking)}; {has} {_names(header)}. "
        f"Name the columns with {maps}, or see backsplit import formats."
    )


def _names(header: Header) -> str:
    return listed((shown(name) for name in header.names if name.strip()), 12) or "none"


def _is_a_header_in_one_cell(cell: str, what: What, options: ReadOptions, shops: Sequence[TableFormat]) -> bool:
    for delimiter in DELIMITERS:
        header = Header(cell.split(delimiter))
        if _fits(header, what, options) or any(not form.missing(header) for form in shops):
            return True
    return False


def _refuse_mangled(source: Source, report: Report, layout: Layout) -> None:
    if whole_rows_in_one_cell(source, layout):
        raise _mangled(report, f"the {shown(layout.delimiter)}")


def _mangled(report: Report, what: str) -> BadInput:
    return report.refuse(
        f"has whole rows in one quoted cell, {what} dividers inside: a spreadsheet has saved it so. Import the file "
        "as the shop wrote it, without opening it in a spreadsheet.",
    )


def _other_kind(report: Report, what: str, name: str) -> BadInput:
    thing = "an orders file" if what == "orders" else "a stock file"
    return report.refuse(f"looks like {thing} ({name}), so use: backsplit import {what}")
