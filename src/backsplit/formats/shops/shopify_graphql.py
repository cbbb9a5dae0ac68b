"""Shopify: orders as the GraphQL admin interface answers, as one JSON or as the JSON Lines of a bulk operation.

In JSON the lines are in the order, under `lineItems`, as `nodes` or `edges`. In a bulk operation each line is a record
of its own, anywhere behind its order, and names the order as `__parentId`.

The numbers are exact: `currentQuantity` is wanted, and what of it is neither `unfulfilledQuantity` nor
`nonFulfillableQuantity` was sent. Lines of one `lineItemGroup` belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backsplit.formats import cells
from backsplit.formats.json_records import Record, Records, nodes
from backsplit.formats.report import FULFILLED, GIFT_CARD, NOT_SHIPPED, REFUNDED, TIP, FieldError
from backsplit.formats.shops._toolkit import (
    FoundLine,
    FoundOrder,
    RecordFormat,
    cell,
    each,
    line,
    order_from_record,
    units,
)
from backsplit.formats.shops.shopify import close_as_a_whole
from backsplit.formats.statuses import status_word

_ORDER, _LINE = "gid://shopify/Order/", "gid://shopify/LineItem/"
_LINES, _PARENT = "lineItems", "__parentId"


def orders(records: Records) -> Iterator[FoundOrder]:
    return each(records, _order, _with_lines(records))


def fits(record: Record) -> bool:
    """The first record is an order in either form. `createdAt` tells it from what else may be called so."""
    is_bulk = str(record.get("id", "")).startswith(_ORDER)
    return "name" in record and "createdAt" in record and (is_bulk or isinstance(record.get(_LINES), dict | list))


def _with_lines(records: Records) -> Iterator[tuple[int, Record]]:
    """The orders with their lines in them. Those of a bulk operation are held until all lines are read."""
    held: dict[str, tuple[int, Record]] = {}
    for at, record in records:
        parent = record.get(_PARENT)
        if parent is not None:
            _give(held, at, record, parent, records)
        elif _LINES in record:
            yield at, record
        else:
            held[str(record.get("id"))] = (at, {**record, _LINES: []})
    yield from held.values()


def _give(held: dict[str, tuple[int, Record]], at: int, record: Record, parent: object, records: Records) -> None:
    """Give a line to its order. What else the query asked for of an order is not read."""
    if not str(record.get("id", _LINE)).startswith(_LINE):
        return
    if parent in held:
        held[str(parent)][1][_LINES].append(record)
    elif str(parent).startswith(_ORDER):
        records.report.bad(at, "a line without its order", "its order is not in the lines above; fetch it again")


def _order(at: int, record: Record, records: Records) -> FoundOrder:
    order = order_from_record(
        at, record, records, number=("name",), placed_at=("createdAt", "processedAt"), changed_at=("updatedAt",)
    )
    order.shop_id = cell(record, "id")
    close_as_a_whole(
        order,
        cancelled=bool(cell(record, "cancelledAt")),
        fulfillment=status_word(cell(record, "displayFulfillmentStatus")),
        payment=status_word(cell(record, "displayFinancialStatus")),
    )
    order.lines = [_line(at, part, records) for part in _lines(record)]
    return order


def _lines(record: Record) -> Iterable[Record]:
    """Raises FieldError where the answer has only the first of the order's lines."""
    found = record.get(_LINES)
    page = found.get("pageInfo") if isinstance(found, dict) else None
    if isinstance(page, dict) and page.get("hasNextPage") is True:
        raise FieldError(_LINES, "not all lines", "the order has more lines than were asked for: ask for more at once")
    return nodes(found, _LINES)


def _line(at: int, part: Record, records: Records) -> FoundLine:
    wanted = _units(part, "currentQuantity", "quantity")
    left, never = _units(part, "unfulfilledQuantity"), _units(part, "nonFulfillableQuantity")
    sent = max(0, wanted - left - never)
    found = line(at, part, records, str(wanted))
    group = part.get("lineItemGroup")
    found.group = cell(group, "id") if isinstance(group, dict) else ""
    found.ships = cell(part, "requiresShipping") != "false"
    if "quantity" not in records.mapped:
        found.sent = units(sent)
    if cell(part, "isGiftCard") == "true":
        found.left_out, found.ships = GIFT_CARD, False
    elif not found.sku and found.name.lower() == "tip":
        found.left_out = TIP
    elif not found.ships:
        found.left_out = NOT_SHIPPED
    elif not wanted:
        found.left_out = REFUNDED
    elif sent == wanted:
        found.left_out = FULFILLED
    return found


def _units(part: Record, *keys: str) -> int:
    """Units under the first of these keys that is there; 0 if none is."""
    return max(0, cells.whole(cell(part, *keys) or "0", keys[0]))


GRAPHQL = RecordFormat(
    name="shopify-orders-graphql",
    title="Shopify orders (GraphQL: JSON, or JSON Lines of a bulk operation)",
    recognised_by="Orders with name, createdAt and lineItems; or lines that name their order as __parentId.",
    tells="wanted and sent, per line; bundles; what is closed",
    fits=fits,
    orders=orders,
)

FORMATS = (GRAPHQL,)
