"""The fields of plain files, with the names that their columns usually have."""

from __future__ import annotations

from typing import Literal

from backsplit.formats.cells.facts import FACTS
from backsplit.formats.columns.fields import Field

What = Literal["orders", "stock", "delivery"]

ORDER = Field(
    "order",
    ("order number", "order id", "order no", "order no.", "order nr", "order #", "order name", "order ref",
     "order reference", "sales order", "sales order number"),
    ("number", "reference"),
)  # fmt: skip
SKU = Field(
    "sku",
    ("item sku", "product sku", "variant sku", "lineitem sku", "line item sku", "sku code", "skus"),
    ("item code", "product code", "part number", "article number"),
)
QUANTITY = Field(
    "quantity",
    ("qty", "quantity ordered", "qty ordered", "ordered quantity", "ordered qty", "order quantity", "order qty",
     "item quantity", "item qty", "lineitem quantity", "line item quantity", "units", "quantity received",
     "qty received"),
    ("count", "pieces", "pcs"),
)  # fmt: skip
NAME = Field(
    "name",
    ("product name", "item name", "lineitem name", "product title", "item title", "title", "product", "description"),
    first_wins=True,
    may_nest=True,
)
ON_HAND = Field(
    "on_hand",
    ("qty on hand", "quantity on hand", "on hand quantity", "on hand qty", "units in stock", "in stock",
     "stock quantity", "stock qty", "stock level", "stock on hand", "quantity in stock", "qty in stock",
     "inventory quantity", "inventory level", "stock", "count", "counted", "inventory", "quantity", "qty"),
)  # fmt: skip
INSERT = Field("insert", ("is insert", "inserts"))
REF = Field("ref", ("reference", "delivery", "delivery reference", "receipt"))

OF_AN_ORDER = (ORDER, *(fact.field for fact in FACTS))
OF_A_LINE = (SKU, QUANTITY, NAME)

FIELDS: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY, *(fact.field for fact in FACTS), NAME),
    "stock": (SKU, ON_HAND, NAME, INSERT),
    "delivery": (SKU, QUANTITY, REF),
}
NEEDED: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY),
    "stock": (SKU, ON_HAND),
    "delivery": (SKU, QUANTITY),
}
