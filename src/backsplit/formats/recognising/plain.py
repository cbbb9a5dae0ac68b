"""Whether a header is one of a plain file."""

from __future__ import annotations

from backsplit.formats.columns.fields import AmbiguousColumnError, Field, places_of
from backsplit.formats.columns.header import Header
from backsplit.formats.options import ReadOptions
from backsplit.formats.plain.fields import FIELDS, INSERT, NAME, NEEDED, ON_HAND, ORDER, QUANTITY, SKU, What


def needed(what: What, options: ReadOptions) -> list[Field]:
    """The fields that a plain file must have."""
    return [NAME if field is SKU and options.sku_from else field for field in NEEDED[what]]


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
