"""Amazon: order reports, tab-delimited and unquoted as Amazon writes them, or saved as CSV.

The report of new orders holds only unshipped ones, with `quantity-purchased`. The report of all orders has a
status for each. We leave out orders that Amazon ships from its own warehouses, and pending orders, which
Amazon asks not to ship. In that report each item has a status, too. Where a file has `quantity-shipped`, it says how
many units were sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, Word, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder, all_of_it, nothing, number, units, untold

FULFILLED_BY_AMAZON = "fulfilled by Amazon"
IN_PART = ("partiallyshipped", "partially shipped")
_CANCELLED = ("cancelled", "canceled")


class Item(ShopRow):
    order = Text("order-id", "amazon-order-id", needed=True)
    changed_at = Text("last-updated-date")
    sku = Text("sku", needed=True)
    quantity = Text("quantity-purchased", "quantity", "qty", needed=True)
    placed_at = Text("purchase-date", "Date", needed=True)
    shipped = Units("quantity-shipped")
    name = Text("product-name")
    status = State(
        "order-status",
        "status",
        open_=("unshipped",),
        in_part=IN_PART,
        closing={
            **dict.fromkeys(_CANCELLED, (CANCELLED, Status.CANCELLED)),
            **dict.fromkeys(("pending", "pendingavailability"), (NOT_PAID, None)),
        },
    )
    item_status = Word("item-status")
    channel = Text("fulfillment-channel", "fulfilment", "fulfillment")


def rule(order: FoundOrder, rows: Sequence[Item], _: Table) -> None:
    if Item.channel.first(rows).lower() in ("amazon", "afn"):
        order.close(FULFILLED_BY_AMAZON, None)
    # "Shipped - Delivered to Buyer" and "Shipped - Returned to Seller" have both left the warehouse.
    if Item.status.first(rows).startswith("shipped") and not any(row.status in _CANCELLED for row in rows):
        order.close(FULFILLED, Status.SHIPPED)


def line(row: Item, order: FoundOrder) -> FoundLine:
    found = FoundLine(row.at, row.sku, row.quantity, row.name)
    status = row.item_status
    if row.shipped is not None:
        found.sent = units(row.shipped)
    elif order.in_part and (not status or status in IN_PART):
        found.sent = untold
    if status in _CANCELLED:
        found.left_out = CANCELLED
        found.sent = found.sent or nothing
    elif status == "shipped":
        found.left_out = FULFILLED
        found.sent = found.sent or all_of_it
    elif status == "unshipped":
        found.sent = found.sent or nothing
    return found


def only_open_orders(table: Table) -> bool:
    return not any(column.is_in(table) for column in (Item.status, Item.item_status, Item.shipped))


ORDERS = declared(
    Item,
    row_by_row(line),
    rule=rule,
    name="amazon-orders",
    title="Amazon order reports",
    recognised_by="Columns order-id or amazon-order-id, sku, quantity-purchased or quantity, and purchase-date.",
    tells="wanted, and with a status column also what is sent and closed, per line; else only what is open",
    marks=(("order-item-id", "amazon-order-id", "merchant-order-id", "Courier Status"),),
    without=("quantity-to-ship",),  # the unshipped orders report has it
    passes_through=True,
    only_open=only_open_orders,
    quoted=False,
)


class Unshipped(ShopRow):
    order = Text("order-id", "amazon-order-id", needed=True)
    sku = Text("sku", needed=True)
    quantity = Text("quantity-to-ship", needed=True)
    placed_at = Text("purchase-date", needed=True)
    shipped = Text("quantity-shipped")
    name = Text("product-name")


def unshipped_line(row: Unshipped, _: FoundOrder) -> FoundLine:
    found = FoundLine(row.at, row.sku, row.quantity, row.name)
    if row.quantity == "0" and row.shipped not in ("", "0"):
        found.left_out = FULFILLED
    left, shipped = number(row.quantity), number(row.shipped)
    if left is not None and shipped:
        found.quantity, found.sent = str(left + shipped), units(shipped)
    return found


UNSHIPPED = declared(
    Unshipped,
    row_by_row(unshipped_line),
    name="amazon-unshipped",
    title="Amazon unshipped orders report",
    recognised_by="Columns order-id, sku, quantity-to-ship and purchase-date.",
    tells="wanted and sent, per line; without quantity-shipped only what is open; not what is closed",
    passes_through=True,
    only_open=lambda table: not Unshipped.shipped.is_in(table),
    quoted=False,
)

FORMATS = (ORDERS, UNSHIPPED)
