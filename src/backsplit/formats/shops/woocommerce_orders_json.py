"""WooCommerce: orders as JSON of the REST interface (wc/v3), with `line_items`.

The same orders are open as in the CSV; statuses are not translated here. The time in UTC counts before the
shop's own. A refund has an amount and no line, so we take a partly refunded order whole, with a notice. Some files
hold the refunds with their lines, as the interface for refunds gives them; such a line names the order's line by
`_refunded_item_id`. What is sent is told as in the CSV.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator

from backsplit.formats.cells import values
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_records import begun, cell, each, line, parts
from backsplit.formats.finding.shop_format import RecordFormat
from backsplit.formats.finding.statuses import close_by_status
from backsplit.formats.reasons import REFUNDED
from backsplit.formats.report import FieldError
from backsplit.formats.rows.records import Record, Records
from backsplit.formats.shops.woocommerce_orders import CLOSING, OPEN, notice_in_part, sent


def orders(records: Records) -> Iterator[FoundOrder]:
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
    order = begun(at, record, records, number=("number", "id"), placed_at=("date_created_gmt", "date_created"))
    close_by_status(order, [cell(record, "status")], OPEN, CLOSING, records.report)
    in_part = notice_in_part(order, cell(record, "status"), records.report)
    refunds = parts(record, "refunds")
    refunded = _refunded(refunds)
    order.lines = [_line(at, part, records, order, refunded, in_part=in_part) for part in parts(record, "line_items")]
    if not order.left_out and not all(parts(refund, "line_items") for refund in refunds):
        records.report.tally(
            "{n} open orders are refunded in part, and the file does not say which line; please check",
            order.number,
        )
    return order


def _line(
    at: int, part: Record, records: Records, order: FoundOrder, refunded: Counter[str], *, in_part: bool
) -> FoundLine:
    found = line(at, part, records, cell(part, "quantity"))
    found.name = html.unescape(found.name)
    back = refunded[cell(part, "id")]
    try:
        left = max(0, values.whole(found.quantity, "quantity") - back)
    except FieldError:
        return found  # taking_in reports it, if the line is taken
    if back:
        found.quantity = str(left)
        found.left_out = "" if left else REFUNDED
    found.sent = sent(order.closed, left, back, in_part=in_part)
    return found


def _refunded(refunds: list[Record]) -> Counter[str]:
    """Units refunded, by the id of the order's line."""
    units: Counter[str] = Counter()
    for refund in refunds:
        for part in parts(refund, "line_items"):
            names = (cell(meta, "value") for meta in parts(part, "meta_data") if meta.get("key") == "_refunded_item_id")
            units[next(names, "")] += abs(values.whole(cell(part, "quantity") or "0", "quantity"))
    return units


FORMAT = RecordFormat(
    name="woocommerce-orders-json",
    title="WooCommerce orders (JSON)",
    recognised_by="Objects with line_items, status, number and date_created.",
    tells="wanted, per line, less refunds that name it; sent only for an order as a whole; what is closed",
    fits=fits,
    orders=orders,
)
