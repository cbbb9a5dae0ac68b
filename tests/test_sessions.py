"""Every session that the README and docs/ show is typed again: the same is printed."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest

from conftest import Shop
from tools import sessions


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("page", sessions.pages(), ids=lambda page: page.name)
def test_the_session_is_as_it_is_told(empty: Shop, page: Path) -> None:
    sessions.prepare(empty.folder)
    text = page.read_text(encoding="utf-8")
    told = sessions.renewed(text, functools.partial(_typed, empty))
    assert told == text, f"{page.name} is old: run `{sessions.MAKE}` to write down what is printed now, and read it"


def test_what_differs_is_written_down_anew() -> None:
    page = "```console\n$ backsplit init\n$ one\n1\n$ two\nage 3d\n```\nand\n```sh\n$ one\n```\n"
    said = {"backsplit init": "", "one": "I\n", "two": "age 5w\n"}
    assert sessions.renewed(page, said.__getitem__) == page.replace("1\n", "I\n", 1)


@pytest.mark.slow
def test_names_and_addresses_of_the_export_are_in_no_file(empty: Shop) -> None:
    sessions.prepare(empty.folder)
    sessions.renewed((sessions.ROOT / "docs" / "day.md").read_text(encoding="utf-8"), functools.partial(_typed, empty))
    labels = (empty.folder / "labels.csv").read_text(encoding="utf-8")
    assert "Ren Tanaka" in labels
    assert "TEAPOT-CAST" not in labels
    for file in empty.folder.glob("backsplit.db*"):
        assert b"Tanaka" not in file.read_bytes()


def _typed(shop: Shop, line: str) -> str:
    """As a shell would do it, which takes ten times as long and is needed for some lines only."""
    words = line.partition(" ")
    if words[0] != "backsplit" or re.search(r"[|<>&;$*]| ~", line):
        return sessions.in_shell(line, shop.folder)
    answer = shop(words[2])
    return (answer.out + answer.err).replace(str(shop.db), "backsplit.db")
