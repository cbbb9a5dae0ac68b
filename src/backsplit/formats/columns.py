"""Find columns by name: the fields that files can say, a header, and the maps that were typed for it."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

from backsplit.domain.counts import shop_of
from backsplit.errors import WrongUsage, listed
from backsplit.formats import Remembered, cells
from backsplit.formats.dates import Dates, clear_moment
from backsplit.formats.report import printable, quoted
from backsplit.values import NamedTuple

_OUT = str.maketrans("", "", " _-.\t\u00a0°º")


@lru_cache(maxsize=1_000)
def normal(name: str) -> str:
    """`Order Number`, `order_number` and ` order-number ` are one name, and so are `Quantité` and `quantite`."""
    plain = name.strip().lower().translate(_OUT)
    return plain if plain.isascii() else _without_accents(plain)


def _without_accents(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))


class Header:
    """The names of a file's columns, or of a JSON record's keys. Places count from 0."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            if name.strip():
                self._places.setdefault(normal(name), []).append(place)

    def find(self, *names: str) -> int | None:
        """The place of the first of these names that the file has."""
        for name in names:
            if places := self._places.get(normal(name)):
                return places[0]
        return None

    def places(self, *names: str) -> list[int]:
        """The places of all columns with one of these names."""
        return [place for name in names for place in self._places.get(normal(name), ())]

    def spells(self, name: str) -> bool:
        """Whether a column has this name to the letter, but for case: `Order - Number`, not `Order Number`."""
        return name.lower() in (there.strip().lower() for there in self.names)

    def mapped(self, column: str) -> int | None:
        """The place of a column that the user named: to the letter if there is one, else alike."""
        return self.names.index(column) if column in self.names else self.find(column)

    def nearest(self, column: str) -> list[str]:
        """All names, the most similar first."""
        names = [name for name in self.names if name.strip()]
        wanted = normal(column)
        return sorted(names, key=lambda name: -difflib.SequenceMatcher(None, wanted, normal(name)).ratio())


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a file may say, under `name`, or under a synonym.

    All `usual` names are equally good; `weak` ones count only if the file has no other, and `last` ones only then.
    """

    name: str
    usual: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    first_wins: bool = False  # if several columns could be meant, take the first and do not ask
    may_nest: bool = False  # in JSON an object under this name is something else, and no error

    def candidates(self, header: Header) -> list[int]:
        """The places of the columns that could hold this field."""
        for names in ((self.name,), self.usual, self.weak, self.last):
            if found := header.places(*names):
                return list(dict.fromkeys(found))
        return []


# Short names for fields that --map takes too.
_ALIASES = {"number": "order", "qty": "quantity", "placed": "placed_at", "date": "placed_at", "count": "on_hand",
            "stock": "on_hand", "is_insert": "insert"}  # fmt: skip


def checked_map(given: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """--map, keyed by the fields' own names. Raises WrongUsage for an unknown field."""
    known = {normal(field.name): field.name for field in fields}
    checked = {}
    for key, column in given.items():
        name = normal(key)
        synonyms = {normal(other): field.name for field in fields for other in field.usual}
        field = known.get(name) or known.get(normal(_ALIASES.get(key.strip().lower(), ""))) or synonyms.get(name)
        if field is None:
            raise WrongUsage(
                f"--map {quoted(key)}: no such field. Use one of {listed(field.name for field in fields)}."
            )
        checked[field] = column
    return checked


class MissingColumnError(ValueError):
    """--map names a column that the file does not have."""

    def __init__(self, column: str, header: Header) -> None:
        names = header.nearest(column)
        super().__init__(f"there is no column {quoted(column)}; the file has {listed(map(quoted, names), 12)}.")


class AmbiguousColumnError(ValueError):
    """Several columns could hold one field."""

    def __init__(self, field: Field, header: Header, places: Iterable[int]) -> None:
        names = [header.names[place] for place in places]
        if len({normal(name) for name in names}) == 1:
            super().__init__(f"{len(names)} columns are named {quoted(names[0])}; rename all but one of them.")
            return
        super().__init__(
            f"the columns {' and '.join(map(quoted, names))} could both be the {field.name}; "
            f'choose one: --map "{field.name}={printable(names[0])}"',
        )


