"""Makes the pictures that open the README from a session on the sample files: `python -m tools.picture`.

The session is real: every line is run in a terminal of its own, and the question is answered there. Only the clock
stands still, so that the ages of the sample orders do not change.
"""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
MAKE = "python -m tools.picture"
THEMES: dict[str, TerminalTheme] = {"light": DEFAULT_TERMINAL_THEME, "dark": SVG_EXPORT_THEME}
BEFORE = ("init", "import stock examples/stock.csv", "import orders examples/orders.csv")
SESSION = ("list --can-split --limit 4", "split M9681118", "receive --sku TEAPOT-CAST --qty 5")
COLUMNS, ROWS = 80, 60
LONGEST_WAIT = 20  # seconds
AT_A_FIXED_TIME = """
import datetime, sys

class Fixed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 19, 10, tzinfo=datetime.timezone.utc).astimezone(tz)

datetime.datetime = Fixed
from backsplit.__main__ import main
sys.exit(main())
"""


def main() -> None:
    """Write both pictures."""
    session = run_session()
    for name in THEMES:
        path(name).write_text(drawn(session, name), encoding="utf-8")


def path(theme: str) -> Path:
    """Where the picture for a `light` or a `dark` page is kept."""
    return ROOT / "docs" / f"session-{theme}.svg"


def run_session() -> Text:
    """What a terminal shows, with its colours."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        for line in BEFORE:
            _typed(line, folder)
        return Text("\n").join(_shown(folder))


def drawn(session: Text, theme: str) -> str:
    """The picture. It also holds the session as text with marks of its colours, to be compared by `held`."""
    console = Console(
        record=True, file=io.StringIO(), width=COLUMNS, force_terminal=True, color_system="standard", highlight=False
    )
    console.print(session)
    picture = console.export_svg(title="backsplit", theme=THEMES[theme], unique_id="session")
    whole = re.sub(r"\n\s*<!-- Generated with Rich.*-->", "", picture)
    return whole.replace("<style>", f"<metadata>{escape(marked(session))}</metadata>\n    <style>", 1)


def marked(session: Text) -> str:
    """The session as text with marks of its colours, alike under all versions of Rich."""
    console, marks, before = Console(), [], ""
    for place, letter in enumerate(session.plain):
        style = before if letter.isspace() else str(session.get_style_at_offset(console, place)).replace("none", "")
        marks += [letter] if style == before else [f"{{{style}}}", letter]
        before = style
    return "\n".join(line.rstrip() for line in "".join(marks).splitlines())


def held(picture: str) -> str:
    """The session in a picture, as text with marks of its colours."""
    return unescape(picture.partition("<metadata>")[2].partition("</metadata>")[0])


def _shown(folder: str) -> Iterator[Text]:
    for line in SESSION:
        yield Text(f"$ backsplit {line}", style="bold")
        said = Text.from_ansi(_typed(line, folder).replace("\r\n", "\n").strip("\n"))
        said.rstrip()
        yield from (said, Text())


def _typed(line: str, folder: str) -> str:
    """Run `backsplit LINE` in a terminal, and answer yes. What the terminal got."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT / "src"),
    }
    words = [sys.executable, "-c", AT_A_FIXED_TIME, *shlex.split(line)]
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=environment) as process:
        os.close(theirs)
        got, answered = b"", False
        for piece in _read(ours):
            got += piece
            if not answered and b"[y/N]: " in got:
                answered = True
                os.write(ours, b"y\n")
        os.close(ours)  # which ends it, should it still wait
    if process.returncode:
        raise SystemExit(f"backsplit {line} failed:\n{got.decode()}")
    return got.decode()


def _read(terminal: int) -> Iterator[bytes]:
    """Pieces of the output, to the end. A command that waits for another answer than yes gets none, and ends."""
    try:
        while select.select([terminal], [], [], LONGEST_WAIT)[0] and (piece := os.read(terminal, 65536)):
            yield piece
    except OSError:  # on Linux the end of a terminal is an error
        return


if __name__ == "__main__":
    main()
