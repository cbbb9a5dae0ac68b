"""Rule 11 once more, in memory and step by step as the rule says it: the model that `sync` is held against.

It shares no line with the program. A file is told to it as looks: of each order what is wanted and sent per SKU.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from model import (
    BACKORDER,
    CANCELLED,
    ON_HOLD,
    PROCESSING,
    SHIPPED,
    STRICT,
    Answer,
    Line,
    Model,
    Order,
    Refused,
    Sku,
    command,
)

FEW = 3  # orders: so many and more than half are no chance
ONLY_LEARNT = "only learnt"  # a sync that changed nothing here
ARRIVING = "Arriving"  # in the file, and not yet in the queue
OPEN = (BACKORDER, ON_HOLD, PROCESSING)  # in the order in which they lose what is wanted less
DAY = 24 * 3600


LookLine = tuple[str, int, int, int]


@dataclass
class Look:
    """What a file says of an order: per line the SKU, units wanted, units sent, and how many more may be sent."""

    number: str
    placed_at: str
    lines: list[LookLine]
    closed: str | None = None
    nothing_stays: bool = False  # not even what was added here

    @property
    def is_open(self) -> bool:
        return self.closed is None and any(sent < wanted for _, wanted, sent, _ in self.lines)


@dataclass
class Said:
    """What the shop said of a SKU of an order at the last look, and what it sent of it itself."""

    wanted: int = 0
    sent: int = 0
    elsewhere: int = 0
    unsaid: int = 0
    no_longer_wanted: int = 0  # units that are out, and that the shop wanted when they went


@dataclass
class Book:
    """The shop's own count of a SKU: what it should be now, and units booked here that the shop has not counted yet."""

    due: int
    untold: int = 0


@dataclass
class Followed:
    """What happened to an order in a sync."""

    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    came_back: Counter[str] = field(default_factory=Counter)
    off_the_shelf: Counter[str] = field(default_factory=Counter)  # sent, and no Processing order held it
    only_marked: Counter[str] = field(default_factory=Counter)  # called sent, and given up here
    waits_no_more: Counter[str] = field(default_factory=Counter)  # added here, and closed with the rest
    too_many: bool = False  # the shop no longer wants what has shipped here

    @property
    def is_news(self) -> bool:
        """Anything is to be done or told: that the shop has learnt of a shipment is not."""
        done = self.added or self.removed or self.sent or self.came_back
        return bool(done or self.only_marked or self.waits_no_more or self.too_many)

    closed: str | None = None


