"""A COMMIT that fails: the answer says whether the change is in the file, and where nobody knows, it says that."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable

import pytest

from backsplit.repository import connection
from bad_disk import Fault
from conftest import Shop
from robustness.processes import contents, holding

FAILED = "disk I/O error"
RECEIVE = "receive --sku A --qty 1 --ref ASN-1"


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    shop.stock("A1")
    return shop


def fails_at_commits(*commits: int, after: bool = False) -> Fault:
    """The commits of these numbers, from 0, raise; `after` they have taken place."""
    seen: list[str] = []

    def fault(db: sqlite3.Connection, sql: str) -> None:
        if sql != "COMMIT":
            return
        seen.append(sql)
        if len(seen) - 1 in commits:
            if after:
                sqlite3.Connection.execute(db, sql)
            raise sqlite3.OperationalError(FAILED)

    return fault


@pytest.mark.parametrize("json", ["", " --json"])
def test_a_commit_that_failed_is_told_and_the_file_is_as_before(
    stocked: Shop, disk: Callable[[Fault], None], json: str
) -> None:
    before = contents(stocked.db)
    disk(fails_at_commits(0))
    answer = stocked(RECEIVE + json)
    assert (answer.code, answer.out) == (4, "")
    assert "nothing was changed" in answer.err
    assert contents(stocked.db) == before
    if json:
        assert answer.error == "disk-error"


@pytest.mark.parametrize("command", [RECEIVE, "policy strict", "adjust --sku A --to 2 --reason found"])
def test_a_commit_that_failed_but_took_place_is_answered_as_done(
    stocked: Shop, disk: Callable[[Fault], None], command: str
) -> None:
    disk(fails_at_commits(0, after=True))
    answer = stocked.done(f"{command} --json")
    stocked.done("check")
    assert stocked.done("history --limit 1 --json").json[0]["change"] == 2
    assert answer.err == ""


@pytest.mark.parametrize("command", [RECEIVE, "import orders orders.csv"])
def test_where_the_file_cannot_be_written_any_more_the_answer_is_what_the_next_process_will_see(
    stocked: Shop, disk: Callable[[Fault], None], command: str
) -> None:
    stocked.write("orders.csv", "order,sku,quantity\nM1,A,1\n")
    before = contents(stocked.db)
    disk(fails_at_commits(0, 1))
    answer = stocked(f"{command} --json")
    assert (answer.code, answer.error) == (4, "disk-error")
    assert contents(stocked.db) == before


@pytest.mark.parametrize("after", [False, True])
def test_where_nobody_knows_the_answer_says_so_and_what_to_type(
    stocked: Shop, disk: Callable[[Fault], None], after: bool
) -> None:
    with holding(stocked.db, "UPDATE settings SET value = value"):
        disk(fails_at_commits(0, 1, after=after))
        plain = stocked(RECEIVE)
        disk(fails_at_commits(0, 1, after=after))
        answer = stocked(f"{RECEIVE}-2 --json")
    for one in (plain, answer):
        assert (one.code, one.out) == (4, "")
        assert f"`backsplit --db {stocked.db} history --limit 1`" in one.err
        assert "--ref" in one.err
        assert "nothing was changed" not in one.err
    assert answer.error == "uncertain"


def test_a_change_of_somebody_else_is_not_taken_for_ones_own(stocked: Shop, disk: Callable[[Fault], None]) -> None:
    """It has the same number, since the first one was taken back."""
    fails = fails_at_commits(0)

    def fault(db: sqlite3.Connection, sql: str) -> None:
        try:
            fails(db, sql)
        except sqlite3.OperationalError:
            sqlite3.Connection.execute(db, "ROLLBACK")
            stocked.done("receive --sku A --qty 7")
            raise

    disk(fault)
    answer = stocked(RECEIVE)
    assert (answer.code, "nothing was changed" in answer.err) == (4, True)
    assert stocked.figures() == {"A": (8, 0)}


def test_a_file_that_a_reader_holds_without_a_log_is_waited_for(stocked: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.1)
    with holding(stocked.db, "PRAGMA journal_mode = DELETE", "BEGIN", "SELECT * FROM orders"):
        before = contents(stocked.db)
        assert stocked(f"{RECEIVE} --json").error == "busy"
        assert contents(stocked.db) == before
    stocked.done(RECEIVE)


# A file that is moved or replaced meanwhile


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_moved_before_the_commit_is_not_changed(
    stocked: Shop, disk: Callable[[Fault], None], replaced: bool
) -> None:
    stocked.done("backup other.db")
    before = contents(stocked.db)

    def fault(_: sqlite3.Connection, sql: str) -> None:
        if sql.startswith("INSERT INTO changes"):
            stocked.db.rename(stocked.folder / "away.db")
            if replaced:
                (stocked.folder / "other.db").rename(stocked.db)

    disk(fault)
    answer = stocked(RECEIVE)
    assert answer.code == 4
    assert "moved or replaced" in answer.err
    assert "nothing was changed" in answer.err
    for left in stocked.folder.glob("*.db-*"):
        left.unlink()
    (stocked.folder / "away.db").replace(stocked.db)
    assert contents(stocked.db) == before


def test_a_file_that_is_replaced_at_the_commit_may_have_the_change_in_the_log_that_stayed(
    stocked: Shop, disk: Callable[[Fault], None]
) -> None:
    shutil.copyfile(stocked.db, stocked.folder / "other.db")
    before = contents(stocked.db)

    def fault(_: sqlite3.Connection, sql: str) -> None:
        if sql == "COMMIT":
            stocked.db.rename(stocked.folder / "away.db")
            (stocked.folder / "other.db").rename(stocked.db)

    disk(fault)
    answer = stocked(f"{RECEIVE} --json")
    assert (answer.code, answer.error) == (4, "uncertain")
    assert "or, where its -wal file stayed here, in this one" in answer.err
    assert contents(stocked.db) != before
    assert contents(stocked.folder / "away.db") == before


def test_a_file_that_is_moved_at_the_commit_is_told(stocked: Shop, disk: Callable[[Fault], None]) -> None:
    def fault(_: sqlite3.Connection, sql: str) -> None:
        if sql == "COMMIT":
            stocked.db.rename(stocked.folder / "away.db")

    disk(fault)
    answer = stocked(f"{RECEIVE} --json")
    assert (answer.code, answer.error) == (4, "uncertain")
    (stocked.folder / "away.db").replace(stocked.db)
