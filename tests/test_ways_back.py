"""Each way back from a mistake, through the command line, in a pipe and on a terminal. `check` follows each."""

from __future__ import annotations

import pytest

from conftest import Shop
from test_cli_reading import Terminal


@pytest.fixture
def two(shop: Shop) -> Shop:
    """M1 has its stock, M2 waits for A."""
    shop.stock("A2 B1")
    shop.order("M1", "A2 B1")
    shop.order("M2", "A1", "2026-01-02T09:00:00Z")
    return shop


def test_on_a_terminal_ship_shows_what_leaves_and_asks(two: Shop) -> None:
    terminal = Terminal(two, "ship M1")
    terminal.wait_for("Ship M1? [y/N]")
    assert "M1 → Shipped: 2 × A, 1 × B" in terminal.screen
    terminal.type("n\n")
    assert terminal.end() == 1
    assert two.state()["M1"] == "Processing A2 B1"
    terminal = Terminal(two, "ship M1 --yes")
    assert terminal.end() == 0
    assert two.state()["M1"] == "Shipped A2 B1"


def test_on_a_terminal_split_all_says_what_would_be_split(shop: Shop) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    terminal = Terminal(shop, "split --all")
    terminal.wait_for("[y/N]")
    assert "1 order would be split, 0 not" in terminal.screen
    terminal.type("y\n")
    assert terminal.end() == 0
    assert "1 order split, 0 not" in terminal.screen.rpartition("[y/N]")[2]


def test_an_order_on_hold_can_be_cancelled(two: Shop) -> None:
    two.done("hold M1")
    two.done("cancel M1 --reason 'never paid'")
    assert two.state() == {"M1": "Cancelled A2 B1", "M2": "Processing A1"}
