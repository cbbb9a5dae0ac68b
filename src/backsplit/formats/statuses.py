"""Columns that say which orders are closed. A file that has them is a shop's export, and no plain file.

All rows of a plain file are open. So if such a column closes a row of a file that no shop's format fits, we refuse
the file: its closed orders would be taken as open, tonight or another night. A column that closes nothing, as where
only the open orders were exported, does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from backsplit.errors import BadInput
from backsplit.formats.columns import Header, normal
from backsplit.formats.report import Report, quoted

# Columns with a date, a yes, or a number of units: any other cell than a blank or a nought closes.
_FILLED = (
    "cancelled at", "canceled at", "cancelled on", "canceled on", "date cancelled", "date canceled", "cancelled date",
    "canceled date", "cancelled time", "canceled time", "cancellation date", "cancel date", "cancelled", "canceled",
    "date shipped", "shipped date", "shipped on", "shipped on date", "shipped at", "shipped time", "shipped",
    "dispatched on", "dispatched on date", "dispatched at", "dispatched date", "date dispatched", "dispatch date",
    "despatched on", "despatch date", "posted on date", "date posted", "shipment date", "shipping date",
    "fulfilled at", "fulfilled on", "date fulfilled", "fulfilled", "delivered at", "delivered on", "date delivered",
    "delivered time", "delivered", "completed at", "completed on", "date completed", "closed at", "date closed",
    "refunded at", "refunded on", "date refunded", "voided at",
    "quantity shipped", "shipped quantity", "qty shipped", "shipped qty", "quantity fulfilled", "fulfilled quantity",
    "quantity cancelled", "quantity canceled", "qty cancelled", "qty canceled", "cancelled quantity",
    "quantity refunded", "qty refunded", "refunded quantity", "quantity delivered", "delivered quantity",
    "versanddatum", "versandt am", "versendet am", "verschickt am", "geliefert am", "storniert am", "storniert",
    "date d'expedition", "date expedition", "expedie le", "annule le", "livre le",
    "fecha de envio", "fecha envio", "enviado el", "cancelado el", "data spedizione", "spedito il", "annullato il",
    "verzenddatum", "verzonden op", "geannuleerd op",
)  # fmt: skip
# Columns with a word: any word but those below closes, also one that we do not know.
_STATUS = (
    "status", "order status", "order state", "order substatus", "fulfillment status", "fulfilment status",
    "fulfillment state", "shipping status", "shipment status", "delivery status", "dispatch status",
    "payment status", "financial status", "item status", "line status", "line item status",
    "lineitem fulfillment status", "line item fulfillment status",
    "bestellstatus", "auftragsstatus", "versandstatus", "lieferstatus", "zahlungsstatus",
    "statut", "statut de la commande", "statut commande", "estado del pedido", "estado pedido", "stato ordine",
    "stato dell'ordine", "bestelstatus", "verzendstatus", "betaalstatus",
)  # fmt: skip
_NOTHING = {"", "-", "0", "no", "none", "null", "n/a", "na", "false", "nein", "non"}
_OPEN = _NOTHING | {
    "open", "new", "confirmed", "active", "paid", "unfulfilled", "not fulfilled", "unshipped", "not shipped",
    "not sent", "not dispatched", "awaiting shipment", "awaiting fulfillment", "awaiting fulfilment",
    "awaiting dispatch",
    "to ship", "to be shipped", "ready to ship", "processing", "in process", "in progress", "backorder", "backordered",
    "back order", "on backorder",
    "offen", "neu", "in bearbeitung", "nicht versendet", "nicht versandt", "bezahlt", "ouvert", "ouverte",
    "non expedie", "paye", "payee", "abierto", "pendiente de envio", "procesando", "pagado", "aperto", "da spedire",
    "in lavorazione", "pagato", "in behandeling", "niet verzonden", "betaald",
}  # fmt: skip
_BY_NAME = dict.fromkeys(map(normal, _FILLED), _NOTHING) | dict.fromkeys(map(normal, _STATUS), _OPEN)


class ClosingColumns:
    """The columns of a table that could close an order."""

    def __init__(self, header: Header, report: Report) -> None:
        self._report = report
        self._columns = [
            (place, name, open_words)
            for place, name in enumerate(header.names)
            if (open_words := _BY_NAME.get(normal(name))) is not None
        ]

    def only_open(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterable[tuple[int, Sequence[str]]]:
        """The same rows. Raises BadInput at the first one that is closed."""
        return self._checked(rows) if self._columns else rows

    def _checked(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
        for at, row in rows:
            for place, name, open_words in self._columns:
                if _word(row[place]) not in open_words:
                    raise _closed(self._report, at, name, row[place])
            yield at, row


def check_it_is_open(at: int, record: Mapping[str, Any], report: Report) -> None:
    """Raises BadInput if a value of this JSON order, or line, says that it is closed."""
    for key, value in record.items():
        open_words = _open_words(key)
        if open_words is None or value is None or value is False or isinstance(value, (list, dict)):
            continue
        if _word(str(value)) not in open_words:
            raise _closed(report, at, key, str(value))


@lru_cache(1_000)
def _open_words(key: str) -> set[str] | None:
    return _BY_NAME.get(normal(key))


@lru_cache(1_000)
def _word(cell: str) -> str:
    word = status_word(cell)
    return "0" if word and not word.strip("0.,") else _plain(word)


def _plain(word: str) -> str:
    """Without accents."""
    return " ".join(map(normal, word.split()))


def _closed(report: Report, at: int, name: str, cell: str) -> BadInput:
    return report.refuse(
        f"{report.unit} {at}: the column {quoted(name)} says {quoted(cell.strip())}. So this is a shop's export, with "
        "orders in it that may be closed, and no format that is known fits it. Nothing was imported. If you know the "
        "shop, name its format with --format (backsplit import formats lists them); else import a copy that holds "
        "only the rows that are open, without that column.",
    )


@lru_cache(maxsize=1_000)
def status_word(text: str) -> str:
    """`On-Hold`, `on_hold` and `wc-on-hold` are one status."""
    return " ".join(text.lower().removeprefix("wc-").replace("_", " ").replace("-", " ").split())
