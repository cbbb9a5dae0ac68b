"""Files that answers are written to: nothing but an earlier answer is written over."""

from __future__ import annotations

import subprocess

import pytest

from conftest import Shop, once, program

EXPORT = (
    "Name,Email,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Id\n"
    "#1001,a@example.org,paid,unfulfilled,2026-01-01 09:00:00 +0000,1,Tea,A,1\n"
)
OF_ONE_KIND = [
    "list --xlsx",
    "stock --xlsx",
    "shortages --xlsx",
    "promise --xlsx",
    "pick --xlsx",
    "pick --take --xlsx",
    "slip M1 --html",
    "report --html",
    "report --svg",
]
THROUGH = "to-ship --through export.csv --out"


@pytest.fixture
@once
def writes(shop: Shop) -> Shop:
    shop.write("export.csv", EXPORT)
    shop.stock("A9 B0")
    shop.done("import orders export.csv")
    shop.order("M1", "A1")
    shop.order("M2", "B1")
    return shop


def is_refused(shop: Shop, line: str, name: str, word: str) -> None:
    before = {path: path.read_bytes() for path in shop.folder.iterdir() if path.is_file()}
    answer = shop(f"{line} {name}")
    assert (answer.code, answer.out) == (2, ""), answer
    assert word in answer.err
    assert {path: path.read_bytes() for path in shop.folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("line", [*OF_ONE_KIND, THROUGH])
def test_an_answer_can_be_written_anew_over_an_earlier_one_and_into_an_empty_file(writes: Shop, line: str) -> None:
    answer = writes.write("answer", "")
    writes.done(f"{line} answer")
    first = answer.read_bytes()
    assert first
    if "--take" in line:
        writes.order("M3", "A1")
    writes.done(f"{line} answer")
    assert len(answer.read_bytes()) > len(first) / 2


@pytest.mark.parametrize("line", [*OF_ONE_KIND, THROUGH])
def test_an_answer_cannot_be_written_over_the_database(writes: Shop, line: str) -> None:
    is_refused(writes, line, "backsplit.db", "backsplit.db is there already, and is a database: name another file")
    assert writes("check").code == 0


@pytest.mark.parametrize("line", OF_ONE_KIND)
def test_an_answer_cannot_be_written_over_what_is_something_else(writes: Shop, line: str) -> None:
    is_refused(writes, line, "export.csv", "export.csv is there already, and holds something else: name another file")
    assert writes("pick --list 1").code != 0  # `pick --take` has made no list


def test_what_goes_cannot_take_the_place_of_the_export(writes: Shop) -> None:
    is_refused(writes, THROUGH, "export.csv", "export.csv is the export itself")


@pytest.mark.parametrize("line", [*OF_ONE_KIND, THROUGH])
@pytest.mark.parametrize("name", ["''", "/", "."])
def test_an_answer_cannot_be_written_to_a_folder_or_to_no_name(writes: Shop, line: str, name: str) -> None:
    is_refused(writes, line, name, "is a folder: name a file in it")


@pytest.mark.parametrize("line", [*OF_ONE_KIND, THROUGH])
def test_a_folder_that_is_not_there_is_told(writes: Shop, line: str) -> None:
    answer = writes(f"{line} nowhere/answer")
    assert "nowhere/answer cannot be written: no such file or directory" in answer.err


def test_an_answer_can_be_written_into_a_pipe(writes: Shop) -> None:
    words = program("--db", writes.db, "slip", "M1", "--html", "/dev/stdout")
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.startswith("<!doctype html>")


@pytest.mark.parametrize("line", ["promise M7 --csv", "list --sku Z --csv"])
def test_where_a_name_is_not_known_no_header_is_printed(writes: Shop, line: str) -> None:
    answer = writes(line)
    assert (answer.code, answer.out) == (3, "")
