"""Rule 11: follow the shop's files, in one change with one sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import Enum

from backsplit.domain.counts import Kind
from backsplit.domain.history import EventKind
from backsplit.domain.imports import (
    ArrivingLine,
    ArrivingOrder,
    Conflict,
    Counted,
    FollowedOrder,
    LeftOut,
    LeftWaiting,
    Synced,
    Units,
    UnmarkedOrder,
)
from backsplit.domain.orders import Order, Status
from backsplit.domain.queue import NO_EFFECTS, Effects
from backsplit.domain.sync import OPEN, Reconciliation, remembered, takes_more, units
from backsplit.domain.times import moment
from backsplit.errors import Refused, listed
from backsplit.formats import ReadOptions, reader
from backsplit.repository import Repository
from backsplit.repository.bulk_import import Arrivals, More, Settled
from backsplit.repository.shop_state import Root
from backsplit.services.counts import (
    CountedShops,
    Shelf,
    kits_passed_over,
    notices_of_skus,
    older_than_the_orders,
    read_counts,
    take_shelf,
)
from backsplit.services.imports import (
    Progress,
    file_names,
    format_names,
    nearest_known,
    no_progress,
    note_incomplete,
    notices,
    read_ahead,
    read_oldest_first,
    routine,
    source_of,
    take_in,
)
from backsplit.services.maps import remember, with_remembered
from backsplit.services.provenance import check_columns, check_files, not_written_since, note_files
from backsplit.services.reconciliation import (
    WENT_WHOLE,
    ExportedFamily,
    KnownOrders,
    add,
    do,
    marks,
    note,
    outcome,
    plan,
    take_off,
)
from backsplit.services.release import available_of, release_claims, sweep
from backsplit.services.status import move_orders

TO_BE_SENT_AGAIN = "the shop shows it as to be sent again"
FEWEST_TO_REFUSE = 3  # orders: so many and more than half of the open ones are closed at once only if the user is sure


class Missing(str, Enum):
    """What becomes of open orders of the source that no file holds any more."""

    REPORT = "report"
    SHIP = "ship"
    CANCEL = "cancel"


@dataclass
class _Run:
    """What one run has done so far."""

    shops: CountedShops
    followed: list[Reconciliation] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    count_again: dict[str, int] = field(default_factory=dict)
    effects: Effects = NO_EFFECTS
    touched: set[str] = field(default_factory=set)
    left_waiting: list[LeftWaiting] = field(default_factory=list)
    marked: dict[str, int] = field(default_factory=dict)


def sync(
    repository: Repository,
    paths: Sequence[str],
    options: ReadOptions,
    *,
    stock: Sequence[str] = (),
    stock_options: ReadOptions | None = None,
    missing: Missing = Missing.REPORT,
    source: str = "",
    recount: bool = False,
    sure: bool = False,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> Synced:
    """Do here what changed in the shop since the last look; take in new orders and, with `stock`, counts.

    `source` names the shop; else the format and the prefix do. `recount`: the shop's own counts are taken as they are.
    `sure`: a file is taken that looks older, another shop's or as if it took back most, and `missing` may close most
    of what is open.
    Raises BadInput, BadQuantity, WrongUsage, Refused.
    """
    options = with_remembered(repository, options, source)
    counting = (stock_options or ReadOptions())._replace(prefix=options.prefix)  # by which the shop is told, too
    counting = with_remembered(repository, counting, source)
    with ExitStack() as stack:
        opened = [stack.enter_context(reader.read_orders(path, options)) for path in paths]
        counts = [stack.enter_context(reader.read_stock(path, counting)) for path in stock]
        readings, files = read_oldest_first(opened, progress)
        count_files = read_ahead(counts, progress)
        change = repository.change("sync", file_names([*paths, *stock]), dry_run=dry_run, whole_tables=True)
        stack.enter_context(change)
        # Before the orders, since it makes SKUs known; the shelf itself is set after what was sent is taken off it.
        sources = [source_of(repository, reading, options, source) for reading in readings]
        of_sources = [(reading, name) for reading, (name, _) in zip(readings, sources, strict=True)]
        check_columns(repository, of_sources, named=bool(source), sure=sure)
        shops = CountedShops(repository, [name for name, _ in sources], options.prefix)
        shelf = read_counts(repository, counts, count_files, counting, shops.of_counts) if counts else None
        arrivals = stack.enter_context(repository.arrivals(later_holds=True))
        known, skipped, run = KnownOrders(repository, arrivals, sure=sure), list[LeftOut](), _Run(shops)
        ends: dict[str, ArrivingOrder] = {}  # the last order of each file
        left_to_sell = any(reading.counts is Kind.LEFT for reading in counts)
        for reading, (name, _), items in zip(readings, sources, files, strict=True):
            known.next_file(name, only_open=reading.only_open, path=reading.path, goes_on=reading.goes_on)
            known.files[-1].takes_names = reading.takes_names
            last = take_in(known, shops.noting(name, items) if left_to_sell else items, skipped)
            if last is not None:
                ends[reading.path] = last
        remember(repository, [*readings, *counts])
        not_new = _note_look(repository, known, [*paths, *stock], [name for name, _ in sources])
        progress("following the shop", None)
        if not sure:
            check_files(repository, known)
        for exported in known.changed.values():
            _follow(repository, run, exported)
        held, resumed = _hold_for_the_shop(repository, run, known)
        repository.shop_state.note_changed_at(known.changed_at)
        repository.shop_state.name_customers(known.customers)
        note_files(repository, known.files, sure=sure)
        gone = _missing(repository, run, known, missing, sure=sure)
        missed = [(reconciliation.family, take_off(repository, reconciliation)) for reconciliation in run.followed]
        shops.missed(missed)
        for _, units_ in missed:
            run.count_again |= units_
        to_mark = _to_mark(repository, known)
        if shelf:
            returned, touched = take_shelf(repository, shelf, shops.with_orders(to_mark), recount=recount)
            run.effects = run.effects.then(returned)
            run.touched |= touched
        settled = _place(repository, run, arrivals)
        incomplete = note_incomplete(repository, arrivals, skipped)
        counted = shelf.skus if shelf else set()
        followed = tuple(outcome(repository, reconciliation) for reconciliation in run.followed)
        new_skus = dict.fromkeys([*arrivals.new_skus, *(shelf.new if shelf else ())])
        return Synced(
            format=format_names(readings),
            added=arrivals.added,
            known=known.known,
            processing=settled.processing,
            backorder=settled.backorder,
            skipped=(*skipped, *(shelf.skipped if shelf else ())),
            new_skus=tuple(new_skus),
            followed=followed,
            conflicts=(*known.conflicts.values(), *run.conflicts),
            missing=tuple(gone),
            to_mark=tuple(order for _, order in to_mark),
            count_again=tuple(dict.fromkeys([*(sku for sku in run.count_again if sku not in counted), *run.marked])),
            marked=tuple(Units(sku, n) for sku, n in run.marked.items()),
            stock=Counted(len(counted), shelf.raised, shelf.lowered) if shelf else None,
            effects=run.effects,
            held=tuple(held),
            resumed=tuple(resumed),
            left_waiting=tuple(run.left_waiting),
            filtered=not known.closed_seen,
            notices=(
                *notices([*readings, *counts]),
                *(sentence for _, said in sources for sentence in said),
                *kits_passed_over(shelf),
                *incomplete,
                *nearest_known(repository, arrivals.new_skus),
                *_twice(known, arrivals),
                *(notices_of_skus(repository, shelf) if shelf else ()),
            ),
            empty=tuple(_empty(repository, known)),
            are_closed=missing is not Missing.REPORT,
            only_open=all(reading.only_open for reading in readings),
            dry_run=dry_run,
            books_differ=tuple(shelf.differ.values()) if shelf else (),
            uncounted=tuple(sku for sku in new_skus if sku not in counted),
            newly_differ=tuple(shelf.newly) if shelf else (),
            routine=tuple(routine([*readings, *counts])),
            doubts=(*not_new, *_cut_off(ends, followed), *(_counts_in_doubt(shelf) if shelf else _sent_unseen(known))),
        )


def _cut_off(ends: Mapping[str, ArrivingOrder], followed: Sequence[FollowedOrder]) -> Iterator[str]:
    """A file that ends with an order which has lost lines may have been cut off in it."""
    now = {change.order: change for change in followed if change.closed is not Status.CANCELLED}
    for path, last in ends.items():
        change, left = now.get(last.number), {line.sku for line in last.lines}
        lost = [f"{n} × {sku}" for sku, n in (*change.removed, *change.came_back) if sku not in left] if change else []
        if lost:
            yield (
                f"{path} ends with {last.number}, which has lost {listed(list(dict.fromkeys(lost)))}: if it is cut off"
                " there, sync the whole file"
            )


def _sent_unseen(known: KnownOrders) -> Iterator[str]:
    """Orders that came and went between two looks have left the shelf, and nobody has taken them off it here."""
    orders = [
        f"{number} ({', '.join(f'{n} × {sku}' for sku, n in units.items())})"
        for number, units in known.sent_unseen.items()
    ]
    if orders:
        yield (
            f"sent in the shop before they came here, so that their units are still on hand: {listed(orders)};"
            " count these SKUs, or give the shop's counts with --stock"
        )


def _counts_in_doubt(shelf: Shelf) -> Iterator[str]:
    if not shelf.skus:
        yield "the files of counts name no SKU: check that the shop still writes them"
    for before, now in shelf.fewer:
        yield f"of {before:,} SKUs that the shop has counted it counts {now:,} now: check that it still writes them all"
    yield from older_than_the_orders(shelf)


def _note_look(repository: Repository, known: KnownOrders, paths: Sequence[str], names: Sequence[str]) -> list[str]:
    """Note that these shops were looked at; what to say of files that nobody has written since the last look."""
    said = not_written_since(repository, paths, names)
    repository.sources.note_followed(names, moment(repository.now))
    repository.shop_updates.looked_at(known.sources)
    return said


def _follow(repository: Repository, run: _Run, exported: ExportedFamily) -> None:
    """The first step of rule 11 for one order: all but what is wanted more."""
    reconciliation = plan(repository, exported)
    run.touched |= do(repository, reconciliation)
    run.shops.heard(reconciliation, exported.source)
    repository.shop_state.set_fingerprint(exported.family, exported.fingerprint, exported.source)
    if reconciliation.changes_orders:
        run.followed.append(reconciliation)
    if reconciliation.too_many:
        run.conflicts.append(_shipped_more(reconciliation))
    for number, waiting in reconciliation.left_waiting.items():
        units_ = ", ".join(f"{n} × {sku}" for sku, n in waiting.items())
        run.left_waiting.append(LeftWaiting(number, f"{WENT_WHOLE}: {units_}, added here, given up"))
    for sku, n in reconciliation.marked.items():
        run.marked[sku] = run.marked.get(sku, 0) + n


def _hold_for_the_shop(repository: Repository, run: _Run, known: KnownOrders) -> tuple[list[str], list[str]]:
    """Put the open orders on hold that the shop shows in a state in which they are not to be sent.

    Resume those that it shows as to be sent again, unless somebody has touched their hold. The numbers of both.
    """
    held, resumed = list[str](), list[str]()
    for family, (_, _, state) in known.withheld.items():
        repository.shop_state.withhold(family, state)
        members = repository.orders.members(family)
        if state is None:
            orders = [
                member
                for member in members
                if member.status is Status.ON_HOLD and repository.shop_state.is_held_by_shop(member.id)
            ]
            move_orders(repository, orders, Status.BACKORDER, EventKind.RESUMED, TO_BE_SENT_AGAIN)
            resumed += [order.number for order in orders]
        else:
            orders = [member for member in members if member.status in (Status.BACKORDER, Status.PROCESSING)]
            move_orders(repository, orders, Status.ON_HOLD, EventKind.HELD_BY_SHOP, state)
            repository.shop_state.held_by_shop(order.id for order in orders)
            held += [order.number for order in orders]
        run.touched |= {line.sku for order in orders for line in order.lines}
    return held, resumed


def _empty(repository: Repository, known: KnownOrders) -> Iterator[str]:
    """The files without any order. A file of open orders alone may be empty where nothing is open here either."""
    for facts in known.files:
        if not facts.orders and not (facts.only_open and not repository.sources.newest_open(facts.source)):
            yield facts.path


def _shipped_more(reconciliation: Reconciliation) -> Conflict:
    units_ = ", ".join(f"{n} × {sku}" for sku, n in reconciliation.too_many.items())
    message = (
        f"{reconciliation.number}: the shop no longer wants {units_}, but they have shipped here: nothing was taken off"
    )
    return Conflict(reconciliation.number, "shipped-more", message)


def _missing(repository: Repository, run: _Run, known: KnownOrders, missing: Missing, *, sure: bool) -> list[str]:
    """The open orders of the files' sources that no file names, closed as `missing` says."""
    open_: Counter[int] = Counter()
    gone = []
    for root in repository.shop_state.open_of(known.sources):
        open_[root.source] += known.was_there(root.id)
        if not known.holds(root.id) and root.number not in known.conflicts:
            gone.append(root)
    if missing is not Missing.REPORT:
        if not sure:
            _check_not_most(known, open_, gone, missing)
        for root in gone:
            _follow(repository, run, _closing(repository, root.id, missing))
        if missing is Missing.SHIP:
            _remember_as_sent(repository, run, known)
    return [root.number for root in gone]


