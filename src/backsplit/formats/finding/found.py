"""Orders and counts as a file has them: text that nobody has checked yet. `at` is a line or record, from 1."""

from __future__ import annotations

from dataclasses import dataclass, field

from backsplit.domain.values import Status
from backsplit.formats.finding.sent import Sent


@dataclass(slots=True)
class FoundLine:
    """A line as the file has it. `quantity` are the units wanted in all, open and sent.

    `sent` tells how many of them are sent; None where the order's status decides. `left_out` is the reason if
    nothing of the line is taken. A line that is not for the shelf (`ships`) is not followed either.
    """

    at: int
    sku: str
    quantity: str
    name: str = ""
    left_out: str = ""
    sent: Sent | None = None
    ships: bool = True


@dataclass(slots=True)
class FoundOrder:
    """An order as the file has it. `said` are the cells of its facts, by their names (`cells/facts.py`).

    `left_out` is the reason if the whole order is left out. `closed` then says whether the shop has shipped or
    cancelled it; None if neither.
    """

    number: str
    at: int
    said: dict[str, str] = field(default_factory=dict)
    lines: list[FoundLine] = field(default_factory=list)
    left_out: str = ""
    closed: Status | None = None

    def close(self, reason: str, status: Status | None) -> None:
        """Leave the order out. The first reason given stays."""
        if not self.left_out:
            self.left_out, self.closed = reason, status


@dataclass(slots=True)
class FoundCount:
    """A count as the file has it. `plus` is added to `count`, and `less` subtracted.

    `location` is blank in a file without locations.
    """

    at: int
    sku: str
    count: str
    name: str = ""
    location: str = ""
    plus: str = ""
    less: str = ""
    insert: str = ""
