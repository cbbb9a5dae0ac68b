"""Why a line or a whole order of a file is left out. Users count these words, so they never change."""

from __future__ import annotations

CANCELLED = "cancelled"
FULFILLED = "fulfilled"
REFUNDED = "refunded"
VOIDED = "voided"
NOT_PAID = "not paid"
NOT_CONFIRMED = "not confirmed"
NOT_SHIPPED = "not to be shipped"
GIFT_CARD = "gift card"
TIP = "tip"
NO_SKU = "no SKU"
NO_LINES = "no lines"
NOTHING_LEFT = "nothing left to ship"
UNKNOWN_STATUS = "unknown status"
NOT_TRACKED = "not tracked"
OTHER_LOCATION = "another location"

# A line left out for one of these is not missing. For any other reason, ordered goods are missing.
EXPECTED = frozenset(
    {
        CANCELLED,
        FULFILLED,
        REFUNDED,
        VOIDED,
        NOT_PAID,
        NOT_CONFIRMED,
        NOT_SHIPPED,
        GIFT_CARD,
        TIP,
        NOTHING_LEFT,
        UNKNOWN_STATUS,
        NOT_TRACKED,
        OTHER_LOCATION,
    }
)

# There was nothing to ship on a line left out for one of these. If the other lines went out, the order is shipped.
NO_GOODS = frozenset({NOT_SHIPPED, GIFT_CARD, TIP, NOTHING_LEFT})
