"""A disk that fails: only damage is called damage, the reason is the one that the system gives, and all is taken back.

`tests/robustness/test_faults.py` lets every single call fail.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from backsplit.repository import backups, check, connection, failures, files
from backsplit.signals import Stopped
from bad_disk import Fault, Faulty
from conftest import Answer, Shop
from robustness.processes import contents, holding

FAILED, MALFORMED = "disk I/O error", "database disk image is malformed"
Disk = Callable[[Fault], None]


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A1")
    return shop


def fails(words: str, error: str) -> Fault:
    """Every statement with these words fails."""

    def fault(_: sqlite3.Connection, sql: str) -> None:
        if words in sql:
            raise sqlite3.OperationalError(error)

    return fault


def refusing(number: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def is_told(answer: Answer, code: str, *words: str) -> None:
    assert (answer.code, answer.out) == (4, ""), answer
    assert answer.error == code
    for word in words:
        assert word in answer.err
    for word in ("permission", "writable", ".new", "Traceback"):
        assert word not in answer.err


# Damage, and what only looks like it


def test_a_read_that_failed_once_is_not_told_as_damage(stocked: Shop, disk: Disk) -> None:
    disk(fails("FROM products", MALFORMED))
    is_told(stocked("stock --json"), "disk-error", "sound at a second look")


def test_a_disk_that_yields_nothing_at_a_second_look_either_is_not_told_as_damage(
    stocked: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(path: Path, mode: str, **how: object) -> object:
        return refusing(errno.EIO)() if "buffering" in how else open(path, mode)  # noqa: PTH123

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        disk(lambda _, sql: fails("FROM products", MALFORMED)(_, sql) or fails("integrity", MALFORMED)(_, sql))
        answer = stocked("stock --json")
    is_told(answer, "disk-error", "input/output error")
    assert "damaged" not in answer.err


class Checked:
    """A connection whose check of the file finds this."""

    def __init__(self, found: str) -> None:
        self._found = found

    def execute(self, _: str) -> list[tuple[str]]:
        return [(self._found,)]


def test_a_page_that_cannot_be_read_is_no_defect_of_the_file() -> None:
    with pytest.raises(sqlite3.OperationalError, match=FAILED):
        list(check.defects(Checked("Page 5: unable to get the page. error code=8458")))  # type: ignore[arg-type]


def test_a_page_that_is_not_there_is_a_defect_of_the_file() -> None:
    found = "Page 5: unable to get the page. error code=11"
    assert list(check.defects(Checked(found))) == [found]  # type: ignore[arg-type]


# The reason that is told


def test_the_temporary_folder_that_is_full_is_named(stocked: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", "/tmp/sorting")
    monkeypatch.setattr(failures, "_is_full", lambda folder: folder == Path("/tmp/sorting"))
    disk(fails("FROM products", "database or disk is full"))
    is_told(stocked("stock --json"), "disk-full", "/tmp/sorting is full")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(errno.EMFILE, "read-only", "too many open files"), (errno.EIO, "disk-error", "disk")],
)
def test_the_reason_that_the_system_gives_is_told(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, number: int, code: str, said: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refusing(number))
        is_told(stocked("stock --json"), code, said)


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("error", ["unable to open database file", "attempt to write a readonly database"])
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (errno.EMFILE, "read-only", "too many open files"),
        (errno.EIO, "disk-error", "input/output error"),
        (None, "read-only", "try again"),
    ],
)
def test_of_what_sqlite_cannot_open_the_reason_is_looked_for(
    stocked: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch, error: str, number: int | None, code: str, said: str
) -> None:
    disk(fails("FROM products", error))
    if number is not None:
        monkeypatch.setattr(failures.os, "open", refusing(number))
    is_told(stocked("stock --json"), code, said)


def test_a_disk_that_takes_no_locks_is_not_told_as_busy(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.1)
    with holding(stocked.db, "BEGIN IMMEDIATE"):
        assert stocked("receive --sku A --qty 1 --json").error == "busy"
        monkeypatch.setattr(fcntl, "lockf", refusing(errno.ENOLCK))
        is_told(stocked("receive --sku A --qty 1 --json"), "disk-error", "cannot be locked", "no locks available")


@pytest.mark.parametrize("command", ["import orders orders.csv", "receive --file orders.csv"])
def test_an_input_file_that_the_disk_does_not_yield_is_told_as_such(
    stocked: Shop, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    stocked.write("orders.csv", "order,sku,quantity\nM1,A,1\n")
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", refusing(errno.EIO))
        answer = stocked(f"{command} --json")
    assert (answer.code, answer.error) == (5, "bad-input")
    assert "orders.csv: cannot be read: input/output error" in answer.err


# init


def test_a_file_that_was_made_is_told_whatever_the_disk_does_then(empty: Shop, disk: Disk) -> None:
    disk(fails("journal_mode", FAILED))
    empty.done("init --policy strict")
    disk(fails("no statement", ""))
    assert empty.done("policy --json").json["policy"] == "strict"


def test_an_empty_file_that_cannot_be_filled_stays_empty(empty: Shop, disk: Disk) -> None:
    empty.db.touch()
    disk(fails("COMMIT", FAILED))
    is_told(empty("init --json"), "disk-error", "nothing was changed")
    assert empty.db.read_bytes() == b""
    assert list(empty.folder.iterdir()) == [empty.db]


@pytest.mark.skipif(os.geteuid() != 0, reason="gives files away")
def test_an_empty_file_that_is_filled_keeps_its_owner(empty: Shop) -> None:
    empty.db.touch()
    os.chown(empty.db, 12345, 12346)
    empty.done("init")
    found = empty.db.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 12346, 0o600)


# backup


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("error", [FAILED, MALFORMED, "unable to open database file", "database is locked"])
def test_a_backup_names_what_the_user_named(
    stocked: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.1)

    def fault(db: sqlite3.Connection, sql: str) -> None:
        (_, _, name) = sqlite3.Connection.execute(db, "PRAGMA database_list").fetchone()
        if "/.backsplit-" in name and "FROM" in sql:
            raise sqlite3.OperationalError(error)

    disk(fault)
    answer = stocked("backup copy.db --json")
    assert answer.code == 4
    assert ".new" not in answer.err
    assert "copy.db" in answer.err


def test_a_backup_whose_hidden_name_stays_is_done(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system gave the file its name; only the other one could not be taken away."""
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refusing(errno.EIO))
        stocked.done("backup copy.db")
    stocked.done("--db copy.db check")
    assert not list(stocked.folder.glob(f"{files.PREFIX}*"))


