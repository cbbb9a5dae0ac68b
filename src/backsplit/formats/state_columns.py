"""Columns of a plain table that tell which rows are open, by their names and their values.

A shop's format knows its columns. Of a plain table we look at each column that holds no field: a word of state in its
name, or values that are words of state, a date of shipping, a cancelled quantity. Rows that are closed are left out.
Where a column says a word that is not known, the file is refused with the values counted, and --open says which of them
are open; all others are closed. --open with the name of a column says that this column closes nothing.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice
from typing import Literal

from backsplit.domain.orders import Status
from backsplit.errors import BadInput, listed
from backsplit.formats.dates import looks_like_a_date
from backsplit.formats.report import (
    CANCELLED,
    CLOSED,
    FULFILLED,
    NOT_ARRIVED,
    NOT_CONFIRMED,
    NOT_PAID,
    NOT_SHIPPED,
    RECEIVED,
    REFUNDED,
    Report,
    printable,
    quoted,
)
from backsplit.formats.statuses import WEAK, YES, Kind, folded, kind_of, word_of, words
from backsplit.values import NamedTuple

Purpose = Literal["orders", "expected", "delivery"]
MOST_VALUES = 40  # a column of state has few values
_MOST_NAMED = 8  # values of a column that a sentence names
_MOST_SUGGESTED = 4
_LOOKED_AT = 500  # rows by which the columns are found that may be of state


class Role(Enum):
    """What the cells of a column say of their rows."""

    WORDS = "words"  # words of state
    FILLED = "filled"  # a date, a yes or an amount: any of them closes
    SENT = "sent"  # units that were sent or received
    CANCELLED = "cancelled"  # units that were cancelled
    GOODS = "goods"  # whether it is goods at all


def _named(whole: str = "", within: str = "") -> re.Pattern[str]:
    """What finds one of these words in a column's name: a whole word, `*` for any ending; or anywhere `within` it."""
    inside = map(re.escape, sorted(words(within)))
    if not whole:
        return re.compile("|".join(inside))
    each = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in sorted(words(whole)))
    return re.compile("|".join((rf"\b(?:{each})\b", *inside)))


