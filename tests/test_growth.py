"""Work grows with what it is about, and no faster: counted in the steps of SQLite's machine, not in time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Shop, new_file

STEP = 10  # counted at once


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Shop, str], int]:
    """Type a line; how many steps it takes."""
    steps, connect = 0, sqlite3.connect

    def step() -> None:
        nonlocal steps
        steps += STEP

    class Counted(sqlite3.Connection):
        def set_progress_handler(self, *_: object) -> None:
            """There is one handler a connection: the program's own would take the place of the one that counts."""

    def watched(*args: str, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, factory=Counted, **options)  # type: ignore[call-overload]
        sqlite3.Connection.set_progress_handler(connection, step, STEP)
        return connection

    def typed(shop: Shop, line: str) -> int:
        before = steps
        shop.done(line)
        assert steps > before
        return steps - before

    monkeypatch.setattr("backsplit.repository.connection.sqlite3.connect", watched)
    return typed


def waiting(folder: Path, policy: str, orders: int, rare: int = 1) -> Shop:
    """Orders that all want THERE and HOT, of which there is none; some want RARE as well."""
    shop = Shop(folder)
    shop.db.write_bytes(new_file())
    shop.done(f"policy {policy}")
    shop.stock("THERE100000 HOT0 RARE0")
    rows = [
        f"M{n},{sku},1,2026-01-{n // 1440 + 1:02}T{n // 60 % 24:02}:{n % 60:02}:00Z\n"
        for n in range(orders)
        for sku in ("THERE", "HOT", *["RARE"] * (n < rare))
    ]
    shop.done("import orders -", "order,sku,quantity,placed_at\n" + "".join(rows))
    return shop


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("policy", ["skip-over", "strict"])
@pytest.mark.parametrize("options", ["", "--partial", "--dry-run"])
def test_twice_as_many_splits_take_twice_the_steps(
    counted: Callable[[Shop, str], int], tmp_path_factory: pytest.TempPathFactory, policy: str, options: str
) -> None:
    some, many = (
        counted(waiting(tmp_path_factory.mktemp(f"{n}"), policy, n), f"split --all {options}") for n in (200, 400)
    )
    assert many < 2.2 * some


def test_the_last_events_of_a_sku_that_ten_times_as_many_orders_hold_take_not_twice_the_steps(
    counted: Callable[[Shop, str], int], tmp_path: Path
) -> None:
    shop = waiting(tmp_path, "skip-over", 2_000, rare=200)
    of_few, of_many = (counted(shop, f"history --sku {sku} --limit 5") for sku in ("RARE", "HOT"))
    assert of_many < 2 * of_few


@pytest.mark.slow
def test_an_import_into_an_empty_file_fills_the_pages_of_its_lines(tmp_path: Path) -> None:
    shop = waiting(tmp_path, "skip-over", 4_000)
    with closing(sqlite3.connect(shop.db)) as db:
        if ("ENABLE_DBSTAT_VTAB",) not in db.execute("PRAGMA compile_options").fetchall():
            pytest.skip("this SQLite does not tell how full its pages are")
        ((pages, not_full),) = db.execute(
            "SELECT count(*), count(*) FILTER (WHERE unused > pgsize / 50) FROM dbstat"
            " WHERE name = 'order_lines' AND pagetype = 'leaf'"
        )
    assert pages > 20
    assert not_full <= 1  # the last one
