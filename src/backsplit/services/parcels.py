"""Rule 16: pick lists, packing slips, labels, and shipping what is on a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from backsplit.domain.history import EventKind
from backsplit.domain.orders import Order, Status
from backsplit.domain.parcels import Left, OpenList, Pick, Slip, ToShip, allot, since_taken, slip
from backsplit.errors import ListNotFound, Refused
from backsplit.errors import listed as some_of
from backsplit.formats import ReadOptions
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.maps import with_remembered
from backsplit.services.release import one_parcel
from backsplit.services.status import Changed, check_unchanged, ship_orders


def show(repository: Repository, numbers: Sequence[str]) -> Pick:
    """What is to be picked for the named orders, else for all Processing orders that are on no list.

    Raises OrderNotFound, and Refused for an order that is not in Processing.
    """
    with repository.reading():
        orders = _wanted(repository, numbers)
        return Pick(orders, together=one_parcel(repository, [order.number for order in orders]))


def open_lists(repository: Repository) -> list[OpenList]:
    """The lists that have an order on them, by their numbers."""
    with repository.reading():
        return [OpenList(number, at, tuple(orders)) for number, at, orders in repository.picking.open()]


def take(repository: Repository, numbers: Sequence[str], *, dry_run: bool = False) -> Pick:
    """Make a numbered list of the named orders, else of all that are on none. Raises OrderNotFound, Refused."""
    with repository.change("pick", dry_run=dry_run):
        orders = _wanted(repository, numbers)
        for order in orders:
            if order.pick is not None:
                raise Refused("not-allowed", f"{order.number} is on pick list {order.pick} already")
        if not orders:
            return Pick((), dry_run=dry_run)
        number = repository.picking.take(orders, repository.history.change_id)
        repository.history.record(Entry(EventKind.PICKED, order.number, None, number) for order in orders)
        taken = tuple(repository.orders.by_id([order.id for order in orders]))
        hint = one_parcel(repository, [order.number for order in taken])
        return Pick(taken, number, dry_run=dry_run, together=hint)


def ship_list(repository: Repository, number: int, *, dry_run: bool = False, shown: Changed | None = None) -> Changed:
    """Ship what is on the list as it was taken, and name what is not. `shown` is what a dry run said before.

    Raises ListNotFound, Refused.
    """
    with repository.change("ship", dry_run=dry_run):
        found = listed(repository, number)
        changed = since_taken(found.orders, repository.picking.units(number))
        left = {change.order for change in changed}
        going = [order for order in found.orders if order.number not in left]
        ship_orders(repository, going)
        if going and not changed:
            repository.picking.close(number, repository.history.change_id)
        repository.transitions.begin()  # that they leave this list is what was asked for
        notes = tuple(
            f"{order.number} is not on the list any more ({order.status.value if order.status else 'merged back'})"
            for order in found.gone
        )
        orders = repository.orders.by_id([order.id for order in going])
        outcome = Changed(tuple(orders), notes=notes, dry_run=dry_run, changed_since=tuple(changed))
        check_unchanged(shown, outcome)
        return outcome


def show_list(repository: Repository, number: int) -> Pick:
    """A list again: the orders that are still on it, and those that have left it. Raises ListNotFound."""
    with repository.reading():
        return listed(repository, number)


def is_list(repository: Repository, number: int) -> bool:
    """Whether there is, or was, such a list."""
    with repository.reading():
        return repository.picking.taken(number) is not None


def listed(repository: Repository, number: int) -> Pick:
    """The same within a view or a change that has been begun."""
    taken = repository.picking.taken(number)
    if taken is None:
        last = repository.picking.last()
        advice = f"the last one is {last}" if last else "`backsplit pick --take` makes one"
        raise ListNotFound(f"there is no pick list {number}: {advice}")
    orders = tuple(repository.orders.by_id(repository.picking.on_list(number)))
    there = {order.number for order in orders}
    gone = [(number, repository.orders.get(number)) for number in taken if number not in there]
    left = tuple(Left(number, order.status if order else None) for number, order in gone)
    return Pick(orders, number, left, together=one_parcel(repository, [order.number for order in orders]))


def _wanted(repository: Repository, numbers: Sequence[str]) -> tuple[Order, ...]:
    if not numbers:
        return tuple(repository.orders.by_id(repository.picking.unpicked()))
    orders = repository.orders_named(numbers)
    for order in orders:
        if order.status is not Status.PROCESSING:
            raise Refused("not-allowed", f"{order.number} is {order.status.value}: only Processing orders are picked")
    return tuple(orders)


def slips(repository: Repository, numbers: Sequence[str], pick_list: int | None = None) -> list[Slip]:
    """The slips of the named orders, or of those that are on a pick list.

    Raises OrderNotFound, and Refused for an order of which no parcel goes or went.
    """
    with repository.answering():
        if pick_list is not None:
            orders: Sequence[Order] = listed(repository, pick_list).orders
        else:
            orders = repository.orders_named(numbers)
        for order in orders:
            if order.status not in (Status.PROCESSING, Status.SHIPPED):
                status = order.status.value
                raise Refused(
                    "not-allowed", f"{order.number} is {status}: a slip goes with a Processing or Shipped order"
                )
        families = {order.family: repository.orders.members(order.family) for order in orders}
        waiting = any(member.status is Status.BACKORDER for family in families.values() for member in family)
        days = promises.days(repository) if waiting else {}
        return [slip(order, families[order.family], repository.shop_state.of(order.family), days) for order in orders]


UNKNOWN, NOT_PROCESSING = "not known here", "nothing of it is in Processing"
CLOSED = "cancelled, refunded or sent in the export"


def to_ship(
    repository: Repository,
    path: str,
    options: ReadOptions,
    begin: Callable[[str], Callable[[str], object]],
    *,
    pick_list: int | None = None,
    source: str = "",
) -> ToShip:
    """Write the export at `path` again, piece by piece, with the rows and units that go now.

    `begin` is called with the file's encoding when nothing can go wrong with it any more, and gives what writes text.
    With a pick list only what is on it goes. `source` is what the user calls the shop. Raises BadInput, OrderNotFound,
    and Refused where no order of the file is known here.
    """
    from backsplit.formats.rewrite import Export, RowCounts  # noqa: PLC0415 - only for this command

    with closing(Export(path, with_remembered(repository, options, source))) as export, repository.reading():
        picked = None if pick_list is None else listed(repository, pick_list).orders
        on_list = None if picked is None else {order.id for order in picked}
        units: dict[int, int] = {}
        reasons: dict[str, str] = {}
        going: dict[str, Order] = {}
        without_row: dict[str, Counter[str]] = {}
        by_name = 0  # orders whose names are SKUs here
        closed: list[str] = []
        families: set[int] = set()
        for number, lines, closed_as in export.orders():
            order = repository.orders.typed(number)
            reasons[number] = UNKNOWN if order is None else NOT_PROCESSING
            if order:
                families.add(order.family)
            wanted = _going(repository, order, on_list) if order else Counter[str]()
            if order is None or not wanted:
                continue
            if closed_as:
                reasons[number] = CLOSED
                closed.append(f"{order.number} ({closed_as})")
                continue
            reasons[number] = ""
            of_order, rest = allot(lines, wanted)
            units |= of_order
            going[order.number] = order
            if rest:
                without_row[order.number] = rest
                by_name += any(line.name in rest for line in lines)
        if reasons and all(why == UNKNOWN for why in reasons.values()):
            raise Refused(
                "not-allowed",
                f"{path} holds no order that is known here: import or sync it first, with the same --prefix",
            )
        count, write = RowCounts(), begin(export.encoding)
        for text in export.rewritten(units, lambda number: reasons.get(number, UNKNOWN), count):
            write(text)
        hint = one_parcel(repository, list(going))
        absent = [order.number for order in picked or () if order.family not in families]
        notices = [*export.notices, *_left_out(closed, absent, pick_list, by_name)]
        left_out = dict(count.left_out)
        return ToShip(count.same, count.changed, left_out, tuple(going), without_row, None, hint, tuple(notices))


def _left_out(closed: Sequence[str], absent: Sequence[str], pick_list: int | None, by_name: int) -> Iterator[str]:
    if by_name:
        orders = "1 order has" if by_name == 1 else f"{by_name:,} orders have"
        yield f"{orders} names in the export that are SKUs here: to take them, --sku-from name"
    if closed:
        yield f"left out, since the export shows them so: {some_of(closed)}"
    if absent:
        yield f"on pick list {pick_list}, and not in the export: {some_of(absent)}"


def _going(repository: Repository, order: Order, on_list: set[int] | None) -> Counter[str]:
    """Units per SKU of the family that are in Processing, and on the list if there is one."""
    total: Counter[str] = Counter()
    for member in repository.orders.members(order.family):
        if member.status is Status.PROCESSING and (on_list is None or member.id in on_list):
            total.update(member.wanted)
    return total
