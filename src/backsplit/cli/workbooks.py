"""--xlsx: the answer as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from backsplit.cli.output import print_line
from backsplit.domain.errors import WrongUsage
from backsplit.render.inert import inert


def save_workbook(path: Path, sheets: Mapping[str, Iterable[list[object]]]) -> None:
    """Write the workbook beside its place and put it there when it is whole. Raises WrongUsage."""
    from backsplit.render import workbook  # noqa: PLC0415 - 60 ms, only for --xlsx

    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            count = workbook.save(file, sheets)
        new.replace(path)
    except workbook.TooManyRows:
        raise WrongUsage(
            f"a sheet holds {workbook.MOST_ROWS:,} rows at most: use --csv, or --limit or --status for fewer"
        ) from None
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from None
    finally:
        new.unlink(missing_ok=True)
    print_line(f"wrote {inert(str(path))}: {count:,} {'row' if count == 1 else 'rows'}")
