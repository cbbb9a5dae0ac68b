"""Exports of a small shop, as Shopify writes them."""

from __future__ import annotations

import re

HEADER = (
    "Name,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem sku,"
    "Lineitem fulfillment status,Cancelled at,Lineitem name\n"
)
INVENTORY = (
    "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,Committed (not editable),"
    "Available (not editable),On hand (current)\n"
)


def shopify(*orders: str) -> str:
    """`10 A2 B1!` is order #10: 2 of A, and 1 of B that is fulfilled; `B3?` is fulfilled in part.

    A line `(Gift)1` has a name and no SKU.

    `fulfilled` and `cancelled` behind the lines are said of the whole order; all lines of the first are fulfilled.
    `unpaid` is said of an order whose payment is pending. `@2026-01-05` is the day on which it was placed.
    """
    return HEADER + "".join(_rows(order) for order in orders)


def _rows(order: str) -> str:
    number, *words = order.split()
    day = next((word[1:] for word in words if word.startswith("@")), "2026-01-01")
    closed = next((word for word in words if word in ("fulfilled", "cancelled")), "")
    cancelled = f"{day} 10:00:00 +0000" if closed == "cancelled" else ""
    rows = ""
    for word in words:
        line = re.fullmatch(r"([A-Z]+|\(\w+\))([0-9]+)([!?]?)", word)
        if line:
            sku, quantity, mark = line.groups()
            sku, name = ("", sku.strip("()")) if sku.startswith("(") else (sku, f"Item {sku}")
            done = "fulfilled" if mark == "!" or closed == "fulfilled" else {"?": "partial"}.get(mark, "pending")
            whole = "fulfilled" if closed == "fulfilled" else "unfulfilled"
            paid = "pending" if "unpaid" in words else "paid"
            rows += f"#{number},{paid},{whole},{day} 09:00:00 +0000,{quantity},{sku},{done},{cancelled},{name}\n"
    return rows


def inventory(counts: str) -> str:
    """`A2 B0`: the shop's own counts."""
    pairs = re.findall(r"([A-Z]+)([0-9]+)", counts)
    return INVENTORY + "".join(f"a,Item {sku},Title,Default Title,{sku},,,Shop,0,{n},{n}\n" for sku, n in pairs)
