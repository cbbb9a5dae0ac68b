"""Pick lists, packing slips and labels, made to be read with a box in one hand."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from backsplit.domain.times import day_placed, minute_and_zone
from backsplit.render import documents, sentences
from backsplit.render.terminal import inert

if TYPE_CHECKING:
    from backsplit.domain.orders import Line
    from backsplit.domain.parcels import OpenList, Pick, Slip, SlipLine, SlipPart, ToShip
    from backsplit.render.documents import Document

WIDTH = 78
BOX = "[ ]"
SLIPS_BEGIN = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Packing slips</title>
"""  # as templates/slips.html begins
PICK_BEGIN = b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Pick list'


def pick_document(value: Pick) -> Document:
    return {
        "list": value.number,
        "orders": [documents.order(order) for order in value.orders],
        "skus": [
            {"sku": item.sku, "name": item.name, "quantity": item.quantity, "orders": list(item.orders)}
            for item in value.skus
        ],
        "gone": [
            {"order": order.number, "status": order.status.value if order.status else None} for order in value.gone
        ],
        "together": [list(group) for group in value.together],
    }


def open_lists_document(values: Sequence[OpenList]) -> list[Document]:
    return [{"list": taken.number, "taken_at": taken.taken_at, "orders": list(taken.orders)} for taken in values]


def open_lists(values: Sequence[OpenList]) -> Iterator[str]:
    for taken in values:
        what = f"{sentences.count(len(taken.orders), 'order')}: {sentences.names(taken.orders)}"
        yield f"pick list {taken.number}, taken {minute_and_zone(taken.taken_at)}, {what}"
    yield "ship one as it was picked: backsplit ship --list N" if values else "no pick list is open"


def by_sku(value: Pick) -> Iterator[list[object]]:
    """A row for each SKU, for a workbook."""
    kits = any(item.kits for item in value.skus)
    yield ["sku", "name", "quantity", "orders", *(["kits"] if kits else [])]
    for item in value.skus:
        yield [item.sku, item.name, item.quantity, ", ".join(item.orders), *([", ".join(item.kits)] if kits else [])]


def by_order(value: Pick) -> Iterator[list[object]]:
    """A row for each line of each order, for a workbook: of a kit one for each part, with the kit's SKU."""
    kits = any(line.parts for order in value.orders for line in order.lines)
    yield ["order", "customer", "note", "sku", "name", "quantity", *(["kit"] if kits else [])]
    for order in value.orders:
        for line in order.lines:
            names = {part.sku: part.name for part in line.parts or (line,)}
            kit = [line.sku if line.parts else ""] if kits else []
            for sku, units in line.needs(line.quantity):
                yield [order.number, order.customer, order.note, sku, names[sku], units, *kit]


def pick_lines(value: Pick) -> Iterator[str]:
    """First what to fetch, by SKU, then order by order."""
    if not value.orders and not value.gone:
        yield "nothing to pick: no Processing order is without a list"
        return
    units = sum(item.quantity for item in value.skus)
    name = "Pick list" if value.number is None else f"Pick list {value.number}"
    yield f"{name} · {sentences.count(len(value.orders), 'order')} · {sentences.count(units, 'unit')}"
    yield ""
    for item in value.skus:
        yield from _box(f"{item.quantity:>4} × {inert(item.sku)}", inert(item.name))
        kits = f" · for {', '.join(map(inert, item.kits))}" if item.kits else ""
        yield from _wrapped(", ".join(map(inert, item.orders)) + kits, indent=9)
    for order in value.orders:
        yield ""
        yield " · ".join([inert(order.number), *([inert(order.customer)] if order.customer else [])])
        if order.note:
            yield from _wrapped(f"note: {inert(order.note)}", indent=2)
        for line in order.lines:
            yield from _box(f"{line.quantity:>4} × {inert(line.sku)}", _name(line))
            for part in line.parts:
                yield from _line(f"         {part.each * line.quantity:>4} × {inert(part.sku)}", inert(part.name))
    if value.gone:
        yield ""
    for left in value.gone:
        yield f"no longer on this list: {inert(left.number)} ({left.status.value if left.status else 'merged back'})"
    if value.together:
        yield ""
    yield from sentences.together(value.together)
    yield from sentences.dry(value.dry_run)


def _name(line: Line) -> str:
    return inert(f"{line.name} (insert)".strip() if line.insert else line.name)


def _box(what: str, name: str) -> Iterator[str]:
    """A line to tick off."""
    yield from _line(f"{BOX} {what}", name)


def _line(said: str, name: str) -> Iterator[str]:
    """The name gives way where the line would be too long."""
    room = WIDTH - len(said) - 2
    if name and len(name) > room:
        name = f"{name[: max(0, room - 1)]}…" if room > len("…") else ""
    yield f"{said}  {name}".rstrip()


