"""Answers in files: no database, and nothing but an earlier answer, is written over, and nothing half-made is left."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from backsplit.render import parcels
from conftest import Answer, Shop, once, program
from robustness.processes import held_to_permissions, holding, small_disk

EXPORT = (
    "Name,Email,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Id\n"
    "#1001,a@example.org,paid,unfulfilled,2026-01-01 09:00:00 +0000,1,Tea,A,1\n"
)
WORKBOOKS = ["list --xlsx", "stock --xlsx", "shortages --xlsx", "promise --xlsx", "pick --xlsx"]
MARKUP = ["slip M1 --html", "report --html", "report --svg"]
THROUGH = "to-ship --through export.csv --out"
TAKES = "pick --take --xlsx"
EVERY = [*WORKBOOKS, *MARKUP, THROUGH]
SOME = [WORKBOOKS[0], MARKUP[0], THROUGH]  # one of each kind of file
ENDINGS = ["-wal", "-shm", "-journal"]


@pytest.fixture
@once
def writes(shop: Shop) -> Shop:
    shop.write("export.csv", EXPORT)
    shop.stock("A9 B0")
    shop.done("import orders export.csv")
    shop.order("M1", "A1")
    shop.order("M2", "B1")
    shop.done("promise")  # the days that it finds are kept in the file for the next question
    return shop


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if not one.name.endswith("-shm")}


def is_refused(shop: Shop, line: str, code: int, words: str) -> Answer:
    before = {path: path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()}
    answer = shop(line)
    assert (answer.code, answer.out) == (code, ""), answer
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err
    assert {path: path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()} == before
    return answer


# Names


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("line", [*EVERY, TAKES])
def test_an_answer_cannot_be_written_to_a_folder_or_to_no_name(writes: Shop, line: str) -> None:
    for name in ("''", "/", "."):
        is_refused(writes, f"{line} {name}", 2, "is a folder: name a file in it")


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("line", [*EVERY, TAKES])
def test_a_folder_that_is_not_there_is_told(writes: Shop, line: str) -> None:
    answer = writes(f"{line} nowhere/answer")
    assert "nowhere/answer cannot be written: no such file or directory" in answer.err


def test_an_answer_can_be_written_into_a_pipe(writes: Shop) -> None:
    words = program("--db", writes.db, "slip", "M1", "--html", "/dev/stdout")
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.startswith("<!doctype html>")


# Databases


def test_an_answer_cannot_be_written_over_the_database(writes: Shop) -> None:
    for line in [*EVERY, TAKES]:
        is_refused(
            writes, f"{line} backsplit.db", 2, "backsplit.db is there already, and is a database: name another file"
        )
    assert writes("check").code == 0


def test_an_answer_cannot_take_the_name_of_what_sqlite_keeps_beside_the_file(writes: Shop) -> None:
    for line in EVERY:
        for ending in ENDINGS:
            is_refused(writes, f"{line} backsplit.db{ending}", 2, "belongs to the database itself: name another file")


def test_an_answer_cannot_take_the_name_of_what_sqlite_keeps_beside_another_database(writes: Shop) -> None:
    with closing(sqlite3.connect(writes.folder / "other.db")) as db:
        db.execute("CREATE TABLE t (x)")
    for line in SOME:
        for ending in ENDINGS:
            is_refused(writes, f"{line} other.db{ending}", 2, "belongs to the database")


def test_an_answer_can_have_such_a_name_where_there_is_no_database(writes: Shop) -> None:
    writes.write("notes", "no database")
    writes.done("stock --xlsx notes-wal")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", SOME)
def test_a_log_that_another_program_keeps_alive_is_not_replaced(writes: Shop, line: str) -> None:
    with holding(writes.db, "SELECT * FROM orders"):
        writes.done("receive --sku B --qty 5")
        answer = writes(f"{line} backsplit.db-wal")
        assert (answer.code, answer.out) == (2, ""), answer
    assert writes.figures()["B"] == (5, 1)


def test_samples_cannot_take_the_name_of_what_sqlite_keeps_beside_the_file(writes: Shop) -> None:
    is_refused(writes, "demo backsplit.db-journal", 2, "belongs to the database itself: name another folder")
    assert writes("check").code == 0


@pytest.mark.parametrize("line", ["backup other.db-wal", "--db other.db-wal init"])
def test_no_database_can_take_the_name_of_what_sqlite_keeps_beside_another_one(writes: Shop, line: str) -> None:
    with closing(sqlite3.connect(writes.folder / "other.db")) as db:
        db.execute("CREATE TABLE t (x)")
    is_refused(writes, line, 1 if "backup" in line else 4, "belongs to the database")


# Links


def test_a_link_that_was_planted_is_not_followed(writes: Shop) -> None:
    victim = writes.write("victim.txt", "mine\n")
    for name in (".labels.csv.new", ".backsplit-labels.csv.new"):
        (writes.folder / name).symlink_to(victim)
    writes.done(f"{THROUGH} labels.csv")
    assert victim.read_text() == "mine\n"


def test_an_answer_is_not_written_through_a_link_that_leads_nowhere(writes: Shop) -> None:
    (writes.folder / "answer").symlink_to(writes.folder / "nowhere")
    for line in SOME:
        is_refused(writes, f"{line} answer", 2, "is a link that leads nowhere: name the file itself")


def test_samples_are_not_written_through_a_link_that_leads_nowhere(empty: Shop) -> None:
    (empty.folder / "samples").mkdir()
    (empty.folder / "samples" / "orders.csv").symlink_to(empty.folder / "nowhere.csv")
    answer = empty("demo samples")
    assert (answer.code, "orders.csv is there already, and is not the sample" in answer.err) == (1, True), answer
    assert not (empty.folder / "nowhere.csv").exists()
    assert names(empty.folder / "samples") == {"orders.csv"}


def test_an_answer_can_be_written_over_an_earlier_one_that_a_link_leads_to(writes: Shop) -> None:
    writes.done("stock --xlsx monday.xlsx")
    (writes.folder / "latest.xlsx").symlink_to(writes.folder / "monday.xlsx")
    writes.done("stock --xlsx latest.xlsx")
    assert (writes.folder / "latest.xlsx").is_symlink()


# What an earlier answer is


NOT_OURS = {
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "notes.txt": b"call Ann about the tea\n",
    "page.html": b"<!doctype html>\n<html><head><title>My shop</title></head></html>\n",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>\n',
    "counts.csv": b"sku,on_hand\nA,1\n",
}


def test_what_is_no_earlier_answer_stays(writes: Shop) -> None:
    for line in SOME:
        for name, content in NOT_OURS.items():
            (writes.folder / name).write_bytes(content)
            is_refused(
                writes, f"{line} {name}", 2, f"{name} is there already, and holds something else: name another file"
            )


@pytest.mark.quick_cases(3)
@pytest.mark.parametrize("line", [*WORKBOOKS, *MARKUP, TAKES])
def test_an_answer_cannot_take_the_place_of_an_export(writes: Shop, line: str) -> None:
    is_refused(writes, f"{line} export.csv", 2, "export.csv is there already, and holds something else")
    assert writes("pick --list 1").code != 0  # `pick --take` has made no list


def test_what_goes_cannot_take_the_place_of_its_export(writes: Shop) -> None:
    is_refused(writes, f"{THROUGH} export.csv", 2, "export.csv is the export itself")


@pytest.mark.parametrize("line", WORKBOOKS[:1])
def test_a_workbook_or_an_archive_of_somebody_else_stays(writes: Shop, line: str) -> None:
    with zipfile.ZipFile(writes.folder / "holiday.zip", "w") as archive:
        archive.writestr("photo.jpg", b"...")
    is_refused(writes, f"{line} holiday.zip", 2, "holds something else")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(writes.folder / "mine.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["sku", "name", "insert", "on_hand", "allocated", "owed"])
    is_refused(writes, f"{line} mine.xlsx", 2, "holds something else")


def test_a_workbook_that_somebody_has_worked_on_stays(writes: Shop) -> None:
    """A spreadsheet keeps its texts in one place when it saves a workbook; this program does not."""
    writes.done("stock --xlsx it.xlsx")
    with zipfile.ZipFile(writes.folder / "it.xlsx") as ours:
        parts = {name: ours.read(name) for name in ours.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b't="inlineStr"><is><t>sku</t></is>', b't="s"><v>0</v>')
    with zipfile.ZipFile(writes.folder / "it.xlsx", "w") as theirs:
        for name, content in parts.items():
            theirs.writestr(name, content)
    is_refused(writes, "stock --xlsx it.xlsx", 2, "holds something else")


@pytest.mark.quick_cases(4)
@pytest.mark.parametrize("line", [*EVERY, TAKES])
def test_an_answer_can_be_written_into_an_empty_file_and_over_an_earlier_one(writes: Shop, line: str) -> None:
    answer = writes.write("answer", "")
    writes.done(f"{line} answer")
    first = answer.read_bytes()
    assert first
    if line == TAKES:
        writes.order("M3", "A1")
    writes.done(f"{line} answer")
    assert len(answer.read_bytes()) > len(first) / 2
    assert names(writes.folder) == {"answer", "backsplit.db", "export.csv"}


def test_what_came_into_the_place_meanwhile_stays(writes: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def meanwhile(slips: object) -> str:
        writes.write("answer.html", "mine\n")
        return before(slips)

    before = parcels.slip_html
    monkeypatch.setattr(parcels, "slip_html", meanwhile)
    answer = writes("slip M1 --html answer.html")
    assert (answer.code, "holds something else" in answer.err) == (2, True), answer
    assert (writes.folder / "answer.html").read_text() == "mine\n"


# Rights


def test_only_its_owner_may_read_an_answer(writes: Shop) -> None:
    for line in EVERY:
        before = os.umask(0)
        try:
            writes.done(f"{line} answer")
        finally:
            os.umask(before)
        assert (writes.folder / "answer").stat().st_mode & 0o777 == 0o600
        (writes.folder / "answer").unlink()


def test_an_answer_keeps_the_rights_of_the_earlier_one(writes: Shop) -> None:
    for line in SOME:
        for mode in [0o640, 0o644]:
            writes.done(f"{line} answer")
            (writes.folder / "answer").chmod(mode)
            writes.done(f"{line} answer")
            assert (writes.folder / "answer").stat().st_mode & 0o777 == mode
        (writes.folder / "answer").unlink()


def test_samples_are_readable_by_their_owner_alone(empty: Shop) -> None:
    empty.done("demo samples")
    assert {one.stat().st_mode & 0o777 for one in (empty.folder / "samples").iterdir()} == {0o600}


# The system does not let it be written


def test_a_device_that_is_full_is_told(writes: Shop) -> None:
    for line in EVERY:
        is_refused(
            writes, f"{line} /dev/full", 5, "/dev/full cannot be written: the disk is full; make room and try again"
        )
        if line not in WORKBOOKS:
            assert is_refused(writes, f"{line} /dev/full --json", 5, "the disk is full").error == "output"


@pytest.mark.slow
@pytest.mark.parametrize("line", SOME)
def test_a_full_disk_is_told_and_nothing_is_left_on_it(writes: Shop, line: str) -> None:
    disk = writes.folder / "disk"
    with small_disk(disk, "8k"):
        (disk / "full").write_bytes(bytes(8192))
        answer = writes(f"{line} disk/answer")
        assert (answer.code, answer.out) == (5, ""), answer
        assert "disk/answer cannot be written: the disk is full; make room and try again\n" in answer.err
        assert answer.err.count("\n") == 1
        assert names(disk) == {"full"}


@pytest.mark.slow
@pytest.mark.parametrize("line", SOME)
def test_a_full_temporary_folder_does_not_matter(writes: Shop, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = writes.folder / "tmp"
    with small_disk(disk, "8k"):
        (disk / "full").write_bytes(bytes(8192))
        monkeypatch.setenv("TMPDIR", str(disk))
        monkeypatch.setattr(tempfile, "tempdir", None)
        writes.done(f"{line} answer")
        assert names(disk) == {"full"}


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", SOME)
def test_a_folder_that_may_not_be_written_is_told(writes: Shop, line: str) -> None:
    (writes.folder / "locked").mkdir(mode=0o500)
    done = subprocess.run(
        program("--db", writes.db, *line.split(), "locked/answer"),
        capture_output=True, text=True, check=False, cwd=writes.folder, preexec_fn=held_to_permissions,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (5, ""), done
    assert "locked/answer cannot be written: permission denied; check its folder" in done.stderr
    assert not names(writes.folder / "locked")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", EVERY)
def test_an_earlier_answer_that_may_not_be_read_is_told_and_is_no_wrong_usage(writes: Shop, line: str) -> None:
    writes.write("answer", "").chmod(0)
    done = subprocess.run(
        program("--db", writes.db, *line.split(), "answer"),
        capture_output=True, text=True, check=False, cwd=writes.folder, preexec_fn=held_to_permissions,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (5, ""), done
    assert "answer cannot be written: permission denied; check its folder" in done.stderr
    assert done.stderr.count("\n") == 1


# Others, and what was killed


KILLED_WHEN_HALF_MADE = """
import os, signal, sys
from backsplit.repository import files
from backsplit.__main__ import main

