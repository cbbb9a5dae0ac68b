"""Whole processes, measured: time, processor time and memory; side by side, so that noise falls on all alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

Command = Sequence[object]
ROOT = Path(__file__).resolve().parent.parent
# What no user's shell has: modules are compiled at every start, and each line that is printed is a call of the system.
NOT_AS_USUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")


class Cost(NamedTuple):
    seconds: float
    processor: float  # seconds, of the system too
    memory: float  # MiB at most


def backsplit(db: Path, *words: object) -> list[object]:
    return [sys.executable, "-m", "backsplit", "--db", db, *words]


def raw(db: Path, *words: object) -> list[object]:
    return [sys.executable, "-m", "benchmarks.raw", db, *words]


def run(command: Command, *, to: Path | None = None, allowed: tuple[int, ...] = (0,)) -> Cost:
    """Run it in a pipe (or with its output in the file `to`). Raises SystemExit where it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_AS_USUAL}
    with (to or Path(os.devnull)).open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output if to else subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        said = b"".join(stream.read() for stream in (process.stdout, process.stderr) if stream)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, command))}\n{said.decode(errors='replace')[-2000:]}")
    memory = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return Cost(seconds, usage.ru_utime + usage.ru_stime, memory)


def side_by_side(measured: Mapping[str, Callable[[int], Cost]], repetitions: int) -> dict[str, Cost]:
    """The median costs: all are run once, then all again; the first round counts for nothing."""
    costs: dict[str, list[Cost]] = {name: [] for name in measured}
    for repetition in range(repetitions + 1):
        for name, call in measured.items():
            costs[name].append(call(repetition))
    counted = {name: found[1:] if repetitions > 1 else found[-1:] for name, found in costs.items()}
    return {name: Cost(*(median(column) for column in zip(*found, strict=True))) for name, found in counted.items()}