def places_of(header: Header, fields: Sequence[Field], mapped: Mapping[str, str]) -> dict[str, int]:
    """The place of each field that the file has. Raises MissingColumnError, AmbiguousColumnError."""
    found: dict[str, int] = {}
    for name, column in mapped.items():
        place = header.mapped(column)
        if place is None:
            raise MissingColumnError(column, header)
        found[name] = place
    taken = set(found.values())
    for field in fields:
        if field.name in found:
            continue
        candidates = [place for place in field.candidates(header) if place not in taken]
        if len(candidates) > 1 and not field.first_wins:
            raise AmbiguousColumnError(field, header, sorted(candidates))
        if candidates:
            found[field.name] = candidates[0]
            taken.add(found[field.name])
    return found


def header_key(what: str, header: Header) -> str:
    """The header of a file of orders, stock or a delivery as one text, alike for headers with the same names."""
    return f"{what}: {', '.join(map(normal, header.names))}"


def shop_key(form: str, shop: str, prefix: str) -> str:
    """The shop of a file of this format as such a text: the one that the user names, else by format and prefix."""
    return f"shop: {shop_of(shop or (f'{form} {prefix}' if prefix else form))}"


def remembered(what: str, headers: Iterable[Header], maps: Mapping[str, Remembered]) -> Remembered | None:
    """What was typed before for the first of these headers that is known."""
    return next((maps[key] for header in headers if (key := header_key(what, header)) in maps), None)


Check = Callable[[str], Any]


class Fact(NamedTuple):
    """`check` turns a cell, which is not blank, and the field's name into the value, or raises FieldError.

    It is None for a date: the order of day and month depends on the whole column, so the file's Dates check it.
    """

    field: Field
    check: Callable[..., Any] | None

    @property
    def name(self) -> str:
        return self.field.name


PLACED_AT = Field(
    "placed_at",
    ("placed", "placed on", "date placed", "date", "order date", "date ordered", "ordered at", "ordered on",
     "created at", "date created", "created", "purchase date", "order placed",
     "datum", "bestelldatum", "auftragsdatum", "bestellt am", "date de commande", "date commande",
     "date de la commande", "fecha", "fecha de pedido", "fecha pedido", "fecha del pedido", "data ordine",
     "data dell'ordine", "orderdatum", "besteldatum"),
    ("data",),
)  # fmt: skip
CUSTOMER = Field(
    "customer",
    ("customer name", "client", "client name", "buyer", "buyer name",
     "kunde", "kundin", "kundenname", "nom du client", "nom client", "cliente", "nombre del cliente",
     "nombre cliente", "nome cliente", "klant", "klantnaam"),
    ("customer no", "customer number", "customer id", "kundennummer", "kundennr", "klantnummer"),
    first_wins=True,
    may_nest=True,
)  # fmt: skip
CHANGED_AT = Field(
    "changed_at",
    ("changed", "changed on", "updated at", "updated", "updated on", "date updated", "modified at", "modified",
     "modified on", "date modified", "last modified", "last modified at", "last updated", "last updated at",
     "last update", "geandert am", "geaendert am", "modifie le", "modificado el", "modificato il", "gewijzigd op"),
    first_wins=True,
    may_nest=True,
)  # fmt: skip
NOTE = Field(
    "note",
    ("notes",),
    ("comment", "comments", "remark", "remarks", "bemerkung", "bemerkungen", "anmerkung", "notiz", "hinweis",
     "kommentar", "commentaire", "remarque", "nota", "notas", "comentario", "comentarios", "observaciones",
     "commento", "opmerking", "opmerkingen"),
    first_wins=True,
    may_nest=True,
)  # fmt: skip

