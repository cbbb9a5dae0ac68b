"""Faults at single calls to the disk: the file is sound, a command is whole or not there, and what it says is true.

`BACKSPLIT_FAULTS=all pytest -s tests/robustness/test_faults.py` makes every kind of fault at every call of every
command, cold and warm; a number instead makes so many, drawn by `BACKSPLIT_SEED`. `BACKSPLIT_FAULTS_OF` names commands,
with commas between. With -s, figures are printed.
"""

from __future__ import annotations

import errno
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from conftest import Shop
from robustness.disk.calls import Commands, Ended, Fault, Happens, Kind, commands
from robustness.disk.scenes import COMMANDS, Folder, Scene, scenes, watched
from robustness.disk.truth import untrue
from robustness.processes import tell

RUNS = os.environ.get("BACKSPLIT_FAULTS", "40")
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
NAMES = [name for name in os.environ.get("BACKSPLIT_FAULTS_OF", "").split(",") if name] or list(COMMANDS)
PATIENCE = 0.05  # seconds that a command waits for others: where locks fail, it waits in vain
AGAIN = 7  # after every so many runs the command is given again

FAULTS = [
    *(
        Fault(kinds, 0, happens, number, lasting)
        for kinds, happens, number in [
            (Kind.READ, Happens.FAIL, errno.EIO),
            (Kind.WRITE, Happens.FAIL, errno.EIO),
            (Kind.WRITE, Happens.FAIL, errno.ENOSPC),
            (Kind.WRITE, Happens.HALF, errno.ENOSPC),
            (Kind.WRITE, Happens.FAIL, errno.EDQUOT),
            (Kind.WRITE, Happens.TORN, errno.EIO),
            (Kind.SYNC, Happens.FAIL, errno.EIO),
            (Kind.TRUNCATE, Happens.FAIL, errno.EIO),
            (Kind.OPEN, Happens.FAIL, errno.EIO),
            (Kind.OPEN, Happens.FAIL, errno.EMFILE),
            (Kind.OPEN, Happens.FAIL, errno.EACCES),
            (Kind.NAME, Happens.FAIL, errno.EIO),
            (Kind.LOCK, Happens.FAIL, errno.EIO),
            (Kind.LOCK, Happens.FAIL, errno.ENOLCK),
            (Kind.MAP, Happens.FAIL, errno.ENOMEM),
        ]
        for lasting in (False, True)
    ),
    Fault(Kind.READ, 0, Happens.HALF, errno.EIO),
    Fault(Kind.ANY, 0, Happens.FAIL, errno.EIO, lasting=True),  # the disk is gone
    *(Fault(Kind.ANY, 0, Happens.SIGNAL, number) for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)),
    Fault(Kind.WRITE, 0, Happens.CRASH, signal.SIGKILL),
]


class Case(NamedTuple):
    scene: Scene
    fault: Fault
    in_json: bool

    def __str__(self) -> str:
        return f"{self.scene}{' --json' * self.in_json}, {self.fault}"


@pytest.mark.slow
def test_at_every_call_to_the_disk_a_fault_leaves_it_whole_or_not_there_and_the_answer_is_true(empty: Shop) -> None:
    here, elsewhere = empty.folder / "watched", empty.folder / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    with commands(here, PATIENCE) as run, watched(here, elsewhere) as folder:
        cases = list(_cases(list(scenes(folder, run, NAMES)), folder, run))
        wrong, ends = [], Counter[str]()
        for number, case in enumerate(cases):
            ended, found = _told(case, folder, run, again=number % AGAIN == 0)
            ends[_end(ended)] += 1
            wrong += [f"{case}: {one}\n    {ended.code} {(ended.err or ended.out).strip()}" for one in found]
    tell(f"{len(cases)} runs, seed {SEED}, {len(wrong)} untrue; {dict(ends.most_common())}")
    assert not wrong, "\n".join(wrong)


def _cases(found: list[Scene], folder: Folder, run: Commands) -> Iterator[Case]:
    """Every fault at every call of every command; of these, as many as are wanted."""
    dice = random.Random(SEED)
    cases = [Case(scene, fault, dice.random() < 0.5) for scene in found for fault in _faults(scene, folder, run)]
    return iter(cases if RUNS == "all" else dice.sample(cases, min(int(RUNS), len(cases))))


def _faults(scene: Scene, folder: Folder, run: Commands) -> Iterator[Fault]:
    folder.set(scene.files, warm=scene.warm)
    counted = run(*scene.words(in_json=False))
    for fault in FAULTS:
        for at in range(1, counted.calls(fault.kinds) + 1):
            yield fault._replace(at=at)


def _told(case: Case, folder: Folder, run: Commands, *, again: bool) -> tuple[Ended, list[str]]:
    """How the command ended with this fault, and what is not true then; or when it is given again without one."""
    scene = case.scene
    folder.set(scene.files, warm=scene.warm)
    ended = run(*scene.words(in_json=case.in_json), fault=case.fault)
    found = list(untrue(scene, case.fault, ended, folder, in_json=case.in_json))
    if again and not found:
        found += _repeated(scene, folder, run)
    return ended, found


def _repeated(scene: Scene, folder: Folder, run: Commands) -> Iterator[str]:
    """Nothing, if the command leads where it shall when it is given again."""
    is_done = folder.held() == scene.after and folder.live(scene) == scene.after.file
    repeated = run(*scene.words(in_json=False))
    if repeated.code != (scene.command.again if is_done else 0):
        yield f"given again, it ends with {repeated.code}: {repeated.err}"
    file, copies, kept = folder.held()
    if not is_done and not ((file, copies) == scene.after[:2] and all(one in kept for one in scene.after.kept)):
        yield "given again, it leads elsewhere"


def _end(ended: Ended) -> str:
    return "uncertain" if "nobody knows" in ended.err else str(ended.code)
