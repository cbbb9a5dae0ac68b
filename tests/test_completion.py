"""Tab knows the numbers, the SKUs and the choices, in the shells themselves where they are installed."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from conftest import Shop, program


def asked(shop: Shop, protocol: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The program as a shell calls it when Tab is pressed."""
    environment = {**os.environ, "BACKSPLIT_DB": str(shop.db), **protocol}
    return subprocess.run(program(), env=environment, capture_output=True, text=True, check=False)


def in_bash(shop: Shop, *pieces: str) -> list[str]:
    """What Bash gets for the line that it has cut into these pieces."""
    words = {"COMP_WORDS": "\n".join(("backsplit", *pieces)), "COMP_CWORD": str(len(pieces))}
    process = asked(shop, {"_BACKSPLIT_COMPLETE": "complete_bash", **words})
    assert not process.stderr
    return process.stdout.split()


def in_fish(shop: Shop, line: str, action: str = "get-args") -> subprocess.CompletedProcess[str]:
    return asked(
        shop,
        {
            "_BACKSPLIT_COMPLETE": "complete_fish",
            "_TYPER_COMPLETE_FISH_ACTION": action,
            "_TYPER_COMPLETE_ARGS": f"backsplit {line}",
        },
    )


@pytest.fixture
def known(shop: Shop) -> Shop:
    """A shop with numbers and SKUs of every kind that shells treat in their own way."""
    shop.done("import stock -", "sku,on_hand\nMUG:BLUE,1\nMUG:RED,1\nTEA,0\n")
    numbers = ("#100", "#101", "A:100", "A:101", "M@1", "M=1", "M1", "M2")
    shop.done("import orders -", "order,sku,quantity\n" + "".join(f"{number},TEA,1\n" for number in numbers))
    shop.done("hold M2")
    shop.write("orders.csv", "")
    return shop


def test_can_complete_numbers_skus_and_commands(known: Shop) -> None:
    assert in_bash(known, "show", "M") == ["M1", "M2", "M=1", "M@1"]
    assert in_bash(known, "receive", "--sku", "T") == ["TEA"]
    assert in_bash(known, "sp") == ["split"]
    assert in_bash(known, "help", "sp") == ["split"]
    assert in_bash(known, "help", "import", "or") == ["orders"]


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("pieces", "offered"),
    [
        (["list", "--status", "on"], ["on-hold"]),
        (["init", "--policy", "st"], ["strict"]),
        (["policy", "sk"], ["skip-over"]),
        (["import", "orders", "x", "--date-order", "d"], ["dmy"]),
        (
            ["import", "orders", "x", "--format", "shopify"],
            ["shopify-orders", "shopify-orders-json", "shopify-orders-graphql"],
        ),
        (["import", "stock", "x", "--format", "shopify"], ["shopify-inventory", "shopify-products"]),
        (["import", "stock", "x", "--duplicates", "l"], ["last"]),
        (["import", "stock", "x", "--sku-from", ""], ["sku", "name", "sku-or-name"]),
    ],
)
def test_can_complete_the_choices_of_an_option(known: Shop, pieces: list[str], offered: list[str]) -> None:
    assert in_bash(known, *pieces) == offered


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    """P1 and P2 are Processing, B1 waits, H1 is on hold, S1 has shipped, and C1 is split."""
    shop.stock("A9 B0")
    for number, lines in (("P1", "A1"), ("P2", "A1"), ("B1", "B1"), ("H1", "A1"), ("S1", "A1"), ("C1", "A1 B1")):
        shop.order(number, lines)
    shop.done("hold H1 --reason 'ring $(touch x) `y` first'")
    shop.done("ship S1")
    shop.done("split C1")
    return shop


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("command", "offered"),
    [
        ("ship", ["C1", "P1", "P2"]),
        ("pick", ["C1", "P1", "P2"]),
        ("slip", ["C1", "P1", "P2", "S1"]),
        ("split", ["B1", "C1-backorder"]),
        ("promise", ["B1", "C1-backorder"]),
        ("resume", ["H1"]),
        ("hold", ["B1", "C1", "C1-backorder", "P1", "P2"]),
        ("cancel", ["B1", "C1", "C1-backorder", "H1", "P1", "P2"]),
        ("merge", ["C1-backorder"]),
        ("amend", ["B1", "C1", "C1-backorder", "H1", "P1", "P2"]),
        ("show", ["B1", "C1", "C1-backorder", "H1", "P1", "P2", "S1"]),
    ],
)
def test_can_offer_the_orders_that_a_command_takes(mixed: Shop, command: str, offered: list[str]) -> None:
    assert in_bash(mixed, command, "") == offered


