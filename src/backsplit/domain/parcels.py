"""Rule 16: pick lists, packing slips and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backsplit.domain.orders import Order, Status
from backsplit.domain.sync import OPEN, ShopState, remembered, units


class ToFetch(NamedTuple):
    """A SKU with the units that some orders want of it, and their numbers."""

    sku: str
    name: str
    quantity: int
    orders: tuple[str, ...]


class Left(NamedTuple):
    """An order that was on a list and has left it; its status now, None if it was merged back."""

    number: str
    status: Status | None


@dataclass(frozen=True, slots=True)
class Pick:
    """What is to be picked: the orders, and for all of them the SKUs. `number` is that of a list that was taken."""

    orders: tuple[Order, ...]
    number: int | None = None
    gone: tuple[Left, ...] = ()
    dry_run: bool = False

    @property
    def skus(self) -> tuple[ToFetch, ...]:
        return to_fetch(self.orders)


def to_fetch(orders: Iterable[Order]) -> tuple[ToFetch, ...]:
    """Each SKU once, by SKU: a walk through the warehouse."""
    found: dict[str, ToFetch] = {}
    for order in orders:
        names = {line.sku: line.name for line in order.lines}
        for sku, quantity in order.wanted.items():
            before = found.get(sku, ToFetch(sku, names[sku], 0, ()))
            found[sku] = before._replace(quantity=before.quantity + quantity, orders=(*before.orders, order.number))
    return tuple(found[sku] for sku in sorted(found))


class SlipLine(NamedTuple):
    """Units of a SKU. `promised` is the day on which they are expected to go, where there is one."""

    sku: str
    name: str
    quantity: int
    promised: str | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """The parcel of `order`, what was sent before it, what follows, and what is given up."""

    order: Order
    parcel: tuple[SlipLine, ...]
    sent_before: tuple[SlipLine, ...] = ()
    follows: tuple[SlipLine, ...] = ()
    given_up: tuple[SlipLine, ...] = ()


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
    names = {line.sku: line.name for member in family for line in member.lines}
    others = [member for member in family if member.number != order.number]
    last = remembered(family, shop_state)
    sent = units(others, Status.SHIPPED)
    for sku, it in last.items():
        sent[sku] += it.sent_by_shop
    gone = units(family, Status.SHIPPED)
    open_ = units(family, *OPEN)
    given_up = Counter({sku: it.wanted - it.sent_by_shop - gone[sku] - open_[sku] for sku, it in last.items()})
    return Slip(
        order,
        parcel=_lines(order.wanted, names),
        sent_before=_lines(+sent, names),
        follows=tuple(_follows(others, names, promised or {})),
        given_up=_lines(+given_up, names),
    )


def _lines(quantities: Mapping[str, int], names: Mapping[str, str]) -> tuple[SlipLine, ...]:
    return tuple(SlipLine(sku, names.get(sku, ""), quantity) for sku, quantity in quantities.items())


def _follows(others: Iterable[Order], names: Mapping[str, str], promised: Mapping[str, str]) -> Iterable[SlipLine]:
    """A line for each SKU and day."""
    total: Counter[tuple[str, str | None]] = Counter()
    for member in others:
        if member.status in OPEN:
            for sku, quantity in member.wanted.items():
                total[sku, promised.get(member.number)] += quantity
    return (SlipLine(sku, names[sku], quantity, day) for (sku, day), quantity in total.items())


class ExportLine(NamedTuple):
    """A line of an order in the export: the line of the file where it begins, its SKU and its units."""

    at: int
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ToShip:
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
