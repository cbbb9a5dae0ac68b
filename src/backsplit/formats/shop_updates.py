"""Rule 20: what a shop's own files must tell for ours: the ids of Amazon's items, and where its counts stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

from backsplit.domain.counts import Kind
from backsplit.domain.shop_updates import CountCell, Item, Items
from backsplit.formats import ReadOptions, cells
from backsplit.formats.columns import FIELDS, checked_map, places_of
from backsplit.formats.csv_rows import Table
from backsplit.formats.plain import counts as plain_counts
from backsplit.formats.plain import plain_file
from backsplit.formats.recognise import recognise_table
from backsplit.formats.report import FieldError, Report
from backsplit.formats.rewrite import byte_order_mark, check_not_torn, recognise_csv, rows_of
from backsplit.formats.shops._toolkit import FoundCount, number
from backsplit.formats.shops.amazon import UNSHIPPED
from backsplit.formats.source import Source
from backsplit.formats.validate import NOT_STOCKED, WithoutSku, check_location, shop_count

ITEM = "order-item-id"
MOST_NAMED = 20  # rows that cannot be read
NO_CSV = "is no plain CSV: only a CSV or tab-separated file can be written again."


def read_items(path: str) -> Items:
    """The items by the order's number, in the file's order. Raises BadInput."""
    with closing(Source(path, None)) as source, source.explained():
        report = Report(source.path, may_skip=False, done="written")
        table, _ = recognise_table(source, report, ReadOptions(format=UNSHIPPED.name), "orders")
        if table.header.find(ITEM) is None:
            raise report.refuse(f"has no column {ITEM}: download the unshipped orders report again, unchanged.")
        items: dict[str, list[Item]] = {}
        for row in table.rows({**UNSHIPPED.columns, "item": (ITEM,)}):
            left = number(row["quantity"])
            if left:
                items.setdefault(row["order"], []).append(Item(row["item"], row["sku"], left))
        report.finish()
        return items


class Counts:
    """A file of counts whose cells can be written again. Raises BadInput for one that is none, or no plain CSV.

    `format` is its name; `kind` is what its figures are. `encoding` is the file's own.
    """

    def __init__(self, path: str, options: ReadOptions) -> None:
        self._options = options._replace(map=checked_map(options.map, FIELDS["stock"]))
        self._source = Source(path, options.encoding)
        self._report = self._read = Report(self._source.path, skip_bad=True, done="written")
        try:
            with self._source.explained():
                self._table, self._form, self._options = recognise_csv(
                    self._source, self._report, self._options, "stock", NO_CSV
                )
        except BaseException:
            self.close()
            raise
        form = self._form
        self.format = form.name if form else "csv"
        is_left = form is not None and form.left_to_sell is not None and form.left_to_sell(self._table)
        self.kind = Kind.SHELF if form is None else Kind.LEFT if is_left else Kind.ON_HAND
        self.encoding = self._source.encoding

    def cells(self) -> Iterator[CountCell]:
        """The cells that hold a count. What is not tracked, or not stocked at a place, has none.

        Raises BadInput, also where the location that is asked for is not in the file.
        """
        with self._source.explained():
            yield from self._cells()

    def _cells(self) -> Iterator[CountCell]:
        table, options = self._table.again(), self._options
        report = self._read = table.report
        found, column = self._found(table)
        without_sku, taken = WithoutSku(report, options), False
        locations: dict[str, None] = {}
        for count in found:
            if count.location:
                locations.setdefault(count.location)
            text = options.sku_of(count.sku, count.name)
            if not text and count.count.strip():
                without_sku.count(count.name)
            try:
                cell = self._cell(count, text)
            except FieldError as error:
                if options.location in (None, count.location):
                    report.bad(count.at, error.reason, error.detail, column=count.location or column(error.field))
                continue
            if cell:
                taken = True
                yield cell
        check_not_torn(table)
        check_location(options.location, list(locations), report)
        without_sku.tell("count", others=taken)

    def _found(self, table: Table) -> tuple[Iterator[FoundCount], Callable[[str], str]]:
        """The counts, and what names the column of a field."""
        if self._form is None:
            read = plain_file(table, "stock", self._options, ())
            return plain_counts(read), read.column
        return self._form.counts(table) if self._form.counts else iter(()), table.namer(self._form.columns)

    def _cell(self, count: FoundCount, sku: str) -> CountCell | None:
        """The cell, read as `import stock` reads it; None where there is no count. Raises FieldError."""
        place, text = self._place(count), count.count.strip()
        if place is None or not sku or not text or text.lower() == NOT_STOCKED:
            return None
        not_counted = shop_count(count.less) - shop_count(count.plus)
        figure = cells.whole(text if self._form is None else text.removeprefix("'"), "on_hand")
        return CountCell(count.at, place, cells.sku(sku), figure, count.location, not_counted, count.name.strip())

    @property
    def notices(self) -> list[str]:
        """Sentences for the user, once all cells were read: also which rows could not be."""
        rows = [f"stays as it is: {problem}" for problem in self._read.problems[:MOST_NAMED]]
        if more := self._read.bad_rows - len(rows):
            rows.append(f"{more:,} more {'row' if more == 1 else 'rows'} that cannot be read stay as they are")
        return [*self._report.notices, *self._read.notices, *rows]

    def _place(self, count: FoundCount) -> int | None:
        if self._form is None:
            return places_of(self._table.header, FIELDS["stock"], self._options.map).get("on_hand")
        if self._form.writes is not None:
            return self._form.writes(self._table, count.location)
        return self._table.place(self._form.columns, "on_hand")

    def rewritten(self, figures: Mapping[tuple[int, int], int]) -> Iterator[str]:
        """The text of the file with these figures, by the places of row and cell, and all else as it is.

        Raises BadInput where the file cannot be read to its end.
        """
        with self._source.explained():
            yield from self._rewritten(figures)

    def _rewritten(self, figures: Mapping[tuple[int, int], int]) -> Iterator[str]:
        yield byte_order_mark(self._source)
        by_row: dict[int, dict[int, int]] = {}
        for (at, place), figure in figures.items():
            by_row.setdefault(at, {})[place] = figure
        for row in rows_of(self._table, self._form):
            new = by_row.get(row.at)
            yield row.with_cells({place: row.like(place, str(n)) for place, n in new.items()}) if new else row.text

    def close(self) -> None:
        self._source.close()
