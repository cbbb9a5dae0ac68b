"""Whatever is wrong with the database file: the right exit code, one sentence with the next step, nothing changed."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backsplit.repository import connection, opening
from conftest import Answer, Shop, program, typed
from robustness.processes import contents, held_to_permissions, holding, run, small_disk, start

READ, WRITE = "stock", "receive --sku A --qty 1"
EVERY_COMMAND = [READ, WRITE, "check", "split --all", "import orders orders.csv", "backup copy.db", "policy strict"]


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A1")
    shop.write("orders.csv", "order,sku,quantity\nM1,A,3\n")
    return shop


@pytest.fixture
def unmade(empty: Shop) -> Shop:
    empty.write("orders.csv", "order,sku,quantity\nM1,A,3\n")
    return empty


def is_told(shop: Shop, command: str, code: str, *words: str) -> None:
    """Exit code 4, the code word, and one sentence that names the file and what to do."""
    plain, in_json = shop(command), shop(f"{command} --json")
    assert (plain.code, plain.out) == (in_json.code, in_json.out) == (4, "")
    assert in_json.error == code
    assert plain.err.count("\n") == 1
    assert str(shop.db) in plain.err
    for word in words:
        assert word in plain.err


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_a_missing_file_is_not_made_by_a_command_and_init_is_named(unmade: Shop, command: str) -> None:
    is_told(unmade, command, "no-database", "init")
    assert not unmade.db.exists()


def test_the_command_that_is_named_can_be_pasted_into_a_shell(unmade: Shop) -> None:
    answer = unmade("--db 'a; touch b' stock")
    assert "`backsplit --db 'a; touch b' init`" in answer.err


def test_in_the_wrong_folder_the_file_in_a_folder_above_is_named_and_init_comes_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shop.folder / "exports" / "november"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    answer = typed(["stock", "--json"])
    assert (answer.code, answer.error) == (4, "no-database")
    assert f"there is no backsplit.db here ({here}), but {shop.folder} has one" in answer.err
    assert answer.err.index(f"`--db {shop.db}`") < answer.err.index("init")


def test_in_a_folder_without_a_file_above_it_the_folder_is_named(empty: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty.folder / "backsplit.db").write_text("my diary")
    here = empty.folder / "exports"
    here.mkdir()
    monkeypatch.chdir(here)
    answer = typed(["stock"])
    assert answer.err == (
        f"backsplit: there is no backsplit.db here ({here}): go to the folder that has it,"
        " make it with `backsplit --db backsplit.db init`, or bring a backup back with `backsplit --db backsplit.db"
        " restore FILE`\n"
    )


def test_a_file_in_a_folder_that_is_not_there_cannot_be_made(empty: Shop) -> None:
    empty.db = empty.folder / "nowhere" / "backsplit.db"
    is_told(empty, "init", "no-database", "no folder")


@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
def test_a_folder_is_not_a_file(unmade: Shop, command: str) -> None:
    unmade.db.mkdir()
    is_told(unmade, command, "not-a-database", "folder")
    assert not any(unmade.db.iterdir())


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_an_empty_file_is_no_database_yet(unmade: Shop, command: str) -> None:
    unmade.db.touch()
    is_told(unmade, command, "not-a-database", "empty", "init")
    assert unmade.db.read_bytes() == b""


def test_init_makes_a_database_of_an_empty_file_for_its_owner_alone(empty: Shop) -> None:
    empty.db.touch(mode=0o666)
    empty.done("init")
    empty.done("check")
    assert stat.S_IMODE(empty.db.stat().st_mode) == 0o600


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize("is_empty", [True, False])
def test_init_does_not_take_over_the_changes_of_a_file_that_is_gone(empty: Shop, ending: str, is_empty: bool) -> None:
    left = empty.write(f"backsplit.db{ending}", "changes")
    if is_empty:
        empty.db.touch()
    is_told(empty, "init", "not-a-database", left.name, "move")
    assert left.read_text() == "changes"
    assert empty.db.exists() is is_empty


def test_a_database_with_two_names_is_refused(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "SHORT_WAIT", 0.01)
    other = stocked.folder / "other.db"
    other.hardlink_to(stocked.db)
    for command in EVERY_COMMAND:
        is_told(stocked, command, "not-a-database", "second name")
    other.unlink()


def test_the_second_name_that_a_killed_init_left_is_taken_away(stocked: Shop) -> None:
    left = stocked.folder / ".backsplit-killed.new"
    left.hardlink_to(stocked.db)
    stocked.done(READ)
    assert not left.exists()


@pytest.mark.parametrize("command", [READ, WRITE])
def test_a_file_that_a_killed_init_left_without_a_log_gets_one(stocked: Shop, command: str) -> None:
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    stocked.done(command)
    with closing(sqlite3.connect(stocked.db)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_without_a_log_is_read_beside_a_reader(stocked: Shop) -> None:
    with holding(stocked.db, "PRAGMA journal_mode = DELETE", "BEGIN", "SELECT * FROM orders"):
        stocked.done(READ)
    stocked.done(WRITE)


OTHERS = {
    "a text file": b"order,sku,quantity\nM1,A,3\n",
    "a beginning": b"SQLite for",
    "a header alone": b"SQLite format 3\0",
    "zeros": bytes(8192),
    "a header and noise": b"SQLite format 3\0" + bytes(range(256)) * 40,
}


@pytest.mark.quick_cases(8)
@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS.keys())
def test_a_file_of_something_else_is_refused_and_left_alone(unmade: Shop, command: str, content: bytes) -> None:
    unmade.db.write_bytes(content)
    is_told(unmade, command, "not-a-database")
    assert unmade.db.read_bytes() == content


@pytest.mark.quick_cases(6)
@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused_and_left_alone(stocked: Shop, command: str, share: float) -> None:
    whole = stocked.db.read_bytes()
    half = whole[: int(len(whole) * share)]
    stocked.db.write_bytes(half)
    is_told(stocked, command, "not-a-database", "backup")
    assert stocked.db.read_bytes() == half
    stocked.db.write_bytes(whole)


OTHER_PROGRAMS = {
    "of its own": "CREATE TABLE orders (number TEXT)",
    "made with sqlite-utils": "CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT);"
    "INSERT INTO _sqlite_migrations VALUES ('other', 'm001', '')",
    "with other columns": "CREATE TABLE _sqlite_migrations (version INTEGER)",
}


@pytest.mark.quick_cases(6)
@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
@pytest.mark.parametrize("sql", OTHER_PROGRAMS.values(), ids=OTHER_PROGRAMS.keys())
def test_a_database_of_another_program_is_refused_and_left_alone(unmade: Shop, command: str, sql: str) -> None:
    with closing(sqlite3.connect(unmade.db)) as db:
        db.executescript(sql)
    before = unmade.db.read_bytes()
    is_told(unmade, command, "not-a-database", "another program")
    assert unmade.db.read_bytes() == before


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
def test_a_file_of_a_newer_backsplit_is_refused_and_left_alone(stocked: Shop, command: str) -> None:
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('backsplit', 'm777', '')")
        db.commit()
    before = contents(stocked.db)
    is_told(stocked, command, "newer-database", "upgrade", "m777")
    assert contents(stocked.db) == before
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm777'")
        db.commit()


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("command", [WRITE, "split --all", "import orders orders.csv", "policy strict"])
def test_a_file_that_another_program_writes_to_is_busy_for_writers(
    stocked: Shop, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.01)
    before = contents(stocked.db)
    with holding(stocked.db, "BEGIN IMMEDIATE"):
        is_told(stocked, command, "busy", "try again")
        assert stocked.figures() == {"A": (1, 0)}
    assert contents(stocked.db) == before


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("command", [*EVERY_COMMAND, "init"])
def test_a_file_that_another_program_keeps_for_itself_is_busy_for_all(
    stocked: Shop, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.01)
    with holding(stocked.db, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN IMMEDIATE", "UPDATE settings SET value = value"):
        is_told(stocked, command, "busy", "try again")
    assert stocked.figures() == {"A": (1, 0)}


def test_a_pipe_or_a_device_is_not_waited_for(empty: Shop) -> None:
    os.mkfifo(empty.db)
    is_told(empty, READ, "not-a-database", "pipe")
    is_told(empty, "init", "not-a-database", "pipe")


def test_a_file_whose_tables_are_gone_is_damaged(stocked: Shop) -> None:
    kept = stocked.db.read_bytes()
    with closing(sqlite3.connect(stocked.db)) as db:
        db.execute("DROP TABLE products")
    is_told(stocked, "stock", "not-a-database", "backup")
    is_told(stocked, WRITE, "not-a-database", "backup")
    stocked.db.write_bytes(kept)


# Rights: root is held to them too, in processes of their own.


def said(shop: Shop, command: str) -> Answer:
    return run(shop, *command.split(), "--json", preexec_fn=held_to_permissions)


def is_kept_out(shop: Shop, command: str) -> None:
    answer = said(shop, command)
    assert (answer.code, answer.out) == (4, ""), answer
    assert answer.error == "read-only"
    assert "permission" in answer.err or "writable" in answer.err


@pytest.fixture
def rights() -> Iterator[Callable[[Path, int], None]]:
    """Set the rights of a file or folder; they are given back afterwards."""
    changed: list[Path] = []

    def change(path: Path, mode: int) -> None:
        changed.append(path)
        path.chmod(mode)

    yield change
    for path in changed:
        path.chmod(0o700)


Rights = Callable[[Path, int], None]


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", [WRITE, "import orders orders.csv", "policy strict", "mark A --insert"])
def test_a_read_only_file_cannot_be_changed(stocked: Shop, rights: Rights, command: str) -> None:
    before = contents(stocked.db)
    rights(stocked.db, 0o400)
    is_kept_out(stocked, command)
    assert contents(stocked.db) == before


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("ending", "advice"), [("-shm", "remove that file"), ("-wal", "make that file writable")])
@pytest.mark.parametrize("command", [READ, WRITE])
def test_a_read_only_file_beside_it_is_named(stocked: Shop, command: str, ending: str, advice: str) -> None:
    with holding(stocked.db, "UPDATE settings SET value = 'skip-over'", "UPDATE products SET name = 'x'"):
        beside = Path(f"{stocked.db}{ending}")
        beside.chmod(0o400)
        answer = said(stocked, command)
        beside.chmod(0o600)
    if command == WRITE:
        assert answer.code == 4
    if answer.code:  # SQLite may be able to read without
        assert f"{beside} beside it was left read-only: {advice}" in answer.err


@pytest.mark.slow
def test_a_file_of_a_colleague_beside_it_is_named_with_its_owner(stocked: Shop) -> None:
    with holding(stocked.db, "UPDATE products SET name = 'x'"):
        wal = Path(f"{stocked.db}-wal")
        try:
            os.chown(wal, 4_711, 4_711)
        except PermissionError:
            pytest.skip("only root gives files away")
        answer = said(stocked, WRITE)
        os.chown(wal, os.geteuid(), os.getegid())
    assert answer.code == 4
    assert f"{wal} beside it belongs to user 4711: ask user 4711" in answer.err


@pytest.mark.slow
def test_a_read_only_file_can_still_be_read_and_copied(stocked: Shop, rights: Rights) -> None:
    rights(stocked.db, 0o400)
    assert said(stocked, READ).json[0]["on_hand"] == 1
    assert said(stocked, "backup copy.db").code == 0


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", [READ, WRITE, "check"])
def test_a_file_without_permission_cannot_be_used(stocked: Shop, rights: Rights, command: str) -> None:
    rights(stocked.db, 0)
    is_kept_out(stocked, command)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", [WRITE, "policy strict"])
def test_a_file_in_a_read_only_folder_cannot_be_changed(stocked: Shop, rights: Rights, command: str) -> None:
    before = stocked.db.read_bytes()
    rights(stocked.folder, 0o500)
    is_kept_out(stocked, command)
    assert stocked.db.read_bytes() == before


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", [READ, WRITE, "init"])
def test_a_file_in_a_folder_without_permission_cannot_be_used(stocked: Shop, rights: Rights, command: str) -> None:
    stocked.db = stocked.folder / "closed" / "backsplit.db"
    stocked.db.parent.mkdir()
    rights(stocked.db.parent, 0)
    is_kept_out(stocked, command)
    rights(stocked.db.parent, 0o700)
    stocked.db = stocked.folder / "backsplit.db"


def test_no_file_can_be_made_in_a_read_only_folder(empty: Shop) -> None:
    empty.folder.chmod(0o500)
    is_kept_out(empty, "init")
    assert not any(empty.folder.iterdir())
    empty.folder.chmod(0o700)


# A full disk


@pytest.fixture
def small(empty: Shop) -> Iterator[Shop]:
    """A shop on a disk of its own that has little room."""
    at = empty.folder / "small"
    empty.db = at / "backsplit.db"
    with small_disk(at, "1m"):
        yield empty


def fill_up(folder: Path) -> Path:
    """Take all the room that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError:
            return ballast


