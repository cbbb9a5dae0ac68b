"""The words that shops use for the status of an order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Union

from backsplit.domain.values import Status
from backsplit.formats.finding.found import FoundOrder
from backsplit.formats.reasons import UNKNOWN_STATUS
from backsplit.formats.report import Report

# Statuses that are not open, each with the reason for leaving the order out, and whether it is shipped or cancelled.
Closing = Mapping[str, tuple[str, Union[Status, None]]]


def close_by_status(
    order: FoundOrder, cells: Iterable[str], open_: Collection[str], closing: Closing, report: Report
) -> None:
    """Leave the order out unless its status is open. `cells` are the statuses on its rows.

    If a row says cancelled, the order is cancelled; else the first status counts. We do not take an unknown
    status for open.
    """
    if order.left_out:
        return
    said = [text for text in cells if text]
    words = [status_word(text) for text in said]
    cancelled = (word for word in words if closing.get(word, ("", None))[1] is Status.CANCELLED)
    word = next(cancelled, words[0] if words else "")
    if word in closing:
        order.close(*closing[word])
    elif word and word not in open_:
        order.close(UNKNOWN_STATUS, None)
        report.tally(
            "{n} orders have a status that backsplit does not know, and are left alone; to take them, export them with"
            " the statuses that the shop comes with, in English",
            said[words.index(word)],
        )


@lru_cache(maxsize=1_000)
def status_word(text: str) -> str:
    """`On-Hold`, `on_hold` and `wc-on-hold` are one status."""
    return " ".join(text.lower().removeprefix("wc-").replace("_", " ").replace("-", " ").split())
