"""What helps to decide what to split, against the same without it."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measuring import Cost, backsplit, run, side_by_side
from benchmarks.rows import Row, Shop, copied, ms, remove, s

LIMITS = ("--min-units", 1, "--min-share", "1%", "--max-parts", 9)  # they are asked of every order, and refuse none


def deciding(of: Shop, often: int, seldom: int) -> Iterator[Row]:
    """`list --can-split` against `list`, and `split --all` with all limits against none."""
    costs = side_by_side(
        {
            "list": lambda _: run(backsplit(of.ours, "list", "--limit", 20)),
            "can split": lambda _: run(backsplit(of.ours, "list", "--can-split", "--limit", 20)),
        },
        often,
    )
    some, all_ = costs["can split"], costs["list"]
    work = f"`list --can-split --limit 20` at {of.size:,} orders against `list`"
    yield Row(work, 2.0, some.seconds / all_.seconds, f"{ms(some)} against {ms(all_)}")
    copy = of.folder / "deciding.db"

    def split(*limits: object) -> Cost:
        copied(of.ours, copy)
        return run(backsplit(copy, "split", "--all", *limits))

    costs = side_by_side({"none": lambda _: split(), "limits": lambda _: split(*LIMITS)}, seldom)
    limited, free = costs["limits"], costs["none"]
    work = f"`split --all` at {of.size:,} orders with all limits against none"
    yield Row(work, 1.1, limited.seconds / free.seconds, f"{s(limited)} against {s(free)}")
    remove(copy)
