"""Rule 11: what changed in the shop since the last look, and what it does to the orders of one family here.

A family goes through three steps: what came back, what is wanted less, what was sent. What is wanted more is placed
later, when all families have gone through these and the counts are taken.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from backsplit.domain.imports import ArrivingLine, ArrivingOrder
from backsplit.domain.orders import Line, Order, Status, add, join, next_position, take
from backsplit.domain.split import part_of
from backsplit.values import NamedTuple

Units = dict[str, int]  # by SKU
NewNumber = Callable[[], str]

OPEN = (Status.PROCESSING, Status.ON_HOLD, Status.BACKORDER)  # in the order in which the shop's parcels take from them


class ExportedUnits(NamedTuple):
    """What a file says of one SKU of an order: units wanted in all, and units sent.

    `unsure` more units may have been sent, where the file does not say how many.
    """

    wanted: int
    sent: int = 0
    unsure: int = 0


class ShopState(NamedTuple):
    """What is remembered of one SKU of a family: what the shop wanted and had sent at the last look.

    `sent_by_shop` are units that the shop sent and no order here shipped. `wanted_not_on_lines` is what is left of
    wanted without these and without the units on lines here: below 0 where lines hold what the shop does not want.
    `assumed_sent` of the units sent are known here: the file left open whether the shop has sent them.
    `no_longer_wanted` are units that have shipped here and that it wanted then.
    """

    wanted: int
    sent: int = 0
    sent_by_shop: int = 0
    wanted_not_on_lines: int = 0
    assumed_sent: int = 0
    no_longer_wanted: int = 0

    @property
    def said(self) -> tuple[int, int, int]:
        """The shop's word."""
        return self.wanted, self.sent, self.assumed_sent


class Reconciliation(NamedTuple):
    """What following the shop does to one family, from its members `before` to those `after`.

    `last` is what the shop said at the last look, `shop_state` what it says now. `added` is still to be placed;
    `unshelved` are units sent that no Processing order held; `too_many` are units that have shipped here though the
    shop no longer wants them. `marked` are units that were given up here and that the shop only calls sent: what
    went of the order went from here. `left_waiting` are the units, by the number of the order that waited for them,
    that were added here and are given up, since the shop has sent the order as a whole.
    """

    before: tuple[Order, ...]
    after: tuple[Order, ...]
    last: dict[str, ShopState]
    shop_state: dict[str, ShopState]
    closed: Status | None
    came_back: Units
    removed: Units
    sent: Units
    added: Units
    unshelved: Units
    too_many: Units
    marked: Units
    left_waiting: dict[str, Units]

    @property
    def number(self) -> str:
        """The number that the shop knows."""
        return self.before[0].number

    @property
    def family(self) -> int:
        """The id of the order that the shop knows."""
        return self.before[0].family

    @property
    def changes_orders(self) -> bool:
        return bool(self.came_back or self.removed or self.sent or self.added or self.left_waiting)

    @property
    def is_other_word(self) -> bool:
        """Whether the shop says something else than at the last look."""
        return any(now.said != self.last[sku].said for sku, now in self.shop_state.items())

    @property
    def has_not_only_learnt(self) -> bool:
        """Whether the shop says more than that it knows of more units sent, even where nothing is to be done for it.

        An older export that says so would make us forget its newer word.
        """
        return any(
            now.wanted != last.wanted or now.sent - now.assumed_sent < last.sent - last.assumed_sent
            for now, last in ((now, self.last[sku]) for sku, now in self.shop_state.items())
        )

    @property
    def touched(self) -> set[str]:
        """The SKUs of all orders that are not as they were: other orders may be covered now, or these."""
        changed = {*self.before, *self.after} - {*self.before}.intersection(self.after)
        return {*self.sent, *self.came_back, *(line.sku for order in changed for line in order.lines)}

    @property
    def is_news(self) -> bool:
        """Whether the shop says something that is to be done or told; that it has learnt of a shipment is not."""
        return self.changes_orders or bool(self.too_many or self.marked)


def remembered(family: Iterable[Order], shop_state: Mapping[str, ShopState]) -> dict[str, ShopState]:
    """What the shop said at the last look of each SKU of the family: where nothing is noted, what the lines say."""
    lines = units(family)
    return {sku: shop_state.get(sku, ShopState(lines[sku])) for sku in {**lines, **shop_state}}


