"""Rule 11: which of the orders in the shop's files are known, and of which the shop says something new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from backsplit.domain.age import TIME_FORMAT
from backsplit.domain.arrivals import ArrivingOrder, NamedOnly
from backsplit.domain.incoming import Conflict
from backsplit.domain.looking import joined, look
from backsplit.repository import Repository
from backsplit.repository.arrivals import Arrivals, Known
from backsplit.services.following import Looked, note, plan

SAME_ORDER = timedelta(days=1)  # that two dates of one order may differ
MOST_FILES = 254  # of one run, so that a byte an order is enough to note which file named it


class Looks:
    """The known orders that the files name. Only those of which the shop says something new are kept in memory."""

    def __init__(self, repository: Repository, arrivals: Arrivals) -> None:
        self._repository = repository
        self._arrivals = arrivals
        self._file = 0
        self._source = 0
        self._only_open = False
        self._named_by = bytearray(arrivals.first)  # which file named an order last, by the order's id
        self.sources: set[int] = set()
        self.changed: dict[int, Looked] = {}
        self.conflicts: dict[str, Conflict] = {}
        self.closed_seen = False  # whether any file shows an order as fulfilled or cancelled
        self.names_any = False  # whether there is any order in the files
        self.known = 0
        self.twice = 0  # known orders that two of the files name

    def next_file(self, source: str, *, only_open: bool) -> None:
        """Further orders are of another file, from this source."""
        self._file += 1
        self._source = self._arrivals.next_file(source)
        self._only_open = only_open
        self.sources.add(self._source)

    def take(self, batch: Sequence[ArrivingOrder]) -> None:
        """Write the new orders of the batch, and look at those that are known."""
        self.names_any = self.names_any or bool(batch)
        self.closed_seen = self.closed_seen or any(
            order.closed or order.lines[0].sent for order in batch if order.lines
        )
        for order, known in self._arrivals.add(batch):
            if not self._is_another(order, known):
                self._look(order, known)

    def named(self, order: NamedOnly) -> None:
        """The file holds the order, and nothing else of it counts."""
        self.names_any = True
        family = self._arrivals.known_id(order.number)
        if family is not None and not self._named_by[family]:
            self.known += 1
            self._named_by[family] = self._file

    def holds(self, family: int) -> bool:
        """Whether any of the files names the order."""
        return family >= len(self._named_by) or bool(self._named_by[family])  # an order that is new came from them

    def _look(self, order: ArrivingOrder, known: Known) -> None:
        family, now = known.id, look(order)
        before = self._named_by[family]
        self.known += not before
        self.twice += before not in (0, self._file)
        self._named_by[family] = self._file
        looked = Looked(family, order.lines, order.closed, now, self._source, self._only_open)
        if before == self._file:  # the file comes back to the order
            looked = self._on_top(looked, known)
        elif now == known.last_look and known.source is not None:
            self.changed.pop(family, None)
            return
        following = plan(self._repository, looked)
        if following.is_news:
            self.changed[family] = looked
        else:  # in other rows than at the last look, or the shop has learnt of what shipped here
            self.changed.pop(family, None)
            note(self._repository, following)
            self._repository.asked.looked(family, looked.look, looked.source)

    def _on_top(self, looked: Looked, known: Known) -> Looked:
        earlier = self.changed.get(looked.family)
        if earlier is None:
            return looked._replace(look=joined(known.last_look, looked.look), on_top=True)
        return earlier._replace(
            lines=(*earlier.lines, *looked.lines),
            closed=earlier.closed or looked.closed,
            look=joined(earlier.look, looked.look),
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
        if known.id == known.family and known.source in (None, self._source):
            self._named_by[known.id] = self._named_by[known.id] or self._file
        return True


def _days_apart(one: str, other: str) -> bool:
    moments = [datetime.strptime(at, TIME_FORMAT) for at in (one, other)]  # noqa: DTZ007 - both are in UTC
    return one != other and abs(moments[0] - moments[1]) > SAME_ORDER
