"""What the shops' JSON formats share: records with nested lines to found orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backsplit.formats.json_records import Record, Records, text_of
from backsplit.formats.report import FieldError
from backsplit.formats.shops import FoundLine, FoundOrder


def each(records: Records, build: Callable[[int, Record, Records], FoundOrder]) -> Iterator[FoundOrder]:
    """Every record as an order; one whose values are of the wrong kind is reported."""
    for at, record in records:
        try:
            yield build(at, record, records)
        except FieldError as error:  # noqa: PERF203 - one bad record does not end the file
            records.report.bad(at, error.reason, error.detail, column=error.field)


def cell(record: Record, *keys: str) -> str:
    """The first of these values that says anything, as text. Raises FieldError for a list or an object."""
    return next((text for key in keys if (text := text_of(record.get(key), key).strip())), "")


def parts(record: Record, key: str) -> list[Record]:
    """A list of objects within a record; empty where there is none. Raises FieldError for anything else."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise FieldError(key, "not a list of lines", "there is no list of objects where one is due")
    return value


def begun(at: int, record: Record, records: Records, *, number: tuple[str, ...], placed: tuple[str, ...]) -> FoundOrder:
    """An order without its lines yet, with what --map has named besides."""
    mapped = records.mapped

    def said(field: str, *keys: str) -> str:
        return cell(record, mapped[field]) if field in mapped else cell(record, *keys)

    return FoundOrder(
        said("order", *number),
        at,
        said("placed_at", *placed),
        priority=said("priority"),
        customer=said("customer"),
        note=said("note"),
    )


def line(at: int, part: Record, records: Records, quantity: str) -> FoundLine:
    """A line with its sku and name as these shops call them, or as --map does."""
    mapped = records.mapped
    return FoundLine(
        at,
        cell(part, mapped.get("sku", "sku")),
        cell(part, mapped["quantity"]) if "quantity" in mapped else quantity,
        cell(part, mapped.get("name", "name")) or cell(part, "title"),
    )
