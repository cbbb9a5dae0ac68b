"""The header of a table and its format: a shop's, or a plain one."""

from __future__ import annotations

from backsplit.formats import registry
from backsplit.formats.columns.fields import AmbiguousColumnError, MissingColumnError, places_of
from backsplit.formats.columns.header import Header
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.opening.source import Source
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain.fields import FIELDS, What
from backsplit.formats.recognising.plain import fits, has_orders, has_stock, needed
from backsplit.formats.recognising.refusals import ambiguous, other_kind, refuse_mangled, unrecognised
from backsplit.formats.recognising.unread import not_read
from backsplit.formats.report import Report
from backsplit.formats.rows.layout import Layout, candidates
from backsplit.formats.rows.table import Table


def recognise_table(
    source: Source,
    report: Report,
    options: ReadOptions,
    what: What,
) -> tuple[Table, TableFormat | None]:
    """The table under the first row that is a header, and the shop's format, or None for a plain file.

    Raises BadInput.
    """
    shops = [] if what in ("delivery", "expected") else registry.table_formats(options.format)
    layouts = list(candidates(source))
    for layout in layouts:
        if form := _fitting(layout.header, shops, options, report):
            if form.what != what:
                raise other_kind(report, form.what, form.name)
            return _shop_table(source, report, options, layout, form), form
    if options.format in (None, *registry.PLAIN_TABLES):
        for layout in layouts:
            if what != "orders" and has_orders(layout.header, options):
                raise other_kind(report, "orders", "plain")
            if fits(layout.header, what, options):
                return _plain_table(source, report, options, layout, what), None
        if what == "orders" and not options.map and any(has_stock(layout.header) for layout in layouts):
            raise other_kind(report, "stock", "plain")
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
    if unread := not_read(source, layout, places.values()):
        report.notice(unread)
    reach = [places[field.name] for field in needed(what, options) if field.name in places]
    return Table(source, report, layout, reach=max(reach) + 1)
