"""The format of a JSON file, by its first record."""

from __future__ import annotations

from backsplit.formats import registry
from backsplit.formats.columns.header import Header
from backsplit.formats.finding.shop_format import RecordFormat
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain.fields import What
from backsplit.formats.plain.records import nested_lines
from backsplit.formats.recognising.plain import fits, has_orders, has_stock
from backsplit.formats.recognising.refusals import ambiguous, lacking, other_kind
from backsplit.formats.rows.records import Records
from backsplit.formats.wording import listed, quoted


def recognise_records(records: Records, options: ReadOptions, what: What) -> RecordFormat | None:
    """The shop's format of a JSON file; None for a plain file, or one without records. Raises BadInput."""
    report = records.report
    if options.format in registry.PLAIN_TABLES:
        raise report.refuse(f"is JSON, not {options.format}.")
    record = records.first()
    if record is None:
        return None
    shops = [] if what in ("delivery", "expected") else registry.record_formats(options.format)
    fitting = [form for form in shops if form.fits(record)]
    if len(fitting) > 1:
        raise ambiguous(report, [form.name for form in fitting])
    for form in fitting:
        if form.what != what:
            raise other_kind(report, form.what, form.name)
        records.mapped = options.map
        return form
    if options.format not in (None, *registry.PLAIN_RECORDS):
        raise report.refuse(f"is not {options.format}: its first record has {listed(map(quoted, record), 12)}.")
    nested = nested_lines(record) if what == "orders" else None
    header = Header([*record, *(key for line in nested or () if isinstance(line, dict) for key in line)])
    if what != "orders" and (nested_lines(record) is not None or has_orders(header, options)):
        raise other_kind(report, "orders", "plain")
    if nested is None and not fits(header, what, options):
        if what == "orders" and not options.map and has_stock(header):
            raise other_kind(report, "stock", "plain")
        raise report.refuse(lacking(header, what, options, "its first record has"))
    return None
