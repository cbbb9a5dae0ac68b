"""Lines that cannot be taken since their SKU is blank, and the way out that we tell."""

from __future__ import annotations

from backsplit.formats.options import ReadOptions
from backsplit.formats.report import Report


class WithoutSku:
    """Counts them while a file is read. `others` becomes true where a line has a SKU."""

    def __init__(self, report: Report, options: ReadOptions) -> None:
        self._report, self._from = report, options.sku_from
        self._lines = self._named = 0
        self.others = False

    def count(self, name: str) -> None:
        self._lines += 1
        self._named += bool(name.strip())

    def tell(self, *, nothing_taken: bool, what: str) -> None:
        """At the end of the file: a notice. Raises BadInput if for them nothing could be taken."""
        if not self._lines or (self._report.bad_rows and not self._report.skip_bad):
            return
        lines = "1 line" if self._lines == 1 else f"{self._lines:,} lines"
        if nothing_taken:
            raise self._report.refuse(f"has {lines} without a SKU, and so no {what} that can be taken. {self._way_out}")
        self._report.notice(f"Left out since they have no SKU: {lines}. {self._way_out}")

    @property
    def _way_out(self) -> str:
        if self._from == "name":
            return "They have no name either; use --sku-from sku-or-name where they have a SKU."
        if not self._named:
            return "There is no name to take for it: give the products SKUs in the shop."
        if self.others:
            return "To take the name where there is no SKU: --sku-from sku-or-name."
        return "To take the name for the SKU: --sku-from name."
