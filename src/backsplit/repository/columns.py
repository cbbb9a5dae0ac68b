"""The columns of an order, said once.

A new column is a migration, a field of `Order`, and a line here; where a file can say it, also a field of `Said`.
Parts take it over from the order that they are split from, and imports write it, without another word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """Something that an order says of itself: the field of `Order`, and how it is read from its column."""

    field: str
    read: Callable[[Any], Any]
    column: str = ""  # where it is not called like the field
    selected: str = "o.{column}"  # what is read, in a query of `orders o`

    @property
    def name(self) -> str:
        return self.column or self.field


FACTS = (
    Fact("placed_at", str),
    Fact("priority", int),
    Fact("customer", str),
    Fact("note", str),
)

SELECTED = ", ".join(fact.selected.format(column=fact.name) for fact in FACTS)
COPIED = ", ".join(fact.name for fact in FACTS)  # from an order to its part


def facts(values: tuple[Any, ...]) -> dict[str, Any]:
    """The fields of an `Order`, of values in the order of FACTS."""
    return {fact.field: fact.read(value) for fact, value in zip(FACTS, values, strict=True)}
