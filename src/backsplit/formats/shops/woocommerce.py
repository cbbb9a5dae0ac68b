"""WooCommerce: orders as CSV with a row per item, as Advanced Order Export and similar plugins write them.

Depending on the plugin's settings, the order's cells are on each of its rows or on the first only. Open are
processing, on hold (paid by bank transfer; WooCommerce reserves the stock), and the statuses that plugins add for
backorders. Pending and failed orders are not paid. The shop translates the statuses; we know six languages.
`Quantity (- Refund)` counts before `Quantity`; a line with 0 of it is refunded.

Units are sent when their order is completed. The file does not say whether a refunded unit was sent before, nor what
was sent of an order that is cancelled, refunded or shipped in part.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats import cells
from backsplit.formats.csv_rows import Row, Table
from backsplit.formats.json_records import Record, Records
from backsplit.formats.report import (
    CANCELLED,
    FULFILLED,
    NOT_CONFIRMED,
    NOT_PAID,
    NOT_SHIPPED,
    REFUNDED,
    FieldError,
    Report,
)
from backsplit.formats.shops._toolkit import (
    Closing,
    FoundCount,
    FoundLine,
    FoundOrder,
    RecordFormat,
    Sent,
    TableFormat,
    cell,
    close_by_status,
    each,
    line,
    number,
    order_from_record,
    order_from_rows,
    parts,
    rows_by_order,
    units,
    untold,
    utc,
)
from backsplit.formats.statuses import status_word

ORDER_COLUMNS = {
    "order": ("Order Number", "Order ID"),
    "id": ("Order ID",),
    "placed_at": ("Order Date", "Date", "Date Created"),
    "changed_at": ("Modified Date", "Date Modified", "Order Modified Date"),
    "status": ("Order Status", "Status"),
    "sku": ("SKU", "Item SKU", "Product SKU"),
    "quantity": ("Quantity (- Refund)", "Quantity", "Item Quantity"),
    "ordered": ("Quantity", "Item Quantity"),
    "refunded": ("Item Refunded Qty", "Quantity Refunded"),
    "name": ("Name", "Item Name", "Product Name"),
    "type": ("Product Type", "Item Type", "Type"),
}
_MADE_OF_OTHERS = ("bundle", "composite", "grouped", "configurable", "variable")
_NO_GOODS = ("virtual", "downloadable", "gift card", "giftcard", "shipping", "fee", "tax", "coupon")
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


def orders_of_rows(table: Table) -> Iterator[FoundOrder]:
    net = table.header.find(_NET) is not None
    for rows in rows_by_order(table, ORDER_COLUMNS):
        order = order_from_rows(rows)
        status = next((row["status"] for row in rows if row["status"]), "")
        close_by_status(order, (row["status"] for row in rows), OPEN, CLOSING, table.report)
        in_part = notice_in_part(order, status, table.report)
        order.lines = [_line_of_row(row, order.closed, net=net, in_part=in_part) for row in without_wholes(rows)]
        yield order


def without_wholes(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows but for those of bundles and configurable products whose parts are the rows below them."""
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        is_whole = status_word(row["type"]) in _MADE_OF_OTHERS
        if not (is_whole and below is not None and status_word(below["type"]) not in _MADE_OF_OTHERS):
            yield row


def notice_in_part(order: FoundOrder, status: str, report: Report) -> bool:
    """Whether an open order is shipped in part."""
    in_part = not order.left_out and status_word(status) in PARTLY_SHIPPED
    if in_part:
        report.tally(
            "{n} {orders are|order is} shipped in part, and the file does not say which lines: taken whole",
            order.number,
        )
    return in_part


def sent(closed: Status | None, wanted: int, refunded: int, *, in_part: bool) -> Sent | None:
    """What the status of an order says of a line of which `refunded` units are no longer `wanted`."""
    if closed is None:
        return untold if in_part else None
    if not wanted + refunded:
        return untold
    return units(wanted, refunded) if closed is Status.SHIPPED else units(0, wanted + refunded)


def _line_of_row(row: Row, closed: Status | None, *, net: bool, in_part: bool) -> FoundLine:
    line = FoundLine(row.at, row["sku"], row["quantity"], row["name"])
    if status_word(row["type"]) in _NO_GOODS:
        line.left_out, line.ships = NOT_SHIPPED, False
        return line
    try:
        quantity = cells.whole(row["quantity"], "quantity")
        back = 0 if net or not row["refunded"] else abs(cells.whole(row["refunded"], "quantity"))
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


ORDERS = TableFormat(
    name="woocommerce-orders",
    title="WooCommerce orders (CSV, a row per item)",
    recognised_by="Columns Order Number, Order Status, SKU and Quantity (- Refund) or Quantity.",
    tells="wanted, per line, less refunds; sent only for an order as a whole; what is closed",
    columns=ORDER_COLUMNS,
    needs=("order", "status", "sku", "quantity"),
    marks=((_NET, "Order Status", "Item SKU", "Payment Method Title", "Order Currency"),),
    # columns of ShipStation and Amazon
    without=("Order - Number", "amazon-order-id", "order-item-id", "merchant-order-id", "Courier Status"),
    orders=orders_of_rows,
    passes_through=True,
)


