"""What we tell the user about a file: its bad rows, notices, and the rows left out."""

from __future__ import annotations

from collections.abc import Iterable

from backsplit.domain.errors import BadInput
from backsplit.domain.shop.arrivals import LeftOut
from backsplit.formats.wording import MOST_LISTED, printable, quoted


class FieldError(ValueError):
    """A cell that cannot be taken. `reason` is short and always the same; `detail` names the value."""

    def __init__(self, field: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.reason, self.detail = field, reason, detail


class Report:
    """Collects problems while a file is read. Bad rows fail the file at its end; --skip-bad leaves them out.

    `may_skip`: whether the command has that option. `advice` is what the user may do about bad rows.
    """

    def __init__(self, path: str, *, skip_bad: bool = False, may_skip: bool = True, unit: str = "line") -> None:
        self.path = path
        self.unit = unit
        self.skip_bad = skip_bad
        self.notices: list[str] = []
        self.left_out: list[LeftOut] = []  # not handed to the caller yet
        self.bad_rows = 0
        self.advice = "correct the file, or use --skip-bad" if may_skip else "correct the file"
        self._problems: list[str] = []
        self._tallies: dict[str, tuple[int, list[str]]] = {}

    def bad(self, at: int, reason: str, detail: str, *, column: str = "", order: str = "") -> None:
        """Note a row that cannot be taken; `at` is its line or record, from 1."""
        self.bad_rows += 1
        if self.skip_bad:
            self.left_out.append(LeftOut(order, at, reason))
        elif len(self._problems) < MOST_LISTED:
            where = f"{self.unit} {at}, column {quoted(column)}" if column else f"{self.unit} {at}"
            self._problems.append(f"{where}: {detail}")

    def refuse(self, sentence: str, problems: Iterable[str] = ()) -> BadInput:
        """The error for a file that cannot be taken as a whole."""
        return BadInput(f"{self.path}: {sentence}", tuple(problems))

    def notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    def tally(self, sentence: str, example: str = "") -> None:
        """Count something that may come often. `sentence` holds {n}; up to five examples go behind it."""
        count, examples = self._tallies.get(sentence, (0, []))
        if example and len(examples) < 5 and example not in examples:
            examples.append(example)
        self._tallies[sentence] = (count + 1, examples)

    def finish(self) -> None:
        """At the end of the file: complete the notices. Raises BadInput if rows were bad."""
        for sentence, (count, examples) in self._tallies.items():
            names = f" ({', '.join(map(printable, examples))}{', …' if count > len(examples) else ''})"
            self.notice(sentence.format(n=f"{count:,}") + (names if examples else ""))
        self._tallies.clear()
        if self.bad_rows and not self.skip_bad:
            rows = "1 row" if self.bad_rows == 1 else f"{self.bad_rows:,} rows"
            if self.bad_rows > len(self._problems):
                self._problems.append(f"… and {self.bad_rows - len(self._problems):,} more")
            message = f"{rows} cannot be taken, so nothing was imported; {self.advice}:"
            raise self.refuse(message, self._problems)