_SURE = _named(
    within="""
        status, statut, durum, trang thai, tinh trang, situac, состояние, статус, allapot, tillstand, progress,
        状态, 狀態, ステータス, 状況, 상태, สถานะ, حالة,
        κατασταση
    """
)
_MAYBE = words("""
    state, estado, stato, etat, stan, stav, stare, stage, phase, fase, fulfillment, fulfilment, fulfilled, step,
    situation, toestand, zustand, tila, avancement, etape, etapa, shipping, shipment, delivery, picking,
    lieferung, versand, livraison, envio, spedizione, verzending, wysylka, kargo
""")
_PROVINCES = words("state, estado, stato, etat, stan, stav")
_PLACES = _named(
    """
        city, zip, postal, postcode, address, street, country, county, ciudad, pais, direccion, localidad,
        provincia, cp, cidade, cep, endereco, bairro, uf, ville, adresse, pays, ort, plz, stadt, land,
        indirizzo, citta, cap, paese, stad, adres, miasto, kod
    """
)
_NOT_OF_THE_ORDER = _named(
    """
        invoice, invoicing, invoiced, billing, billed, rechnung, rechnungs, factura, facturacion, facture,
        facturation, fattura, faktura, fatura, tax, stock, inventory, product, listing, customer, fraud, risk,
        email, marital
    """,
    within="発票, 发票",
)
_PAYMENT = _named(
    """
        payment, financial, pago, paiement, pagamento, zahlung*, betaling*, betaal*, platnosc, odeme
    """,
    within="付款, 支付, 결제, thanh toan",
)
_BILLED = _named("invoic*, rechnung*, factur*, fattur*, faktur*, fatura")
_PLANNED = _named(
    """
        requested, expected, estimated, promised, promise, planned, scheduled, target, targeted, latest,
        earliest, due, by, before, eta, etd, anticipated, deadline, desired, wunsch*, gewunscht*, geplant*,
        voraussichtlich*, bis, spateste*, soll*, prevu*, estime*, souhaite*, limite, estimad*, previst*,
        prevista, solicitad*, stimat*, richiest*, verwacht*, gewenst*, uiterlijk*, planowan*, tahmini, beklenen,
        du kien, method, carrier, cost, price, fee, name, code, tracking, number, address, reason, motivo,
        grund, zone, service, label, note, notes, status
    """,
    within="预计, 预定, 予定, 예정, メソッド, 原因",
)
# Parts of a name that say that goods have left, that they have arrived, and both.
_OVER = """
    delivered, completed, complete, closed, archived, geliefert*, abgeschlossen*, erledigt*, archiviert*, livre,
    livree, termine*, cloture*, entreg*, completad*, cerrad*, archivad*, consegnat*, completat*, geleverd*,
    afgerond*, dostarcz*, zrealizowan*, teslim*, giao hang, hoan thanh, levere*
"""
_OVER_WITHIN = "签收, 完成, 完了, 배송완료, 완료, достав"
_LEFT = _named(
    _OVER
    + """,
        ship, shipped, shipping, shipment, dispatch*, despatch*, fulfilled, fulfilment, fulfillment, posted,
        sent, packed, picked, versand*, versendet*, verschickt*, expedi*, envoy*, envio*, despach*, spedi*,
        evas*, verzend*, verzonden, wyslan*, wysylk*, gonderi*, kargo*, odeslan*, gui hang, skickad*, afsendt,
        envia*
    """,
    within=_OVER_WITHIN + ", 发货, 出库, 發貨, 発送, 出荷, 발송, 출고, отправ",
)
_ARRIVED = _named(
    _OVER
    + """,
        received, arrived, goods in, put away, erhalten*, eingegangen*, angekommen*, wareneingang*, recu, recue,
        recib*, recebid*, llegad*, ricevut*, arrivat*, ontvangen*, otrzyman*, odebran*, alindi, da nhan,
        mottag*, modtag*, prijat*
    """,
    within=_OVER_WITHIN + ", 收货, 入库, 入荷, 입고, получен",
)
# The same as nouns: a column `Shipping` holds a price or a way, and no yes or no.
_NOUN = _named(
    """
        ship, shipping, shipment, versand, envio, spedizione, livraison, verzending, wysylka, kargo, dispatch,
        delivery, expedition
    """
)
_STOPPED = _named(
    """
        cancel*, void*, storn*, annul*, annulat*, anulad*, anulow*, geannuleer*, iptal, huy, avbrut*, zrusen*
    """,
    within="取消, キャンセル, 취소, отмен",
)
_BACK = _named(
    """
        refund*, returned, reembols*, rembours*, rimbors*, erstatt*, ruckerstatt*, terugbetaal*, devuelt*,
        zwrot*, iade, charged back
    """,
    within="退款, 返金, 환불",
)
_UNITS = _named(
    """
        qty, quantity, quantities, units, pcs, pieces, menge, anzahl, stuck, stuckzahl, cantidad, unidades,
        quantite, qte, nombre, quantita, qta, pezzi, aantal, quantidade, qtd, ilosc, adet, miktar, so luong,
        antal, mnozstvi
    """,
    within="数量, 수량, 件数, количество",
)
_TIME = _named(
    """
        date, time, at, on, day, datum, am, zeit, fecha, hora, el, data, ora, il, heure, le, op, dnia, tarih*,
        ngay, thoi gian, gun
    """,
    within="時間, 时间, 日期, 日時, 日, 일시, 일자, 일, дата",
)
_OPEN_UNITS = _named(
    """
        missing, open, outstanding, remaining, remainder, left, unshipped, unfulfilled, undelivered, backorder*,
        back order*, due, to ship, to send, to pick, to deliver, to receive, not shipped, not delivered,
        balance, offen*, fehl*, rest, rest*, zu versenden*, ausstehend*, manquant*, restant*, reste, a expedier,
        a livrer, pendiente*, faltant*, por enviar, restante*, mancant*, residu*, da spedire, da evadere,
        inevas*, openstaand*, te leveren, te verzenden, ontbrekend*, pendente*, a enviar, brak*, pozostal*,
        kalan, eksik, con lai, chua giao, kvar, resterende, zbyva
    """,
    within="未发, 剩余, 缺, 欠, 残, 未出荷, 미발송, 잔여, 부족",
)
_PHYSICAL = _named(
    """
        requires shipping, shippable, is shippable, physical, is physical, producto fisico, physical product,
        fisico, physisch, physique, needs shipping
    """
)
_VIRTUAL = _named(
    """
        virtual, is virtual, digital, is digital, downloadable, is downloadable, virtuell, digitale, numerique
    """
)
_TYPE = _named(
    """
        item type, product type, line type, type, artikeltyp, produkttyp, tipo, type de produit
    """
)
_NO_GOODS = words("""
    service, services, virtual, downloadable, download, digital, giftcard, gift card, ebook, e book, dienstleistung,
    servizio, servicio, servico, virtuell, digitale, labour, labor
""")
_NAMES = (_SURE, _LEFT, _ARRIVED, _STOPPED, _BACK, _PHYSICAL, _VIRTUAL, _TYPE, _TIME)