@pytest.mark.slow
def test_cannot_offer_an_order_that_is_typed_already(mixed: Shop) -> None:
    assert in_bash(mixed, "ship", "P2", "P") == ["P1"]


@pytest.mark.slow
def test_can_offer_the_changes_that_undo_takes_back_with_what_they_did(mixed: Shop) -> None:
    last = mixed.done("history --json").json[-1]["change"]
    assert in_bash(mixed, "undo", "")[:2] == [str(last), str(last - 1)]
    lines = in_fish(mixed, "undo ").stdout.splitlines()
    assert re.fullmatch(rf"{last}\tsplit C1, C1-backorder \S+ \d\d:\d\d", lines[0])
    assert re.fullmatch(rf"{last - 1}\tship S1 \S+ \S+", lines[1])
    assert "hold H1 ring   touch x   y  first" in lines[2]
    mixed.done("undo")
    assert str(last) not in in_bash(mixed, "undo", "")


@pytest.mark.slow
def test_can_offer_what_is_expected_and_the_lists_that_are_open(mixed: Shop) -> None:
    mixed.done("expect --sku B --qty 1 --on 2999-01-02 --ref PO-2")
    mixed.done("expect --sku B --qty 1 --on 2999-01-01 --ref PO-1")
    assert in_bash(mixed, "receive", "--of", "P") == ["PO-1", "PO-2"]
    assert in_bash(mixed, "receive", "--ref", "PO-2") == ["PO-2"]
    assert in_bash(mixed, "expect", "--close", "") == ["PO-1", "PO-2"]
    mixed.done("pick P1 --take")
    mixed.done("pick P2 --take")
    mixed.done("ship P1")
    assert in_bash(mixed, "ship", "--list", "") == ["2"]
    assert in_fish(mixed, "slip --list ").stdout == "2\t1 order\n"


@pytest.mark.slow
def test_can_offer_all_commands_by_name_and_few_with_what_they_do(shop: Shop) -> None:
    assert in_bash(shop, "")[:4] == ["demo", "init", "policy", "check"]
    assert {"import", "sync", "add", "split", "kit", "to-mark"} <= set(in_bash(shop, ""))
    assert "split\tSplit orders: what is in stock" in in_fish(shop, "sp").stdout


@pytest.mark.slow
def test_can_complete_a_number_without_its_hash_unless_one_was_typed(known: Shop) -> None:
    assert in_bash(known, "split", "10") == ["100", "101"]
    assert in_bash(known, "split", r"\#10") == [r"\#100", r"\#101"]
    assert in_bash(known, "split", '"#10') == ["#100", "#101"]
    assert in_fish(known, "split 10").stdout.split() == ["100", "101"]


@pytest.mark.slow
def test_can_complete_words_that_bash_cuts(known: Shop) -> None:
    assert in_bash(known, "split", "A", ":", "10") == ["100", "101"]
    assert in_bash(known, "split", "A", ":", "100", "A") == ["A:101"]
    assert in_bash(known, "receive", "--sku", "MUG", ":") == ["BLUE", "RED"]
    assert in_bash(known, "receive", "--sku", "=", "MUG", ":", "B") == ["BLUE"]
    assert in_bash(known, "split", "M", "@") == ["@1"]
    assert in_bash(known, "split", "M", "=") == ["1"]
    assert in_bash(known, "split", "'A:10") == ["A:100", "A:101"]


def test_cannot_offer_an_order_that_is_not_there(known: Shop) -> None:
    assert in_bash(known, "split", "B", ":", "10") == []


