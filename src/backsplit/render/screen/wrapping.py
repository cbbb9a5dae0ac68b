"""A sentence in the width of a terminal, which would divide SKUs and dates where its line ends."""

from __future__ import annotations

import re

GLUE = "\0"  # in no text: it is written out
# Commands are copied, and `2 × MUG-BLUE` is read at once.
WHOLE = r"`[^`]+`|\bbacksplit [^`]*$|\d+ × \S+"


def wrapped(line: str, width: int) -> str:
    """The line in several, divided between words alone. A word that is longer than the width stays whole."""
    if len(line) <= width:
        return line
    import textwrap  # noqa: PLC0415 - only for long lines

    indent = line[: len(line) - len(line.lstrip())]
    glued = re.sub(WHOLE, lambda found: found[0].replace(" ", GLUE), line)
    lines = textwrap.wrap(glued, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace(GLUE, " ")
