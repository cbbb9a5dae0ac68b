"""What a command reads: of tables that grow with the history, only the rows that it is about.

Nothing is timed: the statements that were really executed are looked at, and counted.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from conftest import Shop, new_file, once

GROWING = {"orders", "order_lines", "events"}
NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?")
SCANNED = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
COMMANDS = [
    "split M5",
    "receive --sku NONE --qty 1",
    "receive --sku NONE --qty 100",
    "amend M4 --set THERE=2",
    "amend M5 --add NONE=1",
    "add THERE=1",
    "undo",
    "undo --dry-run",
    "show M4",
    "show M5",
    "show M1",
    "list",
    "list --status backorder",
    "list --status processing",
    "list --status shipped",
]


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that SQLite executes from now on, with the values put in."""
    statements: list[str] = []
    connect = sqlite3.connect

    def watched(*args: str, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr("backsplit.repository.connection.sqlite3.connect", watched)
    return statements


def scans(db: sqlite3.Connection, statement: str) -> list[str]:
    """The steps of its plan that read a growing table from end to end, but for an index of the rows asked for."""
    of_some = {
        name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
    }
    tables = {alias: table for table, alias in NAMED.findall(statement) if alias} | {name: name for name in GROWING}
    found = []
    for _, _, _, step in db.execute(f"EXPLAIN QUERY PLAN {statement}"):
        scan = SCANNED.match(step)
        if scan and tables.get(scan[1]) in GROWING and scan[2] not in of_some:
            found.append(step)
    return found


def fill(shop: Shop, orders: int) -> None:
    """Orders of which every third has shipped, and every fifth waits for the SKU NONE."""
    shop.stock("THERE1000 NONE0")
    lines = [
        f"M{n},{sku},1,2026-01-{n // 24 + 1:02}T{n % 24:02}:00:00Z\n"
        for n in range(orders)
        for sku in (("THERE", "NONE") if n % 5 == 0 else ("THERE",))
    ]
    shop.done("import orders -", "order,sku,quantity,placed_at\n" + "".join(lines))
    shop.done("ship " + " ".join(f"M{n}" for n in range(0, orders, 3) if n % 5))


@pytest.fixture
@once
def filled(shop: Shop) -> Shop:
    fill(shop, 40)
    return shop


@pytest.mark.quick_cases(15)
@pytest.mark.parametrize("policy", ["skip-over", "strict"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_reads_no_growing_table_from_end_to_end(
    filled: Shop, executed: list[str], command: str, policy: str
) -> None:
    filled.done(f"policy {policy}")
    executed.clear()
    filled.done(command)
    asked = [sql for sql in executed if sql.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert any("orders" in sql for sql in asked)
    with closing(sqlite3.connect(filled.db)) as db:
        assert {sql: found for sql in asked if (found := scans(db, sql))} == {}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM orders WHERE note = 'x'",
        "SELECT o.number FROM order_lines l JOIN orders o ON o.id = l.order_id",
        "UPDATE order_lines SET quantity = 1 WHERE quantity = 2",
        "SELECT sum(quantity) FROM order_lines GROUP BY product_id",
    ],
)
def test_a_scan_would_be_found(shop: Shop, statement: str) -> None:
    with closing(sqlite3.connect(shop.db)) as db:
        assert scans(db, statement)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", ["split M5", "split M5 --partial --drop-inserts", "receive --sku NONE --qty 1"])
def test_the_number_of_statements_does_not_grow_with_the_orders(
    executed: list[str], command: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def statements_with(orders: int) -> int:
        other = Shop(tmp_path_factory.mktemp(f"with-{orders}"))
        other.db.write_bytes(new_file())
        fill(other, orders)
        executed.clear()
        other.done(command)
        return len(executed)

    assert statements_with(200) == statements_with(20) > 5
