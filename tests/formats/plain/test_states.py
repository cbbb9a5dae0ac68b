"""Columns of state in plain files: a closed row is never taken as open, and a word that is not known is asked about."""

from __future__ import annotations

from typing import Any

import pytest

from backsplit.formats.statuses import _WORDS, Kind, kind_of


def rows(column: str, *cells: str) -> str:
    return f'order,sku,quantity,"{column}"\n' + "".join(f'{n},A,1,"{cell}"\n' for n, cell in enumerate(cells))


STATES = [
    "Status", "order_status", "Fulfillment Status", "Payment status", "Versandstatus", "stato", "estado",
    "état", "state", "Durum", "Sipariş Durumu", "Status do Envio", "Estado del envío", "订单状态", "배송상태",
    "注文ステータス", "Trạng Thái Đơn Hàng", "picking_state", "Statut de la commande", "Situação",
    "Stan zamówienia", "Orderline Status", "Fulfillment",
]  # fmt: skip
CLOSED = [
    "Shipped", "delivered", "Cancelled", "refunded", "storniert", "versandt", "expédiée", "annulé", "Enviado",
    "Entregado", "cancelado", "consegnato", "annullato", "spedito", "verzonden", "geannuleerd", "Wysłane",
    "anulowane", "Teslim Edildi", "Kargoya verildi", "İptal edildi", "已发货", "已取消", "배송완료", "発送済み",
    "Đã hủy", "Hoàn thành", "отправлен", "6 - Reported back", "7 - Packed", "9 - Delivered", "25 - Closed",
    "Shipped - Delivered to Buyer", "Cancelled by customer",
]  # fmt: skip
OPEN = [
    "open", "processing", "unfulfilled", "Not-shipped", "In Bearbeitung", "da spedire", "pendiente de envío",
    "à expédier", "2 - Released", "22 - Planned", "4 - Being picked", "do wysyłki", "haz\u0131rlan\u0131yor", "待发货",
    "배송준비중", "Chờ lấy hàng", "te verzenden", "em separação", "к отправке",
]  # fmt: skip


@pytest.mark.parametrize("column", STATES)
def test_can_find_a_column_of_state_by_its_name(orders: Any, column: str) -> None:
    read = orders(rows(column, "to ship", "shipped", "cancelled"))
    assert read.orders == {"0": [("A", 1)]}


@pytest.mark.parametrize("word", CLOSED)
def test_cannot_take_a_closed_row_as_open(orders: Any, word: str) -> None:
    read = orders(rows("Status", word, "to ship"))
    assert read.orders == {"1": [("A", 1)]}
    assert len(read.left_out) == 1


@pytest.mark.parametrize("word", OPEN)
def test_can_take_what_is_open_in_many_languages(orders: Any, word: str) -> None:
    assert orders(rows("Status", word, "")).orders == {"0": [("A", 1)], "1": [("A", 1)]}


def test_can_find_a_column_of_state_by_its_values_alone(orders: Any) -> None:
    read = orders(rows("Fase", "da spedire", "consegnato", "consegnato"))
    assert read.orders == {"0": [("A", 1)]}


def test_cannot_take_a_file_with_a_word_that_is_not_known(refused: Any) -> None:
    sentence = refused("orders", rows("Estado del envío", "Listo para enviar", "Listo para enviar", "Enviado"), "o.csv")
    assert '"Estado del envío": Listo para enviar 2, Enviado 1' in sentence
    assert "--open 'Listo para enviar'" in sentence


def test_can_be_told_which_words_are_open(orders: Any) -> None:
    text = rows("Estado del envío", "Listo para enviar", "Enviado", "Empaquetado", "da spedire")
    read = orders(text, open=("listo para enviar",))
    assert read.orders == {"0": [("A", 1)]}
    assert read.closed == {"1": "Shipped"}
    assert read.reasons == {"fulfilled": 1, "closed": 2}


def test_can_be_told_that_a_column_closes_nothing(orders: Any, refused: Any) -> None:
    text = rows("Loyalty status", "VIP", "regular", "regular")
    assert "--open 'Loyalty status'" in refused("orders", text)
    assert len(orders(text, open=("Loyalty status",)).orders) == 3


@pytest.mark.parametrize(("column", "cells"), [("State", ("CA", "NY", "CA")), ("Estado", ("SP", "RJ", "SP"))])
def test_can_tell_a_province_from_a_state(orders: Any, column: str, cells: tuple[str, ...]) -> None:
    assert len(orders(rows(column, *cells)).orders) == 3


def test_can_tell_a_province_by_the_address_beside_it(orders: Any) -> None:
    text = "order,sku,quantity,Estado,Ciudad\n" + "".join(f"{n},A,1,Nuevo León,Monterrey\n" for n in range(4))
    assert len(orders(text).orders) == 4


def test_cannot_take_a_province_for_granted_where_nothing_says_so(refused: Any) -> None:
    assert "--open" in refused("orders", rows("Estado", "Por ahí", "Por ahí", "Por allá", "Por allá"))


