"""Text from outside, made harmless for a terminal without changing what it says."""

from __future__ import annotations

import re

# Control characters (escape sequences, newlines, NUL), line separators, and marks that reverse the reading order.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def inert(text: str) -> str:
    """The text with everything that could act on a terminal written out, as `\\x1b`."""
    return UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def inert_json(document: str) -> str:
    """The same for JSON, which escapes the lower control characters itself: the document stays the same."""
    return UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", document)
