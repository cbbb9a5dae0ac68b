"""Rule 15: the promised day of each Backorder order, by a replay of what is expected."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from operator import attrgetter

from backsplit.domain.orders import Policy
from backsplit.domain.queue import Claim, release
from backsplit.values import NamedTuple

# What an order needs of one SKU: the units that it wants in all, and those that the policy keeps for orders before it.
Need = tuple[str, int, int]


class Due(NamedTuple):
    """Units of a SKU that become available on a day, as `2026-12-03`: they arrive under a reference, or are on hand
    already and may go out from that day on (`ref` is None then)."""

    on: str
    sku: str
    units: int
    ref: str | None


def not_before(due: Iterable[Due], opens: Mapping[str, tuple[str, int]]) -> list[Due]:
    """What becomes available, by day, where some SKUs have a first day (rule 19).

    `opens` has the first day of each such SKU, today or later, and the units of it that are on hand and free.
    """
    there = [Due(day, sku, units, None) for sku, (day, units) in opens.items() if units > 0]
    later = [
        receipt._replace(on=max(receipt.on, opens[receipt.sku][0])) if receipt.sku in opens else receipt
        for receipt in due
    ]
    return sorted([*there, *later], key=lambda receipt: (receipt.on, receipt.ref or "", receipt.sku))


class Covered(NamedTuple):
    """When an order gets a SKU that it waits for: on the day on which `ref` brings `units`, after `after` other orders.

    Without a `ref` these units are on hand, and may go out from that day on.

    `short` are the units that it lacks now; 0 where it lacks none, but an order that goes before it takes them.
    `on` is None where what is expected does not reach.
    """

    sku: str
    short: int
    on: str | None = None
    ref: str | None = None
    units: int = 0
    after: int = 0


class Promise(NamedTuple):
    """The promised day of an order, by its number, and the SKUs for which it waits.

    There is no day where any unit is not covered. `customer` is who ordered it, where somebody asked.
    """

    order: str
    on: str | None
    waits: tuple[Covered, ...]
    customer: str = ""


NEVER = (None, "", 0, None)  # in place of a receipt


class Replay:
    """What becomes of the orders that wait.

    `wanted` are the units that each order, by its number, wants of a SKU: in the order of the queue, all of an order
    together. `available` are the units of each SKU now, and `due` what comes, by day. `days` are the promised days in
    the order of the release, where they are known.
    """

    def __init__(
        self,
        wanted: Iterable[tuple[str, str, int]],
        available: Mapping[str, int],
        due: Sequence[Due],
        policy: Policy,
        days: Mapping[str, str] | None = None,
    ) -> None:
        self._available, self._due, self._keeps = available, due, policy.keeps
        self._numbers, self._needs = _queue(wanted, keeps=policy.keeps)
        if days is None:
            self._days = dict(_run(self._needs, available, due, policy))
        else:
            places = {number: place for place, number in enumerate(self._numbers)}
            self._days = {places[number]: day for number, day in days.items()}

    @property
    def orders(self) -> int:
        """How many wait."""
        return len(self._numbers)

    @property
    def days(self) -> dict[str, str]:
        """The promised day of each order that has one, in the order of their release."""
        return {self._numbers[place]: day for place, day in self._days.items()}

    def promises(self, only: Collection[str] | None = None) -> Iterator[Promise]:
        """The promise of every order, or of some, in the order of the queue."""
        brings = _Supply(self._available, self._due).brings
        gone = dict.fromkeys(self._available, 0)  # units that others take before
        waits: list[tuple[Covered, ...] | None] = [None] * len(self._numbers)
        # Under a policy that keeps, what an earlier order wants is gone for a later one, also before it is released.
        for place in range(len(self._numbers)) if self._keeps else self._days:
            needs = self._needs[place]
            if only is None or self._numbers[place] in only:
                waits[place] = brings(needs, gone)
            for sku, units, _ in needs:
                gone[sku] += units
        for place, number in enumerate(self._numbers):
            if only is None or number in only:
                yield Promise(number, self._days.get(place), waits[place] or brings(self._needs[place], gone))

    def promise(self, number: str) -> Promise:
        """The promise of one order, with how many others get each SKU before it. Raises ValueError unless it waits."""
        place = self._numbers.index(number)
        (promise,) = self.promises({number})
        going = list(range(place) if self._keeps else takewhile(place.__ne__, self._days))
        waits = tuple(
            wait._replace(after=sum(any(sku == wait.sku for sku, _, _ in self._needs[other]) for other in going))
            for wait in promise.waits
        )
        return promise._replace(waits=waits)


def _run(
    of_all: Sequence[Sequence[Need]], available: Mapping[str, int], due: Iterable[Due], policy: Policy
) -> Iterator[tuple[int, str]]:
    """Day by day the places of the orders that are released."""
    left = dict(available)
    # Each order is looked at again only when the SKU comes that it was seen to lack.
    lacking: defaultdict[str | None, list[int]] = defaultdict(list)
    for place, needs in enumerate(of_all):
        lacking[_lacks(needs, left)].append(place)

    def claims(places: Iterable[int], today: Mapping[str, int]) -> Iterator[Claim[int, str]]:
        """The orders that no SKU is too short for by itself; the rule decides among these.

        What went `today` is counted by the rule, so that it is still available in a claim.
        """
        for place in places:
            needs = of_all[place]
            lacks = _lacks(needs, left)
            if lacks is not None:
                lacking[lacks].append(place)
            else:
                yield Claim(place, tuple([(sku, n, left[sku] - before + today[sku]) for sku, n, before in needs]))

    for day, came in _by_day(due):
        places = sorted(place for sku in came for place in lacking.pop(sku, ()))
        for sku, units in came.items():
            left[sku] += units
        today: defaultdict[str, int] = defaultdict(int)
        for claim in release(claims(places, today), policy):
            for sku, units, _ in claim.wants:
                today[sku] += units
                # Where the policy keeps, what an order wants was never counted as left for those behind it.
                if not policy.keeps:
                    left[sku] -= units
            yield claim.order, day


def _by_day(due: Iterable[Due]) -> Iterator[tuple[str, Counter[str]]]:
    """Units per SKU that come on each day, together."""
    for day, receipts in groupby(due, key=attrgetter("on")):
        came = Counter[str]()
        for receipt in receipts:
            came[receipt.sku] += receipt.units
        yield day, came


def _queue(wanted: Iterable[tuple[str, str, int]], *, keeps: bool) -> tuple[list[str], list[list[Need]]]:
    numbers: list[str] = []
    of_all: list[list[Need]] = []
    before: defaultdict[str, int] = defaultdict(int)
    last = None
    for number, sku, units in wanted:
        if number != last:
            needs: list[Need] = []
            numbers.append(number)
            of_all.append(needs)
            last = number
        if keeps:
            needs.append((sku, units, before[sku]))
            before[sku] += units
        else:
            needs.append((sku, units, 0))
    return numbers, of_all


def _lacks(needs: Iterable[Need], left: Mapping[str, int]) -> str | None:
    """A SKU that is too short for an order by itself."""
    for sku, units, before in needs:
        if units > left[sku] - before:
            return sku
    return None


class _Supply:
    """Per SKU the units that there are now, all that there will have been after each receipt, and the receipts."""

    def __init__(self, available: Mapping[str, int], due: Iterable[Due]) -> None:
        self._of: dict[str, tuple[int, list[int], list[Due]]] = {sku: (now, [], []) for sku, now in available.items()}
        for receipt in due:
            now, totals, receipts = self._of[receipt.sku]
            totals.append((totals[-1] if totals else now) + receipt.units)
            receipts.append(receipt)

    def brings(self, needs: Iterable[Need], gone: Mapping[str, int]) -> tuple[Covered, ...]:
        """Which receipt brings the last unit of each SKU of which more is needed than there is now."""
        waits = []
        for sku, units, before in needs:
            now, totals, receipts = self._of[sku]
            last = gone[sku] + units
            if last > now:
                short = max(0, units - now + before) if before < now else units
                at = bisect_left(totals, last)
                on, _, brought, ref = receipts[at] if at < len(totals) else NEVER
                waits.append(Covered(sku, short, on, ref, brought))
        return tuple(waits)
