"""Eight processes on one file: none fails, none is lost, and everything adds up.

`BACKSPLIT_COMMANDS=2000 BACKSPLIT_SEED=1 pytest tests/robustness/test_many_at_once.py` is the long run.
"""

from __future__ import annotations

import array
import fcntl
import os
import random
import signal
import sqlite3
import termios
from collections import Counter, defaultdict
from contextlib import closing
from typing import Any

import pytest

from conftest import Answer, Shop
from robustness.processes import Worker, contents, ended, is_written, run, start, tell, wait_for, workers

PROCESSES = 8
COMMANDS = int(os.environ.get("BACKSPLIT_COMMANDS", "320"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
SKUS = ["HOT", "WARM", "COLD", "CARD"]
ORDERS = 24
# What each event makes of an order, and of which statuses it can.
MOVES = {
    "imported": ({None}, "Processing"),
    "backordered": ({None}, "Backorder"),
    "split": ({"Backorder"}, "Processing"),
    "split-off": ({None, "Backorder"}, "Backorder"),  # an event for each SKU that moves
    "dropped": ({"Processing"}, "Processing"),
    "released": ({"Backorder"}, "Processing"),
    "returned": ({"Processing"}, "Backorder"),
    "held": ({"Backorder", "Processing"}, "On Hold"),
    "resumed": ({"On Hold"}, "Backorder"),
    "cancelled": ({"Backorder", "Processing"}, "Cancelled"),
    "shipped": ({"Processing", "Shipped"}, "Shipped"),  # an event for each SKU
    "prioritized": ({"Backorder", "Processing", "On Hold"}, None),
}
READING = {"list", "show", "stock", "shortages", "history", "check"}


@pytest.mark.slow
def test_nothing_fails_and_nothing_is_lost(shop: Shop) -> None:
    dice = random.Random(SEED)
    shop.stock("HOT5 WARM5 COLD0 CARD3", inserts="CARD")
    shop.write("orders.csv", "order,sku,quantity\n" + "".join(_order(f"M{n}", dice) for n in range(ORDERS)))
    shop.done("import orders orders.csv")
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
    part, sku = f"{order}-backorder", dice.choice(SKUS)
    return dice.choice(
        [
            ["receive", "--sku", sku, "--qty", str(dice.randint(1, 6)), "--ref", f"ASN-{n}"],
            ["receive", "--sku", "HOT", "--qty", "2", "--ref", f"TWICE-{n // 20}"],
            ["split", order],
            ["split", order, "--partial"],
            ["split", "--all", "--drop-inserts"],
            ["ship", order],
            ["hold", order],
            ["resume", order],
            ["cancel", part],
            ["merge", part],
            ["merge", part],
            ["adjust", "--sku", sku, "--by", str(dice.choice([-2, -1, 1, 2])), "--reason", "counted"],
            ["prioritize", order, "--priority", str(n + 1)],  # never the one it has
            ["import", "orders", "orders.csv", "--prefix", f"P{n}-"],
            [dice.choice(sorted(READING - {"show"}))],
            ["show", order],
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
    assert told == Counter(command for _, command, *_ in contents(shop.db)["changes"])


def _name(words: list[str]) -> str:
    return " ".join(words[:2]) if words[0] == "import" or words[1:2] == ["--all"] else words[0]


def _changed(command: str, told: Any) -> bool:
    if command in READING:
        return False
    if command == "receive":
        return not told["repeated"]
    if command == "split":
        return bool(told["splits"])
    return True


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
        if event["event"] in {"received", "counted", "adjusted", "shipped"}:
            moved[event["sku"]] += event["quantity"]
    assert came == said
    assert {sku: on_hand for sku, (on_hand, _) in shop.figures().items()} == {sku: moved[sku] for sku in SKUS}


def _no_order_went_twice(shop: Shop) -> None:
    """Follow every order through its history: no step is taken from where it does not stand."""
    stands: dict[str, str | None] = defaultdict(lambda: None)
    for event in shop.done("history --json").json:
        order, step = event["order"], event["event"]
        if order is None:
            continue
        if step in {"merged", "whole"}:
            stands[order] = "Backorder" if step == "whole" else None
            continue
        comes_from, leads_to = MOVES[step]
        assert stands[order] in comes_from, f"{order}: {step} in {stands[order]}, seed {SEED}"
        stands[order] = leads_to or stands[order]
    now = {order["number"]: order["status"] for order in shop.done("list --json").json}
    assert now == {order: status for order, status in stands.items() if status}


IN_A_HURRY = "from backsplit.repository.file import connecting; connecting.LONGEST_WAIT = 0.01"


@pytest.fixture
def long_import(shop: Shop) -> Any:
    """An import that was halted in the middle of its work, with the file in its hands."""
    shop.stock("A1")
    shop.write("orders.csv", "order,sku,quantity\n" + "".join(f"M{n},A,1\n" for n in range(2_000)))
    process = start(shop, "import", "orders", "orders.csv", "--json")
    wait_for(lambda: is_written(shop.db), process)
    process.send_signal(signal.SIGSTOP)
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


def test_a_writer_that_waited_too_long_is_told_that_the_file_is_busy(shop: Shop, long_import: Any) -> None:
    with workers(1, IN_A_HURRY) as (worker,):
        said = worker.ask("--db", str(shop.db), "receive", "--sku", "A", "--qty", "1", "--json")
    assert (said.code, said.error) == (4, "busy")
    long_import.send_signal(signal.SIGCONT)
    assert ended(long_import).code == 0
    assert shop.figures()["A"] == (1, 1)


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
