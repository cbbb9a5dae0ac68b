"""Rule 19 in words: what has come due, and from when on a SKU may go out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from backsplit.render import sentences
from backsplit.render.terminal import inert

if TYPE_CHECKING:
    from backsplit.services.calendar import CameDue, Dated


def due(value: CameDue) -> Iterator[str]:
    """The orders that are off hold, the SKUs that may go out, and who was released because of it."""
    gone = set(value.effects.released)
    for number in value.resumed:
        yield f"no longer on hold: {inert(number)} → {'Processing' if number in gone else 'Backorder'}"
    for sku in value.opened:
        yield f"{inert(sku)} is available from now on"
    if not value.resumed and not value.opened:
        yield "nothing has come due"
    yield from sentences.effects(value.effects, named=value.resumed)
    yield from sentences.dry(value.dry_run)


def due_document(value: CameDue) -> dict[str, Any]:
    return {
        "dry_run": value.dry_run,
        "resumed": list(value.resumed),
        "opened": list(value.opened),
        "released": list(value.effects.released),
        "mergeable": list(value.effects.mergeable),
    }


def dated(value: Dated) -> Iterator[str]:
    """From when on SKUs may go out, and what follows from it."""
    for stock in value.stock:
        sku = inert(stock.sku)
        if stock.first_day is None:
            yield f"{sku}: may go out at once, {stock.available} available"
            continue
        held = f"; Processing orders keep {stock.allocated}" if stock.allocated else ""
        yield f"{sku}: not before {stock.first_day}, {stock.on_hand} on hand{held}"
    yield from sentences.effects(value.effects)
