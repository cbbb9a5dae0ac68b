"""Power cuts: a day's commands are written down call by call; then the disk is made as it could be after a cut there.

Every change that was acknowledged is there, none is half there, and `check` is clean. The day is run once with nobody
else at the file, so that each command makes the log anew and ends it, and once with a reader that keeps it.

`BACKSPLIT_CUTS=20000 BACKSPLIT_SEED=1 pytest tests/robustness/test_power_cuts.py -s` is the long run.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import Shop, typed
from robustness.disk.calls import Commands, commands
from robustness.disk.cuts import Call, Disk, What, calls_in
from robustness.processes import contents, holding, tell
from shopify import inventory, shopify

CUTS = int(os.environ.get("BACKSPLIT_CUTS", "300"))
SEED = int(os.environ.get("BACKSPLIT_SEED", "1"))
DRAWN_AT_EACH = 3  # states at the same moment

FILES = {
    "stock.csv": "sku,on_hand\nA,9\nB,0\nC,4\nD,0\n",
    "orders.csv": "order,sku,quantity\n"
    + "".join(f"M{n},A,1\nM{n},B,{n % 3 + 1}\n" for n in range(6))
    + "M7,D,2\nM8,C,1\n",
    "many.csv": "order,sku,quantity\n" + "".join(f"N{n},C,1\nN{n},D,1\n" for n in range(60)),
    "delivery.csv": "sku,quantity\nC,20\nD,20\n",
    "expected.csv": "sku,quantity,date\nB,40,2999-01-01\nD,40,2999-01-02\n",
    "monday.csv": shopify("10 A2 B1", "11 B1", "12 C1 D1"),
    "tuesday.csv": shopify("10 A1 B1", "11 B1! fulfilled", "12 C1 D1 cancelled", "13 A1 C1"),
    "counts.csv": inventory("A20 B2 C30 D5"),
}
DAY = """
init
import stock ../stock.csv
import orders ../orders.csv
split M1
split --all
backup first.db
receive --sku B --qty 2 --ref ASN-1
expect --file ../expected.csv
pick --take
ship --list 1
sync ../monday.csv --stock ../counts.csv --yes
import orders ../many.csv
amend N1 --set D=2 --wait
hold M7
resume M7
undo --yes
policy strict
split --all --partial
adjust --sku A --to 0 --reason stolen
sync ../tuesday.csv --stock ../counts.csv --yes
receive --file ../delivery.csv --ref ASN-2
policy skip-over
list
backup first.db --force
merge N4-backorder
cancel M1-backorder --yes
prioritize N40 --priority 5
add P1 A=1 D=1
restore first.db --yes
split --all
receive --sku D --qty 5
check
resume M7
backup second.db
"""


class Step(NamedTuple):
    """A command of the day: at which call it had said that it was done, and what each file held then."""

    line: str
    said: int
    files: dict[str, Any]


class Day(NamedTuple):
    calls: list[Call]
    steps: list[Step]


@pytest.mark.slow
@pytest.mark.parametrize("with_a_reader", [False, True], ids=["alone", "with a reader"])
def test_after_a_power_cut_every_change_that_was_acknowledged_is_there_and_none_is_half_there(
    empty: Shop, with_a_reader: bool
) -> None:
    day = day_of(empty.folder, with_a_reader=with_a_reader)
    dice = random.Random(SEED)
    found = Counter[str]()
    for cut, disk in _moments(day, empty.folder / "shop", dice, CUTS // 2 // DRAWN_AT_EACH):
        for _ in range(DRAWN_AT_EACH):
            state = _lay_out(disk, empty.folder, dice)
            faults, which = _untrue(day, cut, state)
            assert not faults, f"seed {SEED}, cut at call {cut} of {len(day.calls)}: {faults}"
            found[which] += 1
    tell(f"seed {SEED}, {len(day.calls)} calls of {len(day.steps)} commands: {dict(found)}")
    assert found["the change under way is there"]
    assert found["the change under way is not there"]


@pytest.mark.slow
def test_a_disk_that_tells_of_syncs_it_did_not_do_is_found_out(empty: Shop) -> None:
    """The test above can fail."""
    day = day_of(empty.folder, with_a_reader=False)
    calls = [call._replace(what=What.SAID) if call.what is What.SYNCED else call for call in day.calls]
    day = day._replace(calls=calls)
    dice = random.Random(SEED)
    untrue = 0
    for cut, disk in _moments(day, empty.folder / "shop", dice, 10):
        untrue += bool(_untrue(day, cut, _lay_out(disk, empty.folder, dice))[0])
    assert untrue > 5


def day_of(folder: Path, *, with_a_reader: bool) -> Day:
    """The day, with each call that it made to the disk."""
    shop, record = folder / "shop", folder / "record"
    shop.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    steps: list[Step] = []
    with commands(shop) as run, ExitStack() as stack:
        for line in DAY.split("\n")[1:-1]:
            steps.append(_step(run, line, shop, record))
            if with_a_reader and len(steps) == 1:
                stack.enter_context(holding(shop / "backsplit.db", "SELECT * FROM orders"))
    return Day(list(calls_in(record.read_bytes())), steps)


def _step(run: Commands, line: str, shop: Path, record: Path) -> Step:
    before = _number_of_calls(record)
    answer = run("--db", str(shop / "backsplit.db"), *line.split(), record=record)
    assert answer.code == 0, (line, answer)
    calls = list(calls_in(record.read_bytes()))
    said = next(place for place in range(before, len(calls)) if calls[place].what is What.SAID)
    return Step(line, said, _held(_copied(shop, shop.parent / "copy")))


def _number_of_calls(record: Path) -> int:
    return sum(1 for _ in calls_in(record.read_bytes())) if record.exists() else 0


def _copied(shop: Path, to: Path) -> Path:
    """Without being seen by who has the files open."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    for path in shop.iterdir():
        if not path.name.endswith("-shm"):
            shutil.copyfile(path, to / path.name)
    return to


