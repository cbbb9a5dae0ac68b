"""Rule 11: lines that change here do not change what the shop asks for. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from backsplit.repository import Repository


@contextmanager
def still_asked(repository: Repository, family: int) -> Iterator[None]:
    """Whatever happens inside to the lines of a family, the shop goes on asking for what it asked for before."""
    from backsplit.domain.shop.following import remembered, settled  # noqa: PLC0415 - most splits need none of it

    asked = remembered(repository.orders.members(family), repository.asked.of(family))
    yield
    repository.asked.write(family, settled(asked, repository.orders.members(family)))
