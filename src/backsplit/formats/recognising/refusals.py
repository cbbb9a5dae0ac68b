"""The errors for files that are not recognised. They name the missing columns, the file's own, and what to type."""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.errors import BadInput
from backsplit.formats import registry
from backsplit.formats.columns.fields import MissingColumnError
from backsplit.formats.columns.header import Header
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.opening.source import Source
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain.fields import ORDER, What
from backsplit.formats.recognising.plain import fits, lacks
from backsplit.formats.report import Report
from backsplit.formats.rows.layout import DELIMITERS, Layout, likeliest, whole_rows_in_one_cell
from backsplit.formats.wording import listed, quoted


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
    if options.format is not None and options.format not in registry.PLAIN_TABLES and not shops:
        return report.refuse(f"is not {options.format}: it is not JSON.")
    if options.format is not None and shops:
        missing = listed(map(quoted, shops[0].missing(header)))
        return report.refuse(f"is not {shops[0].name}: it has no column {missing}. It has {_names(header)}.")
    if "Product ID: " in source.sample and "Product SKU: " in source.sample:
        return report.refuse("has no line with the column names; its rows look like BigCommerce's. Export it again.")
    return report.refuse(lacking(header, what, options, "its first row has"))


def lacking(header: Header, what: What, options: ReadOptions, has: str) -> str:
    for column in options.map.values():
        if header.mapped(column) is None:
            return str(MissingColumnError(column, header))
    lacking = lacks(header, what, options)
    thing = {
        "orders": "an orders file",
        "stock": "a stock file",
        "delivery": "a delivery",
        "expected": "a list of what is expected",
    }[what]
    maps = " ".join(f"--map {name}=COLUMN" for name in lacking)
    if what == "orders" and lacking == [ORDER.name] and fits(header, "stock", ReadOptions()):
        maps += "; if these are counts, use backsplit import stock; if a delivery, backsplit receive --file"
    if what == "expected" and lacking == ["date"]:
        maps += "; a count without a date, such as Shopify's Incoming, cannot be promised on"
    return (
        f"is not recognised as {thing}: there is no column for {listed(lacking)}; {has} {_names(header)}. "
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


def other_kind(report: Report, what: str, name: str) -> BadInput:
    thing = "an orders file" if what == "orders" else "a stock file"
    return report.refuse(f"looks like {thing} ({name}). Use: backsplit import {what}")
