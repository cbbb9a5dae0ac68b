"""`to-mark --as csv` of many parcels of which the shop knows nothing, above what a start takes (rule 20)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import workload
from benchmarks.measuring import backsplit, run, side_by_side
from benchmarks.rows import Row, s
from benchmarks.syncs import ENOUGH

MOST = 1.0  # seconds over a start


def shop_updates(folder: Path, parcels: int, repetitions: int) -> Iterator[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    db, stock, labels = folder / "parcels.db", folder / "stock.csv", folder / "labels.csv"
    export = workload.write_export(folder / "export.csv", parcels)
    stock.write_text("sku,on_hand\n" + "".join(f"SKU-{n:05},{ENOUGH}\n" for n in range(1, workload.SKUS + 1)))
    run(backsplit(db, "init"))
    run(backsplit(db, "import", "stock", stock))
    run(backsplit(db, "sync", export))
    numbers = dict.fromkeys(line.partition(",")[0] for line in export.read_text(encoding="utf-8").splitlines()[1:])
    labels.write_text("order,carrier,tracking\n" + "".join(f"{one},UPS,1Z{n}\n" for n, one in enumerate(numbers)))
    run(backsplit(db, "ship", "--file", labels))
    written = backsplit(db, "to-mark", "--as", "csv", "--out", folder / "mark.csv")
    costs = side_by_side(
        {"to-mark": lambda _: run(written), "start": lambda _: run(backsplit(db, "policy"))}, repetitions
    )
    over = costs["to-mark"].seconds - costs["start"].seconds
    figures = f"{s(costs['to-mark'])}, of which a start takes {s(costs['start'])}"
    yield Row(f"`to-mark --as csv` of {len(numbers):,} parcels, over a start", MOST, over, figures, "s")
