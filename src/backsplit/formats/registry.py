"""The formats that are known, in the order in which a file is tried on them.

A new format is a module with a FORMAT, and its name in this list.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from backsplit.formats.shops import Format, RecordFormat, TableFormat

_SHOPS: tuple[str, ...] = (
    "shipstation_orders",  # before WooCommerce: `Order - Number` and `Order Number` are one name
    "shopify_orders",
    "shopify_orders_json",
    "shopify_inventory",
    "shopify_products",
    "woocommerce_orders",
    "woocommerce_orders_json",
    "woocommerce_products",
    "amazon_unshipped",
    "amazon_orders",
    "ebay_orders",
    "bigcommerce_orders",
    "odoo_orders",
)


class FormatInfo(NamedTuple):
    """A format for people: `what` is `orders`, `stock` or both; `recognised_by` is one sentence."""

    name: str
    what: str
    title: str
    recognised_by: str


_PLAIN_COLUMNS = "columns (or --map) for order, sku and quantity; for stock, sku and on_hand"
PLAIN = (
    FormatInfo("csv", "orders, stock", "Plain CSV, divided by , ; or |", f"A header with {_PLAIN_COLUMNS}."),
    FormatInfo("tsv", "orders, stock", "Plain CSV, divided by tabs", f"A header with {_PLAIN_COLUMNS}."),
    FormatInfo(
        "json",
        "orders, stock",
        "JSON list of objects",
        "It begins with [ or {, and its objects have these names; an order may hold its lines in a list.",
    ),
    FormatInfo("jsonl", "orders, stock", "JSON Lines", "A JSON object on each line, with the names as in json."),
)
PLAIN_TABLES = ("csv", "tsv")
PLAIN_RECORDS = ("json", "jsonl")


def formats() -> list[Format]:
    """The shops' formats. Their modules are imported now, and not before a file is read."""
    return [import_module(f"backsplit.formats.{name}").FORMAT for name in _SHOPS]


def table_formats() -> list[TableFormat]:
    return [form for form in formats() if isinstance(form, TableFormat)]


def record_formats() -> list[RecordFormat]:
    return [form for form in formats() if isinstance(form, RecordFormat)]


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format, the shops' first."""
    shops = (FormatInfo(form.name, form.what, form.title, form.recognised_by) for form in formats())
    return (*shops, *PLAIN)
