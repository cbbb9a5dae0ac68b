"""The README is short, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Shop

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_readme_stays_short() -> None:
    assert len(PAGES[0].read_text(encoding="utf-8").splitlines()) < 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r'\]\(([^)#\s]+)[^)]*\)|(?:src|srcset)="([^"]+)"', text)
    here = [link for pair in links for link in pair if link and "://" not in link]
    assert [link for link in here if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_of_docs_can_be_reached_from_the_readme(page: Path) -> None:
    assert page == PAGES[0] or f"]({page.relative_to(ROOT)})" in PAGES[0].read_text(encoding="utf-8")


def test_the_shops_tell_what_the_page_says(empty: Shop) -> None:
    shops = (ROOT / "docs" / "shops.md").read_text(encoding="utf-8")
    plain = {"csv", "tsv", "json", "jsonl"}
    for it in empty.done("import formats --json").json:
        assert it["format"] in plain or f"| `{it['format']}` | {it['title']} | {it['tells']} |" in shops
