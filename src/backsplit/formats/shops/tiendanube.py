"""Tiendanube, in Brazil Nuvemshop: sales as CSV, divided by `;`, in cp1252 (re-saved: by `,`, in UTF-8).

An order's own cells are on its first row only. Open are open orders that are paid and not sent: in the statuses of the
order, of the payment and of the shipment. A cancelled order has its day and hour of cancellation. What is no physical
product, such as an e-book, is not sent.

Seen in real files (22, of several shops): the Spanish header and its words Abierta, Cerrada, Cancelada, Recibido,
No está empaquetado, Listo para enviar, Enviado. Only read about: the other words of payment, and all of the Portuguese.
"""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, NOT_SHIPPED, REFUNDED
from backsplit.formats.shops._columns import Filled, ShopRow, State, Text, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder

_SENT = (FULFILLED, Status.SHIPPED)
_CANCELLED = (CANCELLED, Status.CANCELLED)


class Sale(ShopRow):
    order = Text("Número de orden", "Número do Pedido", needed=True)
    placed_at = Text("Fecha", "Data")
    cancelled = Filled("Fecha y hora de cancelación", "Data e hora do cancelamento")
    shipment = State(
        "Estado del envío",
        "Status do Envio",
        open_=("No está empaquetado", "Listo para enviar", "Listo para retirar", "Parcialmente empaquetado",
               "Não está embalado", "Pronto para envio", "Pronto para enviar", "A enviar"),
        closing={**dict.fromkeys(("Enviado", "Enviada", "Entregado", "Entregada", "Retirado", "Entregue"), _SENT)},
        needed=True,
    )  # fmt: skip
    state = State(
        "Estado de la orden",
        "Status do Pedido",
        open_=("Abierta", "Aberto", "Aberta"),
        closing={
            **dict.fromkeys(("Cerrada", "Archivada", "Fechado", "Fechada", "Arquivado"), _SENT),
            **dict.fromkeys(("Cancelada", "Cancelado"), _CANCELLED),
        },
        needed=True,
    )
    payment = State(
        "Estado del pago",
        "Status do Pagamento",
        open_=("Recibido", "Autorizado", "Confirmado", "Pago", "Recebido"),
        closing={
            **dict.fromkeys(("Pendiente", "Pendente", "En proceso", "Em processo"), (NOT_PAID, None)),
            **dict.fromkeys(("Anulado", "Rechazado", "Recusado", "Cancelado", "Abandonado", "Vencido"), _CANCELLED),
            **dict.fromkeys(("Reembolsado", "Reintegrado", "Devuelto", "Estornado"), (REFUNDED, Status.CANCELLED)),
        },
    )
    sku = Text("SKU", needed=True)
    quantity = Text("Cantidad del producto", "Quantidade Comprada", "Quantidade do produto", needed=True)
    name = Text("Nombre del producto", "Nome do Produto")
    physical = Text("Producto Físico", "Produto Físico")


def cancelled(order: FoundOrder, rows: Sequence[Sale], _: Table) -> None:
    if any(row.cancelled for row in rows):
        order.close(*_CANCELLED)


def line(row: Sale, _: FoundOrder) -> FoundLine:
    found = FoundLine(row.at, row.sku, row.quantity, row.name)
    if row.physical.lower() in ("no", "não", "nao"):
        found.left_out, found.ships = NOT_SHIPPED, False
    return found


ORDERS = declared(
    Sale,
    row_by_row(line),
    rule=cancelled,
    name="tiendanube-orders",
    title="Tiendanube, Nuvemshop sales (CSV)",
    recognised_by="Columns Número de orden, Estado de la orden, Estado del envío, Cantidad del producto and SKU.",
    tells="wanted, per line; sent only for an order as a whole; what is closed",
)

FORMATS = (ORDERS,)
