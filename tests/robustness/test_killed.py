"""SIGKILL at any instant: each command is wholly there or not at all, and can be given again.

`BACKSPLIT_KILLS=700 BACKSPLIT_SEED=1 pytest tests/robustness/test_killed.py` is the long run.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from conftest import Shop
from robustness.big_shop import COMMANDS, Scene, scenes
from robustness.processes import contents, ended, is_written, run, start, tell, wait_for

KILLS = int(os.environ.get("BACKSPLIT_KILLS", "13"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
Process = subprocess.Popen[str]


@pytest.mark.slow
def test_a_command_killed_at_any_moment_is_wholly_there_or_not_at_all(empty: Shop) -> None:
    dice = random.Random(SEED)
    fell = Counter[str]()
    turns = itertools.count()  # of all commands: each kind of moment comes, however few turns one command has
    for scene in scenes(empty):
        longest = _duration(scene)
        for turn in itertools.islice(turns, KILLS // len(COMMANDS)):
            fell[_kill(scene, _moment(turn, dice.uniform(0, 1.05 * longest)))] += 1
    tell(f"seed {SEED}: {dict(fell)}")
    assert fell["before the commit"]
    assert fell["after the commit"]


def _duration(scene: Scene) -> float:
    scene.set()
    begun = time.monotonic()
    assert run(scene.shop, *scene.command.words).code == 0
    return time.monotonic() - begun


def _moment(turn: int, seconds: float) -> Callable[[Shop, Process], str]:
    """When to kill: some seconds after the start, as soon as it writes, or as soon as it has committed, in turn.

    The last two come whatever the speed of the machine.
    """

    def after(_shop: Shop, _process: Process) -> str:
        time.sleep(seconds)
        return f"after {seconds:.4f} s"

    def writing(shop: Shop, process: Process) -> str:
        with closing(sqlite3.connect(shop.db)) as watching:
            before = _version(watching)  # a short command may have written between two looks
            wait_for(lambda: is_written(shop.db) or _version(watching) != before, process)
        return "while it wrote"

    def committed(shop: Shop, process: Process) -> str:
        with closing(sqlite3.connect(shop.db)) as watching:
            before = _version(watching)
            wait_for(lambda: _version(watching) != before, process)
        return "once it had committed"

    return (after, writing, committed)[turn % 3]


def _version(connection: sqlite3.Connection) -> int:
    """A number that a commit in another process changes."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


def _kill(scene: Scene, moment: Callable[[Shop, Process], str]) -> str:
    scene.set()
    shop, command = scene.shop, scene.command
    with _nobody_reads() as stdout:
        process = start(shop, *command.words, stdout=stdout)
        instant = moment(shop, process)
        process.kill()
        code = ended(process).code
    what = f"{scene.name}, killed {instant}, seed {SEED}"
    assert code < 0, f"{what}: it ended by itself"
    there = contents(shop.db)
    assert there in (scene.before, scene.after), f"{what}: half of it is there"
    checked = shop("check")
    assert checked.code == 0, f"{what}: {checked.out}{checked.err}"
    again = shop(" ".join(command.words))
    assert again.code == (command.again if there == scene.after else 0), f"{what}, given again: {again}"
    assert contents(shop.db) == scene.after, f"{what}: given again, it leads elsewhere"
    return "after the commit" if there == scene.after else "before the commit"


@contextlib.contextmanager
def _nobody_reads() -> Iterator[int]:
    """A full pipe: a command cannot end before it is killed, because it cannot print its answer."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, bytes(1))
    os.set_blocking(writer, True)
    try:
        yield writer
    finally:
        os.close(writer)
        os.close(reader)
