"""A workbook of orders, read and refused, against the library that reads workbooks alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from benchmarks.measuring import backsplit, run, side_by_side
from benchmarks.rows import Row, s

REACH = 1.3
ALONE = """import python_calamine, sys
print(len(python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()))"""


def workbooks(folder: Path, rows: int, repetitions: int) -> Iterator[Row]:
    """Of two rows for each order. The last quantity of the second workbook is no number, so that it is refused."""
    folder.mkdir(parents=True, exist_ok=True)
    db, good, bad = folder / "orders.db", _made(folder / "good.xlsx", rows), _made(folder / "bad.xlsx", rows, last="x")
    run(backsplit(db, "init"))
    costs = side_by_side(
        {
            "read": lambda _: run([sys.executable, "-m", "benchmarks.reading", db, good]),
            "refuse": lambda _: run(backsplit(db, "import", "orders", bad), allowed=(5,)),
            "alone": lambda _: run([sys.executable, "-c", ALONE, good]),
        },
        repetitions,
    )
    for name in ("read", "refuse"):
        figures = f"{s(costs[name])} against {s(costs['alone'])}"
        work = f"to {name} a workbook of {rows:,} rows, against python-calamine alone"
        yield Row(work, REACH, costs[name].seconds / costs["alone"].seconds, figures)


def _made(path: Path, rows: int, last: object = 1) -> Path:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["order", "placed_at", "customer", "sku", "quantity", "note", "price", "country"])
        for n in range(1, rows + 1):
            order, quantity = n // 2, last if n == rows else 1 + n % 3
            of_order = [f"SO-{order:06}", f"2026-01-{1 + order % 28:02}T09:00:00Z", f"Customer {order}"]
            sheet.write_row(n, 0, [*of_order, f"SKU-{n * 7 % 10_000:05}", quantity, "", 9.5, "Germany"])
    return path
