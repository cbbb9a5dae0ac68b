"""The first to open a file after an upgrade bring it up to date, once, however many they are."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from conftest import Shop
from robustness.processes import workers

PROCESSES, ROUNDS = 8, 15
NEWER = """
from backsplit.repository import schema
schema.MIGRATIONS["m999_made_up"] = "CREATE TABLE made_up (n INTEGER) STRICT;\\nINSERT INTO made_up VALUES (1);\\n"
"""


@pytest.mark.slow
def test_eight_processes_open_a_file_that_needs_migrating(shop: Shop) -> None:
    shop.stock("A1")
    copies = [shop.folder / f"{n}.db" for n in range(ROUNDS)]
    for copy in copies:
        shutil.copyfile(shop.db, copy)
    with workers(PROCESSES, NEWER) as processes:
        for copy in copies:
            for process in processes:
                process.send("--db", str(copy), "stock", "--json")
            answers = [process.answer() for process in processes]
            assert {answer.code for answer in answers} == {0}, answers
            with closing(sqlite3.connect(copy)) as db:
                assert db.execute("SELECT count(*) FROM made_up").fetchone() == (1,)


@pytest.mark.slow
def test_eight_processes_make_the_same_file(empty: Shop) -> None:
    files = [empty.folder / f"{n}.db" for n in range(4)]
    for file in files[::2]:
        file.touch()
    with workers(PROCESSES) as processes:
        for file in files:
            for process in processes:
                process.send("--db", str(file), "init", "--json")
            answers = [process.answer() for process in processes]
            assert {answer.code for answer in answers} == {0}, answers
            assert sum(answer.json["created"] for answer in answers) == 1
    left = {path for path in empty.folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}
    assert left == set(files)  # two that close a file at once may leave these two beside it
