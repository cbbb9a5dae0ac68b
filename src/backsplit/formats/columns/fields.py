"""A field, and the column that holds it: by its name, by its usual synonyms, or by --map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backsplit.domain.errors import WrongUsage
from backsplit.formats.columns.header import Header, normal
from backsplit.formats.wording import listed, printable, quoted


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