class End(NamedTuple):
    """Why nothing of a row is to be sent, or is to come. `status` is what became of it, if the word says so.

    `is_part`: the row is open all the same, and any number of its units may have gone.
    """

    reason: str
    status: Status | None = None
    is_part: bool = False


_PART = End("", None, is_part=True)
_UNKNOWN = End("?")
CLOSED_WORD = End(CLOSED)
_ENDS: dict[Purpose, dict[Kind, End | None]] = {
    "orders": {
        Kind.PART: _PART,
        Kind.ON_ITS_WAY: End(FULFILLED, Status.SHIPPED),
        Kind.DONE: End(FULFILLED, Status.SHIPPED),
        Kind.CANCELLED: End(CANCELLED, Status.CANCELLED),
        Kind.REFUNDED: End(REFUNDED, Status.CANCELLED),
        Kind.UNPAID: End(NOT_PAID),
        Kind.DRAFT: End(NOT_CONFIRMED),
    },
    "expected": {
        Kind.DONE: End(RECEIVED),
        Kind.CANCELLED: End(CANCELLED),
        Kind.REFUNDED: End(REFUNDED),
        Kind.DRAFT: End(NOT_CONFIRMED),
    },
    "delivery": {
        Kind.OPEN: End(NOT_ARRIVED),
        Kind.ON_ITS_WAY: End(NOT_ARRIVED),
        Kind.UNPAID: End(NOT_ARRIVED),
        Kind.CANCELLED: End(CANCELLED),
        Kind.REFUNDED: End(REFUNDED),
        Kind.DRAFT: End(NOT_CONFIRMED),
    },
}
_OF_PAYMENT: dict[Kind, End | None] = {
    Kind.ON_ITS_WAY: End(FULFILLED, Status.SHIPPED),
    Kind.CANCELLED: End(CANCELLED, Status.CANCELLED),
    Kind.REFUNDED: End(REFUNDED, Status.CANCELLED),
    Kind.UNPAID: End(NOT_PAID),
    Kind.DRAFT: End(NOT_CONFIRMED),
}


def plain(name: str) -> str:
    """`orderLine_Status` as `order line status`."""
    return " ".join(re.sub(r"[\W_]+", " ", folded(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))).split())


class Seen:
    """The values of a column, counted, as long as they are few."""

    def __init__(self, name: str) -> None:
        self.name, self.text = name, plain(name)
        self.values: Counter[str] = Counter()
        self.filled = 0
        self.dates = self.numbers = self.flags = True

    def add(self, cell: str) -> None:
        cell = cell.strip()
        if not cell:
            return
        self.filled += 1
        if cell in self.values:
            self.values[cell] += 1
            return
        if len(self.values) <= MOST_VALUES:
            self.values[cell] = 1
        self.dates = self.dates and looks_like_a_date(cell)
        self.numbers = self.numbers and _number(cell) is not None
        self.flags = self.flags and (word_of(cell) in YES or kind_of(cell) is Kind.NOTHING)

    @property
    def few(self) -> bool:
        return len(self.values) <= MOST_VALUES

    def known(self) -> int:
        """Rows with a word of state."""
        return sum(n for cell, n in self.values.items() if kind_of(cell) not in (None, Kind.NOTHING))

    def has_strong(self) -> bool:
        """Whether a value is a word of state that is hardly anything else."""
        kinds = ((word_of(cell), kind_of(cell)) for cell in self.values)
        return any(kind not in (None, Kind.NOTHING) and word not in WEAK for word, kind in kinds)


def _number(cell: str) -> float | None:
    text = cell.replace(",", ".")
    return float(text) if len(text) < 20 and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text, re.ASCII) else None


