"""Wix: orders as CSV, a row per item with its order's cells repeated.

Open are orders that are not fulfilled or fulfilled in part, of which the file does not say what. An order that is not
paid is open, since Wix takes its stock and shops have customers pay at the door, with a notice. `Quantity refunded`
is taken off.

Only read about: the header and two rows in the public tests of a program that reads these files; the statuses in
Wix's own documents. The date and the time have a column each.
"""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, REFUNDED, VOIDED
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, Word, declared, row_by_row
from backsplit.formats.shops._toolkit import Closing, FoundLine, FoundOrder, close_by_status, number
from backsplit.formats.shops.woocommerce import sent

PAID = {"paid", "partially paid", "partially refunded", "authorized"}
UNPAID = {"unpaid", "not paid", "pending", "pending merchant"}
_CANCELLED = (CANCELLED, Status.CANCELLED)
CLOSING_PAYMENTS: Closing = {
    **dict.fromkeys(("refunded", "fully refunded"), (REFUNDED, Status.CANCELLED)),
    "voided": (VOIDED, Status.CANCELLED),
    **dict.fromkeys(("canceled", "cancelled", "declined"), _CANCELLED),
}


class Item(ShopRow):
    order = Text("Order number", needed=True)
    placed_at = Text("Date created")
    time = Text("Time")
    name = Text("Item", needed=True)
    variant = Text("Variant")
    sku = Text("SKU", needed=True)
    quantity = Text("Qty", needed=True)
    refunded = Units("Quantity refunded")
    payment = Word("Payment status", needed=True)
    fulfillment = State(
        "Fulfillment status",
        open_=("not fulfilled", "unfulfilled"),
        in_part=("partially fulfilled",),
        partly="fulfilled in part",
        closing={
            "fulfilled": (FULFILLED, Status.SHIPPED),
            **dict.fromkeys(("canceled", "cancelled"), _CANCELLED),
        },
        needed=True,
    )


def dated(order: FoundOrder, rows: Sequence[Item], _: Table) -> None:
    if "placed_at" in order.said and (time := Item.time.first(rows)):
        order.said["placed_at"] += f" {time}"


def by_payment(order: FoundOrder, rows: Sequence[Item], table: Table) -> None:
    close_by_status(order, (row["payment"] for row in rows), PAID | UNPAID, CLOSING_PAYMENTS, table.report)
    payment = Item.payment.first(rows)
    if payment in UNPAID and not order.left_out:
        order.withheld = f"payment {payment}" if payment.startswith("pending") else payment
        table.report.tally("{n} open {orders are|order is} not paid yet", order.number)


def line(row: Item, order: FoundOrder) -> FoundLine:
    name = f"{row.name} - {row.variant}" if row.variant else row.name
    found = FoundLine(row.at, row.sku, row.quantity, name)
    quantity, back = number(row.quantity), row.refunded or 0
    if quantity is None:
        return found  # it is told where the line is taken, should it be
    left = max(0, quantity - back)
    if back:
        found.quantity = str(left)
        found.left_out = "" if left else REFUNDED
    found.sent = sent(order, left, back)
    return found


ORDERS = declared(
    Item,
    row_by_row(line),
    rule=dated,
    after=by_payment,
    name="wix-orders",
    title="Wix orders (CSV)",
    recognised_by="Columns Order number, Item, SKU, Qty, Payment status and Fulfillment status.",
    tells="wanted, per line, less refunds; sent only for an order as a whole; what is closed",
)

FORMATS = (ORDERS,)
