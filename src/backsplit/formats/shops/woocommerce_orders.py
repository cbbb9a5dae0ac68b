"""WooCommerce: orders as CSV with a row per item, as Advanced Order Export and similar plugins write them.

Depending on the plugin's settings, the order's cells are on each of its rows or on the first only. Open are
processing, on hold (paid by bank transfer; WooCommerce reserves the stock), and the statuses that plugins add for
backorders. Pending and failed orders are not paid. The shop translates the statuses; we know six languages.
`Quantity (- Refund)` counts before `Quantity`; a line with 0 of it is refunded.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.values import Status
from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_rows import begun, grouped
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.finding.statuses import Closing, close_by_status, status_word
from backsplit.formats.reasons import CANCELLED, FULFILLED, NOT_CONFIRMED, NOT_PAID, REFUNDED
from backsplit.formats.report import FieldError
from backsplit.formats.rows.table import Row, Table

COLUMNS = {
    "order": ("Order Number", "Order ID"),
    "placed_at": ("Order Date", "Date", "Date Created"),
    "status": ("Order Status", "Status"),
    "sku": ("SKU", "Item SKU", "Product SKU"),
    "quantity": ("Quantity (- Refund)", "Quantity", "Item Quantity"),
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
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        if not order.left_out and status_word(rows[0]["status"]) in PARTLY_SHIPPED:
            table.report.tally(
                "{n} orders are shipped in part, and the file does not say which lines: taken whole", order.number
            )
        order.lines = [_line(row, net=net) for row in rows]
        yield order


def _line(row: Row, *, net: bool) -> FoundLine:
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    try:
        back = 0 if net or not row["refunded"] else abs(values.whole(row["refunded"], "quantity"))
        left = values.whole(row["quantity"], "quantity") - back
    except FieldError:
        return line  # taking_in reports it, if the line is taken
    if back:
        line.quantity = str(max(0, left))
    if left <= 0 and (back or net):
        line.left_out = REFUNDED
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
)