def role_of(seen: Seen, purpose: Purpose, *, has_addresses: bool = False) -> Role | None:  # noqa: PLR0911 - a rule a line
    """What the cells of a column say of their rows; None if nothing that closes one."""
    if not seen.filled or _BILLED.search(seen.text):
        return None
    if _is_about_goods(seen):
        return Role.GOODS
    done = _LEFT if purpose == "orders" else _ARRIVED
    if seen.numbers:
        return _role_of_numbers(seen, done)
    is_planned = bool(_PLANNED.search(seen.text))
    over = bool(done.search(seen.text) or _STOPPED.search(seen.text) or _BACK.search(seen.text))
    if seen.dates:
        return Role.FILLED if over and not is_planned else None
    if seen.flags:
        return Role.FILLED if over and not is_planned and not _NOUN.fullmatch(seen.text) else None
    if _is_of_words(seen, has_addresses=has_addresses):
        return Role.WORDS
    is_bare = " " not in seen.text and not _NOUN.fullmatch(seen.text)
    if (over and is_bare) or (_STOPPED.search(seen.text) and re.search(r"\b(reason|motivo|motif|grund)\b", seen.text)):
        return Role.FILLED
    return None


def _role_of_numbers(seen: Seen, done: re.Pattern[str]) -> Role | None:
    """Units, an amount that was refunded, a nought or a one; or a number that stands for a state."""
    is_bare = " " not in seen.text and not _NOUN.fullmatch(seen.text)
    stopped = bool(_STOPPED.search(seen.text) or _BACK.search(seen.text))
    only_flags = set(seen.values) <= {"0", "1"}
    if _UNITS.search(seen.text) or (is_bare and not only_flags and not _BACK.search(seen.text)):
        if stopped:
            return Role.CANCELLED
        return Role.SENT if done.search(seen.text) else None
    if (_BACK.search(seen.text) or (is_bare and (stopped or done.search(seen.text)))) and not _PLANNED.search(
        seen.text
    ):
        return Role.FILLED
    return Role.WORDS if _SURE.search(seen.text) and seen.few and not _NOT_OF_THE_ORDER.search(seen.text) else None


def _is_of_words(seen: Seen, *, has_addresses: bool) -> bool:
    if not seen.few:
        return bool(_SURE.search(seen.text)) and seen.known() * 2 > seen.filled
    if _NOT_OF_THE_ORDER.search(seen.text):
        return seen.has_strong()
    if _SURE.search(seen.text):
        return True
    parts = set(seen.text.split())
    if parts & _MAYBE:
        if seen.has_strong() or seen.known() * 2 >= seen.filled:
            return True
        codes = all(len(cell) <= 3 for cell in seen.values)
        return bool(parts & _PROVINCES) and not has_addresses and not codes and len(seen.values) * 2 <= seen.filled
    return seen.has_strong() and seen.known() * 5 >= seen.filled * 4


def _is_about_goods(seen: Seen) -> bool:
    if _PHYSICAL.search(seen.text) or _VIRTUAL.search(seen.text):
        return seen.flags
    return bool(_TYPE.search(seen.text)) and any(word_of(cell) in _NO_GOODS for cell in seen.values)


class _Column(NamedTuple):
    """`ends` has every value of the column, with None where such a row is open."""

    place: int
    seen: Seen
    role: Role
    ends: Mapping[str, End | None]

    @property
    def inherits(self) -> bool:
        """Whether a blank on an order's later row means what its first row says."""
        return self.role is Role.WORDS or bool(_STOPPED.search(self.seen.text))


