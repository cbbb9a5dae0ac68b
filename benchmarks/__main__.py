"""`python -m benchmarks`: measures, prints one table and writes it to RESULTS.md beside this file."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from benchmarks import deciding, growth, kits, rows, shop_updates, syncs, workbooks
from benchmarks.rows import Row

RESULTS = Path(__file__).with_name("RESULTS.md")
# What a row would take that is not met; looked at by hand.
WOULD_TAKE = Path(__file__).with_name("would-take.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000, 1_000_000], help="orders of the files")
    parser.add_argument("--waiting", type=int, default=50_000, help="orders that wait for one SKU")
    parser.add_argument(
        "--repetitions", type=int, default=15, help="of a short command; long ones are run a fifth as often"
    )
    parser.add_argument("--retail", type=Path, help="the UCI Online Retail file as CSV, to be measured per line")
    parser.add_argument("--folder", type=Path, help="where the files are made; tells how much syncing costs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backsplit-benchmarks-", dir=asked.folder) as folder:
        table = measured(asked, Path(folder))
    print(table)
    RESULTS.write_text(table, encoding="utf-8")


def measured(asked: argparse.Namespace, folder: Path) -> str:
    often, seldom = asked.repetitions, max(1, asked.repetitions // 5)
    small, *others = (rows.shop(folder / str(size), size) for size in sorted(asked.sizes))
    large = others[-1] if others else small
    found = list(rows.start_up(small, large, often))
    for size in [*others[:-1], large]:
        found += rows.imports(size, asked.retail if size is large else None, seldom)
        found += rows.batches(size, seldom)
    found += rows.questions(small, large, often)
    found += deciding.deciding(large, often, seldom)
    found += rows.queues(folder, asked.waiting, often)
    found += growth.growth(folder, asked.waiting, often, seldom)
    found += rows.promises(folder, asked.waiting, often)
    for orders, changed in ((10_000, 50), (large.size, large.size // 1000)):
        found += syncs.syncs(folder / f"sync-{orders}", orders, changed, seldom)
    found += syncs.syncs(folder / "sync-counts", 10_000, 50, seldom, counts=10_000)
    found += shop_updates.shop_updates(folder / "parcels", 10_000, seldom)
    found += kits.kits(folder / "kits", 100_000, often, seldom)
    found += workbooks.workbooks(folder / "workbooks", 46_000, seldom)
    about = (
        f"{datetime.now(timezone.utc):%Y-%m-%d}, {', '.join(f'{n:,}' for n in sorted(asked.sizes))} orders,"
        f" {os.cpu_count()} processors, files in {folder.parent}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}."
        " Medians of interleaved runs of whole processes; only the ratios mean anything on another machine."
    )
    return "\n".join(
        [
            "# The last run of `python -m benchmarks`",
            "",
            about,
            "",
            "| work | reach | reached | met | measured |",
            "|---|---|---|---|---|",
            *(line(row) for row in found),
            "",
            WOULD_TAKE.read_text(encoding="utf-8") if WOULD_TAKE.exists() else "",
        ]
    )


def line(row: Row) -> str:
    number = "{:.2f}" if row.unit != "MiB" else "{:.0f}"
    reach, reached = (f"{number.format(value)} {row.unit}" for value in (row.reach, row.reached))
    return f"| {row.work} | ≤ {reach} | {reached} | {'yes' if row.met else '**no**'} | {row.figures} |"


if __name__ == "__main__":
    main()
