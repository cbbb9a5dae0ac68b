"""How many units of a line the shop has sent, by the units that are wanted of it.

Each of these gives `sent` and `unsure`: at least `sent` units, and perhaps as many as `sent + unsure`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from backsplit.domain.limits import LARGEST_QUANTITY
from backsplit.formats.cells import values
from backsplit.formats.report import FieldError

Sent = Callable[[int], tuple[int, int]]


def nothing(_: int) -> tuple[int, int]:
    return 0, 0


def all_of_it(wanted: int) -> tuple[int, int]:
    return (wanted, 0) if wanted else untold(wanted)


def a_part(wanted: int) -> tuple[int, int]:
    """At least one unit, and at least one is left. Of a single unit there is no such part: we know nothing."""
    return (1, wanted - 2) if wanted > 1 else (0, wanted)


def untold(wanted: int) -> tuple[int, int]:
    """A file may show a cancelled line with 0 units. Any number may have been sent of it before."""
    return 0, wanted or LARGEST_QUANTITY


@lru_cache(maxsize=1_000)
def units(sent: int, unsure: int = 0) -> Sent:
    """The same for any number wanted."""
    said = min(sent, LARGEST_QUANTITY), min(unsure, LARGEST_QUANTITY)
    return lambda _: said


def number(cell: str) -> int | None:
    """Units in a column that says what was sent or is left; None if it says nothing that can be read."""
    try:
        units = values.whole(cell, "quantity")
    except FieldError:
        return None
    return units if units >= 0 else None
