"""Ctrl-C and SIGTERM: the file as before, the exit code of the signal, one line; or all of it, and the answer."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backsplit import signals
from backsplit.cli import output
from backsplit.repository import commit
from conftest import Shop
from robustness.big_shop import COMMANDS, Scene, scenes
from robustness.processes import Terminal, contents, ended, hears_signals, holding, start, tell, wait_for

ROUNDS = int(os.environ.get("BACKSPLIT_SIGNALS", "13")) // len(COMMANDS)
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
SIGNALS = [
    (signal.SIGINT, 130, "backsplit: stopped; the file is as it was before\n"),
    (signal.SIGTERM, 143, "backsplit: terminated; the file is as it was before\n"),
]
BOTH = pytest.mark.parametrize(("number", "code", "sentence"), SIGNALS, ids=["ctrl-c", "sigterm"])
IN_JSON = '{"error": {"code": "stopped", "message": "terminated; the file is as it was before"}}\n'


@BOTH
def test_a_command_that_is_stopped_leaves_the_file_as_before(shop: Shop, number: int, code: int, sentence: str) -> None:
    shop.stock("A1")
    before = contents(shop.db)
    with holding(shop.db, "BEGIN IMMEDIATE"):
        process = start(shop, "receive", "--sku", "A", "--qty", "1")
        wait_for(lambda: hears_signals(process), process)
        process.send_signal(number)
        assert ended(process) == (code, "", sentence)
    assert contents(shop.db) == before


def test_a_signal_that_the_starter_had_ignored_stays_ignored(shop: Shop) -> None:
    shop.stock("A1")
    with holding(shop.db, "BEGIN IMMEDIATE"):
        process = start(shop, "receive", "--sku", "A", "--qty", "1", preexec_fn=_ignore_ctrl_c)
        wait_for(lambda: hears_signals(process), process)
        process.send_signal(signal.SIGINT)
    assert ended(process).code == 0


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.slow
def test_these_tests_can_run_where_ctrl_c_is_ignored() -> None:
    """As behind `nohup … &`."""
    command = [sys.executable, "-m", "pytest", __file__, "-k", "leaves_the_file_as_before"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, preexec_fn=_ignore_ctrl_c)
    assert done.returncode == 0, done.stdout


def test_with_json_it_says_so_in_json(shop: Shop) -> None:
    shop.stock("A1")
    with holding(shop.db, "BEGIN IMMEDIATE"):
        process = start(shop, "receive", "--sku", "A", "--qty", "1", "--json")
        wait_for(lambda: hears_signals(process), process)
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (143, "", IN_JSON)


@BOTH
def test_a_command_that_has_committed_cannot_be_stopped_and_answers(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, number: int, code: int, sentence: str
) -> None:
    def then_signalled(before: object) -> object:
        def call(*values: object, **named: object) -> object:
            result = before(*values, **named)
            os.kill(os.getpid(), number)
            return result

        return call

    shop.stock("A1")
    with monkeypatch.context() as patch:
        patch.setattr(commit, "ignore_from_now_on", then_signalled(signals.ignore_from_now_on))
        patch.setattr(output, "print_lines", then_signalled(output.print_lines))
        answer = shop.done("receive --sku A --qty 1")
    assert answer.out.startswith("received 1 × A: 2 on hand\n")
    assert (code, sentence) != (answer.code, answer.err)
    assert shop.figures()["A"] == (2, 0)


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(("key", "code", "said"), [("\x03", 130, "stopped; the file"), ("\x04", 1, "no answer")])
def test_a_question_can_be_left_without_an_answer(shop: Shop, key: str, code: int, said: str) -> None:
    shop.stock("A1 B0")
    shop.order("M1", "A1 B1")
    before = contents(shop.db)
    terminal = Terminal(shop, "split M1")
    terminal.wait_for("[y/N]: ")
    wait_for(terminal.is_read)
    terminal.type(key)
    assert terminal.end() == code
    assert said in terminal.screen
    assert "Traceback" not in terminal.screen
    assert contents(shop.db) == before


STOPPED_ON_LOADING = """
import os, sys

module, number = sys.argv[1], int(sys.argv[2])
del sys.argv[1:3]

class Stopper:
    def find_spec(self, name, *_):
        if name == module.partition(":")[0]:
            if module.endswith(":class"):
                type("Made", (), {"name": self})
            else:
                os.kill(os.getpid(), number)

    def __set_name__(self, *_):
        os.kill(os.getpid(), number)

sys.meta_path.insert(0, Stopper())
from backsplit.__main__ import main
sys.exit(main())
"""


LOADED = ["typer", "backsplit.cli.output", "backsplit.cli.commands.stock", "sqlite3"]


@pytest.mark.quick_cases(2)
# With `:class` the signal comes while a class is made: Python 3.10 and 3.11 raise another error in its place.
@pytest.mark.parametrize("module", [*LOADED, "backsplit.cli.output:class", "backsplit.cli.commands.stock:class"])
@BOTH
def test_a_command_can_be_stopped_while_it_is_still_being_loaded(
    shop: Shop, module: str, number: int, code: int, sentence: str
) -> None:
    words = [sys.executable, "-c", STOPPED_ON_LOADING, module, f"{number:d}", "--db", str(shop.db), "stock"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", sentence)


def test_ctrl_c_before_it_hears_signals_ends_it_without_a_traceback(shop: Shop) -> None:
    words = [sys.executable, "-c", STOPPED_ON_LOADING, "backsplit.signals", f"{signal.SIGINT:d}", "--db", str(shop.db)]
    done = subprocess.run([*words, "stock"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


@pytest.mark.slow
def test_at_any_moment_it_is_stopped_whole_or_done_whole(empty: Shop) -> None:
    dice = random.Random(SEED)
    stopped = 0
    for scene in scenes(empty):
        longest = _time_of_hearing(scene)
        for turn in range(ROUNDS):
            stopped += _signal(scene, dice.uniform(0, longest), *SIGNALS[turn % 2])
    tell(f"seed {SEED}: {stopped} of {ROUNDS * len(COMMANDS)} stopped, the others were done")


def _time_of_hearing(scene: Scene) -> float:
    """Seconds from when the command hears signals until it ends."""
    scene.set()
    process = start(scene.shop, *scene.command.words)
    wait_for(lambda: hears_signals(process), process)
    begun = time.monotonic()
    assert ended(process).code == 0
    return time.monotonic() - begun


def _signal(scene: Scene, instant: float, number: int, code: int, sentence: str) -> bool:
    scene.set()
    what = f"{scene.name}, signal {number} after {instant:.4f} s, seed {SEED}"
    process = start(scene.shop, *scene.command.words)
    wait_for(lambda: hears_signals(process), process)
    time.sleep(instant)
    process.send_signal(number)
    said = ended(process)
    there = contents(scene.shop.db)
    if said == (code, "", sentence):
        assert there == scene.before, what
        return True
    assert (said.code, said.err) == (0, ""), f"{what}: {said}"
    assert said.out, what
    assert there == scene.after, what
    return False
