"""The columns of an order, said once.

A new column is a migration, a field of `Order`, and a line here; where a file can say it, also a field of `Said`.
Parts take it over from the order that they are split from, and imports write it, without another word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from backsplit.domain.values import Order


class Fact(NamedTuple):
    """Something that an order says of itself: the field of `Order`, and how it is read from its column."""

    field: str
    read: Callable[[Any], Any]
    column: str = ""  # where it is not called like the field
    selected: str = "o.{name}"  # the SQL that reads it, in a query of `orders o`
    placed: str = ":{field}"  # the SQL that makes the column's value of the field's
    kept: bool = True  # by a part, and when an order is written anew

    @property
    def name(self) -> str:
        return self.column or self.field


FACTS = (
    Fact("placed_at", str),
    Fact("priority", int),
    Fact("customer", str),
    Fact("note", str),
    Fact("ship_complete", bool),
    Fact(
        "source",
        lambda name: name or "",
        column="source_id",
        selected="(SELECT name FROM sources WHERE id = o.source_id)",
        placed="(SELECT id FROM sources WHERE name = :source)",
    ),
    Fact("pick", lambda number: number, column="pick_list", kept=False),
)
KEPT = tuple(fact for fact in FACTS if fact.kept)

SELECTED = ", ".join(fact.selected.format(name=fact.name) for fact in FACTS)
PLACED = ", ".join(fact.placed.format(field=fact.field) for fact in KEPT)
COPIED = ", ".join(fact.name for fact in KEPT)  # from an order to its part


def written(order: Order) -> dict[str, Any]:
    """The values of PLACED, by field."""
    return {fact.field: getattr(order, fact.field) for fact in KEPT}


def facts(values: tuple[Any, ...]) -> dict[str, Any]:
    """The fields of an `Order`, of values in the order of FACTS."""
    return {fact.field: fact.read(value) for fact, value in zip(FACTS, values, strict=True)}
