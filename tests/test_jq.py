"""The lines with jq in docs/contract.md: one for each command, and each of them does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Shop
from test_contract import COMMANDS, CONTRACT
from tools import sessions

BLOCK = re.search(r"```jq\n(.*?)```", CONTRACT, re.DOTALL)
LINES = [line.partition("  # ")[0] for line in BLOCK[1].splitlines()] if BLOCK else []
BEFORE = {
    "undo": "backsplit ship M9681095",
    "to-mark": "backsplit ship M9681095",
    "resume": "backsplit hold M9681107",
    "merge": "backsplit split M9681118",
    "history": "backsplit split M9681118",
    "restore": "backsplit backup --force evening.db",
    "demo": "rm -r examples",
    "due": "backsplit hold M9681107 --until $(date +%F)",
}
SILENT = {
    "import orders",
    "import stock",
    "sync",
    "expect",
    "amend",
    "hold",
    "cancel",
    "prioritize",
    "adjust",
    "kit",
    "check",
}  # where there is nothing to tell here


def _command(line: str) -> str:
    words = line.split()[1:]
    return next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)


def _run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_command_has_a_line() -> None:
    assert sorted(map(_command, LINES)) == sorted(COMMANDS)


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("bash")), reason="jq is not installed")
def test_each_line_finds_what_it_asks_for(empty: Shop) -> None:
    sessions.prepare(empty.folder)
    for name, sample in {"export.csv": "shop_export.csv", "inventory.csv": "stock.csv"}.items():
        shutil.copy(empty.folder / "examples" / sample, empty.folder / name)
    empty.done("init")
    empty.done("import stock examples/stock.csv")
    empty.done("import orders examples/orders.csv")
    whole = empty.db.read_bytes()
    for line in LINES:
        command = _command(line)
        empty.db.write_bytes(whole)
        if command == "to-ship":
            empty.done("sync export.csv")
        if command in BEFORE:
            assert _run(BEFORE[command], empty.folder).returncode == 0
        answer = _run(line, empty.folder)
        assert (answer.returncode, answer.stderr) == (0, ""), line
        assert "null" not in answer.stdout.split(), line
        assert answer.stdout or command in SILENT, line
