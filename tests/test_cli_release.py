"""Rule 4: whatever frees stock says whom it released, and where one parcel could go instead of two."""

from __future__ import annotations

import pytest

from conftest import Shop

HINT = "both halves are in Processing; one parcel instead of two: backsplit merge M1-backorder\n"


@pytest.fixture
def halves(shop: Shop) -> Shop:
    """M1 is split: A goes, B waits on M1-backorder."""
    shop.stock("A1 B0 C0")
    shop.order("M1", "A1 B1")
    shop.done("split M1")
    return shop


def test_a_correction_that_releases_the_other_half_says_so(halves: Shop) -> None:
    assert halves.done("adjust --sku B --by 1 --reason found --dry-run --json").json["mergeable"] == ["M1-backorder"]
    assert HINT in halves.done("adjust --sku B --by 1 --reason found").out


def test_a_count_that_releases_the_other_half_says_so(halves: Shop) -> None:
    counts = "sku,on_hand\nB,1\n"
    assert halves.done("import stock - --dry-run --json", counts).json["mergeable"] == ["M1-backorder"]
    assert HINT in halves.done("import stock -", counts).out


def test_a_merge_that_releases_the_other_half_of_another_order_says_so(halves: Shop) -> None:
    halves.order("M2", "B1 C1")
    halves.done("adjust --sku C --to 1 --reason found")
    halves.done("split M2")
    halves.done("prioritize M2-backorder --priority 1")
    halves.done("adjust --sku B --to 1 --reason found")
    assert halves.state()["M2-backorder"] == "Processing B1"
    answer = halves.done("merge M2-backorder --dry-run --json").json  # M2 stands behind M1-backorder again
    assert (answer["released"], answer["mergeable"]) == (["M1-backorder"], ["M1-backorder"])
    assert HINT in halves.done("merge M2-backorder").out


def test_a_policy_that_releases_the_other_half_says_so(halves: Shop) -> None:
    halves.done("policy strict")
    halves.order("M0", "B2", placed_at="2025-12-31T09:00:00Z")
    halves.done("adjust --sku B --by 1 --reason found")
    assert halves.state()["M1-backorder"] == "Backorder B1"  # the unit is kept for M0
    assert halves.done("policy skip-over --dry-run --json").json["mergeable"] == ["M1-backorder"]
    assert HINT in halves.done("policy skip-over").out


def test_the_undo_of_a_policy_that_releases_the_other_half_says_so(halves: Shop) -> None:
    halves.order("M0", "B2", placed_at="2025-12-31T09:00:00Z")
    halves.done("policy strict")
    policy = halves.done("history --json").json[-1]["change"]
    halves.done("adjust --sku B --by 1 --reason found")
    assert halves.done(f"undo {policy} --json").json["mergeable"] == ["M1-backorder"]


def test_nothing_is_said_where_the_other_half_still_waits(halves: Shop) -> None:
    halves.order("M9", "C1")
    answer = halves.done("adjust --sku C --by 1 --reason found --json").json
    assert (answer["released"], answer["mergeable"]) == (["M9"], [])