class StateColumns:
    """The columns of state of a plain file, and what they say of each of its rows.

    `names` are those of all columns. `open_words` are those of --open, `governed` the columns for which they were given
    before. `units_are_open`: the quantity is what is left, so that columns of what was sent or cancelled are not
    subtracted again. Raises BadInput where a value is not known and --open does not speak of its column.
    """

    def __init__(
        self,
        seen: Mapping[int, Seen],
        purpose: Purpose,
        report: Report,
        *,
        names: Iterable[str] = (),
        open_words: Collection[str] = (),
        governed: Collection[str] = (),
        units_are_open: bool = False,
    ) -> None:
        self._purpose: Purpose = purpose
        self._words = {word_of(word) for word in open_words}
        self._names = {plain(word) for word in open_words}
        self._governed = {plain(name) for name in governed}
        has_addresses = any(_PLACES.search(plain(name)) for name in names)
        self.has_not_arrived = purpose == "delivery" and has_not_arrived(seen)
        self._columns: list[_Column] = []
        self._sent: list[int] = []
        self._cancelled: list[int] = []
        for place, column in seen.items():
            role = role_of(column, purpose, has_addresses=has_addresses)
            if self._is_spoken_of(column):
                role = Role.WORDS
            if role is None or column.text in self._names:
                continue
            if role in (Role.SENT, Role.CANCELLED):
                if not units_are_open:
                    (self._sent if role is Role.SENT else self._cancelled).append(place)
                continue
            ends = {cell: self._end(column, role, cell) for cell in column.values}
            self._columns.append(_Column(place, column, role, ends))
        if unknown := [column for column in self._columns if _UNKNOWN in column.ends.values()]:
            raise _which(report, unknown, purpose)

    def __bool__(self) -> bool:
        return bool(self._columns or self._sent or self._cancelled)

    @property
    def places(self) -> list[int]:
        """The places of the columns that were looked at."""
        return [*(column.place for column in self._columns), *self._sent, *self._cancelled]

    @property
    def closes(self) -> bool:
        """Whether anything in the file is sent or closed."""
        return bool(self._sent or self._cancelled) or any(_closed(column) for column in self._columns)

    @property
    def spoken_of(self) -> tuple[str, ...]:
        """The columns that --open speaks of: they are remembered with it."""
        return tuple(column.seen.name for column in self._columns if self._is_spoken_of(column.seen))

    def notices(self) -> Iterator[str]:
        """Which values of each column of words are open, where not all are."""
        for column in self._columns:
            if column.role is Role.WORDS and (closed := _closed(column)):
                open_ = [cell for cell in column.ends if cell not in closed]
                said = f"{_counted(column, open_) or 'none'}; closed: {_counted(column, closed)}"
                yield f"The column {quoted(column.seen.name)} says which rows are open: {said}."

    def of(self, row: Sequence[str], first: Sequence[str] | None, *, is_bare: bool) -> End | None:
        """Why the row is closed; None if it is open. `first` is the first row of the same order, if that is another.

        `is_bare`: the cells of the order as a whole are on its first row only.
        """
        part = None
        for column in self._columns:
            cell = row[column.place].strip()
            if not cell and first is not None and (is_bare or column.inherits):
                cell = first[column.place].strip()
            end = column.ends[cell] if cell in column.ends else self._end(column.seen, column.role, cell)
            if end is not None and not end.is_part:
                return CLOSED_WORD if end is _UNKNOWN else end
            part = end or part
        return part

    def sent(self, row: Sequence[str]) -> int | None:
        """Units of the row that were sent, or received; None if no column says it."""
        return _added_up(row, self._sent)

    def cancelled(self, row: Sequence[str]) -> int:
        """Units of the row that were cancelled."""
        return _added_up(row, self._cancelled) or 0

    def _is_spoken_of(self, column: Seen) -> bool:
        return column.text in self._governed or any(word_of(cell) in self._words for cell in column.values)

    def _end(self, column: Seen, role: Role, cell: str) -> End | None:
        kind = kind_of(cell)
        if role is Role.GOODS:
            return End(NOT_SHIPPED) if _is_no_goods(column, cell) else None
        if role is Role.FILLED:
            return self._end_of_filled(column, is_filled=kind is not Kind.NOTHING)
        if not cell:
            return None
        ends = _OF_PAYMENT if _PAYMENT.search(column.text) else _ENDS[self._purpose]
        if self._is_spoken_of(column):
            return None if word_of(cell) in self._words else ends.get(kind or Kind.NOTHING) or CLOSED_WORD
        return _UNKNOWN if kind is None or _is_a_code(cell) else ends.get(kind)

    def _end_of_filled(self, column: Seen, *, is_filled: bool) -> End | None:
        if _STOPPED.search(column.text):
            return End(CANCELLED, Status.CANCELLED) if is_filled else None
        if _BACK.search(column.text):
            return End(REFUNDED, Status.CANCELLED) if is_filled else None
        if self._purpose == "delivery":
            return None if is_filled else End(NOT_ARRIVED)
        if not is_filled:
            return None
        return End(FULFILLED, Status.SHIPPED) if self._purpose == "orders" else End(RECEIVED)


def units_are_open(name: str) -> bool:
    """Whether a column of quantities holds what is left to send: `Missing`, `To ship`, `Offene Menge`."""
    return bool(_OPEN_UNITS.search(plain(name)))


def look(
    names: Sequence[str], taken: Collection[int], rows: Callable[[], Iterable[tuple[int, Sequence[str]]]]
) -> dict[int, Seen]:
    """The columns that may be of state, with their values counted, by their places. `taken` hold a field.

    The first rows and the names tell which columns these are; only for such does the file have to be read once more.
    """
    places = [place for place, name in enumerate(names) if name.strip() and place not in taken]
    if not places:
        return {}
    first = _count(names, places, islice(rows(), _LOOKED_AT))
    places = [place for place, column in first.items() if _may_be_of_state(column)]
    return _count(names, places, rows()) if places else {}


