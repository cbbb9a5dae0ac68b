"""docs/contract.md is held to the letter: commands, options, JSON keys, error codes, exit codes.

A new command needs its row and its JSON block in the document, and its lines in `EXAMPLES`; a new error code needs its
row there and a line in `PROVOKED`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from backsplit.cli import app
from backsplit.domain.history import EventKind
from backsplit.errors import Code
from backsplit.repository import connection
from conftest import Answer, Shop, once
from shopify import inventory, shopify

ROOT = Path(__file__).parent.parent
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TYPES: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "decimal": lambda value: isinstance(value, float) and value >= 0,
    "bool": lambda value: isinstance(value, bool),
    "day": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None,
    "time": lambda value: isinstance(value, str) and TIME.fullmatch(value) is not None,
}
IN_EVERY_COMMAND = {"--db", "--json", "--help"}

# Lines to type in `busy`, below. Each is run with --json, and all that is printed is held to the contract. Together the
# lines of all commands below one heading must fill every list, and every key that may be null, at least once.
COMES = "expect --sku B --qty 9 --on 2999-01-01 --ref PO-1"
TODAY = datetime.now(timezone.utc).astimezone().date().isoformat()
HELD = "hold M7 --until 2999-12-24"
EXPORTS = ("monday", "evening", "tuesday")
EXAMPLES: dict[str, list[str]] = {
    "init": ["init"],
    "import orders": ["import orders more.csv --skip-bad", *(f"import orders {it}.csv" for it in EXPORTS)],
    "import stock": [
        "split M1",
        "import stock more-there.csv",
        "import stock fewer-there.csv",
        "import stock inventory.csv",
        "receive --sku A --qty 4",
        "import stock inventory.csv",
    ],
    "import formats": ["import formats"],
    "sync": [
        "prioritize M5 --priority 1",
        "split M5",
        "sync monday.csv",
        "ship 11 14",
        "sync evening.csv",
        "amend 15 --add C=1 --wait",
        "sync tuesday.csv --stock counts.csv",
        "sync tuesday.csv --stock inventory.csv",
        "receive --sku A --qty 4",
        "sync tuesday.csv --stock inventory.csv",
        "sync wednesday.csv",
        "sync thursday.csv",
    ],
    "today": [
        "today",
        "sync monday.csv --stock inventory.csv",
        "receive --sku A --qty 4",
        "split M1",
        "ship 11",
        "pick M4 --take",
        f"hold M7 --until {TODAY}",
        f"expect --sku C --qty 1 --on {TODAY} --ref PO-8",
        "expect --file po.csv",
        "today",
    ],
    "list": ["split M1", COMES, HELD, "list", "ship M4 --tracking UPS:1Z9", "list"],
    "show": [
        "split M1",
        COMES,
        HELD,
        "show M4",
        "ship M4 --tracking UPS:1Z9",
        *("show M1", "show M1-backorder", "show M4", "show M7", "show M8"),
    ],
    "split": [
        "policy strict",
        "receive --sku CARD --qty 1",
        "split M6 --drop-inserts",
        "policy skip-over",
        "split M8",
        "adjust --sku A --to 7 --reason lost",
        "expect --sku C --qty 1 --on 2999-01-01",
        "split M5",
        "split M2 M3",
        "split M4 --now A=1",
    ],
    "receive": [
        "split M5",
        "receive --sku B --qty 1",
        "receive --sku C --qty 1",
        "add CARD=1 A=1 --customer Ann",
        "add CARD=1 --customer Ann",
        "receive --sku CARD --qty 9",
        "receive --file delivery.csv",
        "receive --file delivery.csv",
        "receive --file pallets.csv",
        COMES,
        "receive --of PO-1",
    ],
    "pick": [
        *["add A=1 --customer Ann"] * 2,
        "split M1",
        "pick",
        "pick --take",
        "ship M4",
        "merge M1-backorder",
        "pick --list 1",
        "pick --list 2",
        "receive --sku B --qty 9",
        "pick --lists",
        "pick --take",
    ],
    "slip": [
        "split M1",
        "ship M1 --tracking UPS:1Z9",
        "slip M1",
        "receive --sku B --qty 2",
        "split M5",
        "expect --sku C --qty 1 --on 2999-01-01",
        "slip M5",
        "cancel M5-backorder",
        "slip M1-backorder M5",
        "receive --sku B --qty 9",
        "split M2 --now B=1 --hold-rest",
        "slip M2",
    ],
    "to-ship": ["sync monday.csv --sku-from sku-or-name", "to-ship --through monday.csv --out labels.csv"],
    "expect": [COMES, "expect --file po.csv", "expect --move PO-1 --on 2999-01-03", "expect --close PO-1", "expect"],
    "promise": [COMES, "promise"],
    "ship": ["amend M4 --set A=1", "ship --list 1", "ship M4 --tracking UPS:1Z9"],
    "to-mark": [
        "sync monday.csv",
        "ship 11 --tracking UPS:1Z9",
        "to-mark",
        "to-mark --as amazon-shipping --through unshipped.txt --out a.txt",
        "to-mark --as woocommerce-ast --out w.csv --take",
        "to-mark --as woocommerce-ast --out w.csv --take",
        "undo",
        "ship 10 --tracking UPS:1 --tracking UPS:2",
        "to-mark --as woocommerce-ast --out w.csv",
    ],
    "ship-complete": ["ship-complete M1", "ship-complete --customer C"],
    "hold": ["hold M4 --reason why", "hold M1", "hold M8", "hold M5 --until 2999-12-24"],
    "resume": ["hold M1", COMES, "resume M1", "split M4 --now A=1 --hold-rest", "resume M4-backorder"],
    "cancel": ["split M1", "cancel M1", "cancel M1-backorder"],
    "merge": ["split M1", "merge M1-backorder"],
    "prioritize": ["prioritize M4 M2 --priority 1"],
    "add": ["add A=1", "add X9 B=2 --customer Anna"],
    "amend": ["amend M4 --set A=2", "amend M4 --add B=1 --as-part"],
    "undo": [
        COMES,
        "hold M1",
        "undo",
        "prioritize M4 --priority 5",
        "undo",
        "split M4 --now A=1 --hold-rest",
        "resume M4-backorder",
        "hold M4-backorder",
        "undo",
        "undo",
        "undo",
        HELD,
        "cancel M7",
        "undo",
        "undo",
        "receive --sku B --qty 2",
        "undo",
        "split M1",
        "merge M1-backorder",
        "undo",
        "adjust --sku A --to 5 --reason lost",
        "add A=1",
        "hold M4",
        "undo",
        "hold M8",
        "undo",
    ],
    "adjust": ["adjust --sku A --to 1 --reason broken", "adjust --sku B --by 9 --reason found"],
    "mark": ["mark CARD --no-insert", "mark A --from 2999-12-24"],
    "stock": [
        "sync monday.csv",
        "ship 11",
        "stock --through inv.csv --out new.csv",
        "mark A --from 2999-12-24",
        "stock",
        "import stock inventory.csv",
        "receive --sku A --qty 4",
        "stock",
    ],
    "notices": [
        "split M1",
        "notices --take",
        "undo",
        COMES,
        "notices",
        "add P9 B=99 --placed-at 2999-01-01",
        "notices --take",
        "expect --move PO-1 --on 2999-02-02",
        "cancel M3",
        "notices",
    ],
    "due": [
        "split M1",
        f"hold M1 M1-backorder --until {TODAY}",
        f"mark B --from {TODAY}",
        "receive --sku B --qty 9",
        "due",
    ],
    "kit": ["kit", "split M8", "kit SET A=1 --name Pair", "kit NEW-KIT A=1", "kit NEW-KIT --off"],
    "shortages": [COMES, "shortages", "shortages --for M2"],
    "history": ["split --all --partial --drop-inserts", "receive --sku B --qty 9", "ship M1", "history"],
    "report": ["split M1", "receive --sku B --qty 2", "ship M4", "report", "report --since 4d"],
    "policy": [
        "split M1",
        "prioritize M2 --priority 1",
        "policy strict",
        "receive --sku B --qty 2",
        "policy skip-over",
        "policy",
    ],
    "check": ["check", "check --db broken.db"],
    "backup": ["backup copy.db"],
    "demo": ["demo", "demo"],
    "restore": ["restore sound.db"],
}

# The last line fails with that code.
PROVOKED: dict[str, list[str]] = {
    "not-backorder": ["split M4"],
    "nothing-short": ["split M1 --db covered.db"],
    "nothing-in-stock": ["split M2"],
    "only-inserts-short": ["split M6"],
    "only-inserts-in-stock": ["mark A --insert", "split M1"],
    "ship-complete": ["ship-complete M1", "split M1"],
    "nothing-named": ["split M1 --now A=0"],
    "nothing-left": ["split M4 --now A=4"],
    "not-enough": ["split M1 --now B=1"],
    "not-allowed": ["ship M1"],
    "shipped": ["ship M4", "hold M4"],
    "bad-quantity": ["receive --sku A --qty 0"],
    "last-line": ["amend M2 --remove B"],
    "changed-since": ["hold M4", "cancel M4", "undo 9"],
    "not-undoable": ["undo 2"],
    "kit": ["receive --sku SET --qty 1"],
    "in-use": ["kit BOX A=1", "add BOX=1", "kit BOX A=2"],
    "same-file": ["receive --file plain.csv", "receive --file plain.csv"],
    "older-file": ["sync monday.csv", "sync later.csv", "sync evening.csv"],
    "other-shop": ["sync monday.csv", "sync other-shop.csv"],
    "takes-back": ["sync monday.csv", "ship 10 11 13", "sync sent.csv", "sync back.csv"],
    "usage": ["split"],
    "not-found": [COMES, "receive --of PO-2"],
    "unknown-sku": ["receive --sku AA --qty 1"],
    "no-database": ["list --db nowhere.db"],
    "not-a-database": ["list --db more.csv"],
    "newer-database": ["list --db newer.db"],
    "read-only": [f"list --db {'x' * 300}"],
    "busy": ["receive --sku A --qty 1 --db locked.db"],
    "bad-input": ["import orders more.csv"],
}
# Codes of single orders, not of failures: tests/test_cli_sync.py and tests/test_cli_split_limits.py provoke them.
OF_SINGLE_ORDERS = {"older", "other-order", "shipped-more", "due-soon", "max-parts", "too-little"}
NOT_PROVOKED = {  # with the reason; the tests that do it are named
    "disk-full": "takes a disk of its own: tests/test_file_errors.py",
    "disk-error": "takes a disk that fails: tests/test_commit.py",
    "uncertain": "takes a disk that fails: tests/test_commit.py",
    "stopped": "takes a process of its own: tests/robustness/test_signals.py",
    "group": "takes a file in which lines belong together: tests/test_cli_kit.py",
    "output": "takes a standard output that is full: tests/test_file_errors.py",
}

LABELS = {"order.tracking[]", "label.carrier", "label.number"}
NEVER_THERE = {  # with the reason
    "`pick`": {"order.promised", "order.until", *LABELS},  # it shows only Processing orders
    "`split`": {"order.until", *LABELS},  # nothing that is on hold or has shipped
    "`to-ship`": {"`to-ship`.together[][]"},  # the export of the example has no column for the customer
    "`undo`": LABELS,  # they go with the shipment
}


def _section(heading: str) -> str:
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", CONTRACT, re.DOTALL | re.MULTILINE)
    assert found, f"docs/contract.md has no section {heading}"
    return found[1]


def _table(heading: str) -> Iterator[list[str]]:
    """The cells of each row; `\\|` is a bar within a cell."""
    for line in _section(heading).splitlines():
        if line.startswith("| `"):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _blocks() -> Iterator[tuple[str, Any]]:
    """Each heading of the section JSON, with the shape below it."""
    for part in re.split(r"^### ", _section("JSON"), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        block = re.search(r"```json\n(.*?)```", text, re.DOTALL)
        assert block, f"docs/contract.md shows no JSON below {heading}"
        yield heading, json.loads(block[1])


BLOCKS = dict(_blocks())
SHAPES = {heading: shape for heading, shape in BLOCKS.items() if "`" not in heading}
HEADINGS = {command: heading for heading in BLOCKS for command in re.findall(r"`([^`]+)`", heading)}
CODES = {code.strip("`"): int(exit_code) for code, exit_code, _ in _table("Error codes")}
COMMANDS: dict[str, set[str]] = {}
for typed, _ in _table("Commands"):
    for span in re.findall(r"`([^`]+)`", typed):
        name = re.match(r"[a-z-]+(?: [a-z]+)*", span)
        assert name, span
        COMMANDS.setdefault(name[0], set()).update(re.findall(r"--[a-z-]+", span))


class Held:
    """Holds documents to their shapes, and keeps which parts of the shapes it has met."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def __call__(self, value: Any, shape: Any, where: str) -> None:
        """Fail where a key is missing, is not documented, or holds something else than it should."""
        if isinstance(shape, list):
            assert isinstance(value, list), where
            for item in value:
                self(item, shape[0], f"{where}[]")
        elif isinstance(shape, dict):
            shape = _spread(shape)
            assert isinstance(value, dict), where
            assert set(value) == set(shape), f"{where}: the keys are not those of docs/contract.md"
            for key, inner in shape.items():
                self(value[key], inner, f"{where}.{key}")
        else:
            self._leaf(value, shape, where)

    def _leaf(self, value: Any, said: str, where: str) -> None:
        if value is None:
            assert said.partition(":")[0].endswith(" or null"), f"{where} is null"
            return
        name = _type(said)
        self.met.add(where)
        if name in SHAPES:
            self(value, SHAPES[name], name)
        elif name.startswith("one of "):
            assert value in name.removeprefix("one of ").split(" | "), f"{where} is {value!r}"
        else:
            assert TYPES[name](value), f"{where} is {value!r}, and no {name}"


