"""Words of state, such as `Enviado` or `2 - Released`, in twelve languages and more.

A word that is not known is never taken for open: the user is asked, and answers with --open
(`formats/state_columns.py`).
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """What a word of state says."""

    OPEN = "open"  # nothing was sent yet, and it is to be sent
    PART = "part"  # sent or received in part
    ON_ITS_WAY = "on its way"  # it has left, and has not arrived
    DONE = "done"  # it has arrived, or nothing is left to do
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNPAID = "unpaid"
    DRAFT = "draft"
    NOTHING = "nothing"  # a dash, a nought, a no


_WORDS: dict[Kind, str] = {
    Kind.OPEN: """
        open, opened, new, confirmed, active, accepted, acknowledged, approved, released, planned, scheduled,
        being picked, picking, to pick, in picking, paid, authorized, partially paid, unfulfilled, not fulfilled,
        unshipped, not shipped, not sent, not dispatched, not delivered, not packed, undelivered, not received,
        awaiting shipment, awaiting fulfillment, awaiting fulfilment, awaiting dispatch, awaiting pickup,
        awaiting collection, to ship, to be shipped, to send, ready to ship, ready for shipment, ready to dispatch,
        ready to pick, processing, in process, in progress, backorder, backordered, back order, on backorder,
        partially available, sale order, sales order, to fulfill, issued, to deliver, to be delivered, to receive,
        to be received, ordered, purchase order, to invoice, to do, offen, neu, in bearbeitung, nicht versendet,
        nicht versandt, nicht geliefert, nicht verschickt, zu versenden, noch nicht versandt, noch nicht versendet,
        versandbereit, versandfertig, bezahlt, bestatigt, freigegeben, bestellt, ruckstand, im ruckstand,
        in kommissionierung, ouvert, ouverte, non expedie, non expediee, a expedier, a livrer,
        en cours de preparation, en preparation, a preparer, paye, payee, confirme, confirmee, non livre,
        non livree, nouvelle, nouveau, en reliquat, commande, abierto, abierta, pendiente de envio,
        pendiente de enviar, por enviar, no enviado, sin enviar, en preparacion, no esta empaquetado,
        no empaquetado, por preparar, procesando, en proceso, pagado, pagada, recibido el pago, confirmado,
        confirmada, nuevo, nueva, no entregado, pedido confirmado, aperto, aperta, da spedire, da evadere,
        in lavorazione, in preparazione, non spedito, non spedita, pagato, pagata, confermato, confermata, nuovo,
        in elaborazione, inevaso, da consegnare, non consegnato, in behandeling, niet verzonden, nog te verzenden,
        te verzenden, betaald, nieuw, bevestigd, in verwerking, besteld, niet geleverd, te leveren, aberto, aberta,
        em aberto, a enviar, nao enviado, em preparacao, em separacao, preparando, processando, aguardando envio,
        pago, paga, novo, nova, pagamento aprovado, nao entregue, nowe, nowy, nowa, otwarte, otwarty, do wysylki,
        do wyslania, w realizacji, w trakcie realizacji, oplacone, potwierdzone, niewyslane, nie wyslano,
        w przygotowaniu, acik, yeni, hazirlaniyor, kargoya hazir, gonderilecek, onaylandi, isleme alindi,
        isleniyor, odendi, gonderilmedi, beklemede kargo, 待发货, 未发货, 待出库, 待处理, 处理中, 已付款, 未出库,
        备货中, 新订单, 待配送, 待發貨, 未發貨, 未発送, 発送待ち, 出荷待ち, 未出荷, 処理中, 新規, 出荷準備中,
        배송준비중, 상품준비중, 결제완료, 발송대기, 미발송, 출고대기, 배송대기, 신규주문, 발주확인, 주문확인,
        cho lay hang, cho giao hang, cho xu ly, dang xu ly, cho van chuyen, chua giao, chua gui, da xac nhan,
        da thanh toan, новый, в обработке, к отправке, не отправлен, ожидает отправки, оплачен, собирается, oppen,
        ej skickad, att skicka, under behandling, betald, aben, ikke sendt, apen, betalt, neodeslano, k odeslani,
        vyrizuje se, zaplaceno
    """,
    Kind.PART: """
        partial, partially shipped, partly shipped, partially fulfilled, partially delivered, partially received,
        partly received, partially sent, partially dispatched, partially refunded, partially billed,
        partially invoiced, partially cancelled, partially canceled, teilweise versendet, teilweise versandt,
        teilweise geliefert, teilweise erhalten, teillieferung, teilgeliefert, partiellement expedie,
        partiellement expediee, partiellement livre, partiellement livree, partiellement recu,
        parcialmente enviado, parcialmente enviada, enviado parcialmente, entrega parcial, envio parcial,
        parcialmente recibido, parcialmente entregado, parzialmente spedito, parzialmente evaso,
        parzialmente consegnato, spedito parzialmente, gedeeltelijk verzonden, deels verzonden,
        gedeeltelijk geleverd, gedeeltelijk ontvangen, parcialmente entregue, czesciowo wyslane,
        czesciowo zrealizowane, kismen gonderildi, 部分发货, 부분배송, delvis skickad
    """,
    Kind.ON_ITS_WAY: """
        shipped, sent, dispatched, despatched, in transit, on the way, on its way, out for delivery, handed over,
        posted, on sea, at sea, booked, sailing, sailed, loaded, in customs, departed, shipped out, on board,
        arriving, versandt, versendet, verschickt, unterwegs, auf see, gesendet, in zustellung, expedie, expediee,
        envoye, envoyee, en transit, en cours de livraison, en mer, enviado, enviada, despachado, despachada,
        en camino, en transito, en reparto, en viaje, spedito, spedita, inviato, inviata, in transito, in consegna,
        partito, verzonden, onderweg, verstuurd, em transito, a caminho, postado, em rota de entrega,
        em transporte, wyslane, wyslano, wyslany, wyslana, w drodze, nadane, kargoda, kargoya verildi, gonderildi,
        yolda, sevk edildi, dagitimda, 已发货, 已出库, 运输中, 配送中, 已寄出, 待收货, 派送中, 已發貨, 発送済み,
        発送済, 出荷済み, 出荷済, 輸送中, 배송중, 발송완료, 출고완료, 배송출발, dang giao, dang van chuyen, da gui,
        da giao cho van chuyen, dang giao hang, отправлен, отправлено, в пути, skickad, skickat, sendt, afsendt,
        odeslano, odeslana
    """,
    Kind.DONE: """
        fulfilled, delivered, completed, complete, closed, done, finished, received, arrived, picked up, collected,
        packed, reported back, archived, settled, fully delivered, fully received, fully shipped, in stock,
        put away, checked in, abgeschlossen, geliefert, zugestellt, erledigt, fertig, erhalten, eingegangen,
        angekommen, ausgeliefert, vollstandig geliefert, wareneingang gebucht, archiviert, abgeholt, beendet,
        termine, terminee, livre, livree, recu, recue, cloture, cloturee, ferme, fermee, traite, traitee, solde,
        soldee, entregado, entregada, completado, completada, cerrado, cerrada, finalizado, finalizada, recibido,
        recibida, archivado, archivada, terminado, retirado, concluido, consegnato, consegnata, completato,
        completata, evaso, evasa, chiuso, chiusa, ricevuto, ricevuta, concluso, terminato, arrivato, archiviato,
        ritirato, geleverd, afgerond, voltooid, ontvangen, afgeleverd, gesloten, bezorgd, afgehandeld, afgesloten,
        entregue, concluida, fechado, fechada, recebido, recebida, faturado entregue, zrealizowane, zrealizowany,
        dostarczone, dostarczono, zakonczone, zamkniete, odebrane, wykonane, teslim edildi, tamamlandi, kapali,
        kapandi, teslim alindi, bitti, 已完成, 已签收, 交易成功, 已收货, 完成, 已送达, 已关闭交易, 已簽收, 已入库,
        完了, 配達完了, 配達済み, 受取済み, 取引完了, 배송완료, 구매확정, 거래완료, 수취확인, 입고완료, 완료,
        hoan thanh, da giao, da nhan, da giao hang, da hoan tat, доставлен, доставлено, выполнен, выполнено,
        завершен, получен, закрыт, levererad, slutford, leveret, afsluttet, levert, fullfort, doruceno, dokonceno,
        vyrizeno
    """,
    Kind.CANCELLED: """
        cancelled, canceled, cancel, void, voided, declined, rejected, failed, expired, deleted, trash, abandoned,
        lost, storniert, abgebrochen, abgelehnt, geloscht, annulliert, annule, annulee, refuse, refusee, abandonne,
        cancelado, cancelada, anulado, anulada, rechazado, rechazada, annullato, annullata, cancellato, cancellata,
        rifiutato, stornato, geannuleerd, afgewezen, vervallen, recusado, recusada, anulowane, anulowano,
        odrzucone, iptal, iptal edildi, reddedildi, 已取消, 已关闭, 交易关闭, 已取消订单, 已作废, キャンセル,
        キャンセル済み, 取消, 취소, 취소완료, 주문취소, da huy, huy, отменен, отменено, отмена, avbruten,
        annulleret, annullert, kansellert, makulerad, zruseno, stornovano
    """,
    Kind.REFUNDED: """
        refunded, returned, charged back, fully refunded, chargeback, return, restocked, erstattet, ruckerstattet,
        retourniert, zuruckgesendet, zuruckgegeben, retour, rembourse, remboursee, retourne, retournee,
        reembolsado, reembolsada, devuelto, devuelta, rimborsato, rimborsata, reso, restituito, terugbetaald,
        geretourneerd, estornado, devolvido, devolvida, zwrocone, zwrot, iade, iade edildi, iade tamamlandi,
        已退款, 退款成功, 已退货, 返金済み, 返品, 환불완료, 반품완료, 반품, tra hang, hoan tien, da hoan tien,
        возврат, возвращен, aterbetald, refunderet, vraceno
    """,
    Kind.UNPAID: """
        unpaid, not paid, awaiting payment, pending payment, payment pending, payment due, past due,
        on credit check, unbezahlt, nicht bezahlt, zahlung ausstehend, warten auf zahlung, non paye, non payee,
        attente paiement, en attente de paiement, impaye, no pagado, no pagada, pendiente de pago, sin pagar,
        in attesa di pagamento, non pagato, non pagata, wachtend op betaling, niet betaald, onbetaald,
        aguardando pagamento, nao pago, pagamento pendente, nieoplacone, oczekuje na platnosc, odenmedi,
        odeme bekleniyor, 待付款, 未付款, 未払い, 入金待ち, 결제대기, 입금대기, 미결제, chua thanh toan,
        cho thanh toan, ожидает оплаты, не оплачен, ej betald, ubetalt
    """,
    Kind.DRAFT: """
        draft, quotation, quotation sent, quote, rfq, request for quotation, checkout draft, auto draft,
        not confirmed, unconfirmed, to approve, pending approval, awaiting approval, not ordered, entwurf, angebot,
        devis, brouillon, borrador, presupuesto, bozza, preventivo, concept, offerte, rascunho, orcamento, szkic,
        wersja robocza, taslak, 草稿, 下書き, 초안, nhap, черновик, utkast, kladde, koncept
    """,
    Kind.NOTHING: """
        -, –, —, no, none, null, nil, n/a, na, false, nein, non, n, nee, nao, nie, hayir, 否, 아니오, ❌, ✗, ☐
    """,
}  # fmt: skip


def words(text: str) -> frozenset[str]:
    """The words between commas."""
    return frozenset(" ".join(word.split()) for word in text.split(",") if word.strip())


# Of these a column may have some that is none of state: a `Condition` is new, and a `Note` says done.
WEAK = words("""
    new, open, active, confirmed, done, paid, complete, completed, closed, planned, accepted, approved, ordered,
    commande, neu, nuevo, nuovo, nouveau, received, recibido, sent, return, retour, posted, arrived, finished,
    packed, booked, in stock, partial, lost
