"""A --map that was given once is used again for files with the same header. Where it is kept is not decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backsplit.formats.columns.header import Header, normal


def header_key(what: str, header: Header) -> str:
    """The header of a file of orders, stock or a delivery as one text, alike for headers with the same names."""
    return f"{what}: {', '.join(map(normal, header.names))}"


def remembered(what: str, headers: Iterable[Header], maps: Mapping[str, Mapping[str, str]]) -> Mapping[str, str] | None:
    """The map of the first of these headers that has one."""
    return next((maps[key] for header in headers if (key := header_key(what, header)) in maps), None)
