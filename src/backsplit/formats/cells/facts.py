"""The facts that a file may say of an order as a whole, besides its number and its lines.

This is the one list of them; `Said` holds their values. A new fact is a line here and a field there: plain
tables and JSON then find it by its names, and a shop's export by --map, or by the shop's own column.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from backsplit.formats.cells import values
from backsplit.formats.cells.dates import Dates
from backsplit.formats.columns.fields import Field

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
         values.priority),
    Fact(CUSTOMER, values.words),
    Fact(NOTE, values.words),
    Fact(Field("ship_complete", ("ship complete", "ships complete", "no split", "do not split")), values.yes_no),
)  # fmt: skip


def checks(dates: Dates) -> dict[str, Check]:
    """What turns the cell of each fact into its value, by the fact's name."""
    return {fact.name: partial(fact.check, field=fact.name) if fact.check else dates.utc for fact in FACTS}