""")
YES = words("yes, y, true, t, x, on, 1, ja, oui, si, sim, s, tak, evet, da, ✓, ✔, ☑, 是, 예, はい")

_JOINED = re.compile(r"(?<=\w)[-_](?=\w)|_")
_NUMBERED = re.compile(r"^\(?\d{1,3}\s*[-–:.)]+\s*(?=\D)")
_FOLD = str.maketrans({"đ": "d", "ł": "l", "\u0131": "i", "ß": "ss", "ø": "o", "æ": "ae"})


def folded(text: str) -> str:
    """Lower case, without accents."""
    text = text.lower()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLD))
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))


@lru_cache(4_096)
def word_of(text: str) -> str:
    """`2 - On-Hold`, `on_hold` and `wc-on-hold` are one word."""
    text = folded(_NUMBERED.sub("", text.strip())).removeprefix("wc-")
    return " ".join(_JOINED.sub(" ", text).split()).strip(" .!")


_KINDS = {word_of(word): kind for kind, text in _WORDS.items() for word in words(text)}
_CLOSING = (Kind.ON_ITS_WAY, Kind.DONE, Kind.CANCELLED, Kind.REFUNDED)


@lru_cache(4_096)
def kind_of(text: str) -> Kind | None:
    """What a word of state says; None if it is not known. A blank says nothing.

    What follows a closing word does not open it again: `Shipped - Delivered to Buyer`, `Cancelled by customer`.
    """
    word = word_of(text)
    if not word or not word.strip("0.,-–"):
        return Kind.NOTHING
    known = _KINDS.get(word)
    if known is not None:
        return known
    first = re.split(r"\s*[-–:,(/|]\s*|\s+(?:by|on|at|to|am|el|le|il|por|par|da|op)\s+", word, maxsplit=1)[0]
    known = _KINDS.get(first)
    return known if first != word and known in _CLOSING else None


@lru_cache(maxsize=1_000)
def status_word(text: str) -> str:
    """`On-Hold`, `on_hold` and `wc-on-hold` are one status of a shop."""
    return " ".join(text.lower().removeprefix("wc-").replace("_", " ").replace("-", " ").split())
