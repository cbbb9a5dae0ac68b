"""Rule 16: what a packing slip says, so that for each SKU of the family it adds up to what was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backsplit.domain.shop.following import OPEN, Asked, remembered, units
from backsplit.domain.values import Order, Status


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
    order: Order, family: Sequence[Order], asked: Mapping[str, Asked], promised: Mapping[str, str] | None = None
) -> Slip:
    """The slip of one order of a family. `promised` has the days of members that wait, by their numbers.

    What shipped is what left on other orders of the family, and what the shop itself sent. Given up is what was
    cancelled, dropped or amended away.
    """
    names = {line.sku: line.name for member in family for line in member.lines}
    others = [member for member in family if member.number != order.number]
    last = remembered(family, asked)
    sent = units(others, Status.SHIPPED)
    for sku, it in last.items():
        sent[sku] += it.elsewhere
    gone = units(family, Status.SHIPPED)
    open_ = units(family, *OPEN)
    given_up = Counter({sku: it.wanted - it.elsewhere - gone[sku] - open_[sku] for sku, it in last.items()})
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
