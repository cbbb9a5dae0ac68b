"""Rule 13: take back what one command did."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from backsplit.domain.deliveries import close
from backsplit.domain.history import Done, Event, EventKind
from backsplit.domain.kits import Recipe, in_words
from backsplit.domain.orders import Line, Order, Policy, Status, join, merged_lines
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.report import FillRates, Rate
from backsplit.domain.sync import units
from backsplit.domain.undo import again, as_in_snapshot, touched
from backsplit.errors import Refused, listed
from backsplit.repository import Entry, Repository
from backsplit.services import promises
from backsplit.services.calendar import opens
from backsplit.services.deliveries import put_back, told
from backsplit.services.kits import put_back as put_back_kits
from backsplit.services.notices import untold
from backsplit.services.orders import mark_orders_to_come, mark_ship_complete
from backsplit.services.release import sweep
from backsplit.services.status import Changed, Undone, check_unchanged, give_priority, move_orders
from backsplit.services.stock import Corrected, check_on_hand, mark_insert, set_counts
from backsplit.values import NamedTuple

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.undo import (
        BeforeAdd,
        BeforeAmend,
        BeforeDue,
        BeforeFirstDays,
        BeforeKits,
        BeforeMerge,
        BeforeNotices,
        BeforePolicy,
        BeforePriorities,
        BeforeShipComplete,
        BeforeSplit,
        Days,
    )


class Inverted(NamedTuple):
    """The orders that are again as they were, the SKUs of which stock may be free now, and who changed with it."""

    orders: Sequence[str] = ()
    freed: frozenset[str] = frozenset()
    effects: Effects = NO_EFFECTS
    notes: Sequence[str] = ()


Inverse = Callable[[Repository, Done, Sequence[Event]], Inverted]


def _ship(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """What was written as shipped is on hand again: a kit may be made of other parts by now, which it then needs.

    What was no kit then and is one now comes back as its parts.
    """
    orders = _orders(repository, events)
    shipped = [event for event in events if event.event == EventKind.SHIPPED.word]
    back = [(event.order, repository.queue.in_parts({event.sku or "": -(event.quantity or 0)})) for event in shipped]
    on_hand = sum((units_ for _, units_ in back), Counter[str]())
    wanted = Counter[str]()
    for order in orders:
        wanted += order.demand
    stocks = [repository.stock.known(sku) for sku in wanted]
    missing = +Counter(
        {stock.sku: wanted[stock.sku] - on_hand[stock.sku] - stock.on_hand + stock.allocated for stock in stocks}
    )
    if missing:
        raise Refused("not-enough", f"a kit has other parts now: {in_words(missing)} too few are available")
    repository.picking.reopen(change.number)
    repository.transitions.unship([order.id for order in orders], on_hand)
    repository.history.record(
        Entry(EventKind.UNSHIPPED, number, sku, n) for number, units_ in back for sku, n in units_.items()
    )
    return Inverted([order.number for order in orders], frozenset(on_hand))


def _hold(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    return _off_hold_but(repository, _orders(repository, events), _were_on_hold(change))


_cancel = _hold  # the orders of either are in the queue again, or on hold if they were


def _resume(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    orders = _orders(repository, events)
    return _off_hold_but(repository, orders, _were_on_hold(change) or dict.fromkeys(order.number for order in orders))


def _were_on_hold(change: Done) -> dict[str, str | None]:
    """The orders that were on hold before a change, by number, with the last day of the hold."""
    saved = (change.before or {}).get("on_hold", {})
    return saved if isinstance(saved, dict) else dict.fromkeys(saved)  # an older backsplit kept numbers alone


def _off_hold_but(repository: Repository, orders: Sequence[Order], on_hold: Mapping[str, str | None]) -> Inverted:
    """Put orders back in the queue, and on hold those that were, with their day."""
    held = [order for order in orders if order.number in on_hold]
    move_orders(repository, held, Status.ON_HOLD, EventKind.HELD)
    repository.calendar.set_until({order.number: on_hold[order.number] for order in held})
    queued = [order for order in orders if order.number not in on_hold]
    move_orders(repository, queued, Status.BACKORDER, EventKind.RESUMED)
    return _of(orders)


def _due(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """The orders are on hold again and the SKUs closed, with their days."""
    saved: BeforeDue = change.before
    held = _off_hold_but(repository, _orders(repository, events), saved["until"])
    return held._replace(notes=_first_days(repository, saved["first_days"]))


def _notices(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """What customers were told before is what they were told last. Raises Refused if they were told more since."""
    numbers = {event.order for event in events if event.order}
    later = repository.history.told_since(change.number, numbers)
    if later is not None:
        raise Refused("changed-since", f"more was told since {change}, by {later}: undo that first")
    saved: BeforeNotices = change.before
    back = list(untold(repository, saved["told"], saved["cancelled"]))
    repository.history.record(Entry(EventKind.TOLD, number, reason="this is taken back") for number in back)
    return Inverted(notes=[f"what was noted of {listed(back, MOST_NAMED)} is taken back"])


def _mark_first_day(repository: Repository, change: Done, _: Sequence[Event]) -> Inverted:
    saved: BeforeFirstDays = change.before
    return Inverted(freed=frozenset(saved["first_days"]), notes=_first_days(repository, saved["first_days"]))


def _first_days(repository: Repository, days: Days) -> list[str]:
    """Give SKUs the first day that they had before a change, or none; what that comes to."""
    before = {sku: day for sku, day in days.items() if repository.stock.get(sku)}
    _check_no_kits(repository, [sku for sku, day in before.items() if day])
    repository.calendar.set_first_days(before)
    repository.history.record(opens(sku, day) for sku, day in before.items())
    return [f"{sku} is not available before {day}" if day else f"{sku} is available" for sku, day in before.items()]


def _prioritize(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    saved: BeforePriorities = change.before
    orders = _orders(repository, events)
    for order in orders:
        give_priority(repository, [order], saved["priorities"][order.number])
    return _of(orders)


def _split(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """Each part returns to its order, the last first, with the inserts that were left off."""
    saved: BeforeSplit = {} if change.before is None else change.before
    parts: dict[str, list[Order]] = {}
    for number in {event.order or "": None for event in events if event.event in NEW_PARTS}:
        part = repository.order(number)
        parts.setdefault(part.split_from or "", []).append(part)
    numbers = [event.order or "" for event in events if event.event == EventKind.SPLIT.word]
    freed: set[str] = set()
    for number in reversed(numbers):
        before = [repository.order(number), *parts.get(number, ())]
        whole = _whole(before, saved.get("dropped", {}).get(number, ()))
        if saved.get("processing") and not _missing(repository, before, whole.wanted):
            whole = whole._replace(status=Status.PROCESSING)
        with repository.keep_shop_state(whole.family) if saved.get("dropped") else nullcontext():
            repository.transitions.reshape(before, [whole])
        repository.history.record(
            [
                *(
                    Entry(EventKind.MERGED, part.number, quantity=part.units, reason=f"back into {number}")
                    for part in before[1:]
                ),
                Entry(EventKind.WHOLE, number, quantity=whole.units, reason="as before the split"),
            ]
        )
        if whole.status is Status.PROCESSING:
            repository.history.record([Entry(EventKind.RELEASED, number)])
        freed |= {line.sku for line in whole.lines}
    return Inverted(numbers, frozenset(freed))


def _whole(family: Sequence[Order], dropped: Iterable[tuple[int, str, int]]) -> Order:
    """The first order with the lines of the others, which are its parts, and those that were left off."""
    order, *parts = family
    lines = order.lines
    for part in parts:
        lines = merged_lines(order._replace(lines=lines), part)
    again = (Line(sku, units, position=position) for position, sku, units in dropped)
    return order._replace(status=Status.BACKORDER, lines=join(lines, again))


def _merge(repository: Repository, change: Done, _: Sequence[Event]) -> Inverted:
    """The order and its part are as they were. What was Processing then must be covered, or it is refused."""
    saved: BeforeMerge = change.before
    whole = repository.order(saved["orders"][0]["number"])
    was = [as_in_snapshot(snapshot, whole) for snapshot in saved["orders"]]
    was = [
        order._replace(id=0) if order.id != whole.id and repository.orders.has_id(order.id) else order for order in was
    ]
    going: Counter[str] = Counter()
    for order in was:
        if order.status is Status.PROCESSING:
            going += order.wanted
    missing = _missing(repository, [whole], going)
    if missing:
        lacks = in_words(missing)
        raise Refused("not-enough", f"{whole.number} cannot be divided again as it was: {lacks} too few are available")
    repository.transitions.reshape([whole], was)
    for number in saved["parts"]:
        repository.transitions.hang(number, next(order.number for order in was if order.number != whole.number))
    repository.history.record(
        Entry(EventKind.DIVIDED, order.number, quantity=order.units, reason=order.status.value) for order in was
    )
    return Inverted([order.number for order in was], frozenset(line.sku for line in whole.lines))


def _amend(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """The lines are as they were. Where that is more than there is, the order waits for it at its place."""
    saved: BeforeAmend = change.before
    was = {snapshot["number"]: snapshot for snapshot in saved["orders"]}
    now = _orders(repository, events)
    after = []
    for order in now:
        if order.number in was:
            old = as_in_snapshot(was[order.number], order)
            stays = order.status is Status.PROCESSING and not _missing(repository, [order], old.wanted)
            waits = order.status in (Status.PROCESSING, Status.BACKORDER) and not stays
            after.append(old._replace(status=Status.BACKORDER if waits else order.status))
    with repository.keep_shop_state(now[0].family):
        repository.transitions.reshape(now, after)
    became = {order.number: order for order in after}
    for order in now:
        if order.number not in became:  # a part that the amendment made
            said = f"{order.number} is taken out again"
            repository.history.record([Entry(EventKind.REMOVED, order.number)])
            repository.history.record([Entry(EventKind.AMENDED, order.split_from, reason=said)])
            continue
        before = became[order.number]
        for sku in dict.fromkeys((*before.wanted, *order.wanted)):
            if before.wanted[sku] != order.wanted[sku]:
                said = f"sends {before.wanted[sku]} × {sku} again"
                repository.history.record([Entry(EventKind.AMENDED, order.number, sku, before.wanted[sku], said)])
        if order.status is Status.PROCESSING and before.status is Status.BACKORDER:
            repository.history.record([Entry(EventKind.RETURNED, order.number)])
    return Inverted(
        [order.number for order in after], frozenset(line.sku for order in (*now, *after) for line in order.lines)
    )


def _add(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    (order,) = _orders(repository, events)
    saved: BeforeAdd = {} if change.before is None else change.before
    if "came" in saved:  # an older backsplit did not count it
        repository.fill_rates.take_back(order.placed_at, FillRates(*(Rate(*rate) for rate in saved["came"])))
    repository.shop_state.write(order.family, {})
    repository.transitions.reshape([order], [])
    repository.history.record([Entry(EventKind.REMOVED, order.number)])
    return Inverted((), frozenset(order.wanted), notes=[f"{order.number} is taken out"])


def _receive(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    _put_back_expected(repository, change)
    repository.stock.remove_receipt(change.number)
    return _uncounted(repository, events, EventKind.RECEIVED, EventKind.UNRECEIVED)


def _expect(repository: Repository, change: Done, _: Sequence[Event]) -> Inverted:
    """Nothing stays of what it said, where nothing was said before."""
    for now, was in _put_back_expected(repository, change):
        repository.history.record(told(now, was or (close(now) if now else None)))
    return Inverted()


def _put_back_expected(repository: Repository, change: Done) -> list[tuple[Expected | None, Expected | None]]:
    """What a change did to what is expected, taken back. Raises Refused where a kit would be expected."""
    rows = put_back(repository, change)
    _check_no_kits(repository, [was.sku for _, was in rows if was and was.left])
    return rows


def _adjust(repository: Repository, _: Done, events: Sequence[Event]) -> Inverted:
    return _uncounted(repository, events, EventKind.ADJUSTED, EventKind.ADJUSTED)


def _import_stock(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """SKUs that it brought stay, with their names, and so does what a shop has counted: the next count is followed."""
    inverted = _uncounted(repository, events, EventKind.COUNTED, EventKind.COUNTED)
    return inverted._replace(notes=(*inverted.notes, f"to take these counts after all: {again(change, events)}"))


def _uncounted(repository: Repository, events: Sequence[Event], happened: EventKind, contrary: EventKind) -> Inverted:
    """Take the difference of each SKU back. Raises Refused (`not-enough`) where less than that is on hand."""
    counts: list[Corrected] = []
    for event in events:
        if event.event != happened.word:
            continue
        stock = repository.stock.known(event.sku or "")
        on_hand = stock.on_hand - (event.quantity or 0)
        if on_hand < 0:
            raise Refused(
                "not-enough", f"{stock.sku} has {stock.on_hand} on hand: {event.quantity} cannot be taken off again"
            )
        check_on_hand(stock.sku, on_hand)
        _check_no_kits(repository, [stock.sku] if on_hand else [])
        counts.append(Corrected(stock.sku, stock.on_hand, on_hand))
    effects = set_counts(repository, counts, contrary)
    return Inverted(
        effects=effects,
        notes=[f"{stock.sku}: {stock.on_hand} on hand again" for stock in counts[:MOST_NAMED]],
    )


def _check_no_kits(repository: Repository, skus: Sequence[str]) -> None:
    """Raises Refused (`kit`) where one of the SKUs has become a kit: it has no count, no day, and nothing to come."""
    for sku, recipe in repository.queue.recipes(skus).items():
        off = f"first `backsplit kit {shlex.quote(sku)} --off`"
        raise Refused(
            "kit", f"{sku} is a kit ({in_words(recipe)}) now, which has no count and no day of its own: {off}"
        )


def _mark(repository: Repository, _: Done, events: Sequence[Event]) -> Inverted:
    notes = []
    for event in events:
        insert = event.reason != "insert"
        stock = repository.stock.get(event.sku or "")
        if stock is not None and stock.insert is not insert:
            mark_insert(repository, stock.sku, insert=insert)
            notes.append(f"{stock.sku} is {'an' if insert else 'no'} insert again")
    return Inverted(notes=notes)


def _policy(repository: Repository, change: Done, _: Sequence[Event]) -> Inverted:
    saved: BeforePolicy = change.before
    if saved["policy"] not in set(Policy):
        raise Refused("not-undoable", f"the policy before {change} was none: {saved['policy']!r}")
    before, policy = repository.policy, Policy(saved["policy"])
    repository.policy = policy
    repository.history.record([Entry(EventKind.POLICY, reason=f"{before.value} → {policy.value}")])
    effects = sweep(repository, repository.stock.waited_for())
    return Inverted(effects=effects, notes=[f"the policy is {policy.value} again"])


def _ship_complete(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    saved: BeforeShipComplete = change.before
    on = not saved["on"]
    marked = [event.order for event in events if event.order]
    mark_ship_complete(repository, [repository.order(number) for number in marked], on=on)
    if saved["customer"]:
        mark_orders_to_come(repository, saved["customer"], on=on)
    return Inverted(marked)


def _pick(repository: Repository, _: Done, events: Sequence[Event]) -> Inverted:
    numbers = touched(events)
    for pick_list in {event.quantity for event in events if event.quantity}:
        repository.picking.dissolve(pick_list)
    repository.history.record(Entry(EventKind.UNPICKED, number) for number in numbers)
    return Inverted(numbers)


def _kit(repository: Repository, change: Done, events: Sequence[Event]) -> Inverted:
    """The kits are what they were. The orders with them that the change released give back what they hold."""
    saved: BeforeKits = change.before
    released = [event.order for event in events if event.event == EventKind.RELEASED.word and event.order]
    still = [order for order in map(repository.orders.get, released) if order and order.status is Status.PROCESSING]
    back = [order for order in still if not saved["was"].keys().isdisjoint(order.wanted)]
    move_orders(repository, back, Status.BACKORDER, EventKind.RETURNED)
    freed = {*put_back_kits(repository, saved), *(sku for order in back for sku in order.wanted)}
    notes = [f"{sku} {_is_made_of(was)} again" for sku, was in saved["was"].items()]
    effects = Effects(returned=tuple(order.number for order in back)).then(sweep(repository, freed))
    return Inverted(effects=effects, notes=notes[:MOST_NAMED])


def _is_made_of(recipe: Recipe) -> str:
    return f"is a kit of {in_words(recipe)}" if recipe else "is no kit"


def _to_mark(repository: Repository, _: Done, events: Sequence[Event]) -> Inverted:
    """What the file told the shop is new again for the next file."""
    told = [event for event in events if event.event == EventKind.TOLD_SHOP.word]
    for event in told:
        repository.shop_updates.untell(event.order or "", event.sku or "", event.quantity or 0)
    repository.history.record(Entry(EventKind.UNTOLD, event.order, event.sku, event.quantity) for event in told)
    orders = len({event.order for event in told})
    are = "order is" if orders == 1 else "orders are"
    return Inverted(notes=[f"{orders:,} shipped {are} new again for the next file"])


INVERSES: dict[str, Inverse] = {
    "ship": _ship,
    "hold": _hold,
    "hold --all": _hold,
    "resume": _resume,
    "cancel": _cancel,
    "cancel --all": _cancel,
    "due": _due,
    "notices --take": _notices,
    "notices --agreed": _notices,
    "mark --from": _mark_first_day,
    "mark --no-from": _mark_first_day,
    "prioritize": _prioritize,
    "split": _split,
    "split --all": _split,
    "merge": _merge,
    "amend": _amend,
    "add": _add,
    "receive": _receive,
    "expect": _expect,
    "expect --move": _expect,
    "expect --close": _expect,
    "adjust": _adjust,
    "import stock": _import_stock,
    "mark": _mark,
    "policy": _policy,
    "ship-complete": _ship_complete,
    "pick": _pick,
    "kit": _kit,
    "to-mark": _to_mark,
}
# Of these, only changes that kept what was before can be undone; an older backsplit kept nothing.
NEED_BEFORE = {
    "due",
    "kit",
    "mark --from",
    "mark --no-from",
    "prioritize",
    "merge",
    "amend",
    "policy",
    "ship-complete",
    "notices --take",
    "notices --agreed",
}
MOST_NAMED = 10  # SKUs that the answer names
LOOKED_AT = 20  # changes, for one that can be undone
OF_COUNTS = {EventKind.RECEIVED.word, EventKind.ADJUSTED.word, EventKind.COUNTED.word}
NEW_PARTS = {EventKind.SPLIT_OFF.word, EventKind.PARTED.word}


def _orders(repository: Repository, events: Sequence[Event]) -> list[Order]:
    return [repository.order(number) for number in touched(events)]


def _of(orders: Sequence[Order]) -> Inverted:
    return Inverted([order.number for order in orders], frozenset(sku for order in orders for sku in order.wanted))


def _missing(repository: Repository, orders: Sequence[Order], wanted: Counter[str]) -> Counter[str]:
    """Units that are wanted beyond what is free for the first of the orders, and what those in Processing hold."""
    holds = repository.queue.in_parts(units(orders, Status.PROCESSING))
    free = repository.queue.free(wanted, orders[0].queue_key, repository.policy)
    return +Counter({sku: n - holds[sku] - free[sku] for sku, n in repository.queue.in_parts(wanted).items()})


def undo(
    repository: Repository,
    number: int | None = None,
    *,
    last_that_can: bool = False,
    dry_run: bool = False,
    shown: Undone | None = None,
) -> Undone:
    """Undo the change of that number, without one the last change, or `last_that_can` the last that can be undone.

    `shown` is what a dry run said before. Raises Refused.
    """
    if shown is not None:
        number = shown.change.number
    with repository.change("undo", dry_run=dry_run):
        change = _chosen(repository, number, last_that_can=last_that_can)
        last = repository.history.last_change() if number is None else None
        repository.history.because(f"undoes change {change.number}: {change.command}")
        events = repository.history.of_change(change.number)
        _check_undoable(repository, change, events)
        _check_not_changed_since(repository, change, events)
        _check_not_counted_since(repository, change, events)
        repository.history.keep_undone(change.number)
        inverted = INVERSES[change.command](repository, change, events)
        effects = inverted.effects.then(sweep(repository, inverted.freed))
        numbers = dict.fromkeys((*inverted.orders, *inverted.effects.returned))
        orders = tuple(promises.dated(repository, map(repository.order, numbers)))
        notes = (*inverted.notes, *_keep(repository, events))
        done = Changed(orders, effects, notes, dry_run=dry_run)
        check_unchanged(shown.done if shown else None, done)
        return Undone(done, change, last if last and last.number > change.number else None)


def _chosen(repository: Repository, number: int | None, *, last_that_can: bool) -> Done:
    if number is not None:
        change = repository.history.change(number)
        if change is None:
            raise Refused("not-undoable", f"there is no change {number}: `backsplit history` shows the numbers")
        return change
    change = _last_that_can(repository) if last_that_can else repository.history.last_change()
    if change is None:
        raise Refused("not-undoable", "there is no change that could be undone")
    return change


def _check_undoable(repository: Repository, change: Done, events: Sequence[Event]) -> None:
    if change.undone_by is not None:
        raise Refused("not-undoable", f"{change} has been undone already; to do it again: {again(change, events)}")
    if change.undoes is not None and (undone := repository.history.change(change.undoes)) is not None:
        to_repeat = again(undone, repository.history.of_change(undone.number))
        raise Refused("not-undoable", f"{change} is an undo; to do again what it took back: {to_repeat}")
    reason = _why_not(change, events)
    if reason is None:
        return
    last = _last_that_can(repository)
    that_can = "nor can any other change"
    if last is not None:
        names = repository.history.named_in(last.number, MOST_NAMED)
        about = f" of {', '.join(names[:MOST_NAMED])}{' and more' if names[MOST_NAMED:] else ''}" if names else ""
        that_can = f"the last that can is {last}{about}: `backsplit undo {last.number}`"
    raise Refused("not-undoable", f"{change} cannot be undone{reason}; {that_can}")


def _why_not(change: Done, events: Sequence[Event]) -> str | None:
    """Why a change of its kind cannot be undone, to go on a sentence; None where it can."""
    if change.command not in INVERSES:
        return change.why_not
    dropped = any(event.event == EventKind.DROPPED.word for event in events)
    if change.before is None and (change.command in NEED_BEFORE or dropped):
        return ": it was made by an older backsplit"
    return None


def _last_that_can(repository: Repository) -> Done | None:
    """The last change that stands, can be undone, and in which nothing has come between."""
    for change in repository.history.that_stand(INVERSES, LOOKED_AT):
        events = repository.history.of_change(change.number)
        if _why_not(change, events) is None:
            with suppress(Refused):
                _check_not_changed_since(repository, change, events)
                _check_not_counted_since(repository, change, events)
                return change
    return None


def _check_not_changed_since(repository: Repository, change: Done, events: Sequence[Event]) -> None:
    found = repository.history.changed_since(change.number, touched(events))
    if found is None:
        return
    order, later = found
    advice = f": undo that first, with `backsplit undo {later.number}`" if later.command in INVERSES else ""
    raise Refused("changed-since", f"{order} has been changed since {change}, by {later}{advice}")


def _check_not_counted_since(repository: Repository, change: Done, events: Sequence[Event]) -> None:
    """A count settles what was before it: the units that came are in it, or are not on the shelf."""
    skus = {event.sku for event in events if event.sku and event.event in OF_COUNTS}
    found = repository.history.counted_since(change.number, skus) if skus else None
    if found is not None:
        sku, count = found
        raise Refused(
            "changed-since",
            f"{sku} has been counted since {change}, by {count}: the count has settled what was before it",
            f"to correct it: backsplit adjust --sku {shlex.quote(sku)} --to N --reason TEXT",
        )


def _keep(repository: Repository, events: Sequence[Event]) -> Iterator[str]:
    """The orders that the change merely released, and that still have what they got."""
    about = touched(events)
    for event in events:
        if event.event == EventKind.RELEASED.word and event.order and event.order not in about:
            order = repository.orders.get(event.order)
            if order is not None and order.status is Status.PROCESSING:
                yield f"{order.number}, which it released, keeps what it got"
