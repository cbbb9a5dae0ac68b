"""Everything that can be refused: each error class owns its exit code, its code word and its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

# The code words of errors, as docs/contract.md promises them.
Code = Literal[
    "not-backorder",
    "nothing-short",
    "nothing-in-stock",
    "only-inserts-short",
    "only-inserts-in-stock",
    "ship-complete",
    "too-little",
    "max-parts",
    "not-enough",
    "nothing-left",
    "nothing-named",
    "not-allowed",
    "shipped",
    "shipped-more",
    "other-order",
    "bad-quantity",
    "usage",
    "not-found",
    "unknown-sku",
    "no-database",
    "not-a-database",
    "newer-database",
    "read-only",
    "disk-full",
    "disk-error",
    "uncertain",
    "busy",
    "bad-input",
    "stopped",
    "output",
]


class BacksplitError(Exception):
    """The message is one sentence for the user, with the next step in it where there is one.

    `lines` are that sentence and what is listed below it. Text from outside may hold line ends of its own,
    so a message cannot be divided again.
    """

    code: Code
    exit_code = 1

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Refused(BacksplitError):
    """A rule says no; nothing changed. docs/contract.md says what each `code` means."""

    def __init__(self, code: Code, *lines: str) -> None:
        super().__init__(*lines)
        self.code = code


class BadQuantity(BacksplitError):
    code = "bad-quantity"


class WrongUsage(BacksplitError):
    """The command was typed in a way that cannot be meant."""

    code = "usage"
    exit_code = 2


class OrderNotFound(BacksplitError):
    code = "not-found"
    exit_code = 3


class UnknownSku(BacksplitError):
    code = "unknown-sku"
    exit_code = 3


class DatabaseError(BacksplitError):
    """The file cannot be used: missing, not ours, newer, read-only, full or busy, as `code` says."""

    exit_code = 4

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


class BadInput(BacksplitError):
    """An input file that cannot be taken. `problems` are sentences, each with line and value."""

    code = "bad-input"
    exit_code = 5

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message, *(f"  {problem}" for problem in problems))
        self.problems = tuple(problems)
