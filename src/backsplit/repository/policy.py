"""Rule 5 in SQL: what is kept for the orders that stand earlier in the queue."""

from __future__ import annotations

import sqlite3

from backsplit.domain.orders import Policy

PLACE = "priority, placed_at, family_id, order_id"  # of a row of `queue`, in queue order
KEEPS = "(SELECT value IN ({policies}) FROM settings WHERE name = 'policy')".format(
    policies=", ".join(f"'{policy.value}'" for policy in Policy if policy.keeps)
)


PLACE_OF = "SELECT priority, placed_at, family_id, id FROM orders WHERE id = ?1"


def kept_for_earlier(product: str) -> str:
    """Units available of a product that orders before the one of a query keep for themselves.

    For a few orders: it adds up all that stands before each. The row must have `available`.
    """
    return f"""CASE WHEN {KEEPS} THEN min(available, (
      SELECT coalesce(sum(w.quantity), 0) FROM queue w
      WHERE w.product_id = {product} AND (w.priority, w.placed_at, w.family_id, w.order_id)
        < ({PLACE_OF}))) ELSE 0 END"""


def needed(policy: Policy) -> str:
    """Units that must be available so that an order lacks none of a product, for every row of `queue` at once."""
    if not policy.keeps:
        return "quantity"
    return f"sum(quantity) OVER (PARTITION BY product_id ORDER BY {PLACE} ROWS UNBOUNDED PRECEDING)"


def word_of_policy(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT value FROM settings WHERE name = 'policy'").fetchone()
    return str(row[0]) if row else ""


def policy_of(db: sqlite3.Connection) -> Policy:
    """The policy of a file. Raises ValueError for a word that is none, which only another program writes."""
    word = word_of_policy(db)
    if word not in {policy.value for policy in Policy}:
        raise ValueError(f"its policy is {word!r}, which is none")
    return Policy(word)
