"""What must be open, gone and on the shelf by rule 11, in a few figures for each order and SKU: for test_sixty_days.py.

There are no members, parts or queues here, only units: whoever asks for a unit, it is open, or it has gone, or it was
given up here. Written from the rules alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from simulated_shop import CANCELLED, ExportedUnits


@dataclass
class Units:
    """Units of a SKU of an order. `wanted` and `sent` are the shop's last word.

    `gone` has left in parcels as far as is known here; of these, the shop sent `elsewhere` though nothing was open.
    `no_longer_wanted` of them the shop wanted when they went, and not since.
    `said` of those sent are what the shop itself has said, where what is known here counts beyond it.
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
    """What one look at an order must do here, per SKU."""

    came_back: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    too_many: Counter[str] = field(default_factory=Counter)
    news: bool = False  # the shop's word is another one

    @property
    def is_change(self) -> bool:
        return bool(self.came_back or self.removed or self.sent or self.added)

    def as_json(self) -> dict[str, dict[str, int]]:
        return {key: dict(getattr(self, key)) for key in ("came_back", "removed", "sent", "added")}


Changes = dict[tuple[str, str, str], int]  # by figure, order (blank for the shelf) and SKU


class Books:
    def __init__(self, shelf: Counter[str]) -> None:
        self.orders: dict[str, dict[str, Units]] = {}
        self.shelf = Counter(shelf)
        self.decided: set[str] = set()  # orders of which something was given up or added here

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

    def look(self, told: ExportedUnits) -> Followed:
        """Came back, wanted less, sent, wanted more: in this order."""
        done = Followed()
        for sku in {**told.units, **self.orders[told.number]}:
            self._look(self.of(told.number, sku), told.units.get(sku, (0, 0, 0)), sku, told.closed, done)
        for key in ("came_back", "removed", "sent", "added", "too_many"):
            setattr(done, key, +getattr(done, key))
        return done

    def _look(self, of: Units, said: tuple[int, int, int], sku: str, closed: str | None, done: Followed) -> None:
        wanted, low, high = said
        sent = min(max(of.gone, low), high)  # what is known here counts, within what the file leaves open
        wanted = sent if closed else wanted
        done.news = done.news or (wanted, sent) != (of.wanted, of.sent)
        stays_out = min(of.no_longer_wanted, max(0, of.gone - max(of.wanted, wanted)))
        back = max(0, min(of.gone, of.sent - sent - stays_out)) if sent < of.said else 0
        self._come_back(of, back)
        given_up = of.given_up
        less = max(0, of.wanted - wanted - max(0, given_up))
        parcel = max(0, sent - of.gone)
        if closed == CANCELLED:
            less = max(less, of.open - parcel)
        removed = min(less, of.open)
        given_up -= max(0, min(given_up, of.wanted - wanted))
        of.open -= removed
        beyond = max(0, parcel - of.open)
        of.open -= parcel - beyond
        of.gone += parcel
        of.elsewhere += beyond
        added = max(0, wanted - of.wanted - max(0, beyond - given_up))
        of.open += added
        of.said = min(sent, wanted, max(low, of.said))  # what the shop has said once, a vague word does not take back
        of.wanted, of.sent = wanted, min(sent, wanted)
        for figure, units in (("came_back", back), ("removed", removed), ("sent", parcel), ("added", added)):
            getattr(done, figure)[sku] = units
        done.too_many[sku] = less - removed
        of.no_longer_wanted = stays_out + less - removed
        self.shelf[sku] += back - parcel

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
                of.sent = of.said = min(of.gone, of.wanted)
            followed.sent, followed.removed = +followed.sent, +followed.removed
        return done

    # What is so now

    def open_of(self, number: str) -> Counter[str]:
        return +Counter({sku: of.open for sku, of in self.orders[number].items()})

    def to_mark(self, number: str) -> Counter[str]:
        return +Counter({sku: of.to_mark for sku, of in self.orders[number].items()})