def reconcile(
    family: Sequence[Order],
    shop_state: Mapping[str, ShopState],
    exported_units: Mapping[str, ExportedUnits],
    *,
    closed: Status | None,
    only_open: bool,
    was_missing: bool,
    cancel_all: bool,
    shipped_here: bool,
    new_number: NewNumber,
) -> Reconciliation:
    """What changed there since the last look, done here. `family` begins with the order that the shop knows.

    `only_open`: the file tells what is open, and not what is wanted in all. `was_missing`: an order that was taken for
    sent, since such a file did not hold it. `closed`: the shop has cancelled the order, or sent it as a whole, and
    wants no more than is sent. `cancel_all`: nothing stays open, not even what was added here: the order is cancelled.
    `shipped_here`: something of the order has shipped from here.

    An order that the shop has sent as a whole went as it stands here: what is in Processing ships as it is, and what
    was added here and waits is given up. Where what went has gone from here, units that were given up here and that
    the shop calls sent are only marked there.
    """
    last = remembered(family, shop_state)
    shipped, open_ = units(family, Status.SHIPPED), units(family, *OPEN)
    packed = units(family, Status.PROCESSING) if closed is Status.SHIPPED else Counter[str]()
    given_up = Counter[str]()
    came_back, less, sent, added_here = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    not_again = Counter[str]()  # of those that came back: as many stay out in their place, and the shop wants these
    now: dict[str, ShopState] = {}
    for sku in {**exported_units, **last}:
        old = last.get(sku, ShopState(0))
        known = shipped[sku] + old.sent_by_shop
        said = exported_units.get(sku, ExportedUnits(0))
        new = (
            _exported_open(said.wanted, old, known, back=was_missing)
            if only_open
            else _exported(said, old, known + packed[sku], closed)
        )
        given_up[sku] = old.wanted - known - open_[sku]  # here; below 0: added here
        added_here[sku] = -given_up[sku]
        if new.sent < old.sent - old.assumed_sent:  # else the shop had never said that it sent more
            stays_out = _stays_out(old, new, known)
            came_back[sku] = max(0, min(known, old.sent) - new.sent - stays_out)
            not_again[sku] = min(stays_out, came_back[sku])
        sent[sku] = max(0, new.sent - max(known, old.sent))
        less[sku] = max(0, old.wanted - new.wanted - max(0, given_up[sku]))
        if cancel_all:
            less[sku] = max(less[sku], open_[sku] + came_back[sku] - not_again[sku] - sent[sku])
        now[sku] = new
    taken_back_by_shop = Counter(
        {sku: n - max(0, last[sku].sent - last[sku].sent_by_shop) for sku, n in (+came_back).items()}
    )
    after, sent_by_shop = _come_back(tuple(family), came_back, +taken_back_by_shop, +not_again, new_number)
    after, too_many = _take_out(after, less)
    left_waiting: dict[str, Units] = {}
    if closed is Status.SHIPPED:
        sent |= units(after, Status.PROCESSING)
        after, left_waiting = _give_up_what_waits(after, units(after, *OPEN) - sent)
    after, held, sent_by_shop_now = _send(after, sent, new_number)
    marked = sent_by_shop_now & +given_up if shipped_here or packed else Counter[str]()
    without_us = sent_by_shop_now
    sent_by_shop_now, sent = sent_by_shop_now - marked, sent - marked
    more = Counter[str]()
    for sku, state in now.items():
        old = last.get(sku, ShopState(0))
        sent_by_shop_in_all = old.sent_by_shop - sent_by_shop[sku] + sent_by_shop_now[sku]
        # What was added here, and is closed as sent with the rest, the shop has not sent.
        beyond = max(0, state.sent - state.wanted)
        now[sku] = state._replace(
            sent=state.sent - beyond,
            sent_by_shop=sent_by_shop_in_all,
            assumed_sent=max(0, state.assumed_sent - beyond),
            no_longer_wanted=_stays_out(old, state, shipped[sku] + old.sent_by_shop) + too_many[sku],
        )
        # Units that were sent and that nothing open held are no longer to be sent: they count as added here.
        more[sku] = max(0, state.wanted - old.wanted - max(0, added_here[sku] + without_us[sku]))
    return Reconciliation(
        before=tuple(family),
        after=after,
        last={sku: last.get(sku, ShopState(0)) for sku in now},
        shop_state=now,
        closed=closed,
        came_back=+came_back,
        removed=+(less - too_many),
        sent=+sent,
        added=+more,
        unshelved=+(sent - held),
        too_many=+too_many,
        marked=marked,
        left_waiting=left_waiting,
    )


