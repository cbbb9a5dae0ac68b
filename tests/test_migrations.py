"""Upgrades: a file of every earlier schema, with rows in it, becomes one of today's and loses nothing.

`tests/migrations/<migration>.sql` is a file as it was when that migration was the last. A new migration needs the
one before it frozen there, and a test here of what it makes of the rows. To freeze today's schema, fill a file
with orders of every status and write out `PRAGMA application_id` and `sqlite3.Connection.iterdump()`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backsplit.repository import schema
from conftest import Shop
from robustness.processes import contents

FROZEN = {path.stem: path for path in (Path(__file__).parent / "migrations").glob("*.sql")}
FIRST = "m001_orders_and_stock"
ORDERS_OF_FIRST = {
    "M1": "Processing A1",
    "M1-backorder": "Backorder B2",
    "#2": "Shipped C1",
    "M3": "On Hold A2",
    "M4": "Cancelled A1",
    "M5": "Processing CARD1",
    "M6": "Backorder B4",
    "M7": "Backorder C1 B1",
}


@pytest.fixture
def old(empty: Shop) -> Shop:
    """A shop that has not been upgraded since the first schema."""
    _thaw(FIRST, empty.db)
    return empty


def _thaw(name: str, db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(FROZEN[name].read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    db.chmod(0o600)  # as `init` makes it


def _shape(db: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return {(kind, name, " ".join(str(sql).split())) for kind, name, sql in rows}


def test_every_schema_is_frozen_with_rows_in_it() -> None:
    assert FROZEN.keys() == schema.MIGRATIONS.keys()


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("name", FROZEN)
def test_a_file_of_every_schema_becomes_one_of_today(empty: Shop, name: str) -> None:
    _thaw(name, empty.db)
    assert empty.done("check").out == "all is well\n"
    empty.done("--db new.db init")
    assert _shape(empty.db) == _shape(empty.folder / "new.db")


def test_a_file_of_the_first_schema_keeps_its_orders_and_works_on(old: Shop) -> None:
    assert old.state() == ORDERS_OF_FIRST
    assert old.done("policy --json").json["policy"] == "strict"
    assert old.done("history M3 --json").json[-1]["reason"] == "address"
    assert old.done("receive --sku B --qty 1 --ref ASN-1 --json").json["repeated"]
    old.done("receive --sku B --qty 9")
    assert old.state()["M6"] == "Processing B4"
    old.done("check")


@pytest.mark.parametrize("ending", [";\n", ";", "\n", "", "  -- done\n"])
def test_the_last_statement_of_a_migration_runs_whatever_it_ends_with(ending: str) -> None:
    script = (
        "CREATE TABLE a (\n  n INTEGER\n);\n-- ; is no end\nINSERT INTO a VALUES (';\n');\nINSERT INTO a VALUES (2)"
    )
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in schema.statements(script + ending):
            db.execute(statement)
        assert db.execute("SELECT n FROM a").fetchall() == [(";\n",), (2,)]


def test_what_an_older_backsplit_did_can_be_undone_where_its_events_suffice(old: Shop) -> None:
    for number, command in ((9, "cancel"), (8, "hold"), (7, "ship"), (6, "receive"), (13, "mark")):
        assert old.done(f"undo {number} --json").json["command"] == command
    old.done("check")
    assert old("undo 10 --json").error == "not-undoable"  # prioritize: the old priority was not kept


def test_of_orders_that_came_before_it_was_kept_the_history_tells_who_could_go_at_once(old: Shop) -> None:
    report = old.done("report --json").json
    assert report["orders"] == {"came": 7, "at_once": 4, "rate": 0.5714}
    assert report["lines"] == report["units"] == {"came": 0, "at_once": 0, "rate": None}
    assert report["earlier"] == 7


ADDS = "ALTER TABLE orders ADD COLUMN channel TEXT NOT NULL DEFAULT '';\n"
REWRITES = "UPDATE orders SET note = upper(note);\n"
FAILS = "UPDATE orders SET note = upper(note);\nUPDATE orders SET priority = 0;\n"
KEPT = f"backsplit.db.before-{list(schema.MIGRATIONS)[1]}"  # the first that a file of the first schema needs


def _comes(monkeypatch: pytest.MonkeyPatch, rewriting: set[str], **migrations: str) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", {**schema.MIGRATIONS, **migrations})
    monkeypatch.setattr(schema, "REWRITING", frozenset(rewriting))


def test_before_rows_are_rewritten_a_copy_is_kept_beside(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old.db)
    _comes(monkeypatch, {"m999"}, m998=ADDS, m999=REWRITES)
    assert old.done("show '#2' --json").json["note"] == "RING, TWICE"
    kept = old.folder / KEPT
    assert contents(kept) == before
    assert kept.stat().st_mode & 0o777 == 0o600
    taken = kept.stat().st_mtime_ns
    old.done("check")
    assert kept.stat().st_mtime_ns == taken


@pytest.mark.slow
def test_the_kept_copy_can_take_the_place_of_the_file(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        _comes(newer, {"m999"}, m998=ADDS, m999=REWRITES)
        old.done("check")
    assert old("stock --json").error == "newer-database"
    (old.folder / KEPT).replace(old.db)
    assert old.state() == ORDERS_OF_FIRST


@pytest.mark.slow
def test_no_copy_is_kept_where_no_row_is_rewritten(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    _comes(monkeypatch, set(), m998=ADDS)
    old.done("check")
    assert [path.name for path in old.folder.iterdir()] == ["backsplit.db"]


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old.db)
    with monkeypatch.context() as newer:
        _comes(newer, {"m999"}, m998=ADDS, m999=FAILS)
        answer = old("check --json")
    assert (answer.code, answer.error) == (4, "not-a-database")
    assert "does not fit together" in answer.err
    assert contents(old.db) == before
    assert old.state() == ORDERS_OF_FIRST
