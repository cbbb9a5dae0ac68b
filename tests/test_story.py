"""The main job on the sample files, as the README tells it."""

from __future__ import annotations

from pathlib import Path

from conftest import Shop

EXAMPLES = Path(__file__).parent.parent / "examples"


def opened(shop: Shop) -> Shop:
    shop.done(f"import stock {EXAMPLES / 'stock.csv'}")
    shop.done(f"import orders {EXAMPLES / 'orders.csv'}")
    return shop


def test_the_samples_hold_a_real_mix(shop: Shop) -> None:
    state = opened(shop).state()
    assert len(state) == 25
    assert state["M9681118"].startswith("Backorder")
    assert sum(said.startswith("Processing") for said in state.values()) == 13


def test_the_samples_hold_an_order_for_each_refusal(shop: Shop) -> None:
    refused = {it["code"] for it in opened(shop).done("split --all --json").json["refused"]}
    assert refused == {"nothing-in-stock", "only-inserts-short", "only-inserts-in-stock"}
    assert shop("split M9681095 --json").error == "not-backorder"


def test_a_split_order_goes_and_its_part_follows_when_stock_arrives(shop: Shop) -> None:
    opened(shop)
    assert shop.done("split M9681118").out.splitlines()[:2] == [
        "M9681118 → Processing: 2 × MUG-BLUE, 1 × TEA-GREEN-100, 1 × CARD-THANKS",
        "M9681118-backorder → Backorder: 1 × TEAPOT-CAST",
    ]
    received = shop.done("receive --sku TEAPOT-CAST --qty 5").out
    assert "released: M9681118-backorder → Processing" in received
    assert "passed over" not in received
    shown = shop.done("show M9681118-backorder --json").json
    assert (shown["status"], shown["split_from"], shown["waiting_for"]) == ("Processing", "M9681118", [])
    assert [event["event"] for event in shown["history"]] == ["split-off", "released"]


def test_a_delivery_file_counts_once(shop: Shop) -> None:
    opened(shop)
    delivery = EXAMPLES / "delivery.csv"
    first = shop.done(f"receive --file {delivery} --json").json
    assert (first["ref"], first["repeated"], len(first["received"])) == ("ASN-77", False, 3)
    figures = shop.figures()
    again = shop.done(f"receive --file {delivery} --json").json
    assert (again["repeated"], again["received"], again["released"]) == (True, [], [])
    assert shop.figures() == figures
