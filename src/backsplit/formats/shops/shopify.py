"""Shopify: Orders, Export, as CSV. 34 to 79 columns, a row per line.

Only the first row of an order has the order's cells; the rows of its other lines leave them blank. An order
is open unless it is cancelled, fulfilled, refunded, voided or expired: one whose payment is pending is open,
since Shopify reserves its stock. Each line says whether it is fulfilled, also those of a closed order; of a line
that is `partial` it does not say how much, only that it is neither nothing nor all. Lines are taken if they are to
be shipped at all: a tip is `not_eligible`, a download does not require shipping. A refund of part of an order does
not name the line, so such an order is taken whole, with a notice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from backsplit.domain.orders import Status
from backsplit.formats import cells
from backsplit.formats.columns import normal
from backsplit.formats.csv_rows import Columns, Row, Table
from backsplit.formats.json_records import Record, Records
from backsplit.formats.report import (
    CANCELLED,
    FULFILLED,
    GIFT_CARD,
    NOT_PAID,
    NOT_SHIPPED,
    REFUNDED,
    TIP,
    VOIDED,
    Report,
)
from backsplit.formats.shops._columns import Filled, ShopRow, Text, Word, declared
from backsplit.formats.shops._toolkit import (
    FoundCount,
    FoundLine,
    FoundOrder,
    RecordFormat,
    Sent,
    TableFormat,
    a_part,
    all_of_it,
    cell,
    each,
    first,
    line,
    nothing,
    order_from_record,
    parts,
    units,
    untold,
)
from backsplit.formats.statuses import status_word
from backsplit.values import NamedTuple

# Payments that close an order, in the CSV and in the JSON.
CLOSING_PAYMENTS: dict[str, tuple[str, Status | None]] = {
    "refunded": (REFUNDED, Status.CANCELLED),
    "voided": (VOIDED, Status.CANCELLED),
    "expired": (NOT_PAID, None),
}
NOT_PAID_FOR_NOW = ("pending", "expired")
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
    if payment in NOT_PAID_FOR_NOW and order.closed is None:
        order.withheld = f"payment {payment}"


def notice_part_refund(order: FoundOrder, report: Report) -> None:
    report.tally(
        "{n} open {orders are|order is} refunded in part, and the file does not say which line; please check",
        order.number,
    )


class Item(ShopRow):
    order = Text("Name", needed=True)
    id = Text("Id")
    placed_at = Text("Created at")
    sku = Text("Lineitem sku", needed=True)
    quantity = Text("Lineitem quantity", needed=True)
    name = Text("Lineitem name", needed=True)
    line_status = Word("Lineitem fulfillment status")
    ships = Text("Lineitem requires shipping")
    fulfillment = Word("Fulfillment Status")
    payment = Word("Financial Status")
    cancelled = Filled("Cancelled at")


def lines(order: FoundOrder, rows: Sequence[Item], table: Table) -> list[FoundLine]:
    """The lines, and whether the order is open. Cells are read by name, since no other files are as long."""
    order.set_aside = True  # Shopify reserves its stock, also of an order that is not paid
    payment, fulfillment = status_word(first(rows, "payment")), status_word(first(rows, "fulfillment"))
    close_as_a_whole(
        order,
        cancelled=any(row["cancelled"] for row in rows) or fulfillment in ("canceled", "cancelled"),
        fulfillment=fulfillment,
        payment=payment,
    )
    sent = SENT_OF_AN_ORDER.get(fulfillment, nothing)
    found = [_line_of_row(row, order, sent, table.report) for row in rows]
    if payment == "partially refunded" and not order.left_out:
        notice_part_refund(order, table.report)
    return found


def _line_of_row(row: Item, order: FoundOrder, sent: Sent, report: Report) -> FoundLine:
    """`sent` is what the order's status says of a line that has none."""
    status = status_word(row["line_status"])
    found = FoundLine(
        row.at, row["sku"], row["quantity"], row["name"], sent=SENT.get(status, nothing) if status else sent
    )
    found.ships = status != "not eligible" and row["ships"].lower() != "false"
    if status == "fulfilled":
        found.left_out = FULFILLED
    elif status == "restocked":
        found.left_out = REFUNDED
    elif not found.sku and found.name.lower() == "tip":
        found.left_out = TIP
    elif not found.ships:
        found.left_out = NOT_SHIPPED
    elif status == "partial" and not order.left_out:
        report.tally(
            "{n} {lines are|line is} fulfilled in part, and the file does not say how much: what is known here to be"
            " sent counts as sent, at least one unit of each, and the rest as open",
            order.number,
        )
    return found