@pytest.mark.slow
def test_what_does_not_fit_on_the_disk_changes_nothing(small: Shop) -> None:
    small.done("init")
    small.stock("A1")
    before = contents(small.db)
    rows = "".join(f"M{n},A,1,{'x' * 500}\n" for n in range(3_000))
    small.write("big.csv", "order,sku,quantity,note\n" + rows)
    is_told(small, "import orders big.csv", "disk-full", "room")
    assert contents(small.db) == before
    small.done("check")
    small.done("receive --sku A --qty 1")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("command", [WRITE, "policy strict"])
def test_on_a_full_disk_a_command_changes_nothing(small: Shop, command: str) -> None:
    small.done("init")
    small.stock("A1")
    before = contents(small.db)
    ballast = fill_up(small.db.parent)
    is_told(small, command, "disk-full", "room")
    ballast.unlink()
    assert contents(small.db) == before
    small.done(command)


def test_no_file_is_left_behind_where_there_is_no_room_for_it(small: Shop) -> None:
    with (small.db.parent / "ballast").open("wb") as ballast:
        ballast.write(bytes(990_000))
    is_told(small, "init", "disk-full", "room")
    assert [path.name for path in small.db.parent.iterdir()] == ["ballast"]


def test_no_copy_is_left_behind_where_there_is_no_room_for_it(stocked: Shop) -> None:
    stocked.write("big.csv", "order,sku,quantity,note\n" + "".join(f"M{n},A,1,{'x' * 500}\n" for n in range(3_000)))
    stocked.done("import orders big.csv")
    disk = stocked.folder / "small"
    with small_disk(disk, "1m"):
        answer = stocked(f"backup {disk / 'copy.db'} --json")
        assert (answer.code, answer.error) == (4, "disk-full")
        assert not any(disk.iterdir())


