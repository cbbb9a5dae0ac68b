"""check: whatever another program did to the file is named, with what to do; and no command ends in a traceback."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest

from conftest import Shop

COMMANDS = [
    *("list", "show M1", "stock", "shortages", "history", "split --all", "receive --sku A --qty 1", "policy"),
    *("today", "notices", "report"),
]


@pytest.fixture
def spoiled(shop: Shop) -> Iterator[Shop]:
    """A shop whose file a test may spoil; afterwards it is as it was."""
    shop.stock("A9 B0")
    shop.order("M1", "A1 B2")
    shop.order("M2", "A2")
    shop.done("split M1")
    shop.done("receive --sku A --qty 5 --ref ASN-1")
    kept = shop.db.read_bytes()
    yield shop
    gc.collect()  # a statement that an error left open keeps its connection, and that the log beside the file
    for left in shop.folder.glob("backsplit.db-*"):
        left.unlink()
    shop.db.write_bytes(kept)


def edited(shop: Shop, sql: str, *, unchecked: bool = False) -> None:
    with closing(sqlite3.connect(shop.db)) as db:
        if unchecked:
            db.execute("PRAGMA ignore_check_constraints = ON")
        db.executescript(sql)


def finds(shop: Shop, *words: str) -> None:
    answer, in_json = shop("check"), shop("check --json")
    assert (answer.code, in_json.code) == (1, 1), answer
    for word in words:
        assert word in answer.out
        assert any(word in breach for breach in in_json.json["breaches"])
    assert "`backsplit --db" in answer.out.splitlines()[-1]


def never_ends_in_a_traceback(shop: Shop) -> None:
    for command in COMMANDS:
        answer = shop(command)
        assert answer.code in {0, 1, 3, 4}, command
        assert "Traceback" not in answer.err


IN_QUEUE = "INSERT INTO queue SELECT {}, priority, {}, family_id, id, 1 FROM orders WHERE number = 'M1-backorder'"
IDLE = """DROP TRIGGER changes_are_not_removed;
CREATE TRIGGER changes_are_not_removed BEFORE DELETE ON changes BEGIN SELECT 1; END"""
EDITS = {
    "on hand": ("UPDATE products SET on_hand = 99 WHERE sku = 'A'", "A: 99 on hand but the history adds up to 14"),
    "receipts": (
        "DELETE FROM receipt_lines; DELETE FROM receipts",
        "A: the history has 5 received but the receipts hold 0",
    ),
    "counts": ("DELETE FROM order_counts WHERE status = 'Backorder'", "no orders are counted as Backorder"),
    "a part of itself": ("UPDATE orders SET split_from = id WHERE number = 'M1-backorder'", "M1-backorder is a part"),
    "a cycle": ("UPDATE orders SET split_from = 3 WHERE number = 'M1'", "M1-backorder is a part"),
    "another family": ("UPDATE orders SET family_id = 2 WHERE number = 'M1-backorder'", "M1-backorder is a part"),
    "a trigger that is gone": ("DROP TRIGGER events_are_not_changed", "trigger events_are_not_changed is missing"),
    "a trigger that does nothing": (IDLE, "trigger changes_are_not_removed was changed"),
    "an index that is gone": ("DROP INDEX orders_families", "index orders_families is missing"),
    "fractions of a second": (
        "UPDATE orders SET placed_at = '2026-01-01T09:00:00.5Z' WHERE number = 'M1'",
        "2026-01-01T09:00:00.5Z",
    ),
    "no such day": ("UPDATE orders SET placed_at = '2026-13-41T09:00:00Z' WHERE number = 'M1'", "2026-13-41T09:00:00Z"),
    "bytes in a SKU": ("UPDATE products SET sku = CAST(x'42ff' AS TEXT) WHERE sku = 'B'", "B\\xff"),
    "bytes in a note": ("UPDATE orders SET note = CAST(x'ff' AS TEXT) WHERE number = 'M2'", "row 2 of orders"),
    "a place in the queue that is gone": ("DELETE FROM queue", "M1-backorder does not stand in the queue"),
    "units in the queue": ("UPDATE queue SET quantity = 1", "M1-backorder does not stand in the queue"),
    "in the queue for another SKU": (IN_QUEUE.format(1, "placed_at"), "M1-backorder does not stand in the queue"),
    "twice in the queue": (IN_QUEUE.format(2, "'2025-01-01T09:00:00Z'"), "M1-backorder does not stand in the queue"),
    "in the queue though it can go": (
        "INSERT INTO queue SELECT 1, priority, placed_at, family_id, id, 2 FROM orders WHERE number = 'M2'",
        "M2 does not stand in the queue",
    ),
    "bytes in a reference": ("UPDATE receipts SET ref = CAST(x'ff' AS TEXT)", "row 1 of receipts is not UTF-8: \\xff"),
    "bytes in a date in the queue": (
        "UPDATE queue SET placed_at = CAST(x'32ff' AS TEXT)",
        "a row of queue is not UTF-8: 2\\xff",
    ),
    "a table that is gone": ("DROP TABLE maps", "the table maps is missing"),
    "a column that is gone": ("ALTER TABLE shortage_cache DROP COLUMN oldest", "the table shortage_cache was changed"),
    "another view": ("DROP VIEW waits; CREATE VIEW waits AS SELECT 1", "the view waits was changed"),
    "bytes in a view": (
        """PRAGMA writable_schema = ON;
        UPDATE sqlite_master SET sql = CAST(CAST(sql AS BLOB) || x'202d2d20ff' AS TEXT) WHERE name = 'waits'""",
        "of sqlite_schema is not UTF-8: view waits waits CREATE VIEW",
    ),
    "lines that are gone": ("DELETE FROM order_lines WHERE order_id = 1", "M1 has no lines"),
}


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(("sql", "word"), EDITS.values(), ids=EDITS.keys())
def test_what_another_program_did_is_named(spoiled: Shop, sql: str, word: str) -> None:
    edited(spoiled, sql)
    finds(spoiled, word)
    never_ends_in_a_traceback(spoiled)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("UPDATE orders SET number = '' WHERE number = 'M2'", "number ''"),
        ("UPDATE orders SET priority = 0 WHERE number = 'M2'", "priority 0"),
    ],
)
def test_what_the_schema_would_have_refused_is_named(spoiled: Shop, sql: str, word: str) -> None:
    edited(spoiled, sql, unchecked=True)
    finds(spoiled, word)
    never_ends_in_a_traceback(spoiled)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET quantity = 7",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events (id, change_id, event) VALUES (1, 1, 'received')",
        "UPDATE changes SET user = 'me'",
        "DELETE FROM changes",
        "REPLACE INTO changes (id, at, command, reason, user) VALUES (1, '2026-01-01T00:00:00Z', 'receive', '', 'me')",
    ],
)
def test_the_history_cannot_be_altered(spoiled: Shop, sql: str) -> None:
    with closing(sqlite3.connect(spoiled.db)) as db, pytest.raises(sqlite3.IntegrityError, match="never altered"):
        db.execute(sql)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    "sql", ["UPDATE settings SET value = 'fair' WHERE name = 'policy'", "DELETE FROM settings WHERE name = 'policy'"]
)
def test_a_policy_that_is_none_is_told_and_can_be_set(spoiled: Shop, sql: str) -> None:
    edited(spoiled, sql)
    answer = spoiled("check --json")
    assert (answer.code, answer.error) == (4, "not-a-database")
    assert "`backsplit policy skip-over`" in answer.err
    never_ends_in_a_traceback(spoiled)
    spoiled.done("policy strict")
    spoiled.done("check")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", ["list", "shortages", "show M1"])
def test_a_time_that_is_none_is_told(spoiled: Shop, command: str) -> None:
    edited(spoiled, "UPDATE orders SET placed_at = '2026-01-01T09:00:00.5Z'")
    answer = spoiled(command)
    if answer.code:
        assert (answer.code, answer.err.count("\n")) == (4, 1)
        assert "2026-01-01T09:00:00.5Z" in answer.err


def test_an_order_without_lines_is_told_by_every_command_that_meets_it(spoiled: Shop) -> None:
    edited(spoiled, "DELETE FROM order_lines WHERE order_id = 1")
    for command in ("list --json", "show M1 --json", "ship M1 --json"):
        answer = spoiled(command)
        assert answer.code == 4
        assert "does not fit together (A: 3 allocated but Processing orders hold 2)" in answer.err


def test_a_rule_of_the_schema_that_a_command_meets_is_told(spoiled: Shop) -> None:
    edited(spoiled, "UPDATE products SET on_hand = 0, allocated = 0")
    answer = spoiled("ship M1 --json")
    assert (answer.code, answer.error) == (4, "not-a-database")
    assert "does not fit together" in answer.err
    assert "`backsplit check` says more" in answer.err


@pytest.mark.slow
def test_the_last_good_backup_beside_the_file_is_named(spoiled: Shop) -> None:
    spoiled.done("backup old.db")
    spoiled.done("backup good.db")
    spoiled.done("backup broken.db")
    spoiled.done("--db other-shop.db init")
    for n, name in enumerate(("old.db", "good.db", "broken.db", "other-shop.db")):
        os.utime(spoiled.folder / name, (1_000 * n, 1_000 * n))
    with closing(sqlite3.connect(spoiled.folder / "broken.db")) as db:
        db.execute("UPDATE orders SET units = 77")
        db.commit()
    os.utime(spoiled.folder / "broken.db", (5_000, 5_000))
    edited(spoiled, "DELETE FROM order_lines WHERE order_id = 1; UPDATE products SET on_hand = 0, allocated = 0")
    assert f"restore {spoiled.folder / 'good.db'}`" in spoiled("check").out
    assert f"restore {spoiled.folder / 'good.db'}`" in spoiled("ship M2").err
    spoiled.done("restore good.db")
    spoiled.done("check")


@pytest.mark.slow
def test_damaged_pages_are_found(spoiled: Shop) -> None:
    sound, found, chance = spoiled.db.read_bytes(), 0, Random(7)
    for page in range(1, len(sound) // 4096, 2):
        damaged = bytearray(sound)
        damaged[page * 4096 + 8 : page * 4096 + 200] = chance.randbytes(192)
        spoiled.db.write_bytes(damaged)
        with closing(sqlite3.connect(spoiled.db)) as db:
            try:
                is_sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            except sqlite3.DatabaseError:
                is_sound = False
        assert spoiled("check").code in ({0, 1, 4} if is_sound else {1, 4})
        never_ends_in_a_traceback(spoiled)
        found += not is_sound
    assert found > 10


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("placed_at", ["2026-13-45T99:99:99Z", "2026-13-45T00:00:00Z"])
def test_an_order_placed_at_no_time_is_told_by_every_command_that_needs_it(spoiled: Shop, placed_at: str) -> None:
    shop = spoiled
    edited(shop, f"UPDATE orders SET placed_at = '{placed_at}'")
    for line in ("list", "today", "notices"):
        answer = shop(line)
        assert (answer.code, f"an order placed at '{placed_at}', which is no time" in answer.err) == (4, True), answer
    shop.done("list --xlsx list.xlsx")
    assert placed_at in shop.done("list --csv").out
