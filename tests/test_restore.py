"""restore: a backup takes the place of the file, whoever has it open, and what was there is kept beside it.

`BACKSPLIT_RESTORES=100 pytest tests/test_restore.py -s` does each of those with other processes 100 times.
"""

from __future__ import annotations

import os
import pty
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backsplit.repository import backups, connection, schema
from conftest import Shop, once
from robustness.processes import (
    LONG,
    contents,
    ended,
    hears_signals,
    holding,
    is_written,
    start,
    tell,
    wait_for,
    workers,
)

TIMES = int(os.environ.get("BACKSPLIT_RESTORES", "3"))


@pytest.fixture
@once
def backed_up(shop: Shop) -> Shop:
    """A shop that went on after its backup `good.db`."""
    shop.stock("A3 B0")
    shop.order("M1", "A1 B1")
    shop.done("backup good.db")
    shop.done("receive --sku B --qty 1")
    shop.order("M2", "B9")
    return shop


def restored(shop: Shop, line: str = "restore good.db") -> dict[str, object]:
    return shop.done(f"{line} --json").json


# What it does


def test_a_backup_takes_the_place_of_the_file_and_the_file_is_kept(backed_up: Shop) -> None:
    before = contents(backed_up.db)
    told = restored(backed_up)
    assert backed_up.state() == {"M1": "Backorder A1 B1"}
    assert contents(backed_up.db) == contents(backed_up.folder / "good.db")
    kept = told.pop("kept")
    assert told == {"restored": "good.db", "orders": 1, "skus": 2}
    assert isinstance(kept, str)
    assert kept.startswith(f"{backed_up.db}.before-restore-2")
    assert contents(Path(kept)) == before
    assert Path(kept).stat().st_mode & 0o777 == 0o600


def test_the_kept_file_can_be_restored_in_its_turn(backed_up: Shop) -> None:
    before = contents(backed_up.db)
    kept = restored(backed_up)["kept"]
    assert restored(backed_up, f"restore {kept}")["kept"] != kept
    assert contents(backed_up.db) == before


def test_the_file_that_was_restored_works_on(backed_up: Shop) -> None:
    restored(backed_up)
    backed_up.done("receive --sku B --qty 1")
    assert backed_up.state() == {"M1": "Processing A1 B1"}


def test_a_backup_can_be_restored_onto_nothing(backed_up: Shop) -> None:
    backed_up.db.unlink()
    assert restored(backed_up) == {"restored": "good.db", "kept": None, "orders": 1, "skus": 2}
    assert contents(backed_up.db) == contents(backed_up.folder / "good.db")
    assert backed_up.db.stat().st_mode & 0o777 == 0o600


def test_the_rights_of_the_file_stay(backed_up: Shop) -> None:
    backed_up.db.chmod(0o640)
    restored(backed_up)
    assert backed_up.db.stat().st_mode & 0o777 == 0o640


def test_a_link_to_the_file_stays_a_link(backed_up: Shop) -> None:
    (backed_up.folder / "link.db").symlink_to(backed_up.db)
    restored(backed_up, "--db link.db restore good.db")
    assert (backed_up.folder / "link.db").is_symlink()
    assert backed_up.state() == {"M1": "Backorder A1 B1"}


def test_an_older_backup_is_brought_up_to_date(backed_up: Shop) -> None:
    frozen = Path(__file__).parent / "migrations" / f"{next(iter(schema.MIGRATIONS))}.sql"
    with closing(sqlite3.connect(backed_up.folder / "old.db")) as old:
        old.executescript(frozen.read_text(encoding="utf-8"))
    told = restored(backed_up, "restore old.db")
    assert told["orders"] == len(backed_up.state()) > 2


