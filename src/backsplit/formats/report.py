"""What we tell the user about a file: its bad rows, notices, and the rows left out, with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backsplit.domain.imports import LeftOut
from backsplit.errors import BacksplitError, BadInput

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
CLOSED = "closed"
RECEIVED = "received"
NOT_ARRIVED = "not arrived"
NO_DAY = "no day yet"
NOTHING_TO_COME = "nothing left to come"
NO_UNITS = "no units"
HIDDEN = "lines not in the file"
NOT_TRACKED = "not tracked"
OTHER_LOCATION = "another location"
ANOTHER_ORDER = "another order of this number"

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
        CLOSED,
        NOT_TRACKED,
        OTHER_LOCATION,
    }
)

# There was nothing to ship on a line left out for one of these. If the other lines went out, the order is shipped.
NO_GOODS = frozenset({NOT_SHIPPED, GIFT_CARD, TIP, NOTHING_LEFT})


MOST_KEPT = 1000  # bad rows that an error names under --json
MOST_BAD = 100_000  # rows of a file; one with more is no table that is sound but for some rows
_LONGEST_QUOTED = 60  # characters of a value in a sentence


def quoted(value: str) -> str:
    """The value in quotes, cut short, safe to print on a terminal."""
    cut = value if len(value) <= _LONGEST_QUOTED else value[:_LONGEST_QUOTED] + "…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """The text with its control characters written out."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class FieldError(ValueError):
    """A cell that cannot be taken. `reason` is short and always the same; `detail` names the value."""

    def __init__(self, field: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.reason, self.detail = field, reason, detail


class Report:
    """Collects problems while a file is read. Bad rows fail the file at its end; --skip-bad leaves them out.

    `may_skip`: whether the command has that option. `done` is what was not done with a file that is refused. `advice`
    is what the user may do about bad rows. `open_words` are the words of --open.
    """

    def __init__(
        self, path: str, *, skip_bad: bool = False, may_skip: bool = True, unit: str = "line", done: str = "imported"
    ) -> None:
        self.path = path
        self.unit = unit
        self.skip_bad = skip_bad
        self.notices: list[str] = []
        self.routine: list[str] = []  # those of the notices that say the same of every such file
        self.left_out: list[LeftOut] = []  # not handed to the caller yet
        self.open_words: frozenset[str] = frozenset()
        self.bad_rows = 0
        self.done = done
        self.advice = ["correct the file, or use --skip-bad" if may_skip else "correct the file"]
        self._unfit: BacksplitError | None = None  # of the first row, while all bad rows are such
        self._tells = True
        self._problems: list[str] = []
        self._tallies: dict[str, tuple[int, list[str]]] = {}

    @property
    def is_refused(self) -> bool:
        """Whether the file will be refused at its end."""
        return bool(self.bad_rows) and not self.skip_bad

    @property
    def problems(self) -> tuple[str, ...]:
        """The rows that cannot be taken, each with its place and its value: the first of them."""
        return tuple(self._problems)

    def bad(self, at: int, reason: str, detail: str, *, column: str = "", order: str = "") -> None:
        """Note a row that cannot be taken; `at` is its line or record, from 1. Raises BadInput at one too many."""
        self.bad_rows += 1
        if self.skip_bad and self._tells:
            self.left_out.append(LeftOut(order, at, reason))
        self._unfit = None
        if len(self._problems) < MOST_KEPT:
            where = f"{self.unit} {at}, column {quoted(column)}" if column else f"{self.unit} {at}"
            self._problems.append(f"{where}: {detail}")
        if self.bad_rows > MOST_BAD:
            sentence = f"more than {MOST_BAD:,} rows cannot be taken, so nothing was {self.done}:"
            raise self.refuse(sentence, self._problems, ["correct the file"], self.bad_rows - len(self._problems))

    def unfit(self, at: int, reason: str, error: BacksplitError, *, order: str = "") -> None:
        """The same for a row that is sound, and names what the database does not know or forbids, as `error` says.

        Where all bad rows are such, the file is refused with the code of the first.
        """
        first = self._unfit if self.bad_rows else error
        self.bad(at, reason, "; ".join(error.lines), order=order)
        self._unfit = first

    def again(self) -> Report:
        """For the same file from its start, whose bad rows are not to be told a second time."""
        quiet = Report(self.path, skip_bad=True)
        quiet.unit, quiet.open_words, quiet._tells = self.unit, self.open_words, False
        return quiet

    def refuse(
        self, sentence: str, problems: Iterable[str] = (), advice: Iterable[str] = (), more: int = 0
    ) -> BadInput:
        """The error for a file that cannot be taken as a whole. `more` problems are not among those that are named."""
        return BadInput(f"{self.path}: {sentence}", tuple(problems), tuple(advice), more)

    def notice(self, sentence: str, *, is_routine: bool = False) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)
            if is_routine:
                self.routine.append(sentence)

    def tally(self, sentence: str, example: str = "") -> None:
        """Count something that may come often. `sentence` holds {n}; up to five examples go behind it.

        Of `{many|one}` in it the first is said, or of a count of one the second.
        """
        count, examples = self._tallies.get(sentence, (0, []))
        if example and len(examples) < 5 and example not in examples:
            examples.append(example)
        self._tallies[sentence] = (count + 1, examples)

    def finish(self) -> None:
        """At the end of the file: complete the notices. Raises BadInput if rows were bad."""
        for sentence, (count, examples) in self._tallies.items():
            names = f" ({', '.join(map(printable, examples))}{', …' if count > len(examples) else ''})"
            said = re.sub(r"\{([^|}]*)\|([^}]*)\}", r"\2" if count == 1 else r"\1", sentence)
            self.notice(said.format(n=f"{count:,}") + (names if examples else ""))
        self._tallies.clear()
        if self.is_refused:
            rows = "1 row" if self.bad_rows == 1 else f"{self.bad_rows:,} rows"
            more = self.bad_rows - len(self._problems)
            sentence = f"{rows} cannot be taken, so nothing was {self.done}:"
            refused = self.refuse(sentence, self._problems, self.advice, more)
            if self._unfit is not None:
                refused.code, refused.exit_code = self._unfit.code, self._unfit.exit_code
            raise refused
