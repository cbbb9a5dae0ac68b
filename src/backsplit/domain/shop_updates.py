"""Rule 20: which parcels the shop does not know of, and the rows that tell it, as its importer takes them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from backsplit.domain.counts import Kind
from backsplit.domain.orders import Tracking
from backsplit.errors import WrongUsage
from backsplit.values import NamedTuple

Units = Mapping[str, int]  # by SKU
Row = list[str]
NO_UNITS: Units = MappingProxyType({})


class Shipment(NamedTuple):
    """A Shipped order of a family. `told` are the units of it that an earlier file has told the shop of.

    `by_shop`: the shop itself said that it was sent. `shipped_at` is ISO 8601 in UTC.
    """

    number: str
    shipped_at: str
    sent: Units
    tracking: tuple[Tracking, ...] = ()
    told: Units = NO_UNITS
    by_shop: bool = False
    id: int = 0


class Parcel(NamedTuple):
    """What left in one parcel and the shop does not know: `sent`, and of that `new`, of which no file has told it."""

    number: str
    shipped_at: str
    tracking: tuple[Tracking, ...]
    sent: Units
    new: Units
    id: int = 0

    @property
    def carrier(self) -> str:
        return self.tracking[0].carrier if self.tracking else ""

    @property
    def tracking_numbers(self) -> str:
        """All of them, as one text."""
        return ", ".join(label.number for label in self.tracking)


class ToMark(NamedTuple):
    """An order of the shop with what it does not know. `completes`: after that, nothing more of it goes from here.

    `gives_up`: so it is, though not all that the shop wants was sent. `source` is where it came from.
    """

    order: str
    parcels: tuple[Parcel, ...]
    completes: bool = False
    gives_up: bool = False
    source: str = ""

    @property
    def units(self) -> int:
        return sum(sum(parcel.sent.values()) for parcel in self.parcels)

    @property
    def new(self) -> tuple[Parcel, ...]:
        """The parcels of which no file has told the shop, with the units that are new."""
        return tuple(parcel._replace(sent=parcel.new) for parcel in self.parcels if parcel.new)


def parcels(shipments: Sequence[Shipment], unknown: Units) -> tuple[Parcel, ...]:
    """The parcels in which the `unknown` units left, the oldest first.

    The shop is taken to know first of what it sent itself, then of what a file told it, then of the oldest parcels.
    """
    here = sorted(
        (shipment for shipment in shipments if not shipment.by_shop),
        key=lambda shipment: (shipment.shipped_at, shipment.id),
    )
    sent: list[dict[str, int]] = [{} for _ in here]
    new: list[dict[str, int]] = [{} for _ in here]
    for sku, units in unknown.items():
        left = units
        for place in reversed(range(len(here))):
            if untold := min(left, here[place].sent.get(sku, 0) - here[place].told.get(sku, 0)):
                new[place][sku] = sent[place][sku] = untold
                left -= untold
        for place in reversed(range(len(here)) if left else ()):
            if told := min(left, here[place].sent.get(sku, 0) - sent[place].get(sku, 0)):
                sent[place][sku] = sent[place].get(sku, 0) + told
                left -= told
    return tuple(
        Parcel(shipment.number, shipment.shipped_at, shipment.tracking, sent[place], new[place], shipment.id)
        for place, shipment in enumerate(here)
        if sent[place]
    )


class Form(str, Enum):
    """A file that a shop's importer takes."""

    CSV = "csv"
    WOOCOMMERCE = "woocommerce-ast"
    AMAZON = "amazon-shipping"
    MATRIXIFY = "matrixify-orders"

    @property
    def delimiter(self) -> str:
        return "\t" if self is Form.AMAZON else ","

    @property
    def header(self) -> tuple[str, ...]:
        return HEADERS[self]


HEADERS = {
    Form.CSV: ("order", "sku", "quantity", "shipped_on", "carrier", "tracking"),
    Form.WOOCOMMERCE: (
        "order_id",
        "tracking_provider",
        "tracking_number",
        "date_shipped",
        "status_shipped",
        "sku",
        "qty",
    ),
    Form.AMAZON: (
        "order-id",
        "order-item-id",
        "quantity",
        "ship-date",
        "carrier-code",
        "carrier-name",
        "tracking-number",
    ),
    Form.MATRIXIFY: (
        "Name",
        "Command",
        "Line: Type",
        "Line: SKU",
        "Line: Quantity",
        "Fulfillment: Status",
        "Fulfillment: Tracking Company",
        "Fulfillment: Tracking Number",
        "Fulfillment: Send Receipt",
    ),
}


class Item(NamedTuple):
    """An item of an order in Amazon's report, with the units that are still to be sent."""

    id: str
    sku: str
    quantity: int


Items = Mapping[str, Sequence[Item]]  # by the order's number


class CountCell(NamedTuple):
    """A cell of a shop's inventory export: the row's place in the file (the line where it begins) and the cell's in it.

    `figure` is what it says; `not_counted` of its units the shop does not count for the SKU, such as damaged ones.
    """

    at: int
    place: int
    sku: str
    figure: int
    location: str = ""
    not_counted: int = 0
    name: str = ""


class CountChange(NamedTuple):
    """A figure that is written anew."""

    sku: str
    before: int
    after: int


class LeftOut(NamedTuple):
    """An order that the file cannot hold, and why."""

    order: str
    reason: str


class ByHand(NamedTuple):
    """An order of which all is done here, and the shop waits for units that nothing sends: swapped, or given up."""

    order: str
    units: Units


class FileRows(NamedTuple):
    """What a file tells the shop: the orders with rows, with the parcels in them, the rows, and who is left out."""

    orders: tuple[ToMark, ...]
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]


