"""The formats that there are. To add a shop's: a module in `shops/` with a FORMAT, and its name in this list."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from backsplit.domain.errors import WrongUsage
from backsplit.formats.finding.shop_format import Format, RecordFormat, TableFormat
from backsplit.formats.plain.fields import What
from backsplit.formats.wording import listed, quoted

# In the order of `backsplit import formats`. No file fits two of them, so the order decides nothing else.
_SHOPS: tuple[str, ...] = (
    "shopify_orders",
    "shopify_orders_json",
    "shopify_inventory",
    "shopify_products",
    "woocommerce_orders",
    "woocommerce_orders_json",
    "woocommerce_products",
    "amazon_orders",
    "amazon_unshipped",
    "ebay_orders",
    "etsy_order_items",
    "squarespace_orders",
    "wix_orders",
    "tiktok_orders",
    "magento_order_items",
    "shipstation_orders",
    "bigcommerce_orders",
    "odoo_orders",
)


class FormatInfo(NamedTuple):
    """A format as we show it to users. `what` is `orders`, `stock` or both.

    `recognised_by` is one sentence; `tells` says in a few words what a line tells of an order (or of stock).
    """

    name: str
    what: str
    title: str
    recognised_by: str
    tells: str


_PLAIN_COLUMNS = "columns (or --map) for order, sku and quantity; for stock, sku and on_hand"
_TELLS = "only what is open, per line; the units on hand"
PLAIN = (
    FormatInfo(
        "csv",
        "orders, stock",
        "Plain CSV, divided by , ; or |",
        f"A header with {_PLAIN_COLUMNS}. Sheets of .xlsx and .ods are read as CSV, shops' exports too.",
        _TELLS,
    ),
    FormatInfo("tsv", "orders, stock", "Plain CSV, divided by tabs", f"A header with {_PLAIN_COLUMNS}.", _TELLS),
    FormatInfo(
        "json",
        "orders, stock",
        "JSON list of objects",
        "It begins with [ or {, and its objects have these names. An order may hold its lines in a list.",
        _TELLS,
    ),
    FormatInfo(
        "jsonl", "orders, stock", "JSON Lines", "A JSON object on each line, with the names as in json.", _TELLS
    ),
)
PLAIN_TABLES = ("csv", "tsv")
PLAIN_RECORDS = ("json", "jsonl")


def formats() -> list[Format]:
    """The shops' formats. This imports their modules, so call it only when a file is read."""
    return [import_module(f"backsplit.formats.shops.{name}").FORMAT for name in _SHOPS]


def table_formats(name: str | None = None) -> list[TableFormat]:
    """The shops' delimited formats; with a name, only the format of that name."""
    return [form for form in formats() if isinstance(form, TableFormat) and name in (None, form.name)]


def record_formats(name: str | None = None) -> list[RecordFormat]:
    """As table_formats, for JSON."""
    return [form for form in formats() if isinstance(form, RecordFormat) and name in (None, form.name)]


def known_formats() -> tuple[FormatInfo, ...]:
    """Every format, the shops' first."""
    shops = (FormatInfo(form.name, form.what, form.title, form.recognised_by, form.tells) for form in formats())
    return (*shops, *PLAIN)


def check_format(name: str | None, what: What) -> None:
    """Raises WrongUsage if --format names a format that does not exist or holds something else."""
    if name is None or name in (info.name for info in PLAIN):
        return
    known = [info.name for info in known_formats() if what in info.what or info in PLAIN]
    if name not in known:
        raise WrongUsage(f"--format {quoted(name)}: no such format for {what}. Use one of {listed(known)}.")
