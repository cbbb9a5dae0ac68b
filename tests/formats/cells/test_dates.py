"""Dates in every form that shops write; the column decides what the cell alone does not."""

from __future__ import annotations

from typing import Any

import pytest


def placed(orders: Any, *dates: str, **options: Any) -> list[str | None]:
    rows = "".join(f'{n},A,1,"{date}"\n' for n, date in enumerate(dates))
    return [order.said.placed_at for order in orders("order,sku,quantity,date\n" + rows, **options).arrived]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-01", "2026-01-01T00:00:00Z"),
        ("2026-01-01 09:00:00", "2026-01-01T09:00:00Z"),
        ("2026-01-01T09:00", "2026-01-01T09:00:00Z"),
        ("2026-01-01T09:00:00Z", "2026-01-01T09:00:00Z"),
        ("2026-01-01T09:00:00.999Z", "2026-01-01T09:00:00Z"),
        ("1996-07-04 00:00:00.000", "1996-07-04T00:00:00Z"),
        ("2023-05-31 23:06:04 -0700", "2023-06-01T06:06:04Z"),
        ("2025-07-30T08:34:47+00:00", "2025-07-30T08:34:47Z"),
        ("2009-01-01T10:50:49-08:00", "2009-01-01T18:50:49Z"),
        ("2024-01-31 10:22 UTC", "2024-01-31T10:22:00Z"),
        ("31/12/2023 22:36", "2023-12-31T22:36:00Z"),
        ("12/31/20", "2020-12-31T00:00:00Z"),
        ("04-30-22", "2022-04-30T00:00:00Z"),
        ("26/04/2014", "2014-04-26T00:00:00Z"),
        ("31.12.2023", "2023-12-31T00:00:00Z"),
        ("9/26/2025 10:46:54 PM", "2025-09-26T22:46:54Z"),
        ("9/26/2025 12:05 am", "2025-09-26T00:05:00Z"),
        ("Sep-30-26", "2026-09-30T00:00:00Z"),
        ("30-Sep-2026 14:00", "2026-09-30T14:00:00Z"),
        ("Sept 30, 2026", "2026-09-30T00:00:00Z"),
        ("Wed, 31 May 2023 10:00:00 GMT", "2023-05-31T10:00:00Z"),
        ("2999-12-31T23:59:59Z", "2999-12-31T23:59:59Z"),
    ],
)
def test_can_read_a_date(orders: Any, text: str, utc: str) -> None:
    assert placed(orders, text) == [utc]


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "2026-13-01",
        "2026-02-30 10:00:00",
        "31/31/2024",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31",
        "3000-01-01",
        "9999-12-31T23:59:59-23:59",
        "2026-01-01 25:00",
        "13:00",
        "2026-01-01 13:00 PM",
        "45123",
        "Smarch 3, 2026",
        "\uff12\uff10\uff12\uff16-01-01",
        "2026-01-01T09:00:00+99:99",
        "2" * 5000,
        "2026-W01-1T09:00:00",
        "1970-01-01 00:00:00 +0100",
    ],
)
def test_cannot_read_what_is_no_date(refused: Any, text: str) -> None:
    sentence = refused("orders", f'order,sku,quantity,date\n1,A,1,"{text}"\n')
    assert 'line 2, column "date"' in sentence
    assert "not a date" in sentence


def test_can_tell_by_the_column_that_the_day_comes_first(orders: Any) -> None:
    assert placed(orders, "02/01/2024", "31/01/2024") == ["2024-01-02T00:00:00Z", "2024-01-31T00:00:00Z"]


def test_can_tell_by_the_column_that_the_month_comes_first(orders: Any) -> None:
    assert placed(orders, "02/01/2024", "01/31/2024") == ["2024-02-01T00:00:00Z", "2024-01-31T00:00:00Z"]


def test_cannot_tell_where_no_day_is_above_twelve(refused: Any) -> None:
    sentence = refused("orders", "order,sku,quantity,date\n1,A,1,02/01/2024\n2,A,1,2024-01-31\n")
    assert "--date-order dmy" in sentence
    assert '"02/01/2024"' in sentence


def test_can_be_told(orders: Any) -> None:
    assert placed(orders, "02/01/2024", date_order="dmy") == ["2024-01-02T00:00:00Z"]
    assert placed(orders, "02/01/2024", date_order="mdy") == ["2024-02-01T00:00:00Z"]


def test_cannot_be_told_wrongly(refused: Any) -> None:
    sentence = refused("orders", "order,sku,quantity,date\n1,A,1,31/01/2024\n", date_order="mdy")
    assert "month first" in sentence


def test_cannot_have_it_both_ways(refused: Any) -> None:
    text = "order,sku,quantity,date\n1,A,1,02/01/2024\n2,A,1,31/01/2024\n3,A,1,01/31/2024\n"
    sentence = refused("orders", text)
    assert "line 3" in sentence
    assert "line 4" in sentence
    assert "contradict" in sentence


def test_can_do_without_where_every_date_is_the_same_both_ways(orders: Any) -> None:
    assert placed(orders, "05/05/2024", "05/05/24 10:00") == ["2024-05-05T00:00:00Z", "2024-05-05T10:00:00Z"]


def test_can_tell_by_the_orders_that_are_not_open(orders: Any) -> None:
    text = (
        "Name,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku\n"
        "#2,paid,unfulfilled,02/01/2024 10:00,1,Mug,M\n"
        "#1,paid,fulfilled,31/12/2023 10:00,1,Mug,M\n"
    )
    assert [order.said.placed_at for order in orders(text).arrived] == ["2024-01-02T10:00:00Z"]


def test_can_tell_in_json_as_well(orders: Any) -> None:
    text = '[{"order":1,"sku":"A","qty":1,"date":"02/01/2024"},{"order":2,"sku":"A","qty":1,"date":"31/01/2024"}]'
    assert [order.said.placed_at for order in orders(text).arrived] == ["2024-01-02T00:00:00Z", "2024-01-31T00:00:00Z"]


def test_can_leave_the_date_out(orders: Any) -> None:
    assert placed(orders, "") == [None]


def test_with_dots_the_day_comes_first(orders: Any) -> None:
    assert placed(orders, "03.11.2026", "03/25/2026") == ["2026-11-03T00:00:00Z", "2026-03-25T00:00:00Z"]
    assert placed(orders, "03.11.2026", date_order="mdy") == ["2026-03-11T00:00:00Z"]