def _check_not_most(known: KnownOrders, open_: Mapping[int, int], gone: Sequence[Root], missing: Missing) -> None:
    """Raises Refused where of one source most would be closed, or its file is empty or names none of them.

    `open_` counts the orders by source that were open before the files' own new ones came in.
    """
    for source in known.sources:
        there, going = open_.get(source, 0), sum(root.source == source for root in gone)
        names_none = source not in known.sources_with_orders or 0 < there == going
        if names_none or (going >= FEWEST_TO_REFUSE and going * 2 > there):
            raise Refused(
                "not-allowed",
                f"--missing {missing.value} would close {going:,} of the {there:,} open orders of this source:"
                " check that the file is whole, and of this shop; --yes does it all the same",
            )


def _closing(repository: Repository, family: int, missing: Missing) -> ExportedFamily:
    """As if the file said that what is open was sent, or is no longer wanted. What was given up here stays so.

    What the shop has called sent before is sent, also where nothing of it has left.
    """
    members, shop_state = repository.orders.members(family), repository.shop_state.of(family)
    shipped, open_ = units(members, Status.SHIPPED), units(members, *OPEN)
    ship = missing is Missing.SHIP
    lines = tuple(
        ArrivingLine(
            sku,
            state.wanted if ship else max(0, state.wanted - open_[sku]),
            sent=max(state.sent, shipped[sku] + state.sent_by_shop + open_[sku])
            if ship
            else shipped[sku] + state.sent_by_shop,
        )
        for sku, state in remembered(members, shop_state).items()
    )
    return ExportedFamily(family, lines, None, None, repository.shop_state.source_of(family), cancel_all=not ship)