def _held(folder: Path) -> dict[str, Any]:
    """What each database in a folder holds."""
    return {path.name: _recovered(path) for path in sorted(folder.iterdir()) if _is_database(path.name)}


def _is_database(name: str) -> bool:
    return not name.endswith(("-wal", "-shm", "-journal", ".new"))


def _recovered(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as db:
        sound = db.execute("PRAGMA integrity_check").fetchall()
        assert sound == [("ok",)], (path.name, sound)
    return contents(path)


def _moments(day: Day, folder: Path, dice: random.Random, count: int) -> Iterator[tuple[int, Disk]]:
    """Moments of the day, in order, each with the disk as it has been written and synced until then."""
    wanted = iter(sorted(dice.choices(range(1, len(day.calls) + 1), k=count)))
    disk, at = Disk(folder), 0
    for cut in wanted:
        for call in day.calls[at:cut]:
            disk.happen(call)
        at = cut
        yield cut, disk


def _lay_out(disk: Disk, folder: Path, dice: random.Random) -> Path:
    """The files as they could be after the cut, in a folder of their own."""
    state = folder / "after"
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir()
    for name, content in disk.drawn(dice).items():
        path = Path(name)
        if path.name.endswith("-shm"):  # SQLite writes it through memory, unseen by us, and must not trust it
            content = dice.choice([b"", bytes(32768), dice.randbytes(32768)])  # noqa: PLW2901
        if path.parent.name == "shop":
            (state / path.name).write_bytes(content)
    return state


def _untrue(day: Day, cut: int, state: Path) -> tuple[list[str], str]:
    """What is not as was said after a cut there; and whether the change under way got there."""
    done = [step for step in day.steps if step.said < cut]
    before = done[-1].files if done else {}
    after = day.steps[len(done)].files if len(done) < len(day.steps) else before
    try:
        if (state / "backsplit.db").exists():
            checked = typed(["--db", str(state / "backsplit.db"), "check"])
            assert checked.code == 0, checked
        found = _held(state)
    except (AssertionError, sqlite3.Error) as error:
        return [str(error)], ""
    faults = [
        f"{name} is neither as before nor as after {len(done)} commands"
        for name in sorted({*found, *before, *after})
        if found.get(name) not in (before.get(name), after.get(name))
    ]
    names_made = set(after) - set(before) - {"backsplit.db"}
    came = found.get("backsplit.db") == after.get("backsplit.db")
    if came and before.get("backsplit.db") != after.get("backsplit.db"):  # a restore keeps what was there first
        faults += [f"{name} is missing" for name in names_made if found.get(name) != after[name]]
    if before == after:
        return faults, "no change was under way"
    return faults, "the change under way is there" if found == after else "the change under way is not there"
