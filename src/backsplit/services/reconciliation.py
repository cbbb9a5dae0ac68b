"""Rule 11: compare the known orders of a file with what the shop said of them last, and do here what changed there."""

from __future__ import annotations

import shlex
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from backsplit.domain.history import EventKind
from backsplit.domain.imports import (
    ArrivingLine,
    ArrivingOrder,
    Conflict,
    FollowedOrder,
    NamedOnly,
    Said,
    Units,
    UnmarkedOrder,
    days_apart,
    same_customer,
)
from backsplit.domain.kits import Recipe, in_parts
from backsplit.domain.orders import Order, Status
from backsplit.domain.provenance import MOST_NAMED, FileFacts
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
from backsplit.domain.times import minute_and_zone
from backsplit.repository import Entry, Repository
from backsplit.repository.bulk_import import Arrivals, Known
from backsplit.services.kits import recipes_at
from backsplit.values import NamedTuple

WENT_WHOLE = "the shop has sent the order as a whole"
MARKED_ONLY = "called sent by the shop, but given up here before: nothing leaves the shelf"


class ExportedFamily(NamedTuple):
    """What a file says of a family, by the id of its first order.

    `on_top`: the lines come on top of those of the last look, which an earlier place of the file has repeated.
    `was_missing`: at the last look the order was not in the file, and was closed for that. `cancel_all`: nothing stays
    open here.
    `unread`: some lines could not be read that could be at the last look, so that a SKU without a line is as it was.
    `number` is the order's, and `file` the place of its file in the call, from 1. `comes_back`: something of it
    would come back, or all of it, since a file that did not name it had closed it. `is_news`: something is to be
    done or told, or less is sent than before; that the shop has learnt of a shipment is none.
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
    number: str = ""
    file: int = 0
    comes_back: bool = False
    is_news: bool = True


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
        shipped_here=repository.history.shipped_here(o.number for o in family if o.status is Status.SHIPPED),
        new_number=_new_numbers(repository, family[0]),
    )


def _more(last: ShopState, exported_units: ExportedUnits, *, only_open: bool) -> ExportedUnits:
    """What the shop said at the last look, and this on top of it."""
    if only_open:
        return exported_units._replace(wanted=last.wanted - last.sent + exported_units.wanted)
    sent, unsure = last.sent - last.assumed_sent + exported_units.sent, last.assumed_sent + exported_units.unsure
    return ExportedUnits(last.wanted + exported_units.wanted, sent, unsure)


def do(repository: Repository, reconciliation: Reconciliation) -> set[str]:
    """Write the plan: orders, history, and on the shelf all but what `take_off` takes. The SKUs to be swept."""
    recipes, back = repository.queue.recipes(reconciliation.sent), _back_on_hand(repository, reconciliation)
    on_hand = sum(back.values(), Counter[str]())
    on_hand.subtract(in_parts(Counter(reconciliation.sent) - Counter(reconciliation.unshelved), recipes))
    repository.transitions.reshape(reconciliation.before, reconciliation.after, on_hand)
    repository.history.record(_events(reconciliation, recipes, back))
    note(repository, reconciliation, reconciliation.after)
    return {*reconciliation.touched, *on_hand}


def take_off(repository: Repository, reconciliation: Reconciliation) -> dict[str, int]:
    """Take what no Processing order held off the shelf, when all families are done: one may free what another was sent.

    Units per SKU that were not there to be taken off.
    """
    wanted = repository.queue.in_parts(reconciliation.unshelved)
    missed = {sku: n for sku, n in ((s, repository.stock.take_off(s, n)) for s, n in wanted.items()) if n}
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
        was = next((member.wanted for member in family if member.id == order.id), Counter[str]())
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
    if all(shipped[sku] + state.sent_by_shop <= state.sent for sku, state in shop_state.items()):
        repository.shop_state.mark(reconciliation.family)
    else:
        repository.shop_state.unmark(reconciliation.family)


def marks(repository: Repository, family: int) -> UnmarkedOrder | None:
    """What of a family is to be marked as sent in the shop."""
    members = repository.orders.members(family)
    unknown = to_mark(members, repository.shop_state.of(family))
    return UnmarkedOrder(members[0].number, as_units(unknown)) if unknown else None


def outcome(repository: Repository, reconciliation: Reconciliation) -> FollowedOrder:
    """What was done, for people and scripts, with what is open of the family now."""
    members = repository.orders.members(reconciliation.family)
    open_ = tuple(order for order in members if order.status in OPEN)
    is_cancelled = reconciliation.removed and not reconciliation.sent
    went = reconciliation.closed or (Status.CANCELLED if is_cancelled else Status.SHIPPED)
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


NO_ORDER = 0  # the id of what the shop sent and no order here held


def _back_on_hand(repository: Repository, reconciliation: Reconciliation) -> dict[int, Counter[str]]:
    """Units on hand again, by the id of the order with which they had left, as it was written then (rule 18).

    A kit may be made of other parts by now; what has become one since comes back as its parts.
    """
    if not reconciliation.came_back:
        return {}
    after = {order.id: order for order in reconciliation.after if order.id}
    beyond, back = Counter(reconciliation.came_back), dict[int, Counter[str]]()
    for was in reconciliation.before:
        if was.status is Status.SHIPPED:
            now = after[was.id]
            back[was.id] = was.wanted - (now.wanted if now.status is Status.SHIPPED else Counter[str]())
            beyond -= back[was.id]
    left_in = {was.id: repository.history.left_in(was.number) for was in reconciliation.before}
    back[NO_ORDER], left_in[NO_ORDER] = beyond, left_in[reconciliation.family]
    for order_id, units_ in back.items():
        change = left_in[order_id]
        as_then = units_ if change is None else in_parts(units_, recipes_at(repository, units_, change))
        back[order_id] = repository.queue.in_parts(as_then)
    return back


def _events(
    reconciliation: Reconciliation, recipes: Mapping[str, Recipe], back: Mapping[int, Mapping[str, int]]
) -> Iterator[Entry]:
    """An event for each SKU of each order that is no longer as it was, and for what no order here held.

    What left the shelf, or came `back` to it, is written down by the parts of kits.
    """
    before = {order.id: order for order in reconciliation.before}
    sent = Counter(reconciliation.sent)
    for order in reconciliation.after:
        was = before[order.id] if order.id else None
        if was is None:
            reason = f"{order.status.value}, from {order.split_from}"
            yield from (Entry(EventKind.PARTED, order.number, sku, n, reason) for sku, n in order.wanted.items())
            continue
        if was.status is Status.SHIPPED:
            back_here = back.get(order.id, {})
            yield from (Entry(EventKind.CAME_BACK, order.number, sku, n) for sku, n in back_here.items())
        elif order.status is Status.SHIPPED:
            sent -= order.wanted
            sent_here = in_parts(order.wanted, recipes)
            yield from (Entry(EventKind.SENT_THERE, order.number, sku, -n) for sku, n in sent_here.items())
        elif order.status is not Status.CANCELLED:
            less, more = was.wanted - order.wanted, order.wanted - was.wanted
            why = WENT_WHOLE if order.number in reconciliation.left_waiting else None
            yield from (Entry(EventKind.ASKED_LESS, order.number, sku, n, why) for sku, n in less.items())
            yield from (Entry(EventKind.WAITS, order.number, sku, n, "came back") for sku, n in more.items())
        if order.status is Status.CANCELLED and was.status is not Status.CANCELLED:
            reason = WENT_WHOLE if order.number in reconciliation.left_waiting else "the shop no longer wants it"
            yield Entry(EventKind.CANCELLED, order.number, reason=reason)
    beyond = back.get(NO_ORDER, {})
    yield from (
        Entry(EventKind.SENT_THERE, reconciliation.number, sku, -n) for sku, n in in_parts(sent, recipes).items()
    )
    yield from (Entry(EventKind.CAME_BACK, reconciliation.number, sku, n) for sku, n in beyond.items())
    for sku, n in reconciliation.marked.items():
        yield Entry(EventKind.AMENDED, reconciliation.number, sku, n, f"{n} × {sku} {MARKED_ONLY}")


CLOSED: dict[Status | None, int] = {None: 0, Status.SHIPPED: 1, Status.CANCELLED: 2}


class Withheld(NamedTuple):
    """A known order whose state the file of this place in the call shows in another way than the last look.

    `state` is that in which the order is not to be sent, in the shop's words; None where it is to be sent.
    """

    number: str
    file: int
    state: str | None


class KnownOrders:
    """The known orders that the files name. Only those of which the shop says something new are kept in memory."""

    def __init__(self, repository: Repository, arrivals: Arrivals, *, sure: bool = False) -> None:
        """`sure`: orders are followed though they look older, or like other orders."""
        self._repository = repository
        self._arrivals = arrivals
        self._sure = sure
        self._file = 0
        self._source = 0
        self._only_open = False
        self._goes_on: Collection[str] = ()
        # By the order's id: which file named it last, and as what that file closed it.
        self._named_by = array("H", bytes(2 * arrivals.ids.start))
        self._closed_as = bytearray(arrivals.ids.start)
        self.sources: set[int] = set()
        self.sources_with_orders: set[int] = set()
        self.files: list[FileFacts] = []
        self.changed: dict[int, ExportedFamily] = {}
        # Of the known orders: when the shop changed them last, and the state in which it shows them as not to be sent,
        # where that is another one than at the last look.
        self.changed_at: dict[int, str] = {}
        self.customers: dict[int, str] = {}  # of known orders that have no customer's name yet
        self.withheld: dict[int, Withheld] = {}
        self.conflicts: dict[str, Conflict] = {}
        # Units of orders that came in the shop since the last look and were sent there before this one.
        self.sent_unseen: dict[str, Counter[str]] = {}
        self.closed_seen = False  # whether any file shows an order as fulfilled or cancelled
        self.known = 0
        self.twice: list[str] = []  # known orders that two of the files name

    def next_file(self, source: str, *, only_open: bool, path: str = "", goes_on: Collection[str] = ()) -> None:
        """Further orders are of another file, from this source.

        `goes_on` are the orders whose rows begin in another file of the call, at whose end this one begins.
        """
        self._file += 1
        self._goes_on = goes_on
        self._source = self._arrivals.next_file(source, only_open=only_open, goes_on=goes_on)
        self._only_open = only_open
        self.sources.add(self._source)
        last_newest = self._repository.sources.newest(self._source)
        self.files.append(FileFacts(path, self._source, only_open, last_newest))

    def take(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the new orders of the batch, and look at those that are known."""
        if batch:
            self.sources_with_orders.add(self._source)
        self._note(batch)
        self.closed_seen = self.closed_seen or any(
            order.closed or order.lines[0].sent for order in batch if order.lines
        )
        followed = self._arrivals.add(batch)
        self._note_sent_unseen(batch, followed)
        for order, known in followed:
            if not self._is_another(order, known):
                self._compare(order, known)
        self._arrivals.unread.clear()

    def _note_sent_unseen(self, batch: Sequence[ArrivingOrder], known: Sequence[tuple[ArrivingOrder, Known]]) -> None:
        last_newest = self.files[-1].last_newest
        new = [order for order in batch if last_newest and (order.said.placed_at or "") > last_newest]
        if new:
            numbers = {order.number for order, _ in known}
            for order in new:
                units = Counter({line.sku: line.sent for line in order.lines if line.sent})
                if units and order.number not in numbers:
                    self.sent_unseen[order.number] = units

    def unread(self, number: str) -> None:
        """A line of an order that is still to be taken could not be read."""
        self._arrivals.unread.add(number)

    def named(self, order: NamedOnly) -> None:
        """The file holds the order, and nothing of its lines counts."""
        self.sources_with_orders.add(self._source)
        self._note([order])
        known = self._arrivals.known_before(order.number)
        if known is None or self._named_by[known.id]:
            return
        self.known += 1
        self._named_by[known.id] = self._file
        if order.said.withheld and self._is_of_this_shop(known) and not self._is_older(order.said, known):
            self._note_state(order, known)

    def holds(self, family: int) -> bool:
        """Whether any of the files names the order."""
        return family >= len(self._named_by) or bool(self._named_by[family])  # an order that is new came from them

    def was_there(self, family: int) -> bool:
        """Whether the order was known before this call."""
        return family < len(self._named_by)

    def is_named_by(self, family: int, place: int) -> bool:
        """Whether the file of this place in the call named the order last."""
        return family < len(self._named_by) and self._named_by[family] == place

    def _compare(self, order: ArrivingOrder, known: Known) -> None:
        family, now = known.id, self._arrivals.fingerprint(order)
        before = self._named_by[family]
        self.known += not before
        if before and order.number in self._goes_on:
            before = self._file
        if before not in (0, self._file):
            self.twice.append(order.number)
        self._named_by[family] = self._file
        is_older = self._is_older(order.said, known)
        if before != self._file and not is_older:
            self._note_state(order, known)
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
            if order.said.changed_at and known.changed_at:
                self.files[-1].tells_changes = True
            if is_older and not self._sure:
                self._leave_older(order, known)
            else:
                back = bool(planned.came_back) or exported.was_missing
                is_news = planned.is_news or planned.has_not_only_learnt
                self.changed[family] = exported._replace(
                    number=order.number, file=self._file, comes_back=back, is_news=is_news
                )
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
        other, way_out = "", "Keep the two apart with --prefix"
        if self._is_of_this_shop(known):
            other = self._why_another_order(order, known)
        if known.id != known.family:
            reason, way_out = "that number is a part's here", self._apart_from_part(order)
        elif known.source not in (None, self._source):
            name = self._repository.sources.name_of(known.source)
            reason = f"it came from another source ({name})"
            way_out = f"If that is the same shop, say --source {shlex.quote(name)}; else keep them apart with --prefix"
        elif order.said.placed_at and days_apart(order.said.placed_at, known.placed_at):
            reason = f"it was placed on {known.placed_at[:10]} here and on {order.said.placed_at[:10]} in the file"
        elif other and not self._sure:
            reason = other
        else:
            return False
        message = f"{order.number} is another order: {reason}. {way_out}"
        self.known += order.number not in self.conflicts
        self.conflicts[order.number] = Conflict(order.number, "other-order", message)
        return True

    def _apart_from_part(self, order: ArrivingOrder) -> str:
        """What works where a part has the number of a shop's order: --prefix would take in the whole file again."""
        part = self._repository.order(order.number)
        original = self._repository.order(part.split_from) if part.split_from else part
        number = shlex.quote(order.number)
        if part.is_open and original.is_open:
            return f"`backsplit merge {number}` frees the number: the next look takes the shop's order in"
        if order.closed:
            return "It is closed in the shop: nothing is to be done"
        goods = " ".join(shlex.quote(f"{line.sku}={line.quantity}") for line in order.lines[:MOST_NAMED])
        more = " …" if len(order.lines) > MOST_NAMED else ""
        return f"Type it in: `backsplit add {shlex.quote(f'shop-{order.number}')} {goods}{more}`"

    def _why_another_order(self, order: ArrivingOrder, known: Known) -> str:
        """Why an order of this source is not the one that is known by its number; else blank.

        Counts the known orders of the file, and those that are other orders.
        """
        facts = self.files[-1]
        if self._named_by[known.id] == self._file:  # one place of the file need not name all of the order
            return ""
        facts.known += 1
        said, why = order.said, ""
        if _is_anothers(said, known):
            why = f"it is {known.customer}'s of {known.placed_at[:10]} here and {said.customer}'s in the file"
        elif order.closed is Status.CANCELLED:  # its export may hold no line of what was refunded
            pass
        elif order.lines and self._arrivals.fingerprint(order) != known.fingerprint:
            skus = self._repository.shop_state.skus_of(known.id)
            if skus and skus.isdisjoint(line.sku for line in order.lines):
                why = f"it shares no SKU with what is known of it ({', '.join(sorted(skus)[:MOST_NAMED])})"
                facts.by_name += not skus.isdisjoint(line.name for line in order.lines)
        if why:
            facts.other_orders.append(order.number)
        return why

    def _is_of_this_shop(self, known: Known) -> bool:
        return known.id == known.family and known.source in (None, self._source)

    def _note(self, orders: Sequence[ArrivingOrder | NamedOnly]) -> None:
        """Note when the orders of the file were placed."""
        facts = self.files[-1]
        facts.orders += len(orders)
        facts.newest = max(facts.newest, *(order.said.placed_at or "" for order in orders), "")

    def _is_older(self, said: Said, known: Known) -> bool:
        """Whether the shop has changed the order after what the file says of it."""
        return bool(said.changed_at and known.changed_at and said.changed_at < known.changed_at)

    def _note_state(self, order: ArrivingOrder | NamedOnly, known: Known) -> None:
        said = order.said
        if said.changed_at and said.changed_at != known.changed_at:
            self.changed_at[known.id] = said.changed_at
        if said.customer and not known.customer:
            self.customers[known.id] = said.customer
        if said.withheld != known.withheld:
            self.withheld[known.id] = Withheld(order.number, self._file, said.withheld)
        else:
            self.withheld.pop(known.id, None)

    def _leave_older(self, order: ArrivingOrder, known: Known) -> None:
        """Name an order of which a later state is known than the file's."""
        self.files[-1].older.append(order.number)
        self.changed.pop(known.id, None)
        here, there = minute_and_zone(known.changed_at or ""), minute_and_zone(order.said.changed_at or "")
        message = f"{order.number} is left as it is: the file has it as of {there}, and it was followed as of {here}"
        self.conflicts[order.number] = Conflict(order.number, "older", message)


def _closed_by_both(before: int, now: Status | None) -> Status | None:
    """One place is enough to cancel an order; if all lines of one place are sent, those of others may be open."""
    if CLOSED[Status.CANCELLED] in (before, CLOSED.get(now)):
        return Status.CANCELLED
    return now if before == CLOSED[Status.SHIPPED] else None


def _is_anothers(said: Said, known: Known) -> bool:
    """Whether both the customer and the day are others."""
    of_another = said.customer and known.customer and not same_customer(said.customer, known.customer)
    return bool(of_another and said.placed_at and said.placed_at[:10] != known.placed_at[:10])
