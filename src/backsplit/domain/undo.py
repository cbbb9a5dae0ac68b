"""Rule 13: what was before a change, kept where its events do not say it, and the command that does it again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from backsplit.domain.history import Done, Event, EventKind
from backsplit.domain.orders import Line, Order, Status

if TYPE_CHECKING:  # to make these classes takes a tenth of a millisecond, and they are nothing but types
    from backsplit.domain.kits import Recipe

    Days = Mapping[str, str | None]  # of orders by number, or of SKUs

    class OrderSnapshot(TypedDict):
        """An order as it was: of its facts those that a change of its lines can change."""

        id: int
        number: str
        status: str
        priority: int
        split_from: str | None
        until: str | None
        lines: Sequence[Sequence[Any]]  # position, SKU, quantity, and the group if there is one

    class Again(TypedDict, total=False):
        """The words of the command that does a change once more, without `backsplit`."""

        again: Sequence[str]

    class BeforeAdd(Again, total=False):
        came: Sequence[Any]  # the fill rates that it counted; an older backsplit counted none

    class BeforeAmend(Again):
        orders: Sequence[OrderSnapshot]

    class BeforeMerge(TypedDict):
        orders: Sequence[OrderSnapshot]
        parts: Sequence[str]  # those that were split from the part

    class BeforeSplit(Again, total=False):
        dropped: Mapping[str, Sequence[tuple[int, str, int]]]  # position, SKU, quantity of the inserts, by order
        processing: bool  # whether the order was

    class BeforeHold(Again):
        on_hold: Days

    class BeforeDue(TypedDict):
        until: Days
        first_days: Days

    class BeforeFirstDays(Again):
        first_days: Days

    class BeforePriorities(Again):
        priorities: Mapping[str, int]

    class BeforeExpected(Again):
        expected: Sequence[tuple[Sequence[Any] | None, Sequence[Any] | None]]  # each row before and after

    class BeforeKits(Again):
        was: Mapping[str, Recipe]
        now: Mapping[str, Recipe]

    class BeforeNotices(Again):
        told: Mapping[str, Sequence[Any] | None]  # what was told before, by order
        cancelled: Sequence[str]

    class BeforePolicy(Again):
        policy: str

    class BeforeShipComplete(Again):
        on: bool
        customer: str  # blank where their orders to come are as before

    Before = (
        Again
        | BeforeAdd
        | BeforeAmend
        | BeforeMerge
        | BeforeSplit
        | BeforeHold
        | BeforeDue
        | BeforeFirstDays
        | BeforePriorities
        | BeforeExpected
        | BeforeKits
        | BeforeNotices
        | BeforePolicy
        | BeforeShipComplete
    )


def snapshots(orders: Iterable[Order]) -> list[OrderSnapshot]:
    """Orders as they are, for `before`: of their facts only those that a change of their lines can change."""
    return [
        {
            "id": order.id,
            "number": order.number,
            "status": order.status.value,
            "priority": order.priority,
            "split_from": order.split_from,
            "until": order.until,
            "lines": [_line_values(line) for line in order.lines],
        }
        for order in orders
    ]


def as_in_snapshot(was: OrderSnapshot, now: Order) -> Order:
    """The order as it was kept; what was not kept is as it is `now`, on it or on another member of its family."""
    return now._replace(
        id=was["id"],
        number=was["number"],
        status=Status(was["status"]),
        priority=was["priority"],
        split_from=was["split_from"],
        until=was.get("until"),  # an older backsplit kept none
        lines=tuple(_line(*line) for line in was["lines"]),
    )


def _line_values(line: Line) -> list[Any]:
    return [line.position, line.sku, line.quantity, *([line.group] if line.group else [])]


def _line(position: int, sku: str, quantity: int, group: str = "") -> Line:
    return Line(sku, quantity, position=position, group=group)


def touched(events: Iterable[Event]) -> list[str]:
    """The orders that a change was about. Those that it merely released, or that gave stock back, are none of them.

    Neither are orders of which a customer or the shop was told something: that changes no order.
    """
    told = {EventKind.TOLD.word, EventKind.AGREED.word, EventKind.TOLD_SHOP.word}
    merely = {EventKind.RELEASED.word, EventKind.RETURNED.word, *told}
    return list(dict.fromkeys(event.order for event in events if event.order and event.event not in merely))


def again(change: Done, events: Sequence[Event]) -> str:
    """The command that does once more what a change did."""
    if change.before and "again" in change.before:
        return shlex.join(["backsplit", *change.before["again"]])
    words = AGAIN[change.command](change, events)
    reason = ["--reason", change.reason] if change.reason and change.command in WITH_REASON else []
    return shlex.join(["backsplit", *words, *reason])


def _numbers(change: Done, events: Sequence[Event]) -> list[str]:
    return [change.command, *touched(events)]


def _split(_: Done, events: Sequence[Event]) -> list[str]:
    return ["split", *(event.order or "" for event in events if event.event == EventKind.SPLIT.word)]


def _merge(_: Done, events: Sequence[Event]) -> list[str]:
    return ["merge", *(event.order or "" for event in events if event.event == EventKind.MERGED.word)]


def _receive(change: Done, events: Sequence[Event]) -> list[str]:
    ref = ["--ref", change.reason] if change.reason else []
    came = [event for event in events if event.event == EventKind.RECEIVED.word]
    what = ["--sku", came[0].sku or "", "--qty", str(came[0].quantity)] if len(came) == 1 else ["--file", "FILE"]
    return ["receive", *what, *ref]


def _adjust(_: Done, events: Sequence[Event]) -> list[str]:
    (event,) = (event for event in events if event.event == EventKind.ADJUSTED.word)
    return ["adjust", "--sku", event.sku or "", "--by", str(event.quantity)]


def _mark(_: Done, events: Sequence[Event]) -> list[str]:
    option = "--insert" if events[0].reason == "insert" else "--no-insert"
    return ["mark", *(event.sku or "" for event in events), option]


AGAIN: dict[str, Callable[[Done, Sequence[Event]], list[str]]] = {
    **dict.fromkeys(("ship", "hold", "resume", "cancel"), _numbers),
    "split": _split,
    "split --all": lambda *_: ["split", "--all"],
    "merge": _merge,
    "receive": _receive,
    "adjust": _adjust,
    "import stock": lambda change, _: ["import", "stock", *change.reason.split(", "), "--recount"],
    "mark": _mark,
    "due": lambda *_: ["due"],
    "pick": lambda _, events: ["pick", *touched(events), "--take"],
}
WITH_REASON = ("hold", "cancel", "adjust")
