"""Rule 15: units of a SKU that are to arrive on a day, under the reference of a purchase order."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from backsplit.errors import WrongUsage

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Expected(NamedTuple):
    """What a purchase order is to bring of one SKU, in units. `on` is a day of the shop, as `2026-12-03`.

    `ordered` is what was said at last. Of it `received` has come, `left` is still to come, and `given_up` will not
    come any more: so ordered = received + left + given_up, unless more came than was ordered.
    """

    ref: str
    sku: str
    ordered: int
    on: str
    received: int = 0
    left: int = 0
    given_up: int = 0

    @property
    def expected(self) -> int:
        """Units that are counted on in all, those that came included."""
        return self.ordered - self.given_up

    def is_overdue(self, today: str) -> bool:
        """Whether something of it should have come before today."""
        return self.left > 0 and self.on < today


def say(before: Expected | None, ref: str, sku: str, quantity: int, on: str) -> Expected:
    """What is expected once somebody says that `quantity` units in all come `on` that day.

    The same words again change nothing: what was given up stays given up.
    """
    if before is None:
        return Expected(ref, sku, quantity, on, left=quantity)
    if quantity == before.ordered:
        return before._replace(on=on)
    return before._replace(ordered=quantity, on=on, left=max(0, quantity - before.received), given_up=0)


def arrive(row: Expected, units: int) -> Expected:
    """What is expected once units came. More than was expected is taken, and leaves nothing to come."""
    received, left = row.received + units, max(0, row.left - units)
    return row._replace(received=received, left=left, given_up=max(0, row.ordered - received - left))


def close(row: Expected) -> Expected:
    """Give up what is left."""
    return row._replace(left=0, given_up=row.given_up + row.left)


def parse_day(text: str) -> str:
    """Raises WrongUsage for anything but a day as `2026-12-03`."""
    try:
        if _ISO.fullmatch(text.strip()):
            return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        pass
    raise WrongUsage(f"{text!r} is not a day: write it as 2026-12-03")