@pytest.mark.slow
def test_can_leave_files_to_fish_where_a_file_is_wanted(known: Shop) -> None:
    assert in_fish(known, "import orders or", "is-args").returncode == 1
    assert in_fish(known, "split 10", "is-args").returncode == 0


@pytest.mark.slow
def test_cannot_disturb_the_typist(empty: Shop) -> None:
    assert in_bash(empty, "show", "M") == []
    assert in_bash(empty, "slpit", "M") == []


@pytest.mark.quick_cases(1)
@pytest.mark.parametrize(
    ("shell", "word"),
    [("bash", "complete -o default"), ("zsh", "#compdef backsplit"), ("fish", "complete --command backsplit")],
)
def test_can_show_the_script_of_a_shell_by_its_name(empty: Shop, shell: str, word: str) -> None:
    process = subprocess.run(program("--show-completion", shell), capture_output=True, text=True, check=True)
    assert word in process.stdout
    assert not empty.db.exists()


@pytest.mark.slow
def test_cannot_show_the_script_of_an_unknown_shell() -> None:
    process = subprocess.run(program("--show-completion", "tcsh"), capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert "bash, zsh, fish" in process.stderr


START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
LOAD = {
    "bash": "source <(backsplit --show-completion bash)",
    "zsh": "autoload -Uz compinit; compinit -u -D; source <(backsplit --show-completion zsh)",
    "fish": "backsplit --show-completion fish | source",
}


class Shell:
    """A shell on a terminal of its own, with the completion loaded as its owner would."""

    def __init__(self, name: str, shop: Shop) -> None:
        # A folder of its own, with only the program in it, before all others.
        programs = shop.folder / "bin"
        programs.mkdir()
        (programs / "backsplit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m backsplit "$@"\n')
        (programs / "backsplit").chmod(0o700)
        (programs / "said").write_text('#!/bin/sh\nprintf "<%s>" "$@"; echo "<end>"\n')
        (programs / "said").chmod(0o700)
        self._process, self._terminal = pty.fork()
        if not self._process:  # the child
            environment = {
                **os.environ,
                "PATH": f"{programs}:{os.environ['PATH']}",
                "HOME": str(shop.folder),
                "BACKSPLIT_DB": str(shop.db),
                "TERM": "xterm" if name == "fish" else "dumb",
                "LC_ALL": "C.UTF-8",
            }
            os.chdir(shop.folder)
            os.execvpe(START[name][0], START[name], environment)
        self._type(f"{LOAD[name]}\n")
        self._type("said loaded\n")
        self._wait_for("<loaded><end>")

    def completed(self, line: str) -> list[str]:
        """The words that the shell takes the line for, after a Tab and an Enter."""
        # Ctrl-A goes to the beginning of the line, which is said instead of run.
        self._type(f"{line}\t\x01said \n")
        said = self._wait_for("<end>")
        return re.findall(r"<([^<>]*)>", said[said.rindex("<backsplit>") :])[1:-1]

    def close(self) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def _wait_for(self, words: str) -> str:
        screen, deadline = b"", time.monotonic() + 60
        while words.encode() not in screen:
            assert time.monotonic() < deadline, screen
            if select.select([self._terminal], [], [], 1)[0]:
                screen += os.read(self._terminal, 65536)
        return screen.decode(errors="replace")


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, known: Shop) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    shell = Shell(request.param, known)
    yield shell
    shell.close()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("backsplit split A:101", ["split", "A:101"]),
        (r"backsplit split \#101", ["split", "#101"]),
        ("backsplit receive --sku MUG:B", ["receive", "--sku", "MUG:BLUE"]),
        ("backsplit import orders or", ["import", "orders", "orders.csv"]),
        ("backsplit list --status on", ["list", "--status", "on-hold"]),
        ("backsplit receive --sku=MUG:B", ["receive", "--sku=MUG:BLUE"]),
        ("backsplit undo 3", ["undo", "3"]),
    ],
)
@pytest.mark.slow
def test_a_shell_completes_a_line_to_what_its_owner_means(shell: Shell, line: str, words: list[str]) -> None:
    assert shell.completed(line) == words
