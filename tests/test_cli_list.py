"""`list`: which orders it shows, in which order, and how many it only counts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from conftest import Shop
from robustness.processes import Terminal


def numbers(shop: Shop, line: str) -> list[str]:
    return [order["number"] for order in shop.done(f"list {line} --json").json]


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """B1 to B3 wait, the later the larger; S1 and S2 have shipped, C1 is cancelled."""
    shop.stock("A9 B0")
    rows = [
        "B1,B,1,2026-01-03T09:00:00Z,ölund",
        "B2,B,2,2026-01-02T09:00:00Z,Zoe",
        "B3,B,3,2026-01-01T09:00:00Z,",
        "S1,A,1,2026-01-01T09:00:00Z,Anna",
        "S2,A,1,2026-01-02T09:00:00Z,Bob",
        "C1,A,1,2026-01-02T09:00:00Z,Carl",
        "P1,A,1,2026-01-02T09:00:00Z,Paula",
    ]
    shop.done("import orders -", "order,sku,quantity,placed_at,customer\n" + "\n".join(rows))
    shop.done("ship S1 S2")
    shop.done("cancel C1")
    return shop


def test_orders_that_are_closed_are_only_counted_unless_asked_for(busy: Shop) -> None:
    said = busy.done("list").out
    assert "Shipped · 2 · --all shows them\n" in said
    assert "Cancelled · 1 · --all shows them\n" in said
    assert not [number for number in ("S1", "S2", "C1") if number in said]
    assert "S1" in busy.done("list --status shipped").out
    assert "C1" not in busy.done("list --status shipped").out
    every = busy.done("list --all").out
    assert "S1" in every
    assert "C1" in every


def test_orders_that_are_closed_come_newest_first_in_tables(busy: Shop) -> None:
    said = busy.done("list --status shipped").out
    assert said.index("S2") < said.index("S1")
    assert numbers(busy, "--status shipped") == ["S1", "S2"]


def test_json_and_csv_give_all(busy: Shop) -> None:
    assert numbers(busy, "") == ["B3", "B2", "B1", "P1", "S1", "S2", "C1"]
    assert "S1" in busy.done("list --csv").out


@pytest.mark.parametrize(
    ("word", "order"),
    [
        ("placed", ["B3", "B2", "B1"]),
        ("age", ["B1", "B2", "B3"]),
        ("customer", ["B2", "B1", "B3"]),
        ("units", ["B3", "B2", "B1"]),
    ],
)
def test_can_sort(busy: Shop, word: str, order: list[str]) -> None:
    assert numbers(busy, f"--status backorder --sort {word}") == order
    said = busy.done(f"list --status backorder --sort {word}").out
    assert sorted(order, key=said.index) == order


def test_cannot_sort_by_anything_else(busy: Shop) -> None:
    assert "placed, age, customer, units" in busy("list --sort colour").err
    assert busy("list --sort colour").code == 2
    assert busy("list --queue --sort age").code == 2


def test_can_show_those_of_the_last_days_alone(busy: Shop) -> None:
    now = datetime.now(timezone.utc)
    busy.order("NEW", "A1", (now - timedelta(days=1)).isoformat())
    busy.order("OLD", "A1", (now - timedelta(days=5)).isoformat())
    assert numbers(busy, "--since 3d") == ["NEW"]
    assert numbers(busy, "--since 3d --older-than 2d") == []
    said = busy.done("list --since 1w").out
    assert "Processing · 2" in said
    assert "Backorder" not in said
    assert busy("list --since soon").code == 2
    assert numbers(busy, "--since 2026-01-01") == numbers(busy, "")
    assert numbers(busy, "--since today") == []


def test_a_terminal_gets_what_waits_last_and_a_pipe_gets_it_first(busy: Shop) -> None:
    terminal = Terminal(busy, "list")
    assert terminal.end() == 0
    assert terminal.screen.index("Shipped") < terminal.screen.index("Processing") < terminal.screen.index("Backorder")
    said = busy.done("list").out
    assert said.index("Backorder") < said.index("Processing") < said.index("Shipped")
