"""Odoo: sale orders with their lines, as the list view exports them to CSV.

The order's cells, its number too, are on its first row only. The SKU is the reference in brackets before the
product's name, `[FURN_7777] Office Chair`, or has its own column. Quantities look like `10.0`. Quotations are
not open. The delivered quantity is sent, if the file has it. If not, the delivery status says it for the order as a
whole; without that, too, any number of units may be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_CONFIRMED
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, Word, declared, row_by_row
from backsplit.formats.shops._toolkit import FoundLine, FoundOrder, Sent, nothing, number, units, untold

_DONE = (FULFILLED, Status.SHIPPED)
_GIVEN_UP = (CANCELLED, Status.CANCELLED)
_NOT_YET = (NOT_CONFIRMED, None)
_CODE = re.compile(r"\[([^\]]+)\]\s*(.*)", re.DOTALL)
_DAY = "order_line/order_id/date_order"


class SaleRow(ShopRow):
    order = Text(
        "Order Reference",
        "name",
        "Number",
        "Order Lines/Order Reference/Order Reference",
        "Order Lines/Order Reference",
        needed=True,
    )
    placed_at = Text("Order Date", "date_order", "Creation Date", "Order Lines/Order Reference/Creation Date")
    status = State(
        "Status",
        "state",
        open_=("sales order", "sale order", "sale", "locked", "done", "to invoice", "confirmed"),
        closing={
            **dict.fromkeys(("quotation", "quotation sent", "draft", "sent"), _NOT_YET),
            **dict.fromkeys(("cancelled", "canceled", "cancel"), _GIVEN_UP),
        },
    )
    delivery = Word("Delivery Status", "delivery_status")
    product = Text(
        "Order Lines/Product",
        "Order Lines/Product Variant",
        "Order Lines/Product/Display Name",
        "order_line/product_id",
        "order_line/product_id/display_name",
    )
    sku = Text(
        "Order Lines/Product/Internal Reference",
        "order_line/product_id/default_code",
        "Order Lines/Product/SKU",
    )
    name = Text("Order Lines/Product/Name", "order_line/product_id/name")
    quantity = Text("Order Lines/Quantity", "Order Lines/Ordered Quantity", "order_line/product_uom_qty", needed=True)
    delivered = Units(
        "Order Lines/Delivered Quantity",
        "Order Lines/Delivery Quantity",
        "Order Lines/Delivered",
        "order_line/qty_delivered",
    )

    @property
    def is_a_line(self) -> bool:
        """A section or a note among the lines has neither a product nor a quantity."""
        return bool(self.product or self.sku or self.quantity.strip("0."))


def delivered(order: FoundOrder, rows: Sequence[SaleRow], _: Table) -> None:
    if SaleRow.delivery.first(rows) in ("fully delivered", "full"):
        order.close(*_DONE)


def sale_lines(order: FoundOrder, rows: Sequence[SaleRow], _: Table) -> Iterator[FoundLine]:
    sent = None if order.closed else nothing if SaleRow.delivery.first(rows) in ("not delivered", "pending") else untold
    return (_sale_line(row, sent) for row in rows if row.is_a_line)


def _sale_line(row: SaleRow, sent: Sent | None) -> FoundLine:
    """`sent` is what the order says of a line that does not tell what is delivered."""
    code = _CODE.match(row.product)
    sku, name = (code[1], code[2]) if code else ("", row.product)
    line = FoundLine(row.at, row.sku or sku.strip(), row.quantity, row.name or name)
    wanted = number(row.quantity)
    line.sent = sent if row.delivered is None else units(row.delivered)
    if row.delivered and wanted is not None and row.delivered >= wanted:
        line.left_out = FULFILLED
    return line


ORDERS = declared(
    SaleRow,
    sale_lines,
    after=delivered,
    name="odoo-orders",
    title="Odoo sale orders (CSV)",
    recognised_by="Columns Order Reference, Order Lines/Product and Order Lines/Quantity.",
    tells="wanted, per line; sent with a column of what is delivered; what is closed",
    marks=((*SaleRow.product.names, *SaleRow.sku.names),),
)


class OrderLine(ShopRow):
    order = Text("order_line/order_id/name", needed=True)
    picking = State(
        "order_line/order_id/picking_state",
        open_=("draft", "not_received", "partially_received", "waiting", "confirmed", "assigned"),
        closing={"done": _DONE, "received": _DONE, "cancel": _GIVEN_UP, "cancelled": _GIVEN_UP},
    )
    state = State(
        "order_line/order_id/state",
        open_=("Sale Order", "Sales Order", "sale"),
        closing={
            **dict.fromkeys(("Sale Order/Done", "done", "Locked"), _DONE),
            **dict.fromkeys(("cancel", "Cancelled", "Canceled"), _GIVEN_UP),
            **dict.fromkeys(("draft", "sent", "Quotation", "Quotation Sent"), _NOT_YET),
        },
        needed=True,
    )
    sku = Text("order_line/product_id/default_code")
    product = Text("order_line/product_id", "order_line/product_id/display_name")
    name = Text("order_line/name")
    quantity = Text("order_line/product_uom_qty", needed=True)
    delivered = Units("order_line/qty_delivered")


def day_not_read(_: FoundOrder, __: Sequence[OrderLine], table: Table) -> None:
    """Odoo writes days as its user does, `12/10/2020`: we do not guess whether the month comes first."""
    if table.header.find(_DAY) is not None and "placed_at" not in table.mapped:
        table.report.notice(
            f"The day of the order was not read; to read it: --map placed_at={_DAY} --date-order dmy or mdy"
        )


def order_line(row: OrderLine, _: FoundOrder) -> FoundLine:
    code = _CODE.match(row.product) or _CODE.match(row.name)
    line = FoundLine(row.at, row.sku or (code[1].strip() if code else ""), row.quantity, row.name)
    wanted = number(row.quantity)
    if row.delivered is not None:
        line.sent = units(row.delivered)
        line.left_out = FULFILLED if wanted is not None and 0 < row.delivered >= wanted else ""
    elif row.picking == "partially received":
        line.sent = untold
    return line


TECHNICAL = declared(
    OrderLine,
    row_by_row(order_line),
    rule=day_not_read,
    name="odoo-order-lines",
    title="Odoo sale orders, technical names (CSV)",
    recognised_by="Columns order_line/order_id/name, order_line/product_uom_qty and order_line/order_id/state.",
    tells="wanted, per line; sent for an order as a whole, or by what is delivered; what is closed",
)


class Move(ShopRow):
    order = Text("Reference", needed=True)
    placed_at = Text("Sales Order/Order Date", "Creation Date", "Scheduled Date")
    status = State(
        "Status",
        open_=("Ready", "Waiting", "Waiting Another Operation", "assigned", "confirmed", "waiting"),
        closing={
            "Done": _DONE,
            **dict.fromkeys(("Cancelled", "Canceled", "cancel"), _GIVEN_UP),
            "Draft": _NOT_YET,
        },
        needed=True,
    )
    sku = Text("Stock Moves/Product/Internal Reference", "Stock Moves/Product")
    name = Text("Stock Moves/Product/Name")
    quantity = Text("Stock Moves/Demand", needed=True)
    done = Units("Stock Moves/Quantity", "Stock Moves/Quantity Done")


def move(row: Move, _: FoundOrder) -> FoundLine:
    code = _CODE.match(row.sku)
    line = FoundLine(row.at, code[1].strip() if code else row.sku, row.quantity, row.name or (code[2] if code else ""))
    demand = number(row.quantity)
    if row.done:
        line.sent = units(row.done)
        line.left_out = FULFILLED if demand is not None and row.done >= demand else ""
    return line


TRANSFERS = declared(
    Move,
    row_by_row(move),
    name="odoo-transfers",
    title="Odoo transfers (CSV, Excel)",
    recognised_by="Columns Status, Reference, Stock Moves/Demand and Stock Moves/Product/Internal Reference.",
    tells="wanted and done, per line; what is closed",
    marks=(("Stock Moves/Product/Internal Reference", "Stock Moves/Product"),),
)

FORMATS = (ORDERS, TECHNICAL, TRANSFERS)