FACTS = (
    Fact(PLACED_AT, None),
    Fact(Field("priority", ("prioritat", "prioritaet", "priorite", "prioridad", "priorita", "prioriteit")),
         cells.priority),
    Fact(CUSTOMER, cells.words),
    Fact(NOTE, cells.words),
    Fact(Field("ship_complete", ("ship complete", "ships complete", "no split", "do not split")), cells.yes_no),
    Fact(CHANGED_AT, clear_moment),
)  # fmt: skip


def checks(dates: Dates) -> dict[str, Check]:
    """What turns the cell of each fact into its value, by the fact's name."""
    return {fact.name: partial(fact.check, field=fact.name) if fact.check else dates.utc for fact in FACTS}


What = Literal["orders", "stock", "delivery", "expected", "kits", "labels"]

# Each list goes through English, German, French, Spanish, Italian and Dutch. Accents and dots are left out, since
# they make no difference (`normal`).
ORDER = Field(
    "order",
    ("order number", "order id", "order no", "order nr", "order num", "order #", "order name", "order ref",
     "order reference", "sales order", "sales order number", "sales order no",
     "auftrag", "auftragsnummer", "auftragsnr", "auftrags id", "bestellung", "bestellnummer", "bestellnr", "bestell id",
     "commande", "numero de commande", "numero commande", "n commande", "n de commande", "no commande",
     "reference commande", "ref commande",
     "pedido", "numero de pedido", "numero pedido", "n pedido", "n de pedido", "num pedido", "orden",
     "numero de orden",
     "ordine", "numero ordine", "numero d'ordine", "n ordine", "num ordine", "id ordine",
     "bestelling", "bestelnummer", "bestelnr", "ordernummer"),
    ("number", "reference"),
)  # fmt: skip
SKU = Field(
    "sku",
    ("item sku", "product sku", "variant sku", "lineitem sku", "line item sku", "sku code", "skus", "sku number",
     "item no", "item number", "item nr", "item id", "item #",
     "artikelnummer", "artikelnr", "artnr", "artikel no", "artikel id", "artikelcode", "produktnummer", "produktnr",
     "reference article", "reference produit", "ref article", "ref produit", "code article", "code produit",
     "codigo de articulo", "codigo articulo", "codigo de producto", "codigo producto", "referencia producto",
     "referencia articulo",
     "codice articolo", "codice prodotto", "cod articolo", "riferimento articolo",
     "productnummer", "productcode"),
    ("item code", "product code", "part number", "part no", "article number", "article no"),
    ("item", "artikel", "article", "articulo", "articolo", "codigo", "codice", "reference", "referencia",
     "riferimento", "referentie"),
)  # fmt: skip
QUANTITY = Field(
    "quantity",
    ("qty", "quantity ordered", "qty ordered", "ordered quantity", "ordered qty", "order quantity", "order qty",
     "item quantity", "item qty", "lineitem quantity", "line item quantity", "units", "quantity received",
     "qty received",
     "menge", "anzahl", "stuckzahl", "stueckzahl", "bestellmenge", "bestellte menge", "liefermenge",
     "quantite", "qte", "quantite commandee", "qte commandee", "quantite recue",
     "cantidad", "cant", "cantidad pedida", "cantidad recibida", "unidades",
     "quantita", "qta", "quantita ordinata", "quantita ricevuta",
     "aantal", "hoeveelheid", "besteld aantal"),
    ("count", "pieces", "pcs", "stuck", "stk", "nombre", "piezas", "pezzi", "stuks"),
)  # fmt: skip
NAME = Field(
    "name",
    ("product name", "item name", "lineitem name", "product title", "item title", "title", "product", "description",
     "item description",
     "artikelbezeichnung", "artikelname", "bezeichnung", "produktname", "produktbezeichnung", "produkt",
     "designation", "libelle", "nom du produit", "produit",
     "nombre del producto", "nombre producto", "descripcion", "producto",
     "nome prodotto", "descrizione", "prodotto",
     "artikelomschrijving", "omschrijving", "productnaam"),
    ("item", "artikel", "article", "articulo", "articolo"),
    first_wins=True,
    may_nest=True,
)  # fmt: skip
ON_HAND = Field(
    "on_hand",
    ("qty on hand", "quantity on hand", "on hand quantity", "on hand qty", "units in stock", "in stock",
     "stock quantity", "stock qty", "stock level", "stock on hand", "quantity in stock", "qty in stock",
     "inventory quantity", "inventory level", "stock", "count", "counted", "inventory", "quantity", "qty",
     "bestand", "lagerbestand", "istbestand", "lagermenge", "gezahlt", "gezaehlt", "menge", "anzahl", "stuckzahl",
     "stueckzahl",
     "quantite en stock", "stock reel", "en stock", "quantite", "qte",
     "existencias", "stock actual", "inventario", "cantidad en stock", "cantidad",
     "giacenza", "quantita in magazzino", "quantita",
     "voorraad", "op voorraad", "aantal op voorraad", "aantal"),
)  # fmt: skip
INSERT = Field("insert", ("is insert", "inserts"))
REF = Field(
    "ref",
    ("reference", "delivery", "delivery reference", "delivery note", "receipt",
     "lieferschein", "lieferscheinnummer", "lieferscheinnr", "lieferung", "bon de livraison", "livraison",
     "albaran", "entrega", "bolla", "ddt", "consegna", "pakbon", "levering"),
    first_wins=True,
)  # fmt: skip
EXPECTED_REF = Field(
    "ref",
    ("reference", "po", "po number", "po no", "po no.", "po #", "po ref", "purchase order", "purchase order number",
     "purchase order reference"),
    ("number",),
)  # fmt: skip
KIT = Field(
    "kit",
    ("kit sku", "bundle", "bundle sku", "set", "set sku", "parent", "parent sku", "composite sku", "master sku"),
)
PART = Field("sku", (*SKU.usual, "part", "part sku", "component", "component sku", "child sku"), SKU.weak, SKU.last)
DAY = Field(
    "date",
    ("on", "expected", "expected on", "expected at", "expected date", "expected arrival", "arrival", "arrival date",
     "arrives", "arrives on", "due", "due on", "due date", "eta", "delivery date", "expected delivery",
     "expected delivery date"),
)  # fmt: skip