def _spread(shape: dict[str, Any]) -> dict[str, Any]:
    rest = {key: inner for key, inner in shape.items() if key != "…"}
    return _spread(SHAPES[shape["…"]]) | rest if "…" in shape else rest


def _leaves(shape: Any, where: str) -> Iterator[str]:
    """Where a shape has something, as `Held` names it."""
    if isinstance(shape, list):
        yield from _leaves(shape[0], f"{where}[]")
    elif isinstance(shape, dict):
        for key, inner in _spread(shape).items():
            yield from _leaves(inner, f"{where}.{key}")
    else:
        yield where
        if (name := _type(shape)) in SHAPES:
            yield from _leaves(SHAPES[name], name)


def _type(said: str) -> str:
    """`order or null: it waits` as `order`."""
    return said.partition(":")[0].removesuffix(" or null")


def _heading(command: str, document: Any) -> str:
    """The heading of its shape. A command that lists has another one for what it changed, and pick lists their own."""
    changed = f"{command} after a change"
    if command == "pick" and isinstance(document, list):
        return "pick lists"
    if command == "ship" and "changed_since" in document:
        return "ship list"
    return changed if changed in SHAPES and isinstance(document, dict) else HEADINGS[command]


def _command_of(line: str) -> str:
    words = line.split()
    return next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)


