"""Many values as one parameter of a query."""

from __future__ import annotations

from collections.abc import Collection


def array(values: Collection[str] | Collection[int]) -> str:
    """For SQLite's `json_each`."""
    import json  # noqa: PLC0415 - many a command asks for one order alone

    return json.dumps(list(values))
