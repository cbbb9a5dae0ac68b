"""Files to read: text goes in, and what a reader makes of it is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backsplit.domain.imports import ArrivingOrder, LeftOut, NamedOnly, StockCount
from backsplit.errors import BadInput
from backsplit.formats import ReadOptions
from backsplit.formats.reader import read_delivery, read_orders, read_stock

READERS: dict[str, Callable[..., Any]] = {"orders": read_orders, "stock": read_stock, "delivery": read_delivery}


@dataclass
class Read:
    """What came out of a file."""

    format: str
    items: list[Any]
    notices: list[str] = field(default_factory=list)
    only_open: bool = False

    @property
    def orders(self) -> dict[str, list[tuple[str, int]]]:
        """SKU and open units of each open line, by the number of each order that is open."""
        assert len({order.number for order in self.arrived}) == len(self.arrived)
        return {order.number: [(line.sku, line.open) for line in order.lines if line.open] for order in self.arrived}

    @property
    def arrived(self) -> list[ArrivingOrder]:
        return [order for order in self.told if order.is_open]

    @property
    def told(self) -> list[ArrivingOrder]:
        return [item for item in self.items if isinstance(item, ArrivingOrder)]

    @property
    def tells(self) -> dict[str, list[tuple[str, int, int, int]]]:
        """SKU, units wanted, sent and unsure of each line, by the order's number."""
        return {
            order.number: [(line.sku, line.quantity, line.sent, line.unsure) for line in order.lines]
            for order in self.told
        }

    @property
    def closed(self) -> dict[str, str]:
        return {order.number: order.closed.value for order in self.told if order.closed}

    @property
    def named_only(self) -> list[str]:
        return [item.number for item in self.items if isinstance(item, NamedOnly)]

    @property
    def left_out(self) -> list[LeftOut]:
        return [item for item in self.items if isinstance(item, LeftOut)]

    @property
    def reasons(self) -> Counter[str]:
        return Counter(item.reason for item in self.left_out)

    @property
    def stock(self) -> dict[str, int | None]:
        return {item.sku: item.on_hand for item in self.items if isinstance(item, StockCount)}

    @property
    def notice(self) -> str:
        return "\n".join(self.notices)


Reader = Callable[..., Read]
Refusal = Callable[..., str]


def _write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def _read(what: str, path: str, options: dict[str, Any]) -> Read:
    with READERS[what](path, ReadOptions(**options)) as reading:
        items: list[Any] = list(reading)
        return Read(reading.format, items, reading.notices, reading.only_open)


@pytest.fixture
def orders(tmp_path: Path) -> Reader:
    def read(content: str | bytes, name: str = "orders.csv", **options: Any) -> Read:
        return _read("orders", _write(tmp_path, name, content), options)

    return read


@pytest.fixture
def stock(tmp_path: Path) -> Reader:
    def read(content: str | bytes, name: str = "stock.csv", **options: Any) -> Read:
        return _read("stock", _write(tmp_path, name, content), options)

    return read


@pytest.fixture
def refused(tmp_path: Path) -> Refusal:
    """The sentence with which a file is refused, without its folder."""

    def read(what: str, content: str | bytes, name: str = "file.csv", **options: Any) -> str:
        with pytest.raises(BadInput) as raised:
            _read(what, _write(tmp_path, name, content), options)
        return str(raised.value).replace(f"{tmp_path}/", "")

    return read
