"""The README is short, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import Shop
from shopify import HEADER, INVENTORY

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


def every_day() -> list[str]:
    """What the README says to type every day, from top to bottom."""
    (block,) = re.findall(r"## Every day\n.*?```\n(.*?)```", PAGES[0].read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.partition("#")[0].partition(">")[0].strip() for line in str(block).splitlines()]
    typed = [line.removeprefix("backsplit ") for line in lines if "COMMAND" not in line]
    return [re.sub(r"\d{4}-\d\d-\d\d", "tomorrow", line) for line in typed]


def shipped(shop: Shop) -> dict[str, int]:
    """Units that have left, by the parts of kits."""
    left: dict[str, int] = {}
    for event in shop.done("history --json").json:
        if event["event"] in ("shipped", "sent-there"):
            left[event["sku"]] = left.get(event["sku"], 0) - event["quantity"]
    return left


def last_change(shop: Shop) -> int:
    events = shop.done("history --limit 1 --json").json
    return int(events[-1]["change"]) if events else 0


def test_every_day_typed_on_two_evenings_with_a_delivery_in_between_loses_nothing(shop: Shop) -> None:
    delivered = {"TEAPOT-CAST": 0, "MUG-BLUE": 0}
    there = {"TEAPOT-CAST": 3, "MUG-BLUE": 6}
    counts = "".join(f"a,{sku},Title,Default Title,{sku},,,Shop,0,{n},{n}\n" for sku, n in there.items())
    shop.write("inventory.csv", INVENTORY + counts)
    shop.write("sheet.csv", "Vorgang,Code,quantity\nS1,MUG-BLUE,1\n")
    shop.write("labels.csv", "order,carrier,tracking\nM1,DHL,JD1\n")
    shop.write("delivery.csv", "sku,quantity\nTEAPOT-CAST,7\nMUG-BLUE,4\n")
    rows = ["M1,paid,unfulfilled,2026-01-01 09:00:00 +0000,{},{},pending,,x\n".format(*line) for line in M1]
    for evening in (1, 2):
        shop.write("export.csv", HEADER + "".join(rows))
        last = 0
        for line in every_day():
            before, last = last, last_change(shop)
            if line == "undo" and before == last:  # `amend` was refused: there is nothing of it to be taken back
                continue
            answer = shop(f"{line} --yes" if line.startswith("split M1 --now") else line)
            assert answer.code in (0, 1, 3), answer
            if line == "receive --of PO-7" and answer.code == 0:
                delivered["TEAPOT-CAST"] += 10
        if evening == 1:
            shop.done("receive --file delivery.csv --ref ASN-77")
            delivered = {"TEAPOT-CAST": delivered["TEAPOT-CAST"] + 7, "MUG-BLUE": 4}
    assert delivered == {"TEAPOT-CAST": 17, "MUG-BLUE": 4}
    left, figures = shipped(shop), shop.figures()
    assert sum(left.values()) > 0
    for sku, units in there.items():
        assert figures[sku][0] == units + delivered[sku] - left.get(sku, 0), (sku, figures, left)
    assert shop.done("check").code == 0


M1 = [(9, "TEAPOT-CAST"), (2, "MUG-BLUE")]
