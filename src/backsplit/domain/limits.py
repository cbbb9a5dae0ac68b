"""Limits of what is taken in, and the check of text that a user types.

Beyond them a row is bad. They keep every sum far below SQLite's 2^63.
"""

from __future__ import annotations

from backsplit.domain.orders import Tracking
from backsplit.errors import BadQuantity, WrongUsage

LONGEST_NUMBER = 200  # characters in an order number, so that every `-backorder-N` still fits
LONGEST_SKU = 255
LONGEST_TEXT = 10_000  # a name, a customer, a note
LARGEST_QUANTITY = 1_000_000_000  # units on a line, or in one delivery of a SKU
LARGEST_ON_HAND = 1_000_000_000_000
MOST_LINES = 100_000  # lines of one order
MOST_PARTS = 1_000  # SKUs that a kit is made of
MOST_OF_A_PART = 10_000  # units of one SKU in a kit


def check_new_sku(sku: str) -> None:
    """Raises WrongUsage for a SKU that no file could bring: it would never be found again by one."""
    if not sku.strip():
        raise WrongUsage("a SKU cannot be blank")
    if sku != sku.strip():
        raise WrongUsage(f"{sku!r} cannot be taken in: a SKU neither begins nor ends with a blank")
    if len(sku) > LONGEST_SKU:
        raise WrongUsage(f"a SKU of {len(sku):,} characters cannot be taken in: at most {LONGEST_SKU}")
    if "\0" in sku:
        raise WrongUsage(f"{sku!r} cannot be taken in: it holds a NUL")


def check_new_number(number: str) -> None:
    """Raises WrongUsage for an order number that no file could bring."""
    if not number.strip() or number != number.strip() or "\0" in number:
        raise WrongUsage(f"{number!r} cannot be an order's number: it is blank, or has a blank at an end, or a NUL")
    if len(number) > LONGEST_NUMBER:
        raise WrongUsage(f"an order number of {len(number):,} characters cannot be taken in: at most {LONGEST_NUMBER}")


def check_words(option: str, text: str) -> None:
    """Raises WrongUsage for a reason or a reference that is longer than a note may be."""
    if len(text) > LONGEST_TEXT:
        raise WrongUsage(f"{option} has {len(text):,} characters: at most {LONGEST_TEXT:,}")


def parse_tracking(typed: str) -> Tracking:
    """`UPS:1Z9`, divided at its first colon. Raises WrongUsage."""
    carrier, colon, number = (part.strip() for part in typed.partition(":"))
    if not (carrier and colon and number):
        raise WrongUsage(f"--tracking takes CARRIER:NUMBER, as in --tracking UPS:1Z9; not {typed!r}")
    check_words("--tracking", typed)
    return Tracking(carrier, number)


def checked_ref(option: str, ref: str | None) -> str | None:
    """The reference without blanks at its ends, as files give it. Raises WrongUsage where it is blank or too long."""
    return None if ref is None else check_named(option, ref)


def check_named(option: str, ref: str) -> str:
    """The same for a reference that there must be."""
    if not ref.strip():
        raise WrongUsage(f"{option} is blank: give a name, or leave {option} out")
    check_words(option, ref.strip())
    return ref.strip()


def check_figure(option: str, number: int) -> None:
    """Raises BadQuantity for a number that no shelf could hold, without repeating all of its digits."""
    if abs(number) > LARGEST_ON_HAND:
        raise BadQuantity(f"{option} is out of reach: at most {LARGEST_ON_HAND:,} units are kept of a SKU")
