"""Text for a terminal: harmless wherever it came from, in characters that the terminal has, wrapped between words."""

from __future__ import annotations

import codecs
import json
import re
import shlex
import textwrap

# Control characters (escape sequences, newlines, NUL), line separators, marks that reverse the reading order,
# invisible characters (two SKUs must not look the same), and halves of a character. The joiners U+200C and
# U+200D stay, because Persian and many emoji are written with them.
UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

WIDEST = 1_000_000  # columns: no table is wider than this
STAND_INS = {"→": "->", "×": "x", "…": "...", "─": "-", "·": "-", "–": "-", "█": "#"}
STAND_IN = "backsplit.stand-in"  # the way, known to Python's codecs, to encode a character that a stream lacks


def inert(text: str) -> str:
    """The text with everything that could act on a terminal written out, as `\\x1b`."""
    return text if _is_safe(text) else re.sub(UNSAFE, lambda found: ascii(found[0])[1:-1], text)


def inert_lines(text: str) -> str:
    """The same for lines of a file: their ends and tabs stay."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(inert, line.split("\t"))) for line in lines)


def inert_json(document: str) -> str:
    """The same for JSON, which escapes the lower control characters itself: the document stays the same.

    So ASCII is harmless but for DEL, which is found ten times as fast.
    """
    if (document.isascii() and "\x7f" not in document) or _is_safe(document):
        return document
    return re.sub(UNSAFE, lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], document)


def _is_safe(text: str) -> bool:
    """Whether it surely has nothing UNSAFE: of what that names, Python calls a single character printable."""
    return text.isprintable() and "\u034f" not in text


def quoted(word: str) -> str:
    """The word as it is typed in a shell."""
    return shlex.quote(inert(word))


def fitting(text: str, encoding: str) -> str:
    """The text in the characters that `encoding` has. All others are written out, as `\\u2615`."""
    return text if text.isascii() else text.encode(encoding, STAND_IN).decode(encoding)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(STAND_INS.get(character) or ascii(character)[1:-1] for character in missing), error.end


codecs.register_error(STAND_IN, _stand_in)


# Letters and signs that take one cell each: those of the West, and those of our own sentences.
NARROW = frozenset({*map(chr, range(0x20, 0x7F)), *map(chr, range(0xA0, 0x300)), *"–…→─█"} - {"\xad"})


class Text:
    """Words, each in a style of Rich's; several are drawn one behind another."""

    __slots__ = ("words",)

    def __init__(self, words: str = "", style: str = "", *more: tuple[str, str]) -> None:
        self.words = ((words, style), *more)

    @property
    def style(self) -> str:
        """The style of the first words."""
        return self.words[0][1]

    @property
    def plain(self) -> str:
        return "".join(words for words, _ in self.words)


def cells(text: str) -> int:
    """How many cells the text takes. Rich knows it of every character, and is not loaded for the usual ones."""
    if NARROW.issuperset(text):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - as above

    return cell_len(text)


GLUE = "\0"  # in no text: it is written out
# Commands are copied, and `2 × MUG-BLUE` is read at once.
WHOLE = r"`[^`]+`|\bbacksplit [^`]*$|\d+ × \S+"


def wrapped(line: str, width: int) -> str:
    """The line in several, divided between words alone. A word that is longer than the width stays whole."""
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    glued = re.sub(WHOLE, lambda found: found[0].replace(" ", GLUE), line)
    lines = textwrap.wrap(glued, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace(GLUE, " ")
