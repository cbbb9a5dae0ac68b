"""A column that closes orders makes a file a shop's export: its closed orders are never taken as open."""

from __future__ import annotations

from typing import Any

import pytest

from backsplit.formats.statuses import _FILLED, _STATUS


def rows(column: str, *cells: str) -> str:
    return f'order,sku,quantity,"{column}"\n' + "".join(f'{n},A,1,"{cell}"\n' for n, cell in enumerate(cells))


@pytest.mark.parametrize("column", ["Fulfillment Status", "Payment status", "Status", "order_status", "Versandstatus"])
@pytest.mark.parametrize("cell", ["fulfilled", "Shipped", "refunded", "pending", "etwas"])
def test_cannot_take_a_closed_or_unknown_status_for_open(refused: Any, column: str, cell: str) -> None:
    sentence = refused("orders", rows(column, "", cell), "o.csv")
    assert f'o.csv: line 3: the column "{column}" says "{cell}"' in sentence
    assert "--format" in sentence
    assert "only the rows that are open" in sentence


@pytest.mark.parametrize(
    "column", ["Cancelled at", "Date Shipped", "Shipped on date", "Dispatched on date", "ShippedDate", "Expédié le"]
)
def test_cannot_take_an_order_with_such_a_date_for_open(refused: Any, column: str) -> None:
    for options in ({}, {"format": "csv"}, {"skip_bad": True}):
        assert '"12/31/20"' in refused("orders", rows(column, "", "12/31/20"), **options)


@pytest.mark.parametrize("column", [*_FILLED, *_STATUS])
def test_no_such_column_is_taken_as_open(refused: Any, column: str) -> None:
    assert "may be closed" in refused("orders", rows(column, "2026-01-01"))


def test_can_take_a_file_in_which_such_a_column_closes_nothing(orders: Any) -> None:
    assert len(orders(rows("Cancelled at", "", "")).orders) == 2
    assert len(orders(rows("Fulfillment Status", "unfulfilled", "Not-shipped", "In Bearbeitung", "")).orders) == 4
    assert len(orders(rows("Quantity shipped", "0", "0.0000", "")).orders) == 3


def test_cannot_take_closed_records_for_open(orders: Any, refused: Any) -> None:
    record = '[{"order":"1","status":"%s","lines":[{"sku":"A","quantity":1,"shipped_at":%s}]}]'
    assert orders(record % ("open", "null"), "o.json").orders == {"1": [("A", 1)]}
    assert 'column "status" says "done"' in refused("orders", record % ("done", "null"), "o.json")
    assert '"shipped_at"' in refused("orders", record % ("open", '"2026-01-01"'), "o.json")
