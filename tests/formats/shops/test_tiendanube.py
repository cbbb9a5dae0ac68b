"""Tiendanube and Nuvemshop: an order is open in the words of its order, its payment and its shipment."""

from __future__ import annotations

from typing import Any

import pytest

HEAD = (
    "Número de orden;Fecha;Estado de la orden;Estado del pago;Estado del envío;Nombre del producto;"
    "Cantidad del producto;SKU;Producto Físico;Fecha y hora de cancelación\n"
)
OPEN = "Abierta;Recibido;Listo para enviar"


def sale(states: str = OPEN, physical: str = "Sí", cancelled: str = "") -> bytes:
    return f"{HEAD}9;19/11/2025 12:57:32;{states};Lámpara;2;LAMP-1;{physical};{cancelled}\n".encode("cp1252")


def test_can_take_an_open_sale(orders: Any) -> None:
    read = orders(sale())
    assert (read.format, read.orders) == ("tiendanube-orders", {"9": [("LAMP-1", 2)]})
    assert read.arrived[0].said.placed_at.startswith("2025-11-19T")
    assert orders(sale().decode("cp1252").replace(";", ",").encode()).orders == {"9": [("LAMP-1", 2)]}


@pytest.mark.parametrize(
    ("states", "closed"),
    [
        ("Cerrada;Recibido;Enviado", "Shipped"),
        ("Abierta;Recibido;Enviado", "Shipped"),
        ("Cerrada;Recibido;No está empaquetado", "Shipped"),
        ("Cancelada;Recibido;No está empaquetado", "Cancelled"),
        ("Abierta;Reembolsado;No está empaquetado", "Cancelled"),
    ],
)
def test_cannot_take_a_closed_sale_as_open(orders: Any, states: str, closed: str) -> None:
    assert orders(sale(states)).closed == {"9": closed}


def test_cannot_take_a_sale_that_is_not_paid_or_is_cancelled(orders: Any) -> None:
    assert orders(sale("Abierta;Pendiente;No está empaquetado")).named_only == ["9"]
    assert orders(sale(cancelled="20/11/2025 10:00")).closed == {"9": "Cancelled"}


def test_can_leave_out_what_is_no_parcel_and_read_later_rows(orders: Any) -> None:
    text = sale().decode("cp1252") + "9;;;;;E-book;1;BOOK;No;\n9;;;;;Cable;3;CAB-2;Sí;\n"
    read = orders(text)
    assert read.orders == {"9": [("LAMP-1", 2), ("CAB-2", 3)]}
    assert read.reasons == {"not to be shipped": 1}
    assert orders(sale(physical="No")).orders == {}
