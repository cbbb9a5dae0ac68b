"""What there is to say about a file: its bad rows, its notices, and what was left out for them."""

from __future__ import annotations

from collections.abc import Iterable

from backsplit.domain.arrivals import LeftOut
from backsplit.domain.errors import BadInput

MOST_SHOWN = 20  # problems that an error names one by one
_LONGEST_SHOWN = 60  # characters of a value in a sentence


def shown(value: str) -> str:
    """The value in quotes, cut short, with nothing in it that a terminal would act upon."""
    cut = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def listed(things: Iterable[str], most: int = MOST_SHOWN) -> str:
    """`a, b, c and 4 more`."""
    all_of_them = list(things)
    text = ", ".join(all_of_them[:most])
    return text if len(all_of_them) <= most else f"{text} and {len(all_of_them) - most:,} more"


class FieldError(ValueError):
    """A cell that cannot be taken: `reason` is short and always the same, `detail` names the value."""

    def __init__(self, field: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.reason, self.detail = field, reason, detail


class Report:
    """Collects while a file is read. A bad row fails the file at its end, or is left out under --skip-bad."""

    def __init__(self, path: str, *, skip_bad: bool = False, may_skip: bool = True, unit: str = "line") -> None:
        self.path = path
        self.unit = unit
        self.skip_bad = skip_bad
        self._may_skip = may_skip  # whether the command has --skip-bad at all
        self.notices: list[str] = []
        self.left_out: list[LeftOut] = []  # waiting to be handed over
        self.bad_rows = 0
        self._problems: list[str] = []
        self._tallies: dict[str, tuple[int, list[str]]] = {}

    def bad(self, at: int, reason: str, detail: str, *, column: str = "", order: str = "") -> None:
        """A row that cannot be taken."""
        self.bad_rows += 1
        if self.skip_bad:
            self.left_out.append(LeftOut(order, at, reason))
        elif len(self._problems) < MOST_SHOWN:
            where = f"{self.unit} {at}, column {shown(column)}" if column else f"{self.unit} {at}"
            self._problems.append(f"{where}: {detail}")

    def refuse(self, sentence: str, problems: Iterable[str] = ()) -> BadInput:
        """The error for a file that cannot be taken as a whole."""
        return BadInput(f"{self.path}: {sentence}", tuple(problems))

    def notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    def tally(self, sentence: str, example: str = "") -> None:
        """Count a thing that may come often: `sentence` holds {n}, and gets up to five examples."""
        count, examples = self._tallies.get(sentence, (0, []))
        if example and len(examples) < 5 and example not in examples:
            examples.append(example)
        self._tallies[sentence] = (count + 1, examples)

    def finish(self) -> None:
        """The end of the file: the notices are complete, or the bad rows are told."""
        for sentence, (count, examples) in self._tallies.items():
            names = f" ({', '.join(map(printable, examples))}{', …' if count > len(examples) else ''})"
            self.notice(sentence.format(n=f"{count:,}") + (names if examples else ""))
        self._tallies.clear()
        if self.bad_rows and not self.skip_bad:
            rows = "1 row" if self.bad_rows == 1 else f"{self.bad_rows:,} rows"
            if self.bad_rows > len(self._problems):
                self._problems.append(f"… and {self.bad_rows - len(self._problems):,} more")
            advice = "correct the file, or use --skip-bad" if self._may_skip else "correct the file"
            message = f"{rows} cannot be taken, so nothing was imported; {advice}:"
            raise self.refuse(message, self._problems)
