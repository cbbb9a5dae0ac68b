"""What must be open, gone and on the shelf by rule 11, in a few figures for each order and SKU: for test_sixty_days.py.

There are no members, parts or queues here, only units: whoever asks for a unit, it is open, or it has gone, or it was
given up here. FileRows from the rules alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from simulated_shop import CANCELLED, SHIPPED, ExportedUnits


@dataclass
class Units:
    """Units of a SKU of an order. `wanted` and `sent` are the shop's last word.

    `gone` has left in parcels as far as is known here; of these, the shop sent `elsewhere` though nothing was open.
    `no_longer_wanted` of them the shop wanted when they went, and not since.
    `said` of those sent are what the shop itself has said, where what is known here counts beyond it. More can be
    `sent` than has gone: of units that were given up here, the shop may only mark that the order went.
    """

    wanted: int = 0
    sent: int = 0
    gone: int = 0
    open: int = 0
    elsewhere: int = 0
    said: int = 0
    no_longer_wanted: int = 0

    @property
    def given_up(self) -> int:
        """Below 0: added here."""
        return self.wanted - self.gone - self.open

    @property
    def to_mark(self) -> int:
        return max(0, min(self.gone, self.wanted) - self.sent)


@dataclass
class Followed:
    """What one look at an order must do here, per SKU.

    `marked` are units that were given up here and that the shop only marks. Of an order that went as it stood here,
    `left_waiting` are units that were added here and are given up, and `beyond` those that went and were added here.
    """

    came_back: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    too_many: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    left_waiting: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)

    @property
    def is_change(self) -> bool:
        return bool(self.came_back or self.removed or self.sent or self.added or self.left_waiting)

    @property
    def is_taken_as_it_stood(self) -> bool:
        """Whether what went is what stood here, and not what the shop calls sent."""
        return bool(self.marked or self.left_waiting or self.beyond)

    def as_json(self) -> dict[str, dict[str, int]]:
        return {key: dict(getattr(self, key)) for key in CHANGES}


CHANGES = ("came_back", "removed", "sent", "added")
Changes = dict[tuple[str, str, str], int]  # by figure, order (blank for the shelf) and SKU


class Books:
    def __init__(self, shelf: Counter[str]) -> None:
        self.orders: dict[str, dict[str, Units]] = {}
        self.shelf = Counter(shelf)
        self.decided: set[str] = set()  # orders of which something was given up or added here
        self.last_told: dict[str, ExportedUnits] = {}

    def of(self, number: str, sku: str) -> Units:
        return self.orders[number].setdefault(sku, Units())

    # What was done here

    def typed_in(self, number: str, lines: Counter[str]) -> None:
        self.orders[number] = {sku: Units(wanted=units, open=units) for sku, units in lines.items()}

    def do(self, changes: Changes, times: int = 1) -> None:
        """Change the figures; `times` -1 takes that back."""
        for (figure, number, sku), units in changes.items():
            if figure == "shelf":
                self.shelf[sku] += units * times
            else:
                of = self.of(number, sku)
                setattr(of, figure, getattr(of, figure) + units * times)

    # What the shop says

    def comes_in(self, told: ExportedUnits) -> bool:
        """A new order is taken in if anything of it is open. What was sent before stays as it is."""
        if told.closed or told.nothing_counts or not any(wanted > low for wanted, low, _ in told.units.values()):
            return False
        self.orders[told.number] = {
            sku: Units(wanted, low, low, wanted - low, elsewhere=low, said=low)
            for sku, (wanted, low, _) in told.units.items()
        }
        return True

    def is_another(self, told: ExportedUnits) -> bool:
        """It shares no SKU with what is known of the order: the number alone is the same."""
        known = {sku for sku, of in self.orders[told.number].items() if of.wanted or of.open or of.gone}
        return told.closed != CANCELLED and bool(told.units) and bool(known) and known.isdisjoint(told.units)

    def look(self, told: ExportedUnits, packed: Counter[str], *, shipped_here: bool) -> Followed:
        """Came back, wanted less, sent, wanted more: in this order.

        `packed` is what stands in Processing here; `shipped_here`: something of the order has shipped from here.
        """
        done = Followed()
        whole = told.closed == SHIPPED and self.last_told.get(told.number) != told
        self.last_told[told.number] = told
        packed = packed if whole else Counter()
        from_here = shipped_here or bool(+packed)
        for sku in {**told.units, **self.orders[told.number]}:
            of, said = self.of(told.number, sku), told.units.get(sku, (0, 0, 0))
            self._look(of, said, sku, told.closed, done, packed[sku] if whole else None, from_here=from_here)
        for key in (*CHANGES, "too_many", "marked", "left_waiting", "beyond"):
            setattr(done, key, +getattr(done, key))
        return done

    def _look(
        self,
        of: Units,
        said: tuple[int, int, int],
        sku: str,
        closed: str | None,
        done: Followed,
        packed: int | None,
        *,
        from_here: bool,
    ) -> None:
        """One SKU. `packed` is None but where the order is called sent as a whole."""
        wanted, low, high = said
        sent = min(max(of.gone + (packed or 0), low), high)  # what is known here counts, within what the file says
        wanted = sent if closed else wanted
        stays_out = min(of.no_longer_wanted, max(0, of.gone - max(of.wanted, wanted)))
        back = max(0, min(of.gone, of.sent) - sent - stays_out) if sent < of.said else 0
        parcel = max(0, sent - max(of.gone, of.sent))
        self._come_back(of, back)
        of.open -= min(stays_out, back)  # as many stay out in their place
        given_up = of.given_up
        less = max(0, of.wanted - wanted - max(0, given_up))
        if closed == CANCELLED:
            less = max(less, of.open - parcel)
        removed = min(less, of.open)
        left_waiting = 0
        if packed is not None:
            # What waits is taken off first. The rest of the order went as it stood here.
            parcel = max(parcel, packed - max(0, removed - (of.open - packed)))
            left_waiting = max(0, of.open - removed - parcel)
        of.open -= removed + left_waiting
        without_us = max(0, parcel - of.open)
        marked = min(without_us, max(0, given_up)) if from_here else 0
        of.open -= parcel - without_us
        of.gone += parcel - marked
        of.elsewhere += without_us - marked
        added = max(0, wanted - of.wanted - max(0, without_us - given_up))
        of.open += added
        of.said = min(sent, wanted, max(low, of.said))  # what the shop has said once, a vague word does not take back
        of.wanted, of.sent = wanted, min(sent, wanted)
        for figure, units in (("came_back", back), ("removed", removed), ("sent", parcel - marked), ("added", added)):
            getattr(done, figure)[sku] = units
        done.marked[sku], done.left_waiting[sku] = marked, left_waiting
        done.beyond[sku] = max(0, of.gone - sent) if packed else 0
        done.too_many[sku] = less - removed
        of.no_longer_wanted = stays_out + less - removed
        self.shelf[sku] += back - (parcel - marked)

    def _come_back(self, of: Units, back: int) -> None:
        of.gone -= back
        of.open += back
        of.elsewhere = min(
            of.elsewhere, max(0, of.sent - back)
        )  # what the shop does not know of cannot come back there

    def close_missing(self, numbers: Iterable[str], how: str) -> dict[str, Followed]:
        """As if the shop had said that all which is open was sent, or that it is no longer wanted."""
        done = {}
        for number in numbers:
            self.last_told.pop(number, None)
            done[number] = followed = Followed()
            for sku, of in self.orders[number].items():
                if how == "ship":
                    followed.sent[sku] = of.open
                    of.gone += of.open
                    self.shelf[sku] -= of.open
                else:
                    followed.removed[sku] = of.open
                    of.wanted = max(0, of.wanted - of.open)
                of.open = 0
                of.sent = of.said = max(of.sent if how == "ship" else 0, min(of.gone, of.wanted))
            followed.sent, followed.removed = +followed.sent, +followed.removed
        return done

    # What is so now

    def open_of(self, number: str) -> Counter[str]:
        return +Counter({sku: of.open for sku, of in self.orders[number].items()})

    def to_mark(self, number: str) -> Counter[str]:
        return +Counter({sku: of.to_mark for sku, of in self.orders[number].items()})
