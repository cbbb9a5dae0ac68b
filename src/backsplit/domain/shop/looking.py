"""Rule 11: a look at an order in a file, kept as a number, so that the next look at the same costs little."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from backsplit.domain.shop.arrivals import ArrivingLine, ArrivingOrder
from backsplit.domain.shop.following import Told
from backsplit.domain.values import Status

MASK = (1 << 47) - 1  # SQLite stores such a number in 6 bytes
UNREAD = 1  # the lowest bit: some lines of the order could not be read
HAZY = 2  # the next bit: of some line the file does not say how much was sent
FLAGS = UNREAD | HAZY
SKUS_REMEMBERED = 1 << 16  # a large file names the same few thousand SKUs again and again
# How much a unit counts in a look that is sent, or perhaps sent; one that is wanted counts 1. Primes, so far apart that
# a few units of one kind are never as much as some of another.
SENT, UNSURE = 1_000_003, 1_000_000_000_039


def look(order: ArrivingOrder, *, only_open: bool, unread: bool = False) -> int:
    """A number for all that counts of the order in rule 11. The looks at two halves of an order add up.

    `unread`: there are more lines of it, which could not be read.
    """
    total, hazy = _CLOSED[order.closed] + (_ONLY_OPEN if only_open else 0), False
    for sku, wanted, _, sent, unsure in order.lines:
        if sent or unsure:
            wanted += sent * SENT + unsure * UNSURE  # noqa: PLW2901 - as much as it counts
            hazy = hazy or unsure > 0
        total += mark_of(sku) * wanted
    return total & MASK | unread | hazy * HAZY


def look_at_open(marks: int, *, only_open: bool, unread: bool) -> int:
    """The same number for an open order of which nothing is sent, from the marks of its SKUs, added up by the unit."""
    return marks + (_ONLY_OPEN if only_open else 0) & MASK | unread


def joined(first: int | None, second: int | None) -> int:
    """The look at an order whose halves were looked at apart."""
    one, other = first or 0, second or 0
    return (one & ~FLAGS) + (other & ~FLAGS) & MASK | (one | other) & FLAGS


def has_unread(seen: int | None) -> bool:
    """Whether lines of the order could not be read at that look."""
    return bool((seen or 0) & UNREAD)


def is_hazy(seen: int) -> bool:
    """Whether the same look may mean more by now: of what the file leaves open, what is known here as sent counts."""
    return bool(seen & HAZY)


def as_read(seen: int) -> int:
    """The look as if all lines had been read, since those that were not are known from before.

    It is like no other look, so that the order is looked at again when they can be read.
    """
    return (seen ^ _KNOWN_FROM_BEFORE) & ~UNREAD


def told(lines: Iterable[ArrivingLine]) -> dict[str, Told]:
    """What the lines of a file say of each SKU."""
    said: dict[str, Told] = {}
    for sku, quantity, _, sent, unsure in lines:
        before = said.get(sku, Told(0))
        said[sku] = Told(before.wanted + quantity, before.sent + sent, before.unsure + unsure)
    return said


@lru_cache(maxsize=SKUS_REMEMBERED)
def mark_of(sku: str) -> int:
    """A number for a SKU, the same in every run, of which no two SKUs share one but by rare chance."""
    digest = hashlib.blake2b(sku.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & MASK & ~FLAGS


# An order of the same lines is another one when it closes. So far apart that the looks at many halves do not meet.
_ONLY_OPEN = 1 << 2
_KNOWN_FROM_BEFORE = 0x5A5A << 24
_CLOSED = {None: 0, Status.SHIPPED: 1 << 20, Status.CANCELLED: 1 << 34}