def _wrapped(text: str, *, indent: int) -> Iterator[str]:
    blank = " " * indent
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=blank, subsequent_indent=blank, break_long_words=False, break_on_hyphens=False
    )


SECTIONS = (
    ("parcel", "In this parcel"),
    ("sent_before", "Sent before"),
    ("follows", "Follows"),
    ("given_up", "Not sent"),
)
RULE = "─" * 60


def slip_documents(values: Sequence[Slip]) -> list[Document]:
    return [
        {
            "order": value.order.number,
            "parcel": list(map(_plain, value.parcel)),
            "sent_before": list(map(_plain, value.sent_before)),
            "follows": [_plain(line) | {"promised": line.promised} for line in value.follows],
            "given_up": list(map(_plain, value.given_up)),
            "tracking": [label._asdict() for label in value.order.tracking],
        }
        for value in values
    ]


def slip_lines(values: Sequence[Slip]) -> Iterator[str]:
    """The slips one below the other."""
    if not values:
        yield "no slip: none of its orders is on this list any more; backsplit pick --lists shows those that have some"
    for value in values:
        if value is not values[0]:
            yield from ("", RULE, "")
        order = value.order
        yield " · ".join(
            [
                f"Packing slip {inert(order.number)}",
                *([inert(order.customer)] if order.customer else []),
                f"ordered {day_placed(order.placed_at)}",
                *(f"sent with {inert(str(label))}" for label in order.tracking),
            ]
        )
        for name, title in SECTIONS:
            if found := getattr(value, name):
                labels = value.tracking_before if name == "sent_before" else ()
                yield from ("", title + (f" ({', '.join(inert(str(label)) for label in labels)})" if labels else ""))
                yield from chain.from_iterable(map(_slip_line, found))


def slip_html(values: Sequence[Slip]) -> str:
    """One document with a page for each order; it prints on A4 and on Letter. All text from outside is escaped."""
    return _page("slips.html", slips=[(value, barcode(value.order.number)) for value in values], sections=SECTIONS)


def pick_html(value: Pick) -> str:
    """What to fetch, by SKU and then by order, with boxes to tick off; it prints on A4 and on Letter."""
    return _page("pick.html", pick=value)


def _page(template: str, **values: object) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only for --html

    environment = Environment(
        loader=PackageLoader("backsplit.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inert"] = inert
    return environment.get_template(template).render(**values)


def barcode(number: str) -> str:
    """The number in Code 128 as SVG; blank without the extra `slips`, and for a number that Code 128 cannot hold."""
    try:
        from barcode import Code128  # noqa: PLC0415 - an extra
        from barcode.writer import SVGWriter  # noqa: PLC0415
    except ImportError:
        return ""
    if not (number.isascii() and number.isprintable()):
        return ""
    options = {"module_height": 9.0, "module_width": 0.25, "quiet_zone": 2.0, "write_text": False}
    svg = Code128(number, writer=SVGWriter()).render(options)
    text = svg.decode() if isinstance(svg, bytes) else str(svg)
    return text[text.index("<svg") :]


def _slip_line(line: SlipLine) -> Iterator[str]:
    """A line, and below a kit its parts."""
    day = f"  ({line.promised})" if line.promised else ""
    yield f"  {line.quantity:>4} × {inert(line.sku)}{_spoken_name(line)}{day}"
    for part in line.parts:
        yield f"         {part.quantity:>4} × {inert(part.sku)}{_spoken_name(part)}"


def _spoken_name(line: SlipLine | SlipPart) -> str:
    return f"  {inert(line.name)}" if line.name else ""


def _plain(line: SlipLine) -> Document:
    return {"sku": line.sku, "name": line.name, "quantity": line.quantity}


def to_ship_document(value: ToShip) -> Document:
    return {
        "kept": value.kept,
        "changed": value.changed,
        "left_out": sum(value.left_out.values()),
        "orders": list(value.orders),
        "out": value.out,
        "together": [list(group) for group in value.together],
        "notices": list(value.notices),
    }


def to_ship_lines(value: ToShip) -> Iterator[str]:
    changed = f", {value.changed:,} of them with changed cells" if value.changed else ""
    rows = sentences.count(value.kept + value.changed, "row")
    yield f"{sentences.count(len(value.orders), 'order')} to ship: {rows} written{changed}"
    for reason, count in value.left_out.items():
        yield f"left out: {sentences.count(count, 'row')}, {reason}"
    for number, units in value.without_row.items():
        missing = ", ".join(f"{quantity} × {inert(sku)}" for sku, quantity in units.items())
        yield f"note: {inert(number)} also sends {missing}, for which the export has no row"
    yield from (f"note: {inert(notice)}" for notice in value.notices)
    yield from sentences.together(value.together)
