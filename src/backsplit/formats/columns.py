"""Finding columns: by name whatever its case, blanks, `_` and `-`; by the usual synonyms; by --map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backsplit.domain.errors import WrongUsage
from backsplit.formats.report import listed, printable, shown

_OUT = str.maketrans("", "", " _-\t\u00a0")


def normal(name: str) -> str:
    """`Order Number`, `order_number` and ` order-number ` are one name."""
    return name.strip().lower().translate(_OUT)


class Header:
    """The names of a file's columns, or of a JSON record's keys."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            if name.strip():
                self._places.setdefault(normal(name), []).append(place)

    def find(self, *names: str) -> int | None:
        """The place of the first of these names that the file has."""
        return next((self._places[normal(name)][0] for name in names if normal(name) in self._places), None)

    def has(self, *names: str) -> bool:
        """Whether every one of them is there."""
        return all(normal(name) in self._places for name in names)

    def beginning(self, *starts: str) -> int | None:
        """The place of the first column whose name begins so: `On hand (current)` with `On hand`."""
        for start in starts:
            for name, places in self._places.items():
                if name.startswith(normal(start)):
                    return places[0]
        return None

    def places(self, *names: str) -> list[int]:
        return [place for name in names for place in self._places.get(normal(name), ())]

    def mapped(self, column: str) -> int | None:
        """The place of a column that the user named: exactly so, or else alike."""
        return self.names.index(column) if column in self.names else self.find(column)

    def nearest(self, column: str) -> list[str]:
        """The names that are there, the nearest first."""
        import difflib  # noqa: PLC0415 - for an error only

        names = [name for name in self.names if name.strip()]
        wanted = normal(column)
        return sorted(names, key=lambda name: -difflib.SequenceMatcher(None, wanted, normal(name)).ratio())


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a plain file may say. `usual` names are all as good; `weak` ones count if no other is there."""

    name: str
    usual: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    first_wins: bool = False  # several usual names are no question of the user's

    def candidates(self, header: Header) -> list[int]:
        for names in ((self.name,), self.usual, self.weak):
            if found := header.places(*names):
                return list(dict.fromkeys(found))
        return []


ORDER = Field(
    "order",
    ("order number", "order id", "order no", "order no.", "order nr", "order #", "order name", "order ref",
     "order reference", "sales order", "sales order number"),
    ("number", "reference"),
)  # fmt: skip
SKU = Field(
    "sku",
    ("item sku", "product sku", "variant sku", "lineitem sku", "line item sku", "sku code", "skus"),
    ("item code", "product code", "part number", "article number"),
)
QUANTITY = Field(
    "quantity",
    ("qty", "quantity ordered", "qty ordered", "ordered quantity", "ordered qty", "order quantity", "order qty",
     "item quantity", "item qty", "lineitem quantity", "line item quantity", "units", "quantity received",
     "qty received"),
    ("count", "pieces", "pcs"),
)  # fmt: skip
PLACED_AT = Field(
    "placed_at",
    ("placed", "placed on", "date placed", "date", "order date", "date ordered", "ordered at", "ordered on",
     "created at", "date created", "created", "purchase date", "order placed"),
)  # fmt: skip
PRIORITY = Field("priority")
CUSTOMER = Field("customer")
NOTE = Field("note", ("notes",))
NAME = Field(
    "name",
    ("product name", "item name", "lineitem name", "product title", "item title", "title", "product", "description"),
    first_wins=True,
)
ON_HAND = Field(
    "on_hand",
    ("qty on hand", "quantity on hand", "on hand quantity", "on hand qty", "units in stock", "in stock",
     "stock quantity", "stock qty", "stock level", "stock on hand", "quantity in stock", "qty in stock",
     "inventory quantity", "inventory level", "stock", "count", "counted", "inventory", "quantity", "qty"),
)  # fmt: skip
INSERT = Field("insert", ("is insert", "inserts"))
REF = Field("ref", ("reference", "delivery", "delivery reference", "receipt"))

ORDER_FIELDS = (ORDER, SKU, QUANTITY, PLACED_AT, PRIORITY, CUSTOMER, NOTE, NAME)
STOCK_FIELDS = (SKU, ON_HAND, NAME, INSERT)
DELIVERY_FIELDS = (SKU, QUANTITY, REF)

# What a field may be called in --map besides its name.
_ALIASES = {"number": "order", "qty": "quantity", "placed": "placed_at", "date": "placed_at", "count": "on_hand",
            "stock": "on_hand", "is_insert": "insert"}  # fmt: skip


def checked_map(given: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """--map with the fields' own names. Raises WrongUsage for a field that there is not."""
    known = {normal(field.name): field.name for field in fields}
    checked = {}
    for key, column in given.items():
        name = normal(key)
        synonyms = {normal(other): field.name for field in fields for other in field.usual}
        field = known.get(name) or known.get(normal(_ALIASES.get(key.strip().lower(), ""))) or synonyms.get(name)
        if field is None:
            raise WrongUsage(
                f"--map {shown(key)}: no such field; there are {listed(field.name for field in fields)}.",
            )
        checked[field] = column
    return checked


class MissingColumnError(ValueError):
    """--map names a column that the file does not have."""

    def __init__(self, column: str, header: Header) -> None:
        names = header.nearest(column)
        super().__init__(f"there is no column {shown(column)}; the file has {listed(map(shown, names), 12)}.")


class AmbiguousColumnError(ValueError):
    """Two columns could be meant."""

    def __init__(self, field: Field, header: Header, places: Iterable[int]) -> None:
        names = [header.names[place] for place in places]
        if len({normal(name) for name in names}) == 1:
            super().__init__(f"{len(names)} columns are named {shown(names[0])}; rename all but one of them.")
            return
        super().__init__(
            f"the columns {' and '.join(map(shown, names))} could both be the {field.name}; "
            f'say which: --map "{field.name}={printable(names[0])}"',
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
