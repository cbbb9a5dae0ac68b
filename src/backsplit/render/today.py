"""Rule 23 on one screen: a line for each kind of work, with its count and the line to type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from backsplit.domain import times
from backsplit.render.layout import Column, Drawable, Kind, Table
from backsplit.render.terminal import Text, inert, quoted

if TYPE_CHECKING:
    from backsplit.domain.today import Today, Work
    from backsplit.render.documents import Document

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NAME = 20  # characters of the name of a shop
Line = tuple[int, str, str]  # how many, of what, and the line to type


def document(value: Today) -> Document:
    return {
        "day": value.day,
        "last_sync": value.last_sync and value.last_sync._asdict(),
        "to_mark": value.to_mark._asdict(),
        "to_pick": value.to_pick._asdict(),
        "lists": [pick_list._asdict() for pick_list in value.lists],
        "can_split": value.can_split._asdict(),
        "due": value.due._asdict(),
        "overdue": [delivery._asdict() for delivery in value.overdue],
        "arriving": [delivery._asdict() for delivery in value.arriving],
        "to_tell": value.to_tell._asdict(),
        "to_buy": value.to_buy._asdict(),
        "books_differ": value.books_differ,
    }


def screen(value: Today) -> Iterator[Drawable]:
    """The day and when the shop was followed, what is to be done, and a last sentence about all else."""
    yield Text(f"{WEEKDAYS[date.fromisoformat(value.day).weekday()]} {value.day} · {_followed(value)}", "bold")
    drawn = Table(Column("Count", Kind.NUMBER), Column("To do", Kind.SENTENCE), Column("Type"))
    for kind, is_late in value.work():
        many, what, command = _line(kind, value)
        drawn.add(f"{many:,}", what, f"backsplit {command}", style="red" if is_late else "")
    if not drawn.rows:
        yield "nothing is to be done today"
        return
    yield drawn
    yield Text("nothing else is to be done today", "dim")


def _followed(value: Today) -> str:
    last = value.last_sync
    if last is None:
        return "no shop was followed yet (backsplit sync EXPORT)"
    said = f"{last.days:,} days ago"
    if last.days <= 1:
        said = f"{'yesterday' if last.days else 'today'} at {times.minute(last.at)[-len('09:00') :]}"
    source = last.source if len(last.source) <= NAME else f"{last.source[: NAME - 1]}…"
    return f"shop followed {said} ({inert(source)})"


def _line(kind: Work, value: Today) -> Line:
    """The words of a kind of work: at most 24 characters, so that each has one line on 80 columns."""
    if kind == "lists":
        orders = sum(pick_list.orders for pick_list in value.lists)
        if len(value.lists) == 1:
            (one,) = value.lists
            return orders, f"{_s(orders, 'order')} on list {one.list}", f"ship --list {one.list}"
        return orders, f"{_s(orders, 'order')} on {len(value.lists):,} lists", "pick --lists"
    if kind == "overdue":
        return len(value.overdue), f"overdue since {value.overdue[0].on}", "expect"
    if kind == "arriving":
        refs = {row.ref for row in value.arriving}
        command = f"receive --of {quoted(refs.pop())}" if len(refs) == 1 else "expect"
        many = len(value.arriving)
        return many, "SKU arrives today" if many == 1 else "SKUs arrive today", command
    to_mark, to_pick, can_split = value.to_mark.orders, value.to_pick.orders, value.can_split.orders
    differ = "SKU differs in the shop" if value.books_differ == 1 else "SKUs differ in the shop"
    lines: dict[Work, Line] = {
        "follow": (value.last_sync.days if value.last_sync else 0, "days since the last sync", "sync EXPORT"),
        "due": (sum(value.due), _came_due(value.due.holds, value.due.skus), "due"),
        "tell": (value.to_tell.orders, f"to be told by {value.to_tell.by}", "notices"),
        "to-mark": (to_mark, f"{_s(to_mark, 'order')} to mark in shop", "to-mark"),
        "books": (value.books_differ, differ, "stock --through EXPORT --out FILE"),
        "pick": (to_pick, f"{_s(to_pick, 'order')} to pick", "pick --take"),
        "split": (can_split, f"{_s(can_split, 'order')} could be split", "split --all"),
        "buy": (value.to_buy.skus, f"{_s(value.to_buy.skus, 'SKU')} to buy", "shortages"),
    }
    return lines[kind]


def _came_due(holds: int, skus: int) -> str:
    if holds and skus:
        return "holds, SKUs came due"
    return f"{_s(holds, 'hold') if holds else _s(skus, 'SKU')} came due"


def _s(many: int, word: str) -> str:
    return word if many == 1 else f"{word}s"
