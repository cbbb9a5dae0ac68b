"""Real processes on one file: started, spoken to, stopped; and what a file holds, to be compared."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Answer, Shop, program

HERE = Path(__file__).parent
WORKER = HERE / "worker.py"
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24
LONG = 60.0  # seconds after which a process is given up: nothing here takes so long by itself


def tell(figures: str) -> None:
    """The figures of a run, for who runs it with -s."""
    sys.stdout.write(f"{figures}\n")


def start(shop: Shop, *words: str, **options: Any) -> subprocess.Popen[str]:
    """`backsplit --db … WORDS`, in a process of its own."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(program("--db", shop.db, *words), text=True, **{**streams, **options})


def run(shop: Shop, *words: str, **options: Any) -> Answer:
    return ended(start(shop, *words, **options))


def ended(process: subprocess.Popen[str]) -> Answer:
    out, err = process.communicate(timeout=LONG)
    return Answer(process.returncode, out, err)


class Terminal:
    """`backsplit LINE` on a terminal of its own: keys go in, what the screen got comes out."""

    def __init__(self, shop: Shop, line: str, columns: int = 100) -> None:
        self._ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(columns), "BACKSPLIT_DB": str(shop.db)}
        environment.pop("NO_COLOR", None)
        self._process = subprocess.Popen(
            program(*line.split()),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - there are no threads
        )
        os.close(theirs)
        self.screen = ""

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + LONG
        while words not in self.screen:
            assert time.monotonic() < deadline, self.screen
            if select.select([self._ours], [], [], 1)[0]:
                self.screen += os.read(self._ours, 65536).decode()

    def is_read(self) -> bool:
        """Whether the program waits for a key. Python may overlook a Ctrl-C that comes just before it does."""
        return _state(self._process) == "S"

    def type(self, words: str) -> None:
        os.write(self._ours, words.encode())

    def end(self) -> int:
        with contextlib.suppress(OSError):  # the other end is closed
            while got := os.read(self._ours, 65536).decode():
                self.screen += got
        os.close(self._ours)
        return self._process.wait(LONG)


class Worker:
    """A process that has the program loaded and runs the commands that it is sent."""

    def __init__(self, setup: str = "") -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen([sys.executable, WORKER, setup], stdin=pipe, stdout=pipe, text=True)

    def is_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def send(self, *words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        assert self.process.stdout is not None
        return Answer(*json.loads(self.process.stdout.readline()))

    def ask(self, *words: str) -> Answer:
        self.send(*words)
        return self.answer()


@contextlib.contextmanager
def workers(count: int, setup: str = "") -> Iterator[list[Worker]]:
    started = [Worker(setup) for _ in range(count)]
    try:
        for worker in started:
            worker.is_ready()
        yield started
    finally:
        for worker in started:
            worker.process.kill()
            worker.process.communicate()


HOLDER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    db.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def holding(db: Path, *statements: str) -> Iterator[None]:
    """Another program that has run these statements on the file and keeps its connection open.

    It is a process of its own: in this one, closing the file anywhere would let its locks go.
    """
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, str(db), *statements]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.communicate("")


def wait_for(happened: Any, process: subprocess.Popen[str] | None = None) -> None:
    """Look again and again, until it has happened or the process has ended."""
    deadline = time.monotonic() + LONG
    while not happened():
        if process is not None and process.poll() is not None:
            return
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.001)


def is_written(db: Path) -> bool:
    """Whether some process has the write lock."""
    with closing(sqlite3.connect(f"file:{db}?mode=rw", uri=True, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def hears_signals(process: subprocess.Popen[str]) -> bool:
    """Whether the program has got as far as to hear SIGTERM (Linux tells which signals a process catches)."""
    status = _of_proc(process, "status")
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def is_halted(process: subprocess.Popen[str]) -> bool:
    """Whether a SIGSTOP holds it."""
    return _state(process) == "T"


def _state(process: subprocess.Popen[Any]) -> str:
    return _of_proc(process, "stat").rsplit(")", 1)[1].split()[0]


def _of_proc(process: subprocess.Popen[Any], name: str) -> str:
    try:
        return Path(f"/proc/{process.pid}/{name}").read_text(encoding="ascii")
    except OSError:
        pytest.skip("there is no /proc to look into")


def contents(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for the time at which they were written."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return rows(connection)


def rows(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {}
    for table in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        wanted = ", ".join(name for name in columns if name not in {"at", "applied_at", "followed_at"})
        found[table] = sorted(connection.execute(f"SELECT {wanted} FROM {table}"), key=repr)
    return found


def put_back(kept: Path, db: Path) -> None:
    """Have the file as it was, whatever was done to it."""
    for ending in ("-wal", "-shm"):
        Path(f"{db}{ending}").unlink(missing_ok=True)
    shutil.copyfile(kept, db)


def held_to_permissions() -> None:
    """Root may do anything; let this process, before it becomes the program, be held to permissions as others are."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError


@contextlib.contextmanager
def small_disk(at: Path, size: str) -> Iterator[None]:
    """A disk of that size under the folder `at`; skips the test where nothing may be mounted."""
    at.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", at], check=True)
