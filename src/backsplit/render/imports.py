"""What files brought, and what following the shop did: in words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backsplit.domain.orders import Status
from backsplit.errors import listed
from backsplit.render import documents, sentences
from backsplit.render.terminal import inert

if TYPE_CHECKING:
    from backsplit.domain.counts import BooksDiffer
    from backsplit.domain.imports import (
        Change,
        Conflict,
        Differs,
        FollowedOrder,
        Imported,
        Synced,
        Units,
        UnmarkedOrder,
    )
    from backsplit.render.documents import Document

MISSING_NAMED = 20
CLOSED = {"fulfilled", "cancelled", "refunded", "voided"}  # reasons for which `sync` leaves nothing out
DIFFERING_NAMED = 20
TO_MARK_NAMED = 3
# Reasons of which nobody need hear every night: the order is closed, not paid yet, or there was nothing to send.
MAY_BE_LEFT_OUT = {
    *CLOSED,
    *("not paid", "not confirmed", "disputed", "not to be shipped", "gift card", "tip", "nothing left to ship"),
    *("not tracked", "another location", "fulfilled by Amazon", "fulfilled by TikTok"),
}
STANDS = {Status.BACKORDER: "waits on", Status.ON_HOLD: "is on hold on", Status.PROCESSING: "goes with"}


def imported_orders(value: Imported) -> Iterator[str]:
    """The answer of `import orders`."""
    added = "would be added" if value.dry_run else "added"
    yield (
        f"{sentences.count(value.added, 'order')} {added} ({value.format}):"
        f" {value.processing:,} Processing, {value.backorder:,} Backorder; {value.known:,} known already"
    )
    yield from differs(value.differ)
    yield from left_alone(value.conflicts)
    yield from sentences.taken_in(value.skipped, value.new_skus, value.notices)
    yield from sentences.dry(value.dry_run)


def imported_stock(value: Imported) -> Iterator[str]:
    """The answer of `import stock`."""
    yield (
        f"{sentences.count(value.added + value.known, 'SKU')} counted ({value.format}), {value.added:,} of them new;"
        f" {value.raised:,} up, {value.lowered:,} down"
    )
    yield from books_differ(value.books_differ)
    yield from sentences.effects(value.effects)
    yield from sentences.taken_in(value.skipped, (), value.notices)
    yield from sentences.dry(value.dry_run)


def imported_document(value: Imported) -> Document:
    return {
        "dry_run": value.dry_run,
        "format": value.format,
        "added": value.added,
        "known": value.known,
        "skipped": [documents.left_out(left) for left in value.skipped],
        "processing": value.processing,
        "backorder": value.backorder,
        "new_skus": list(value.new_skus),
        "released": list(value.effects.released),
        "returned": list(value.effects.returned),
        "mergeable": list(value.effects.mergeable),
        "raised": value.raised,
        "lowered": value.lowered,
        "differ": differ(value.differ),
        "conflicts": conflicts(value.conflicts),
        "differs": [difference._asdict() for difference in value.books_differ],
        "notices": list(value.notices),
    }


def synced_document(value: Synced) -> Document:
    return {
        "dry_run": value.dry_run,
        "format": value.format,
        "added": value.added,
        "known": value.known,
        "processing": value.processing,
        "backorder": value.backorder,
        "skipped": [documents.left_out(left) for left in value.skipped],
        "new_skus": list(value.new_skus),
        "followed": [
            {
                "order": followed.order,
                "added": _units(followed.added),
                "removed": _units(followed.removed),
                "sent": _units(followed.sent),
                "came_back": _units(followed.came_back),
                "closed": followed.closed.value if followed.closed else None,
            }
            for followed in value.followed
        ],
        "conflicts": conflicts(value.conflicts),
        "missing": list(value.missing),
        "to_mark": [{"order": unmarked.order, "sent": _units(unmarked.sent)} for unmarked in value.to_mark],
        "count_again": list(value.count_again),
        "stock": value.stock._asdict() if value.stock else None,
        "differs": [difference._asdict() for difference in value.books_differ],
        "released": list(value.effects.released),
        "returned": list(value.effects.returned),
        "mergeable": list(value.effects.mergeable),
        "held": list(value.held),
        "resumed": list(value.resumed),
        "left_waiting": [given_up._asdict() for given_up in value.left_waiting],
        "notices": [*must_know(value), *value.notices],
    }


def differ(values: Sequence[Differs]) -> list[Document]:
    return [
        {
            "order": order.order,
            "wanted": [change._asdict() for change in order.wanted],
            "sent": [change._asdict() for change in order.sent],
        }
        for order in values
    ]


def conflicts(values: Sequence[Conflict]) -> list[Document]:
    return [conflict._asdict() for conflict in values]


def must_know(value: Synced) -> Iterator[str]:
    """What a person must know, also one who only wants to hear of changes: without it the shop is followed in silence.

    Under --quiet it is said on stderr.
    """
    for path in value.empty:
        yield f"{path} holds no order at all: check that the shop still writes its export"
    yield from value.doubts
    if value.missing and not value.are_closed:
        yield from _missing(value)
    left_out = [left.reason for left in value.skipped if left.reason not in MAY_BE_LEFT_OUT]
    if left_out:
        reasons = ", ".join(f"{n:,} × {reason}" for reason, n in Counter(left_out).most_common(MISSING_NAMED))
        yield f"rows of the file were left out: {reasons}"
    if value.held:
        yield f"on hold, since the shop shows them as not to be sent: {', '.join(value.held)}"
    if value.marked:
        yield "count again, the shop calls sent what was given up or swapped here: " + ", ".join(
            f"{quantity} × {sku}" for sku, quantity in value.marked
        )
    yield from (f"{given_up.order}: {given_up.reason}" for given_up in value.left_waiting)
    if value.newly_differ:
        yield f"the shop counts something else than is here, since this night: {listed(value.newly_differ)}"


def synced(value: Synced, *, quiet: bool = False) -> Iterator[str]:
    """The answer of `sync`, the most important first.

    `quiet`: what a person must know is said elsewhere, and how the files are read is not said every night.
    """
    yield _first(value)
    for followed in value.followed:
        yield f"  {inert(followed.order)}  {'; '.join(_followed(followed))}"
    yield from left_alone(value.conflicts)
    if not quiet:
        yield from map(inert, must_know(value))
    if value.resumed:
        yield f"no longer on hold, since the shop shows them as to be sent again: {sentences.names(value.resumed)}"
    marked = {units.sku for units in value.marked}
    if again := [sku for sku in value.count_again if sku not in marked]:
        yield f"count again, more was sent than was there: {', '.join(map(inert, again))}"
    if value.to_mark:
        yield _to_mark(value.to_mark)
    if value.stock and value.brought_news:
        yield _counted(value)
    yield from books_differ(value.books_differ)
    yield from sentences.effects(value.effects)
    # Orders that the shop has closed are followed, or were never here: they are no lines left out.
    left_out = [left for left in value.skipped if left.reason not in CLOSED and left.reason in MAY_BE_LEFT_OUT]
    notices = [notice for notice in value.notices if not quiet or notice not in value.routine]
    yield from sentences.taken_in(left_out, value.uncounted, notices)
    yield from sentences.dry(value.dry_run)


def differs(values: Sequence[Differs]) -> Iterator[str]:
    """The known orders that the shop has changed, as `import orders` names them, and the next step."""
    if not values:
        return
    yield f"changed in the shop since the last look: {sentences.count(len(values), 'known order')}"
    for differing in values[:DIFFERING_NAMED]:
        said = [f"wants {_change(change)}" for change in differing.wanted] + [
            f"sent {_change(change)}" for change in differing.sent
        ]
        yield f"  {inert(differing.order)}  {'; '.join(said)}"
    if len(values) > DIFFERING_NAMED:
        yield f"  … and {len(values) - DIFFERING_NAMED:,} more: --json has them all, in `differ`"
    yield "import leaves them as they are; next: backsplit sync with the same files does here what changed there"


def books_differ(values: Sequence[BooksDiffer]) -> Iterator[str]:
    """The SKUs of which the shop counts something else than is here, and how to tell the shop."""
    if not values:
        return
    yield f"the shop counts something else than is here, sent parcels aside: {sentences.count(len(values), 'SKU')}"
    for difference in values[:DIFFERING_NAMED]:
        units = abs(difference.here - difference.shop)
        enter = f"enter {units:,} {'more' if difference.here > difference.shop else 'less'} there"
        yield f"  {inert(difference.sku)}  {difference.here:,} here, {difference.shop:,} in the shop: {enter}"
    if len(values) > DIFFERING_NAMED:
        yield f"  … and {len(values) - DIFFERING_NAMED:,} more: backsplit stock --json has them all, in `differs`"
    yield "what is here stays; next: backsplit stock --through EXPORT --out FILE writes the shop's counts anew, or"
    yield "  enter it there, or count the shelf"


def left_alone(values: Sequence[Conflict]) -> Iterator[str]:
    """The orders in which the shop could not be followed, and why."""
    yield from (f"left alone: {inert(conflict.message)}" for conflict in values)


def _first(value: Synced) -> str:
    known = f"{value.known:,} known"
    if not value.brought_news:
        counted = f"; {_counted(value)}" if value.stock else ""
        return f"nothing new: {sentences.count(value.known, 'order')} known, none changed in the shop{counted}"
    new = f"{sentences.count(value.added, 'new order')}"
    where = f": {value.processing:,} Processing, {value.backorder:,} Backorder" if value.added else ""
    return f"{new}{where}; {known}, {len(value.followed):,} of them changed in the shop"


def _counted(value: Synced) -> str:
    if value.stock is None:
        return ""
    moves = (
        f": {value.stock.raised:,} up, {value.stock.lowered:,} down"
        if value.stock.raised or value.stock.lowered
        else ""
    )
    return f"{sentences.count(value.stock.counted, 'SKU')} counted{moves}"


def _followed(followed: FollowedOrder) -> Iterator[str]:
    if followed.came_back:
        yield f"came back: {_list(followed.came_back)}{', in the queue again' if followed.open else ''}"
    if followed.removed:
        yield (
            "cancelled there"
            if followed.closed is Status.CANCELLED
            else f"wanted less: {_list(followed.removed)} taken off"
        )
    if followed.sent:
        yield f"sent there: {_list(followed.sent)} → Shipped"
    if followed.added:
        yield f"wanted more: {_list(followed.added)}"
    if followed.closed and not (followed.came_back or followed.removed or followed.sent):
        yield f"{followed.closed.value} there"
    for order in followed.open:
        yield f"{sentences.lines(order.lines, sentences.MOST_NAMED)} {STANDS[order.status]} {inert(order.number)}"


def _to_mark(orders: Sequence[UnmarkedOrder]) -> str:
    """A count and the first of the orders: another command has them all."""
    names = ", ".join(f"{inert(unmarked.order)} ({_list(unmarked.sent)})" for unmarked in orders[:TO_MARK_NAMED])
    more = len(orders) - TO_MARK_NAMED
    rest = f" and {more:,} more; `backsplit to-mark` shows all" if more > 0 else ""
    return f"shipped here, not yet marked there: {sentences.count(len(orders), 'order')}: {names}{rest}"


def _missing(value: Synced) -> Iterator[str]:
    yield (
        f"open here, but not in the file: {len(value.missing):,} ({listed(value.missing)});"
        " --missing ship or --missing cancel closes them"
    )
    if value.filtered and not value.only_open:
        yield "the file holds no fulfilled or cancelled order at all: it looks filtered; export all orders to be sure"


def _change(change: Change) -> str:
    return f"{change.shop} × {inert(change.sku)} instead of {change.here}"


def _list(values: Sequence[Units]) -> str:
    return ", ".join(f"{quantity} × {inert(sku)}" for sku, quantity in values)


def _units(values: Sequence[Units]) -> list[Document]:
    return [units._asdict() for units in values]
