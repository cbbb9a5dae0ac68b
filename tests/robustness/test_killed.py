"""SIGKILL at random instants: each command is wholly there or not at all, and can be given again.

`BACKSPLIT_KILLS=600 BACKSPLIT_SEED=1 pytest tests/robustness/test_killed.py` is the long run.
"""

from __future__ import annotations

import os
import random
import time

from conftest import Shop
from robustness.big_shop import COMMANDS, Scene, scenes
from robustness.processes import contents, ended, run, start, tell

KILLS = int(os.environ.get("BACKSPLIT_KILLS", "18"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))


def test_a_command_killed_at_any_moment_is_wholly_there_or_not_at_all(empty: Shop) -> None:
    dice = random.Random(SEED)
    killed = done = 0
    for scene in scenes(empty):
        longest = _duration(scene)
        for _ in range(KILLS // len(COMMANDS)):
            instant = dice.uniform(0, 1.05 * longest)
            scene.set()
            was_killed, was_there = _kill(scene, instant)
            killed += was_killed
            done += was_there
    tell(f"seed {SEED}: {killed} killed, {done} of {KILLS} had committed")


def _duration(scene: Scene) -> float:
    scene.set()
    begun = time.monotonic()
    assert run(scene.shop, *scene.command.words).code == 0
    return time.monotonic() - begun


def _kill(scene: Scene, instant: float) -> tuple[bool, bool]:
    shop, command = scene.shop, scene.command
    process = start(shop, *command.words)
    time.sleep(instant)
    process.kill()
    code = ended(process).code
    what = f"{scene.name}, killed after {instant:.4f} s, seed {SEED}"
    there = contents(shop.db)
    assert there in (scene.before, scene.after), f"{what}: half of it is there"
    checked = shop("check")
    assert checked.code == 0, f"{what}: {checked.out}{checked.err}"
    again = shop(" ".join(command.words))
    assert again.code == (command.again if there == scene.after else 0), f"{what}, given again: {again}"
    assert contents(shop.db) == scene.after, f"{what}: given again, it leads elsewhere"
    return code < 0, there == scene.after