LINES = Field("lines")  # in JSON, where an order's lines are; no column of a table
CARRIER = Field(
    "carrier",
    ("carrier name", "carrier code", "shipping carrier", "provider", "tracking provider", "shipping provider",
     "tracking company", "shipping company", "courier",
     "versanddienstleister", "paketdienst", "transporteur", "transportista", "corriere", "vervoerder"),
    first_wins=True,
)  # fmt: skip
TRACKING = Field(
    "tracking",
    ("tracking number", "tracking no", "tracking nr", "tracking num", "tracking #", "tracking code", "tracking id",
     "sendungsnummer", "paketnummer", "numero de suivi", "numero de seguimiento", "codigo de seguimiento",
     "numero di tracking", "trackingnummer"),
    first_wins=True,
)  # fmt: skip

OF_AN_ORDER = (ORDER, *(fact.field for fact in FACTS))
OF_A_LINE = (SKU, QUANTITY, NAME)

FIELDS: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY, *(fact.field for fact in FACTS), NAME),
    "stock": (SKU, ON_HAND, NAME, INSERT),
    "delivery": (SKU, QUANTITY, REF),
    "expected": (SKU, QUANTITY, DAY, EXPECTED_REF),
    "kits": (KIT, PART, QUANTITY),
    "labels": (ORDER, CARRIER, TRACKING),
}
MAPPED: dict[What, tuple[Field, ...]] = {**FIELDS, "orders": (*FIELDS["orders"], LINES)}  # what --map takes
NEEDED: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY),
    "stock": (SKU, ON_HAND),
    "delivery": (SKU, QUANTITY),
    "expected": (SKU, QUANTITY, DAY),
    "kits": (KIT, PART, QUANTITY),
    "labels": (ORDER, TRACKING),
}
