"""Packing slips: as text, as JSON, and as a page for each order that a browser prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backsplit.domain.clock import day_placed
from backsplit.domain.packing.slip import Slip, SlipLine
from backsplit.render.documents import Document
from backsplit.render.inert import inert

SECTIONS = (
    ("parcel", "In this parcel"),
    ("sent_before", "Sent before"),
    ("follows", "Follows"),
    ("given_up", "Not sent"),
)
RULE = "─" * 60


def documents(values: Sequence[Slip]) -> list[Document]:
    return [
        {
            "order": value.order.number,
            "parcel": _plain(value.parcel),
            "sent_before": _plain(value.sent_before),
            "follows": [line._asdict() for line in value.follows],
            "given_up": _plain(value.given_up),
        }
        for value in values
    ]


def lines(values: Sequence[Slip]) -> Iterator[str]:
    """The slips one below the other."""
    for value in values:
        if value is not values[0]:
            yield from ("", RULE, "")
        order = value.order
        yield " · ".join(
            [
                f"Packing slip {inert(order.number)}",
                *([inert(order.customer)] if order.customer else []),
                f"ordered {day_placed(order.placed_at)}",
            ]
        )
        for name, title in SECTIONS:
            if found := getattr(value, name):
                yield from ("", title)
                yield from (_line(line) for line in found)


def html(values: Sequence[Slip]) -> str:
    """One document with a page for each order; it prints on A4 and on Letter. All text from outside is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only for --html

    environment = Environment(
        loader=PackageLoader("backsplit.render", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inert"] = inert
    slips = [(value, barcode(value.order.number)) for value in values]
    return environment.get_template("slips.html").render(slips=slips, sections=SECTIONS)


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


def _line(line: SlipLine) -> str:
    name = f"  {inert(line.name)}" if line.name else ""
    day = f"  ({line.promised})" if line.promised else ""
    return f"  {line.quantity:>4} × {inert(line.sku)}{name}{day}"


def _plain(values: Sequence[SlipLine]) -> list[Document]:
    return [{"sku": line.sku, "name": line.name, "quantity": line.quantity} for line in values]
