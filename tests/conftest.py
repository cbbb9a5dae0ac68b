"""A shop to try things on: the line that a user would type goes in, what comes out is looked at."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import hashlib
import io
import json
import os
import shlex
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer.main
from hypothesis import HealthCheck, settings

from backsplit.__main__ import main
from backsplit.repository import connection
from bad_disk import Fault, Faulty

# Every commit is synced, and a disk would be waited for each time.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else tempfile.gettempdir()

# As the program does it: to find the tests makes no garbage, and to run one makes little.
gc.set_threshold(1_000_000)

# A loaded machine is slow, and that is no error. Each fixture that Hypothesis would warn of may be used again.
# In CI the same code gives the same answer; at a desk each run tries other examples.
settings.register_profile(
    "backsplit",
    deadline=None,
    max_examples=50,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("backsplit")


class Answer(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The code word of a failure under --json."""
        return json.loads(self.err)["error"]["code"]


def typed(words: Sequence[str], stdin: bytes = b"") -> Answer:
    """Run `backsplit WORDS` in this process, as if in a pipe."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _standard_input(stdin):
        code = main(words)
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Fault], None]]:
    """Lets every connection from now on have a fault."""
    connect = sqlite3.connect

    def spoil(fault: Fault) -> None:
        monkeypatch.setattr(Faulty, "fault", staticmethod(fault), raising=False)
        monkeypatch.setattr(connection.sqlite3, "connect", lambda *words, **how: connect(*words, **how, factory=Faulty))

    yield spoil
    monkeypatch.undo()


def program(*words: object) -> list[Any]:
    """The command that starts `backsplit WORDS` in a process of its own."""
    return [sys.executable, "-m", "backsplit", *words]


@functools.cache
def new_file() -> bytes:
    """A database file as `init` makes it."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder, "new.db")
        made = typed(["--db", str(path), "init"])
        assert made.code == 0, made
        return path.read_bytes()


@functools.lru_cache(maxsize=64)
def imported(db: bytes, what: str, rows: str, *_user_and_zone: str | None) -> bytes:
    """What an import makes of a file: tests begin with the same few lines again and again."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder, "backsplit.db")
        path.write_bytes(db)
        done = typed(["--db", str(path), "import", what, "-"], rows.encode())
        assert done.code == 0, done
        return path.read_bytes()


class Shop:
    """One database file in a folder of its own, and the command line over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "backsplit.db"

    def __call__(self, line: str, stdin: str | bytes = b"") -> Answer:
        """Type `backsplit LINE` into a pipe."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        return typed(["--db", str(self.db), *shlex.split(line)], given)

    def done(self, line: str, stdin: str | bytes = b"") -> Answer:
        """The same, and it must succeed."""
        answer = self(line, stdin)
        assert answer.code == 0, answer
        return answer

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def stock(self, counts: str, inserts: str = "") -> None:
        """`A2 B0`: count the SKUs; those in `inserts` are inserts."""
        marked = inserts.split()
        rows = "".join(f"{sku},{n},{'yes' if sku in marked else 'no'}\n" for sku, n in _pairs(counts))
        self._import("stock", "sku,on_hand,insert\n" + rows)

    def order(self, number: str, lines: str, placed_at: str = "2026-01-01T09:00:00Z", priority: int = 100) -> None:
        """`A1 B2`: an order comes in with these lines."""
        rows = "".join(f"{number},{sku},{n},{placed_at},{priority}\n" for sku, n in _pairs(lines))
        self._import("orders", "order,sku,quantity,placed_at,priority\n" + rows)

    def _import(self, what: str, rows: str) -> None:
        if self.is_in_use():
            self.done(f"import {what} -", rows)
        else:
            before, user_and_zone = self.db.read_bytes(), map(os.environ.get, ("LOGNAME", "TZ"))
            self.db.write_bytes(imported(before, what, rows, *user_and_zone))

    def is_in_use(self) -> bool:
        """Whether a log lies beside the file: somebody has it open. To read it as a file would end his locks."""
        return self.db.with_name(f"{self.db.name}-wal").exists()

    def state(self) -> dict[str, str]:
        """Every order as `Processing A1 B2`."""
        return {
            order["number"]: " ".join([order["status"], *(f"{it['sku']}{it['quantity']}" for it in order["lines"])])
            for order in self.done("list --json").json
        }

    def figures(self) -> dict[str, tuple[int, int]]:
        """On hand and allocated of every SKU."""
        return {one["sku"]: (one["on_hand"], one["allocated"]) for one in self.done("stock --json").json}


def once(story: Callable[[Shop], Shop]) -> Callable[[Shop], Shop]:
    """Let the lines of a fixture be typed only once; for each further test the files that they left are laid there."""
    left: list[Path] = []

    @functools.wraps(story)
    def after_it(shop: Shop) -> Shop:
        if left:
            shutil.copytree(left[0], shop.folder, dirs_exist_ok=True)
            return shop
        story(shop)
        folder = tempfile.mkdtemp(dir=MEMORY)
        atexit.register(shutil.rmtree, folder)
        left.append(Path(shutil.copytree(shop.folder, folder, dirs_exist_ok=True)))
        return shop

    return after_it


def _pairs(words: str) -> list[tuple[str, int]]:
    """`A2 CARD0` as [("A", 2), ("CARD", 0)]."""
    return [(word.rstrip("0123456789"), int(word[len(word.rstrip("0123456789")) :])) for word in words.split()]


@contextlib.contextmanager
def _standard_input(given: bytes) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, io.TextIOWrapper(io.BytesIO(given), encoding="utf-8") as stream:
        patch.setattr("sys.stdin", stream)
        yield


@pytest.hookimpl(tryfirst=True)  # before those of `-m` are chosen
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with `quick_cases(n)`, n cases are quick, spread evenly; the others are slow."""
    cases = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        if item.get_closest_marker("quick_cases"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for of_one in cases.values():
        (quick,) = of_one[0].get_closest_marker("quick_cases").args
        for place, item in enumerate(of_one):
            if place * quick % len(of_one) >= quick:
                item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def _commands_are_built_once() -> Iterator[None]:
    """Else half the time of a command that is typed in this process goes into building it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("get_command", "get_command_from_info", "get_group"):
            patch.setattr(typer.main, name, functools.cache(getattr(typer.main, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """Also behind `nohup … &`: what this process ignores, the processes that it starts would ignore, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop without a database yet."""
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "BACKSPLIT_DB", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        monkeypatch.chdir(folder)
        yield Shop(Path(folder))
        monkeypatch.undo()


@pytest.fixture
def shop(empty: Shop) -> Iterator[Shop]:
    """A shop whose file is there; whatever a test does, rule 10 holds at its end."""
    empty.db.write_bytes(new_file())
    empty.db.chmod(0o600)
    yield empty
    found = "" if empty.is_in_use() else hashlib.sha1(empty.db.read_bytes()).hexdigest()
    if found not in _SOUND:
        checked = empty("check")
        assert checked.code == 0, checked.out
        _SOUND.update({found} - {""})


_SOUND: set[str] = set()  # digests of files that were checked