def test_pages_of_another_size_are_restored_too(backed_up: Shop) -> None:
    with closing(sqlite3.connect(backed_up.db)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA page_size = 16384")
        db.execute("VACUUM")
    restored(backed_up)
    assert contents(backed_up.db) == contents(backed_up.folder / "good.db")


def test_a_backup_from_a_folder_that_may_only_be_read_is_restored(backed_up: Shop) -> None:
    shelf = backed_up.folder / "shelf"
    shelf.mkdir()
    (backed_up.folder / "good.db").rename(shelf / "good.db")
    shelf.chmod(0o500)
    restored(backed_up, "restore shelf/good.db")
    assert [path.name for path in shelf.iterdir()] == ["good.db"]
    shelf.chmod(0o700)


# What it refuses


def is_refused(shop: Shop, backup: str, exit_code: int, code: str, *words: str) -> None:
    before, names = contents(shop.db), sorted(shop.folder.iterdir())
    answer = shop(f"restore {backup} --json")
    assert (answer.code, answer.error) == (exit_code, code), answer.err
    for word in (backup, *words):
        assert word in answer.err
    assert (contents(shop.db), sorted(shop.folder.iterdir())) == (before, names)


def changed(shop: Shop, sql: str) -> None:
    with closing(sqlite3.connect(shop.folder / "good.db")) as db:
        db.executescript(sql)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_backup_that_is_not_there_is_refused(backed_up: Shop) -> None:
    is_refused(backed_up, "bad.db", 4, "no-database")


def test_the_file_itself_is_refused(backed_up: Shop) -> None:
    is_refused(backed_up, "backsplit.db", 1, "not-allowed")
    (backed_up.folder / "link.db").symlink_to(backed_up.db)
    is_refused(backed_up, "link.db", 1, "not-allowed")


@pytest.mark.parametrize("content", [b"", b"order,sku\n", b"SQLite format 3\0" + bytes(range(256)) * 40])
def test_what_is_no_database_is_refused(backed_up: Shop, content: bytes) -> None:
    (backed_up.folder / "good.db").write_bytes(content)
    is_refused(backed_up, "good.db", 4, "not-a-database")


def test_a_database_of_another_program_is_refused(backed_up: Shop) -> None:
    changed(backed_up, "PRAGMA application_id = 7")
    is_refused(backed_up, "good.db", 4, "not-a-database", "another program")


def test_a_backup_of_a_newer_backsplit_is_refused(backed_up: Shop) -> None:
    changed(
        backed_up,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('backsplit', 'm777', '')",
    )
    is_refused(backed_up, "good.db", 4, "newer-database", "m777")


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_a_damaged_backup_is_refused(backed_up: Shop, share: float) -> None:
    good = backed_up.folder / "good.db"
    content = bytearray(good.read_bytes())
    place = int(len(content) * share)
    content[place : place + 9_000] = random.Random(share).randbytes(9_000)
    good.write_bytes(content)
    is_refused(backed_up, "good.db", 4, "not-a-database", "damaged", "another backup")


def test_a_backup_that_is_cut_off_is_refused(backed_up: Shop) -> None:
    good = backed_up.folder / "good.db"
    good.write_bytes(good.read_bytes()[:50_000])
    is_refused(backed_up, "good.db", 4, "not-a-database", "cut off")


def test_a_backup_whose_lines_and_counts_do_not_fit_is_refused(backed_up: Shop) -> None:
    changed(backed_up, "UPDATE orders SET units = 7")
    is_refused(backed_up, "good.db", 1, "not-allowed", "M1")


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("DROP TABLE maps", "the table maps is missing"),
        ("UPDATE orders SET note = CAST(x'ff' AS TEXT)", "row 1 of orders is not UTF-8"),
    ],
)
def test_a_backup_that_commands_could_not_use_is_refused(backed_up: Shop, sql: str, word: str) -> None:
    changed(backed_up, sql)
    is_refused(backed_up, "good.db", 1, "not-allowed", word)