def orders_of_records(records: Records) -> Iterator[FoundOrder]:
    return each(records, _order)


def fits(record: Record) -> bool:
    return (
        isinstance(record.get("line_items"), list)
        and "status" in record
        and not record.keys().isdisjoint(("number", "id"))
        and not record.keys().isdisjoint(("date_created", "date_created_gmt", "order_key"))
        and record.keys().isdisjoint(("financial_status", "fulfillment_status"))  # Shopify's
    )


def _order(at: int, record: Record, records: Records) -> FoundOrder:
    order = order_from_record(
        at, record, records, number=("number", "id"), placed_at=("date_created",), changed_at=("date_modified",)
    )
    for fact, key in (("placed_at", "date_created_gmt"), ("changed_at", "date_modified_gmt")):
        if fact not in records.mapped and (in_utc := utc(record, key)):
            order.said[fact] = in_utc
    close_by_status(order, [cell(record, "status")], OPEN, CLOSING, records.report)
    shipped = _fulfilled(record)
    in_part = not shipped and notice_in_part(order, cell(record, "status"), records.report)
    refunds = parts(record, "refunds")
    refunded = _refunded(refunds)
    items = parts(record, "line_items")
    items = [part for part in items if not _is_a_whole(part, items)]
    order.lines = [_line_of_record(at, part, records, order, refunded, in_part=in_part) for part in items]
    if order.closed is Status.SHIPPED:
        shipped = None  # all of it, whatever its fulfilments
    for part, found in zip(items, order.lines, strict=True):
        if shipped or (shipped is not None and order.closed is None and not in_part):
            found.sent = units(shipped[cell(part, "id")])
    if not order.left_out and not all(parts(refund, "line_items") for refund in refunds):
        records.report.tally(
            "{n} open {orders are|order is} refunded in part, and the file does not say which line; please check",
            order.number,
        )
    return order


def _is_a_whole(part: Record, items: list[Record]) -> bool:
    """Whether other lines are what this bundle is made of, as extensions for bundles and composites write them."""
    identity = cell(part, "id")
    return bool(identity) and any(
        identity in (cell(other, "bundled_by"), cell(other, "composite_parent")) for other in items
    )


def _line_of_record(
    at: int, part: Record, records: Records, order: FoundOrder, refunded: Counter[str], *, in_part: bool
) -> FoundLine:
    found = line(at, part, records, cell(part, "quantity"))
    found.name = html.unescape(found.name)
    back = refunded[cell(part, "id")]
    try:
        left = max(0, cells.whole(found.quantity, "quantity") - back)
    except FieldError:
        return found  # taking_in reports it, if the line is taken
    if back:
        found.quantity = str(left)
        found.left_out = "" if left else REFUNDED
    found.sent = sent(order.closed, left, back, in_part=in_part)
    return found


def _fulfilled(record: Record) -> Counter[str] | None:
    """Units sent, by the id of the order's line; None where the file does not tell."""
    if "fulfillments" not in record:
        return None
    sent: Counter[str] = Counter()
    for fulfillment in parts(record, "fulfillments"):
        if cell(fulfillment, "is_fulfilled") in ("true", "1"):
            for meta in parts(fulfillment, "meta_data"):
                for item in parts(meta, "value") if meta.get("key") == "_items" else ():
                    sent[cell(item, "item_id")] += cells.whole(cell(item, "qty"), "qty")
    return sent


def _refunded(refunds: list[Record]) -> Counter[str]:
    """Units refunded, by the id of the order's line."""
    total: Counter[str] = Counter()
    for refund in refunds:
        for part in parts(refund, "line_items"):
            names = (cell(meta, "value") for meta in parts(part, "meta_data") if meta.get("key") == "_refunded_item_id")
            total[next(names, "")] += abs(cells.whole(cell(part, "quantity") or "0", "quantity"))
    return total


ORDERS_JSON = RecordFormat(
    name="woocommerce-orders-json",
    title="WooCommerce orders (JSON)",
    recognised_by="Objects with line_items, status, number and date_created.",
    tells="wanted, per line, less refunds that name it; sent as a whole, with fulfillments per line; what is closed",
    fits=fits,
    orders=orders_of_records,
)


PRODUCT_COLUMNS = {
    "sku": ("SKU",),
    "name": ("Name",),
    "on_hand": ("Stock",),
}


def counts(table: Table) -> Iterator[FoundCount]:
    for row in table.rows(PRODUCT_COLUMNS):
        yield FoundCount(row.at, row["sku"], row["on_hand"], row["name"])


PRODUCTS = TableFormat(
    name="woocommerce-products",
    title="WooCommerce products (CSV)",
    recognised_by="Columns SKU, Name, Stock and In stock? or Backorders allowed?.",
    tells="what is left to sell",
    columns=PRODUCT_COLUMNS,
    needs=("sku", "name", "on_hand"),
    marks=(("In stock?", "Backorders allowed?"),),
    counts=counts,
    left_to_sell=lambda _: True,
)

FORMATS = (ORDERS, ORDERS_JSON, PRODUCTS)
