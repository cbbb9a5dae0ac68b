"""Commands whose calls to the disk can be let fail, be interrupted or be written down: `calls.c` lies in between.

Linux alone, and where there is a C compiler; elsewhere the tests that use it are skipped.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent


class Kind(IntFlag):
    """Kinds of calls, as in `calls.c`."""

    READ = 1
    WRITE = 2
    SYNC = 4
    TRUNCATE = 8
    OPEN = 16
    NAME = 32  # rename, link, unlink
    LOCK = 64
    MAP = 128
    ANY = 255


class Happens(IntEnum):
    """What can happen at a call, as in `calls.c`."""

    NOTHING = 0
    FAIL = 1
    HALF = 2  # half is done, and the call says so
    TORN = 3  # half is done, and the call fails
    SIGNAL = 4  # the process is sent a signal right before it
    CRASH = 5  # half is done, and the process is sent a signal


class Fault(NamedTuple):
    """What happens at the call number `at`, from 1 on, of those kinds. `number` is an errno or a signal."""

    kinds: Kind = Kind.ANY
    at: int = 0  # none
    happens: Happens = Happens.NOTHING
    number: int = 0
    lasting: bool = False  # every later call of those kinds fails, too

    def __str__(self) -> str:
        is_signal = self.happens in {Happens.SIGNAL, Happens.CRASH}
        number = signal.Signals(self.number).name if is_signal else errno.errorcode.get(self.number, "")
        lasting = " and all after it" if self.lasting else ""
        return f"{self.happens.name} {number} at call {self.at} of {self.kinds!r}{lasting}"


NO_FAULT = Fault()


class Ended(NamedTuple):
    """How a command ended: `code` is below 0 where a signal killed it; `seen` counts the calls of the fault's kinds.

    `each` counts the calls of each kind, where no signal killed it.
    """

    code: int
    out: str
    err: str
    seen: int
    each: list[int]

    def calls(self, kinds: Kind) -> int:
        return sum(count for kind, count in enumerate(self.each) if kinds >> kind & 1)


class Commands:
    """Runs command lines, each in a process of its own that is forked from one that has the program loaded."""

    def __init__(self, folder: Path, patience: float | None = None) -> None:
        environment = {**os.environ, "LD_PRELOAD": library(), "NO_COLOR": "1", "TZ": "UTC", "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, HERE / "server.py", library(), folder, str(patience or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def __call__(self, *words: str, fault: Fault = NO_FAULT, record: Path | None = None) -> Ended:
        """`backsplit WORDS` with this fault; its calls are appended to the file `record`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([words, fault, str(record) if record else None]) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def commands(folder: Path, patience: float | None = None) -> Iterator[Commands]:
    """Skips the test where `calls.c` cannot be built. `patience`: seconds that a command waits for others, else 30."""
    started = Commands(folder, patience)
    try:
        yield started
    finally:
        started.end()


@functools.cache
def library() -> str:
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if sys.platform != "linux" or compiler is None:
        pytest.skip("needs Linux and a C compiler")
    built = Path(tempfile.mkdtemp(prefix="calls-")) / "calls.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, HERE / "calls.c", "-ldl"], check=True)
    return str(built)
