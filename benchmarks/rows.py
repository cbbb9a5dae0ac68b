"""What is measured: each function gives rows of the table, each with what was to be reached and what was."""

from __future__ import annotations

import csv
import gzip
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks import workload
from benchmarks.measuring import Cost, backsplit, raw, run, side_by_side

DELIVERED = 1000  # units of each SKU that is short: enough for all who wait
RETAIL = ("--map", "order=InvoiceNo,sku=StockCode,placed_at=InvoiceDate", "--skip-bad")
OF_SQLITE = ("", "-wal", "-shm")


class Row(NamedTuple):
    """`reached` and `reach` in the same unit; `figures` are the measured costs behind it."""

    work: str
    reach: float
    reached: float
    figures: str
    unit: str = "×"

    @property
    def met(self) -> bool:
        return self.reached <= self.reach


class Shop(NamedTuple):
    """A file of so many orders, ours and raw's, and the files they were made of."""

    size: int
    ours: Path
    raw: Path
    folder: Path


def shop(folder: Path, size: int) -> Shop:
    made = Shop(size, folder / "ours.db", folder / "raw.db", folder)
    workload.write(folder, size)
    import_ours(made)
    import_raw(made)
    return made


def import_ours(of: Shop, _: int = 0) -> Cost:
    remove(of.ours)
    run(backsplit(of.ours, "init"))
    run(backsplit(of.ours, "import", "stock", of.folder / "stock.csv"))
    return run(backsplit(of.ours, "import", "orders", of.folder / "orders.csv"))


def import_raw(of: Shop, _: int = 0) -> Cost:
    remove(of.raw)
    return run(raw(of.raw, "import", of.folder))


def start_up(small: Shop, large: Shop, repetitions: int) -> Iterator[Row]:
    """Whole processes on copies of the smallest and of the largest file, against sqlite-utils."""
    query = [sys.executable, "-m", "sqlite_utils", "query", small.ours, "select 1"]
    measured: dict[str, Callable[[int], Cost]] = {"sqlite-utils": lambda _: run(query)}
    for of in (small, large):
        db = copied(of.ours, of.folder / "copy.db")
        numbers = to_split(db, repetitions + 1)
        commands = {
            "split ORDER": lambda n, db=db, numbers=numbers: backsplit(db, "split", numbers[n]),
            "receive": lambda _, db=db: backsplit(db, "receive", "--sku", "SKU-00001", "--qty", 1),
            "show ORDER": lambda _, db=db: backsplit(db, "show", "SO-0000001"),
            "list": lambda _, db=db: backsplit(db, "list"),
            "--version": lambda _: [sys.executable, "-m", "backsplit", "--version"],
        }
        for name, words in commands.items():
            measured[f"{name} {of.size}"] = lambda n, words=words: run(words(n))
    costs = side_by_side(measured, repetitions)
    floor = costs["sqlite-utils"]
    for name, reach in {
        "split ORDER": 0.46,
        "receive": 0.46,
        "show ORDER": 0.46,
        "list": 0.46,
        "--version": 0.4,
    }.items():
        few, many = costs[f"{name} {small.size}"], costs[f"{name} {large.size}"]
        figures = f"{ms(few)} against sqlite-utils {ms(floor)}"
        yield Row(f"`{name}`, whole process", reach, few.seconds / floor.seconds, figures)
        if name != "--version":
            yield Row(
                f"`{name}` at {large.size:,} orders against {small.size:,}",
                1.15,
                many.seconds / few.seconds,
                f"{ms(many)} against {ms(few)}",
            )


