"""The README says what the program does: its session is typed again, and its length is held."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conftest import Shop

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settled(text: str) -> str:
    """Without what differs from run to run: ages, times and the user, and the padding that follows from them."""
    text = re.sub(r"\b[0-9]+[mhdw]\b", "AGE", text)
    text = re.sub(r"^( *\d+ +)2026-\d\d-\d\d \d\d:\d\d ", r"\1WHEN ", text, flags=re.MULTILINE)
    text = re.sub(r"^( *\d+ +WHEN .*?) +\S+ *$", r"\1 USER", text, flags=re.MULTILINE)
    text = re.sub(r"─+", "─", text)
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def test_the_session_in_the_readme_is_what_is_printed(empty: Shop) -> None:
    shutil.copytree(ROOT / "examples", empty.folder / "examples")
    session = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert session
    for step in session[1].split("$ backsplit ")[1:]:
        line, _, said = step.partition("\n")
        printed = empty.done(line).out.replace(str(empty.db), "backsplit.db")
        assert settled(printed) == settled(said), line


def test_the_readme_stays_short() -> None:
    assert len(README.splitlines()) < 120
