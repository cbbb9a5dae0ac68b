"""docs/reference.md and the man page say what `--help` says."""

from __future__ import annotations

import pytest

from backsplit.cli import COMMANDS
from tools import reference


@pytest.mark.parametrize("name", ["reference.md", "backsplit.1"])
def test_the_page_is_made_from_the_help_texts(name: str) -> None:
    kept = (reference.DOCS / name).read_text(encoding="utf-8")
    assert kept == reference.pages()[name], f"docs/{name} is old: run `{reference.MAKE}` to make it anew"


def test_every_command_is_on_both_pages() -> None:
    pages = reference.pages()
    for name in COMMANDS:
        assert f"\n### {name}" in pages["reference.md"]
        assert f"\n.SS {name}" in pages["backsplit.1"].replace("\\-", "-")