def imports(of: Shop, retail: Path | None, repetitions: int) -> Iterator[Row]:
    costs = side_by_side({"ours": partial(import_ours, of), "raw": partial(import_raw, of)}, repetitions)
    ours, floor = costs["ours"], costs["raw"]
    lines = lines_in(of.folder / "orders.csv")
    name = f"`import orders`, {lines:,} lines"
    yield Row(name, 2.0, ours.seconds / floor.seconds, f"{s(ours)} against raw {s(floor)}")
    yield Row(f"{name}: memory", 350, ours.memory, "", "MiB")
    yield Row(
        "file after it", 2.0, of.ours.stat().st_size / of.raw.stat().st_size, f"{size(of.ours)}, raw {size(of.raw)}"
    )
    if retail:
        db, stock = of.folder / "retail.db", of.folder / "retail-stock.csv"
        count_enough(retail, stock)

        def take_in(_: int) -> Cost:
            remove(db)
            run(backsplit(db, "init"))
            run(backsplit(db, "import", "stock", stock))
            return run(backsplit(db, "import", "orders", retail, *RETAIL))

        cost = side_by_side({"retail": take_in}, max(1, repetitions // 2))["retail"]
        each, generated = cost.processor / lines_in(retail), ours.processor / lines
        figures = f"{each * 1e6:.1f} µs against {generated * 1e6:.1f} µs of processor time a line"
        yield Row("Online Retail, per line", 1.0, each / generated, figures)
        remove(db)


def batches(of: Shop, repetitions: int) -> Iterator[Row]:
    """`split --all`, then a delivery of all that is short, each on the copies that the one before left."""
    ours, floor, delivery = of.folder / "batch.db", of.folder / "batch-raw.db", of.folder / "delivery.csv"

    def split_ours(_: int) -> Cost:
        copied(of.ours, ours)
        return run(backsplit(ours, "split", "--all"))

    def split_raw(_: int) -> Cost:
        copied(of.raw, floor)
        return run(raw(floor, "split"))

    def receive_ours(_: int) -> Cost:
        deliver_what_is_short(ours, delivery)
        return run(backsplit(ours, "receive", "--file", delivery))

    calls = {
        "split": split_ours,
        "raw split": split_raw,
        "receive": receive_ours,
        "raw receive": lambda _: run(raw(floor, "receive", DELIVERED)),
    }
    costs = side_by_side(calls, repetitions)
    for name, reach, work in (("split", 4.0, "`split --all`, history included"), ("receive", 4.0, "`receive --file`")):
        mine, least = costs[name], costs[f"raw {name}"]
        yield Row(work, reach, mine.seconds / least.seconds, f"{s(mine)} against raw {s(least)}")
    yield Row("file after both", 2.0, ours.stat().st_size / floor.stat().st_size, f"{size(ours)}, raw {size(floor)}")
    remove(ours)
    remove(floor)


def queues(folder: Path, waiting: int, repetitions: int) -> Iterator[Row]:
    """One SKU for which many wait."""
    few = max(1, waiting // 1000)
    for policy in ("skip-over", "strict"):
        files = {count: queue(folder, count, policy, lacks_another=False) for count in (few, waiting)}
        costs = side_by_side({str(n): partial(receive_hot, db) for n, db in files.items()}, repetitions)
        many, some = costs[str(waiting)], costs[str(few)]
        figures = f"{ms(many)} against {ms(some)} with {few} waiting"
        yield Row(f"`receive` of 1 unit, {waiting:,} waiting, {policy}", 1.3, many.seconds / some.seconds, figures)
    files = {count: queue(folder, count, "skip-over", lacks_another=True) for count in (few, waiting // 2, waiting)}
    costs = side_by_side({str(n): partial(receive_hot, db) for n, db in files.items()}, repetitions)
    some, half, many = (costs[str(n)].seconds for n in files)
    work = f"`receive` of a SKU for which {waiting:,} wait in vain"
    yield Row(
        f"{work}: growth from half as many (2, and a tenth for noise)",
        2.2,
        max(0, many - some) / max(1e-3, half - some),
        f"{ms(costs[str(waiting)])}",
    )
    yield Row(work, 0.5, many, "", "s")


def questions(small: Shop, large: Shop, repetitions: int) -> Iterator[Row]:
    """Against counting the same rows through sqlite3, and what the command costs on the smallest file."""
    counts = {
        "list": "SELECT count(*) FROM orders WHERE status = 'Processing'",
        "stock": "SELECT count(*) FROM products WHERE on_hand >= 0",
        "stock --json": "SELECT count(*) FROM products WHERE on_hand >= 0",
        "shortages": "SELECT count(*) FROM queue WHERE quantity > 0",
        "shortages --json": "SELECT count(*) FROM queue WHERE quantity > 0",
    }
    measured: dict[str, Callable[[int], Cost]] = {}
    for name, sql in counts.items():
        words = name.split()
        measured[name] = lambda _, words=words: run(backsplit(large.ours, *words))
        # Both files have the same SKUs: what `stock` costs without their number is what one of them costs.
        least = [*words, "SKU-00001"] if words[0] == "stock" else words
        measured[f"{name} small"] = lambda _, words=least: run(backsplit(small.ours, *words))
        measured[f"{name} count"] = lambda _, sql=sql: counted(large.ours, sql)
    # What is short is kept by the first question after a change.
    measured["shortages first"] = lambda _: run(backsplit(changed(large.ours), "shortages"))
    # So is what is to be done today.
    measured["today first"] = lambda _: run(backsplit(changed(large.ours), "today"))
    measured["today"] = lambda _: run(backsplit(large.ours, "today"))
    costs = side_by_side(measured, repetitions)
    for name in counts:
        cost, start, count = costs[name], costs[f"{name} small"], costs[f"{name} count"]
        figures = f"{ms(cost)}; counting {ms(count)}, start-up {ms(start)}"
        work = f"`{name}` at {large.size:,} orders, of 2 × count(*) and start-up"
        reach = 1.2 if name == "stock --json" else 1.0  # 10,000 rows are written
        yield Row(work, reach, cost.seconds / (2 * count.seconds + start.seconds), figures)
    first, again = costs["shortages first"], costs["shortages"]
    work = f"`shortages` at {large.size:,} orders, the first after a change over the next"
    yield Row(work, 0.1, first.seconds - again.seconds, f"{ms(first)} against {ms(again)}", "s")
    day, first, listing = costs["today"], costs["today first"], costs["list"]
    work = f"`today` at {large.size:,} orders against `list`"
    yield Row(work, 1.3, day.seconds / listing.seconds, f"{ms(day)} against {ms(listing)}")
    work = f"`today` at {large.size:,} orders, the first after a change"
    yield Row(work, 2, first.seconds, s(first), "s")
    listed = run(backsplit(large.ours, "list", "--json"), to=large.folder / "list.json")
    yield Row(f"`list --json` of {large.size:,} orders: memory", 200, listed.memory, s(listed), "MiB")
    (large.folder / "list.json").unlink()
    reported = run(backsplit(large.ours, "report"))
    yield Row(f"`report` at {large.size:,} orders", 2, reported.seconds, s(reported), "s")
    checked = run(backsplit(large.ours, "check"))
    yield Row(f"`check` at {large.size:,} orders", 10, checked.seconds, "", "s")
    yield Row(f"`check` at {large.size:,} orders: memory", 200, checked.memory, "", "MiB")


def promises(folder: Path, waiting: int, repetitions: int) -> Iterator[Row]:
    """Expected receipts of 28 days over 10,000 SKUs. A question is asked first after a change, and then again."""
    none, db, twice = (folder / f"promise-{name}.db" for name in ("none", "some", "twice"))
    for path, count in ((none, waiting), (db, waiting), (twice, 2 * waiting)):
        files, expected = workload.write_expected(folder / f"expected-{count}", count)
        run(backsplit(path, "init"))
        run(backsplit(path, "import", "stock", files.stock))
        run(backsplit(path, "import", "orders", files.orders))
        if path != none:
            run(backsplit(path, "expect", "--file", expected, "--csv"))
    order = f"W-{waiting // 2:06}"
    costs = side_by_side(
        {
            "start-up": lambda _: run(backsplit(db, "policy", "--json")),
            "first": lambda _: run(backsplit(changed(db), "promise", "--json")),
            "again": lambda _: run(backsplit(db, "promise", "--json")),
            "twice": lambda _: run(backsplit(changed(twice), "promise", "--json")),
            "one": lambda _: run(backsplit(db, "promise", order)),
            "show without": lambda _: run(backsplit(none, "show", order)),
            "show": lambda _: run(backsplit(db, "show", order)),
            "list without": lambda _: run(backsplit(none, "list")),
            "list": lambda _: run(backsplit(db, "list")),
            "list first": lambda _: run(backsplit(changed(db), "list")),
            "due": lambda _: run(backsplit(db, "due")),
            "notices": lambda _: run(backsplit(db, "notices", "--json")),
        },
        repetitions,
    )
    start = costs["start-up"]
    for name, said in (("first", "the first after a change"), ("again", "again")):
        cost = costs[name]
        work = f"`promise --json` of {waiting:,} orders over start-up, {said}"
        yield Row(work, 1.0, cost.seconds - start.seconds, f"{s(cost)}, start-up {ms(start)}", "s")
        yield Row(f"{work}: memory", 150, cost.memory - start.memory, "", "MiB")
    for name, said, reach in (("due", "`due` with nothing due", 1.0), ("notices", "`notices --json`", 1.5)):
        work = f"{said}, {waiting:,} orders waiting, against `promise --json`"
        figures = f"{s(costs[name])} against {s(costs['again'])}"
        yield Row(work, reach, costs[name].seconds / costs["again"].seconds, figures)
    yield _unless_due(db, waiting, max(1, repetitions // 5))
    growth = (costs["twice"].seconds - start.seconds) / (costs["first"].seconds - start.seconds)
    yield Row(f"`promise --json` of {2 * waiting:,} orders against {waiting:,}", 2.2, growth, s(costs["twice"]))
    for name, floor, reach in (
        ("one", "show without", 2.0),
        ("show", "show without", 1.3),
        ("list", "list without", 1.3),
    ):
        work = {
            "one": "`promise ORDER` against `show`",
            "show": "`show` with its day",
            "list": "`list` with its column",
        }
        figures = f"{ms(costs[name])} against {ms(costs[floor])}"
        yield Row(work[name], reach, costs[name].seconds / costs[floor].seconds, figures)
    yield Row("`list`, the first after a change", 1.0, costs["list first"].seconds, "", "s")


def _unless_due(db: Path, waiting: int, repetitions: int) -> Row:
    """`split --all` that asks for each promised day, against the same without, and `promise` by itself."""
    copy = db.with_name("unless-due.db")

    def on_a_copy(*words: object) -> Cost:
        return run(backsplit(changed(copied(db, copy)), *words))

    costs = side_by_side(
        {
            "split": lambda _: on_a_copy("split", "--all", "--quiet"),
            "promise": lambda _: on_a_copy("promise", "--json"),
            "unless": lambda _: on_a_copy("split", "--all", "--quiet", "--unless-due", "3d"),
        },
        repetitions,
    )
    remove(copy)
    both = costs["split"].seconds + costs["promise"].seconds
    figures = f"{s(costs['unless'])} against {s(costs['split'])} and {s(costs['promise'])}"
    work = f"`split --all --unless-due 3d`, {waiting:,} waiting, against `split --all` and `promise --json`"
    return Row(work, 1.1, costs["unless"].seconds / both, figures)


def changed(path: Path) -> Path:
    """As after a change: what a question has kept holds no longer."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM promised_as_of")
    db.execute("DELETE FROM shortage_cache_as_of")
    db.execute("DELETE FROM today_cache")
    db.commit()
    db.close()
    return path


def queue(folder: Path, count: int, policy: str, *, lacks_another: bool) -> Path:
    files = workload.write_waiting(folder / f"waiting-{count}", count, lacks_another=lacks_another)
    db = folder / f"waiting-{count}-{policy}-{lacks_another}.db"
    run(backsplit(db, "init", "--policy", policy))
    run(backsplit(db, "import", "stock", files.stock))
    run(backsplit(db, "import", "orders", files.orders))
    return db


def receive_hot(db: Path, _: int) -> Cost:
    return run(backsplit(db, "receive", "--sku", "HOT", "--qty", 1))


def counted(path: Path, sql: str) -> Cost:
    db = sqlite3.connect(path)
    began = perf_counter()
    db.execute(sql).fetchone()
    seconds = perf_counter() - began
    db.close()
    return Cost(seconds, seconds, 0)


def to_split(path: Path, count: int) -> list[str]:
    """Backorder orders that a split can divide: those with a product in stock beside one that is out."""
    db = sqlite3.connect(path)
    rows = db.execute(
        "SELECT order_number FROM open_orders o JOIN products USING (sku) WHERE status = 'Backorder'"
        " GROUP BY order_number"
        " HAVING max(quantity <= o.available AND NOT is_insert) AND max(o.available = 0 AND NOT is_insert)"
        " ORDER BY order_number LIMIT ?",
        (count,),
    ).fetchall()
    db.close()
    return [number for (number,) in rows]


def deliver_what_is_short(path: Path, delivery: Path) -> None:
    db = sqlite3.connect(path)
    with delivery.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["sku", "quantity"])
        rows.writerows((sku, DELIVERED) for (sku,) in db.execute("SELECT sku FROM stock WHERE final < 0"))
    db.close()


def count_enough(retail: Path, stock: Path) -> None:
    """Count so much of each of its SKUs that no order waits: of the generated ones only 5 % do."""
    with gzip.open(retail, "rt", encoding="utf-8") as file, stock.open("w", newline="") as counted:
        skus = {row["StockCode"].strip() for row in csv.DictReader(file)}
        csv.writer(counted).writerows([("sku", "on_hand"), *((sku, 10**9) for sku in sorted(skus) if sku)])


def lines_in(path: Path) -> int:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return sum(1 for _ in file) - 1


def copied(path: Path, to: Path) -> Path:
    remove(to)
    return Path(shutil.copyfile(path, to))


def remove(path: Path) -> None:
    for ending in OF_SQLITE:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def ms(cost: Cost) -> str:
    return f"{cost.seconds * 1e3:.1f} ms ({cost.processor * 1e3:.0f} of processor time)"


def s(cost: Cost) -> str:
    return f"{cost.seconds:.2f} s ({cost.processor:.2f} of processor time)"


def size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.0f} MB"
