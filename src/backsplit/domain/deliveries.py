"""Rule 15: units of a SKU that are to arrive on a day, under the reference of a purchase order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backsplit.values import NamedTuple


class ExpectedLine(NamedTuple):
    """Units of a SKU that are to arrive on a day, as `2026-12-03`.

    `ref` names the purchase order where the file does. `is_left`: the quantity is what is still to come, less what the
    file says has come; else it is what was ordered.
    """

    sku: str
    quantity: int
    on: str
    ref: str | None = None
    at: int = 0
    is_left: bool = False


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


def say(before: Expected | None, ref: str, sku: str, quantity: int, on: str, *, is_left: bool = False) -> Expected:
    """What is expected once somebody says that `quantity` units in all come `on` that day.

    The same words again change nothing: what was given up stays given up. `is_left`: that many are still to come, by a
    book that may not know yet what was received here; so it lowers what is left here, or orders more.
    """
    if before is None:
        return Expected(ref, sku, quantity, on, left=quantity)
    if quantity == before.ordered or (is_left and before.left <= quantity < before.ordered):
        return before._replace(on=on)
    if is_left and quantity < before.left:
        return before._replace(ordered=before.received + quantity, on=on, left=quantity, given_up=0)
    return before._replace(ordered=quantity, on=on, left=max(0, quantity - before.received), given_up=0)


def say_days(
    before: Sequence[Expected], ref: str, sku: str, days: Mapping[str, tuple[int, bool]]
) -> list[tuple[Expected | None, Expected]]:
    """The same for several days of one reference and SKU: each row as it was, and as it is then.

    `days` are the units of each day, and whether they are what is left. A day that was said before keeps its row; a
    new day moves a row whose day is not said any more, one that is still to come first.
    """
    by_day = {row.on: row for row in before}
    others = sorted((row for row in before if row.on not in days), key=lambda row: (not row.left, row.on))
    pairs = []
    for on, (quantity, is_left) in days.items():
        was = by_day.get(on) or (others.pop(0) if others else None)
        pairs.append((was, say(was, ref, sku, quantity, on, is_left=is_left)))
    return pairs


def move(rows: Sequence[Expected], on: str) -> list[tuple[Expected, Expected | None]]:
    """All of one reference and SKU comes on that day: the rows as they were, and as they are then; None for one that is
    counted in another's.
    """
    together: Expected | None = None
    for row in rows:
        together = row if together is None else _add(together, row)
    if together is None:
        return []
    return [(row, together._replace(on=on) if place == 0 else None) for place, row in enumerate(rows)]


def _add(one: Expected, other: Expected) -> Expected:
    received, left, given_up = one.received + other.received, one.left + other.left, one.given_up + other.given_up
    return one._replace(ordered=received + left + given_up, received=received, left=left, given_up=given_up)


def arrive_in_turn(rows: Sequence[Expected], units: int) -> list[tuple[Expected, Expected]]:
    """Units that came, on the rows of one reference and SKU, the earliest day first; what is over goes to the last."""
    pairs = []
    for place, row in enumerate(rows):
        goes = units if place == len(rows) - 1 else min(units, row.left)
        units -= goes
        if goes:
            pairs.append((row, arrive(row, goes)))
    return pairs


def arrive(row: Expected, units: int) -> Expected:
    """What is expected once units came. More than was expected is taken, and leaves nothing to come."""
    received, left = row.received + units, max(0, row.left - units)
    return row._replace(received=received, left=left, given_up=max(0, row.ordered - received - left))


def close(row: Expected) -> Expected:
    """Give up what is left."""
    return row._replace(left=0, given_up=row.given_up + row.left)