def test_a_backup_does_not_wait_for_ever(stocked: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    def backup(_: sqlite3.Connection, __: object, *, progress: Callable[[int, int, int], None], **___: object) -> None:
        while True:
            progress(connection.BUSY, 1, 1)

    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.0)
    monkeypatch.setattr(Faulty, "backup", backup, raising=False)
    disk(fails("no statement", ""))
    is_told(stocked("backup copy.db --json"), "busy")


# restore


@pytest.fixture
def backed_up(stocked: Shop) -> Shop:
    stocked.done("backup good.db")
    stocked.done("receive --sku A --qty 1")
    return stocked


def kept(shop: Shop) -> list[Path]:
    return [path for path in shop.folder.glob("*.before-restore-*") if not path.name.endswith(("-wal", "-shm"))]


def failing_at_the_end(*, is_done: bool) -> Callable[..., None]:
    """A copy of all pages that fails in its last step; `is_done` after it was made."""

    def backup(db: sqlite3.Connection, to: sqlite3.Connection, *, progress: Callable[..., None], **how: object) -> None:
        def then(status: int, remaining: int, pages: int) -> None:
            progress(status, remaining, pages)
            if not is_done and 0 < remaining < pages * 0.6:
                raise sqlite3.OperationalError(FAILED)

        sqlite3.Connection.backup(db, to, progress=then, **how)  # type: ignore[arg-type]
        (_, _, name) = to.execute("PRAGMA database_list").fetchone()
        if name.endswith("backsplit.db"):
            raise sqlite3.OperationalError(FAILED)

    return backup