def _stays_out(old: ShopState, new: ShopState, out: int) -> int:
    """Units that shipped here, that the shop has not wanted since, and that it does not want now: none of them returns.

    What it takes back is first of these: no more comes back than it wants beyond what is out.
    """
    return min(old.no_longer_wanted, max(0, out - max(old.wanted, new.wanted)))


def place(
    family: Sequence[Order], added: Mapping[str, int], covered: Collection[str], new_number: NewNumber
) -> tuple[Order, ...]:
    """Put what is wanted more on the family. `covered` are the SKUs of which what is available covers them.

    What is covered goes on the order that `takes_more` names. The rest goes on the newest Backorder order; else, where
    all that is open is on hold, on the newest of these; else on a new part. An order that ships complete waits with it.
    """
    members = list(family)
    newest = {order.status: at for at, order in enumerate(members)}
    processing, held = newest.get(Status.PROCESSING), newest.get(Status.ON_HOLD)
    waiting = newest.get(Status.BACKORDER, held if processing is None else None)
    going = {sku: members.index(order) for sku in covered if sku in added and (order := takes_more(family, sku))}
    if (
        processing is not None
        and waiting is None
        and going.keys() != added.keys()
        and members[processing].ship_complete
    ):
        members[processing] = members[processing]._replace(status=Status.BACKORDER)
        going, waiting = {}, processing
    for sku, quantity in added.items():
        line = Line(sku, quantity, position=next_position(members))
        to = going.get(sku, waiting)
        if to is not None:
            members[to] = add(members[to], line)
        else:
            waiting = len(members)
            members.append(part_of(members[-1], (line,), Status.BACKORDER, new_number()))
    return tuple(members)


def takes_more(family: Sequence[Order], sku: str) -> Order | None:
    """The Processing order on which more of a SKU goes if it is covered.

    That is the newest which has the SKU and is on no pick list; else, where nothing of the family waits, the newest.
    """
    processing = [order for order in reversed(family) if order.status is Status.PROCESSING]
    packed = next((order for order in processing if order.pick is None and sku in order.wanted), None)
    if packed is None and processing and all(order.status is not Status.BACKORDER for order in family):
        return processing[0]
    return packed


def settled(shop_state: Mapping[str, ShopState], family: Iterable[Order]) -> dict[str, ShopState]:
    """What is to be remembered of a family whose lines have changed: the shop asks for what it asked for.

    It does not ask for a SKU that the lines did not have before.
    """
    lines = units(family)
    all_ = {**dict.fromkeys(lines, ShopState(0)), **shop_state}
    return {
        sku: state._replace(wanted_not_on_lines=state.wanted - state.sent_by_shop - lines[sku])
        for sku, state in all_.items()
    }


def to_mark(family: Sequence[Order], shop_state: Mapping[str, ShopState]) -> Units:
    """Units shipped here of which the shop does not know yet, never more than it still wants."""
    return not_known(units(family, Status.SHIPPED), units(family), shop_state)


def not_known(shipped: Mapping[str, int], lines: Mapping[str, int], shop_state: Mapping[str, ShopState]) -> Units:
    """The same of the units that shipped here, all units on the family's lines, and what is noted of it."""
    unknown = {}
    for sku in lines:
        it = shop_state.get(sku)
        wanted, sent, sent_by_shop = (it.wanted, it.sent, it.sent_by_shop) if it else (lines[sku], 0, 0)
        unknown[sku] = min(shipped.get(sku, 0) + sent_by_shop, wanted) - sent
    for sku, state in shop_state.items():
        if sku not in lines:
            unknown[sku] = min(state.sent_by_shop, state.wanted) - state.sent
    return {sku: quantity for sku, quantity in unknown.items() if quantity > 0}


def units(family: Iterable[Order], *statuses: Status) -> Counter[str]:
    """Units per SKU of the orders in these statuses, or of all."""
    total: Counter[str] = Counter()
    for order in family:
        if not statuses or order.status in statuses:
            total.update(order.wanted)
    return total


