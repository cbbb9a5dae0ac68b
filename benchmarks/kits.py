"""The same work with 1,000 kits of three parts in a fifth of the lines, and without any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import workload
from benchmarks.measuring import Cost, backsplit, run, side_by_side
from benchmarks.rows import Row, copied, deliver_what_is_short, ms, remove, s, to_split

REACH = 1.5


def kits(folder: Path, orders: int, often: int, seldom: int) -> Iterator[Row]:
    """Importing so many orders, and what is done with them every day."""
    plain = workload.write(folder / "plain", orders)
    files, made_of = workload.write_kits(folder / "kits", plain)
    empty, full, works = {}, {}, {}
    for name, of in (("kits", files), ("plain", plain)):
        empty[name], full[name] = folder / f"{name}-empty.db", folder / f"{name}.db"
        works[name] = folder / f"{name}-work.db"
        run(backsplit(empty[name], "init"))
        run(backsplit(empty[name], "import", "stock", of.stock))
        if name == "kits":
            run(backsplit(empty[name], "kit", "--file", made_of))
        copied(empty[name], full[name])
        run(backsplit(full[name], "import", "orders", of.orders))
    delivery = folder / "delivery.csv"
    deliver_what_is_short(full["plain"], delivery)
    numbers = {name: to_split(path, often) for name, path in full.items()}

    def on(before: dict[str, Path], words: Callable[[str, int], list[object]], name: str, at: int) -> Cost:
        copied(before[name], works[name])
        return run(backsplit(works[name], *words(name, at)))

    orders_of = {"kits": files.orders, "plain": plain.orders}
    for work, before, words, times in (
        ("import orders", empty, lambda name, _: ["import", "orders", orders_of[name]], seldom),
        ("split --all", full, lambda *_: ["split", "--all", "--quiet"], seldom),
        ("receive --file", full, lambda *_: ["receive", "--file", delivery], seldom),
        ("split", full, lambda name, at: ["split", numbers[name][at % len(numbers[name])]], often),
        ("receive", full, lambda *_: ["receive", "--sku", "SKU-00001", "--qty", "1"], often),
    ):
        costs = side_by_side({name: partial(on, before, words, name) for name in ("kits", "plain")}, times)
        shown = ms if times is often else s
        figures = f"{shown(costs['kits'])} against {shown(costs['plain'])}"
        title = f"`{work}`, {orders:,} orders, kits in a fifth of the lines, against none"
        yield Row(title, REACH, costs["kits"].seconds / costs["plain"].seconds, figures)
    for path in (*empty.values(), *full.values(), *works.values()):
        remove(path)
