"""Rule 9: what can happen to an order or to stock, and how each of these events is told."""

from __future__ import annotations

from enum import Enum
from typing import Any

from backsplit.domain.times import minute_and_zone
from backsplit.values import NamedTuple


class EventKind(Enum):
    """An event: the word that stands in the history and in JSON, and the sentence that people read.

    A sentence may hold `{n}` (units, without their sign), `{units}` (`3 units`), `{signed}` (`+3`), `{sku}`,
    `{reason}`, and `{because}`, which is the reason in brackets where there is one.
    """

    IMPORTED = "imported", "came in: Processing, {units}{because}"
    BACKORDERED = "backordered", "came in: Backorder, {units}{because}"
    INCOMPLETE = "incomplete", "came in incomplete{because}"
    SPLIT = "split", "split: {units} can go: Processing; {reason}"
    SPLIT_OFF = "split-off", "{n} × {sku} waits here: Backorder{because}"
    DROPPED = "dropped", "{n} × {sku} left off{because}"
    RELEASED = "released", "covered by stock: Processing{because}"
    RETURNED = "returned", "gave its stock back: Backorder{because}"
    SHIPPED = "shipped", "{n} × {sku} shipped{because}"
    UNSHIPPED = "unshipped", "{n} × {sku} on the shelf again: Processing{because}"
    HELD = "held", "put on hold{because}"
    HELD_BY_SHOP = "held-by-shop", "put on hold: the shop shows it as {reason}"
    RESUMED = "resumed", "back in the queue: Backorder{because}"
    CANCELLED = "cancelled", "cancelled{because}"
    AMENDED = "amended", "{reason}"
    MERGED = "merged", "merged {reason}: {units}"
    WHOLE = "whole", "whole again {reason}: {units}: Backorder"
    DIVIDED = "divided", "divided again: {units}: {reason}"
    REMOVED = "removed", "taken out again{because}"
    COMPLETE = "ship-complete", "{reason}"
    CUSTOMER = "customer", "customer {reason}"
    TOLD_SHOP = "told-shop", "the shop is told: {n} × {sku} sent{because}"
    UNTOLD = "untold", "the shop is not told: {n} × {sku}{because}"
    PICKED = "picked", "on pick list {n}"
    UNPICKED = "unpicked", "on no pick list any more{because}"
    PRIORITIZED = "prioritized", "moved in the queue{because}"
    RECEIVED = "received", "{n} × {sku} received{because}"
    COUNTED = "counted", "{sku} counted: {signed} on hand{because}"
    UNRECEIVED = "unreceived", "{n} × {sku} taken off the shelf again{because}"
    ADJUSTED = "adjusted", "{sku} adjusted: {signed} on hand{because}"
    SENT_THERE = "sent-there", "{n} × {sku} sent by the shop{because}"
    CAME_BACK = "came-back", "{n} × {sku} came back: the shop took the shipment back{because}"
    ASKED_LESS = "asked-less", "{n} × {sku} taken off: the shop wants less{because}"
    ASKED_MORE = "asked-more", "{n} × {sku} added: the shop wants more{because}"
    PARTED = "parted", "{n} × {sku} on this new part{because}"
    WAITS = "waits", "{n} × {sku} waits here{because}"
    MISSED = "missed", "{n} × {sku} were sent by the shop but not on hand{because}"
    EXPECTED = "expected", "{n} × {sku} expected{because}"
    EXPECTED_ON = "expected-on", "{n} × {sku} expected on another day{because}"
    GIVEN_UP = "given-up", "{n} × {sku} no longer expected{because}"
    TOLD = "told", "the customer was told{because}"
    AGREED = "agreed", "the customer agreed{because}"
    CLOSED_UNTIL = "closed-until", "{sku} is not available before {reason}"
    OPENED = "opened", "{sku} is available from now on{because}"
    MARKED = "marked", "{sku} marked as {reason}"
    POLICY = "policy", "policy changed: {reason}"
    KIT_MADE = "kit-made", "{sku} is a kit of {reason}"
    KIT_CHANGED = "kit-changed", "{sku} {reason}"

    def __init__(self, word: str, sentence: str) -> None:
        self.word = word
        self.sentence = sentence

    @classmethod
    def of(cls, word: str) -> EventKind | None:
        """The event of that word; None for one that a newer or another program has written."""
        return next((kind for kind in cls if kind.word == word), None)


# The events whose quantities add up to what is on hand of a SKU, and to what its receipts hold. `check` proves both.
OF_STOCK = (
    EventKind.RECEIVED,
    EventKind.UNRECEIVED,
    EventKind.COUNTED,
    EventKind.ADJUSTED,
    EventKind.SHIPPED,
    EventKind.UNSHIPPED,
    EventKind.SENT_THERE,
    EventKind.CAME_BACK,
    EventKind.MISSED,
)
OF_RECEIPTS = (EventKind.RECEIVED, EventKind.UNRECEIVED)


class Done(NamedTuple):
    """What one command did. `before` is what it kept for its undo; `undone_by` is the change that took it back."""

    number: int
    at: str
    command: str
    reason: str
    user: str
    before: Any
    undoes: int | None
    undone_by: int | None

    @property
    def why_not(self) -> str:
        """Why it cannot be undone, and what to do instead, to go on a sentence; blank for what needs no reason."""
        if self.command not in ("sync", "import orders"):
            return ""
        return ": the shop says so; a backup from before it can be restored"

    def __str__(self) -> str:
        return f"change {self.number} ({self.command}, {minute_and_zone(self.at)})"


class Event(NamedTuple):
    """One row of the history: what happened, when, by how much, why, and by whom.

    `event` is the word of an `EventKind`. `quantity` is in units; that of an event of stock is signed, so that they
    add up to what is on hand. `change` is the number of the command that did it.
    """

    at: str
    event: str
    order: str | None
    sku: str | None
    quantity: int | None
    reason: str
    user: str
    change: int = 0
    command: str = ""