def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

files.put_in_place = killed
main()
"""


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", SOME)
def test_what_a_killed_command_has_left_is_for_its_owner_alone_and_gone_with_the_next(writes: Shop, line: str) -> None:
    words = [sys.executable, "-c", KILLED_WHEN_HALF_MADE, "--db", writes.db, *line.split(), "answer"]
    before = os.umask(0)
    try:
        done = subprocess.run(words, capture_output=True, check=False, cwd=writes.folder)
    finally:
        os.umask(before)
    assert done.returncode == -signal.SIGKILL
    (left,) = writes.folder.glob(".backsplit-*.new")
    assert left.stat().st_mode & 0o077 == 0
    writes.done(f"{line} answer")
    assert names(writes.folder) == {"answer", "backsplit.db", "export.csv"}


WAITS_WHEN_HALF_MADE = """
import sys
from backsplit.repository import files
from backsplit.__main__ import main

def waits(*words, **named):
    print("half-made", flush=True)
    sys.stdin.readline()
    put(*words, **named)

put, files.put_in_place = files.put_in_place, waits
sys.exit(main())
"""


@contextmanager
def half_made(shop: Shop, line: str) -> Iterator[subprocess.Popen[str]]:
    """A command that has made its answer and has not given it its name yet."""
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", WAITS_WHEN_HALF_MADE, "--db", str(shop.db), *line.split()]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=shop.folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half-made\n"
        yield process


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", SOME)
def test_two_commands_can_write_the_same_answer(writes: Shop, line: str) -> None:
    with half_made(writes, f"{line} answer") as first:
        writes.done(f"{line} answer")
        assert len(list(writes.folder.glob(".backsplit-*.new"))) == 1
        first.communicate("\n")
    assert first.returncode == 0
    assert names(writes.folder) == {"answer", "backsplit.db", "export.csv"}
    writes.done(f"{line} answer")


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", SOME)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_once_an_answer_gets_its_name_it_is_too_late_to_stop(writes: Shop, line: str, number: int) -> None:
    with half_made(writes, f"{line} answer") as process:
        process.send_signal(number)
        out, err = process.communicate("\n")
    assert process.returncode == 0, (out, err)
    assert (writes.folder / "answer").exists()


@pytest.mark.parametrize("line", SOME)
def test_an_answer_in_its_place_is_told_though_what_is_left_cannot_be_taken_away(
    writes: Shop, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    for name in ("rmdir", "unlink"):
        monkeypatch.setattr(Path, name, fails)
    writes.done(f"{line} answer")
    monkeypatch.undo()
    assert (writes.folder / "answer").exists()
