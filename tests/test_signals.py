"""A signal around an upgrade: what is said of the file is true of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

from backsplit import signals
from backsplit.repository import opening, schema
from conftest import Shop
from robustness.processes import contents

UNCHANGED = "backsplit: terminated; the file is as it was before\n"
UPGRADED = "backsplit: terminated; the file was brought up to date for this version; nothing else in it changed\n"


@pytest.fixture
def older(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop whose file lacks the last migration."""
    shop.stock("A1")
    newer = {**schema.MIGRATIONS, "m999": "ALTER TABLE orders ADD COLUMN channel TEXT NOT NULL DEFAULT '';\n"}
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    return shop


def then_terminated(before: Callable[..., Any]) -> Callable[..., Any]:
    def call(*values: object) -> object:
        result = before(*values)
        os.kill(os.getpid(), signal.SIGTERM)
        return result

    return call


@pytest.mark.parametrize(
    ("place", "step", "sentence"),
    [(schema, "migrate", UNCHANGED), (opening, "ignore_from_now_on", UPGRADED), (opening, "upgraded", UPGRADED)],
)
def test_a_command_that_is_stopped_around_an_upgrade_tells_the_truth(
    older: Shop, monkeypatch: pytest.MonkeyPatch, place: object, step: str, sentence: str
) -> None:
    before = contents(older.db)
    with monkeypatch.context() as patch:
        patch.setattr(place, step, then_terminated(getattr(place, step)))
        answer = older("receive --sku A --qty 1")
    assert (answer.code, answer.out, answer.err) == (143, "", sentence)
    assert (contents(older.db) == before) is (sentence == UNCHANGED)
    assert older.figures() == {"A": (1, 0)}


def test_a_command_after_an_upgrade_is_done_like_any_other(older: Shop) -> None:
    assert older.done("receive --sku A --qty 1").out.startswith("received 1 × A: 2 on hand")


class Cleaned:
    """What the signal comes into while it is cleaned up: Python lets no exception out of there."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_in_a_clean_up_is_not_printed_and_stops_the_command_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    with signals.stoppable(to_the_end=False):
        cleaned = Cleaned()
        del cleaned
        assert printed == []
        with pytest.raises(signals.Stopped):
            signals.ignore_from_now_on()


def test_what_else_goes_wrong_in_a_clean_up_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError

    printed: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    with signals.stoppable(to_the_end=False):
        broken = Broken()
        del broken
    assert len(printed) == 1
