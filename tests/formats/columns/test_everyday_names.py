"""Headings as people write them, in six languages."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    "header",
    [
        "Order No;Item;Qty;Date;Customer;Comments",
        "Order No.;Item No;Quantity;Order Date;Customer Name;Notes",
        "Auftrag;Artikel;Menge;Datum;Kunde;Bemerkung",
        "Auftrags-Nr.;Art.-Nr.;Stückzahl;Bestelldatum;Kundenname;Hinweis",
        "Bestellnummer;Artikelnummer;Anzahl;Datum;Kunde;Notiz",
        "Bestellung;Artikel-Nr.;Menge;Bestellt am;Kunde;Anmerkung",
        "Commande;Référence;Quantité;Date;Client;Commentaire",
        "N° de commande;Réf. article;Qté;Date de commande;Nom du client;Remarque",
        "Pedido;Artículo;Cantidad;Fecha;Cliente;Observaciones",
        "Nº pedido;Referencia;Unidades;Fecha de pedido;Cliente;Notas",
        "Ordine;Codice articolo;Quantità;Data;Cliente;Nota",
        "Bestelling;Artikelnummer;Aantal;Besteldatum;Klant;Opmerking",
    ],
)
def test_can_find_an_orders_columns_in_six_languages(orders: Any, header: str) -> None:
    read = orders(f"{header}\n1;A;2;03.11.2026;Ann;soon\n")
    assert read.orders == {"1": [("A", 2)]}
    said = read.arrived[0].said
    assert (said.placed_at, said.customer, said.note) == ("2026-11-03T00:00:00Z", "Ann", "soon")
    assert "not read" not in read.notice


@pytest.mark.parametrize(
    "header",
    ["Artikelnummer;Bestand", "Artikel;Lagerbestand", "Item No;Stock", "Référence;Quantité en stock",
     "Referencia;Existencias", "Codice;Giacenza", "Artikelnummer;Voorraad", "Artikel;Menge", "Article;Stock"],
)  # fmt: skip
def test_can_find_the_columns_of_counts(stock: Any, header: str) -> None:
    assert stock(f"{header}\nA;2\n").stock == {"A": 2}


def test_can_tell_an_article_from_its_number(orders: Any) -> None:
    line = orders("Auftrag,Artikelnummer,Artikel,Menge\n1,A,Becher,2\n").arrived[0].lines[0]
    assert (line.sku, line.name) == ("A", "Becher")


def test_cannot_take_ordered_quantities_for_counts(refused: Any) -> None:
    assert "import orders" in refused("stock", "Bestellung;Artikel;Menge\n1;A;2\n")


def test_columns_that_were_not_read_are_named_with_dates_and_customers_first(orders: Any) -> None:
    header = "order,sku,quantity,colour,Liefertermin,Kundengruppe\n"
    assert "not read: Liefertermin, Kundengruppe, colour" in orders(header + "1,A,1,red,2026-01-31,B2B\n").notice
    assert "not read" not in orders("order,sku,quantity\n1,A,1\n").notice


def test_columns_that_were_not_read_are_named_once_and_not_endlessly(orders: Any) -> None:
    many = ",".join(f"c{n}" for n in range(30))
    read = orders(f"order,sku,quantity,{many}\n1,A,1{',' * 30}\n")
    assert read.notice.count("not read:") == 1
    assert "and 18 more" in read.notice