@pytest.fixture
@once
def grown(shop: Shop) -> Shop:
    """A shop with orders of every kind, and files beside it to be read or to fail on."""
    shop.write("more-there.csv", "sku,on_hand\nA,9\nB,2\nNEW,3\n")
    shop.write("fewer-there.csv", "sku,on_hand\nA,0\nB,9\n")
    shop.write("more.csv", "order,sku,quantity,status\nN1,A,1,open\nN2,NEWER,2,open\nN3,A,none,open\n")
    same = ["10 A1", "11 A1", "12 B1", "13 A1"]
    shop.write("monday.csv", shopify(*same, "14 A1", "15 A1", "16 A1"))
    shop.write("evening.csv", shopify(*same, "14 A1 fulfilled", "15 A1", "16 A1"))
    tuesday = shopify("10 A2", "11 A1", "12 B1 fulfilled", "13 A1 cancelled", "14 A1", "17 LATEST1")
    rows = "#17,,,2026-01-01,1,,pending,,Nameless\n#16,paid,,2026-02-01,1,A,pending,,Thing\n"
    shop.write("tuesday.csv", tuesday + rows)
    newest = "18 A1 fulfilled @2026-03-01"
    shop.write("wednesday.csv", shopify("15 A1 fulfilled", "17 LATEST1 unpaid", newest))
    shop.write("thursday.csv", shopify("17 LATEST1", newest))
    shop.write("other-shop.csv", shopify("10 HAT1", "11 HAT1", "12 HAT1"))
    shop.write("later.csv", shopify("18 A1 fulfilled @2026-01-09"))
    shop.write("sent.csv", shopify(*(f"{it} A1 fulfilled" for it in (10, 11, 13))))
    shop.write("back.csv", shopify(*(f"{it} A1" for it in (10, 11, 13))))
    shop.write("counts.csv", "sku,on_hand\nA,5\nC,1\n")
    shop.write(
        "unshipped.txt", "order-id\torder-item-id\tpurchase-date\tsku\tquantity-to-ship\n1\t1\t2026-01-01\tA\t1\n"
    )
    shop.write("inventory.csv", inventory("A5 C1"))
    shop.write("inv.csv", "Handle,Title,Option1 Value,SKU,COO,Location,On hand\nh,t,,A,,Shop,99\n")
    shop.write("plain.csv", "sku,quantity\nB,1\n")
    shop.write("pallets.csv", "sku,quantity,pallet status,colour\nB,1,received,red\nC,1,in transit,red\n")
    shop.write(
        "po.csv", "po number,sku,qty,due date,yard\nPO-2,C,1,2020-01-01,1\nPO-2,CARD,9,2999-01-01,1\nPO-2,A,1,,1\n"
    )
    shop.write("delivery.csv", "sku,quantity,ref\nB,4,ASN-1\nC,1,ASN-1\n")
    shop.stock("A9 B0 C0 CARD0", inserts="CARD")
    shop.order("M4", "A4", "2026-01-01T08:00:00Z")
    shop.order("M1", "A1 B2", "2026-01-01T09:00:00Z")
    shop.order("M2", "B3", "2026-01-02T09:00:00Z")
    shop.order("M3", "B1", "2026-01-03T09:00:00Z")
    shop.order("M5", "A1 C1", "2026-01-04T09:00:00Z")
    shop.order("M6", "A1 CARD2", "2026-01-05T09:00:00Z")
    shop.order("M7", "CARD1", "2026-01-06T09:00:00Z")
    shop.done("pick M4 --take")
    shop.done("kit SET A=1 B=1")
    shop.order("M8", "SET1 A1", "2026-01-07T09:00:00Z")
    shop.done("backup sound.db")
    _spoiled_copy(shop, "broken.db", "UPDATE orders SET units = units + 1 WHERE number = 'M1'")
    _spoiled_copy(shop, "covered.db", "UPDATE products SET on_hand = 99")
    _spoiled_copy(
        shop,
        "newer.db",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('backsplit', 'm999', '')",
    )
    shop.done("backup locked.db")
    return shop


