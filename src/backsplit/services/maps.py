"""The maps of columns that were typed for a file's header, kept for the next file with that header."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions, Remembered
from backsplit.repository import Repository

if TYPE_CHECKING:
    from backsplit.formats.reader import Reading


def with_remembered(repository: Repository, options: ReadOptions) -> ReadOptions:
    """The options, with every map that is remembered. One that is given now comes before them."""
    return options._replace(remembered={it.header: Remembered(it.columns, it.open) for it in repository.maps.all()})


def remember(repository: Repository, readings: Iterable[Reading[Any]]) -> None:
    """Keep the map, and the words of --open, that were given for the headers of these files."""
    for reading in readings:
        if reading.header_key and reading.typed is not None:
            repository.maps.remember(reading.header_key, reading.typed.columns, reading.typed.open)


def forget(repository: Repository, number: int) -> None:
    """Raises WrongUsage if there is no map of this number."""
    with repository.change("import formats"):
        if not repository.maps.forget(number):
            known = ", ".join(str(it.number) for it in repository.maps.all()) or "none"
            raise WrongUsage(f"--forget-map {number}: no such map is remembered; there are: {known}")
