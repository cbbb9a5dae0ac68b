"""Rule 16: the shop's own export with only what goes now, for labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing

from backsplit.domain.errors import Refused
from backsplit.domain.packing.to_ship import ToShip, allot
from backsplit.domain.values import Order, Status
from backsplit.formats import ReadOptions
from backsplit.repository import Repository
from backsplit.services.every_day.picking import listed

UNKNOWN, NOT_PROCESSING = "not known here", "nothing of it is in Processing"


def to_ship(
    repository: Repository,
    path: str,
    options: ReadOptions,
    begin: Callable[[str], Callable[[str], object]],
    *,
    pick_list: int | None = None,
) -> ToShip:
    """Write the export at `path` again, piece by piece, with the rows and units that go now.

    `begin` is called with the file's encoding when nothing can go wrong with it any more, and gives what writes text.
    With a pick list only what is on it goes. Raises BadInput, OrderNotFound, and Refused where no order of the file is
    known here.
    """
    from backsplit.formats.passing_through import Export, Written  # noqa: PLC0415 - only for this command

    with closing(Export(path, options)) as export, repository.reading():
        on_list = None if pick_list is None else {order.id for order in listed(repository, pick_list).orders}
        units: dict[int, int] = {}
        reasons: dict[str, str] = {}
        going: dict[str, Order] = {}
        without_row: dict[str, Counter[str]] = {}
        for number, lines in export.orders():
            order = repository.orders.typed(number)
            reasons[number] = UNKNOWN if order is None else NOT_PROCESSING
            wanted = _going(repository, order, on_list) if order else Counter[str]()
            if order is None or not wanted:
                continue
            reasons[number] = ""
            of_order, rest = allot(lines, wanted)
            units |= of_order
            going[order.number] = order
            if rest:
                without_row[order.number] = rest
        if reasons and all(why == UNKNOWN for why in reasons.values()):
            raise Refused(
                "not-allowed",
                f"{path} holds no order that is known here: import or sync it first, with the same --prefix",
            )
        count, write = Written(), begin(export.encoding)
        for text in export.written(units, lambda number: reasons.get(number, UNKNOWN), count):
            write(text)
        return ToShip(count.kept, count.changed, dict(count.left_out), tuple(going), without_row)


def _going(repository: Repository, order: Order, on_list: set[int] | None) -> Counter[str]:
    """Units per SKU of the family that are in Processing, and on the list if there is one."""
    total: Counter[str] = Counter()
    for member in repository.orders.members(order.family):
        if member.status is Status.PROCESSING and (on_list is None or member.id in on_list):
            total.update(member.wanted)
    return total