FOREIGN = {
    "a trigger": (
        ("CREATE TRIGGER more AFTER UPDATE ON products WHEN new.on_hand > old.on_hand BEGIN"
        " UPDATE products SET on_hand = on_hand + 1000 WHERE id <> new.id; END"),
        "the trigger more is not backsplit's",
    ),
    "a trigger of ours that does something else": (
        ("DROP TRIGGER events_are_not_changed;"
        " CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN SELECT 1; END"),
        "the trigger events_are_not_changed was changed",
    ),
    "a trigger that is gone": ("DROP TRIGGER events_are_not_changed", "events_are_not_changed is missing"),
    "a view of ours that says something else": (
        "DROP VIEW stock; CREATE VIEW stock AS SELECT sku, name, 0 AS on_hand, allocated FROM products",
        "the view stock was changed",
    ),
    "another view": ("CREATE VIEW mine AS SELECT 1", "the view mine is not backsplit's"),
    "a table that is looser": (
        ("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql ="
        " replace(sql, 'CHECK (on_hand >= allocated)', 'CHECK (1)') WHERE name = 'products'"),
        "the table products was changed",
    ),
    "an index that forbids": (
        "CREATE UNIQUE INDEX one ON orders (customer, number)", "the index one is not backsplit's",
    ),
    "an index that runs": ("CREATE INDEX one ON orders (lower(customer))", "the index one is not backsplit's"),
    "a virtual table": ("CREATE VIRTUAL TABLE words USING fts5(word)", "words is not backsplit's"),
    "a table that forbids": (
        "CREATE TABLE mine (id INTEGER REFERENCES orders (id))", "the table mine is not backsplit's",
    ),
}  # fmt: skip
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'policy' AS name, i AS value FROM n"


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize(("sql", "word"), FOREIGN.values(), ids=FOREIGN.keys())
def test_a_backup_with_another_schema_than_ours_is_refused_and_check_names_it(
    backed_up: Shop, sql: str, word: str
) -> None:
    changed(backed_up, sql)
    is_refused(backed_up, "good.db", 1, "not-allowed", word)
    checked = backed_up("--db good.db check")
    assert (checked.code, word in checked.out) == (1, True), checked


def test_an_older_backup_with_a_trigger_of_somebody_else_is_refused_before_it_is_brought_up_to_date(
    backed_up: Shop,
) -> None:
    older = (Path(__file__).parent / "migrations" / "m001_orders_and_stock.sql").read_text(encoding="utf-8")
    (backed_up.folder / "good.db").unlink()
    changed(backed_up, older)
    changed(backed_up, f"PRAGMA application_id = {schema.APPLICATION_ID}")
    changed(backed_up, "CREATE TRIGGER more AFTER UPDATE ON orders BEGIN SELECT 1; END")
    is_refused(backed_up, "good.db", 1, "not-allowed", "the trigger more is not backsplit's")
    changed(backed_up, "DROP TRIGGER more")
    backed_up.done("restore good.db")


@pytest.mark.parametrize("table", ["settings", "_sqlite_migrations", "events"])
def test_a_backup_with_an_endless_view_in_the_place_of_a_table_is_refused(backed_up: Shop, table: str) -> None:
    changed(backed_up, f"DROP TABLE {table}; CREATE VIEW {table} AS {ENDLESS}")
    is_refused(backed_up, "good.db", 1, "not-allowed", "is broken")


