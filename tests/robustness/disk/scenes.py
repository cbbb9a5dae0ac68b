"""A small shop, every command that changes its file, some that read it, and what the folder holds before and after."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from robustness.disk.calls import Commands, Ended
from robustness.processes import rows

FILE, COPIES = "backsplit.db", ("copy.db", "other.db", "slips.html", "labels.csv")
REMEMBERED = 300  # states of files that were looked at
BESIDE = ("-wal", "-shm", "-journal")
PLACED = "2026-01-01T09:00:00Z"
BEGIN = "order,sku,quantity,placed_at\n"
CSV = {
    "stock.csv": "sku,on_hand\n" + "".join(f"S{n},{n % 5}\n" for n in range(40)) + "A,5\nB,0\nC,2\nD,10\n",
    "orders.csv": BEGIN
    + "".join(f"N{n},S{m % 40},{1 + n % 3},{PLACED}\n" for n in range(60) for m in (n, 7 * n + 1, 3 * n + 2))
    + "".join(f"{number},{sku},{units},{PLACED}\n" for number, sku, units in [
        ("M1", "A", 1), ("M1", "B", 2), ("M2", "B", 1), ("M3", "A", 1), ("M4", "C", 1), ("M4", "D", 1), ("M5", "D", 1),
    ]),
    "more.csv": BEGIN + "".join(f"Z{n},S{n},1,{PLACED}\nZ{n},B,1,{PLACED}\n" for n in range(30)),
    "shop.csv": BEGIN + f"M1,A,1,{PLACED}\nM1,B,1,{PLACED}\nM2,B,2,{PLACED}\nZ1,D,1,{PLACED}\n",
    "counts.csv": "sku,on_hand\n" + "".join(f"S{n},6\n" for n in range(0, 40, 3)) + "A,7\nB,1\n",
    "delivery.csv": "sku,quantity\n" + "".join(f"S{n},4\n" for n in range(0, 40, 4)) + "B,2\n",
    "due.csv": "sku,quantity,date,ref\nB,9,2030-01-05,PO-1\nS0,9,2030-01-06,PO-1\n",
}  # fmt: skip
FILLED = ("init", "import stock stock.csv", "import orders orders.csv")


class Command(NamedTuple):
    """What is typed, what must have been typed before, and the exit code when all of it is done already."""

    words: str
    before: tuple[str, ...] = ()
    again: int = 0


OLDER = ("backup other.db", "receive --sku B --qty 1")
COMMANDS = {
    "init": Command("init"),
    "init over an empty file": Command("init"),
    "import stock": Command("import stock counts.csv"),
    "import orders": Command("import orders more.csv"),
    "sync": Command("sync shop.csv --stock counts.csv"),
    "add": Command(f"add P9 A=1 B=1 --placed-at {PLACED}", again=1),
    "split": Command("split M1", again=1),
    "split --all": Command("split --all --partial"),
    "receive": Command("receive --sku B --qty 3 --ref ASN-1"),
    "receive --file": Command("receive --file delivery.csv --ref ASN-2"),
    "expect": Command("expect --sku B --qty 5 --on 2030-01-02 --ref PO-9"),
    "expect --file": Command("expect --file due.csv"),
    "expect --close": Command("expect --close PO-1", before=("expect --file due.csv",), again=1),
    "pick --take": Command("pick M3 M4 --take", again=1),
    "ship": Command("ship M3 M4", again=1),
    "ship --list": Command("ship --list 1", before=("pick M3 M4 --take",)),
    "merge": Command("merge M1-backorder", before=("split M1",), again=3),
    "amend": Command("amend M4 --set D=3 --add A=1 --remove C", again=3),
    "adjust": Command("adjust --sku A --to 1 --reason stolen"),
    "hold": Command("hold M4 --reason address", again=1),
    "resume": Command("resume M4", before=("hold M4",), again=1),
    "cancel": Command("cancel M4", again=1),
    "prioritize": Command("prioritize M2 --priority 1"),
    "mark": Command("mark D --insert"),
    "ship-complete": Command("ship-complete M1"),
    "policy": Command("policy strict"),
    "undo": Command("undo 3", before=("split --all --partial",), again=1),
    "restore": Command("restore other.db", before=OLDER),
    "restore onto nothing": Command("restore other.db", before=OLDER),
    "restore over damage": Command("restore other.db", before=OLDER),
    "backup": Command("backup copy.db", again=1),
    "backup --force": Command("backup copy.db --force", before=("backup copy.db", "receive --sku B --qty 1")),
    "list": Command("list"),
    "shortages": Command("shortages"),
    "check": Command("check"),
    "slip --html": Command("slip M3 --html slips.html"),
    "to-ship --out": Command("to-ship --through orders.csv --out labels.csv"),
    "promise": Command("promise", before=("expect --file due.csv",)),
}
COLD_ONLY = {"init", "init over an empty file", "restore onto nothing", "restore over damage"}


class Held(NamedTuple):
    """What the folder holds: the file, copies of it, and what a restore has kept of the file."""

    file: object
    copies: list[object]
    kept: list[object]


class Scene(NamedTuple):
    """A command in a folder. `warm`: another program reads the file, and changes lie in the log beside it."""

    name: str
    command: Command
    warm: bool
    files: dict[str, bytes]
    before: Held
    after: Held
    answers: dict[bool, str]  # what it prints, by whether in JSON
    asides: dict[bool, str]  # what it says beside that on standard error

    def __str__(self) -> str:
        return f"{self.name} ({'warm' if self.warm else 'cold'})"

    def words(self, *, in_json: bool) -> list[str]:
        return self.command.words.split() + ["--json"] * in_json


class Folder:
    """The folder that is watched: set as it shall be, and looked at as the next process will find it."""

    def __init__(self, path: Path, elsewhere: Path) -> None:
        self.path = path
        self._elsewhere = elsewhere
        self._seen: dict[bytes, object] = {}  # by a digest of the bytes: most runs end in one of two states
        self._reader = Reader(path / FILE)

    def close(self) -> None:
        self._reader.end()

    def set(self, files: dict[str, bytes], *, warm: bool) -> None:
        self._reader.let_go()
        for one in self.path.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()  # a private folder that a kill has left
        for name, content in files.items():
            (self.path / name).write_bytes(content)
        if warm:
            self._reader.hold()

    def files(self) -> dict[str, bytes]:
        """All that a process finds which opens the folder anew."""
        return {name: (self.path / name).read_bytes() for name in self.names()}

    def names(self) -> list[str]:
        return [name for name in os.listdir(self.path) if not name.endswith("-shm")]  # noqa: PTH208 - quicker

    def held(self) -> Held:
        kept = sorted(one.name for one in self.path.glob("*.before-restore-*") if not one.name.endswith(BESIDE))
        return Held(self._found(FILE), [self._found(name) for name in COPIES], [self._found(name) for name in kept])

    def live(self, scene: Scene) -> object:
        """What the file holds for one who opens it now: while the other program reads, that may be something else."""
        if not scene.warm:
            return self._found(FILE)
        with closing(_opened(self.path / FILE)) as db:
            return rows(db)

    def _found(self, name: str) -> object:
        """What a file holds: None where there is none, its bytes where it is no database. It is not touched."""
        parts = tuple(_bytes(self.path / f"{name}{ending}") for ending in ("", "-wal", "-journal"))
        digest = hashlib.sha256(repr([part and hashlib.sha256(part).digest() for part in parts]).encode()).digest()
        if digest not in self._seen:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[digest] = self._looked_at(parts)
        return self._seen[digest]

    def _looked_at(self, parts: tuple[bytes | None, ...]) -> object:
        content = parts[0]
        if not content:
            return content
        copy = self._elsewhere / "looked-at.db"
        for ending, part in zip(("", "-wal", "-journal"), parts, strict=True):
            if part is not None:
                Path(f"{copy}{ending}").write_bytes(part)
        try:
            with closing(_opened(copy)) as db:
                sound = [found for (found,) in db.execute("PRAGMA integrity_check")]
                return (rows(db) or b"") if sound == ["ok"] else sound  # a rollback may have left an empty file
        except sqlite3.DatabaseError:
            return content
        finally:
            for ending in ("", *BESIDE):
                Path(f"{copy}{ending}").unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)


def _bytes(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


READER = """
import sqlite3, sys
db = None
for line in sys.stdin:
    if db is not None:
        db.close()
        db = None
    if line == "hold\\n":
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM orders").fetchone()
    print("so", flush=True)
