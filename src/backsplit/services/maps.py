"""What was typed of a file's columns, kept for the next file with that header; and of SKUs, for all files of a shop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from backsplit.errors import WrongUsage
from backsplit.formats import ReadOptions, Remembered, SkuFrom
from backsplit.repository import Repository

if TYPE_CHECKING:
    from backsplit.formats.reader import Reading


def with_remembered(repository: Repository, options: ReadOptions, shop: str = "") -> ReadOptions:
    """The options, with all that is remembered. What is given now comes before it. `shop` is what the user calls it."""
    remembered = {
        saved.header: Remembered(saved.columns, saved.open, saved.sku_from) for saved in repository.maps.all()
    }
    return options._replace(remembered=remembered, shop=shop)


def remember(repository: Repository, readings: Iterable[Reading[Any]]) -> None:
    """Keep the map, the words of --open and --sku-from that were given for these files; `sku` is the usual."""
    for reading in readings:
        if reading.header_key and reading.typed is not None:
            typed = reading.typed
            repository.maps.remember(reading.header_key, typed.columns, typed.open, _but_usual(typed.sku_from))
        if reading.shop_key and reading.sku_from is not None:
            repository.maps.remember(reading.shop_key, {}, {}, _but_usual(reading.sku_from))


def shops_with_names(repository: Repository) -> set[str]:
    """The shops whose SKUs are the names of their lines, or may be."""
    keys = [saved.header.partition(": ") for saved in repository.maps.all() if saved.sku_from]
    return {shop for what, _, shop in keys if what == "shop"}


def _but_usual(sku_from: SkuFrom | None) -> SkuFrom | None:
    return None if sku_from == "sku" else sku_from


def forget(repository: Repository, number: int) -> None:
    """Raises WrongUsage if there is no map of this number."""
    with repository.change("import formats"):
        if not repository.maps.forget(number):
            known = ", ".join(str(saved.number) for saved in repository.maps.all()) or "none"
            raise WrongUsage(f"--forget-map {number}: no such map is remembered; there are: {known}")
