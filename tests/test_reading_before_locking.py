"""Files are read, and found bad, before the database is locked: others may write meanwhile."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from backsplit.formats import ReadOptions, reader
from backsplit.repository import open_repository
from backsplit.services import imports
from backsplit.services.imports import import_orders
from backsplit.services.sync import sync
from conftest import Shop

ORDERS = "order,sku,quantity\n" + "".join(f"M{n},A,1\n" for n in range(2_500))
BLANK_LINES = gzip.compress(b"order,sku,quantity\nM1,A,1\n" + b"\n" * (3 << 20))


@contextmanager
def somebody_writing(shop: Shop) -> Iterator[None]:
    with closing(sqlite3.connect(shop.db, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("command", ["import orders", "sync", "import orders --dry-run", "sync --dry-run"])
@pytest.mark.parametrize("content", [ORDERS.encode() + b"M1,A,none\n", BLANK_LINES], ids=["a bad row", "blank lines"])
def test_a_bad_file_is_refused_while_somebody_else_writes(shop: Shop, command: str, content: bytes) -> None:
    (shop.folder / "orders").write_bytes(content)
    with somebody_writing(shop):
        assert shop(f"{command} orders --json").error == "bad-input"


@pytest.mark.parametrize("command", ["import stock counts.csv", "sync orders.csv --stock counts.csv"])
def test_a_bad_count_is_found_while_somebody_else_writes(shop: Shop, command: str) -> None:
    shop.write("orders.csv", ORDERS)
    shop.write("counts.csv", "sku,on_hand\nA,some\n")
    with somebody_writing(shop):
        assert shop(f"{command} --json").error == "bad-input"


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("service", [import_orders, sync])
def test_somebody_else_can_write_while_a_file_is_read(shop: Shop, service: object) -> None:
    path, written = shop.write("orders.csv", ORDERS), 0

    def progress(doing: str, _: object) -> None:
        nonlocal written
        if doing == str(path):
            with somebody_writing(shop):
                written += 1

    with open_repository(shop.db) as repository:
        assert service(repository, [str(path)], ReadOptions(), progress=progress).added == 2_500  # type: ignore[operator]
    assert written == 3


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("ahead", [0, 1, 999, 2_500, 2_501, 4_000])
def test_it_is_the_same_however_much_is_read_ahead(shop: Shop, monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    monkeypatch.setattr(imports, "AHEAD", ahead)
    shop.write("one.csv", ORDERS)
    shop.write("two.csv", ORDERS.replace("M", "N") + "M1,A,5\n")
    answer = shop.done("import orders one.csv two.csv --json").json
    assert (answer["added"], answer["known"]) == (5_000, 1)


def test_files_that_are_read_ahead_are_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_again", None)
    shop.write("one.csv", "order,sku,quantity,placed_at\nM1,A,1,2026-02-01\n")
    shop.write("two.csv", "order,sku,quantity,placed_at\nM2,A,1,2026-01-01\n")
    assert shop.done("sync one.csv two.csv --json").json["added"] == 2