def _exported(said: ExportedUnits, old: ShopState, known: int, closed: Status | None) -> ShopState:
    sent = min(max(known, said.sent), said.sent + said.unsure)
    assumed_sent = max(0, sent - max(said.sent, old.sent - old.assumed_sent))  # what was said once still is
    return old._replace(wanted=sent if closed else said.wanted, sent=sent, assumed_sent=assumed_sent)


def _exported_open(open_now: int, old: ShopState, known: int, *, back: bool) -> ShopState:
    """Where less is open than at the last look, the shop has first learnt of what was shipped from here.

    Where the order is `back` in the file, what is open was not sent after all; it is not wanted more.
    """
    old = old._replace(assumed_sent=0)
    if back:
        sent = min(old.sent, max(0, old.wanted - open_now))
        return old._replace(wanted=open_now + sent, sent=sent)
    change = open_now - (old.wanted - old.sent)
    learnt = min(max(0, -change), max(0, known - old.sent))
    return old._replace(wanted=old.wanted + change + learnt, sent=old.sent + learnt)


def _come_back(
    family: tuple[Order, ...],
    back: Mapping[str, int],
    taken_back_by_shop: Counter[str],
    not_again: Counter[str],
    new_number: NewNumber,
) -> tuple[tuple[Order, ...], Counter[str]]:
    """Units stand in the queue again: a Shipped order that comes back whole as itself, others on the waiting part.

    `taken_back_by_shop` of them no order here had shipped: of what shipped here, the shop can only take back what it
    knew of. `not_again` of them stand in no queue; an order that is left with no line for it is cancelled.
    Also the units that came back of those which no order here had shipped.
    """
    if not +Counter(back):
        return family, Counter()
    left = Counter(back) - taken_back_by_shop
    members = list(family)
    returned: tuple[Line, ...] = ()
    for place, order in reversed(list(enumerate(members))):
        if order.status is Status.SHIPPED and order.wanted <= left:
            again, _, not_again = take(order.lines, not_again, last_first=True)
            members[place] = (
                order._replace(status=Status.BACKORDER, lines=again)
                if again
                else order._replace(status=Status.CANCELLED)
            )
            left -= order.wanted
    for place, order in reversed(list(enumerate(members))):
        if order.status is Status.SHIPPED:
            kept, taken, left = take(order.lines, left, last_first=True)
            members[place] = order._replace(lines=kept)
            returned = join(returned, taken)
    left += taken_back_by_shop
    position = max(next_position(family), next_position(members))
    returned += tuple(Line(sku, left[sku], position=position + place) for place, sku in enumerate(left))
    waiting, _, _ = take(returned, not_again, last_first=True)
    return _wait(members, waiting, new_number), left


def _wait(members: list[Order], lines: tuple[Line, ...], new_number: NewNumber) -> tuple[Order, ...]:
    """The lines on the newest Backorder order, or on a new part."""
    if not lines:
        return tuple(members)
    waiting = [place for place, order in enumerate(members) if order.status is Status.BACKORDER]
    if waiting:
        members[waiting[-1]] = members[waiting[-1]]._replace(lines=join(members[waiting[-1]].lines, lines))
    else:
        members.append(part_of(members[-1], lines, Status.BACKORDER, new_number()))
    return tuple(members)


def _take_out(family: tuple[Order, ...], less: Mapping[str, int]) -> tuple[tuple[Order, ...], Counter[str]]:
    """Units taken off what is open, what waits first; an order that would be left without lines is cancelled.

    Also the units that nothing open holds.
    """
    left = +Counter(less)
    members = list(family)
    for status in reversed(OPEN):
        for place, order in reversed(list(enumerate(members))):
            if order.status is status:
                kept, taken, left = take(order.lines, left, last_first=True)
                if taken:
                    members[place] = order._replace(lines=kept) if kept else order._replace(status=Status.CANCELLED)
    return tuple(members), left


def _give_up_what_waits(
    family: tuple[Order, ...], waiting: Mapping[str, int]
) -> tuple[tuple[Order, ...], dict[str, Units]]:
    """Take off units that are in no parcel of an order which is sent as a whole; also these, by the order's number."""
    after, _ = _take_out(family, waiting)
    taken = {
        was.number: dict(was.wanted - (now.wanted if now.status in OPEN else Counter[str]()))
        for was, now in zip(family, after, strict=True)
        if was.status in OPEN
    }
    return after, {number: units for number, units in taken.items() if units}


