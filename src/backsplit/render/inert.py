"""Text for a terminal: harmless wherever it came from, and in characters that the terminal has."""

from __future__ import annotations

import codecs
import re

# Control characters (escape sequences, newlines, NUL), line separators, marks that reverse the reading order,
# invisible characters (two SKUs must not look the same), and halves of a character. The joiners U+200C and
# U+200D stay, because Persian and many emoji are written with them.
UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

STAND_INS = {"→": "->", "×": "x", "…": "...", "─": "-", "·": "-", "–": "-", "█": "#"}
STAND_IN = "backsplit.stand-in"  # the way, known to Python's codecs, to encode a character that a stream lacks


def inert(text: str) -> str:
    """The text with everything that could act on a terminal written out, as `\\x1b`."""
    return text if _is_safe(text) else re.sub(UNSAFE, lambda found: ascii(found[0])[1:-1], text)


def inert_json(document: str) -> str:
    """The same for JSON, which escapes the lower control characters itself: the document stays the same.

    So ASCII is harmless but for DEL, which is found ten times as fast.
    """
    if (document.isascii() and "\x7f" not in document) or _is_safe(document):
        return document
    import json  # noqa: PLC0415 - only for --json

    return re.sub(UNSAFE, lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], document)


def _is_safe(text: str) -> bool:
    """Whether it surely has nothing UNSAFE: of what that names, Python calls a single character printable."""
    return text.isprintable() and "\u034f" not in text


def quoted(word: str) -> str:
    """The word as it is typed in a shell."""
    import shlex  # noqa: PLC0415 - few answers name a command with a word of the user's

    return shlex.quote(inert(word))


def fitting(text: str, encoding: str) -> str:
    """The text in the characters that `encoding` has. All others are written out, as `\\u2615`."""
    return text if text.isascii() else text.encode(encoding, STAND_IN).decode(encoding)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(STAND_INS.get(one) or ascii(one)[1:-1] for one in missing), error.end


codecs.register_error(STAND_IN, _stand_in)