def test_a_restore_whose_last_write_fails_changes_nothing(
    backed_up: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(backed_up.db)
    monkeypatch.setattr(Faulty, "backup", failing_at_the_end(is_done=False), raising=False)
    disk(fails("no statement", ""))
    is_told(backed_up("restore good.db --json"), "disk-error", "nothing was changed")
    assert (contents(backed_up.db), kept(backed_up)) == (before, [])


def test_a_restore_that_has_taken_place_all_the_same_is_answered_as_done(
    backed_up: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(backed_up.db)
    monkeypatch.setattr(Faulty, "backup", failing_at_the_end(is_done=True), raising=False)
    disk(fails("no statement", ""))
    told = Path(backed_up.done("restore good.db --json").json["kept"])
    assert (contents(backed_up.db), contents(told)) == (contents(backed_up.folder / "good.db"), before)


def test_where_nobody_knows_whether_it_has_taken_place_what_was_there_is_kept_and_named(
    backed_up: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Faulty, "backup", failing_at_the_end(is_done=True), raising=False)
    with holding(backed_up.db, "SELECT * FROM orders"):
        before = contents(backed_up.db)
        disk(fails("PRAGMA application_id =", FAILED))
        answer = backed_up("restore good.db --json")
    (there,) = kept(backed_up)
    is_told(answer, "uncertain", "nobody knows", "history --limit 1", there.name)
    assert contents(there) == before


def test_pages_of_which_one_could_not_be_read_once_are_not_moved_away(
    backed_up: Shop, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def over_its_pages(*words: object) -> Path:
        tries.append(words)
        if len(tries) == 1:
            raise sqlite3.DatabaseError(MALFORMED)
        return by_pages(*words)  # type: ignore[arg-type]

    by_pages = backups._over_its_pages
    before, inode = contents(backed_up.db), backed_up.db.stat().st_ino
    monkeypatch.setattr(backups, "_over_its_pages", over_its_pages)
    disk(fails("no statement", ""))
    told = Path(backed_up.done("restore good.db --json").json["kept"])
    assert (contents(told), backed_up.db.stat().st_ino) == (before, inode)


def test_a_restore_that_is_stopped_as_it_keeps_the_file_leaves_nothing_behind(
    backed_up: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*words: object, **how: object) -> None:
        files.put_in_place(*words, **how)  # type: ignore[arg-type]
        raise Stopped(2)

    before = contents(backed_up.db)
    monkeypatch.setattr(backups, "put_in_place", stopped)
    assert backed_up("restore good.db").code == 130
    assert (contents(backed_up.db), kept(backed_up)) == (before, [])


@pytest.mark.quick_cases(2)
@pytest.mark.parametrize("content", [None, b"SQLite for"])
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(errno.EMFILE, "read-only", "too many open files"), (errno.EEXIST, "busy", "another program")],
)
def test_a_restore_that_cannot_be_put_in_its_place_puts_back_what_was_there(
    backed_up: Shop, monkeypatch: pytest.MonkeyPatch, content: bytes | None, number: int, code: str, said: str
) -> None:
    backed_up.db.unlink()
    if content is not None:
        backed_up.db.write_bytes(content)
    Path(f"{backed_up.db}-wal").write_bytes(b"log")
    before = {path.name: path.read_bytes() for path in backed_up.folder.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(backups, "put_in_place", refusing(number))
        is_told(backed_up("restore good.db --json"), code, said)
    assert {path.name: path.read_bytes() for path in backed_up.folder.iterdir()} == before
    backed_up.done("restore good.db")


def test_where_it_cannot_be_put_back_either_the_answer_says_where_it_is(
    backed_up: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up.db.write_bytes(b"SQLite for")
    rename = Path.rename
    with monkeypatch.context() as patch:
        patch.setattr(backups, "put_in_place", refusing(errno.EIO))
        patch.setattr(
            Path,
            "rename",
            lambda path, to: refusing(errno.EIO)() if ".before-restore-" in path.name else rename(path, to),
        )
        answer = backed_up("restore good.db --json")
    (there,) = kept(backed_up)
    is_told(answer, "uncertain", there.name)
    assert there.read_bytes() == b"SQLite for"
    backed_up.done("restore good.db")