def _send(
    family: tuple[Order, ...], sent: Mapping[str, int], new_number: NewNumber
) -> tuple[tuple[Order, ...], Counter[str], Counter[str]]:
    """Units shipped as the shop shipped them; of an order that is sent in part, the rest goes on a new part.

    Also the units that Processing orders held, and those that nothing open held.
    """
    left = +Counter(sent)
    members = list(family)
    held: Counter[str] = Counter()
    for status in OPEN:
        for place, order in enumerate(family):
            if order.status is not status:
                continue
            rest, taken, left = take(order.lines, left)
            if not taken:
                continue
            members[place] = order._replace(status=Status.SHIPPED, lines=taken)
            if status is Status.PROCESSING:
                held.update(members[place].wanted)
            if rest:
                members.append(part_of(order, rest, status, new_number()))
    return tuple(members), held, left


MASK = (1 << 47) - 1  # SQLite stores such a number in 6 bytes
UNREAD = 1  # the lowest bit: some lines of the order could not be read
HAS_UNKNOWN_SENT = 2  # the next bit: of some line the file does not say how much was sent
FLAGS = UNREAD | HAS_UNKNOWN_SENT
SKUS_REMEMBERED = 1 << 16  # a large file names the same few thousand SKUs again and again
# How much a unit counts in a look that is sent, or perhaps sent; one that is wanted counts 1. Primes, so far apart that
# a few units of one kind are never as much as some of another.
SENT, UNSURE = 1_000_003, 1_000_000_000_039


def fingerprint(order: ArrivingOrder, *, only_open: bool, unread: bool = False) -> int:
    """A number for all that counts of the order in rule 11. The looks at two halves of an order add up.

    `unread`: there are more lines of it, which could not be read.
    """
    total, unknown_sent = _CLOSED[order.closed] + (_ONLY_OPEN if only_open else 0), False
    for sku, wanted, _, sent, unsure, _ in order.lines:
        if sent or unsure:
            wanted += sent * SENT + unsure * UNSURE  # noqa: PLW2901 - as much as it counts
            unknown_sent = unknown_sent or unsure > 0
        total += mark_of(sku) * wanted
    return total & MASK | unread | unknown_sent * HAS_UNKNOWN_SENT


def fingerprint_of_open(marks: int, *, only_open: bool, unread: bool) -> int:
    """The same number for an open order of which nothing is sent, from the marks of its SKUs, added up by the unit."""
    return marks + (_ONLY_OPEN if only_open else 0) & MASK | unread


def joined(first: int | None, second: int | None) -> int:
    """The look at an order whose halves were looked at apart."""
    one, other = first or 0, second or 0
    return (one & ~FLAGS) + (other & ~FLAGS) & MASK | (one | other) & FLAGS


def has_unread(seen: int | None) -> bool:
    """Whether lines of the order could not be read at that look."""
    return bool((seen or 0) & UNREAD)


def has_unknown_sent(seen: int) -> bool:
    """Whether the same look may mean more by now: of what the file leaves open, what is known here as sent counts."""
    return bool(seen & HAS_UNKNOWN_SENT)


def as_read(seen: int) -> int:
    """The look as if all lines had been read, since those that were not are known from before.

    It is like no other look, so that the order is looked at again when they can be read.
    """
    return (seen ^ _KNOWN_FROM_BEFORE) & ~UNREAD


def exported_units(lines: Iterable[ArrivingLine]) -> dict[str, ExportedUnits]:
    """What the lines of a file say of each SKU."""
    said: dict[str, ExportedUnits] = {}
    for sku, quantity, _, sent, unsure, _ in lines:
        before = said.get(sku, ExportedUnits(0))
        said[sku] = ExportedUnits(before.wanted + quantity, before.sent + sent, before.unsure + unsure)
    return said


@lru_cache(maxsize=SKUS_REMEMBERED)
def mark_of(sku: str) -> int:
    """A number for a SKU, the same in every run, of which no two SKUs share one but by rare chance."""
    digest = hashlib.blake2b(sku.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & MASK & ~FLAGS


# An order of the same lines is another one when it closes. So far apart that the looks at many halves do not meet.
_ONLY_OPEN = 1 << 2
_KNOWN_FROM_BEFORE = 0x5A5A << 24
_CLOSED = {None: 0, Status.SHIPPED: 1 << 20, Status.CANCELLED: 1 << 34}
