"""WooCommerce: orders as JSON of the REST interface (wc/v3), with `line_items`.

The same orders are open as in the CSV; statuses are not translated here. The time in UTC counts before the
shop's own. A refund has an amount and no line, so we take a partly refunded order whole, with a notice.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_records import begun, cell, each, line, parts
from backsplit.formats.finding.shop_format import RecordFormat
from backsplit.formats.finding.statuses import close_by_status
from backsplit.formats.rows.records import Record, Records
from backsplit.formats.shops.woocommerce_orders import CLOSING, OPEN


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
    order.lines = [_line(at, part, records) for part in parts(record, "line_items")]
    if not order.left_out and parts(record, "refunds"):
        records.report.tally(
            "{n} open orders are refunded in part, and the file does not say which line; please check",
            order.number,
        )
    return order


def _line(at: int, part: Record, records: Records) -> FoundLine:
    found = line(at, part, records, cell(part, "quantity"))
    found.name = html.unescape(found.name)
    return found


FORMAT = RecordFormat(
    name="woocommerce-orders-json",
    title="WooCommerce orders (JSON)",
    recognised_by="Objects with line_items, status, number and date_created.",
    tells="wanted, per line, less refunds that name it; sent only for an order as a whole; what is closed",
    fits=fits,
    orders=orders,
)
