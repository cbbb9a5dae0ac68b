"""The sample files, for a first try."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backsplit.domain.errors import Refused, WrongUsage

NAMES = ("stock.csv", "orders.csv", "delivery.csv", "shop_export.csv")
PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Samples:
    """What was asked for: the folder, the files that were written, and those that it held already."""

    folder: Path
    written: tuple[str, ...]
    there: tuple[str, ...]


def write_samples(folder: Path) -> Samples:
    """Write the sample files into `folder`, which is made if need be.

    A file that is the same already is left alone. Raises Refused where another file has one of the names, and
    WrongUsage where the folder cannot be written. Nothing is written then, unless the disk is full.
    """
    samples = {name: (_source() / name).read_bytes() for name in NAMES}
    try:
        there = {name for name in NAMES if (folder / name).exists()}
        for name in sorted(there):
            if (folder / name).read_bytes() != samples[name]:
                raise Refused(
                    "not-allowed",
                    f"{folder / name} is there already, and is not the sample: name another folder, as in "
                    "`backsplit demo samples`",
                )
        folder.mkdir(parents=True, exist_ok=True)
        for name in set(NAMES) - there:
            (folder / name).write_bytes(samples[name])
    except OSError as error:
        raise WrongUsage(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from None
    return Samples(
        folder,
        written=tuple(name for name in NAMES if name not in there),
        there=tuple(name for name in NAMES if name in there),
    )


def _source() -> Path:
    """A wheel brings them beside the code. A checkout has them in its folder `examples`, and nowhere else."""
    installed = PACKAGE / "samples"
    return installed if installed.is_dir() else PACKAGE.parent.parent / "examples"
