"""WooCommerce: orders as CSV with a row per item, as Advanced Order Export and similar plugins write them.

Depending on the plugin's settings, the order's cells are on each of its rows or on the first only. Open are
processing, on hold (paid by bank transfer; WooCommerce reserves the stock), and the statuses that plugins add for
backorders. Pending and failed orders are not paid. The shop translates the statuses; we know six languages.
`Quantity (- Refund)` counts before `Quantity`; a line with 0 of it is refunded.

Units are sent when their order is completed. The file does not say whether a refunded unit was sent before, nor what
was sent of an order that is cancelled, refunded or shipped in part.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.values import Status
from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_rows import begun, grouped
from backsplit.formats.finding.sent import Sent, number, units, untold
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.finding.statuses import Closing, close_by_status, status_word
from backsplit.formats.reasons import CANCELLED, FULFILLED, NOT_CONFIRMED, NOT_PAID, REFUNDED
from backsplit.formats.report import FieldError, Report
from backsplit.formats.rows.table import Row, Table

COLUMNS = {
    "order": ("Order Number", "Order ID"),
    "placed_at": ("Order Date", "Date", "Date Created"),
    "status": ("Order Status", "Status"),
    "sku": ("SKU", "Item SKU", "Product SKU"),
    "quantity": ("Quantity (- Refund)", "Quantity", "Item Quantity"),
    "ordered": ("Quantity", "Item Quantity"),
    "refunded": ("Item Refunded Qty", "Quantity Refunded"),
    "name": ("Name", "Item Name", "Product Name"),
}
_NET = "Quantity (- Refund)"

PARTLY_SHIPPED = ("partial shipped", "partially shipped")
OPEN = {
    *("processing", "on hold", "backordered", "backorder", "awaiting shipment", "awaiting fulfillment"),
    *("in bearbeitung", "in wartestellung", "wartend"),
    *("en cours", "en attente"),
    *("procesando", "en espera"),
    *("in lavorazione", "in sospeso", "sospeso"),
    *("in behandeling", "in de wacht"),
    *("processando", "aguardando"),
    *PARTLY_SHIPPED,
}
_DONE = (FULFILLED, Status.SHIPPED)
_CANCELLED = (CANCELLED, Status.CANCELLED)
_REFUNDED = (REFUNDED, Status.CANCELLED)
_UNPAID = (NOT_PAID, None)
CLOSING: Closing = {
    **dict.fromkeys(("completed", "shipped", "delivered", "abgeschlossen", "fertiggestellt", "terminée", "completado",
                     "completato", "afgerond", "voltooid", "concluído"), _DONE),
    **dict.fromkeys(("cancelled", "canceled", "trash", "storniert", "annulée", "cancelado", "annullato", "cancellato",
                     "geannuleerd"), _CANCELLED),
    **dict.fromkeys(("refunded", "rückerstattet", "erstattet", "remboursée", "reembolsado", "rimborsato",
                     "terugbetaald"), _REFUNDED),
    **dict.fromkeys(("pending", "pending payment", "failed", "zahlung ausstehend", "fehlgeschlagen",
                     "attente paiement", "en attente de paiement", "échouée", "pendiente de pago", "fallido",
                     "in attesa di pagamento", "fallito", "wachtend op betaling", "mislukt", "pagamento pendente",
                     "malsucedido"), _UNPAID),
    **dict.fromkeys(("draft", "checkout draft", "auto draft"), (NOT_CONFIRMED, None)),
}  # fmt: skip


def orders(table: Table) -> Iterator[FoundOrder]:
    net = table.header.find(_NET) is not None
    for rows in grouped(table, COLUMNS):
        order = begun(rows)
        status = next((row["status"] for row in rows if row["status"]), "")
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        in_part = notice_in_part(order, status, table.report)
        order.lines = [_line(row, order.closed, net=net, in_part=in_part) for row in rows]
        yield order


def notice_in_part(order: FoundOrder, status: str, report: Report) -> bool:
    """Whether an open order is shipped in part."""
    in_part = not order.left_out and status_word(status) in PARTLY_SHIPPED
    if in_part:
        report.tally("{n} orders are shipped in part, and the file does not say which lines: taken whole", order.number)
    return in_part


def sent(closed: Status | None, wanted: int, refunded: int, *, in_part: bool) -> Sent | None:
    """What the status of an order says of a line of which `refunded` units are no longer `wanted`."""
    if closed is None:
        return untold if in_part else None
    if not wanted + refunded:
        return untold
    return units(wanted, refunded) if closed is Status.SHIPPED else units(0, wanted + refunded)


def _line(row: Row, closed: Status | None, *, net: bool, in_part: bool) -> FoundLine:
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    try:
        quantity = values.whole(row["quantity"], "quantity")
        back = 0 if net or not row["refunded"] else abs(values.whole(row["refunded"], "quantity"))
    except FieldError:
        return line  # taking_in reports it, if the line is taken
    left = quantity - back
    if back:
        line.quantity = str(max(0, left))
    if left <= 0 and (back or net):
        line.left_out = REFUNDED
    if net and closed:
        back = max(0, (number(row["ordered"]) or 0) - quantity)
    line.sent = sent(closed, max(0, left), back, in_part=in_part)
    return line


FORMAT = TableFormat(
    name="woocommerce-orders",
    title="WooCommerce orders (CSV, a row per item)",
    recognised_by="Columns Order Number, Order Status, SKU and Quantity (- Refund) or Quantity.",
    tells="wanted, per line, less refunds; sent only for an order as a whole; what is closed",
    columns=COLUMNS,
    needs=("order", "status", "sku", "quantity"),
    marks=((_NET, "Order Status", "Item SKU", "Payment Method Title", "Order Currency"),),
    # columns of ShipStation and Amazon
    without=("Order - Number", "amazon-order-id", "order-item-id", "merchant-order-id", "Courier Status"),
    orders=orders,
    passes_through=True,
)