"""


class Reader:
    """Another program that reads the file, or lets it go. A process of its own, as is `processes.holding`."""

    def __init__(self, path: Path) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([sys.executable, "-c", READER, path], stdin=pipe, stdout=pipe, text=True)
        self._holds = False

    def hold(self) -> None:
        self._ask("hold")
        self._holds = True

    def let_go(self) -> None:
        if self._holds:
            self._ask("let go")
            self._holds = False

    def end(self) -> None:
        self._process.communicate()

    def _ask(self, word: str) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "so\n"


@contextmanager
def watched(path: Path, elsewhere: Path) -> Iterator[Folder]:
    folder = Folder(path, elsewhere)
    try:
        yield folder
    finally:
        folder.close()


def scenes(folder: Folder, run: Commands, names: list[str] | None = None) -> Iterator[Scene]:
    """Every command, cold and warm, with what it starts from and what it leads to, each proved by `check`."""
    texts = {name: text.encode() for name, text in CSV.items()}
    folder.set(texts, warm=False)
    for words in FILLED:
        _done(run, words)
    filled = folder.files()
    for name in names or COMMANDS:
        for warm in [False] if name in COLD_ONLY else [False, True]:
            files = _before(folder, run, name, filled if name.split()[0] != "init" else texts, warm=warm)
            yield _scene(folder, run, name, files, warm=warm)


def _before(folder: Folder, run: Commands, name: str, files: dict[str, bytes], *, warm: bool) -> dict[str, bytes]:
    """The files that a command starts from."""
    folder.set(files, warm=warm)
    for words in (*COMMANDS[name].before, *(["receive --sku S1 --qty 1"] if warm else [])):
        _done(run, words)
    found = folder.files()
    assert bool(found.get(f"{FILE}-wal")) == warm
    if name == "init over an empty file":
        found[FILE] = b""
    elif name == "restore onto nothing":
        del found[FILE]
    elif name == "restore over damage":
        found[FILE] = found[FILE][:100] + bytes(3996) + found[FILE][4096:]
    return found


def _scene(folder: Folder, run: Commands, name: str, files: dict[str, bytes], *, warm: bool) -> Scene:
    command, answers, asides, found = COMMANDS[name], {}, {}, []
    folder.set(files, warm=warm)
    before = folder.held()
    if isinstance(before.file, dict):
        _done(run, "check")
    for in_json in (False, True):
        folder.set(files, warm=warm)
        done = _done(run, command.words + " --json" * in_json)
        answers[in_json], asides[in_json] = timeless(done.out), timeless(done.err)
        found.append(folder.held())
        _done(run, "check")
    assert found[0] == found[1], f"{name}: it does not do the same twice"
    return Scene(name, command, warm, files, before, found[0], answers, asides)


def _done(run: Commands, words: str) -> Ended:
    ended = run(*words.split())
    assert ended.code == 0, (words, ended)
    return ended


def timeless(answer: str) -> str:
    """Without the instants at which something was done."""
    return re.sub(r"\d{4}-\d\d-\d\d[T -]\d\d:?\d\d:?\d\d(\.\d+)?Z?|\b\d+[mhdw]\b", "TIME", answer)
