"""Temu: what is to be sent and what was sent, by line; dates in German."""

from __future__ import annotations

from typing import Any

from backsplit.formats.shops.temu import iso

HEAD = (
    "Bestell-ID,Bestellstatus,Status der Bestellartikel,Beitrags-SKU,Gekaufte Menge,Versandte Menge,"
    "Zu versendende Menge,Kaufdatum\n"
)
DAY = '"1. Dez. 2025, 12:32 Uhr CET(UTC+1)"'


def test_can_take_what_is_to_be_sent(orders: Any) -> None:
    read = orders(
        f"{HEAD}1,Nicht versandt,Nicht versandt,A,3\t,1\t,2\t,{DAY}\n1,Nicht versandt,Versandt,B,1\t,1\t,0\t,{DAY}\n"
    )
    assert (read.format, read.orders) == ("temu-orders", {"1": [("A", 2)]})
    assert read.tells == {"1": [("A", 3, 1, 0), ("B", 1, 1, 0)]}
    assert read.arrived[0].said.placed_at == "2025-12-01T11:32:00Z"


def test_cannot_take_what_is_sent_or_cancelled(orders: Any) -> None:
    text = f"{HEAD}1,Versandt,Versandt,A,3\t,3\t,0\t,{DAY}\n2,Storniert,Storniert,A,1\t,0\t,0\t,{DAY}\n"
    read = orders(text)
    assert read.closed == {"1": "Shipped", "2": "Cancelled"}
    assert read.orders == {}


def test_can_read_a_german_date_and_leaves_others_alone() -> None:
    assert iso("15. März 2026, 9:05 Uhr MEZ(UTC+1)") == "2026-03-15T09:05:00+01:00"
    assert iso("2026-03-15") == "2026-03-15"
