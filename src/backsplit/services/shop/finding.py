"""What a file may have meant by SKUs that nobody knew."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice

from backsplit.repository import Repository

NAMED = 10  # SKUs for which the nearest is looked for: each takes some milliseconds


def nearest_known(repository: Repository, new: Collection[str]) -> list[str]:
    """A sentence for each of the first SKUs that came in new, and are like one that was known before."""
    near = ((sku, repository.nearest_sku(sku, new)) for sku in islice(new, NAMED))
    return [f"{sku} is new here; the nearest SKU that was known is {known}" for sku, known in near if known]
