"""Shopify: orders as JSON of the REST admin interface, with `line_items`.

The same orders are open as in the CSV. Of a line we take `fulfillable_quantity`, which is left after fulfilments,
refunds and edits. Older files lack it; then we compute it from the order's fulfilments and refunds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_records import begun, cell, each, line, parts
from backsplit.formats.finding.shop_format import RecordFormat
from backsplit.formats.finding.statuses import status_word
from backsplit.formats.reasons import FULFILLED, GIFT_CARD, NOT_SHIPPED, REFUNDED, TIP
from backsplit.formats.rows.records import Record, Records
from backsplit.formats.shops.shopify_orders import close_as_a_whole, notice_part_refund


def orders(records: Records) -> Iterator[FoundOrder]:
    return each(records, _order)


def fits(record: Record) -> bool:
    return isinstance(record.get("line_items"), list) and not record.keys().isdisjoint(
        ("financial_status", "fulfillment_status"),
    )


def _order(at: int, record: Record, records: Records) -> FoundOrder:
    order = begun(at, record, records, number=("name", "order_number"), placed_at=("created_at", "processed_at"))
    payment = status_word(cell(record, "financial_status"))
    close_as_a_whole(
        order,
        cancelled=bool(cell(record, "cancelled_at")),
        fulfillment=status_word(cell(record, "fulfillment_status")),
        payment=payment,
    )
    shipped, refunded = _gone(record)
    lines = parts(record, "line_items")
    order.lines = [_line(at, part, records, shipped, refunded) for part in lines]
    told = "refunds" in record or all("fulfillable_quantity" in part for part in lines)
    if payment == "partially refunded" and not order.left_out and not told:
        notice_part_refund(order, records.report)
    return order


def _line(at: int, part: Record, records: Records, shipped: Counter[str], refunded: Counter[str]) -> FoundLine:
    identity = cell(part, "id")
    left = cell(part, "fulfillable_quantity")
    if not left:
        current = cell(part, "current_quantity") or str(_units(part) - refunded[identity])
        left = str(max(0, values.whole(current, "current_quantity") - shipped[identity]))
    found = line(at, part, records, left)
    if cell(part, "gift_card") == "true":
        found.left_out = GIFT_CARD
    elif not found.sku and (part.get("tip") or found.name.lower() == "tip"):
        found.left_out = TIP
    elif status_word(cell(part, "fulfillment_status")) == "fulfilled":
        found.left_out = FULFILLED
    elif status_word(cell(part, "fulfillment_status")) == "not eligible" or cell(part, "requires_shipping") == "false":
        found.left_out = NOT_SHIPPED
    elif found.quantity == "0" and refunded[identity] >= _units(part) > 0:
        found.left_out = REFUNDED
    elif found.quantity == "0" and shipped[identity]:
        found.left_out = FULFILLED
    return found


def _gone(record: Record) -> tuple[Counter[str], Counter[str]]:
    """Units fulfilled and units refunded, by the line's id."""
    shipped: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for fulfillment in parts(record, "fulfillments"):
        if cell(fulfillment, "status") in ("success", "pending", "open"):
            for part in parts(fulfillment, "line_items"):
                shipped[cell(part, "id")] += _units(part)
    for refund in parts(record, "refunds"):
        for part in parts(refund, "refund_line_items"):
            refunded[cell(part, "line_item_id")] += _units(part)
    return shipped, refunded


def _units(part: Record) -> int:
    return values.whole(cell(part, "quantity"), "quantity")


FORMAT = RecordFormat(
    name="shopify-orders-json",
    title="Shopify orders (JSON)",
    recognised_by="Objects with line_items and financial_status or fulfillment_status.",
    tells="wanted and sent, per line; what is closed",
    fits=fits,
    orders=orders,
)
