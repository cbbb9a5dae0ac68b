"""The --map of columns, remembered by the header of the file that it was given for. Part of other jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from backsplit.domain.errors import WrongUsage
from backsplit.repository import Repository

if TYPE_CHECKING:
    from backsplit.formats import ReadOptions
    from backsplit.formats.reading import Reading


def with_remembered(repository: Repository, options: ReadOptions) -> ReadOptions:
    """The options, with every map that is remembered. One that is given now comes before them."""
    return options._replace(remembered={it.header: it.columns for it in repository.maps.all()})


def remember(repository: Repository, options: ReadOptions, readings: Iterable[Reading[Any]]) -> None:
    """Keep the map that was given for the headers of these files."""
    if options.map:
        for header in {reading.header_key for reading in readings if reading.header_key}:
            repository.maps.remember(header, options.map)


def forget(repository: Repository, number: int) -> None:
    """Raises WrongUsage if there is no map of this number."""
    with repository.change("import formats"):
        if not repository.maps.forget(number):
            known = ", ".join(str(it.number) for it in repository.maps.all()) or "none"
            raise WrongUsage(f"--forget-map {number}: no such map is remembered; there are: {known}")
