"""backup: a copy that is consistent, checked, for its owner alone, and there whole or not at all."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from backsplit import repository
from conftest import Shop
from robustness.processes import contents, ended, holding, start, wait_for, workers


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A3 B0")
    shop.order("M1", "A1 B1")
    return shop


def test_a_copy_holds_what_the_file_holds(stocked: Shop) -> None:
    answer = stocked.done("backup copy.db --json").json
    copy = stocked.folder / "copy.db"
    assert answer == {"backup": "copy.db", "bytes": copy.stat().st_size}
    assert contents(copy) == contents(stocked.db)
    stocked.done("--db copy.db check")


def test_a_copy_can_take_the_place_of_the_file(stocked: Shop) -> None:
    stocked.done("backup copy.db")
    stocked.done("receive --sku B --qty 1")
    (stocked.folder / "copy.db").replace(stocked.db)
    assert stocked.state() == {"M1": "Backorder A1 B1"}
    stocked.done("receive --sku B --qty 1")
    assert stocked.state() == {"M1": "Processing A1 B1"}


def test_a_file_that_is_there_is_not_overwritten(stocked: Shop) -> None:
    there = stocked.write("copy.db", "my diary")
    answer = stocked("backup copy.db --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert "--force" in answer.err
    assert there.read_text() == "my diary"


def test_a_backup_that_is_there_can_be_replaced_with_force(stocked: Shop) -> None:
    stocked.done("backup copy.db")
    stocked.done("receive --sku A --qty 1")
    stocked.done("backup copy.db --force")
    assert contents(stocked.folder / "copy.db") == contents(stocked.db)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("content", [b"my diary", b"", b"SQLite format 3\0" + bytes(90)])
def test_even_force_cannot_put_it_over_a_file_that_is_not_backsplits(stocked: Shop, content: bytes) -> None:
    there = stocked.folder / "copy.db"
    there.write_bytes(content)
    answer = stocked("backup copy.db --force --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert "not a backsplit file" in answer.err
    assert there.read_bytes() == content


@pytest.mark.parametrize("is_there", [True, False])
def test_even_force_cannot_put_it_where_a_link_leads(stocked: Shop, is_there: bool) -> None:
    real = stocked.folder / "real.db"
    if is_there:
        stocked.done("backup real.db")
    (stocked.folder / "link.db").symlink_to(real)
    answer = stocked("backup link.db --force --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert "is a link" in answer.err
    assert real.exists() is is_there


def test_even_force_cannot_put_it_over_the_database_by_another_way(stocked: Shop) -> None:
    (stocked.folder / "way").symlink_to(stocked.folder)
    before = contents(stocked.db)
    assert "itself" in stocked("backup way/backsplit.db --force").err
    assert contents(stocked.db) == before


def test_even_force_cannot_put_it_over_the_database_through_another_mount(stocked: Shop) -> None:
    way = stocked.folder / "way"
    way.mkdir()
    if subprocess.run(["mount", "--bind", stocked.folder, way], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        answer = stocked("backup way/backsplit.db --force --json")
    finally:
        subprocess.run(["umount", "-l", way], check=True)
    assert (answer.code, answer.error) == (1, "not-allowed")


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("name", ["backsplit.db", "backsplit.db-wal", "link.db", "."])
def test_even_force_cannot_put_it_over_the_database_itself_or_a_folder(stocked: Shop, name: str) -> None:
    (stocked.folder / "link.db").symlink_to(stocked.db)
    before = contents(stocked.db)
    answer = stocked(f"backup {name} --force --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert contents(stocked.db) == before


def test_even_force_cannot_put_it_under_changes_that_another_program_left(stocked: Shop) -> None:
    stocked.done("backup copy.db")
    with holding(stocked.folder / "copy.db", "UPDATE settings SET value = 'strict'"):
        assert stocked("backup copy.db --force --json").error == "not-allowed"
    stocked.done("backup copy.db --force")
    assert stocked.done("--db copy.db policy --json").json["policy"] == "skip-over"


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("command", ["backup copy.db", "backup copy.db --force"])
def test_changes_of_a_copy_that_is_gone_are_not_taken_over(stocked: Shop, ending: str, command: str) -> None:
    left = stocked.write(f"copy.db{ending}", "changes")
    answer = stocked(f"{command} --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert left.name in answer.err
    assert left.read_text() == "changes"
    assert not (stocked.folder / "copy.db").exists()


def test_a_file_that_came_meanwhile_is_not_overwritten_either(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    late = repository.ignore_from_now_on
    monkeypatch.setattr(repository, "ignore_from_now_on", lambda: (stocked.write("copy.db", "my diary"), late()))
    answer = stocked("backup copy.db --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert (stocked.folder / "copy.db").read_text() == "my diary"


def test_where_a_disk_has_no_hard_links_it_is_the_same(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    stocked.done("backup copy.db")
    assert contents(stocked.folder / "copy.db") == contents(stocked.db)
    monkeypatch.setattr(Path, "exists", lambda _: False)  # it comes into being after the first look
    assert stocked("backup copy.db --json").error == "not-allowed"


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_file_and_its_copy_are_for_the_owner_alone(empty: Shop, umask: int) -> None:
    before = os.umask(umask)
    try:
        empty.done("init")
        with holding(empty.db, "UPDATE settings SET value = value"):
            beside = [Path(f"{empty.db}-wal"), Path(f"{empty.db}-shm")]
            empty.done("backup copy.db")
            files = [empty.db, empty.folder / "copy.db", *beside]
            assert {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in files} == {
                file.name: "0o600" for file in files
            }
    finally:
        os.umask(before)


def test_a_broken_file_does_not_take_the_place_of_a_sound_copy(stocked: Shop) -> None:
    stocked.done("backup copy.db")
    sound = contents(stocked.folder / "copy.db")
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("UPDATE orders SET units = 7")
        db.commit()
    answer = stocked("backup copy.db --force --json")
    assert (answer.code, answer.error) == (1, "not-allowed")
    assert "M1" in answer.err
    assert contents(stocked.folder / "copy.db") == sound
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("UPDATE orders SET units = 2")
        db.commit()


def test_a_damaged_index_is_found_in_the_copy(stocked: Shop) -> None:
    kept = stocked.db.read_bytes()
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = replace(sql, '(priority, placed_at', '(placed_at, priority')")
        db.commit()
    answer = stocked("backup copy.db --json")
    assert (answer.code, answer.error) == (4, "not-a-database")
    assert not (stocked.folder / "copy.db").exists()
    stocked.db.write_bytes(kept)


@pytest.mark.slow
def test_copies_made_while_others_write_are_each_sound(stocked: Shop) -> None:
    with workers(3) as (*writers, copier):
        for n in range(20):
            for which, writer in enumerate(writers):
                writer.send("--db", str(stocked.db), "receive", "--sku", "A", "--qty", "1", "--ref", f"{which}-{n}")
            said = copier.ask("--db", str(stocked.db), "backup", str(stocked.folder / f"{n}.db"))
            assert said.code == 0, said
            assert [writer.answer().code for writer in writers] == [0, 0]
    seen = [_received(stocked.folder / f"{n}.db") for n in range(20)]
    assert seen == sorted(seen)
    assert 2 * 19 <= seen[-1] <= 2 * 20


def _received(db: Path) -> int:
    rows = contents(db)
    assert len(rows["receipts"]) == len(rows["receipt_lines"])
    return len(rows["receipts"])


def test_a_copy_is_not_held_up_by_a_writer(stocked: Shop) -> None:
    with holding(stocked.db, "BEGIN IMMEDIATE", "UPDATE products SET on_hand = 99"):
        stocked.done("backup copy.db")
    assert stocked.done("--db copy.db stock A --json").json[0]["on_hand"] == 3


@pytest.mark.slow
def test_a_copy_that_is_stopped_or_killed_leaves_no_half_of_it(stocked: Shop) -> None:
    stocked.write("big.csv", "order,sku,quantity,note\n" + "".join(f"B{n},B,1,{'x' * 2_000}\n" for n in range(5_000)))
    stocked.done("import orders big.csv")
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        process = start(stocked, "backup", str(stocked.folder / "copy.db"))
        wait_for(lambda: any(stocked.folder.glob(".backsplit-*")), process)
        process.send_signal(number)
        assert ended(process).code == code
        assert not (stocked.folder / "copy.db").exists()
        assert any(stocked.folder.glob(".backsplit-*")) is (number == signal.SIGKILL)
    stocked.done("backup copy.db")


LOCKED = """
import fcntl, sys
file = open(sys.argv[1], "rb+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
input()
"""


def test_what_a_killed_command_left_is_taken_away_after_an_hour(stocked: Shop) -> None:
    for name in (".backsplit-old.new", ".backsplit-old.new-journal", ".backsplit-held.new", ".backsplit-fresh.new"):
        stocked.write(name, "half")
        if "fresh" not in name:
            os.utime(stocked.folder / name, (time.time() - 3_700,) * 2)
    held = stocked.folder / ".backsplit-held.new"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", LOCKED, held], stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        stocked.done("backup copy.db")
        assert sorted(path.name for path in stocked.folder.glob(".backsplit-*")) == [
            ".backsplit-fresh.new",
            ".backsplit-held.new",
        ]
        holder.communicate(b"\n")
    stocked.done("init --db new.db")
    assert [path.name for path in stocked.folder.glob(".backsplit-*")] == [".backsplit-fresh.new"]
