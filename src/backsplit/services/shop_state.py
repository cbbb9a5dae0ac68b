"""Rule 11 for one family: compare the file with what the shop said at the last look, and do here what changed there."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

from backsplit.domain.history import EventKind
from backsplit.domain.imports import ArrivingLine, ArrivingOrder, Conflict, FollowedOrder, NamedOnly, ToMark, Units
from backsplit.domain.orders import Order, Status
from backsplit.domain.sync import (
    OPEN,
    ExportedUnits,
    Reconciliation,
    ShopState,
    as_read,
    exported_units,
    has_unknown_sent,
    has_unread,
    joined,
    place,
    reconcile,
    remembered,
    settled,
    to_mark,
    units,
)
from backsplit.domain.times import read_moment
from backsplit.repository import Entry, Repository
from backsplit.repository.bulk_import import Arrivals, Known


class ExportedFamily(NamedTuple):
    """What a file says of a family, by the id of its first order.

    `on_top`: the lines come on top of those of the last look, which an earlier place of the file has repeated.
    `was_missing`: at the last look the order was not in the file, and was closed for that. `nothing_stays` open here.
    `unread`: some lines could not be read that could be at the last look, so that a SKU without a line is as it was.
    """

    family: int
    lines: tuple[ArrivingLine, ...]
    closed: Status | None
    fingerprint: int | None
    source: int | None
    only_open: bool = False
    on_top: bool = False
    was_missing: bool = False
    cancel_all: bool = False
    unread: bool = False


def plan(repository: Repository, exported: ExportedFamily) -> Reconciliation:
    """What changed there since the last look, as it is to be done here; nothing is written yet."""
    family = repository.orders.members(exported.family)
    shop_state = repository.shop_state.of(exported.family)
    said = exported_units(exported.lines)
    for sku, last in remembered(family, shop_state).items():
        if exported.on_top or (exported.unread and sku not in said):
            said[sku] = _more(last, said.get(sku, ExportedUnits(0)), only_open=exported.only_open)
    return reconcile(
        family,
        shop_state,
        said,
        closed=exported.closed,
        only_open=exported.only_open,
        was_missing=exported.was_missing,
        cancel_all=exported.cancel_all or exported.closed is Status.CANCELLED,
        new_number=_new_numbers(repository, family[0]),
    )


def _more(last: ShopState, exported_units: ExportedUnits, *, only_open: bool) -> ExportedUnits:
    """What the shop said at the last look, and this on top of it."""
    if only_open:
        return exported_units._replace(wanted=last.wanted - last.sent + exported_units.wanted)
    sent, unsure = last.sent - last.assumed_sent + exported_units.sent, last.assumed_sent + exported_units.unsure
    return ExportedUnits(last.wanted + exported_units.wanted, sent, unsure)


def do(repository: Repository, reconciliation: Reconciliation) -> None:
    """Write the plan: orders, history, and on the shelf all but what `take_off` takes."""
    on_hand = {sku: -(n - reconciliation.unshelved.get(sku, 0)) for sku, n in reconciliation.sent.items()}
    for sku, n in reconciliation.came_back.items():
        on_hand[sku] = on_hand.get(sku, 0) + n
    repository.transitions.reshape(reconciliation.before, reconciliation.after, on_hand)
    repository.history.record(_events(reconciliation))
    note(repository, reconciliation, reconciliation.after)


def take_off(repository: Repository, reconciliation: Reconciliation) -> dict[str, int]:
    """Take what no Processing order held off the shelf, when all families are done: one may free what another was sent.

    Units per SKU that were not there to be taken off.
    """
    missed = {
        sku: n for sku, n in ((s, repository.stock.take_off(s, n)) for s, n in reconciliation.unshelved.items()) if n
    }
    repository.history.record(Entry(EventKind.MISSED, reconciliation.number, sku, n) for sku, n in missed.items())
    return missed


def add(repository: Repository, reconciliation: Reconciliation, covered: Collection[str]) -> tuple[Order, ...]:
    """Put what is wanted more on the family, after all else was done; the orders that are not as they were.

    `covered` are the SKUs of which what is available covers the units.
    """
    family = repository.orders.members(reconciliation.family)
    after = place(family, reconciliation.added, covered, _new_numbers(repository, family[0]))
    repository.transitions.reshape(family, after)
    changed = tuple(order for order in after if order not in family)
    for order in changed:
        was = next((one.wanted for one in family if one.id == order.id), Counter[str]())
        repository.history.record(
            Entry(EventKind.ASKED_MORE, order.number, sku, n) for sku, n in (order.wanted - was).items()
        )
    note(repository, reconciliation, after)
    return changed


def note(repository: Repository, reconciliation: Reconciliation, members: Sequence[Order]) -> None:
    """Remember what the shop said, and whether it knows of all that shipped here, of a family with these members."""
    shop_state = settled(reconciliation.shop_state, members)
    repository.shop_state.write(reconciliation.family, shop_state)
    repository.shop_state.note_change(reconciliation.family, repository.history.change_id)
    shipped = units(members, Status.SHIPPED)
    if all(shipped[sku] + it.sent_by_shop <= it.sent for sku, it in shop_state.items()):
        repository.shop_state.mark(reconciliation.family)
    else:
        repository.shop_state.unmark(reconciliation.family)


def marks(repository: Repository, family: int) -> ToMark | None:
    """What of a family is to be marked as sent in the shop."""
    members = repository.orders.members(family)
    unknown = to_mark(members, repository.shop_state.of(family))
    return ToMark(members[0].number, as_units(unknown)) if unknown else None


def outcome(repository: Repository, reconciliation: Reconciliation) -> FollowedOrder:
    """What was done, for people and scripts, with what is open of the family now."""
    members = repository.orders.members(reconciliation.family)
    open_ = tuple(order for order in members if order.status in OPEN)
    went = reconciliation.closed or (Status.SHIPPED if reconciliation.sent else Status.CANCELLED)
    return FollowedOrder(
        order=reconciliation.number,
        added=as_units(reconciliation.added),
        removed=as_units(reconciliation.removed),
        sent=as_units(reconciliation.sent),
        came_back=as_units(reconciliation.came_back),
        closed=None if open_ else went,
        open=open_,
    )


def as_units(quantities: dict[str, int]) -> tuple[Units, ...]:
    return tuple(Units(sku, quantity) for sku, quantity in quantities.items())


def _new_numbers(repository: Repository, root: Order) -> Callable[[], str]:
    """Numbers for new parts of a family: each call gives the next that is free."""
    given: set[str] = set()

    def new_number() -> str:
        number = repository.orders.free_part_number(root, given)
        given.add(number)
        return number

    return new_number


def _events(reconciliation: Reconciliation) -> Iterator[Entry]:
    """An event for each SKU of each order that is no longer as it was, and for what no order here held."""
    before = {order.id: order for order in reconciliation.before}
    sent, back = Counter(reconciliation.sent), Counter(reconciliation.came_back)
    for order in reconciliation.after:
        was = before[order.id] if order.id else None
        if was is None:
            reason = f"{order.status.value}, from {order.split_from}"
            yield from (Entry(EventKind.PARTED, order.number, sku, n, reason) for sku, n in order.wanted.items())
            continue
        if was.status is Status.SHIPPED:
            left = order.wanted if order.status is Status.SHIPPED else Counter[str]()
            back -= was.wanted - left
            yield from (Entry(EventKind.CAME_BACK, order.number, sku, n) for sku, n in (was.wanted - left).items())
        elif order.status is Status.SHIPPED:
            sent -= order.wanted
            yield from (Entry(EventKind.SENT_THERE, order.number, sku, -n) for sku, n in order.wanted.items())
        elif order.status is not Status.CANCELLED:
            less, more = was.wanted - order.wanted, order.wanted - was.wanted
            yield from (Entry(EventKind.ASKED_LESS, order.number, sku, n) for sku, n in less.items())
            yield from (Entry(EventKind.WAITS, order.number, sku, n, "came back") for sku, n in more.items())
        if order.status is Status.CANCELLED and was.status is not Status.CANCELLED:
            yield Entry(EventKind.CANCELLED, order.number, reason="the shop no longer wants it")
    yield from (Entry(EventKind.SENT_THERE, reconciliation.number, sku, -n) for sku, n in sent.items())
    yield from (Entry(EventKind.CAME_BACK, reconciliation.number, sku, n) for sku, n in back.items())


SAME_ORDER = timedelta(days=1)  # that two dates of one order may differ
CLOSED: dict[Status | None, int] = {None: 0, Status.SHIPPED: 1, Status.CANCELLED: 2}


class KnownOrders:
    """The known orders that the files name. Only those of which the shop says something new are kept in memory."""

    def __init__(self, repository: Repository, arrivals: Arrivals) -> None:
        self._repository = repository
        self._arrivals = arrivals
        self._file = 0
        self._source = 0
        self._only_open = False
        # By the order's id: which file named it last, and as what that file closed it.
        self._named_by = array("H", bytes(2 * arrivals.ids.start))
        self._closed_as = bytearray(arrivals.ids.start)
        self.sources: set[int] = set()
        self.sources_with_orders: set[int] = set()
        self.changed: dict[int, ExportedFamily] = {}
        self.conflicts: dict[str, Conflict] = {}
        self.closed_seen = False  # whether any file shows an order as fulfilled or cancelled
        self.known = 0
        self.twice = 0  # known orders that two of the files name

    def next_file(self, source: str, *, only_open: bool) -> None:
        """Further orders are of another file, from this source."""
        self._file += 1
        self._source = self._arrivals.next_file(source, only_open=only_open)
        self._only_open = only_open
        self.sources.add(self._source)

    def take(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the new orders of the batch, and look at those that are known."""
        if batch:
            self.sources_with_orders.add(self._source)
        self.closed_seen = self.closed_seen or any(
            order.closed or order.lines[0].sent for order in batch if order.lines
        )
        for order, known in self._arrivals.add(batch):
            if not self._is_another(order, known):
                self._compare(order, known)
        self._arrivals.unread.clear()

    def unread(self, number: str) -> None:
        """A line of an order that is still to be taken could not be read."""
        self._arrivals.unread.add(number)

    def named(self, order: NamedOnly) -> None:
        """The file holds the order, and nothing else of it counts."""
        self.sources_with_orders.add(self._source)
        family = self._arrivals.known_id(order.number)
        if family is not None and not self._named_by[family]:
            self.known += 1
            self._named_by[family] = self._file

    def holds(self, family: int) -> bool:
        """Whether any of the files names the order."""
        return family >= len(self._named_by) or bool(self._named_by[family])  # an order that is new came from them

    def _compare(self, order: ArrivingOrder, known: Known) -> None:
        family, now = known.id, self._arrivals.fingerprint(order)
        before = self._named_by[family]
        self.known += not before
        self.twice += before not in (0, self._file)
        self._named_by[family] = self._file
        is_same = now == known.fingerprint and known.source is not None and not has_unknown_sent(now)
        if is_same and before != self._file:  # as most orders are
            self._closed_as[family] = CLOSED[order.closed]
            self.changed.pop(family, None)
            return
        exported = ExportedFamily(family, order.lines, order.closed, now, self._source, self._only_open)
        exported = exported._replace(was_missing=known.fingerprint is None and known.source is not None)
        if has_unread(now) and not has_unread(known.fingerprint):
            exported = exported._replace(fingerprint=as_read(now), unread=True)
        if before == self._file:  # the file comes back to the order
            exported = self._on_top(exported)
        self._closed_as[family] = CLOSED[exported.closed]
        self.changed.pop(family, None)
        planned = plan(self._repository, exported)
        if planned.is_other_word or planned.changes_orders:
            self.changed[family] = exported
        else:  # the same in other rows
            self._repository.shop_state.set_fingerprint(family, exported.fingerprint, exported.source)

    def _on_top(self, exported: ExportedFamily) -> ExportedFamily:
        """The rows that the file had before, and these. If nothing is kept of those, they said what is remembered."""
        family, earlier = exported.family, self.changed.get(exported.family)
        closed = _closed_by_both(self._closed_as[family], exported.closed)
        if earlier is None:
            before = self._repository.shop_state.fingerprint_of(family)
            return exported._replace(fingerprint=joined(before, exported.fingerprint), closed=closed, on_top=True)
        return earlier._replace(
            lines=(*earlier.lines, *exported.lines),
            fingerprint=joined(earlier.fingerprint, exported.fingerprint),
            closed=closed,
            unread=earlier.unread or exported.unread,
        )

    def _is_another(self, order: ArrivingOrder, known: Known) -> bool:
        """Name an order that only has the number of one that is known."""
        if known.id != known.family:
            reason = "that number is a part's here"
        elif known.source not in (None, self._source):
            reason = f"it came from another source ({self._repository.shop_state.source_name(known.source)})"
        elif order.said.placed_at and _days_apart(order.said.placed_at, known.placed_at):
            reason = f"it was placed on {known.placed_at[:10]} here and on {order.said.placed_at[:10]} in the file"
        else:
            return False
        message = f"{order.number} is another order: {reason}. Keep the two apart with --prefix, or --source"
        self.known += order.number not in self.conflicts
        self.conflicts[order.number] = Conflict(order.number, "other-order", message)
        return True


def _closed_by_both(before: int, now: Status | None) -> Status | None:
    """One place is enough to cancel an order; if all lines of one place are sent, those of others may be open."""
    if CLOSED[Status.CANCELLED] in (before, CLOSED.get(now)):
        return Status.CANCELLED
    return now if before == CLOSED[Status.SHIPPED] else None


def _days_apart(one: str, other: str) -> bool:
    if one == other:
        return False
    return abs(read_moment(one) - read_moment(other)) > SAME_ORDER


@contextmanager
def keep_shop_state(repository: Repository, family: int) -> Iterator[None]:
    """Whatever happens inside to the lines of a family, the shop goes on asking for what it asked for before."""
    from backsplit.domain.sync import remembered, settled  # noqa: PLC0415 - most splits need none of it

    shop_state = remembered(repository.orders.members(family), repository.shop_state.of(family))
    yield
    repository.shop_state.write(family, settled(shop_state, repository.orders.members(family)))