def has_not_arrived(seen: Mapping[int, Seen]) -> bool:
    """Whether a delivery has columns for its arrival, all of them blank, beside one for the day that is expected."""
    arrivals = [column for column in seen.values() if _is_arrival(column)]
    expected = any(re.search(r"\b(eta|expected|estimated|sailing|etd)\b", column.text) for column in seen.values())
    return bool(arrivals) and expected and not any(column.filled for column in arrivals)


def _is_arrival(column: Seen) -> bool:
    is_day = bool(re.search(r"\bdelivery\b", column.text) and _TIME.search(column.text))
    return bool(_ARRIVED.search(column.text) or is_day) and not _PLANNED.search(column.text)


def says_state(name: str) -> bool:
    """Whether a column of this name, as `normal` makes it, says of an order whether it is open: in any file."""
    return any(pattern.search(name) for pattern in (_SURE, _STOPPED, _BACK))


def _count(names: Sequence[str], places: Iterable[int], rows: Iterable[tuple[int, Sequence[str]]]) -> dict[int, Seen]:
    seen = {place: Seen(names[place]) for place in places}
    for _, row in rows:
        for place, column in seen.items():
            column.add(row[place])
    return seen


def _may_be_of_state(column: Seen) -> bool:
    if any(pattern.search(column.text) for pattern in _NAMES) or _MAYBE & set(column.text.split()):
        return True
    return not column.filled or (column.few and column.known() > 0)


def _added_up(row: Sequence[str], places: Sequence[int]) -> int | None:
    found = [number for place in places if (number := _number(row[place].strip())) is not None]
    return max(0, int(max(found))) if found else None


def _is_no_goods(column: Seen, cell: str) -> bool:
    if _PHYSICAL.search(column.text):
        return kind_of(cell) is Kind.NOTHING and bool(cell)
    if _VIRTUAL.search(column.text):
        return word_of(cell) in YES
    return word_of(cell) in _NO_GOODS


def _is_a_code(cell: str) -> bool:
    return _number(cell) is not None


def _closed(column: _Column) -> list[str]:
    return [cell for cell, end in column.ends.items() if end is not None and not end.is_part]


def _counted(column: _Column, cells: Iterable[str]) -> str:
    return listed((f"{printable(cell)} {column.seen.values[cell]:,}" for cell in cells), _MOST_NAMED)


def _which(report: Report, columns: Sequence[_Column], purpose: Purpose) -> BadInput:
    """The question which values are open, with each of them counted."""
    words = [
        cell
        for column in columns
        for cell, _ in column.seen.values.most_common()
        if (end := column.ends[cell]) is None or end is _UNKNOWN or end.is_part
    ]
    options = " ".join(f"--open {shlex.quote(printable(word))}" for word in words[:_MOST_SUGGESTED])
    what = {"orders": "open", "expected": "still to come", "delivery": "what has arrived"}[purpose]
    return report.refuse(
        f"some rows may be closed, in words that are not known. Say which values are {what}, as in {options}; all "
        "others of the column are closed then, and this is remembered for files with the same columns. Where a column "
        f"says nothing of that, name it instead: --open {shlex.quote(printable(columns[0].seen.name))}.",
        [f"{quoted(column.seen.name)}: {_counted(column, (cell for cell, _ in column.seen.values.most_common()))}"
         for column in columns],
    )  # fmt: skip


FOOTERS = "{n} {rows that are no lines were|row that is no line was} not read: totals or remarks"
_TOTALS = words("""
    total, totals, subtotal, sub total, grand total, sum, summe, gesamt, gesamtsumme, zwischensumme, total general,
    sous total, totale, totale generale, subtotale, suma, suma total, totaal, subtotaal, razem, lacznie, toplam,
    genel toplam, 合计, 总计, 合計, 総計, 합계, 총계, tong, tong cong, итого, всего, summa, celkem, yhteensa
""")


def is_footer(row: Sequence[str], places: Mapping[str, int]) -> bool:
    """Whether a row without a SKU begins with a total, or holds one remark and nothing else."""
    sku = places.get("sku", places.get("name"))
    if sku is not None and sku < len(row) and row[sku].strip() and not _is_a_total(row[sku]):
        return False
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled:
        return False
    if _is_a_total(filled[0]):
        return True
    return len(filled) == 1 and " " in filled[0] and "\n" not in filled[0] and '"' not in filled[0]


def _is_a_total(cell: str) -> bool:
    return plain(cell) in _TOTALS