@pytest.fixture
def busy(grown: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The same shop while another program keeps `locked.db`."""
    monkeypatch.setattr(connection, "LONGEST_WAIT", 0.1)
    with closing(sqlite3.connect("locked.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield grown


def _spoiled_copy(shop: Shop, name: str, sql: str) -> None:
    shop.done(f"backup {name}")
    with closing(sqlite3.connect(name)) as db:
        db.execute(sql)
        db.commit()


def _typed(shop: Shop, lines: list[str], held: Held) -> Answer:
    """Type the lines with --json; everything printed has its shape, and every failure its exit code."""
    for line in lines:
        answer = shop(f"{line} --json")
        command = _command_of(line)
        if answer.out:
            heading = _heading(command, answer.json)
            held(answer.json, BLOCKS[heading], heading)
        if answer.err:
            held(json.loads(answer.err), SHAPES["failure"], "failure")
            assert answer.code == CODES[answer.error]
    return answer


# Commands and options


def test_every_command_and_option_is_in_the_contract_and_in_the_program() -> None:
    there = {name: options - IN_EVERY_COMMAND for name, options in _commands_of_the_program()}
    assert there == COMMANDS


def test_every_command_takes_json() -> None:
    assert [name for name, options in _commands_of_the_program() if "--json" not in options] == []


def _commands_of_the_program() -> Iterator[tuple[str, set[str]]]:
    group: Any = typer.main.get_command(app)
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if inner := getattr(command, "commands", None):
            yield from ((f"{name} {one}", _options(inner[one])) for one in inner)
        else:
            yield name, _options(command)


def _options(command: Any) -> set[str]:
    words = [word for one in command.params if not getattr(one, "hidden", False) for word in one.opts]
    words += [word for one in command.params for word in one.secondary_opts]
    return {word for word in words if word.startswith("--")}


# JSON


def test_every_command_has_its_json_in_the_contract_and_its_example() -> None:
    assert set(HEADINGS) == set(COMMANDS) == set(EXAMPLES)


@pytest.mark.parametrize("heading", [heading for heading in BLOCKS if heading not in SHAPES])
def test_the_json_has_every_documented_key_and_no_other(busy: Shop, heading: str) -> None:
    held = Held()
    for command in (command for command in HEADINGS if HEADINGS[command] == heading):
        busy.done(f"backup '{command}.db'")
        story = Shop(busy.folder)
        story.db = busy.folder / f"{command}.db"
        _typed(story, EXAMPLES[command], held)
    headings = {_heading(command, shape) for command, one in HEADINGS.items() if one == heading for shape in ([], {})}
    never_there = {leaf for one in headings for leaf in _leaves(BLOCKS[one], one)} - held.met
    never_there -= NEVER_THERE.get(heading, set())
    if not heading.startswith("`ship`"):  # one example of orders on a pick list is enough
        never_there = {leaf for leaf in never_there if ".on_lists[]." not in leaf}
    assert not never_there, f"give {heading} an example that has it"


def test_every_event_is_in_the_contract() -> None:
    assert SHAPES["event"]["event"] == "one of " + " | ".join(one.word for one in EventKind)


# Errors


def test_every_error_code_of_the_program_is_in_the_contract() -> None:
    assert set(CODES) == set(get_args(Code)) == {*PROVOKED, *NOT_PROVOKED, *OF_SINGLE_ORDERS}


@pytest.mark.parametrize("code", PROVOKED)
def test_the_error_has_the_documented_code_and_exit_code(busy: Shop, code: str) -> None:
    answer = _typed(busy, PROVOKED[code], Held())
    assert (answer.code, answer.error) == (CODES[code], code)


def test_every_exit_code_of_an_error_is_in_the_contract() -> None:
    exit_codes = {int(code.strip("`")) for code, _ in _table("Exit codes")}
    assert set(CODES.values()) | {0, 10, 143} == exit_codes


# CSV


@pytest.mark.parametrize("line", re.findall(r"^[a-z]+: \S+$", _section("Output"), re.MULTILINE))
def test_the_csv_begins_with_the_documented_header(busy: Shop, line: str) -> None:
    command, _, header = line.partition(": ")
    assert busy.done(f"{command} --csv").out.splitlines()[0] == header


# The rules


def test_every_rule_that_the_code_names_is_written_down() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "docs" / "contract.md"]
    named = {int(n) for path in sources for n in re.findall(r"\b[Rr]ule (\d+)", path.read_text(encoding="utf-8"))}
    assert named <= {int(n) for n in re.findall(r"^### (\d+)\. ", RULES, re.MULTILINE)}


def test_the_modules_that_contributing_names_are_there() -> None:
    layers = "domain|repository|formats|services|render|cli"
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = {found.removesuffix(".py") for found in re.findall(rf"`((?:{layers})/[a-z_/]+(?:\.py)?)`", page)}
    assert len(named) > 20
    house = ROOT / "src" / "backsplit"
    assert [one for one in sorted(named) if not (house / f"{one}.py").is_file() and not (house / one).is_dir()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_both_pages_are_linked(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "(docs/rules.md)" in text
    assert "(docs/contract.md)" in text