def true_count(kind: Kind, on_hand: int, to_mark: int, to_send: int) -> int:
    """What a file of counts should say of a SKU.

    The shop holds what has shipped and it does not know, too. What is left to sell has what its open orders want taken
    off. A count of the shelf is what is on hand.
    """
    if kind is Kind.SHELF:
        return on_hand
    return on_hand + to_mark - (to_send if kind is Kind.LEFT else 0)


def cells_to_write(
    cells: Iterable[CountCell], known: Collection[str], location: str | None, true: Callable[[str], int]
) -> list[CountCell]:
    """The one cell of each known SKU. Raises WrongUsage where several could be meant.

    Rows of a SKU at one place that together, or each of them, say what is `true` of it stay as they are.
    """
    found: dict[str, list[CountCell]] = {}
    for cell in cells:
        if cell.sku in known and (location is None or cell.location == location):
            found.setdefault(cell.sku, []).append(cell)
    several = {sku: of_sku for sku, of_sku in found.items() if len(of_sku) > 1 and not _agree(of_sku, true(sku))}
    if several:
        sku, of_sku = next(iter(several.items()))
        named = list(dict.fromkeys(cell.location for cell in of_sku if cell.location))
        by_hand = f"enter its count in the shop by hand ({true(sku)}), and export again"
        advice = f"say which with --location {named[0]!r}" if len(named) > 1 else by_hand
        where = f" ({', '.join(named)})" if named else ""
        more = f", and {len(several) - 1:,} more SKUs" if len(several) > 1 else ""
        raise WrongUsage(f"{sku} stands in several rows{where}{more}: {advice}")
    return [of_sku[0] for of_sku in found.values() if len(of_sku) == 1]


def _agree(cells: Sequence[CountCell], true: int) -> bool:
    figures = [cell.figure - cell.not_counted for cell in cells]
    return len({cell.location for cell in cells}) == 1 and (sum(figures) == true or set(figures) == {true})


class Telling(NamedTuple):
    """How the rows are written. `day` is the shop's day of a moment, as `2026-12-03`; `prefix` is no part of the shop's
    own number; with `mail` the shop writes to the customer; `items` are those of Amazon's report."""

    form: Form
    day: Callable[[str], str]
    prefix: str = ""
    mail: bool = False
    items: Items = MappingProxyType({})


def rows_to_tell(orders: Iterable[ToMark], telling: Telling) -> FileRows:
    """The rows for what is new of these orders, each order whole or not at all."""
    told: list[ToMark] = []
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    for order in orders:
        if not (parcels := order.new):
            continue
        if not order.order.startswith(telling.prefix):
            continue
        as_new = order._replace(parcels=parcels)
        try:
            of_order = list(_ROWS[telling.form](as_new, order.order.removeprefix(telling.prefix), telling))
        except _CannotSayError as error:
            left_out.append(LeftOut(order.order, str(error)))
        else:
            told.append(as_new)
            rows += of_order
    return FileRows(tuple(told), tuple(rows), tuple(left_out))


class _CannotSayError(Exception):
    """A file of this form cannot tell the shop of the order."""


def _csv(order: ToMark, number: str, telling: Telling) -> Iterator[Row]:
    for parcel in order.parcels:
        for sku, units in parcel.sent.items():
            day = telling.day(parcel.shipped_at)
            yield [number, sku, str(units), day, parcel.carrier, parcel.tracking_numbers]


def _woocommerce(order: ToMark, number: str, telling: Telling) -> Iterator[Row]:
    """A row for each parcel. Only the one with which all is sent says so: it closes the order."""
    for place, parcel in enumerate(order.parcels, 1):
        if comma := next((sku for sku in parcel.sent if "," in sku), None):
            raise _CannotSayError(f"{comma!r} has a comma, which divides SKUs in this form")
        year, month, day = telling.day(parcel.shipped_at).split("-")
        is_whole = order.completes and place == len(order.parcels)
        yield [
            number.removeprefix("#"),
            parcel.carrier,
            parcel.tracking[0].number if parcel.tracking else "",
            f"{day}-{month}-{year}",
            "1" if is_whole else "2",
            ",".join(parcel.sent),
            ",".join(map(str, parcel.sent.values())),
        ]


def _amazon(order: ToMark, number: str, telling: Telling) -> list[Row]:
    """A row for each item of a parcel, by the item's id, which only the report has."""
    rows = []
    left = [*telling.items.get(number, ())]
    for parcel in order.parcels:
        number_of_parcel = parcel.tracking[0].number if parcel.tracking else ""
        for sku, units in parcel.sent.items():
            still = units
            for place, item in enumerate(left):
                if item.sku == sku and (taken := min(still, item.quantity)):
                    left[place] = item._replace(quantity=item.quantity - taken)
                    still -= taken
                    day = telling.day(parcel.shipped_at)
                    rows.append([number, item.id, str(taken), day, parcel.carrier, "", number_of_parcel])
            if still:
                raise _CannotSayError(f"{still} × {sku} is not in the report as still to be sent")
    return rows


def _matrixify(order: ToMark, number: str, telling: Telling) -> Iterator[Row]:
    for parcel in order.parcels:
        for sku, units in parcel.sent.items():
            mail = "TRUE" if telling.mail else "FALSE"
            line = ["UPDATE", "Fulfillment Line", sku, str(units)]
            yield [number, *line, "success", parcel.carrier, parcel.tracking_numbers, mail]


_ROWS: dict[Form, Callable[[ToMark, str, Telling], Iterable[Row]]] = {
    Form.CSV: _csv,
    Form.WOOCOMMERCE: _woocommerce,
    Form.AMAZON: _amazon,
    Form.MATRIXIFY: _matrixify,
}
