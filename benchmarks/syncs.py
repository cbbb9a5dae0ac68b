"""`sync` of an export of which most is known, against reading it and looking every order up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import workload
from benchmarks.measuring import Cost, backsplit, run, side_by_side
from benchmarks.rows import Row, copied, remove, s, size

ENOUGH = 1_000_000_000  # units of each SKU


def syncs(folder: Path, orders: int, changed: int, repetitions: int, *, counts: int = 0) -> Iterator[Row]:
    """`changed` of so many known orders want one unit more than at the last look, and of so many counts one is less."""
    folder.mkdir(parents=True, exist_ok=True)
    before, db, export = folder / "before.db", folder / "sync.db", folder / "export.csv"
    known = workload.write_export(folder / "known.csv", orders)
    run(backsplit(before, "init"))
    if counts:
        first = workload.write_inventory(folder / "counts.csv", counts, ENOUGH)
        run(backsplit(before, "sync", known, "--stock", first))
        files = [export, workload.write_inventory(first, counts, ENOUGH, changed)]
    else:
        stock, files = folder / "stock.csv", [export]
        stock.write_text("sku,on_hand\n" + "".join(f"SKU-{n:05},{ENOUGH}\n" for n in range(1, workload.SKUS + 1)))
        run(backsplit(before, "import", "stock", stock))
        run(backsplit(before, "sync", known))
    known.unlink()
    workload.write_export(export, orders, changed)
    reading = [sys.executable, "-m", "benchmarks.reading", before, *files]
    costs = side_by_side(
        {"sync": partial(_sync, before, db, files), "read": lambda _: run(reading)},
        repetitions,
    )
    sync, read = costs["sync"], costs["read"]
    both = f" and {counts:,} counts, {changed:,} of each" if counts else f", {changed:,} of them"
    work = f"`sync` of {orders:,} known orders{both} changed"
    ratio = sync.processor / read.processor if counts else sync.seconds / read.seconds
    yield Row(work, 1.3, ratio, f"{s(sync)} against reading and looking up {s(read)}")
    yield Row(f"{work}: memory", 350, sync.memory, "", "MiB")
    once = db.stat().st_size
    run(_command(db, files))
    yield Row("file after the same export again", 1.0, db.stat().st_size / once, size(db))
    for path in (before, db):
        remove(path)
    for path in files:
        path.unlink()


def _command(db: Path, files: list[Path]) -> list[object]:
    return backsplit(db, "sync", files[0], *(word for path in files[1:] for word in ("--stock", path)))


def _sync(before: Path, db: Path, files: list[Path], _: int) -> Cost:
    copied(before, db)
    return run(_command(db, files))
