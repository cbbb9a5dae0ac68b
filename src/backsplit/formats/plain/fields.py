"""The fields of plain files, with the names that their columns usually have."""

from __future__ import annotations

from typing import Literal

from backsplit.formats.cells.facts import FACTS
from backsplit.formats.columns.fields import Field

What = Literal["orders", "stock", "delivery", "expected"]

# Each list goes through English, German, French, Spanish, Italian and Dutch. Accents and dots are left out, since
# they make no difference (`columns/header.py`).
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
DAY = Field(
    "date",
    ("on", "expected", "expected on", "expected at", "expected date", "expected arrival", "arrival", "arrival date",
     "arrives", "arrives on", "due", "due on", "due date", "eta", "delivery date", "expected delivery",
     "expected delivery date"),
)  # fmt: skip

OF_AN_ORDER = (ORDER, *(fact.field for fact in FACTS))
OF_A_LINE = (SKU, QUANTITY, NAME)

FIELDS: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY, *(fact.field for fact in FACTS), NAME),
    "stock": (SKU, ON_HAND, NAME, INSERT),
    "delivery": (SKU, QUANTITY, REF),
    "expected": (SKU, QUANTITY, DAY, EXPECTED_REF),
}
NEEDED: dict[What, tuple[Field, ...]] = {
    "orders": (ORDER, SKU, QUANTITY),
    "stock": (SKU, ON_HAND),
    "delivery": (SKU, QUANTITY),
    "expected": (SKU, QUANTITY, DAY),
}
