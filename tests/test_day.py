"""docs/day.md is a whole day of a small shop: its session is typed again, from the export to the last check."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from conftest import Shop
from test_readme import settled

ROOT = Path(__file__).parent.parent
DAY = (ROOT / "docs" / "day.md").read_text(encoding="utf-8")


def test_the_day_is_as_it_is_told(empty: Shop) -> None:
    shutil.copytree(ROOT / "examples", empty.folder / "examples")
    steps = [
        step for session in re.findall(r"```console\n(.*?)```", DAY, re.DOTALL) for step in session.split("$ ")[1:]
    ]
    assert len(steps) > 15
    for step in steps:
        line, _, said = step.partition("\n")
        answer = empty.done(line.removeprefix("backsplit "))
        assert settled((answer.out + answer.err).replace(str(empty.db), "backsplit.db")) == settled(said), line
    labels = (empty.folder / "labels.csv").read_text(encoding="utf-8")
    assert "Ren Tanaka" in labels
    assert "TEAPOT-CAST" not in labels
    for file in empty.folder.glob("backsplit.db*"):  # names and addresses passed through and are nowhere
        assert b"Tanaka" not in file.read_bytes()
