"""Pick lists, made to be read with a box in one hand: at 80 columns, in a pipe and on paper."""

from __future__ import annotations

from collections.abc import Iterator

from backsplit.domain.packing.picking import Pick
from backsplit.domain.values import Line
from backsplit.render import documents, sentences
from backsplit.render.documents import Document
from backsplit.render.inert import inert

WIDTH = 78
BOX = "[ ]"


def document(value: Pick) -> Document:
    return {
        "list": value.number,
        "orders": [documents.order(order) for order in value.orders],
        "skus": [
            {"sku": one.sku, "name": one.name, "quantity": one.quantity, "orders": list(one.orders)}
            for one in value.skus
        ],
        "gone": [{"order": one.number, "status": one.status.value if one.status else None} for one in value.gone],
    }


def by_sku(value: Pick) -> Iterator[list[object]]:
    """A row for each SKU, for a workbook."""
    yield ["sku", "name", "quantity", "orders"]
    for one in value.skus:
        yield [one.sku, one.name, one.quantity, ", ".join(one.orders)]


def by_order(value: Pick) -> Iterator[list[object]]:
    """A row for each line of each order, for a workbook."""
    yield ["order", "customer", "note", "sku", "name", "quantity"]
    for order in value.orders:
        for line in order.lines:
            yield [order.number, order.customer, order.note, line.sku, line.name, line.quantity]


def lines(value: Pick) -> Iterator[str]:
    """First what to fetch, by SKU, then order by order."""
    if not value.orders and not value.gone:
        yield "nothing to pick: no Processing order is without a list"
        return
    units = sum(one.quantity for one in value.skus)
    name = "Pick list" if value.number is None else f"Pick list {value.number}"
    yield f"{name} · {sentences.count(len(value.orders), 'order')} · {sentences.count(units, 'unit')}"
    yield ""
    for one in value.skus:
        yield from _box(f"{one.quantity:>4} × {inert(one.sku)}", inert(one.name))
        yield from _wrapped(", ".join(map(inert, one.orders)), indent=9)
    for order in value.orders:
        yield ""
        yield " · ".join([inert(order.number), *([inert(order.customer)] if order.customer else [])])
        if order.note:
            yield from _wrapped(f"note: {inert(order.note)}", indent=2)
        for line in order.lines:
            yield from _box(f"{line.quantity:>4} × {inert(line.sku)}", _name(line))
    if value.gone:
        yield ""
    for left in value.gone:
        yield f"no longer on this list: {inert(left.number)} ({left.status.value if left.status else 'merged back'})"
    yield from sentences.dry(value.dry_run)


def _name(line: Line) -> str:
    return inert(f"{line.name} (insert)".strip() if line.insert else line.name)


def _box(what: str, name: str) -> Iterator[str]:
    """A line to tick off; the name gives way where the line would be too long."""
    said = f"{BOX} {what}"
    room = WIDTH - len(said) - 2
    if name and len(name) > room:
        name = f"{name[: max(0, room - 1)]}…" if room > len("…") else ""
    yield f"{said}  {name}".rstrip()


def _wrapped(text: str, *, indent: int) -> Iterator[str]:
    import textwrap  # noqa: PLC0415 - only for lists

    blank = " " * indent
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=blank, subsequent_indent=blank, break_long_words=False, break_on_hyphens=False
    )
