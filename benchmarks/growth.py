"""What grows with the orders of a SKU, and what must not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Cost, backsplit, run, side_by_side
from benchmarks.rows import Row, copied, ms, queue, remove, s


def growth(folder: Path, waiting: int, often: int, seldom: int) -> Iterator[Row]:
    """`split --all` under strict where all want the same two SKUs, and the history of a SKU that many orders hold."""
    copy = folder / "growth.db"
    files = {count: queue(folder, count, "strict", lacks_another=False) for count in (waiting // 2, waiting)}

    def split(db: Path) -> Cost:
        copied(db, copy)
        return run(backsplit(copy, "split", "--all"))

    costs = side_by_side({str(n): lambda _, db=db: split(db) for n, db in files.items()}, seldom)
    half, whole = costs[str(waiting // 2)], costs[str(waiting)]
    work = f"`split --all` under strict, {waiting:,} waiting for one SKU, against half as many"
    yield Row(work, 2.2, whole.seconds / half.seconds, f"{s(whole)} against {s(half)}")
    remove(copy)
    db = queue(folder, waiting, "skip-over", lacks_another=True)
    skus = {"many": "HOT", "few": "RARE-000"}
    costs = side_by_side(
        {name: lambda _, sku=sku: run(backsplit(db, "history", "--sku", sku)) for name, sku in skus.items()}, often
    )
    many, few = costs["many"], costs["few"]
    work = f"`history --sku` of a SKU in {waiting:,} orders, the last 50 events, against one in {waiting // 500}"
    yield Row(work, 1.2, many.seconds / few.seconds, f"{ms(many)} against {ms(few)}")
