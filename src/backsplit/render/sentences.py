"""Says in words what happened: the same lines on a terminal, in a pipe and in cron's mail."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from backsplit.domain import times
from backsplit.domain.history import EventKind
from backsplit.domain.orders import Policy, Status
from backsplit.render.terminal import inert, quoted

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.history import Event
    from backsplit.domain.imports import LeftOut
    from backsplit.domain.orders import Line, Stock
    from backsplit.domain.promises import Covered, Promise
    from backsplit.domain.queue import Effects
    from backsplit.domain.split import SplitPlan
    from backsplit.render.documents import Document
    from backsplit.services.database import Backup, Checked, PolicySet, Restored, Samples
    from backsplit.services.deliveries import ExpectedOutcome, Receipt
    from backsplit.services.kits import KitsChanged
    from backsplit.services.queries import Shown, Waits
    from backsplit.services.split import SplitOutcome
    from backsplit.services.status import Changed, Undone


MOST_NAMED = 10  # orders or SKUs that one sentence names


def split(outcome: SplitOutcome, *, noted: bool = True, refused: bool = True) -> Iterator[str]:
    """For each order, the lines that go and those that wait.

    `noted` adds the warnings about earlier orders, `refused` the orders that cannot be split.
    """
    for plan in outcome.splits:
        yield from _plan(plan, noted=noted)
    if refused:
        several = len(outcome.splits) + len(outcome.refused) != 1
        told = [no for no in outcome.refused if no.code != "ship-complete" or not several]
        yield from (inert(refusal.message) for refusal in told)
        if complete := len(outcome.refused) - len(told):
            yield f"{count(complete, 'order')} left whole: marked ship complete"
    yield from split_end(outcome)


def split_end(outcome: SplitOutcome, *, asked: bool = False) -> Iterator[str]:
    """What else a split did, and how many orders it divided. `asked`: above a question, and nothing is done yet."""
    yield from effects(outcome.effects)
    if asked or len(outcome.splits) + len(outcome.refused) != 1:
        yield from split_count(outcome, would=asked or outcome.dry_run)
    yield from dry(outcome.dry_run and not asked)


def split_count(outcome: SplitOutcome, *, would: bool = False) -> Iterator[str]:
    """How many orders were split, or would be, and how many not."""
    if not outcome.splits and not outcome.refused:
        yield "no Backorder orders to split"
    else:
        split = "would be split" if would else "split"
        yield f"{count(len(outcome.splits), 'order')} {split}, {len(outcome.refused):,} not"


def _plan(plan: SplitPlan, *, noted: bool) -> Iterator[str]:
    number = inert(plan.order.number)
    yield f"{number} → Processing: {lines(plan.stays)}"
    if plan.part_number:
        promised_ = f"; promised {plan.promised}" if plan.promised else ""
        yield f"{inert(plan.part_number)} → {plan.part_status.value}: {lines(plan.moves)}{promised_}"
    if plan.dropped:
        yield f"{number} goes without the missing insert {lines(plan.dropped)}"
    if noted:
        yield from (f"note: {inert(warning)}" for warning in plan.warnings)


def receipt(value: Receipt) -> Iterator[str]:
    if value.repeated:
        yield f"{inert(value.ref or '')} was received before: nothing changed"
        return
    for sku, quantity, on_hand, first_day in value.received:
        closed = f", not available before {first_day}" if first_day else ""
        yield f"received {quantity} × {inert(sku)}: {on_hand} on hand{closed}"
    yield from effects(value.effects)
    yield from together(value.together)
    if not value.effects.released:
        yield "no order could be released"
    yield from (_still_expected(row) for row in value.expected)
    for passed in value.passed_over:
        lacks = ", ".join(f"{quantity} × {inert(sku)}" for sku, quantity in passed.short.items())
        since = times.placed(passed.placed_at)
        yield f"passed over: {inert(passed.number)}, waiting since {since}, still lacks {lacks}"
    yield from taken_in(value.skipped, (), value.notices)
    yield from dry(value.dry_run)


def _still_expected(row: Expected) -> str:
    """What is left of a reference once something of it has come."""
    ref, sku = inert(row.ref), inert(row.sku)
    if row.left:
        close = f"backsplit expect --close {quoted(row.ref)}"
        return f"{ref}: {row.left} × {sku} still expected on {row.on}; {close} gives them up"
    if not row.expected:
        return f"{ref}: {row.received} × {sku} have come, and none was expected"
    more = row.received - row.expected
    return f"{ref}: {more} × {sku} more than expected" if more > 0 else f"{ref}: all {row.received} × {sku} have come"


def expected(value: ExpectedOutcome) -> Iterator[str]:
    """What is expected now, and whose promised day that moves."""
    for row in value.rows:
        sku = inert(row.sku)
        comes = f"{row.left} × {sku} expected on {row.on}" if row.left else f"no more of {sku} expected"
        late = ", which has passed: not counted until it is moved" if row.is_overdue(value.today) else ""
        yield f"{inert(row.ref)}: {comes}{late}"
    if not value.rows:
        yield "nothing changed"
    for moved in value.moved:
        yield f"{inert(moved.order)}: {moved.before or 'no day'} → {moved.after or 'no day'}"
    if value.rows and not value.moved:
        yield "no promised day is another one"
    yield from taken_in(value.skipped, (), value.notices)
    yield from dry(value.dry_run)


def promised(value: Promise) -> str:
    """`2026-12-03, when PO-7 brings 10 × TEAPOT-CAST`: the day of an order, and what brings the last of it."""
    return f"{value.on}, when {because(value)}" if value.on else f"no day can be promised: {because(value)}"


def because(value: Promise) -> str:
    """What brings the last of an order on its day, or of which SKUs too little comes; blank if it waits for none."""
    if value.on is None:
        lacking = ", ".join(inert(wait.sku) for wait in value.waits if wait.on is None)
        return f"not enough of {lacking} is expected" if lacking else ""
    return ", and ".join(_brings(wait) for wait in value.waits if wait.on == value.on)


def _brings(wait: Covered) -> str:
    after = f", after {count(wait.after, 'order')} before it" if wait.after else ""
    if wait.ref is None:
        return f"{wait.units} × {inert(wait.sku)} on hand may go{after}"
    return f"{inert(wait.ref)} brings {wait.units} × {inert(wait.sku)}{after}"


def changed(command: str, value: Changed) -> Iterator[str]:
    """The named orders in their new state, then the other orders that changed with them."""
    if value.stock:
        first_day = value.stock.first_day
        available = f"not available before {first_day}" if first_day else f"{value.stock.available} available"
        yield f"{inert(value.stock.sku)}: {value.stock.on_hand} on hand, {available}"
    named = () if value.stock else value.orders
    for order in named:
        priority = f"priority {order.priority}, " if command == "prioritize" else ""
        until = f" until {order.until}" if order.until else ""
        yield f"{inert(order.number)} → {priority}{order.status.value}{until}: {lines(order.lines, MOST_NAMED)}"
    if not named and not value.stock and not (command == "undo" and value.notes):
        yield "nothing changed"
    numbers = {order.number for order in named}
    yield from effects(value.effects, named=numbers)
    yield from (f"note: {inert(note)}" for note in value.notes)
    yield from dry(value.dry_run)


def all_changed(command: str, value: Changed, *, would: bool = False) -> Iterator[str]:
    """How many orders `cancel --all` or `hold --all` has changed, or would change."""
    done = {"cancel": "cancelled", "hold": "put on hold"}[command]
    if value.orders:
        yield f"{count(len(value.orders), 'order')} {'would be ' if would or value.dry_run else ''}{done}"
    yield from dry(value.dry_run and not would)


def shipped(value: Changed) -> Iterator[str]:
    """What shipped, and of several orders how many."""
    yield from changed("ship", value._replace(dry_run=False))
    if len(value.orders) > 1:
        yield f"{count(len(value.orders), 'order')} {'would be ' if value.dry_run else ''}shipped"
    yield from dry(value.dry_run)


def list_shipped(value: Changed) -> Iterator[str]:
    """What shipped, then which orders were left, and how many went."""
    yield from changed("ship", value._replace(dry_run=False))
    for change in value.changed_since:
        was, now = (", ".join(f"{n} × {inert(sku)}" for sku, n in units.items()) for units in (change.was, change.now))
        yield f"{inert(change.order)} is left, it has changed since the list was taken: it was {was}; it is {now}"
        yield f"  packed so, it ships by its number: backsplit ship {quoted(change.order)}"
    left = f", {len(value.changed_since):,} left" if value.changed_since else ""
    yield f"{count(len(value.orders), 'order')} {'would be ' if value.dry_run else ''}shipped{left}"
    yield from dry(value.dry_run)


def together(groups: Iterable[Sequence[str]]) -> Iterator[str]:
    """Orders of one customer that could go in one parcel."""
    yield from (f"for one customer, so one parcel may do: {names(group)}" for group in groups)


def on_lists(lists: Mapping[str, int]) -> Iterator[str]:
    """Orders that somebody is picking and that have changed."""
    for pick_list in dict.fromkeys(lists.values()):
        orders = [order for order, its_list in lists.items() if its_list == pick_list]
        yield f"note: on pick list {pick_list}, so tell who picks it: {names(orders)}"


def undone(value: Undone, *, asked: bool = False) -> Iterator[str]:
    """Which change was taken back, or `asked` would be, and what that does to the orders."""
    done = "would be undone" if asked or value.done.dry_run else "undone"
    because = f": {inert(value.change.reason)}" if value.change.reason else ""
    if asked and value.stays:
        yield f"{inert(str(value.stays))} cannot be undone, and stays; what was done before it can:"
    yield f"{done}: {inert(str(value.change))}{because}, by {inert(value.change.user)}"
    yield from changed("undo", value.done)
    if asked and value.stays:
        yield f"change {value.stays.number} ({inert(value.stays.command)}) stays{value.stays.why_not}"


def marked(values: Iterable[Stock]) -> Iterator[str]:
    for stock in values:
        yield f"{inert(stock.sku)}: {'insert' if stock.insert else 'no insert'}"


def taken_in(skipped: Sequence[LeftOut], new_skus: Sequence[str], notices: Sequence[str]) -> Iterator[str]:
    """What a file holds that was not taken, the SKUs that it brought, and what else there is to say of it."""
    for reason, lines_ in Counter(left.reason for left in skipped).most_common(MOST_NAMED):
        yield f"left out: {lines_:,} × {inert(reason)}"
    if new_skus:
        yield f"new SKUs, with 0 on hand until they are counted: {names(new_skus)}"
    yield from (f"note: {inert(notice)}" for notice in notices)


def backup(value: Backup) -> Iterator[str]:
    yield f"copied the file to {inert(value.path)}, and checked the copy ({value.size:,} bytes)"


def checked(value: Checked) -> Iterator[str]:
    yield from map(inert, value.breaches)
    yield f"what to do: {inert(value.advice)}" if value.advice else "all is well"


def would_restore(value: Restored) -> Iterator[str]:
    yield f"{inert(value.backup)} is sound: {count(value.orders, 'order')}, {count(value.skus, 'SKU')}"
    if value.last_change:
        yield f"the last change in it is of {times.minute_and_zone(value.last_change)}"


def restored(value: Restored) -> Iterator[str]:
    yield f"restored {inert(value.backup)}: {count(value.orders, 'order')}, {count(value.skus, 'SKU')}"
    if value.kept and value.whole:
        yield f"the file as it was before is kept as {inert(value.kept)}"
        if value.before:
            orders, skus, at = value.before
            changed = f"; its last change was of {times.minute_and_zone(at)}" if at else ""
            yield f"it had {count(orders, 'order')}, {count(skus, 'SKU')}{changed}"
    elif value.kept:
        yield f"the file before it could not be read: its bytes are kept as they were, as {inert(value.kept)}"


def policy(value: PolicySet) -> Iterator[str]:
    meaning = {
        Policy.SKIP_OVER: "a later order may pass an earlier order that cannot be covered whole",
        Policy.STRICT: "available stock is kept for earlier orders; a later order may not take it",
    }
    yield f"policy: {value.policy.value} ({meaning[value.policy]})"
    yield from effects(value.effects)
    yield from dry(value.dry_run)


def kits_changed(outcome: KitsChanged) -> Iterator[str]:
    """Each kit as it is now, or how many there are."""
    for kit in outcome.kits[:MOST_NAMED]:
        parts = ", ".join(f"{part.each} × {inert(part.sku)}" for part in kit.parts)
        wanted = f", {count(kit.orders, 'open order')} with it" if kit.orders else ""
        yield f"{inert(kit.sku)} is a kit of {parts}: {kit.can_make} can be made{wanted}"
    if len(outcome.kits) > MOST_NAMED:
        yield f"… and {count(len(outcome.kits) - MOST_NAMED, 'more kit')}: backsplit kit lists all"
    for sku in outcome.gone:
        yield f"{inert(sku)} is no kit any more: it is counted again, and nothing of it is on hand"
    if outcome.new:
        yield f"SKUs that were not known before: {names(outcome.new)}"
    if not outcome.changed:
        yield "nothing is changed: that is how it was"
    yield from effects(outcome.effects)
    yield from dry(outcome.dry_run)


def why(shown: Shown) -> Iterator[str]:
    """Why an order waits: up to three sentences for each SKU that it lacks."""
    for waits in shown.waits:
        yield from _waits(waits)


def _waits(waits: Waits) -> Iterator[str]:
    sku = inert(waits.sku)
    kits = ", ".join(f"{units} × {inert(kit)}" for kit, units in waits.kits)
    needs = f" ({kits} {'needs' if len(waits.kits) == 1 else 'need'} it)" if kits else ""
    yield f"{sku}: wants {waits.wanted}{needs}, {waits.available} available, {waits.short} short"
    if waits.first_day:
        yield f"  none of it may go out before {waits.first_day}"
    if waits.holder_count:
        held = ", ".join(f"{inert(number)} ({quantity})" for number, quantity in waits.holders)
        more = waits.holder_count - len(waits.holders)
        yield f"  held by orders in Processing: {held}{f' and {more:,} more' if more else ''}"
    if waits.kept:
        ahead = ", ".join(map(inert, waits.ahead))
        yield f"  {waits.kept} of the available are kept for earlier orders ({ahead})"


REASON_MOST, WORD_MOST = 90, 28  # characters of a reason, and of a file's name in it, in a table on a terminal


def event(value: Event, *, brief: bool = False) -> str:
    """An event of the history, for a reader who was not there. `brief`: a long reason in brackets is cut."""
    quantity, reason = value.quantity or 0, inert(value.reason)
    why = _cut(" ".join(_cut(word, WORD_MOST) for word in reason.split(" ")), REASON_MOST) if brief else reason
    because = f" ({why})" if why else ""
    happened = EventKind.of(value.event)
    if happened is None:
        return f"{inert(value.event)}{because}"
    return happened.sentence.format(
        n=abs(quantity),
        units=count(quantity, "unit"),
        signed=f"{quantity:+,}",
        sku=inert(value.sku or ""),
        reason=reason,
        because=because,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def lines(values: Sequence[Line], most: int | None = None) -> str:
    """`2 × A, 1 × B`, in their order: the first `most`, and how many more there are."""
    said = ", ".join(f"{line.quantity} × {inert(line.sku)}" for line in values[:most])
    more = len(values) - most if most is not None else 0
    return f"{said}, +{more} more" if more > 0 else said


def effects(value: Effects, *, named: Collection[str] = ()) -> Iterator[str]:
    """Who gave stock back, who was released, and what could go in one parcel; the `named` were told of already."""
    yield from (f"gave its stock back: {inert(number)} → {Status.BACKORDER.value}" for number in value.returned)
    yield from released(number for number in value.released if number not in named)
    yield from mergeable(value.mergeable)


def released(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        yield f"released: {inert(number)} → {Status.PROCESSING.value}"


def mergeable(parts: Sequence[str]) -> Iterator[str]:
    """A line to copy for each part that could go in one parcel with the order it was split from."""
    for part in parts:
        yield f"both halves are in Processing; one parcel instead of two: backsplit merge {quoted(part)}"


def dry(dry_run: bool) -> Iterable[str]:
    return ("dry run: nothing was changed",) if dry_run else ()


def forgotten(skus: Sequence[str]) -> str:
    return f"forgotten: {names(skus)}; the history keeps what was counted"


def names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(map(inert, names[:MOST_NAMED])) + (f" and {more:,} more" if more > 0 else "")


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def demo_document(samples: Samples) -> Document:
    return {"folder": str(samples.folder), "written": list(samples.written), "there": list(samples.there)}


def demo(samples: Samples, taken: str | None) -> Iterator[str]:
    """`taken` names the database file that the next lines would work on, if it is there: a first try is not for it."""
    folder = inert(str(samples.folder))
    if samples.written:
        yield f"wrote {count(len(samples.written), 'sample file')} into {folder}; now type"
    else:
        yield f"{folder} holds the sample files already: nothing was written; now type"
    if taken is not None:
        yield f"  export BACKSPLIT_DB=demo.db    # {inert(taken)} is there already, and stays as it is"
    yield "  backsplit init"
    for what in ("stock", "orders"):
        yield f"  backsplit import {what} {inert(shlex.quote(str(samples.folder / f'{what}.csv')))}"
    yield "  backsplit list --can-split"
    yield "  backsplit split M9681118"
