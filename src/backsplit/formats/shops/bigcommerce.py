"""BigCommerce: orders as CSV, a row per order, with all of its items in one cell, `Product Details`.

Each item begins with `Product ID:`. Between items there is a `|`, or nothing in newer files. SKUs and names may
hold commas and hyphens, so each part of an item ends only where the name of the next part begins. Open orders
await anything but payment, or are shipped in part; for those the file does not say which lines. Any number of
their units may be sent, as of an order that is cancelled or refunded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID, REFUNDED
from backsplit.formats.shops._columns import Filled, ShopRow, State, Text, declared
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder, untold

_PART = re.compile(
    r"(?:^|,\s*)Product (ID|Qty|SKU|Name|Weight|Variation Details|Unit Price|Total Price):", re.IGNORECASE
)


class OrderRow(ShopRow):
    order = Text("Order ID", "Order Number", needed=True)
    placed_at = Text("Order Date", "Date Created")
    status = State(
        "Order Status",
        open_=("awaiting fulfillment", "awaiting shipment", "awaiting pickup", "manual verification required"),
        in_part=("partially shipped", "partially refunded"),
        partly="shipped or refunded in part",
        closing={
            **dict.fromkeys(("shipped", "completed"), (FULFILLED, Status.SHIPPED)),
            **dict.fromkeys(("cancelled", "canceled", "declined"), (CANCELLED, Status.CANCELLED)),
            "refunded": (REFUNDED, Status.CANCELLED),
            **dict.fromkeys(("pending", "incomplete", "awaiting payment"), (NOT_PAID, None)),
            "disputed": ("disputed", None),
        },
        needed=True,
    )
    details = Text("Product Details", needed=True)
    shipped = Filled("Date Shipped")


def rule(order: FoundOrder, rows: Sequence[OrderRow], _: Table) -> None:
    if rows[0].status == "partially refunded" and rows[0].shipped:
        order.close(FULFILLED, Status.SHIPPED)


def lines(order: FoundOrder, rows: Sequence[OrderRow], _: Table) -> Iterator[FoundLine]:
    sent = untold if order.in_part else None
    for row in rows:
        for item in re.split(r"\|?\s*(?=Product ID:)", row.details):
            if item.strip():
                parts = _parts(item.strip().rstrip("|"))
                yield FoundLine(row.at, parts.get("sku", ""), parts.get("qty", ""), parts.get("name", ""), sent=sent)


def _parts(item: str) -> dict[str, str]:
    """The parts of an item by their names, in lower case."""
    marks = list(_PART.finditer(item))
    ends = [mark.start() for mark in marks[1:]] + [len(item)]
    return {
        mark[1].lower(): item[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=False)
    }  # no marks, no parts


ORDERS = declared(
    OrderRow,
    lines,
    rule=rule,
    name="bigcommerce-orders",
    title="BigCommerce orders (CSV)",
    recognised_by="Columns Order ID, Order Status and Product Details.",
    tells="wanted, per line; sent only for an order as a whole; what is closed",
)

FORMATS = (ORDERS,)
