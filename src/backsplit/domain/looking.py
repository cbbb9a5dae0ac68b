"""Rule 11: a look at an order in a file, kept as a number, so that the next look at the same costs little."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from backsplit.domain.arrivals import ArrivingLine, ArrivingOrder
from backsplit.domain.following import Told
from backsplit.domain.values import Status

MASK = (1 << 47) - 1  # SQLite stores such a number in 6 bytes
LINES_REMEMBERED = 1 << 16  # a large file says the same few thousand lines again and again


def look(order: ArrivingOrder, *, only_open: bool) -> int:
    """A number for all that counts of the order in rule 11. The looks at two halves of an order add up."""
    total = _CLOSED[order.closed] + only_open
    for line in order.lines:
        total += _fingerprint(line)
    return total & MASK


def joined(first: int | None, second: int | None) -> int:
    """The look at an order whose halves were looked at apart."""
    return ((first or 0) + (second or 0)) & MASK


def told(lines: Iterable[ArrivingLine]) -> dict[str, Told]:
    """What the lines of a file say of each SKU."""
    said: dict[str, Told] = {}
    for sku, quantity, _, sent, unsure in lines:
        before = said.get(sku, Told(0))
        said[sku] = Told(before.wanted + quantity, before.sent + sent, before.unsure + unsure)
    return said


@lru_cache(maxsize=LINES_REMEMBERED)
def _fingerprint(line: ArrivingLine) -> int:
    said = f"{line.sku}\0{line.quantity}\0{line.sent}\0{line.unsure}".encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")


# An order of the same lines is another one when it closes. So far apart that the looks at many halves do not meet.
_CLOSED = {None: 0, Status.SHIPPED: 1 << 20, Status.CANCELLED: 1 << 34}