def _remember_as_sent(repository: Repository, run: _Run, known: KnownOrders) -> None:
    """Also the orders that are not open here any more, and that no file names, are sent there."""
    for family in repository.shop_state.unmarked():
        root = repository.orders.members(family)[0]
        source = repository.shop_state.source_of(family)
        if source in known.sources and not known.holds(family) and root.number not in known.conflicts:
            planned = plan(repository, _closing(repository, family, Missing.SHIP))
            if planned.is_other_word:
                note(repository, planned, planned.after)
                run.shops.heard(planned, source)
            repository.shop_state.set_fingerprint(family, None, source)


def _to_mark(repository: Repository, known: KnownOrders) -> list[tuple[int, UnmarkedOrder]]:
    """The families of the files with what shipped here and the shop does not know to be sent."""
    found = ((family, marks(repository, family)) for family in repository.shop_state.unmarked() if known.holds(family))
    return [(family, order) for family, order in found if order]


def _place(repository: Repository, run: _Run, arrivals: Arrivals) -> Settled:
    """The last step: one queue of what is wanted more, the new orders, and those that wait and may be covered now."""
    adding = [reconciliation for reconciliation in run.followed if reconciliation.added]
    arrivals.make_known(sku for reconciliation in adding for sku in reconciliation.added)
    more: dict[tuple[int, str], More] = {}
    later: list[Reconciliation] = []  # with what goes on an order in Processing if it is covered
    for reconciliation in adding:
        family = repository.orders.members(reconciliation.family)
        waits = any(order.status is Status.BACKORDER for order in family)
        orders: dict[str, Order] = {}
        at_once: dict[str, int] = {}
        for sku, quantity in reconciliation.added.items():
            order = takes_more(family, sku)
            if order is None or (waits and not _is_available(repository, sku, quantity)):
                at_once[sku] = quantity
            else:
                orders[sku] = order
        if at_once:
            _add(repository, run, reconciliation._replace(added=at_once))
        if orders:
            added = {sku: reconciliation.added[sku] for sku in orders}
            later.append(reconciliation._replace(added=added))
            for sku, order in orders.items():
                more[reconciliation.family, sku] = More(order.queue_key, sku, added[sku])
    touched, policy = available_of(repository, run.touched), repository.policy
    run.touched.clear()
    waiting = {claim.order.order_id: claim for claim in (repository.queue.claims(touched, policy) if touched else ())}
    settled = arrivals.settle(policy, list(more.values()), waiting.values())
    run.effects = run.effects.then(release_claims(repository, [waiting[order_id] for order_id in settled.released]))
    covered = {place for place, wish in more.items() if wish in settled.more}
    for reconciliation in later:
        _add(repository, run, reconciliation, {sku for family, sku in covered if family == reconciliation.family})
    run.effects = run.effects.then(sweep(repository, run.touched))  # what an order that ships complete gave back
    return settled


def _is_available(repository: Repository, sku: str, quantity: int) -> bool:
    """Whether there is enough of it at all, also of the parts of a kit; others may still go before."""
    return all(
        repository.stock.known(own).available >= n for own, n in repository.queue.in_parts({sku: quantity}).items()
    )


def _add(repository: Repository, run: _Run, reconciliation: Reconciliation, covered: Collection[str] = ()) -> None:
    changed = add(repository, reconciliation, covered)
    run.touched |= {line.sku for order in changed for line in order.lines}


def _twice(known: KnownOrders, arrivals: Arrivals) -> list[str]:
    numbers = list(dict.fromkeys([*known.twice, *arrivals.twice]))
    if not numbers:
        return []
    return [f"orders that two of the files name: {len(numbers):,} ({listed(numbers)}); the later file holds"]
