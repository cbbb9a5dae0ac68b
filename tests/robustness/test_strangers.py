"""Backups that somebody else has changed, and a file that gets another name while a restore takes its place.

`BACKSPLIT_STRANGERS=2000 pytest -s tests/robustness/test_strangers.py` makes so many, drawn by `BACKSPLIT_SEED`.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest

from backsplit.repository.check import schema_faults
from conftest import Shop
from robustness.processes import contents, ended, hears_signals, put_back, start, tell, wait_for

RUNS = int(os.environ.get("BACKSPLIT_STRANGERS", "40"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
RUN = "BEGIN UPDATE products SET on_hand = on_hand + 1000; END"

pytestmark = pytest.mark.slow


@pytest.fixture
def two(shop: Shop) -> tuple[Path, Path]:
    """The file, and a backup of it with other contents, both as they are to be put back."""
    shop.stock("A5 B2 C0")
    shop.order("M1", "A1 B3")
    shop.done("backup backup.db")
    shop.done("receive --sku A --qty 7")
    kept = shop.folder / "kept.db", shop.folder / "kept-backup.db"
    shop.done("backup kept.db")
    shutil.copyfile(shop.folder / "backup.db", kept[1])
    return kept


def test_a_stranger_s_backup_is_refused_or_does_what_ours_does(shop: Shop, two: tuple[Path, Path]) -> None:
    dice, ends = random.Random(SEED), Counter[str]()
    for _ in range(RUNS):
        put_back(two[0], shop.db)
        put_back(two[1], shop.folder / "backup.db")
        changes = [_change(dice, shop.folder / "backup.db") for _ in range(dice.choice([1, 1, 2]))]
        _restore(shop, f"seed {SEED}: {changes}", ends)
    put_back(two[0], shop.db)
    tell(f"{RUNS} backups of strangers, seed {SEED}: {dict(ends)}")


def _change(dice: random.Random, backup: Path) -> str:
    """Something that another program may do to a backup; what was done."""
    with closing(sqlite3.connect(backup, isolation_level=None)) as db:
        made = db.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        tables = [name for kind, name in made if kind == "table"]
        kind, name = dice.choice(made)
        table, event = dice.choice(tables), dice.choice(["INSERT", "UPDATE", "DELETE"])
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        column = dice.choice(columns)
        value = dice.choice(["NULL", "-1", "'x'", f"{column} + 1", "zeroblob(9)"])
        sql = dice.choice(
            [
                f"CREATE TRIGGER stranger AFTER {event} ON {table} {RUN}",
                f"CREATE VIEW stranger AS SELECT * FROM {table}",
                f"CREATE INDEX stranger ON {table} ({column})",
                f"CREATE UNIQUE INDEX stranger ON {table} ({column})",
                f"CREATE INDEX stranger ON {table} (lower({column}))",
                f"CREATE INDEX stranger ON {table} ({column}) WHERE {column} IS NOT NULL",
                "CREATE TABLE stranger (a, b)",
                "CREATE TABLE stranger (a CHECK (a > 0))",
                f"ALTER TABLE {table} ADD COLUMN stranger",
                f"ALTER TABLE {table} RENAME COLUMN {column} TO stranger",
                f"DROP {kind} {name}",
                f"DELETE FROM {table}",
                f"UPDATE {table} SET {column} = {value}",
            ]
        )
        with suppress(sqlite3.Error):  # some of it SQLite forbids
            db.execute(sql)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return sql


def _restore(shop: Shop, what: str, ends: Counter[str]) -> None:
    before = contents(shop.db)
    answer = shop("restore backup.db")
    ends[str(answer.code)] += 1
    assert "Traceback" not in answer.err, what
    if answer.code:
        assert answer.code in (1, 4), (what, answer)
        assert contents(shop.db) == before, what
        return
    assert shop("check").code == 0, what
    with closing(sqlite3.connect(shop.db)) as db:
        assert schema_faults(db) == [], what
    on_hand = _on_hand(shop)
    received = shop("receive --sku A --qty 1")
    assert _on_hand(shop) == on_hand + Counter({"A": 1} if received.code == 0 else {}), (what, received)


def _on_hand(shop: Shop) -> Counter[str]:
    with closing(sqlite3.connect(shop.db)) as db:
        return Counter(dict(db.execute("SELECT sku, on_hand FROM products")))


def test_under_a_changing_name_restore_says_what_is_there(shop: Shop, two: tuple[Path, Path]) -> None:
    """Another program gives the file another name, and its name to another file, at any instant of a restore."""
    dice, ends = random.Random(SEED), Counter[str]()
    other = shop.folder / "other.db"
    theirs, longest = str(contents(two[1])), 0.0  # seconds that a restore takes: the first one tells
    for _ in range(max(1, RUNS // 4)):
        put_back(two[0], shop.db)
        put_back(two[0], other)
        before = str(contents(other))
        process = start(shop, "restore", "backup.db")
        wait_for(lambda process=process: hears_signals(process), process)  # type: ignore[misc]
        if not longest:
            begun = time.monotonic()
            assert ended(process).code == 0
            longest = time.monotonic() - begun
            continue
        time.sleep(dice.uniform(0, longest))
        shop.db.replace(shop.folder / "moved.db")
        other.replace(shop.db)
        answer = ended(process)
        ends[str(answer.code)] += 1
        what = f"seed {SEED}: {answer}"
        assert "Traceback" not in answer.err, what
        found = [str(contents(path)) for path in (shop.db, shop.folder / "moved.db")]
        assert set(found) <= {before, theirs}, what
        if "the change is in" in answer.err:  # one of them, and which one only SQLite's log can tell
            assert theirs in found, what
        elif answer.code:
            assert found[0] == before, what
        else:  # it was in the place that it said, perhaps before the name changed
            assert theirs in found, what
        for left in shop.folder.glob("*before-restore*"):
            left.unlink()
    put_back(two[0], shop.db)
    tell(f"{ends.total()} changing names, seed {SEED}: {dict(ends)}")
