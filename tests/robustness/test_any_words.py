"""Any words behind any command: an answer or a clear error, and a file that is sound and, after an error, as it was.

`BACKSPLIT_LINES=20000 BACKSPLIT_SEED=1 pytest tests/robustness/test_any_words.py -s` is the long run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from backsplit.cli import app
from conftest import Answer, Shop, typed
from robustness.disk.scenes import CSV, FILLED
from robustness.processes import contents, tell

LINES = int(os.environ.get("BACKSPLIT_LINES", "200"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
BEFORE = ["split M1", "expect --file due.csv", "receive --sku B --qty 1 --ref D1", "pick M3 --take", "hold M4"]
KNOWN = (
    "M1 M2 M3 M4 M1-backorder A B C S0 PO-1 D1 strict skip-over Processing Backorder A=1 A=0 A=B 1 2 3 30d 2030-01-02"
)
ODD = """0 -1 1e9 1.5 99999999999999999999 ٣ é × A=-1 A= =3 = A=1=2 2030-13-01 9999-12-31 tomorrow . / - -- * ? %s {0} '
" /dev/null nowhere/it.csv backsplit.db new.csv new.xlsx"""
WORDS = [*KNOWN.split(), *KNOWN.split(), *CSV, *ODD.split(), "", "\n", "a\tb", "\x1b[31m", "\udcff", "x" * 300]


@pytest.fixture
def busy(empty: Shop) -> Shop:
    for name, text in CSV.items():
        empty.write(name, text)
    for words in (*FILLED, *BEFORE):
        empty.done(words)
    return empty


@pytest.mark.slow
def test_any_words_are_answered_and_an_error_changes_nothing(busy: Shop) -> None:
    dice, ends = random.Random(SEED), Counter[int]()
    before, held = {path.name: path.read_bytes() for path in busy.folder.iterdir()}, contents(busy.db)
    for words in (_line(dice) for _ in range(LINES)):
        shutil.rmtree(busy.folder)
        busy.folder.mkdir()
        for name, content in before.items():
            (busy.folder / name).write_bytes(content)
        answer = typed(["--db", str(busy.db), *words], b"sku,quantity\nB,1\n")
        ends[answer.code] += 1
        about = f"{words}: {answer}"
        _is_clear(answer, words, about)
        assert all((busy.folder / name).read_bytes() == before[name] for name in CSV), about
        if answer.code == 0:
            assert busy("check").code == 0, about
        else:
            assert contents(busy.db) == held, about
    tell(f"{LINES} lines, seed {SEED}: {dict(ends.most_common())}")
    assert ends[0] > LINES / 20


def _is_clear(answer: Answer, words: list[str], about: str) -> None:
    assert answer.code in {*range(6), 10}, about  # 10: --exit-code, and nothing was done
    assert answer.code == 0 or answer.err.strip() or answer.out.strip(), about
    assert "\x1b" not in answer.out + answer.err, about
    if "--json" in words and "--" not in words:
        json.loads(answer.out or answer.err)


def _line(dice: random.Random) -> list[str]:
    """A command, some of its options, and words behind it and them."""
    path, command = dice.choice(COMMANDS)
    words = list(path)
    for parameter in command.params:
        names = [name for name in (*parameter.opts, *parameter.secondary_opts) if name.startswith("-")]
        if not names:
            words += dice.choices(WORDS, k=dice.choice([1, 1, 2, 3]) if parameter.nargs < 0 else 1)
        elif not {"--help", "--db"} & set(names) and dice.random() < (0.7 if parameter.required else 0.2):
            words.append(dice.choice(names))
            words += [] if parameter.is_flag else [dice.choice(WORDS)]
    return words + dice.choice([[], [], [], ["--yes"], ["--json"], [dice.choice(WORDS)]])


def _commands(group: Any, context: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, context, (*path, name))
        else:
            yield (*path, name), command


GROUP: Any = typer.main.get_command(app)
COMMANDS = list(_commands(GROUP, GROUP.make_context("backsplit", ["list"], resilient_parsing=True)))