def test_a_file_that_may_not_grow_is_told_as_a_full_disk(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = connection.connect

    def connect_small(path: Path, how: str = "mode=rw") -> sqlite3.Connection:
        db = connect(path, how)
        db.execute("PRAGMA max_page_count = 1")  # as many as it has
        return db

    stocked.write("big.csv", "order,sku,quantity\n" + "".join(f"M{n},A{n},1\n" for n in range(3_000)))
    before = contents(stocked.db)
    with monkeypatch.context() as patch:
        patch.setattr(connection, "connect", connect_small)
        is_told(stocked, "import orders big.csv", "disk-full", "room")
    assert contents(stocked.db) == before


# The answer


def test_an_answer_that_cannot_be_written_is_told_without_a_lie_about_the_file(stocked: Shop) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        read = subprocess_of(stocked, "stock", full)
        written = subprocess_of(stocked, WRITE, full)
    assert (read.returncode, written.returncode) == (1, 0)
    assert read.stderr == "backsplit: the answer could not be written: No space left on device\n"
    assert written.stderr == "backsplit: done, but the answer could not be written: No space left on device\n"
    assert stocked.figures() == {"A": (2, 0)}


def test_a_reader_that_goes_away_is_no_error_of_a_command_that_was_done(stocked: Shop) -> None:
    nobody, end = socket.socketpair()
    nobody.close()
    with end:
        done = subprocess_of(stocked, WRITE, end)
    assert (done.returncode, done.stderr) == (0, "")
    assert stocked.figures() == {"A": (2, 0)}


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("option", ["--json", "--csv", ""])
def test_a_reader_that_has_seen_enough_is_not_shouted_at(stocked: Shop, option: str) -> None:
    stocked.write("many.csv", "order,sku,quantity\n" + "".join(f"M{n},A,1\n" for n in range(3_000)))
    stocked.done("import orders many.csv")
    with start(stocked, "list", "--limit", "3000", *option.split()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(stocked: Shop, closed: str) -> None:
    line = f'exec "$0" -m backsplit --db "$1" receive --sku A --qty 1 {closed}'
    done = subprocess.run(["/bin/sh", "-c", line, sys.executable, stocked.db], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert stocked.figures() == {"A": (2, 0)}


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_the_version_is_no_error_where_nobody_hears_it(closed: str) -> None:
    line = f'exec "$0" -m backsplit --version {closed}'
    done = subprocess.run(["/bin/sh", "-c", line, sys.executable], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def in_ascii(shop: Shop, *words: str | bytes, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [*program("--db", shop.db), *words]
    return subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, **ASCII}, check=False)


@pytest.mark.slow
def test_text_in_utf8_is_text_whatever_the_locale(stocked: Shop) -> None:
    stocked.done("import stock -", "sku,on_hand\nMÜG,1\n")
    stocked.done("import orders -", "order,sku,quantity\nÄ1,MÜG,1\n")
    typed = in_ascii(stocked, "receive", "--sku", "MÜG", "--qty", "1", "--json")
    assert (typed.returncode, typed.stderr) == (0, b"")
    assert "MÜG" in typed.stdout.decode()
    piped = in_ascii(stocked, "ship", "-", "--json", stdin="Ä1\n".encode())
    assert (piped.returncode, piped.stderr) == (0, b"")
    stray = in_ascii(stocked, "receive", "--sku", b"M\xff", "--qty", "1")
    assert stray.returncode == 2
    assert b"not UTF-8" in stray.stderr


def subprocess_of(shop: Shop, command: str, output: object) -> subprocess.CompletedProcess[str]:
    words = program("--db", shop.db, *command.split())
    return subprocess.run(words, stdout=output, stderr=subprocess.PIPE, text=True, check=False)


@pytest.mark.parametrize("line", ["init --db new.db", "list", "today --json", "policy strict"])
def test_an_older_sqlite_is_told_in_one_sentence(shop: Shop, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(connection, "OLDEST_SQLITE", (99, 0, 0))
        answer = shop(line)
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.count("\n") == 1
    assert f"needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}: " in answer.err
