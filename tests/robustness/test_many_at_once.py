"""Sixteen processes on one file: none fails, none is lost, and everything adds up.

`BACKSPLIT_COMMANDS=5000 BACKSPLIT_SEED=1 pytest tests/robustness/test_many_at_once.py` is the long run.
"""

from __future__ import annotations

import array
import fcntl
import os
import random
import signal
import sqlite3
import subprocess
import sys
import termios
from collections import Counter, defaultdict
from contextlib import closing
from typing import Any

import pytest

from conftest import Answer, Shop
from robustness.processes import Worker, contents, ended, is_halted, is_written, run, start, tell, wait_for, workers
from shopify import shopify

PROCESSES = 16
COMMANDS = int(os.environ.get("BACKSPLIT_COMMANDS", "160"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
SKUS = ["HOT", "WARM", "COLD", "CARD"]
ORDERS = 24
# What each event makes of an order, and of which statuses it can.
MOVES: dict[str, tuple[set[str | None], str | None]] = {
    "imported": ({None}, "Processing"),
    "backordered": ({None}, "Backorder"),
    "split": ({"Backorder", "Processing"}, "Processing"),
    "split-off": ({None, "Backorder"}, "Backorder"),  # an event for each SKU that moves
    "parted": ({None, "Backorder"}, "Backorder"),
    "dropped": ({"Processing"}, "Processing"),
    "released": ({"Backorder"}, "Processing"),
    "returned": ({"Processing"}, "Backorder"),
    "held": ({"Backorder", "Processing", "Cancelled"}, "On Hold"),
    "resumed": ({"On Hold", "Cancelled"}, "Backorder"),
    "cancelled": ({"Backorder", "Processing", "On Hold"}, "Cancelled"),
    "shipped": ({"Processing", "Shipped"}, "Shipped"),  # an event for each SKU
    "unshipped": ({"Shipped", "Processing"}, "Processing"),
    "removed": ({"Backorder", "Processing"}, None),
}
# Those that leave it where it stands.
STAYING = {"prioritized", "amended", "waits", "ship-complete", "picked", "unpicked"}
OF_STOCK = {
    "received",
    "unreceived",
    "counted",
    "adjusted",
    "shipped",
    "unshipped",
    "sent-there",
    "came-back",
    "missed",
}
READING = ["list", "stock", "shortages", "history", "check", "promise", "report"]
READING_ONE = ["show", "slip"]
NOT_TOLD = {"policy", "mark", "ship-complete"}  # whether they changed anything
# Of the others: by what one sees that they did.
CHANGED = {
    "receive": lambda told: not told["repeated"],
    "split": lambda told: told["splits"],
    "amend": lambda told: told["notes"],
    "pick": lambda told: told["orders"],
    "expect": lambda told: told["expected"],
    "import": lambda told: told["added"],
    "sync": lambda told: told["added"] or told["followed"],
    "ship": lambda told: told["changed"],
}
IN_THE_SHOP = {
    "monday.csv": shopify("1 HOT2 WARM1", "2 WARM1", "3 COLD1 HOT1", "4 HOT1"),
    "tuesday.csv": shopify("1 HOT1 WARM1", "2 WARM1! fulfilled", "3 COLD1 HOT1 cancelled", "4 HOT1! COLD1", "5 HOT3"),
}


@pytest.mark.slow
def test_nothing_fails_and_nothing_is_lost(shop: Shop) -> None:
    dice = random.Random(SEED)
    shop.stock("HOT5 WARM5 COLD0 CARD3", inserts="CARD")
    shop.write("orders.csv", "order,sku,quantity\n" + "".join(_order(f"M{n}", dice) for n in range(ORDERS)))
    shop.done("import orders orders.csv")
    for name, text in IN_THE_SHOP.items():
        shop.write(name, text)
    given = [_command(dice, n) for n in range(COMMANDS)]
    with workers(PROCESSES) as processes:
        answers = _answers(shop, processes, given)
    failed = [(words, said) for words, said in answers if said.code not in {0, 1, 3} or "Traceback" in said.err]
    assert not failed, f"seed {SEED}"
    assert shop.done("check").out == "all is well\n"
    _every_change_is_there_once(shop, answers)
    _units_add_up(shop, answers)
    _no_order_went_twice(shop)
    told = Counter(words[0] for words, said in answers if said.code == 0)
    tell(f"seed {SEED}: {len(answers)} commands, done: {dict(told)}")


def _order(number: str, dice: random.Random) -> str:
    skus = dice.sample(SKUS, dice.randint(1, 3))
    return "".join(f"{number},{sku},{dice.randint(1, 4)}\n" for sku in skus)


def _command(dice: random.Random, n: int) -> list[str]:
    order = f"M{dice.randrange(ORDERS)}"
    part, sku, units = f"{order}-backorder", dice.choice(SKUS), str(dice.randint(1, 6))
    return dice.choice(
        [
            ["add", f"A{n // 4}", f"{sku}={units}"],
            ["amend", order, "--add", f"{sku}={units}", dice.choice(["--wait", "--as-part"])],
            ["amend", order, "--set", f"{sku}={units}", "--wait"],
            ["undo", "--yes"],
            ["undo", str(dice.randint(1, n + 1)), "--yes"],
            [
                "expect",
                "--sku",
                sku,
                "--qty",
                units,
                "--on",
                f"2999-01-{dice.randint(10, 28)}",
                "--ref",
                f"ASN-{n + 50}",
            ],
            ["pick", "--take"],
            ["ship", "--list", str(dice.randint(1, n // 30 + 1))],
            ["sync", dice.choice(list(IN_THE_SHOP)), "--yes", "--missing", "report"],
            ["ship-complete", order, *dice.choice([[], ["--off"]])],
            ["policy", dice.choice(["strict", "skip-over"])],
            ["mark", dice.choice(["--insert", "--no-insert"]), "CARD"],
            ["import", "orders", "orders.csv", "--prefix", f"Q{n // 40}-"],  # by several at once
            ["split", order, "--now", f"{sku}=1"],
            ["backup", f"backup-{n}.db"],
            ["receive", "--sku", sku, "--qty", units, "--ref", f"ASN-{n}"],
            ["receive", "--sku", "HOT", "--qty", "2", "--ref", f"TWICE-{n // 20}"],
            ["split", order],
            ["split", order, "--partial"],
            ["split", "--all", "--drop-inserts"],
            ["ship", order],
            ["hold", order],
            ["resume", order],
            ["cancel", dice.choice([order, part])],
            ["merge", part],
            ["merge", part],
            ["adjust", "--sku", sku, "--by", str(dice.choice([-2, -1, 1, 2])), "--reason", "counted"],
            ["prioritize", order, "--priority", str(n + 1)],  # never the one it has
            ["import", "orders", "orders.csv", "--prefix", f"P{n}-"],
            ["slip", order, "--html", "slips.html"],  # by several at once
            ["report", "--html", "report.html", "--svg", "report.svg"],
            [dice.choice(READING)],
            [dice.choice(READING_ONE), order],
        ]
    )


def _answers(shop: Shop, processes: list[Worker], given: list[list[str]]) -> list[tuple[list[str], Answer]]:
    """Keep every process busy: the commands go out in turns of one for each."""
    answers = []
    for first in range(0, len(given), len(processes)):
        turn = list(zip(processes, given[first : first + len(processes)], strict=False))
        for process, words in turn:
            process.send("--db", str(shop.db), *words, "--json")
        answers += [(words, process.answer()) for process, words in turn]
    return answers


def _every_change_is_there_once(shop: Shop, answers: list[tuple[list[str], Answer]]) -> None:
    told = Counter(_name(words) for words, said in answers if said.code == 0 and _changed(words[0], said.json))
    told += Counter({"import stock": 1, "import orders": 1})
    there = Counter(command for _, command, *_ in contents(shop.db)["changes"])
    assert told == there - Counter({command: there[command] for command in NOT_TOLD})


def _name(words: list[str]) -> str:
    return " ".join(words[:2]) if words[0] == "import" or words[1:2] == ["--all"] else words[0]


def _changed(command: str, told: Any) -> bool:
    if command in {*READING, *READING_ONE, "backup", *NOT_TOLD}:
        return False
    return bool(CHANGED.get(command, bool)(told))


def _units_add_up(shop: Shop, answers: list[tuple[list[str], Answer]]) -> None:
    """Every receipt counts once, and what is on hand is what came, less what went."""
    said = Counter[str]()
    for words, answer in answers:
        if words[0] == "receive" and answer.code == 0:
            for line in answer.json["received"]:
                said[line["sku"]] += line["quantity"]
    came, moved = Counter[str](), Counter[str]()
    for event in shop.done("history --json").json:
        if event["event"] == "received":
            came[event["sku"]] += event["quantity"]
        if event["event"] in OF_STOCK:
            moved[event["sku"]] += event["quantity"]
    assert came == said
    assert {sku: on_hand for sku, (on_hand, _) in shop.figures().items()} == {sku: moved[sku] for sku in SKUS}


def _no_order_went_twice(shop: Shop) -> None:
    """Follow every order through its history: no step is taken from where it does not stand."""
    stands: dict[str, str | None] = defaultdict(lambda: None)
    for event in shop.done("history --json").json:
        order, step = event["order"], event["event"]
        if order is None or order.startswith("#"):  # the shop decides of these
            continue
        if step in {"merged", "whole"}:
            stands[order] = "Backorder" if step == "whole" else None
        elif step == "divided":
            stands[order] = event["reason"]
        elif step not in STAYING:
            comes_from, leads_to = MOVES[step]
            assert stands[order] in comes_from, f"{order}: {step} in {stands[order]}, seed {SEED}"
            stands[order] = leads_to
    now = {it["number"]: it["status"] for it in shop.done("list --json").json if not it["number"].startswith("#")}
    assert now == {order: status for order, status in stands.items() if status}


IN_A_HURRY = "from backsplit.repository import connection; connection.LONGEST_WAIT = 0.01"
HALTED_BEFORE_ITS_COMMIT = """
import os, signal, sys
from backsplit.__main__ import main
from backsplit.repository import commit

go_on = commit.ignore_from_now_on

def halt():
    os.kill(os.getpid(), signal.SIGSTOP)
    go_on()

commit.ignore_from_now_on = halt
sys.exit(main())
"""


@pytest.fixture
def long_import(shop: Shop) -> Any:
    """An import that is halted with all of it written and nothing committed, the file in its hands."""
    shop.stock("A1")
    shop.write("orders.csv", "order,sku,quantity\n" + "".join(f"M{n},A,1\n" for n in range(2_000)))
    words = ["--db", str(shop.db), "import", "orders", "orders.csv", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", HALTED_BEFORE_ITS_COMMIT, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_for(lambda: is_halted(process), process)
        assert is_written(shop.db)
        yield process
        process.kill()


@pytest.mark.slow
def test_readers_are_not_held_up_by_a_long_import_and_see_nothing_of_half_of_it(shop: Shop, long_import: Any) -> None:
    for command in ("list --json", "history --json", "stock --json", "check --json"):
        assert run(shop, *command.split()).code == 0
    assert shop.state() == {}
    long_import.send_signal(signal.SIGCONT)
    assert ended(long_import).json["added"] == 2_000
    assert len(shop.state()) == 2_000


@pytest.mark.slow
def test_a_writer_that_waited_too_long_is_told_that_the_file_is_busy(shop: Shop, long_import: Any) -> None:
    with workers(1, IN_A_HURRY) as (worker,):
        said = worker.ask("--db", str(shop.db), "receive", "--sku", "A", "--qty", "1", "--json")
    assert (said.code, said.error) == (4, "busy")
    long_import.send_signal(signal.SIGCONT)
    assert ended(long_import).code == 0
    assert shop.figures()["A"] == (1, 1)


@pytest.mark.slow
def test_a_writer_that_need_not_wait_so_long_has_its_turn(shop: Shop, long_import: Any) -> None:
    writer = start(shop, "receive", "--sku", "A", "--qty", "1", "--json")
    long_import.send_signal(signal.SIGCONT)
    assert ended(writer).json["received"] == [{"sku": "A", "quantity": 1, "on_hand": 2}]
    assert ended(long_import).code == 0
    assert shop.figures()["A"] == (2, 2)


def test_a_slow_sender_does_not_keep_others_from_writing(shop: Shop) -> None:
    shop.stock("A1")
    reader, sender = os.pipe()
    process = start(shop, "import", "orders", f"/dev/fd/{reader}", pass_fds=[reader])
    os.write(sender, b"order,sku,quantity\nM1,A,1\n")
    wait_for(lambda: not _unread(reader), process)
    with closing(sqlite3.connect(shop.db, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
    os.close(sender)
    os.close(reader)
    assert ended(process).code == 0
    assert shop.state() == {"M1": "Processing A1"}


def _unread(pipe: int) -> int:
    """Bytes in the pipe that nobody has taken yet."""
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]
