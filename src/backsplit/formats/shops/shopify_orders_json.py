"""Shopify: orders as JSON of the REST admin interface, with `line_items`.

The same orders are open as in the CSV. Of a line `fulfillable_quantity` is still to be sent: it is left after
fulfilments, refunds and edits. Older files lack it; then we compute it from the order's fulfilments and refunds.
The fulfilments say what was sent. If the file does not list them, that is what was ordered, less what is left and
what was refunded. Units refunded as `cancel` never went out, those refunded as `return` did; of others we do not
know. The units wanted in all are those sent and those left, so a return changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_records import begun, cell, each, line, parts
from backsplit.formats.finding.sent import a_part, units
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
    gone = _gone(record)
    lines = parts(record, "line_items")
    order.lines = [_line(at, part, records, gone) for part in lines]
    told = "refunds" in record or all("fulfillable_quantity" in part for part in lines)
    if payment == "partially refunded" and not order.left_out and not told:
        notice_part_refund(order, records.report)
    return order


def _line(at: int, part: Record, records: Records, gone: _Gone) -> FoundLine:
    identity = cell(part, "id")
    shipped, refunded = gone.shipped[identity], gone.refunded[identity]
    left = _left(part, gone)
    wanted, sent, unsure = _sent(part, gone, left)
    found = line(at, part, records, str(wanted))
    status = status_word(cell(part, "fulfillment_status"))
    found.ships = status != "not eligible" and cell(part, "requires_shipping") != "false"
    if "quantity" not in records.mapped:
        found.sent = units(sent, unsure)
    if cell(part, "gift_card") == "true":
        found.left_out, found.ships = GIFT_CARD, False
    elif not found.sku and (part.get("tip") or found.name.lower() == "tip"):
        found.left_out = TIP
    elif status == "fulfilled":
        found.left_out = FULFILLED
    elif not found.ships:
        found.left_out = NOT_SHIPPED
    elif not left and refunded >= _units(part) > 0:
        found.left_out = REFUNDED
    elif not left and shipped:
        found.left_out = FULFILLED
    return found


def _left(part: Record, gone: _Gone) -> int:
    """Units still to be sent, should the order be open."""
    if said := cell(part, "fulfillable_quantity"):
        return max(0, values.whole(said, "fulfillable_quantity"))
    if gone.as_a_whole or status_word(cell(part, "fulfillment_status")) == "fulfilled":
        return 0
    identity = cell(part, "id")
    still_wanted = _units(part) - gone.refunded[identity] - _edited(part, gone) + gone.returned[identity]
    return max(0, still_wanted - gone.shipped[identity])


def _sent(part: Record, gone: _Gone, left: int) -> tuple[int, int, int]:
    """Units wanted in all, units sent at least, and how many more there may be."""
    identity = cell(part, "id")
    if shipped := gone.shipped[identity]:
        return shipped + left, shipped, 0
    status = status_word(cell(part, "fulfillment_status"))
    told = "fulfillment_status" in part or gone.listed
    if told and status not in ("fulfilled", "partial") and not gone.as_a_whole:
        return left, 0, 0
    if status == "partial" and not cell(part, "fulfillable_quantity"):
        return left, *a_part(left)
    unclear = gone.refunded[identity] - gone.returned[identity] - gone.cancelled[identity]
    most = max(0, _units(part) - left - gone.cancelled[identity] - _edited(part, gone))
    sent = max(0, most - unclear)
    return sent + left, sent, most - sent


def _edited(part: Record, gone: _Gone) -> int:
    """Units that were taken off the order without a refund."""
    current = cell(part, "current_quantity")
    if not current:
        return 0
    return max(0, _units(part) - values.whole(current, "current_quantity") - gone.refunded[cell(part, "id")])


class _Gone(NamedTuple):
    """Units by the line's id: sent; refunded in all; of these returned, and of these cancelled before they went out.

    `listed`: the file lists the order's fulfilments. `as_a_whole`: it says only of the whole order that it is
    fulfilled.
    """

    shipped: Counter[str]
    refunded: Counter[str]
    returned: Counter[str]
    cancelled: Counter[str]
    listed: bool
    as_a_whole: bool


def _gone(record: Record) -> _Gone:
    shipped: Counter[str] = Counter()
    for fulfillment in parts(record, "fulfillments"):
        if cell(fulfillment, "status") in ("success", "pending", "open"):
            for part in parts(fulfillment, "line_items"):
                shipped[cell(part, "id")] += _units(part)
    whole = not shipped and status_word(cell(record, "fulfillment_status")) == "fulfilled"
    gone = _Gone(shipped, Counter(), Counter(), Counter(), "fulfillments" in record, whole)
    kinds = {"return": gone.returned, "cancel": gone.cancelled}
    for refund in parts(record, "refunds"):
        for part in parts(refund, "refund_line_items"):
            identity, refunded = cell(part, "line_item_id"), _units(part)
            gone.refunded[identity] += refunded
            if (kind := cell(part, "restock_type")) in kinds:
                kinds[kind][identity] += refunded
    return gone


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