def test_plain_tables_and_indexes_of_another_program_do_no_harm(backed_up: Shop) -> None:
    changed(backed_up, "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
    changed(backed_up, "CREATE INDEX by_customer ON orders (customer); ANALYZE")
    restored(backed_up)
    backed_up.done("check")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_check_of_an_endless_view_can_be_stopped(backed_up: Shop, number: signal.Signals) -> None:
    changed(backed_up, f"DROP VIEW stock; DROP TABLE settings; CREATE VIEW settings AS {ENDLESS}")
    process = start(backed_up, "--db", str(backed_up.folder / "good.db"), "policy", "strict")
    wait_for(lambda: hears_signals(process), process)
    time.sleep(0.3)
    process.send_signal(number)
    assert ended(process).code in (4, 128 + number)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("table", ["products", "changes", "_sqlite_migrations"])
def test_a_backup_can_take_the_place_of_a_file_with_an_endless_view(
    backed_up: Shop, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_LOOK", 0.1)
    with closing(sqlite3.connect(backed_up.db)) as db:
        db.executescript(f"PRAGMA foreign_keys = OFF; DROP TABLE {table}; CREATE VIEW {table} AS {ENDLESS}")
    assert "restored good.db" in backed_up.done("restore good.db").out
    backed_up.done("check")


def test_the_version_of_a_file_with_an_endless_view_is_not_waited_for(
    backed_up: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_LOOK", 0.1)
    columns = f"'x' AS name, '{schema.MIGRATION_SET}' AS migration_set"
    endless = f"SELECT {columns} FROM ({ENDLESS})"
    changed(backed_up, f"DROP TABLE _sqlite_migrations; CREATE VIEW _sqlite_migrations AS {endless}")
    answer = backed_up("--db good.db --version -v")
    assert (answer.code, answer.err) == (
        4,
        "backsplit: good.db takes too long to read: name another file with --db\n",
    )


def test_a_proof_that_takes_too_long_is_given_up(backed_up: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STEPS_BETWEEN_LOOKS", 10)
    monkeypatch.setattr(backups, "longest_proof", lambda _: 0.0)
    is_refused(backed_up, "good.db", 4, "not-a-database", "good.db takes too long to check: nothing was changed")


@pytest.mark.slow
@pytest.mark.parametrize("moved", [True, False], ids=["moved away", "replaced"])
def test_a_file_that_gets_another_name_while_a_restore_waits_is_not_said_to_be_restored(
    backed_up: Shop, moved: bool
) -> None:
    before = contents(backed_up.db)
    with holding(backed_up.db, "BEGIN IMMEDIATE"):
        process = start(backed_up, "restore", "good.db", "--yes")
        wait_for(lambda: any(backed_up.folder.glob(".backsplit-*")), process)
        time.sleep(0.5)
        backed_up.db.rename(backed_up.folder / "moved.db")
        for ending in ("-wal", "-shm"):
            Path(f"{backed_up.db}{ending}").rename(backed_up.folder / f"moved.db{ending}")
        if not moved:
            shutil.copyfile(backed_up.folder / "good.db", backed_up.db)
    answer = ended(process)
    assert (answer.code, answer.out) == (4, ""), answer
    assert "was moved or replaced while the command ran: nothing was changed, try again" in answer.err
    (backed_up.folder / "moved.db").replace(backed_up.db)
    for ending in ("-wal", "-shm"):
        if Path(f"{backed_up.folder / 'moved.db'}{ending}").exists():
            Path(f"{backed_up.folder / 'moved.db'}{ending}").replace(Path(f"{backed_up.db}{ending}"))
    assert contents(backed_up.db) == before
    assert not list(backed_up.folder.glob("*before-restore*"))


def test_a_backup_that_lacks_an_index_is_restored_and_has_it_again(backed_up: Shop) -> None:
    changed(backed_up, "DROP INDEX orders_families")
    kept = restored(backed_up)["kept"]
    assert backed_up.done("check").out
    backed_up.done(f"restore {kept}")


def test_a_file_that_lacks_an_index_is_told_so_and_a_backup_mends_it(backed_up: Shop) -> None:
    with closing(sqlite3.connect(backed_up.db)) as db:
        db.execute("DROP INDEX orders_families")
    assert "the index orders_families is missing" in backed_up("check").out
    assert "last good backup" not in backed_up("check").out
    backed_up.done("restore good.db")


def test_the_database_of_another_program_is_not_written_over(backed_up: Shop) -> None:
    with closing(sqlite3.connect(backed_up.folder / "photos.db")) as db:
        db.execute("CREATE TABLE photos (name)")
    before = (backed_up.folder / "photos.db").read_bytes()
    assert backed_up("--db photos.db restore good.db --json").error == "not-a-database"
    assert (backed_up.folder / "photos.db").read_bytes() == before


# A file that cannot be used


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("content", [b"", b"SQLite for", bytes(9_000), b"SQLite format 3\0" + bytes(range(256)) * 99])
def test_of_a_file_that_sqlite_cannot_read_the_bytes_are_kept(backed_up: Shop, content: bytes) -> None:
    backed_up.db.write_bytes(content)
    Path(f"{backed_up.db}-wal").write_bytes(b"log")
    answer = backed_up.done("restore good.db")
    assert "bytes are kept" in answer.out
    (kept,) = backed_up.folder.glob("*.before-restore-*[0-9]")
    assert kept.read_bytes() == content
    assert backed_up.state() == {"M1": "Backorder A1 B1"}
    if not content.startswith(b"SQLite format 3"):  # else SQLite has looked at the log, and taken it away
        assert Path(f"{kept}-wal").read_bytes() == b"log"


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("page", range(1, 30, 4))
def test_a_file_with_damaged_pages_is_restored(backed_up: Shop, page: int) -> None:
    content = bytearray(backed_up.db.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = random.Random(page).randbytes(4096)
    backed_up.db.write_bytes(content)
    assert (
        Path(str(restored(backed_up)["kept"])).read_bytes()[page * 4096 : (page + 1) * 4096]
        == content[page * 4096 : (page + 1) * 4096]
    )
    assert contents(backed_up.db) == contents(backed_up.folder / "good.db")


def test_what_a_wrong_copy_by_hand_has_ruined_is_put_right(backed_up: Shop) -> None:
    """Other contents below a write-ahead log that another process has open."""
    with holding(backed_up.db, "UPDATE settings SET value = value"):
        shutil.copyfile(backed_up.folder / "good.db", backed_up.db)
        restored(backed_up)
    assert contents(backed_up.db) == contents(backed_up.folder / "good.db")


def test_a_log_without_its_file_is_set_aside(backed_up: Shop) -> None:
    backed_up.db.unlink()
    Path(f"{backed_up.db}-wal").write_bytes(b"log")
    kept = restored(backed_up)["kept"]
    assert Path(str(kept)).read_bytes() == b"log"
    assert backed_up.state() == {"M1": "Backorder A1 B1"}


# Others have it open, and it was killed


def again_and_again(shop: Shop) -> Iterator[dict[str, list[tuple[object, ...]]]]:
    """TIMES times: the file as it was after the backup. Afterwards it must hold what the backup holds."""
    later = shop.folder / "later.db"
    shop.done("backup later.db")
    good, expected = contents(shop.folder / "good.db"), contents(later)
    for _ in range(TIMES):
        restored(shop, "restore later.db")
        yield expected
        assert contents(shop.db) == good
        shop.done("check")
        for kept in shop.folder.glob("*.before-restore-*"):
            kept.unlink()
    tell(f"{TIMES} times")


@pytest.mark.slow
def test_another_process_that_has_it_open_sees_the_one_and_then_the_other(backed_up: Shop) -> None:
    with workers(1) as (other,):
        for _ in again_and_again(backed_up):
            assert len(other.ask("--db", str(backed_up.db), "list", "--json").json) == 2
            restored(backed_up)
            assert len(other.ask("--db", str(backed_up.db), "list", "--json").json) == 1


@pytest.mark.slow
def test_a_reader_that_holds_it_open_sees_what_it_saw(backed_up: Shop) -> None:
    for _ in again_and_again(backed_up):
        with closing(sqlite3.connect(backed_up.db, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM orders").fetchone() == (2,)
            process = start(backed_up, "restore", "good.db")
            assert ended(process).code == 0
            assert reader.execute("SELECT count(*) FROM orders").fetchone() == (2,)
            reader.execute("COMMIT")
            assert reader.execute("SELECT count(*) FROM orders").fetchone() == (1,)


@pytest.mark.slow
def test_readers_see_the_one_or_the_other_and_never_half(backed_up: Shop) -> None:
    for before in again_and_again(backed_up):
        process = start(backed_up, "restore", "good.db")
        seen = []
        with closing(sqlite3.connect(backed_up.db)) as reader:
            while process.poll() is None:
                seen.append(reader.execute("SELECT (SELECT count(*) FROM orders), on_hand FROM products").fetchall())
        assert ended(process).code == 0
        assert len(before["orders"]) == 2
        assert set(map(tuple, seen)) <= {((2, 3), (2, 1)), ((1, 3), (1, 0))}


@pytest.mark.slow
def test_a_writer_in_the_middle_of_its_transaction_is_waited_for_and_kept(backed_up: Shop) -> None:
    for before in again_and_again(backed_up):
        with closing(sqlite3.connect(backed_up.db, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE products SET on_hand = 77 WHERE sku = 'A'")
            process = start(backed_up, "restore", "good.db", "--json")
            wait_for(lambda: any(backed_up.folder.glob(".backsplit-*")), process)
            time.sleep(0.05)
            assert process.poll() is None
            writer.execute("COMMIT")
            kept = contents(Path(str(ended(process).json["kept"])))
        assert kept != before
        assert ("A", 77) in [(row[1], row[4]) for row in kept["products"]]


KILLED = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE products SET name = 'x'")
db.commit()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_log_that_a_kill_has_left_goes_with_the_file(backed_up: Shop) -> None:
    for before in again_and_again(backed_up):
        subprocess.run([sys.executable, "-c", KILLED, backed_up.db], check=False)
        assert Path(f"{backed_up.db}-wal").stat().st_size
        kept = contents(Path(str(restored(backed_up)["kept"])))
        assert kept != before
        assert {row[2] for row in kept["products"]} == {"x"}


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_the_one_or_the_other(backed_up: Shop) -> None:
    after = contents(backed_up.folder / "good.db")
    was = [0, 0]
    for n, before in enumerate(again_and_again(backed_up)):
        process = start(backed_up, "restore", "good.db")
        time.sleep(0.1 + 0.6 * n / TIMES)
        process.kill()
        process.communicate()
        now = contents(backed_up.db)
        assert now in (before, after)
        was[now == after] += 1
        backed_up.done("check")
        restored(backed_up)
    tell(f"as before {was[0]}, restored {was[1]}")


def test_a_file_that_somebody_writes_to_for_too_long_is_busy(backed_up: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.1)
    before = contents(backed_up.db)
    with holding(backed_up.db, "BEGIN IMMEDIATE"):
        assert backed_up("restore good.db --json").error == "busy"
    assert contents(backed_up.db) == before
    assert not list(backed_up.folder.glob("*before*"))


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_restore_that_is_stopped_while_it_waits_changes_nothing(backed_up: Shop, number: signal.Signals) -> None:
    before = contents(backed_up.db)
    with holding(backed_up.db, "BEGIN IMMEDIATE"):
        heard = lambda: signal.signal(number, signal.SIG_DFL)  # noqa: E731 - behind `&`, Ctrl-C is ignored
        process = start(backed_up, "restore", "good.db", preexec_fn=heard)
        wait_for(lambda: any(backed_up.folder.glob(".backsplit-*")), process)
        time.sleep(0.2)
        process.send_signal(number)
        assert ended(process).code == 128 + number
    assert contents(backed_up.db) == before
    assert not [*backed_up.folder.glob("*before*"), *backed_up.folder.glob(".backsplit-*")]


@pytest.mark.slow
def test_others_write_on_while_backups_are_restored_and_nothing_is_torn(backed_up: Shop) -> None:
    with workers(3) as (*writers, restorer):
        for n in range(4 * TIMES):
            for writer in writers:
                writer.send("--db", str(backed_up.db), "receive", "--sku", "A", "--qty", "1")
            said = restorer.ask("--db", str(backed_up.db), "restore", str(backed_up.folder / "good.db"), "--json")
            assert said.code == 0, said
            assert [writer.answer().code for writer in writers] == [0, 0]
            assert backed_up.done("check").out == "all is well\n", n
            assert not is_written(backed_up.db)
            backed_up.done(f"--db {said.json['kept']} check")
            Path(str(said.json["kept"])).unlink()


# At a terminal


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("key", "code"), [(b"y\n", 0), (b"n\n", 1)])
def test_it_asks_at_a_terminal(backed_up: Shop, key: bytes, code: int) -> None:
    before = contents(backed_up.db)
    keyboard, terminal = pty.openpty()
    words = [sys.executable, "-m", "backsplit", "--db", str(backed_up.db), "restore", "good.db"]
    process = subprocess.Popen(words, stdin=terminal, stdout=terminal, cwd=backed_up.folder)
    os.close(terminal)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(keyboard, 4096)
    os.write(keyboard, key)
    assert process.wait(LONG) == code
    os.close(keyboard)
    assert b"1 order, 2 SKUs" in shown
    assert (contents(backed_up.db) == before) is (code == 1)


def test_it_does_not_ask_where_yes_is_typed_or_nobody_sits(backed_up: Shop) -> None:
    backed_up.done("restore good.db")
    backed_up.done("restore good.db --yes")
