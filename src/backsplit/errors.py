"""Everything that can be refused: each error class owns its exit code, its code word and its sentence."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

# The code words of errors, as docs/contract.md promises them.
Code = Literal[
    "not-backorder",
    "nothing-short",
    "nothing-in-stock",
    "only-inserts-short",
    "only-inserts-in-stock",
    "ship-complete",
    "due-soon",
    "too-little",
    "max-parts",
    "not-enough",
    "nothing-left",
    "nothing-named",
    "not-allowed",
    "shipped",
    "shipped-more",
    "other-order",
    "older",
    "older-file",
    "other-shop",
    "takes-back",
    "bad-quantity",
    "last-line",
    "not-undoable",
    "changed-since",
    "same-file",
    "kit",
    "in-use",
    "group",
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

    @property
    def in_full(self) -> tuple[str, ...]:
        """The lines for another program, which may be more."""
        return self.lines


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


class NotWritten(BacksplitError):
    """The file of an answer could not be written. With `exit_code` 0 the change was made all the same."""

    code = "output"

    def __init__(self, *lines: str, exit_code: int = 5) -> None:
        super().__init__(*lines)
        self.exit_code = exit_code


class NotKnown(BacksplitError):
    """Something was named that the file does not know, perhaps because it was mistyped.

    `near` are the nearest that it knows. They are looked for when the error leaves the file, after its locks.
    """

    exit_code = 3
    sentence: str

    def __init__(self, typed: str, advice: str = "", near: Sequence[str] = ()) -> None:
        nearest = f" (the nearest: {', '.join(near)})" if near else ""
        super().__init__(self.sentence.format(typed=typed, nearest=nearest) + advice)
        self.typed, self.advice = typed, advice

    def with_nearest(self, near: Sequence[str]) -> NotKnown:
        return type(self)(self.typed, self.advice, near)


class OrderNotFound(NotKnown):
    code = "not-found"
    sentence = "there is no order {typed}{nearest}: `backsplit list --all` shows all"


class UnknownOrder(OrderNotFound):
    """The same of one row of a file among others."""

    sentence = "there is no order {typed}{nearest}"


class ListNotFound(BacksplitError):
    code = "not-found"
    exit_code = 3


class RefNotFound(NotKnown):
    """Nothing was ever expected under that reference."""

    code = "not-found"
    sentence = "nothing is expected under {typed}{nearest}: `backsplit expect` lists what is"


class UnknownSku(NotKnown):
    code = "unknown-sku"
    sentence = "no SKU {typed} is known{nearest}"


class NotOnOrder(BacksplitError):
    """A SKU that is to be taken off an order, or sent from it, and is not on it."""

    code = "unknown-sku"
    exit_code = 3


class DatabaseError(BacksplitError):
    """The file cannot be used: missing, not ours, newer, read-only, full or busy, as `code` says."""

    exit_code = 4

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


PROBLEMS_SHOWN = 20  # rows of a file that an error names, but for --json


class BadInput(BacksplitError):
    """An input file that cannot be taken. `problems` are sentences, each with line and value; `advice` comes last.

    `in_full` has all of the problems that are known, and `lines` the first of them. `more` are not even kept.
    """

    code: Code = "bad-input"
    exit_code = 5

    def __init__(self, message: str, problems: Sequence[str] = (), advice: Sequence[str] = (), more: int = 0) -> None:
        self.problems = tuple(f"  {problem}" for problem in problems)
        not_kept = [f"  … and {more:,} more"] if more else []
        left = len(problems) - PROBLEMS_SHOWN + more
        cut = [f"  … and {left:,} more: --json names them"] if left > 0 else []
        super().__init__(message, *self.problems[:PROBLEMS_SHOWN], *cut, *advice)
        self._in_full = (message, *self.problems, *not_kept, *advice)

    @property
    def in_full(self) -> tuple[str, ...]:
        return self._in_full


MOST_LISTED = 20  # things that a sentence names one by one


def listed(things: Iterable[str], most: int = MOST_LISTED) -> str:
    """`a, b, c and 4 more`, for a sentence."""
    all_of_them = list(things)
    text = ", ".join(all_of_them[:most])
    return text if len(all_of_them) <= most else f"{text} and {len(all_of_them) - most:,} more"


def how_to_add(extra: str) -> str:
    """The line to type for an extra that is missing, by what pipx and uv leave in the environment of a program."""
    home, wanted = Path(sys.prefix), shlex.quote(f"backsplit[{extra}]")
    if (home / "pipx_metadata.json").exists():
        return f"pipx runpip backsplit install {wanted}"
    if (home / "uv-receipt.toml").exists():
        return f"uv pip install --python {shlex.quote(sys.executable)} {wanted}"
    return f"{shlex.quote(sys.executable)} -m pip install {wanted}"
