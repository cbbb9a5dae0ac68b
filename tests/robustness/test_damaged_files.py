"""A file damaged anywhere, in any way: no command stumbles, what is called damaged is, and a backup puts it right.

`BACKSPLIT_DAMAGES=20000 BACKSPLIT_SEED=1 pytest tests/robustness/test_damaged_files.py -s` is the long run.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Answer, Shop
from robustness.disk.scenes import COMMANDS, COPIES, CSV, FILLED
from robustness.processes import contents, tell

DAMAGES = int(os.environ.get("BACKSPLIT_DAMAGES", "20"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
PAGE = 4096
SIZES = (1, 2, 4, 8, 20, 200, 1000, PAGE, 9000)  # bytes that are damaged together
READ = ["list", "show M1", "stock", "shortages", "history", "history --sku B", "promise M1", "report", "slip M3"]
LINES = [*(f"{words} --json" for words in READ if not words.startswith("slip")), *READ]
LINES += [command.words for command in COMMANDS.values() if not command.before]


@pytest.fixture
def filled(empty: Shop) -> Shop:
    for name, text in CSV.items():
        empty.write(name, text)
    for words in FILLED:
        empty.done(words)
    empty.done("receive --sku B --qty 1")
    return empty


def damaged(sound: bytes, dice: random.Random) -> bytes:
    """The same with some of its bytes changed, in the schema, at the beginning of a page or anywhere; or cut off."""
    found = bytearray(sound)
    for _ in range(dice.choice([1, 1, 2, 5])):
        at = dice.choice([dice.randrange(PAGE), dice.randrange(0, len(found), PAGE) + dice.randrange(40)])
        at = dice.choice([at, dice.randrange(len(found))])
        size = min(dice.choice(SIZES), len(found) - at)
        found[at : at + size] = dice.choice([dice.randbytes(size), b"\xff" * size, bytes(size)])
    return bytes(found if dice.random() < 0.9 else found[: dice.randrange(len(found))])


def test_no_command_stumbles_over_damage_and_what_is_called_damaged_is(filled: Shop) -> None:
    sound, dice, ends = filled.db.read_bytes(), random.Random(SEED), Counter[int]()
    for number in range(DAMAGES):
        line, hurt = dice.choice(LINES), damaged(sound, dice)
        _put(filled, hurt)
        answer = filled(line)
        ends[answer.code] += 1
        about = f"{number}, {line}: {answer}"
        assert answer.code in (0, 1, 3, 4), about
        if "damaged" in answer.err or "does not fit together" in answer.err:
            _put(filled, hurt)
            assert filled("check").code != 0, about
    tell(f"{DAMAGES} damaged files, seed {SEED}: {dict(ends.most_common())}")


@pytest.mark.slow
def test_a_damaged_backup_takes_no_place_and_a_sound_one_takes_that_of_damage(filled: Shop) -> None:
    filled.done("backup other.db")
    sound, dice, ends = (filled.folder / "other.db").read_bytes(), random.Random(SEED), Counter[bool]()
    for number in range(DAMAGES):
        hurt = damaged(sound, dice)
        for file, backup in ((sound, hurt), (hurt, sound)):
            _put(filled, file)
            (filled.folder / "other.db").write_bytes(backup)
            answer = filled("restore other.db")
            is_restored = _is_restored(answer, filled, file, backup, f"{number}, {answer}")
            if file is hurt:
                ends[is_restored] += 1
    tell(f"{DAMAGES} damaged files, seed {SEED}: {ends[True]} restored, {ends[False]} taken for other programs'")
    assert ends[True] > 10 * ends[False]


def _is_restored(answer: Answer, shop: Shop, file: bytes, backup: bytes, about: str) -> bool:
    if answer.code == 0:
        assert shop("check").code == 0, about
        assert contents(shop.db) == contents(shop.folder / "other.db"), about
        return True
    assert answer.code in (1, 4), about
    assert "other.db" in answer.err or "another program" in answer.err, about
    assert "cannot be the name" not in answer.err, about
    assert shop.db.read_bytes() == file, about
    assert (shop.folder / "other.db").read_bytes() == backup, about
    return False


def _put(shop: Shop, content: bytes) -> None:
    """The file alone, beside what is read in."""
    for one in _not_read_in(shop.folder):
        one.unlink()
    shop.db.write_bytes(content)


def _not_read_in(folder: Path) -> Iterator[Path]:
    return (one for one in list(folder.iterdir()) if one.name not in CSV and one.name not in COPIES[1:])


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize("line", ["list", "split M1 --json", "check", "backup copy.db", "restore other.db", "init"])
def test_names_in_the_schema_that_are_no_text_are_damage(filled: Shop, line: str) -> None:
    """SQLite puts such a name into its own message, which Python cannot read then."""
    filled.done("backup other.db")
    for path in (filled.db, filled.folder / "other.db"):
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(
                "UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT), sql = 'CREATE INDEX'"
                " WHERE rowid = (SELECT max(rowid) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL)"
            )
            db.commit()
    answer = filled(line)
    assert (answer.code, "damaged" in answer.err + answer.out) == (4, True), answer
