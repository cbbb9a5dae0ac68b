"""Rows of a shop's table, as the orders that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backsplit.domain.limits import MOST_LINES
from backsplit.formats.cells.facts import FACTS
from backsplit.formats.finding.found import FoundOrder
from backsplit.formats.rows.table import Columns, Row, Table
from backsplit.formats.wording import quoted

# A shop's export may hold names and addresses. We read a fact only from a column of the format, or by --map.
_BY_MAP_ONLY: Columns = {fact.name: () for fact in FACTS}


def grouped(table: Table, columns: Columns, *keys: str) -> Iterator[list[Row]]:
    """The rows of each order. A row whose `keys` are all blank belongs to the order above it.

    Raises BadInput for an order of more than MOST_LINES rows.
    """
    keys = keys or ("order",)
    group: list[Row] = []
    current = ""
    for row in table.rows({**_BY_MAP_ONLY, **columns}):
        key = next((row[name] for name in keys if row[name]), "")
        if group and (not key or key == current):
            if len(group) == MOST_LINES:
                detail = f"order {quoted(current)} has more than {MOST_LINES:,} lines"
                raise table.report.refuse(f"{table.report.unit} {row.at}: {detail}.")
            group.append(row)
            continue
        if group:
            yield group
        group, current = [row], key
    if group:
        yield group


def begun(rows: list[Row], *keys: str) -> FoundOrder:
    """An order without its lines yet: its number, which is the first of the `keys` it has, and its facts."""
    number = next((text for name in keys or ("order",) if (text := first(rows, name))), "")
    return FoundOrder(number, rows[0].at, {name: cell for name in _BY_MAP_ONLY if (cell := first(rows, name))})


def first(rows: Iterable[Row], name: str) -> str:
    """The first cell of a column that is not blank: shops leave an order's cells blank on its later rows."""
    for row in rows:
        if cell := row[name]:
            return cell
    return ""
