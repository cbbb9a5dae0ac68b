"""TikTok Shop: orders as CSV or Excel, a row per SKU. Each row has a status of its own, so that a part of an order
may be cancelled or on its way.

Below the header stands a row that explains the columns. Open is what is to be shipped, awaits its carrier or is on
hold; what TikTok ships from its own warehouses is left out. What is returned of a row that is still to be shipped is
taken off.

Only read about: the columns and what each means in TikTok's own explanation, as dealers have put it up; the statuses
in programs that read these files. They are known in English alone: those of another language leave the order alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID
from backsplit.formats.shops._columns import Filled, ShopRow, Text, Units, Word, declared, row_by_row
from backsplit.formats.shops._toolkit import Closing, FoundLine, FoundOrder, close_by_status, first, nothing

FULFILLED_BY_TIKTOK = "fulfilled by TikTok"

OPEN = {"to ship", "awaiting shipment", "awaiting collection", "on hold", "processing", "partially shipping"}
CLOSING: Closing = {
    **dict.fromkeys(("shipped", "in transit", "delivered", "completed"), (FULFILLED, Status.SHIPPED)),
    **dict.fromkeys(("canceled", "cancelled"), (CANCELLED, Status.CANCELLED)),
    "unpaid": (NOT_PAID, None),
}


class Sku(ShopRow):
    order = Text("Order ID", needed=True)
    status = Word("Order Status", needed=True)
    sku = Text("Seller SKU", needed=True)
    quantity = Text("Quantity", needed=True)
    placed_at = Text("Created Time", needed=True)
    returned = Units("Sku Quantity of return")
    name = Text("Product Name")
    variation = Text("Variation")
    shipped = Filled("Shipped Time")
    cancelled = Filled("Cancelled Time")
    warehouse = Text("Fulfillment Type")

    @property
    def end(self) -> str | None:
        """The status of `CLOSING` that the row has come to, one for each end; None if it is open or not known."""
        status = self.status
        if status in ("canceled", "cancelled") or self.cancelled:
            return "cancelled"
        if CLOSING.get(status, ("", None))[0] == FULFILLED or self.shipped:
            return "shipped"
        return status if status in CLOSING else None


def rule(order: FoundOrder, rows: Sequence[Sku], table: Table) -> None:
    ends = {row.end for row in rows}
    if "tiktok" in Sku.warehouse.first(rows).lower():
        order.close(FULFILLED_BY_TIKTOK, None)
    elif len(ends) == 1 and (end := ends.pop()) is not None:
        order.close(*CLOSING[end])
        order.withheld = "" if order.closed else first(rows, "status")
    unknown = [row["status"] for row in rows if row.end is None and row.status not in OPEN]
    close_by_status(order, unknown, OPEN, CLOSING, table.report)


def explains(cells: Sequence[str]) -> bool:
    """The row under the header says of each column what it holds."""
    return any(cell.strip().lower().startswith("platform unique order id") for cell in cells)


def line(row: Sku, _: FoundOrder) -> FoundLine:
    name = f"{row.name} - {row.variation}" if row.variation not in ("", "Default") else row.name
    found = FoundLine(row.at, row.sku, row.quantity, name)
    end = row.end
    if end is not None:
        found.left_out = CLOSING[end][0]
        found.sent = None if end == "shipped" or row.shipped else nothing
        return found
    found.take_off(row.returned or 0)
    return found


ORDERS = declared(
    Sku,
    row_by_row(line),
    rule=rule,
    name="tiktok-orders",
    title="TikTok Shop orders (CSV, Excel)",
    recognised_by="Columns Order ID, Order Status, Seller SKU, Quantity and Created Time.",
    tells="wanted and sent, per line; what is closed",
    footer=explains,
)

FORMATS = (ORDERS,)
