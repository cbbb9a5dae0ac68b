"""The JSON that docs/contract.md promises: add keys, but never rename or remove one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from backsplit.domain.orders import demand
from backsplit.domain.split import can_go

if TYPE_CHECKING:
    from backsplit.domain.deliveries import Expected
    from backsplit.domain.history import Event
    from backsplit.domain.imports import LeftOut
    from backsplit.domain.kits import Kit
    from backsplit.domain.orders import Line, Order, Shortage, Stock
    from backsplit.domain.promises import Promise
    from backsplit.domain.split import SplitPlan
    from backsplit.services.database import Backup, Checked, PolicySet, Restored
    from backsplit.services.deliveries import ExpectedOutcome, Receipt
    from backsplit.services.kits import KitsChanged
    from backsplit.services.queries import Shown
    from backsplit.services.split import SplitOutcome
    from backsplit.services.status import Changed, Undone


Document = dict[str, Any]


def order(value: Order) -> Document:
    return {
        "number": value.number,
        "status": value.status.value,
        "placed_at": value.placed_at,
        "priority": value.priority,
        "customer": value.customer,
        "note": value.note,
        "split_from": value.split_from,
        "split_into": list(value.split_into),
        "can_go": can_go(value),
        "ship_complete": value.ship_complete,
        "pick": value.pick,
        "tracking": [label._asdict() for label in value.tracking],
        "source": value.source,
        "promised": value.promised,
        "until": value.until,
        "lines": [_line(*line) for line in zip(value.lines, value.short, _lacking(value), strict=True)],
    }


def _lacking(value: Order) -> Sequence[Mapping[str, int]]:
    """Per line, what a kit lacks of its parts; nothing where the order has no kits."""
    return value.missing if any(line.parts for line in value.lines) else ({},) * len(value.lines)


def _line(line: Line, short: int, lacking: Mapping[str, int]) -> Document:
    return {
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "insert": line.insert,
        "available": line.available,
        "short": short,
        "parts": [
            {
                "sku": part.sku,
                "quantity": part.each * line.quantity,
                "available": part.available,
                "short": lacking[part.sku],
            }
            for part in line.parts
        ],
    }


def shown(value: Shown) -> Document:
    return order(value.order) | {
        "waiting_for": [{"sku": waits.sku, "short": waits.short} for waits in value.waits],
        "history": history(event for event in value.history if event.order == value.order.number),
        "family": [
            {
                "number": member.number,
                "status": member.status.value,
                "lines": [{"sku": line.sku, "quantity": line.quantity} for line in member.lines],
                "waiting_for": [{"sku": sku, "short": short} for sku, short in member.waiting_for.items()],
                "promised": member.promised,
                "shipped_at": value.left.get(member.number),
            }
            for member in value.family
        ],
    }


def split(value: SplitOutcome) -> Document:
    return {
        "dry_run": value.dry_run,
        "splits": [_plan(plan) for plan in value.splits],
        "refused": [{"order": no.order, "code": no.code, "message": no.message} for no in value.refused],
        "released": list(value.effects.released),
        "mergeable": list(value.effects.mergeable),
    }


def _plan(plan: SplitPlan) -> Document:
    return {
        "processing": order(plan.processing),
        "backorder": order(plan.backorder) if plan.backorder else None,
        "dropped": [_line(line, line.quantity, demand([line])) for line in plan.dropped],
        "warnings": list(plan.warnings),
    }


def receipt(value: Receipt) -> Document:
    return {
        "dry_run": value.dry_run,
        "ref": value.ref,
        "of": value.of,
        "repeated": value.repeated,
        "received": [
            {"sku": received.sku, "quantity": received.quantity, "on_hand": received.on_hand}
            for received in value.received
        ],
        "released": list(value.effects.released),
        "passed_over": [
            {
                "order": passed.number,
                "placed_at": passed.placed_at,
                "short": [{"sku": sku, "quantity": quantity} for sku, quantity in passed.short.items()],
            }
            for passed in value.passed_over
        ],
        "mergeable": list(value.effects.mergeable),
        "skipped": [left_out(left) for left in value.skipped],
        "notices": list(value.notices),
        "together": [list(group) for group in value.together],
    }


def changed(value: Changed) -> Document:
    return {
        "dry_run": value.dry_run,
        "changed": [order(changed) for changed in value.orders],
        "released": list(value.effects.released),
        "returned": list(value.effects.returned),
        "notes": list(value.notes),
        "mergeable": list(value.effects.mergeable),
    }


def made(number: int | None, on_lists: Mapping[str, int]) -> Document:
    """What each answer of a command has that can change something."""
    return {"made": number, "on_lists": [{"order": order, "list": pick_list} for order, pick_list in on_lists.items()]}


def list_shipped(value: Changed) -> Document:
    since = [
        {"order": change.order, "was": units(change.was), "is": units(change.now)} for change in value.changed_since
    ]
    return changed(value) | {"changed_since": since}


def units(quantities: Mapping[str, int]) -> list[Document]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]


def undone(value: Undone) -> Document:
    return changed(value.done) | {"change": value.change.number, "command": value.change.command}


def left_out(value: LeftOut) -> Document:
    return {"order": value.order, "line": value.line, "reason": value.reason}


def backup(value: Backup) -> Document:
    return {"backup": value.path, "bytes": value.size}


def checked(value: Checked) -> Document:
    return {"ok": not value.breaches, "breaches": list(value.breaches)}


def restored(value: Restored) -> Document:
    return {"restored": value.backup, "kept": value.kept, "orders": value.orders, "skus": value.skus}


def policy(value: PolicySet) -> Document:
    return {
        "dry_run": value.dry_run,
        "policy": value.policy.value,
        "released": list(value.effects.released),
        "mergeable": list(value.effects.mergeable),
    }


def stock(values: Iterable[Stock]) -> Iterator[Document]:
    for product in values:
        yield {
            "sku": product.sku,
            "name": product.name,
            "insert": product.insert,
            "on_hand": product.on_hand,
            "allocated": product.allocated,
            "available": product.available,
            "owed": product.owed,
            "final": product.final,
            "from": product.first_day,
            "kit": product.kit,
            "shop": product.shop,
            "differs": product.differs,
        }


def kit(value: Kit) -> Document:
    return {
        "kit": value.sku,
        "name": value.name,
        "parts": [{"sku": part.sku, "quantity": part.each} for part in value.parts],
        "can_make": value.can_make,
        "orders": value.orders,
    }


def kits_changed(value: KitsChanged) -> Document:
    return {
        "dry_run": value.dry_run,
        "kits": [kit(changed) for changed in value.kits],
        "gone": list(value.gone),
        "new_skus": list(value.new),
        "released": list(value.effects.released),
        "mergeable": list(value.effects.mergeable),
    }


def shortages(values: Iterable[Shortage]) -> list[Document]:
    return [{key: value for key, value in shortage._asdict().items() if key != "kits"} for shortage in values]


def expected(values: Iterable[Expected], today: str) -> list[Document]:
    return [
        {
            "ref": row.ref,
            "sku": row.sku,
            "expected": row.expected,
            "received": row.received,
            "left": row.left,
            "on": row.on,
            "overdue": row.is_overdue(today),
        }
        for row in values
    ]


def expected_outcome(value: ExpectedOutcome) -> Document:
    return {
        "dry_run": value.dry_run,
        "expected": expected(value.rows, value.today),
        "moved": [{"order": moved.order, "from": moved.before, "to": moved.after} for moved in value.moved],
        "skipped": [left_out(left) for left in value.skipped],
        "notices": list(value.notices),
    }


def promise(value: Promise) -> Document:
    number, promised, waits, _ = value
    waiting_for = [{"sku": sku, "short": short, "on": on, "ref": ref} for sku, short, on, ref, _, _ in waits]
    return {"order": number, "promised": promised, "waiting_for": waiting_for}


def history(values: Iterable[Event]) -> list[Document]:
    return [event._asdict() for event in values]
