"""--xlsx: the answer as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from backsplit.cli.output import print_line
from backsplit.cli.writing import written
from backsplit.domain.errors import WrongUsage
from backsplit.render.inert import inert


def save_workbook(path: Path, sheets: Mapping[str, Iterable[list[object]]]) -> None:
    """Write the workbook and say so. Raises WrongUsage."""
    from backsplit.render import workbook  # noqa: PLC0415 - 60 ms, only for --xlsx

    try:
        with written(path) as new, new.open("wb") as file:
            count = workbook.save(file, sheets)
    except workbook.TooManyRows:
        raise WrongUsage(
            f"a sheet holds {workbook.MOST_ROWS:,} rows at most: use --csv, or --limit or --status for fewer"
        ) from None
    print_line(f"wrote {inert(str(path))}: {count:,} {'row' if count == 1 else 'rows'}")
