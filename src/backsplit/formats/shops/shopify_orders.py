"""Shopify: Orders, Export, as CSV. 34 to 79 columns, a row per line.

Only the first row of an order has the order's cells; the rows of its other lines leave them blank. An order
is open unless it is cancelled, fulfilled, refunded, voided or expired: one whose payment is pending is open,
since Shopify reserves its stock. Each line says whether it is fulfilled, also those of a closed order; of a line
that is `partial` it does not say how much, only that it is neither nothing nor all. Lines are taken if they are to
be shipped at all: a tip is `not_eligible`, a download does not require shipping. A refund of part of an order does
not name the line, so such an order is taken whole, with a notice.
"""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.values import Status
from backsplit.formats.finding.found import FoundLine, FoundOrder
from backsplit.formats.finding.in_rows import begun, first, grouped
from backsplit.formats.finding.sent import Sent, a_part, all_of_it, nothing, untold
from backsplit.formats.finding.shop_format import TableFormat
from backsplit.formats.finding.statuses import status_word
from backsplit.formats.reasons import CANCELLED, FULFILLED, NOT_PAID, NOT_SHIPPED, REFUNDED, TIP, VOIDED
from backsplit.formats.report import Report
from backsplit.formats.rows.table import Row, Table

COLUMNS = {
    "order": ("Name",),
    "placed_at": ("Created at",),
    "sku": ("Lineitem sku",),
    "quantity": ("Lineitem quantity",),
    "name": ("Lineitem name",),
    "line status": ("Lineitem fulfillment status",),
    "ships": ("Lineitem requires shipping",),
    "fulfillment": ("Fulfillment Status",),
    "payment": ("Financial Status",),
    "cancelled": ("Cancelled at",),
}

# Payments that close an order, in the CSV and in the JSON.
CLOSING_PAYMENTS: dict[str, tuple[str, Status | None]] = {
    "refunded": (REFUNDED, Status.CANCELLED),
    "voided": (VOIDED, Status.CANCELLED),
    "expired": (NOT_PAID, None),
}
# What a line's own status says of it, and what the order's says of a line without one.
SENT: dict[str, Sent] = {"fulfilled": all_of_it, "partial": a_part}
SENT_OF_AN_ORDER: dict[str, Sent] = {"fulfilled": all_of_it, "partial": untold}


def close_as_a_whole(order: FoundOrder, *, cancelled: bool, fulfillment: str, payment: str) -> None:
    """Close an order that is cancelled, fulfilled or refunded as a whole.

    Fulfilled counts before refunded, since the goods have left.
    """
    if cancelled:
        order.close(CANCELLED, Status.CANCELLED)
    elif fulfillment == "fulfilled":
        order.close(FULFILLED, Status.SHIPPED)
    elif fulfillment == "restocked":
        order.close(REFUNDED, Status.CANCELLED)
    elif payment in CLOSING_PAYMENTS:
        order.close(*CLOSING_PAYMENTS[payment])


def notice_part_refund(order: FoundOrder, report: Report) -> None:
    report.tally(
        "{n} open orders are refunded in part, and the file does not say which line; please check",
        order.number,
    )


def orders(table: Table) -> Iterator[FoundOrder]:
    for rows in grouped(table, COLUMNS):
        yield found(rows, table.report)


def found(rows: list[Row], report: Report) -> FoundOrder:
    """The order of these rows. Squarespace's are of the same kind."""
    order = begun(rows)
    payment, fulfillment = status_word(first(rows, "payment")), status_word(first(rows, "fulfillment"))
    close_as_a_whole(
        order,
        cancelled=any(row["cancelled"] for row in rows) or fulfillment in ("canceled", "cancelled"),
        fulfillment=fulfillment,
        payment=payment,
    )
    sent = SENT_OF_AN_ORDER.get(fulfillment, nothing)
    order.lines = [_line(row, order, sent, report) for row in rows]
    if payment == "partially refunded" and not order.left_out:
        notice_part_refund(order, report)
    return order


def _line(row: Row, order: FoundOrder, sent: Sent, report: Report) -> FoundLine:
    """`sent` is what the order's status says of a line that has none."""
    status = status_word(row["line status"])
    line = FoundLine(
        row.at, row["sku"], row["quantity"], row["name"], sent=SENT.get(status, nothing) if status else sent
    )
    line.ships = status != "not eligible" and row["ships"].lower() != "false"
    if status == "fulfilled":
        line.left_out = FULFILLED
    elif status == "restocked":
        line.left_out = REFUNDED
    elif not row["sku"] and row["name"].lower() == "tip":
        line.left_out = TIP
    elif not line.ships:
        line.left_out = NOT_SHIPPED
    elif status == "partial" and not order.left_out:
        report.tally(
            "{n} lines are fulfilled in part, and the file does not say how much: what is known here to be sent"
            " counts as sent, at least one unit of each, and the rest as open",
            order.number,
        )
    return line


FORMAT = TableFormat(
    name="shopify-orders",
    title="Shopify orders (CSV)",
    tells="wanted and sent, per line; of a line sent in part not how much; what is closed",
    recognised_by="Columns Name, Lineitem sku, Lineitem quantity and Lineitem name.",
    columns=COLUMNS,
    needs=("order", "sku", "quantity", "name"),
    marks=(("Fulfillment Status", "Lineitem fulfillment status"),),
    orders=orders,
    passes_through=True,
)
