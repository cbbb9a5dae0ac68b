"""Thirty nights of the lines of cron that the cookbook gives, over a shop in which something happens each day."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from backsplit.services import promises
from conftest import Shop

COOKBOOK = (Path(__file__).parent.parent / "docs" / "cookbook.md").read_text(encoding="utf-8")
LINES = re.findall(r"^backsplit ((?:due|split|notices) [^\n|>]*--quiet)$", COOKBOOK, re.MULTILINE)
FIRST = date(2026, 12, 1)
SKUS = "ABCDE"


def test_the_cookbook_has_these_lines() -> None:
    assert [line.split()[0] for line in LINES] == ["due", "split", "notices"]


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["skip-over", "strict"])
def test_thirty_nights_run_clean(shop: Shop, monkeypatch: pytest.MonkeyPatch, policy: str) -> None:
    chance = random.Random(policy)
    shop.done(f"policy {policy}")
    shop.stock(" ".join(f"{sku}{chance.randint(0, 4)}" for sku in SKUS))
    for night in range(30):
        today = FIRST + timedelta(days=night)
        monkeypatch.setattr(promises, "today", today.isoformat)
        in_some_days = (today + timedelta(days=chance.randint(0, 6))).isoformat()
        sku = chance.choice(SKUS)
        lines = " ".join(f"{one}{chance.randint(1, 3)}" for one in chance.sample(SKUS, 2))
        shop.order(f"M{night}", lines, f"2026-01-{night + 1:02}T09:00:00Z")
        open_orders = [
            number for number, state in shop.state().items() if state.startswith(("Backorder", "Processing"))
        ]
        happens = chance.choice(
            [
                f"expect --sku {sku} --qty 4 --on {in_some_days} --ref PO-{night}",
                f"receive --sku {sku} --qty {chance.randint(1, 5)}",
                f"mark {sku} --from {in_some_days}",
                f"hold {chance.choice(open_orders)} --until {in_some_days}" if open_orders else "due",
            ]
        )
        shop.done(happens)
        for line in LINES:
            assert shop.done(line).err == "", (night, line)
            if not line.startswith("notices"):
                assert shop.done(line).out == "", (night, line)
        assert shop.done("notices --take").err == ""
        assert shop.done("check").out == "all is well\n", (night, happens)
    assert not any(order["until"] and order["until"] < today.isoformat() for order in shop.done("list --json").json)
