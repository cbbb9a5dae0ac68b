"""Values and lists in sentences for the user."""

from __future__ import annotations

from collections.abc import Iterable

MOST_LISTED = 20  # things that a sentence names one by one
_LONGEST_QUOTED = 60  # characters of a value in a sentence


def quoted(value: str) -> str:
    """The value in quotes, cut short, safe to print on a terminal."""
    cut = value if len(value) <= _LONGEST_QUOTED else value[:_LONGEST_QUOTED] + "…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """The text with its control characters written out."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def listed(things: Iterable[str], most: int = MOST_LISTED) -> str:
    """`a, b, c and 4 more`."""
    all_of_them = list(things)
    text = ", ".join(all_of_them[:most])
    return text if len(all_of_them) <= most else f"{text} and {len(all_of_them) - most:,} more"
