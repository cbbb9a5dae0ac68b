"""Characters that not every terminal has, and what is written there instead."""

from __future__ import annotations

import codecs

STAND_INS = {"→": "->", "×": "x", "…": "...", "─": "-", "·": "-", "–": "-"}
ERRORS = "backsplit.stand-in"  # the name under which Python's codecs know this way out


def fitting(text: str, encoding: str) -> str:
    """The text in the characters that `encoding` has. All others are written out, as `\\u2615`."""
    return text.encode(encoding, ERRORS).decode(encoding)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(STAND_INS.get(one) or ascii(one)[1:-1] for one in missing), error.end


codecs.register_error(ERRORS, _stand_in)