@pytest.mark.parametrize(
    "column",
    ["Cancelled at", "Date Shipped", "Shipped on date", "Dispatched on date", "ShippedDate", "Expédié le", "Ship Date",
     "Versanddatum", "Fecha de envío", "Data spedizione", "Completed at", "发货时间", "Ngày gửi hàng", "Archived on"],
)  # fmt: skip
def test_cannot_take_a_row_with_such_a_date_as_open(orders: Any, column: str) -> None:
    read = orders(rows(column, "", "2026-01-31", "12/31/20"))
    assert read.orders == {"0": [("A", 1)]}


@pytest.mark.parametrize(
    "column", ["Requested Ship Date", "Ship by date", "Estimated delivery", "Order Status Date", "Due"]
)
def test_can_take_a_row_with_a_day_that_is_only_planned(orders: Any, column: str) -> None:
    assert len(orders(rows(column, "2026-01-31", "2026-02-01")).orders) == 2


@pytest.mark.parametrize("column", ["Completed", "Archived", "Refunded", "Shipped", "Cancelled", "Annulé", "Storniert"])
def test_cannot_take_a_row_with_such_a_yes_as_open(orders: Any, column: str) -> None:
    for yes, no in (("yes", "no"), ("TRUE", "FALSE"), ("x", ""), ("1", "0")):
        assert orders(rows(column, no, yes)).orders == {"0": [("A", 1)]}


def test_can_take_off_what_was_sent_or_cancelled_of_a_row(orders: Any) -> None:
    text = (
        "order,sku,Ordered quantity,Delivered quantity,Cancelled quantity\n1,A,5,2,1\n2,A,3,3,0\n3,A,2,0,2\n4,A,1,,\n"
    )
    read = orders(text)
    assert read.tells == {"1": [("A", 4, 2, 0)], "2": [("A", 3, 3, 0)], "3": [], "4": [("A", 1, 0, 0)]}
    assert read.orders == {"1": [("A", 2)], "4": [("A", 1)]}


def test_cannot_take_off_twice_what_is_no_longer_open(orders: Any) -> None:
    read = orders(
        "Order,Item,Ordered,Packed,Missing\n1,A,2,2,0\n1,B,3,1,2\n", map={"sku": "Item", "quantity": "Missing"}
    )
    assert read.orders == {"1": [("B", 2)]}
    assert read.reasons == {"nothing left to ship": 1}


def test_can_read_an_orders_state_from_its_first_row(orders: Any) -> None:
    text = "order,date,Status,sku,quantity\n1,2026-01-01,shipped,A,1\n1,,,B,1\n2,2026-01-02,open,A,1\n,,,B,2\n"
    assert orders(text).orders == {"2": [("A", 1), ("B", 2)]}


def test_cannot_close_a_line_by_the_date_of_another(orders: Any) -> None:
    text = "order,date,sku,quantity,Shipped at\n1,2026-01-01,A,1,2026-01-02\n1,2026-01-01,B,1,\n"
    read = orders(text)
    assert read.orders == {"1": [("B", 1)]}
    assert read.tells == {"1": [("A", 1, 1, 0), ("B", 1, 0, 0)]}


def test_can_leave_out_what_is_no_goods(orders: Any) -> None:
    text = "order,sku,quantity,Requires shipping\n1,A,1,true\n1,E-BOOK,1,false\n"
    assert orders(text).orders == {"1": [("A", 1)]}
    assert orders("order,sku,quantity,Item Type\n1,A,1,goods\n1,WORK,1,service\n").orders == {"1": [("A", 1)]}


def test_can_tell_what_is_closed_only_if_something_is(orders: Any) -> None:
    assert orders(rows("Status", "open")).only_open
    assert not orders(rows("Status", "open", "shipped")).only_open


def test_can_leave_an_order_unnamed_that_is_closed_in_a_word_nobody_knows(orders: Any) -> None:
    read = orders(rows("Status", "Ready", "Gone"), open=("Ready",))
    assert (read.orders, read.named_only, read.closed) == ({"0": [("A", 1)]}, [], {})


def test_cannot_take_closed_records_as_open(orders: Any, refused: Any) -> None:
    record = '[{"order":"1","status":"%s","lines":[{"sku":"A","quantity":1,"shipped_at":%s}]}]'
    assert orders(record % ("open", "null"), "o.json").orders == {"1": [("A", 1)]}
    assert orders(record % ("done", "null"), "o.json").orders == {}
    assert orders(record % ("open", '"2026-01-01"'), "o.json").orders == {}
    assert '"status": gone 1' in refused("orders", record % ("gone", "null"), "o.json")


def test_can_say_which_rows_are_open(orders: Any) -> None:
    assert (
        'The column "stato" says which rows are open: da spedire 1; closed: consegnato 2.'
        in orders(rows("stato", "da spedire", "consegnato", "consegnato")).notice
    )


def test_every_word_has_one_meaning() -> None:
    words = [(word.strip(), kind) for kind, text in _WORDS.items() for word in text.split(",")]
    assert {word: kind_of(word) for word, _ in words} == dict(words)
    assert kind_of("") is Kind.NOTHING
    assert kind_of("0.00") is Kind.NOTHING
    assert kind_of("Listo para enviar") is None
