"""JSON records with nested lines, as the orders that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backsplit.formats.cells.facts import FACTS
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.report import FieldError
from backsplit.formats.rows.records import Record, Records, text_of


def each(records: Records, build: Callable[[int, Record, Records], FoundOrder]) -> Iterator[FoundOrder]:
    """Each record as an order. A record whose values are of the wrong kind is reported."""
    for at, record in records:
        try:
            yield build(at, record, records)
        except FieldError as error:  # noqa: PERF203 - one bad record does not end the file
            records.report.bad(at, error.reason, error.detail, column=error.field)


def cell(record: Record, *keys: str) -> str:
    """The first of these values that is not blank, as text. Raises FieldError for a list or an object."""
    for key in keys:
        value = record.get(key)
        if text := (value if isinstance(value, str) else text_of(value, key)).strip():
            return text
    return ""


def parts(record: Record, key: str) -> list[Record]:
    """The list of objects under this key; empty if there is none. Raises FieldError for anything else."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise FieldError(key, "not a list of lines", "there should be a list of objects here")
    return value


def begun(
    at: int, record: Record, records: Records, *, number: tuple[str, ...], **facts: tuple[str, ...]
) -> FoundOrder:
    """An order without its lines yet. `number` and `facts` are the keys that hold them; --map counts before these."""
    mapped = records.mapped

    def said(field: str, keys: tuple[str, ...]) -> str:
        return cell(record, mapped[field]) if field in mapped else cell(record, *keys)

    cells = {fact.name: said(fact.name, facts.get(fact.name, ())) for fact in FACTS}
    return FoundOrder(said("order", number), at, {name: text for name, text in cells.items() if text})


def line(at: int, part: Record, records: Records, quantity: str) -> FoundLine:
    """A line, with the keys for SKU and name that these shops use, or those of --map."""
    mapped = records.mapped
    return FoundLine(
        at,
        cell(part, mapped.get("sku", "sku")),
        cell(part, mapped["quantity"]) if "quantity" in mapped else quantity,
        cell(part, mapped.get("name", "name")) or cell(part, "title"),
    )
