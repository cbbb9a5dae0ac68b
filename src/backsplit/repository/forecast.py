"""What a replay starts from (rule 15): who waits for how much, what is available, and what is to come."""

from __future__ import annotations

import sqlite3

from backsplit.domain.promise import Due, Replay
from backsplit.domain.values import Policy

# CROSS JOIN: read in the order of the queue's index, so that nothing is sorted.
QUEUE = """SELECT o.number, w.product_id, w.quantity
FROM orders o INDEXED BY orders_in_queue CROSS JOIN waiting w ON w.order_id = o.id
WHERE o.status = 'Backorder' ORDER BY o.priority, o.placed_at, o.family_id, o.id"""
AVAILABLE = "SELECT id, sku, on_hand - allocated FROM products"
DUE = """SELECT on_day, sku, "left", ref FROM expected JOIN products ON id = product_id
WHERE "left" > 0 AND on_day >= ? ORDER BY on_day, ref, sku"""


def replay(db: sqlite3.Connection, policy: Policy, today: str) -> Replay:
    """What becomes of every order that waits. What is due before `today` is overdue, and not counted."""
    skus: dict[int, str] = {}
    available: dict[str, int] = {}
    for product, sku, units in db.execute(AVAILABLE):
        skus[product], available[sku] = sku, units
    wanted = ((number, skus[product], units) for number, product, units in db.execute(QUEUE))
    return Replay(wanted, available, [Due(*row) for row in db.execute(DUE, (today,))], policy)