@dataclass
class FollowingModel(Model):
    said: dict[str, dict[str, Said]] = field(default_factory=dict)  # by the number that the shop knows, and by SKU
    was_missing: set[str] = field(default_factory=set)  # closed, since the file did not hold them
    books: dict[str, Book] = field(default_factory=dict)  # by SKU, once the shop has counted it
    missed: dict[str, tuple[int, int]] = field(default_factory=dict)  # by SKU: were not there, others hold them
    last_newest: str = ""  # when the newest order of the last look was placed
    says_state: bool = False  # whether the columns of the last table said what is sent or cancelled

    def book(self, sku: str, units: int) -> None:
        super().book(sku, units)
        if sku in self.books:
            self.books[sku].untold += units

    # The family

    def members(self, root: str) -> list[Order]:
        found = [order for order in self.orders.values() if self.root(order).number == root]
        return sorted(found, key=lambda order: order.made)

    def units(self, root: str, sku: str, *statuses: str) -> int:
        return sum(order.has(sku) for order in self.members(root) if order.status in statuses)

    def gone(self, root: str, sku: str) -> int:
        """Units that have left the building: shipped here, or sent by the shop without us."""
        return self.units(root, sku, SHIPPED) + self.said[root].get(sku, Said()).elsewhere

    def given_up(self, root: str, sku: str) -> int:
        """Units that the shop wanted at the last look and that are neither open nor gone; below 0: added here."""
        wanted = self.said[root].get(sku, Said()).wanted
        return wanted - self.gone(root, sku) - self.units(root, sku, *OPEN)

    def new_part(self, root: str, lines: list[Line], status: str, of: Order | None = None) -> None:
        last = of or self.members(root)[-1]
        made = self.new_id()
        self.orders[number] = part = Order(
            number := self.free_number(last), last.placed_at, lines, last.priority, last.customer, last.note, status
        )
        part.split_from, part.arrival, part.made = last.number, last.arrival, made

    def put_on(self, root: str, order: Order | None, sku: str, quantity: int) -> None:
        """More units of a SKU on an order, or on a new part that waits."""
        position = 1 + max(line.position for member in self.members(root) for line in member.lines)
        if order is None:
            self.new_part(root, [Line(sku, quantity, position)], BACKORDER)
            return
        same = [line for line in order.lines if line.sku == sku]
        if same:
            same[-1].quantity += quantity
        else:
            order.lines.append(Line(sku, quantity, position))

    def newest(self, root: str, status: str) -> Order | None:
        return next((order for order in reversed(self.members(root)) if order.status == status), None)

    def takes_more(self, root: str, sku: str) -> Order | None:
        """The Processing order that gets more of a SKU, if that is there: one that has it, else where nothing waits."""
        packed = [order for order in self.members(root) if order.status == PROCESSING and order.has(sku)]
        if packed:
            return packed[-1]
        return None if self.newest(root, BACKORDER) else self.newest(root, PROCESSING)

    # The steps

    def come_back(self, root: str, back: Counter[str], not_again: Counter[str]) -> None:
        said = self.said[root]  # of what shipped here, the shop takes back only what it knew of
        theirs = +Counter({sku: back[sku] - max(0, said[sku].sent - said[sku].elsewhere) for sku in +back})
        left = back - theirs
        shipped = [order for order in reversed(self.members(root)) if order.status == SHIPPED]
        for order in shipped:  # whole ones are themselves again
            if all(order.has(sku) <= left[sku] for sku in order.skus):
                left -= Counter({sku: order.has(sku) for sku in order.skus})
                self.back_on_the_shelf(order, order.lines)
                _, again = divide(reversed(order.lines), not_again)
                order.status, order.lines = (BACKORDER, again[::-1]) if again else (CANCELLED, order.lines)
        loose: list[Line] = []
        for order in shipped:
            if order.status == SHIPPED:
                back_from_it, order.lines = divide(reversed(order.lines), left)
                order.lines.reverse()
                self.back_on_the_shelf(order, back_from_it)
                loose += back_from_it
        left += theirs
        self.back_on_the_shelf(self.orders[root], [Line(sku, left[sku], 0) for sku in +left])
        after = 1 + max(line.position for lines in (loose, *self.all_lines(root)) for line in lines)
        for position, sku in enumerate(+left, after):
            self.said[root][sku].elsewhere -= left[sku]
            loose.append(Line(sku, left[sku], position))
        _, loose = divide(sorted(loose, key=lambda line: -line.position), +not_again)
        if loose:
            self.let_wait(root, loose[::-1])

    def back_on_the_shelf(self, order: Order, lines: list[Line]) -> None:
        """Units are on hand again by the parts with which the order had left."""
        kits = self.kits if order.kits_then is None else order.kits_then
        for line in lines:
            for own, each in kits.get(line.sku, {line.sku: 1}).items():
                self.put_on_shelf(each * line.quantity, own)

    def all_lines(self, root: str) -> list[list[Line]]:
        return [order.lines for order in self.members(root)]

    def let_wait(self, root: str, loose: list[Line]) -> None:
        """The lines on the newest order that waits, or on a new part."""
        waiting = self.newest(root, BACKORDER)
        if waiting is None:
            self.new_part(root, sorted(loose, key=lambda line: line.position), BACKORDER)
            return
        for line in loose:
            half = [own for own in waiting.lines if own.position == line.position]
            if half:
                half[0].quantity += line.quantity
            else:
                waiting.lines.append(line)
        waiting.lines.sort(key=lambda line: line.position)

    def take_out(self, root: str, less: Counter[str]) -> Counter[str]:
        """What is wanted less; the units that could not be taken, since nothing open holds them."""
        left = +Counter(less)
        for status in OPEN:
            for order in reversed([order for order in self.members(root) if order.status == status]):
                takes = Counter({sku: min(left[sku], order.has(sku)) for sku in order.skus})
                left -= takes
                if sum(takes.values()) == sum(line.quantity for line in order.lines):
                    order.status = CANCELLED
                    continue
                for line in reversed(order.lines):
                    taken = min(takes[line.sku], line.quantity)
                    takes[line.sku] -= taken
                    line.quantity -= taken
                order.lines = [line for line in order.lines if line.quantity]
        return +left

    def skus(self, root: str) -> set[str]:
        return {line.sku for lines in self.all_lines(root) for line in lines}

    def send(self, root: str, sent: Counter[str], followed: Followed, only_marked: Counter[str]) -> Counter[str]:
        """`only_marked` were given up here: where nothing open holds them, the shop only calls them sent.

        All units that nothing open held.
        """
        left = +Counter(sent)
        for status in reversed(OPEN):
            for order in [order for order in self.members(root) if order.status == status]:
                goes, stays = divide(order.lines, left)
                if not goes:
                    continue
                order.status, order.lines, order.sent_there = SHIPPED, goes, True
                order.kits_then = copy.copy(self.kits)
                for line in goes:
                    if status == PROCESSING:
                        self.put_on_shelf(-line.quantity, line.sku)
                    else:
                        followed.off_the_shelf[line.sku] += line.quantity
                if stays:
                    self.new_part(root, stays, status, of=order)
        marked = left & only_marked
        followed.sent, followed.only_marked = followed.sent - marked, marked
        for sku, quantity in (left - marked).items():
            self.said[root].setdefault(sku, Said()).elsewhere += quantity
            followed.off_the_shelf[sku] += quantity
            self.orders[root].kits_then = copy.copy(self.kits)
        return left

    def reconcile(self, look: Look, *, only_open: bool) -> tuple[Followed, bool]:
        """All but the last step for one order; also whether the shop no longer wants what has shipped here."""
        root, followed = look.number, Followed()
        before = self.said[root]
        told: dict[str, tuple[int, int]] = {}
        # An order that the shop has sent as a whole went as it stands here.
        whole = look.closed == SHIPPED
        packed = Counter({sku: self.units(root, sku, PROCESSING) * whole for sku in self.skus(root)})
        went_from_here = bool(+packed) or any(o.status == SHIPPED and not o.sent_there for o in self.members(root))
        unsaid = Counter[str]()  # sent, as is known here, and the shop has never said so
        for sku in {**{line[0]: 0 for line in look.lines}, **before, **self.now_in(self.orders[root])}:
            lines = [line for line in look.lines if line[0] == sku]
            wanted, sent, unsure = (sum(line[column] for line in lines) for column in (1, 2, 3))
            last, gone = before.get(sku, Said()), self.gone(root, sku) + packed[sku]
            if only_open:
                told[sku] = self.open_told(wanted, last, gone, back=look.number in self.was_missing)
            else:
                ever_said = max(sent, last.sent - last.unsaid)
                sent = min(max(sent, gone), sent + unsure)
                unsaid[sku] = max(0, sent - ever_said)
                told[sku] = (sent if look.closed else wanted, sent)
        gone_before = {sku: self.gone(root, sku) for sku in told}
        back, stays_out = Counter[str](), Counter[str]()
        for sku, (wanted, sent) in told.items():
            last = before.get(sku, Said())
            out_for_nobody = max(0, gone_before[sku] - max(last.wanted, wanted))
            stays_out[sku] = min(last.no_longer_wanted, out_for_nobody)
            if sent < last.sent - last.unsaid:
                back[sku] = max(0, min(gone_before[sku], last.sent) - sent - stays_out[sku])
        followed.came_back = +back
        given_up = {sku: self.given_up(root, sku) for sku in told}
        # In the place of as many that came back, the shop wants those that stay out.
        self.come_back(root, followed.came_back, not_again=+(back & stays_out))
        less = Counter(
            {sku: before.get(sku, Said()).wanted - wanted - max(0, given_up[sku]) for sku, (wanted, _) in told.items()}
        )
        if look.closed == CANCELLED or look.nothing_stays:
            for sku, (_, sent) in told.items():
                newly_sent = max(0, sent - max(gone_before[sku], before.get(sku, Said()).sent))
                less[sku] = max(less[sku], self.units(root, sku, *OPEN) - newly_sent)
        too_many = self.take_out(root, +less)
        followed.removed = +less - too_many
        more_sent = Counter(
            {sku: sent - max(gone_before[sku], before.get(sku, Said()).sent) for sku, (_, sent) in told.items()}
        )
        followed.sent = +more_sent
        if whole:
            skus = self.skus(root)
            followed.sent |= Counter({sku: self.units(root, sku, PROCESSING) for sku in skus})
            followed.waits_no_more = Counter({sku: self.units(root, sku, *OPEN) for sku in skus}) - followed.sent
            self.take_out(root, followed.waits_no_more)
        only_marked = Counter({sku: n * went_from_here for sku, n in given_up.items()})
        without_us = self.send(root, followed.sent, followed, +only_marked)
        for sku, (wanted, sent) in told.items():
            last = self.said[root].setdefault(sku, Said())
            added_here = max(0, without_us[sku] - given_up[sku])
            followed.added[sku] = max(0, wanted - last.wanted - added_here)
            last.wanted, last.sent = wanted, min(sent, wanted)
            last.no_longer_wanted = stays_out[sku] + too_many[sku]
            last.unsaid = max(0, unsaid[sku] - max(0, sent - wanted))
        followed.added = +followed.added
        if not self.open(root):
            followed.closed = look.closed or (CANCELLED if followed.removed and not followed.sent else SHIPPED)
        return followed, bool(too_many)

    @staticmethod
    def open_told(open_now: int, last: Said, gone: int, *, back: bool) -> tuple[int, int]:
        """Where less is open, the shop has first learnt of what was shipped from here; the rest is wanted less.

        An order that was missing and is there again: what is open was not sent after all.
        """
        if back:
            sent = min(last.sent, max(0, last.wanted - open_now))
            return open_now + sent, sent
        fewer = (last.wanted - last.sent) - open_now
        learnt = max(0, min(fewer, gone - last.sent))
        return last.wanted - fewer + learnt, last.sent + learnt

    def open(self, root: str) -> bool:
        return any(order.status in OPEN for order in self.members(root))

    def put_on_shelf(self, quantity: int, sku: str) -> None:
        for part, each in self.needs(Line(sku, 1, 0)).items():
            self.stock[part].on_hand += each * quantity

    # The command

    @command
    def sync(  # noqa: C901 - the steps of the rule, one after the other
        self,
        looks: Sequence[Look],
        *,
        only_open: bool = False,
        missing: str = "report",
        sure: bool = False,
        table: bool = True,
        counts: dict[str, int] | None = None,
        shops_own: bool = False,
        dry_run: bool = False,
    ) -> Answer:
        if table:
            self.check_columns(says_state=not only_open, sure=sure)
        there = {number for number in self.orders if self.orders[number].split_from is None}
        strangers = [look.number for look in looks if look.number in there and self.is_a_stranger(look)]
        others = [look.number for look in looks if look.number in self.orders and self.is_another(look)]
        others += [number for number in strangers if number not in others and not sure]
        known = [look for look in looks if look.number in there and look.number not in others]
        new = [look for look in looks if look.number not in self.orders and look.is_open]
        if not sure:
            self.check_file(looks, known, strangers, only_open=only_open)
        newest = max((look.placed_at for look in looks), default="")
        self.last_newest = max(newest or self.last_newest, "" if sure else self.last_newest)
        new_skus = sorted(self.arrive(new))
        conflicts = [(number, "other-order") for number in others]
        followed: dict[str, Followed] = {}
        marked = set[str]()
        only_marked: list[str] = []  # orders with an event that says so

        def reconcile(look: Look, *, only_open: bool = False) -> None:
            said = {sku: one.sent for sku, one in self.said[look.number].items()}
            one, shipped_more = self.reconcile(look, only_open=only_open)
            self.hear(look.number, said)
            marked.update(+one.only_marked)
            if +one.only_marked:
                only_marked.append(look.number)
            if shipped_more:
                conflicts.append((look.number, "shipped-more"))
            if one.added or one.removed or one.sent or one.came_back or one.waits_no_more:
                followed[look.number] = one

        before = copy.deepcopy((self.said, self.stock))
        for look in known:
            reconcile(look, only_open=only_open)
            self.was_missing.discard(look.number)
        named = {look.number for look in looks}
        open_ = [root for root in sorted(there, key=lambda n: self.orders[n].place) if self.open(root)]
        gone = [root for root in open_ if root not in named]
        if missing != "report":
            names_none = not looks or 0 < len(open_) == len(gone)
            if not sure and (names_none or (len(gone) >= FEW and len(gone) > len(open_) / 2)):
                raise Refused("not-allowed")
            for root in gone:
                reconcile(self.closing(root, missing))
            self.was_missing |= {*gone}
        if missing == "ship":
            self.remember_as_sent(there - named)
        count_again = self.take_off_the_shelf(followed)
        to_mark = {look.number: units for look in known if (units := self.to_mark(look.number))}
        counted = copy.deepcopy(self.stock)
        unknown = self.parts_of(sum(to_mark.values(), Counter()))
        returned = self.count_the_shelf(counts or {}, unknown if shops_own else None)
        are_counted = {*self.differences(counted)} if shops_own else self.are_counted(counts or {}, counted)
        released = self.place_and_sweep(followed, [self.orders[look.number] for look in new])
        for number, one in followed.items():
            if self.open(number):
                one.closed = None
        self.arrived = {}
        for order in self.orders.values():
            wanted = self.arrived.setdefault(self.root(order).number, Counter())
            for line in order.lines:
                wanted[line.sku] += line.quantity
        self.note_the_change(
            [*followed, *only_marked], [look.number for look in new], before, [*released, *returned], are_counted
        )
        statuses = [self.orders[look.number].status for look in new]
        return {
            "dry_run": dry_run,
            "added": len(new),
            "known": len(known) + len(others),
            "processing": statuses.count(PROCESSING),
            "backorder": statuses.count(BACKORDER),
            "new_skus": new_skus,
            "followed": followed,
            "conflicts": sorted(conflicts),
            "missing": gone,
            "to_mark": to_mark,
            "count_again": (count_again - set(counts or {})) | marked,
            "released": sorted(set(released) - set(returned)),
            "returned": sorted(set(returned) - set(released)),
        }

    def check_columns(self, *, says_state: bool, sure: bool) -> None:
        """A table that has lost the columns that say what is sent would make all of it open."""
        if self.says_state and not says_state and not sure:
            raise Refused("bad-input", 5)
        self.says_state = says_state

    def note_the_change(
        self,
        followed: Iterable[str],
        new: list[str],
        before: tuple[dict[str, dict[str, Said]], dict[str, Sku]],
        moved: list[str],
        are_counted: set[str],
    ) -> None:
        """One change in the history, of all orders of which the shop said something new and of all that moved."""
        said, stock = before
        roots = {*new, *followed, *(root for root in said if self.word(said[root]) != self.word(self.said[root]))}
        counted = are_counted or any(self.stock[sku].on_hand != stock[sku].on_hand for sku in stock)
        about = [order.number for root in sorted(roots) for order in self.members(root)]
        if about or counted or moved:
            kept = "" if followed or new or counted or moved else ONLY_LEARNT
            self.did("sync", [*about, *moved], {}, kept, counted=are_counted)

    @staticmethod
    def word(said: dict[str, Said]) -> dict[str, tuple[int, int, int]]:
        return {sku: (one.wanted, one.sent, one.unsaid) for sku, one in said.items() if one.wanted or one.sent}

    def remember_as_sent(self, roots: set[str]) -> None:
        for root in roots:
            before = {sku: one.sent for sku, one in self.said[root].items()}
            for sku, said in self.said[root].items():
                if said.sent < self.gone(root, sku):
                    said.sent = max(said.sent, min(self.gone(root, sku), said.wanted))
                    self.was_missing.add(root)
            self.hear(root, before)

    def hear(self, root: str, sent: dict[str, int]) -> None:
        """The shop says that it has sent other units than `sent`: it should count so many less."""
        for sku, said in self.said[root].items():
            for own, n in self.needs(Line(sku, said.sent - sent.get(sku, 0), 0)).items():
                if own in self.books:
                    self.books[own].due -= n

    def take_off_the_shelf(self, followed: dict[str, Followed]) -> set[str]:
        """What no Processing order held, down to what others have allocated; the SKUs of which there was not enough."""
        missed = Counter[str]()
        self.missed = {}
        for one in followed.values():
            for sku, quantity in self.parts_of(one.off_the_shelf).items():
                taken = min(quantity, self.available(sku))
                self.stock[sku].on_hand -= taken
                missed[sku] += quantity - taken
        for sku in self.books.keys() & +missed:
            absent = max(0, missed[sku] - self.stock[sku].on_hand)
            self.books[sku].untold += absent
            self.books[sku].due += missed[sku] - absent  # others hold them: they are still to be taken off
            self.missed[sku] = absent, missed[sku] - absent
        return {*(+missed)}

    def to_mark(self, root: str) -> Counter[str]:
        said = self.said[root].items()
        return +Counter({sku: min(self.gone(root, sku), one.wanted) - one.sent for sku, one in said})

    def is_another(self, look: Look) -> bool:
        """A part's number, or a date more than a day from the one here."""
        known = self.orders[look.number]
        times = [datetime.fromisoformat(at.replace("Z", "+00:00")) for at in (known.placed_at, look.placed_at)]
        return known.split_from is not None or abs((times[0] - times[1]).total_seconds()) > DAY

    def is_a_stranger(self, look: Look) -> bool:
        """It shares no SKU with what is known of the order."""
        if look.closed == CANCELLED or not look.lines:
            return False
        on_lines = self.now_in(self.orders[look.number])
        known = {*on_lines} | {
            sku
            for sku, it in self.said[look.number].items()
            if it.sent or it.elsewhere or it.wanted - it.elsewhere - on_lines[sku]
        }
        return bool(known) and known.isdisjoint(line[0] for line in look.lines)

    def check_file(self, looks: Sequence[Look], known: list[Look], strangers: list[str], *, only_open: bool) -> None:
        """Which file is this? Refused where it is older, another shop's, or takes back most of what shipped."""
        named = [look for look in looks if look.number in self.said]
        if len(strangers) >= FEW and len(strangers) * 2 > len(named):
            raise Refused("other-shop")
        changed, back = set[str](), set[str]()
        for look in known:
            changes, comes_back = copy.deepcopy(self).would(look, only_open=only_open)
            (back if comes_back else changed).update([look.number] if changes else [])
        newest = max((look.placed_at for look in looks), default="")
        open_ = [order.placed_at for order in self.orders.values() if self.open(self.root(order).number)]
        holds_what_is_open = only_open and newest >= max(open_, default="")
        if newest and newest < self.last_newest and (back if holds_what_is_open else back | changed):
            raise Refused("older-file")
        back = {root for root in back if self.shipped_here(root)}
        called_sent = [
            look.number
            for look in named
            if self.shipped_here(look.number) and any(it.sent for it in self.said[look.number].values())
        ]
        if len(back) >= FEW and len(back) * 2 > len(called_sent):
            raise Refused("takes-back")

    def would(self, look: Look, *, only_open: bool) -> tuple[bool, bool]:
        """Whether the look changes anything, and whether something would come back. It is done, too."""
        before = copy.deepcopy(self.said[look.number])
        back = look.number in self.was_missing
        one, one.too_many = self.reconcile(look, only_open=only_open)
        words = [{sku: self.word_of(it) for sku, it in said.items()} for said in (before, self.said[look.number])]
        other_word = any(words[0].get(sku, (0, 0, 0)) != word for sku, word in words[1].items())
        not_only_learnt = any(
            wanted != words[0][sku][0] or sent - unsaid < words[0][sku][1] - words[0][sku][2]
            for sku, (wanted, sent, unsaid) in words[1].items()
            if sku in words[0]
        )
        comes_back = back or bool(one.came_back)
        return one.is_news or not_only_learnt or (comes_back and other_word), comes_back

    @staticmethod
    def word_of(said: Said) -> tuple[int, int, int]:
        return said.wanted, said.sent, said.unsaid

    def shipped_here(self, root: str) -> bool:
        return any(order.status == SHIPPED and not order.sent_there for order in self.members(root))

    def arrive(self, new: Iterable[Look]) -> Iterator[str]:
        """New orders stand before the door; what the shop has sent of them itself is not ours to send."""
        for look in new:
            made = self.new_id()
            open_ = [(sku, wanted - sent) for sku, wanted, sent, _ in look.lines]
            lines = [Line(sku, quantity, place) for place, (sku, quantity) in enumerate(open_, 1) if quantity]
            order = Order(look.number, look.placed_at, lines, status=ARRIVING, arrival=made, made=made)
            self.orders[look.number], self.said[look.number] = order, {}
            for sku, wanted, sent, _ in look.lines:
                if sku not in self.stock:
                    self.stock[sku] = Sku()
                    yield sku
                said = self.said[look.number].setdefault(sku, Said())
                said.wanted, said.sent, said.elsewhere = said.wanted + wanted, said.sent + sent, said.elsewhere + sent

    def closing(self, root: str, missing: str) -> Look:
        """A word of the shop that sends, or no longer wants, what is open here; what was given up here stays so."""
        lines = []
        for sku in {**self.said[root], **self.now_in(self.orders[root])}:
            said = self.said[root].get(sku, Said())
            open_, gone = self.units(root, sku, *OPEN), self.gone(root, sku)
            if missing == "ship":
                lines.append((sku, said.wanted, max(said.sent, gone + open_), 0))
            else:
                lines.append((sku, max(0, said.wanted - open_), gone, 0))
        return Look(root, "", lines, nothing_stays=missing == "cancel")

    def count_the_shelf(self, counts: dict[str, int], to_mark: Counter[str] | None) -> list[str]:
        """`to_mark` is what the shop does not know to be sent, where these are its own counts."""
        returned = []
        for sku, units in counts.items():
            if sku in self.kits:
                continue
            if to_mark is None:
                self.book(sku, units - self.stock[sku].on_hand)
            else:
                self.stock[sku].on_hand = self.follow_count(sku, units, to_mark[sku])
            while self.allocated(sku) > self.stock[sku].on_hand:
                last = [order for order in self.queue(PROCESSING) if self.wants(order, sku)][-1]
                last.status = BACKORDER
                returned.append(last.number)
        return returned

    def follow_count(self, sku: str, count: int, to_mark: int) -> int:
        """On hand, by what changed in the shop's count since the last look."""
        book = self.books.get(sku)
        absent, held = self.missed.pop(sku, (0, 0))  # what was sent and could not be taken off goes off with this count
        on_hand, untold = self.stock[sku].on_hand - absent - held, 0
        if book is None:
            on_hand = max(0, count - to_mark)
        elif on_hand + to_mark != count:
            theirs, untold = count - (book.due - held), book.untold - absent
            same = min(theirs, untold) if theirs > 0 and untold > 0 else 0
            same = max(theirs, untold) if theirs < 0 and untold < 0 else same
            on_hand += theirs - same
            untold += min(absent + held, max(0, -on_hand)) - same
        else:
            untold = max(0, -on_hand)
        self.books[sku] = Book(count, untold)
        return max(0, on_hand)

    def place_and_sweep(self, followed: dict[str, Followed], new: list[Order]) -> list[str]:
        """In one queue: what is wanted more, the new orders, and those that wait."""
        more: list[tuple[Order, str, int]] = []  # of orders in Processing
        for root, one in followed.items():
            for sku, quantity in one.added.items():
                takes, waiting = self.takes_more(root, sku), self.newest(root, BACKORDER)
                too_few = any(units > self.available(own) for own, units in self.parts_of({sku: quantity}).items())
                if takes is None or (waiting and too_few):
                    self.put_on(root, waiting or self.newest(root, ON_HOLD), sku, quantity)
                else:
                    more.append((takes, sku, quantity))
        asking = [(order, "", 0) for order in (*self.queue(BACKORDER), *new)] + more
        left = {sku: self.available(sku) for sku in self.stock}
        released: list[str] = []
        uncovered: list[tuple[Order, str, int]] = []
        for order, sku, quantity in sorted(asking, key=lambda one: one[0].place):
            wants = self.parts_of({sku: quantity}) if sku else self.needs_of(order)
            covered = all(units <= left[own] for own, units in wants.items())
            if covered or self.policy == STRICT:
                for own, units in wants.items():
                    left[own] -= units
            if not sku:
                released += [order.number] if covered and order.status == BACKORDER else []
                order.status = PROCESSING if covered else BACKORDER
            elif covered:
                self.put_on(self.root(order).number, order, sku, quantity)
            else:
                uncovered.append((order, sku, quantity))
        for order, sku, quantity in uncovered:
            root = self.root(order).number
            self.put_on(root, self.newest(root, BACKORDER), sku, quantity)
        return released + self.sweep(set(self.stock))


def divide(lines: Iterable[Line], left: Counter[str]) -> tuple[list[Line], list[Line]]:
    """The lines in two: those with the units that are `left` to be taken, which get fewer, and those with the rest."""
    goes, stays = [], []
    for line in lines:
        taken = min(left[line.sku], line.quantity)
        left[line.sku] -= taken
        if taken:
            goes.append(Line(line.sku, taken, line.position))
        if taken < line.quantity:
            stays.append(Line(line.sku, line.quantity - taken, line.position))
    return goes, stays
