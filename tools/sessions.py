"""Types the sessions of README.md and docs/ again and writes down what is printed now: `python -m tools.sessions`.

A session is all that stands in the ```console blocks of a page, in a folder of its own that holds the sample files.
If it does not begin with `init`, they have been taken in.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAKE = "python -m tools.sessions"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```)", re.DOTALL | re.MULTILINE)


def main() -> None:
    """Renew every page that shows a session."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder))
            new = renewed(text, lambda line, folder=folder: in_shell(line, Path(folder)))  # type: ignore[misc]
        if new != text:
            page.write_text(new, encoding="utf-8")
            print(f"{page.name}: changed")


def pages() -> list[Path]:
    """The pages that show a session."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [page for page in found if BLOCK.search(page.read_text(encoding="utf-8"))]


def renewed(page: str, run: Callable[[str], str]) -> str:
    """The page with what `run` says to each line of its session. What differs from run to run anyway stays."""
    if "$ backsplit init" not in page:
        for line in ("init", "import stock examples/stock.csv", "import orders examples/orders.csv"):
            run(f"backsplit {line}")
    return BLOCK.sub(lambda block: "".join(_again(block[0], run)), page)


def settled(text: str) -> str:
    """Without what differs from run to run: days, ages, times and the user, and the padding that follows from them."""
    text = re.sub(r"\b[0-9]+[mhdw]\b", "AGE", text)
    text = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d", "WHEN", text)
    text = re.sub(r"^( *\d+ +WHEN .*?) +\S+ *$", r"\1 USER", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=, by )\w+", "USER", text)
    text = re.sub(r"^[A-Z][a-z]+day 20\d\d-\d\d-\d\d", "TODAY", text, flags=re.MULTILINE)
    text = re.sub(r"^.* to be told by .*\n", "", text, flags=re.MULTILINE)  # in `today`, the first line once it is late
    text = re.sub(r"(?<= at )\d\d:\d\d\b", "WHEN", text)
    text = re.sub(r"[0-9,]+ bytes", "BYTES", text)
    text = re.sub(r"(?<=before-restore-)[0-9TZ-]+[0-9Z]", "WHEN", text)
    text = re.sub(r"─+", "─", text)
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def prepare(folder: Path) -> None:
    """The sample files, and the commands that a session may type."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    programs = folder / "bin"
    programs.mkdir()
    for name, does in {
        "backsplit": f'exec "{sys.executable}" -m backsplit "$@"',
        "ssh": '[ "$1" = -t ] && shift; shift; exec sh -c "$*"',  # to this machine, in the same folder
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (programs / name).chmod(0o755)


def in_shell(line: str, folder: Path) -> str:
    """What a line prints in a pipe, where a failure of the program is as good as a success."""
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "NO_COLOR": "1",
        "LOGNAME": "anna",
        "TZ": "UTC",
    }
    environment.pop("BACKSPLIT_DB", None)
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if "Traceback" in done.stderr:
        raise SystemExit(f"{line} broke down:\n{done.stderr}")
    return done.stdout + done.stderr


def _again(block: str, run: Callable[[str], str]) -> Iterator[str]:
    for step in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
        line, _, said = step.partition("\n")
        answer = run(line.removeprefix("$ "))
        yield step if settled(answer) == settled(said) else f"{line}\n{answer.rstrip()}\n"


if __name__ == "__main__":
    main()
