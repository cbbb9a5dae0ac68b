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
from backsplit.formats.csv_rows import Table
from backsplit.formats.json_records import Record, Records
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_CONFIRMED, NOT_PAID, NOT_SHIPPED, REFUNDED, FieldError
from backsplit.formats.shops._columns import ShopRow, State, Text, Word, declared
from backsplit.formats.shops._toolkit import (
    FoundCount,
    FoundLine,
    FoundOrder,
    RecordFormat,
    Sent,
    TableFormat,
    cell,
    each,
    line,
    number,
    order_from_record,
    parts,
    units,
    untold,
    utc,
)

_MADE_OF_OTHERS = ("bundle", "composite", "grouped", "configurable", "variable")
_NO_GOODS = ("virtual", "downloadable", "gift card", "giftcard", "shipping", "fee", "tax", "coupon")
_NET = "Quantity (- Refund)"


class Item(ShopRow):
    order = Text("Order Number", "Order ID", needed=True)
    id = Text("Order ID")
    placed_at = Text("Order Date", "Date", "Date Created")
    changed_at = Text("Modified Date", "Date Modified", "Order Modified Date")
    status = State(
        "Order Status",
        "Status",
        open_=(
            *("processing", "on hold", "backordered", "backorder", "awaiting shipment", "awaiting fulfillment"),
            *("in bearbeitung", "in wartestellung", "wartend"),
            *("en cours", "en attente"),
            *("procesando", "en espera"),
            *("in lavorazione", "in sospeso", "sospeso"),
            *("in behandeling", "in de wacht"),
            *("processando", "aguardando"),
        ),
        in_part=("partial shipped", "partially shipped"),
        partly="shipped in part",
        closing={
            **dict.fromkeys(("completed", "shipped", "delivered", "abgeschlossen", "fertiggestellt", "terminée",
                             "completado", "completato", "afgerond", "voltooid", "concluído"),
                            (FULFILLED, Status.SHIPPED)),
            **dict.fromkeys(("cancelled", "canceled", "trash", "storniert", "annulée", "cancelado", "annullato",
                             "cancellato", "geannuleerd"), (CANCELLED, Status.CANCELLED)),
            **dict.fromkeys(("refunded", "rückerstattet", "erstattet", "remboursée", "reembolsado", "rimborsato",
                             "terugbetaald"), (REFUNDED, Status.CANCELLED)),
            **dict.fromkeys(("pending", "pending payment", "failed", "zahlung ausstehend", "fehlgeschlagen",
                             "attente paiement", "en attente de paiement", "échouée", "pendiente de pago", "fallido",
                             "in attesa di pagamento", "fallito", "wachtend op betaling", "mislukt",
                             "pagamento pendente", "malsucedido"), (NOT_PAID, None)),
            **dict.fromkeys(("draft", "checkout draft", "auto draft"), (NOT_CONFIRMED, None)),
        },
        needed=True,
    )  # fmt: skip
    sku = Text("SKU", "Item SKU", "Product SKU", needed=True)
    quantity = Text(_NET, "Quantity", "Item Quantity", needed=True)
    ordered = Text("Quantity", "Item Quantity")
    refunded = Text("Item Refunded Qty", "Quantity Refunded")
    name = Text("Name", "Item Name", "Product Name")
    type = Word("Product Type", "Item Type", "Type")


def lines(order: FoundOrder, rows: Sequence[Item], table: Table) -> Iterator[FoundLine]:
    """Those of bundles and configurable products are not among them, if their parts are the rows below."""
    net = table.header.find(_NET) is not None
    kinds = [row.type for row in rows]
    for row, kind, below in zip(rows, kinds, [*kinds[1:], kinds[-1]], strict=True):
        if kind in _NO_GOODS:
            yield FoundLine(row.at, row.sku, row.quantity, row.name, NOT_SHIPPED, ships=False)
        elif kind not in _MADE_OF_OTHERS or below in _MADE_OF_OTHERS:
            yield _line_of_row(row, order, net=net)


def sent(order: FoundOrder, wanted: int, refunded: int) -> Sent | None:
    """What the status of an order says of a line of which `refunded` units are no longer `wanted`."""
    if not wanted + refunded:
        return untold if order.closed or order.in_part else None
    if order.closed is None:
        return units(0, wanted) if order.in_part else None  # what is paid back waits no more, whatever has gone
    return units(wanted, refunded) if order.closed is Status.SHIPPED else units(0, wanted + refunded)


def _line_of_row(row: Item, order: FoundOrder, *, net: bool) -> FoundLine:
    found = FoundLine(row.at, row.sku, row.quantity, row.name)
    try:
        quantity = cells.whole(row.quantity, "quantity")
        back = 0 if net or not row.refunded else abs(cells.whole(row.refunded, "quantity"))
    except FieldError:
        return found  # it is told where the line is taken, should it be
    left = quantity - back
    if back:
        found.quantity = str(max(0, left))
    if left <= 0 and (back or net):
        found.left_out = REFUNDED
    if net and (order.closed or order.in_part):
        back = max(0, (number(row.ordered) or 0) - quantity)
    found.sent = sent(order, max(0, left), back)
    return found


ORDERS = declared(
    Item,
    lines,
    name="woocommerce-orders",
    title="WooCommerce orders (CSV, a row per item)",
    recognised_by="Columns Order Number, Order Status, SKU and Quantity (- Refund) or Quantity.",
    tells="wanted, per line, less refunds; sent only for an order as a whole; what is closed",
    marks=((_NET, "Order Status", "Item SKU", "Payment Method Title", "Order Currency"),),
    # columns of ShipStation and Amazon
    without=("Order - Number", "amazon-order-id", "order-item-id", "merchant-order-id", "Courier Status"),
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
    status = cell(record, "status")
    Item.status.close(order, [status], records.report)
    shipped = _fulfilled(record)
    if not shipped:
        Item.status.look_for_part(order, status, records.report)
    refunds = parts(record, "refunds")
    refunded = _refunded(refunds)
    items = parts(record, "line_items")
    items = [part for part in items if not _is_a_whole(part, items)]
    order.lines = [_line_of_record(at, part, records, order, refunded) for part in items]
    if order.closed is Status.SHIPPED:
        shipped = None  # all of it, whatever its fulfilments
    for part, found in zip(items, order.lines, strict=True):
        if shipped or (shipped is not None and order.closed is None and not order.in_part):
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


def _line_of_record(at: int, part: Record, records: Records, order: FoundOrder, refunded: Counter[str]) -> FoundLine:
    found = line(at, part, records, cell(part, "quantity"))
    found.name = html.unescape(found.name)
    back = refunded[cell(part, "id")]
    try:
        left = max(0, cells.whole(found.quantity, "quantity") - back)
    except FieldError:
        return found  # it is told where the line is taken, should it be
    if back:
        found.quantity = str(left)
        found.left_out = "" if left else REFUNDED
    found.sent = sent(order, left, back)
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