ORDERS = declared(
    Item,
    lines,
    name="shopify-orders",
    title="Shopify orders (CSV)",
    tells="wanted and sent, per line; of a line sent in part not how much; what is closed",
    recognised_by="Columns Name, Lineitem sku, Lineitem quantity and Lineitem name.",
    marks=(("Fulfillment Status", "Lineitem fulfillment status"),),
    passes_through=True,
)


def orders_of_records(records: Records) -> Iterator[FoundOrder]:
    return each(records, _order)


def fits(record: Record) -> bool:
    return isinstance(record.get("line_items"), list) and not record.keys().isdisjoint(
        ("financial_status", "fulfillment_status"),
    )


def _order(at: int, record: Record, records: Records) -> FoundOrder:
    order = order_from_record(
        at,
        record,
        records,
        number=("name", "order_number"),
        placed_at=("created_at", "processed_at"),
        changed_at=("updated_at",),
    )
    order.set_aside = True  # as in the CSV
    payment = status_word(cell(record, "financial_status"))
    close_as_a_whole(
        order,
        cancelled=bool(cell(record, "cancelled_at")),
        fulfillment=status_word(cell(record, "fulfillment_status")),
        payment=payment,
    )
    gone = _gone(record)
    lines = parts(record, "line_items")
    order.lines = [_line_of_record(at, part, records, gone) for part in lines]
    told = "refunds" in record or all("fulfillable_quantity" in part for part in lines)
    if payment == "partially refunded" and not order.left_out and not told:
        notice_part_refund(order, records.report)
    return order


def _line_of_record(at: int, part: Record, records: Records, gone: _Gone) -> FoundLine:
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
        return max(0, cells.whole(said, "fulfillable_quantity"))
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
    return max(0, _units(part) - cells.whole(current, "current_quantity") - gone.refunded[cell(part, "id")])


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
    return cells.whole(cell(part, "quantity"), "quantity")


ORDERS_JSON = RecordFormat(
    name="shopify-orders-json",
    title="Shopify orders (JSON)",
    recognised_by="Objects with line_items and financial_status or fulfillment_status.",
    tells="wanted and sent, per line; what is closed",
    fits=fits,
    orders=orders_of_records,
)


INVENTORY_COLUMNS = {
    "sku": ("SKU",),
    "title": ("Title",),
    "option 1": ("Option1 Value",),
    "option 2": ("Option2 Value",),
    "option 3": ("Option3 Value",),
    "location": ("Location",),
    "on_hand": ("On hand (current)", "On hand", "On hand (not editable)"),
    "unavailable": ("Unavailable (not editable)", "Unavailable"),
    "committed": ("Committed (not editable)", "Committed"),
    "available": ("Available (not editable)", "Available", "Available (current)"),
    "incoming": ("Incoming (not editable)", "Incoming"),
}
_OTHERS = ("Handle", "HS Code", "COO", "Bin name", "Barcode", "Vendor", "Type", "Status")
_QUANTITIES = ("incoming", "unavailable", "committed", "available", "onhand", "option")


INCOMING = (
    "Incoming is told without the day on which it comes (rows: {n}), so nothing is promised on it: "
    "backsplit expect --file takes quantities with their days"
)


def counts_of_inventory(table: Table) -> Iterator[FoundCount]:
    if table.place(INVENTORY_COLUMNS, "on_hand") is not None:
        return _on_hand(table)
    if not left_to_sell(table):
        return _available_and_committed(table)
    if table.place(INVENTORY_COLUMNS, "available") is not None:
        return _available(table)
    locations = _locations(table)
    if not locations:
        raise table.report.refuse("has no quantities: export the inventory with all quantities.")
    return _by_location(table, locations)


def left_to_sell(table: Table) -> bool:
    """Whether the counts are what is available alone."""
    has = {name: table.place(INVENTORY_COLUMNS, name) is not None for name in ("on_hand", "available", "committed")}
    return not has["on_hand"] and not (has["available"] and has["committed"])


def variant_name(title: str, *options: str) -> str:
    """The name of a variant on an order's line: `Mug - Blue / Large`."""
    chosen = " / ".join(option for option in options if option and option != "Default Title")
    return f"{title} - {chosen}" if title and chosen else title or chosen


def _on_hand(table: Table) -> Iterator[FoundCount]:
    for row in _told(table, INVENTORY_COLUMNS):
        yield FoundCount(row.at, row["sku"], row["on_hand"], _name(row), row["location"], less=row["unavailable"])


