"""Rule 16: pick lists, packing slips and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from backsplit.domain.orders import Line, Order, Status, Tracking
from backsplit.domain.sync import OPEN, ShopState, remembered, units
from backsplit.values import NamedTuple


class ToFetch(NamedTuple):
    """A SKU with the units that some orders want of it, and their numbers; `kits` are those for which it is fetched."""

    sku: str
    name: str
    quantity: int
    orders: tuple[str, ...]
    kits: tuple[str, ...] = ()


class Left(NamedTuple):
    """An order that was on a list and has left it; its status now, None if it was merged back."""

    number: str
    status: Status | None


class OpenList(NamedTuple):
    """A pick list that has orders on it: their numbers, and when it was taken (ISO 8601 in UTC)."""

    number: int
    taken_at: str
    orders: tuple[str, ...]


class Pick(NamedTuple):
    """What is to be picked: the orders, and for all of them the SKUs. `number` is that of a list that was taken.

    `together` are Processing orders of one customer, of which at least one is among the orders.
    """

    orders: tuple[Order, ...]
    number: int | None = None
    gone: tuple[Left, ...] = ()
    dry_run: bool = False
    together: tuple[tuple[str, ...], ...] = ()

    @property
    def skus(self) -> tuple[ToFetch, ...]:
        return to_fetch(self.orders)


def to_fetch(orders: Iterable[Order]) -> tuple[ToFetch, ...]:
    """Each SKU once, by SKU: a walk through the warehouse. Of kits the parts are fetched (rule 18)."""
    found: dict[str, ToFetch] = {}
    kits: dict[str, dict[str, None]] = {}
    for order in orders:
        names = {part.sku: part.name for line in order.lines for part in line.parts or (line,)}
        for sku, quantity in order.demand.items():
            before = found.get(sku, ToFetch(sku, names[sku], 0, ()))
            found[sku] = before._replace(quantity=before.quantity + quantity, orders=(*before.orders, order.number))
        for line in order.lines:
            for part in line.parts:
                kits.setdefault(part.sku, {})[line.sku] = None
    found |= {sku: found[sku]._replace(kits=tuple(of)) for sku, of in kits.items()}
    return tuple(found[sku] for sku in sorted(found))


class SlipPart(NamedTuple):
    """Units of a SKU that are in the kits of a line."""

    sku: str
    name: str
    quantity: int


class SinceTaken(NamedTuple):
    """An order whose units per SKU differ from those on its pick list as it was taken."""

    order: str
    was: dict[str, int]
    now: dict[str, int]


def since_taken(orders: Iterable[Order], taken: Mapping[str, Mapping[str, int]]) -> list[SinceTaken]:
    """Which of the orders on a list have changed since it was taken. `taken` has the units per SKU of each order then.

    An order of which nothing was kept counts as it is: an older backsplit took its list.
    """
    return [
        SinceTaken(order.number, dict(taken[order.number]), dict(order.wanted))
        for order in orders
        if order.number in taken and taken[order.number] != order.wanted
    ]


class SlipLine(NamedTuple):
    """Units of a SKU. `promised` is the day on which they are expected to go, where there is one.

    `parts` are what a kit is made of, in units for the whole line.
    """

    sku: str
    name: str
    quantity: int
    promised: str | None = None
    parts: tuple[SlipPart, ...] = ()


class Slip(NamedTuple):
    """The parcel of `order`, what was sent before it and with which labels, what follows, and what is given up."""

    order: Order
    parcel: tuple[SlipLine, ...]
    sent_before: tuple[SlipLine, ...] = ()
    follows: tuple[SlipLine, ...] = ()
    given_up: tuple[SlipLine, ...] = ()
    tracking_before: tuple[Tracking, ...] = ()


def slip(
    order: Order,
    family: Sequence[Order],
    shop_state: Mapping[str, ShopState],
    promised: Mapping[str, str] | None = None,
) -> Slip:
    """The slip of one order of a family. `promised` has the days of members that wait, by their numbers.

    What shipped is what left on other orders of the family, and what the shop itself sent. Given up is what was
    cancelled, dropped or amended away.
    """
    lines = {line.sku: line for member in family for line in member.lines}
    others = [member for member in family if member.number != order.number]
    last = remembered(family, shop_state)
    sent = units(others, Status.SHIPPED)
    for sku, state in last.items():
        sent[sku] += state.sent_by_shop
    gone = units(family, Status.SHIPPED)
    open_ = units(family, *OPEN)
    given_up = Counter({sku: state.wanted - state.sent_by_shop - gone[sku] - open_[sku] for sku, state in last.items()})
    return Slip(
        order,
        parcel=_lines(order.wanted, lines),
        sent_before=_lines(+sent, lines),
        follows=tuple(_follows(others, lines, promised or {})),
        given_up=_lines(+given_up, lines),
        tracking_before=tuple(label for member in others for label in member.tracking),
    )


def _lines(quantities: Mapping[str, int], lines: Mapping[str, Line]) -> tuple[SlipLine, ...]:
    return tuple(_line(lines.get(sku, Line(sku, 0)), quantity) for sku, quantity in quantities.items())


def _line(line: Line, quantity: int, promised: str | None = None) -> SlipLine:
    parts = tuple(SlipPart(part.sku, part.name, part.each * quantity) for part in line.parts)
    return SlipLine(line.sku, line.name, quantity, promised, parts)


def _follows(others: Iterable[Order], lines: Mapping[str, Line], promised: Mapping[str, str]) -> Iterable[SlipLine]:
    """A line for each SKU and day."""
    total: Counter[tuple[str, str | None]] = Counter()
    for member in others:
        if member.status in OPEN:
            for sku, quantity in member.wanted.items():
                total[sku, promised.get(member.number)] += quantity
    return (_line(lines[sku], quantity, day) for (sku, day), quantity in total.items())


class ExportLine(NamedTuple):
    """A line of an order in the export: the line of the file where it begins, its SKU, its units and its name."""

    at: int
    sku: str
    quantity: int
    name: str = ""


class ExportOrder(NamedTuple):
    """An order in the export. `closed`: as what the export shows it, such as cancelled; blank where it is open."""

    number: str
    lines: list[ExportLine]
    closed: str = ""


class ToShip(NamedTuple):
    """What was written: rows that are the same, rows with fewer units, and rows that were left out, by reason.

    `orders` are the numbers that go, as the shop knows them. `without_row` are units in Processing here for which the
    export has no row.
    """

    kept: int
    changed: int
    left_out: dict[str, int]
    orders: tuple[str, ...]
    without_row: dict[str, Counter[str]]
    out: str | None = None
    together: tuple[tuple[str, ...], ...] = ()
    notices: tuple[str, ...] = ()


def allot(lines: Sequence[ExportLine], going: Mapping[str, int]) -> tuple[dict[int, int], Counter[str]]:
    """Units for each line, by where it begins, until what goes of its SKU is used up; and what no line takes."""
    left = Counter(going)
    units = {}
    for line in lines:
        goes = min(line.quantity, left[line.sku])
        if goes > 0:
            units[line.at] = goes
            left[line.sku] -= goes
    return units, +left
