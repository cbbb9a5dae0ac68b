"""Lines that cannot be taken since their SKU is blank, and the way out that we tell."""

from __future__ import annotations

from backsplit.formats.options import ReadOptions
from backsplit.formats.report import Report


class WithoutSku:
    """Counts them while a file is read.

    `bad`: such a line is a bad row, as in plain files, and the file fails for it.
    """

    def __init__(self, report: Report, options: ReadOptions, *, bad: bool = False) -> None:
        self._report, self._from, self._bad = report, options.sku_from, bad
        self._lines = self._named = 0
        self._option = "name"

    def count(self, name: str) -> None:
        self._lines += 1
        self._named += bool(name.strip())

    def tell(self, what: str, *, others: bool, nothing_taken: bool | None = None) -> None:
        """At the end of the file: a notice. Raises BadInput if nothing could be taken because of them.

        `others`: some lines have a SKU. `nothing_taken` is so unless there are others, if it is not said.
        """
        if not self._lines:
            return
        self._option = "sku-or-name" if others else "name"
        if self._report.bad_rows and not self._report.skip_bad:
            if self._bad and self._named:
                self._report.advice += f", or to take the name as the SKU, --sku-from {self._option}"
            return
        lines = "1 line" if self._lines == 1 else f"{self._lines:,} lines"
        if (not others) if nothing_taken is None else nothing_taken:
            raise self._report.refuse(f"has {lines} without a SKU, and so no {what} that can be taken. {self._way_out}")
        self._report.notice(f"Left out since they have no SKU: {lines}. {self._way_out}")

    @property
    def _way_out(self) -> str:
        if self._from == "name":
            return "They have no name either; where they have a SKU, use --sku-from sku-or-name."
        if not self._named:
            return "They have no name to take for it: give the products SKUs in the shop."
        where = "for the SKU" if self._option == "name" else "where there is no SKU"
        return f"To take the name {where}: --sku-from {self._option}."