def _available_and_committed(table: Table) -> Iterator[FoundCount]:
    """On hand is available + committed + unavailable, so on hand less unavailable is available + committed."""
    for row in _told(table, INVENTORY_COLUMNS):
        yield FoundCount(row.at, row["sku"], row["available"], _name(row), row["location"], plus=row["committed"])


def _available(table: Table) -> Iterator[FoundCount]:
    for row in _told(table, INVENTORY_COLUMNS):
        yield FoundCount(row.at, row["sku"], row["available"], _name(row), row["location"])


def _by_location(table: Table, locations: list[str]) -> Iterator[FoundCount]:
    for row in _told(table, {**INVENTORY_COLUMNS, **{name: (name,) for name in locations}}):
        for name in locations:
            yield FoundCount(row.at, row["sku"], row[name], _name(row), name)


def _told(table: Table, columns: Columns) -> Iterator[Row]:
    """The rows; that some tell of what is incoming becomes a notice."""
    for row in table.rows(columns):
        if row["incoming"].strip("0") and row["incoming"].lower() != "not stocked":
            table.report.tally(INCOMING, row["sku"])
        yield row


def _name(row: Row) -> str:
    return variant_name(row["title"], row["option 1"], row["option 2"], row["option 3"])


def _new_count(table: Table, location: str) -> int | None:
    """Where a new count goes: Shopify has a column of its own for it, beside the one that it has written."""
    for name, new in (("on_hand", "On hand (new)"), ("available", "Available (new)")):
        if (place := table.place(INVENTORY_COLUMNS, name)) is not None:
            return table.header.find(new) or place
    return table.header.find(location)


def _locations(table: Table) -> list[str]:
    """The columns behind COO whose names are not those of something else."""
    known = {normal(name) for names in INVENTORY_COLUMNS.values() for name in names} | {
        normal(name) for name in _OTHERS
    }
    after = table.header.find("COO", "HS Code", "SKU") or 0
    return [
        name
        for name in table.header.names[after + 1 :]
        if name and normal(name) not in known and not normal(name).startswith(_QUANTITIES)
    ]


INVENTORY = TableFormat(
    name="shopify-inventory",
    title="Shopify inventory (CSV)",
    recognised_by="Columns Title, SKU, Option1 Value and HS Code or COO, with On hand or a column for each location.",
    tells="units on hand, per location; with Available alone, what is left to sell",
    columns=INVENTORY_COLUMNS,
    needs=("title", "sku", "option 1"),
    marks=(("COO", "HS Code", "On hand (current)", "On hand", "Committed (not editable)"),),
    counts=counts_of_inventory,
    left_to_sell=left_to_sell,
    writes=_new_count,
)


PRODUCT_COLUMNS = {
    "handle": ("Handle", "URL handle"),
    "title": ("Title",),
    "sku": ("Variant SKU", "SKU"),
    "option 1": ("Option1 Value",),
    "option 2": ("Option2 Value",),
    "option 3": ("Option3 Value",),
    "price": ("Variant Price", "Price"),
    "on_hand": ("Variant Inventory Qty", "Inventory quantity"),
}


def counts_of_products(table: Table) -> Iterator[FoundCount]:
    if table.place(PRODUCT_COLUMNS, "on_hand") is None:
        raise table.report.refuse(
            "has no Variant Inventory Qty, perhaps since the shop has several locations: export the inventory instead.",
        )
    handle = title = ""
    for row in table.rows(PRODUCT_COLUMNS):
        if row["title"] or row["handle"] != handle:
            handle, title = row["handle"], row["title"]
        if not any(row[cell] for cell in ("sku", "option 1", "price", "on_hand")):
            continue
        name = variant_name(title, row["option 1"], row["option 2"], row["option 3"])
        yield FoundCount(row.at, row["sku"], row["on_hand"], name)


PRODUCTS = TableFormat(
    name="shopify-products",
    title="Shopify products (CSV)",
    recognised_by="Columns Handle, Title, Variant SKU, Option1 Value and Variant Price.",
    tells="what is left to sell",
    columns=PRODUCT_COLUMNS,
    needs=("handle", "title", "sku", "option 1", "price"),
    marks=(("Variant SKU", "Inventory tracker", "Continue selling when out of stock"),),
    without=("COO", "HS Code", "On hand (current)"),  # columns of the inventory
    counts=counts_of_products,
    left_to_sell=lambda _: True,
)

FORMATS = (ORDERS, ORDERS_JSON, INVENTORY, PRODUCTS)
