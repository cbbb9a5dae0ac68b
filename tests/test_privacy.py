"""Nobody else reads the file, no answer says more than was asked, and no command speaks to a network."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Shop
from robustness.processes import run

SECRET = "4111-1111-1111-1111"
EVERYTHING = """
init
import stock stock.csv
import orders orders.csv
import formats
list
show M1
split M1 --dry-run
split --all --partial
receive --sku B --qty 1 --ref R
receive --file delivery.csv
receive --sku NOBODY --qty 1
ship M2
hold M3
resume M3
cancel M3
merge M1-backorder
prioritize M1 --priority 1
adjust --sku A --by 1 --reason x
mark A --insert
stock
shortages
history
policy strict
check
backup copy.db
--version
--help
nonsense
"""
# An audit hook cannot be taken out again, and sees every socket, however it is asked for.
NO_SOCKETS = """
import os, sys

def hook(event, _):
    if event.startswith("socket."):
        sys.stderr.write(event)
        sys.stderr.flush()
        os._exit(99)

sys.addaudithook(hook)
"""
ALL_COMMANDS = """
from backsplit.__main__ import main
for line in sys.argv[1:]:
    for more in ([], ["--json"]):
        main([*line.split(), *more])
"""


@pytest.fixture
def files(empty: Shop) -> Shop:
    empty.write("stock.csv", "sku,on_hand\nA,2\nB,0\n")
    empty.write("orders.csv", "order,sku,quantity,note\nM1,A,1,\nM1,B,1,\nM2,A,1,\nM3,B,2,\n")
    empty.write("delivery.csv", "sku,quantity\nB,1\n")
    return empty


@pytest.mark.slow
def test_no_command_opens_a_socket(files: Shop) -> None:
    lines = EVERYTHING.strip().splitlines()
    script = NO_SOCKETS + ALL_COMMANDS
    done = subprocess.run([sys.executable, "-c", script, *lines], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files.done("check")
    assert (files.folder / "copy.db").exists()


def test_a_socket_would_have_been_seen() -> None:
    script = NO_SOCKETS + "import socket; socket.getaddrinfo('localhost', 80)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 99


def test_nobody_else_can_read_the_file(files: Shop) -> None:
    run(files, "init", umask=0)
    run(files, "import", "stock", "stock.csv", umask=0)
    run(files, "backup", "copy.db", umask=0)
    for path in (files.db, files.folder / "copy.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("option", ["", "--json"])
def test_an_error_about_a_row_does_not_tell_what_else_is_in_it(files: Shop, option: str) -> None:
    files.done("init")
    bad = files.write("bad.csv", f"order,sku,quantity,customer,note\nM1,A,none,Kim,{SECRET}\nM2,A\n")
    answer = files(f"import orders {bad} {option}")
    assert answer.code == 5
    assert "none" in answer.err
    assert SECRET not in answer.err
    assert "Kim" not in answer.err


def test_an_answer_holds_no_order_that_was_not_asked_for(files: Shop) -> None:
    files.done("init")
    files.write("more.csv", f"order,sku,quantity,customer,note\nN1,A,1,Kim,{SECRET}\nN2,A,1,,\n")
    files.done("import stock stock.csv")
    assert SECRET not in files.done("import orders more.csv --json").out
    for command in ("show N2", "ship N2", "receive --sku A --qty 1", "stock", "shortages", "history", "check"):
        answer = files.done(f"{command} --json")
        assert SECRET not in answer.out + answer.err


@pytest.mark.slow
def test_nothing_is_left_in_other_places(files: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    home = files.folder / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    for line in ("init", "import stock -", "import orders orders.csv", "list", "receive --file delivery.csv"):
        run(files, *line.split())
    assert not any(home.iterdir())
    expected = {"backsplit.db", "stock.csv", "orders.csv", "delivery.csv", "home"}
    assert {path.name for path in Path(files.folder).iterdir()} == expected
