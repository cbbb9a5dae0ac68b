"""Temu: orders as CSV (order_export.csv), a row per article. Numbers end in a tab.

`Zu versendende Menge` is open and `Versandte Menge` was sent. Both the order and each article have a status.

Seen in a real file (one, German): the header, the words Nicht versandt, Versandt and Storniert, and dates such as
`1. Dez. 2025, 12:32 Uhr CET(UTC+1)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backsplit.domain.orders import Status
from backsplit.formats.csv_rows import Table
from backsplit.formats.report import CANCELLED, FULFILLED, NOT_PAID
from backsplit.formats.shops._columns import ShopRow, State, Text, Units, declared, row_by_row
from backsplit.formats.shops._toolkit import Closing, FoundLine, FoundOrder, nothing, number, units
from backsplit.formats.statuses import status_word

OPEN = ("Nicht versandt", "Teilweise versandt")
CLOSING: Closing = {
    "Versandt": (FULFILLED, Status.SHIPPED),
    "Zugestellt": (FULFILLED, Status.SHIPPED),
    "Storniert": (CANCELLED, Status.CANCELLED),
    "Ausstehend": (NOT_PAID, None),
}
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_DATE = re.compile(
    r"(?P<day>\d{1,2})\. (?P<month>[^\W\d_]{3,9})\.? (?P<year>\d{4}), (?P<time>\d{1,2}:\d{2})(?: Uhr)?"
    r"(?: [A-Z]{2,5})?(?:\(UTC(?P<sign>[+-])(?P<hours>\d{1,2})\))?"
)


class Article(ShopRow):
    order = Text("Bestell-ID", needed=True)
    placed_at = Text("Kaufdatum")
    status = State("Bestellstatus", open_=OPEN, closing=CLOSING, needed=True)
    item_status = Text("Status der Bestellartikel")
    sku = Text("Beitrags-SKU", needed=True)
    quantity = Text("Zu versendende Menge", needed=True)
    bought = Units("Gekaufte Menge")
    shipped = Units("Versandte Menge")
    name = Text("Produktname")
    variation = Text("Variation")


def iso(text: str) -> str:
    """`1. Dez. 2025, 12:32 Uhr CET(UTC+1)` as `2025-12-01T12:32:00+01:00`. Any other date stays as it is."""
    match = _DATE.fullmatch(text)
    month = next((n for n, name in enumerate(_MONTHS, 1) if match and match["month"].lower().startswith(name)), 0)
    if not match or not month:
        return text
    zone = f"{match['sign']}{int(match['hours']):02}:00" if match["sign"] else ""
    return f"{match['year']}-{month:02}-{int(match['day']):02}T{match['time']:0>5}:00{zone}"


def dated(order: FoundOrder, _: Sequence[Article], __: Table) -> None:
    if "placed_at" in order.said:
        order.said["placed_at"] = iso(order.said["placed_at"])


def line(row: Article, _: FoundOrder) -> FoundLine:
    name = f"{row.name} - {row.variation}" if row.variation else row.name
    found = FoundLine(row.at, row.sku, row.quantity, name)
    left, shipped = number(row.quantity), row.shipped or 0
    word = status_word(row.item_status)
    reason = next((end[0] for said, end in CLOSING.items() if status_word(said) == word), "")
    found.left_out = reason if reason != CANCELLED or not shipped else FULFILLED
    if left is not None and (shipped or not left):
        wanted = left + shipped if left + shipped or row.bought is None else row.bought
        found.quantity, found.sent = str(wanted), units(shipped)
        found.left_out = found.left_out or ("" if left else FULFILLED)
    elif found.left_out == CANCELLED:
        found.sent = nothing
    return found


ORDERS = declared(
    Article,
    row_by_row(line),
    rule=dated,
    name="temu-orders",
    title="Temu orders (CSV)",
    recognised_by="Columns Bestell-ID, Bestellstatus, Beitrags-SKU and Zu versendende Menge.",
    tells="wanted and sent, per line; what is closed",
)

FORMATS = (ORDERS,)
