"""Rule 11: which of the orders in the shop's files are known, and of which the shop says something new."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import timedelta

from backsplit.domain.age import read_moment
from backsplit.domain.shop.arrivals import ArrivingOrder, NamedOnly
from backsplit.domain.shop.incoming import Conflict
from backsplit.domain.shop.looking import as_read, has_unread, is_hazy, joined
from backsplit.domain.values import Status
from backsplit.repository import Repository
from backsplit.repository.shop.arrivals import Arrivals, Known
from backsplit.services.shop.following import Looked, plan

SAME_ORDER = timedelta(days=1)  # that two dates of one order may differ
CLOSED: dict[Status | None, int] = {None: 0, Status.SHIPPED: 1, Status.CANCELLED: 2}


class Looks:
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
        self.changed: dict[int, Looked] = {}
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
                self._look(order, known)
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

    def _look(self, order: ArrivingOrder, known: Known) -> None:
        family, now = known.id, self._arrivals.look(order)
        before = self._named_by[family]
        self.known += not before
        self.twice += before not in (0, self._file)
        self._named_by[family] = self._file
        is_same = now == known.last_look and known.source is not None and not is_hazy(now)
        if is_same and before != self._file:  # as most orders are
            self._closed_as[family] = CLOSED[order.closed]
            self.changed.pop(family, None)
            return
        looked = Looked(family, order.lines, order.closed, now, self._source, self._only_open)
        looked = looked._replace(was_missing=known.last_look is None and known.source is not None)
        if has_unread(now) and not has_unread(known.last_look):
            looked = looked._replace(look=as_read(now), unread=True)
        if before == self._file:  # the file comes back to the order
            looked = self._on_top(looked)
        self._closed_as[family] = CLOSED[looked.closed]
        self.changed.pop(family, None)
        planned = plan(self._repository, looked)
        if planned.is_other_word or planned.changes_orders:
            self.changed[family] = looked
        else:  # the same in other rows
            self._repository.asked.looked(family, looked.look, looked.source)

    def _on_top(self, looked: Looked) -> Looked:
        """The rows that the file had before, and these. If nothing is kept of those, they said what is remembered."""
        family, earlier = looked.family, self.changed.get(looked.family)
        closed = _closed_by_both(self._closed_as[family], looked.closed)
        if earlier is None:
            before = self._repository.asked.look_of(family)
            return looked._replace(look=joined(before, looked.look), closed=closed, on_top=True)
        return earlier._replace(
            lines=(*earlier.lines, *looked.lines),
            look=joined(earlier.look, looked.look),
            closed=closed,
            unread=earlier.unread or looked.unread,
        )

    def _is_another(self, order: ArrivingOrder, known: Known) -> bool:
        """Name an order that only has the number of one that is known."""
        if known.id != known.family:
            reason = "that number is a part's here"
        elif known.source not in (None, self._source):
            reason = f"it came from another source ({self._repository.asked.source_name(known.source)})"
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
